"""這筆紀錄的變化: what one record said when, each time it was seen to differ; to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.cells import cells, differs
from agent.dashboard.desk import Desk
from agent.dashboard.sending import pdf_answer
from rules.errors import ConfigError
from rules.record import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.store import Loss, RecordChange, Store
    from rules.record import LearningRecord

ORIGIN = {
    Origin.PORTAL: "平臺",
    Origin.SAVED_PAGE: "存檔的網頁",
    Origin.RECORDS_FILE: "匯入的紀錄檔",
    Origin.REPLICA: "複製平臺（測試）",
}


@dataclass(frozen=True, slots=True)
class Version:
    """What was seen at one time: where, and how it differs from before (the first: nothing to differ from)."""

    seen_at: datetime
    origin: str
    differs: tuple[tuple[str, str, str], ...]
    is_first: bool


def numbers(store: Store) -> dict[LearningRecord, int]:
    """The number of each record as it stands now, by what it says: its address on the page."""
    newest = {each.record: each.after for each in sorted(store.changes(), key=lambda each: each.seen_at)}
    return {record: number for number, record in newest.items()}


def show(desk: Desk, request: Request) -> Response:
    """One record."""
    with desk.store() as store:
        found = _found(store, request)
        read, lost = store.newest_read(), [*store.pending_losses(), *store.accepted_losses()]
        kept = store.pages_for([found[-1].after])
    newest = found[-1].after
    return desk.page(
        "record.html",
        "/records",
        f"這筆紀錄的變化：{newest.title}",
        number=found[-1].record,
        record=newest,
        versions=[_version(each) for each in found],
        cells=cells(newest),
        gone=_gone(found[-1].record, lost),
        read_at=read.taken_at if read else None,
        has_page=any(each.pdf_path for each in kept),
    )


def _found(store: Store, request: Request) -> list[RecordChange]:
    """Its changes, oldest first."""
    number = request.path_params["number"]
    found = [each for each in store.changes() if each.record == number]
    if not found:
        raise HTTPException(404, "沒有這一筆紀錄。")
    return sorted(found, key=lambda each: each.seen_at)


def _version(each: RecordChange) -> Version:
    return Version(each.seen_at, ORIGIN[each.after.origin], differs(each), each.before is None)


def _gone(number: int, losses: Sequence[Loss]) -> datetime | None:
    """Since which read the portal shows it no more."""
    found = [each.gone_since for each in losses if each.record_id == number and each.returned_at is None]
    return min(found, default=None)


def page(desk: Desk, request: Request) -> Response:
    """The portal's own page on which it stands, as it was printed when it was read."""
    with desk.store() as store:
        kept = store.pages_for([_found(store, request)[-1].after])
    path = next((each.pdf_path for each in kept if each.pdf_path), None)
    if path is None:
        raise ConfigError("沒有保存這一筆的平臺頁面。", "下次更新時會保存。")
    try:
        return pdf_answer((desk.home.path / path).read_bytes(), "page.pdf")
    except OSError as why:
        raise ConfigError(f"保存的頁面無法讀取（{why.strerror}）。", "請以備份還原。") from why
