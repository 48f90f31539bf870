"""學習紀錄: every row with its state and reasons, searched, narrowed and sorted; rows not understood; rows gone from the portal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.dashboard.desk import Desk
from agent.dashboard.pages.record import numbers
from agent.dashboard.standing import acted, look
from agent.dashboard.uploads import uploads
from agent.home import hold
from agent.upkeep.backups import make_backup
from rules.verdict import ReasonCode, RowVerdict, State

if TYPE_CHECKING:
    from agent.store import Loss
    from rules.record import LearningRecord
    from rules.verdict import Verdict

PAGE = 50
STATES = {
    "": "全部",
    "met": "✔ 符合",
    "review": "！ 待認定",
    "failed": "✖ 不符合",
    "outside": "– 計畫外",
    "unread": "！ 無法判讀",
}
SORTS = {"new": "最近完成在前", "old": "最早完成在前", "title": "課程名稱", "hours": "認證時數"}
_SILENT = (ReasonCode.OFF_DUTY,)
_NEVER = datetime(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One record with what the judge says of it; `set_title` is "" outside the plan, `state` None where nothing is said.

    `number` is the address of its history.
    """

    record: LearningRecord
    set_title: str
    state: State | None
    kind: str
    reasons: tuple[str, ...]
    number: int | None = None


def show(desk: Desk, request: Request) -> Response:
    """The list, as the address asks for it."""
    view = look(desk)
    asked = {name: request.query_params.get(name, "") for name in ("q", "state", "sort", "page")}
    with desk.store() as store:
        rows = _rows(view.verdict) if view.verdict else [_bare(each) for each in store.records()]
        found_uploads = uploads(store.records(), desk.today)
        unread, lost, known = store.unread(), len(store.pending_losses()), numbers(store)
    found = _sorted([each for each in rows if _is_wanted(each, asked)], asked["sort"])
    page = max(1, int(asked["page"])) if asked["page"].isdecimal() and len(asked["page"]) < 6 else 1
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    return desk.page(
        "records.html",
        "/records",
        "學習紀錄",
        rows=[
            replace(each, number=known.get(each.record)) for each in found[(page - 1) * PAGE : page * PAGE]
        ],
        found=len(found),
        total=len(rows),
        unread=unread,
        uploads=found_uploads,
        lost=lost,
        asked=asked,
        states=STATES,
        sorts=SORTS,
        place=page,
        pages=pages,
        plan=view.plan,
        has_read=view.read is not None,
    )


def _rows(verdict: Verdict) -> list[Row]:
    return [_row(verdict, each) for each in verdict.rows]


def _row(verdict: Verdict, each: RowVerdict) -> Row:
    title = verdict.set_of(each.set).title if each.set else ""
    reasons = tuple(reason.text for reason in each.reasons if reason.code not in _SILENT)
    kind = "・".join(one for one in (each.kind_of_day, each.kind_of_time) if one)
    return Row(each.record, title, each.state, kind, reasons)


def _bare(record: LearningRecord) -> Row:
    return Row(record, "", None, "", ())


def _is_wanted(row: Row, asked: dict[str, str]) -> bool:
    words = asked["q"].casefold().split()
    text = f"{row.record.title} {row.record.code or ''} {row.set_title}".casefold()
    if not all(word in text for word in words):
        return False
    state = asked["state"]
    if state == "outside":
        return not row.set_title
    return state not in ("met", "review", "failed") or (row.state is not None and row.state == state)


def _sorted(rows: Sequence[Row], sort: str) -> list[Row]:
    keys: dict[str, Callable[[Row], Any]] = {
        "title": lambda row: row.record.title,
        "old": lambda row: row.record.end or _NEVER,
        "hours": lambda row: -(row.record.certified_hours or 0),
    }
    if sort in keys:
        return sorted(rows, key=keys[sort])
    return sorted(rows, key=lambda row: row.record.end or _NEVER, reverse=True)


def losses(desk: Desk, request: Request) -> Response:
    """Which rows the newest read lacked, and what saying so means."""
    del request
    with desk.store() as store:
        pending, accepted = store.pending_losses(), store.accepted_losses()
    return desk.page(
        "losses.html",
        "/records",
        "平臺不再顯示的紀錄",
        pending=pending,
        shown=" ".join(map(_name, pending)),
        accepted=accepted,
    )


def _name(each: Loss) -> str:
    """What tells one such row from the others."""
    return f"{each.record_id}/{each.year or ''}"


def accept_losses(desk: Desk, form: FormData) -> Response:
    """The person looked, and the portal really does not show them any more: entered, nothing is removed.

    Only what stood on that page: a run since may have missed more.
    """
    if form.get("looked") != "1":
        return desk.go("/losses", "請先登入平臺親自確認，再勾選後按確認。沒有任何變更。")
    with hold(desk.home), desk.store() as store:
        make_backup(desk.home)
        shown = str(form.get("shown", "")).split()
        seen = [each for each in store.pending_losses() if _name(each) in shown]
        count = store.accept_losses(seen, clock.now())
        acted(store)
    return desk.go("/", f"已登記 {count} 筆平臺不再顯示的紀錄，判斷時列為待認定。請再更新一次。")
