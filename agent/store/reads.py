"""Saving a read in one transaction, and giving back what is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from agent.store import tables as t
from agent.store.encode import aware, columns, new_id, record, utc
from agent.store.errors import Shrink
from agent.store.values import KeptPage, PageRead, ReadInfo, Saved, YearRead
from rules.identity import match
from rules.record import LearningRecord, Origin, UnreadRow

NO_YEAR = -1  # the key of a read without a year filter


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    version: int
    seen_at: str
    record: LearningRecord


def save_years(connection: Connection, run: int, years: Sequence[YearRead], at: datetime) -> Saved:
    """Everything a read brought, within the caller's transaction. Raises Shrink when a whole year lost records."""
    new = changed = unread = 0
    for year in years:
        added, altered = _save_year(connection, run, year, at)
        new, changed = new + added, changed + altered
        unread += sum(len(page.unread) for page in year.pages)
    total = len(connection.execute(select(t.record.c.id)).all())
    return Saved(total, new, changed, unread)


def _save_year(connection: Connection, run: int, year: YearRead, at: datetime) -> tuple[int, int]:
    key = NO_YEAR if year.year is None else year.year
    rows = [(page, at_row, each) for page in year.pages for at_row, each in enumerate(page.records)]
    known = _known(connection)
    matching = match([each.record for each in known], [each for _, _, each in rows])
    if year.complete:
        _no_shrink(connection, year, key, [known[index] for index in matching.gone])
    ids: dict[int, int] = {}
    altered: list[dict[str, Any]] = []
    outdated: list[int] = []
    for old, fresh in matching.pairs:
        page, _, each = rows[fresh]
        ids[fresh] = known[old].id
        if columns(known[old].record) == columns(each):
            continue
        newer = utc(page.taken_at) >= known[old].seen_at
        altered.append(_version(known[old].id, run, page, each, newest=newer))
        if newer:
            outdated.append(known[old].version)
    for fresh in matching.new:
        page, _, each = rows[fresh]
        made = connection.execute(insert(t.record).values(first_run_id=run))
        ids[fresh] = new_id(made)
        altered.append(_version(ids[fresh], run, page, each, newest=True))
    if outdated:
        connection.execute(update(t.version).where(t.version.c.id.in_(outdated)).values(newest=0))
    if altered:
        connection.execute(insert(t.version), altered)
    _stand(connection, run, year, key, ids, rows)
    return len(matching.new), len(altered) - len(matching.new)


def _known(connection: Connection) -> list[_Known]:
    found = connection.execute(
        select(t.version).where(t.version.c.newest == 1).order_by(t.version.c.record_id)
    )
    return [
        _Known(row["record_id"], row["id"], row["seen_at"], record(dict(row))) for row in found.mappings()
    ]


def _version(
    record_id: int, run: int, page: PageRead, each: LearningRecord, *, newest: bool
) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "run_id": run,
        "seen_at": utc(page.taken_at),
        "origin": str(page.origin),
        "newest": int(newest),
        **columns(each),
    }


def _no_shrink(connection: Connection, year: YearRead, key: int, gone: Iterable[_Known]) -> None:
    """A year read to its end must still hold every record sighted under it."""
    sighted = set(connection.scalars(select(t.sighting.c.record_id).where(t.sighting.c.year == key)))
    lost = [each for each in gone if each.id in sighted]
    if lost:
        which = f"{year.year} 年的" if year.year is not None else ""
        names = "、".join(f"『{each.record.title}』" for each in lost[:3])
        raise Shrink(
            f"平臺上{which}紀錄比先前少 {len(lost)} 筆（{names}{'…' if len(lost) > 3 else ''}）。先前的紀錄保留不變，這次的另外存放。",
            "請登入平臺確認；原紀錄仍完整保存，沒有被覆蓋。",
        )


def _stand(
    connection: Connection,
    run: int,
    year: YearRead,
    key: int,
    ids: dict[int, int],
    rows: Sequence[tuple[PageRead, int, LearningRecord]],
) -> None:
    """Where each record stands now, the pages it stands on, and the rows that were not understood."""
    before = connection.execute(select(t.read_year).where(t.read_year.c.year == key)).mappings().first()
    taken_at = max((utc(page.taken_at) for page in year.pages), default="")
    if before is not None and not year.complete and before["taken_at"] > taken_at:
        return  # an older file adds history; it does not say how things stand now
    standing = [
        {
            "record_id": ids[at],
            "year": key,
            "page_number": page.number,
            "position": position,
            "number": each.number,
        }
        for at, (page, position, each) in enumerate(rows)
    ]
    if year.complete:
        connection.execute(delete(t.sighting).where(t.sighting.c.year == key))
    if standing:
        fresh = upsert(t.sighting)
        changed = {name: fresh.excluded[name] for name in ("page_number", "position", "number")}
        connection.execute(
            fresh.on_conflict_do_update(index_elements=["record_id", "year"], set_=changed), standing
        )
    connection.execute(delete(t.unread).where(t.unread.c.year == key))
    unread = [
        {"year": key, "run_id": run, "cells": _json(each.cells), "reason": each.reason, "title": each.title}
        for page in year.pages
        for each in page.unread
    ]
    if unread:
        connection.execute(insert(t.unread), unread)
    pages = [_keep_page(connection, run, key, page) for page in year.pages]
    values = {
        "taken_at": taken_at,
        "url": next((page.url for page in year.pages), ""),
        "total_stated": year.total_stated,
        "pages": _json(pages),
    }
    connection.execute(
        upsert(t.read_year)
        .values(year=key, **values)
        .on_conflict_do_update(index_elements=["year"], set_=values)
    )


def _keep_page(connection: Connection, run: int, key: int, page: PageRead) -> int:
    """The id of the kept page: a new row where the content is new, else the row it was kept under."""
    if page.html is None and page.pdf is None:
        kept = connection.scalars(
            select(t.page.c.id)
            .where(t.page.c.year == key, t.page.c.number == page.number)
            .where(t.page.c.content_sha256 == page.content_sha256)
            .order_by(t.page.c.id.desc())
        ).first()
        if kept is not None:
            return int(kept)
    made = connection.execute(
        insert(t.page).values(
            run_id=run,
            year=key,
            number=page.number,
            url=page.url,
            taken_at=utc(page.taken_at),
            origin=str(page.origin),
            content_sha256=page.content_sha256,
            html_path=page.html.path if page.html else None,
            html_sha256=page.html.sha256 if page.html else None,
            pdf_path=page.pdf.path if page.pdf else None,
            pdf_sha256=page.pdf.sha256 if page.pdf else None,
        )
    )
    return new_id(made)


def set_aside(connection: Connection, run: int, years: Sequence[YearRead], reason: str) -> None:
    """Keep what a read showed although it was not believed."""
    connection.execute(
        insert(t.set_aside),
        [
            {
                "run_id": run,
                "year": NO_YEAR if year.year is None else year.year,
                "reason": reason,
                "rows": _json([columns(each) for page in year.pages for each in page.records]),
            }
            for year in years
        ],
    )


def records(connection: Connection) -> list[LearningRecord]:
    """Every record as last seen, ordered by year, page and place; one read under two years stands once, under the first."""
    found = connection.execute(
        select(t.version, t.sighting.c.number.label("number"))
        .outerjoin(t.sighting, t.sighting.c.record_id == t.version.c.record_id)
        .where(t.version.c.newest == 1)
        .order_by(t.sighting.c.year, t.sighting.c.page_number, t.sighting.c.position, t.version.c.record_id)
    )
    once: dict[int, LearningRecord] = {}
    for row in found.mappings():
        once.setdefault(row["record_id"], record(dict(row), row["number"]))
    return list(once.values())


def unread_rows(connection: Connection) -> list[UnreadRow]:
    """The rows of each year's newest read that were not understood."""
    found = connection.execute(select(t.unread).order_by(t.unread.c.id)).mappings()
    return [UnreadRow(tuple(json.loads(row["cells"])), row["reason"], row["title"]) for row in found]


def newest_read(connection: Connection) -> ReadInfo | None:
    """Where and when was read last, None before the first read."""
    found = connection.execute(select(t.read_year).order_by(t.read_year.c.taken_at.desc())).mappings().all()
    if not found:
        return None
    stated = [row["total_stated"] for row in found if row["total_stated"] is not None]
    return ReadInfo(
        source=found[0]["url"],
        taken_at=aware(found[0]["taken_at"]),
        total_stated=sum(stated) if stated else None,
        years=tuple(sorted(row["year"] for row in found if row["year"] != NO_YEAR)),
    )


def kept_pages(connection: Connection) -> list[KeptPage]:
    """The pages that the newest reads consist of, in order of year and page."""
    ids = [each for row in connection.scalars(select(t.read_year.c.pages)) for each in json.loads(row)]
    found = connection.execute(
        select(t.page).where(t.page.c.id.in_(ids)).order_by(t.page.c.year, t.page.c.number)
    )
    return [
        KeptPage(
            id=row["id"],
            year=None if row["year"] == NO_YEAR else row["year"],
            number=row["number"],
            url=row["url"],
            taken_at=aware(row["taken_at"]),
            origin=Origin(row["origin"]),
            content_sha256=row["content_sha256"],
            html_path=row["html_path"],
            pdf_path=row["pdf_path"],
        )
        for row in found.mappings()
    ]


def places(connection: Connection, wanted: Sequence[LearningRecord]) -> set[tuple[int | None, int]]:
    """The (year, page number) on which each of these records stands, the first where it stands on several."""
    found = connection.execute(
        select(t.version, t.sighting.c.year.label("on_year"), t.sighting.c.page_number.label("on_page"))
        .join(t.sighting, t.sighting.c.record_id == t.version.c.record_id)
        .where(t.version.c.newest == 1)
        .order_by(t.sighting.c.year)
    )
    stand: dict[LearningRecord, tuple[int | None, int]] = {}
    for row in found.mappings():
        year = None if row["on_year"] == NO_YEAR else row["on_year"]
        stand.setdefault(record(dict(row)), (year, row["on_page"]))
    return {stand[each] for each in wanted if each in stand}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
