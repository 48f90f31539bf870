"""How the nightly runs stand: the last success, the next run, whether an agent runs, and what waits for the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agent.access.attempts import StoredLedger
from agent.access.waiting import LOGIN_WANTED
from agent.clock import TAIPEI
from agent.home import Home
from agent.schedule import ladder
from agent.schedule.age_check import due
from agent.schedule.installing import way_of
from agent.schedule.machine import Machine
from agent.schedule.past import past_of, since
from agent.schedule.planned import next_planned
from agent.schedule.presence import other_version, running_version
from agent.schedule.timetable import Answer, Decision, is_silent, last_success
from agent.settings.config import Settings
from agent.store import Run, Store
from rules.wording import hours
from scrapers import gateways

# Ends of a run after which only a person helps, with what the person does (contract, Exit codes).
_REMEDY = {
    "config": "請依訊息修改設定後，執行 elearn sync。",
    "no_credential": "請執行 elearn credentials set，或執行 elearn login 親自登入。",
    "not_official_account": "請改用公務帳號登入。",
    "page_changed": "請等候新版；急用可用先前的紀錄準備（elearn claim --offline）。",
    "left_hosts": "請勿自行登入，並洽資訊單位。",
    "shrink": "原紀錄保留不變；請執行 elearn history 查看。",
    "other_person": "請確認登入的是本人帳號。",
    "unexpected": "請再執行一次 elearn sync；仍發生請將紀錄檔交給維護者。",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the person: what, and what to do."""

    key: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands at one moment; moments are in Taipei. `last_outcome` is the kind of the newest run's end.

    `running_version` is the agent's ("" where it does not say), None where none runs; `next_run` then is None too.
    `other_version` is that of an agent that is another than this program, else "". `installed` are the ways it is started at log-in, by title and place.
    """

    last_success: datetime | None
    last_run: datetime | None
    last_outcome: str | None
    next_run: datetime | None
    running_version: str | None
    other_version: str
    is_silent: bool
    decision: Decision
    installed: tuple[tuple[str, str], ...]
    page_only: bool
    waiting: tuple[Waiting, ...]

    @property
    def is_running(self) -> bool:
        """Whether an agent of this home runs."""
        return self.running_version is not None


def status_of(
    home: Home, settings: Settings, store: Store, ledger: StoredLedger, machine: Machine, now: datetime
) -> Status:
    """All of it, looked up now. `ledger` knows what is stopped, here or in another home of this user."""
    runs = [run for run in store.runs() if run.command != "import"]
    past = past_of(runs)
    success = last_success(past, now)
    decision, running = due(store, settings, now), running_version(home)
    newest = runs[0] if runs else None
    return Status(
        last_success=success.astimezone(TAIPEI) if success else None,
        last_run=newest.started_at.astimezone(TAIPEI) if newest else None,
        last_outcome=newest.outcome if newest else None,
        next_run=_next_run(home, settings, decision) if running is not None else None,
        running_version=running,
        other_version=other_version(home),
        is_silent=is_silent(now, settings.schedule, success, since(store, runs)),
        decision=decision,
        installed=tuple(ladder.present(machine)),
        page_only=way_of(home) == ladder.PAGE,
        waiting=tuple(_waiting(store, ledger, newest, success, decision, now)),
    )


def _next_run(home: Home, settings: Settings, decision: Decision) -> datetime | None:
    planned, until = next_planned(home), settings.schedule.paused_until
    if until is not None and planned is not None and planned.date() < until:
        planned = datetime.combine(until, planned.timetz())  # at once: somebody may pause until the year 9999
    waited = decision.at if decision.answer is Answer.WAIT else None
    return min((each for each in (planned, waited) if each is not None), default=None)


def _waiting(
    store: Store,
    ledger: StoredLedger,
    newest: Run | None,
    success: datetime | None,
    decision: Decision,
    now: datetime,
) -> Iterator[Waiting]:
    """What only the person can do, the most pressing first."""
    for key in gateways.names():
        why = ledger.stopped(gateways.load(key))
        if why is not None:
            yield Waiting("frozen" if why.kind == "refused" else "person_needed", why.message, why.remedy)
    if store.get_meta(LOGIN_WANTED) is not None:
        yield Waiting(
            "login",
            "您要親自登入一次，但當時沒有桌面可以開啟視窗。",
            "請在桌面環境的終端機執行 elearn login。",
        )
    if newest is not None and newest.outcome in _REMEDY:
        said = str(newest.report.get("message", ""))
        yield Waiting(str(newest.outcome), f"最近一次更新沒有完成。{said}", _REMEDY[str(newest.outcome)])
    if decision.answer is Answer.ASK:
        yield Waiting("catch_up", _old(success, now), "您沒有在平臺上課時，請執行 elearn sync。")
    if unread := len(store.unread()):
        yield Waiting("unread", f"有 {unread} 筆紀錄無法判讀，判斷結果未計入。", "請執行 elearn check 查看。")
    for claim in store.claims():
        if claim.state == "prepared":
            text = f"申請補休 {hours(claim.hours)} 小時的文件已準備好，尚未送出（{claim.folder}）。"
            yield Waiting("claim", text, f"送件後請執行 elearn claim mark {claim.id} submitted。")


def _old(success: datetime | None, now: datetime) -> str:
    if success is None:
        return "還沒有成功更新過紀錄。"
    age = now - success
    return f"紀錄已經 {f'{age.days} 天' if age.days else f'{age.seconds // 3600} 小時'}沒有更新。"
