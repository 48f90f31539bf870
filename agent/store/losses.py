"""Records that the portal no longer shows: what a read lacked, and what a person then accepted as gone.

A read that lacks known records is not believed (19), and without a way on every later run would end so too. The way on:

- Nothing is deleted. The record and every version of it stay, with the page it last stood on.
- A person says row by row that it is gone; no run decides that by itself, since a page half loaded looks just the same.
- From then on the row is marked with the day since when it is gone, and a verdict makes it 待認定: the plan's evidence is
  the portal's own page, and that no longer shows the row. Whether what was read earlier still counts is for the personnel
  office to say, so the row is neither dropped nor counted.
- Only the rows named are accepted: another one missing later is 19 again. A row that returns counts as before.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Subquery, delete, func, insert, select, update

from agent.store import tables as t
from agent.store.encode import TAIPEI, aware, columns, record, utc
from agent.store.tables import IN_FILES, NO_YEAR
from agent.store.values import Loss, YearRead


def set_aside(
    connection: Connection,
    run: int,
    years: Sequence[tuple[int, YearRead]],
    reason: str,
    lost: Mapping[int, Collection[int]],
) -> None:
    """Keep what a read showed although it was not believed. `years` by their key; `lost`: record ids by year key."""
    connection.execute(
        insert(t.set_aside),
        [
            {
                "run_id": run,
                "year": key,
                "reason": reason,
                "rows": _json([columns(each) for page in year.pages for each in page.records]),
                "lost": _json(sorted(lost.get(key, ()))),
            }
            for key, year in years
        ],
    )


def pending(connection: Connection) -> list[Loss]:
    """The records that the newest read lacked and nobody has accepted yet; none once a read has shown them again.

    `gone_since` is the first read in a row of reads that lacked the record.
    """
    found: list[Loss] = []
    for (record_id, year), since in _missed(connection).items():
        row = _newest(connection, record_id)
        if row is None:
            continue
        page = _page_of(connection, record_id, year)
        found.append(
            Loss(
                record_id=record_id,
                year=None if year == NO_YEAR else year,
                record=record(row),
                gone_since=aware(since),
                page=page.get("pdf_path") or page.get("html_path"),
            )
        )
    return sorted(found, key=lambda each: (each.year or 0, each.record_id))


def accepted(connection: Connection) -> list[Loss]:
    """Every loss ever accepted, also of rows that returned, oldest first."""
    rows = connection.execute(select(t.loss).order_by(t.loss.c.id)).mappings()
    found: list[Loss] = []
    for row in rows:
        newest = _newest(connection, row["record_id"])
        page = _page(connection, row["page_id"])
        if newest is not None:
            found.append(
                Loss(
                    record_id=row["record_id"],
                    year=None if row["year"] in (NO_YEAR, IN_FILES) else row["year"],
                    record=record(newest),
                    gone_since=aware(row["gone_since"]),
                    page=page.get("pdf_path") or page.get("html_path"),
                    accepted_at=aware(row["accepted_at"]),
                    returned_at=aware(row["returned_at"]) if row["returned_at"] else None,
                )
            )
    return found


def accept(connection: Connection, shown: Iterable[Loss], at: datetime) -> int:
    """Enter that these rows are gone: they no longer stand in their year, so the next read may lack them. How many were."""
    missed = _missed(connection)
    count = 0
    for each in shown:
        key = (each.record_id, NO_YEAR if each.year is None else each.year)
        if key not in missed:
            continue
        page = _page_of(connection, *key)
        stood = (t.sighting.c.record_id == key[0]) & (t.sighting.c.year == key[1])
        connection.execute(delete(t.sighting).where(stood))
        elsewhere = select(t.sighting.c.year).where(
            t.sighting.c.record_id == key[0], t.sighting.c.year != IN_FILES
        )
        if connection.scalar(elsewhere.limit(1)) is None:  # under another year the portal still shows it
            _enter(connection, key, page.get("id"), missed[key], at)
        count += 1
    return count


def enter_from_file(connection: Connection, gone: Mapping[int, date], at: datetime) -> None:
    """New records that a file brings and itself says are gone from the portal, with the day: they stay marked so."""
    for record_id, day in gone.items():
        _enter(connection, (record_id, IN_FILES), None, utc(datetime.combine(day, time(), TAIPEI)), at)


def returned(connection: Connection, records: Collection[int], at: str) -> None:
    """The portal shows these again."""
    of_open = select(t.loss.c.record_id).where(t.loss.c.returned_at.is_(None))
    back = set(connection.scalars(of_open)) & set(records)
    if back:
        connection.execute(
            update(t.loss)
            .where(t.loss.c.record_id.in_(back), t.loss.c.returned_at.is_(None))
            .values(returned_at=at)
        )


def since_when() -> Subquery:
    """record_id → since when the portal does not show it, for those that are gone now."""
    return (
        select(t.loss.c.record_id, func.min(t.loss.c.gone_since).label("gone_since"))
        .where(t.loss.c.returned_at.is_(None))
        .group_by(t.loss.c.record_id)
        .subquery()
    )


def _missed(connection: Connection) -> dict[tuple[int, int], str]:
    """(record, year) → since when, for the records that the newest read of the year lacked and that still stand in it."""
    read = {row[0]: row[1] for row in connection.execute(select(t.read_year.c.year, t.read_year.c.taken_at))}
    asides: dict[int, list[tuple[str, set[int]]]] = defaultdict(list)
    for row in connection.execute(
        select(t.set_aside.c.year, t.set_aside.c.lost, t.run.c.started_at)
        .join(t.run, t.run.c.id == t.set_aside.c.run_id)
        .where(t.set_aside.c.lost.is_not(None))
        .order_by(t.set_aside.c.id.desc())
    ):
        asides[row[0]].append((row[2], set(json.loads(row[1]))))
    found: dict[tuple[int, int], str] = {}
    for year, looks in asides.items():
        later = [each for each in looks if each[0] > read.get(year, "")]
        standing = set(connection.scalars(select(t.sighting.c.record_id).where(t.sighting.c.year == year)))
        for record_id in (later[0][1] & standing) if later else ():
            since = later[0][0]
            for at, lost in later:
                if record_id not in lost:
                    break
                since = at
            found[(record_id, year)] = since
    return found


def _enter(connection: Connection, key: tuple[int, int], page: int | None, since: str, at: datetime) -> None:
    connection.execute(
        insert(t.loss).values(
            record_id=key[0], year=key[1], page_id=page, gone_since=since, accepted_at=utc(at)
        )
    )


def _newest(connection: Connection, record_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        select(t.version).where(t.version.c.record_id == record_id, t.version.c.newest == 1)
    ).mappings()
    found = row.first()
    return dict(found) if found else None


def _page_of(connection: Connection, record_id: int, year: int) -> Mapping[str, Any]:
    """The kept page on which the record stands in the newest believed read of the year."""
    number = connection.scalar(
        select(t.sighting.c.page_number).where(t.sighting.c.record_id == record_id, t.sighting.c.year == year)
    )
    ids = connection.scalar(select(t.read_year.c.pages).where(t.read_year.c.year == year))
    for each in json.loads(ids or "[]"):
        page = _page(connection, each)
        if page.get("number") == number:
            return page
    return {}


def _page(connection: Connection, page_id: int | None) -> Mapping[str, Any]:
    if page_id is None:
        return {}
    row = connection.execute(select(t.page).where(t.page.c.id == page_id)).mappings().first()
    return dict(row) if row else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
