"""歷程: each run with how it ended and what changed with it; and which addresses it visited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.cells import differs
from agent.dashboard.desk import Desk

if TYPE_CHECKING:
    from agent.store import RecordChange, Run

RUNS = 40
OUTCOME = {
    "ok": ("✔", "完成"),
    "interrupted": ("–", "中途停止"),
    "refused": ("✖", "密碼未被接受"),
    "person_needed": ("！", "需要您親自處理"),
    "unavailable": ("！", "平臺沒有回應"),
    "page_changed": ("✖", "頁面與已知不同"),
    "incomplete": ("！", "讀取不完整"),
    "no_credential": ("！", "沒有可用的密碼"),
    "not_official_account": ("✖", "非公務帳號"),
    "left_hosts": ("✖", "要離開名單內的網站，已停止"),
    "shrink": ("！", "紀錄比先前少"),
    "other_person": ("✖", "另一個人的頁面"),
    "config": ("✖", "設定無法使用"),
    "unexpected": ("✖", "未預期的問題"),
    "locked": ("！", "帳號正在使用中，沒有開始"),
}
COMMAND = {"sync": "更新", "claim": "準備申請", "import": "匯入", "demo": "示範", "agent": "每晚更新"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run in words, and what changed with it."""

    run: Run
    sign: str
    word: str
    command: str
    new: tuple[str, ...]
    changed: tuple[tuple[int, str, tuple[tuple[str, str, str], ...]], ...]
    message: str


def show(desk: Desk, request: Request) -> Response:
    """The newest runs."""
    del request
    with desk.store() as store:
        runs, changes = store.runs(RUNS), store.changes()
    by_run: defaultdict[int, list[RecordChange]] = defaultdict(list)
    for each in changes:
        by_run[each.run].append(each)
    return desk.page(
        "history.html", "/history", "歷程", entries=[_entry(run, by_run[run.id]) for run in runs]
    )


def _entry(run: Run, changes: Sequence[RecordChange]) -> Entry:
    under_way = ("▶", "進行中或中斷")
    sign, word = OUTCOME.get(run.outcome or "", ("！", run.outcome or "")) if run.outcome else under_way
    new = tuple(each.after.title for each in changes if each.before is None)
    changed = tuple(
        (each.record, each.after.title, differs(each)) for each in changes if each.before is not None
    )
    message = str(run.report.get("message", "")) if run.exit_code else ""
    return Entry(run, sign, word, COMMAND.get(run.command, run.command), new, changed, message)


def visited(desk: Desk, request: Request) -> Response:
    """Which addresses the newest run visited, from what the guard let through and refused."""
    del request
    with desk.store() as store:
        run = next((each for each in store.runs(RUNS) if "requests_made" in each.report), None)
    made: list[dict[str, Any]] = list(run.report["requests_made"]) if run else []
    refused: list[dict[str, Any]] = list(run.report.get("refused_requests", [])) if run else []
    made.sort(key=lambda each: (str(each["host"]), str(each["path"])))
    hosts = sorted({str(each["host"]) for each in made})
    sent = [each for each in made if each["method"] not in ("GET", "HEAD")]
    return desk.page(
        "visited.html", "", "這次看了哪些網頁", run=run, made=made, refused=refused, hosts=hosts, sent=sent
    )
