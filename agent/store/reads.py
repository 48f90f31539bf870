"""Giving back what is known: the records, the rows not understood, the newest read, and the pages kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, case, select

from agent.store import losses
from agent.store import tables as t
from agent.store.encode import aware, record
from agent.store.tables import IN_FILES, NO_YEAR
from agent.store.values import KeptPage, ReadInfo
from rules.record import LearningRecord, Origin, UnreadRow


def records(connection: Connection) -> list[LearningRecord]:
    """Every record as last seen, ordered by year, page and place; one read under two years stands once, under the first.

    Those only a records file has shown come behind all others, and last those that the portal no longer shows.
    """
    gone = losses.since_when()
    found = connection.execute(
        select(t.version, t.sighting.c.number.label("number"), gone.c.gone_since)
        .outerjoin(t.sighting, t.sighting.c.record_id == t.version.c.record_id)
        .outerjoin(gone, gone.c.record_id == t.version.c.record_id)
        .where(t.version.c.newest == 1)
        .order_by(
            _turn(connection),
            t.sighting.c.year,
            t.sighting.c.page_number,
            t.sighting.c.position,
            t.version.c.record_id,
        )
    )
    once: dict[int, LearningRecord] = {}
    for row in found.mappings():
        once.setdefault(row["record_id"], record(dict(row), row["number"], row["gone_since"]))
    return list(once.values())


def _turn(connection: Connection) -> ColumnElement[int]:
    """The years; the read without a year filter before them where it is newer, else behind; then files; then nowhere."""
    first = 0 if _unfiltered_is_newest(connection) else 2
    return case(
        {NO_YEAR: first, IN_FILES: 3},
        value=t.sighting.c.year,
        else_=case((t.sighting.c.year.is_(None), 4), else_=1),
    )


def _unfiltered_is_newest(connection: Connection) -> bool:
    taken = {row[0]: row[1] for row in connection.execute(select(t.read_year.c.year, t.read_year.c.taken_at))}
    unfiltered = taken.pop(NO_YEAR, None)
    taken.pop(IN_FILES, None)
    return unfiltered is not None and unfiltered > max(taken.values(), default="")


def unread_rows(connection: Connection) -> list[UnreadRow]:
    """The rows of each year's newest read that were not understood."""
    found = connection.execute(select(t.unread).order_by(t.unread.c.id)).mappings()
    return [UnreadRow(tuple(json.loads(row["cells"])), row["reason"], row["title"]) for row in found]


def newest_read(connection: Connection) -> ReadInfo | None:
    """Where and when was read last, None before the first read."""
    found = connection.execute(
        select(t.read_year).order_by(t.read_year.c.taken_at.desc(), t.read_year.c.year)
    ).mappings()
    reads = {row["year"]: row for row in found}
    if not reads:
        return None
    newest = next(iter(reads.values()))
    years = sorted(set(reads) - {NO_YEAR, IN_FILES})
    if _unfiltered_is_newest(connection) or (NO_YEAR in reads and not years):
        summed = [NO_YEAR]
    else:
        summed = years or [IN_FILES]
    stated = [reads[key]["total_stated"] for key in summed if reads[key]["total_stated"] is not None]
    return ReadInfo(
        source=newest["url"],
        taken_at=aware(newest["taken_at"]),
        total_stated=sum(stated) if stated else None,
        years=tuple(years),
    )


def kept_pages(connection: Connection) -> list[KeptPage]:
    """The pages that the newest reads consist of, in order of year and page."""
    read = connection.scalars(select(t.read_year.c.pages).where(t.read_year.c.year != IN_FILES))
    ids = [each for row in read for each in json.loads(row)]
    found = connection.execute(
        select(t.page).where(t.page.c.id.in_(ids)).order_by(t.page.c.year, t.page.c.number)
    )
    return [_kept(row) for row in found.mappings()]


def older_pages(connection: Connection, wanted: Sequence[LearningRecord]) -> list[KeptPage]:
    """The page on which each of these records stood last that the portal no longer shows, by when it was read; each once."""
    found = connection.execute(
        select(t.page, t.loss.c.record_id, t.loss.c.gone_since)
        .join(t.loss, t.loss.c.page_id == t.page.c.id)
        .where(t.loss.c.returned_at.is_(None))
        .order_by(t.page.c.taken_at, t.page.c.year, t.page.c.number, t.loss.c.gone_since)
    )
    rows = list(found.mappings())
    newest = connection.execute(
        select(t.version).where(
            t.version.c.newest == 1, t.version.c.record_id.in_({row["record_id"] for row in rows})
        )
    )
    gone = {row["record_id"]: record(dict(row)) for row in newest.mappings()}
    pages: dict[int, KeptPage] = {}
    for row in rows:
        if gone[row["record_id"]] in wanted:
            pages.setdefault(row["id"], _kept(row, aware(row["gone_since"])))
    return list(pages.values())


def _kept(row: RowMapping, gone_since: datetime | None = None) -> KeptPage:
    return KeptPage(
        id=row["id"],
        year=None if row["year"] == NO_YEAR else row["year"],
        number=row["number"],
        url=row["url"],
        taken_at=aware(row["taken_at"]),
        origin=Origin(row["origin"]),
        content_sha256=row["content_sha256"],
        html_path=row["html_path"],
        pdf_path=row["pdf_path"],
        gone_since=gone_since,
    )


def page_paths(connection: Connection) -> set[str]:
    """Where every page and print ever kept lies, relative to the home."""
    found = connection.execute(select(t.page.c.html_path, t.page.c.pdf_path))
    return {path for row in found for path in row if path is not None}


def places(connection: Connection, wanted: Sequence[LearningRecord]) -> set[tuple[int | None, int]]:
    """The (year, page number) on which each of these records stands, the first where it stands on several."""
    found = connection.execute(
        select(t.version, t.sighting.c.year.label("on_year"), t.sighting.c.page_number.label("on_page"))
        .join(t.sighting, t.sighting.c.record_id == t.version.c.record_id)
        .where(t.version.c.newest == 1)
        .order_by(_turn(connection), t.sighting.c.year)
    )
    stand: dict[LearningRecord, tuple[int | None, int]] = {}
    for row in found.mappings():
        year = None if row["on_year"] == NO_YEAR else row["on_year"]
        stand.setdefault(record(dict(row)), (year, row["on_page"]))
    return {stand[each] for each in wanted if each in stand}
