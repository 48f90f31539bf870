"""Saving a read within one transaction: what is new, what changed, what is gone, and how things stand now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from agent.store import losses
from agent.store import tables as t
from agent.store.encode import columns, new_id, record, utc
from agent.store.errors import Shrink
from agent.store.tables import IN_FILES, NO_YEAR
from agent.store.values import PageRead, Saved, YearRead
from rules.identity import match
from rules.record import LearningRecord, Origin
from rules.titles import normalise

_LIVE = (Origin.PORTAL, Origin.REPLICA)
_EVIDENCE = {Origin.RECORDS_FILE: 0, Origin.SAVED_PAGE: 1, Origin.PORTAL: 2, Origin.REPLICA: 2}


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    version: int
    seen_at: str  # when it was last seen to say this
    record: LearningRecord


def save_years(connection: Connection, run: int, years: Sequence[YearRead], at: datetime) -> Saved:
    """Everything a read brought, within the caller's transaction. Raises Shrink when a whole year lost records."""
    new = changed = unread = 0
    reads = [_Read(year, at) for year in years]
    known = before = _known(connection)
    for read in reads:
        read.elsewhere = partial(_elsewhere, read, reads, before)
    for year, read in zip(years, reads, strict=True):
        added, altered, wrote = _save_year(connection, run, read, known)
        if wrote:
            known = _known(connection)
        new, changed = new + added, changed + altered
        unread += sum(len(page.unread) for page in year.pages)
    if any(read.lost for read in reads):
        raise _shrink(reads)
    total = len(connection.execute(select(t.record.c.id)).all())
    return Saved(total, new, changed, unread)


def _elsewhere(read: _Read, reads: Sequence[_Read], known: Sequence[_Known]) -> set[int]:
    """The ids of the records known before that stand in another year of this read. Asked only where a row seems to be gone."""
    rows = [each for other in reads if other is not read for _, _, each in other.rows]
    return {known[old].id for old, _ in match([each.record for each in known], rows).pairs}


class _Read:
    """One year of a read: its key, its rows, and when it was taken.

    `elsewhere()` are the records that the same read shows under another year: moved between filters, not gone. `lost` are
    those it should show and does not.
    """

    def __init__(self, year: YearRead, at: datetime) -> None:
        self.year = year
        self.key = key_of(year)
        self.rows = [(page, place, each) for page in year.pages for place, each in enumerate(page.records)]
        self.unread = [each for page in year.pages for each in page.unread]
        self.taken_at = max((utc(page.taken_at) for page in year.pages), default=utc(at))
        self.at = at
        self.elsewhere: Callable[[], set[int]] = set
        self.lost: list[_Known] = []
        self.live = not year.pages or any(page.origin in _LIVE for page in year.pages)


def _save_year(
    connection: Connection, run: int, read: _Read, known: Sequence[_Known]
) -> tuple[int, int, bool]:
    """How many records are new and changed, and whether anything was written that changes what is known."""
    matching = match([each.record for each in known], [each for _, _, each in read.rows])
    stands = _says_how_things_stand(connection, read)
    not_understood: set[int] = set()
    if stands and read.year.complete:
        not_understood = _find_lost(connection, read, [known[index] for index in matching.gone])
    ids = {fresh: known[old].id for old, fresh in matching.pairs}
    written: list[dict[str, Any]] = []
    outdated: list[int] = []
    changed = 0
    for old, fresh in matching.pairs:
        page, _, each = read.rows[fresh]
        before = known[old]
        if columns(before.record) == columns(each):
            if _EVIDENCE[page.origin] > _EVIDENCE[before.record.origin]:
                seen = max(utc(page.taken_at), before.seen_at)
                written.append({**_version(before.id, run, page, each, newest=True), "seen_at": seen})
                outdated.append(before.version)
            continue
        newer = page.origin in _LIVE or utc(page.taken_at) >= before.seen_at
        if newer:
            outdated.append(before.version)
        elif _was_known(connection, before.id, each):
            continue
        written.append(_version(before.id, run, page, each, newest=newer))
        changed += 1
    for fresh in matching.new:
        page, _, each = read.rows[fresh]
        made = connection.execute(insert(t.record).values(first_run_id=run))
        ids[fresh] = new_id(made)
        written.append(_version(ids[fresh], run, page, each, newest=True))
    if outdated:
        connection.execute(update(t.version).where(t.version.c.id.in_(outdated)).values(newest=0))
    if written:
        connection.execute(insert(t.version), written)
    if stands:
        _stand(connection, run, read, ids, not_understood)
    if read.key == IN_FILES:
        marked = {
            ids[fresh]: each.gone_since for fresh in matching.new if (each := read.rows[fresh][2]).gone_since
        }
        losses.enter_from_file(connection, marked, read.at)
    return len(matching.new), changed, bool(written or outdated)


def _says_how_things_stand(connection: Connection, read: _Read) -> bool:
    """A read of the portal always does; a file or saved page older than the newest read of its kind adds history only."""
    before = connection.scalar(select(t.read_year.c.taken_at).where(t.read_year.c.year == read.key))
    return read.live or before is None or before <= read.taken_at


def _known(connection: Connection) -> list[_Known]:
    looked = {
        row[0]: row[1]
        for row in connection.execute(
            select(t.sighting.c.record_id, func.max(t.read_year.c.taken_at))
            .join(t.read_year, t.read_year.c.year == t.sighting.c.year)
            .where(t.sighting.c.year != IN_FILES)
            .group_by(t.sighting.c.record_id)
        )
    }
    found = connection.execute(
        select(t.version).where(t.version.c.newest == 1).order_by(t.version.c.record_id)
    )
    return [
        _Known(
            id=row["record_id"],
            version=row["id"],
            seen_at=max(row["seen_at"], looked.get(row["record_id"], "")),
            record=record(dict(row)),
        )
        for row in found.mappings()
    ]


def _was_known(connection: Connection, record_id: int, each: LearningRecord) -> bool:
    """Whether the record's history holds just this already."""
    found = connection.execute(select(t.version).where(t.version.c.record_id == record_id)).mappings()
    return any(columns(record(dict(row))) == columns(each) for row in found)


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


def _find_lost(connection: Connection, read: _Read, gone: Iterable[_Known]) -> set[int]:
    """A year read to its end must still hold every record sighted under it, else it is lost; those that a row not understood
    may be are given back."""
    sighted = set(connection.scalars(select(t.sighting.c.record_id).where(t.sighting.c.year == read.key)))
    unread = Counter(normalise(each.title) if each.title else None for each in read.unread)
    not_understood = set()
    missing = [each for each in gone if each.id in sighted]
    elsewhere = read.elsewhere() if missing else set()
    for each in missing:
        if each.id in elsewhere:
            continue
        title = normalise(each.record.title)
        row = title if unread[title] else None
        if unread[row]:
            unread[row] -= 1
            not_understood.add(each.id)
        else:
            read.lost.append(each)
    return not_understood


def _shrink(reads: Sequence[_Read]) -> Shrink:
    """All that this read lost, of every year."""
    lost = [each for read in reads for each in read.lost]
    years = "、".join(str(read.key) for read in reads if read.lost and read.key != NO_YEAR)
    which = f"{years} 年的" if years else ""
    names = "、".join(f"『{each.record.title}』" for each in lost[:3])
    return Shrink(
        f"平臺上{which}紀錄比先前少 {len(lost)} 筆（{names}{'…' if len(lost) > 3 else ''}）。先前的紀錄保留不變，這次的另外存放。",
        "原紀錄仍完整保存，沒有被覆蓋。請登入平臺確認；若平臺確實不再顯示，請執行 elearn records accept-loss。",
        {read.key: frozenset(each.id for each in read.lost) for read in reads if read.lost},
    )


def _stand(connection: Connection, run: int, read: _Read, ids: dict[int, int], keep: set[int]) -> None:
    """Where each record stands now, the pages it stands on, and the rows that were not understood."""
    standing = [
        {
            "record_id": ids[at],
            "year": read.key,
            "page_number": page.number,
            "position": position,
            "number": each.number,
        }
        for at, (page, position, each) in enumerate(read.rows)
    ]
    if read.year.complete:
        left = set(connection.scalars(select(t.sighting.c.record_id).where(t.sighting.c.year == read.key)))
        left -= {*keep, *ids.values()}
        connection.execute(
            delete(t.sighting).where(t.sighting.c.year == read.key, t.sighting.c.record_id.in_(left))
        )
    if standing:
        fresh = upsert(t.sighting)
        changed = {name: fresh.excluded[name] for name in ("page_number", "position", "number")}
        connection.execute(
            fresh.on_conflict_do_update(index_elements=["record_id", "year"], set_=changed), standing
        )
    if read.key != IN_FILES:
        losses.returned(connection, ids.values(), read.taken_at)
    _put_unread(connection, run, read)
    pages = [_keep_page(connection, run, read.key, page) for page in read.year.pages]
    values = {
        "taken_at": read.taken_at,
        "url": next((page.url for page in read.year.pages), ""),
        "total_stated": read.year.total_stated,
        "pages": _json(pages),
    }
    connection.execute(
        upsert(t.read_year)
        .values(year=read.key, **values)
        .on_conflict_do_update(index_elements=["year"], set_=values)
    )


def _put_unread(connection: Connection, run: int, read: _Read) -> None:
    """The rows not understood in place of those of the read before; the same ones stay as they were entered."""
    fresh = [(_json(each.cells), each.reason, each.title) for each in read.unread]
    of_year = t.unread.c.year == read.key
    kept = connection.execute(
        select(t.unread.c.cells, t.unread.c.reason, t.unread.c.title).where(of_year).order_by(t.unread.c.id)
    )
    if [tuple(row) for row in kept] == fresh:
        return
    connection.execute(delete(t.unread).where(of_year))
    if fresh:
        names = ("cells", "reason", "title")
        entered = {"year": read.key, "run_id": run}
        connection.execute(
            insert(t.unread), [{**entered, **dict(zip(names, row, strict=True))} for row in fresh]
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


def key_of(year: YearRead) -> int:
    """The key under which a year of a read is kept."""
    if year.year is not None:
        return year.year
    return NO_YEAR if year.complete else IN_FILES


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
