"""Saving a read within one transaction: what is new, what changed, what is gone, and how things stand now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from agent.store import losses
from agent.store import tables as t
from agent.store.encode import columns, new_id, record, utc
from agent.store.errors import Shrink
from agent.store.standing import stand
from agent.store.tables import IN_FILES, NO_YEAR
from agent.store.values import PageRead, Saved, YearRead
from agent.store.year_under_way import LIVE, Known, YearUnderWay
from rules.identity import match
from rules.record import LearningRecord, Origin
from rules.titles import normalise

_EVIDENCE = {Origin.RECORDS_FILE: 0, Origin.SAVED_PAGE: 1, Origin.PORTAL: 2, Origin.REPLICA: 2}


def save_years(connection: Connection, run: int, years: Sequence[YearRead], at: datetime) -> Saved:
    """Everything a read brought, within the caller's transaction. Raises Shrink when a whole year lost records."""
    new = changed = unread = 0
    reads = [YearUnderWay(year, at) for year in years]
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


def _elsewhere(read: YearUnderWay, reads: Sequence[YearUnderWay], known: Sequence[Known]) -> set[int]:
    """The ids of the records known before that stand in another year of this read. Asked only where a row seems to be gone."""
    rows = [each for other in reads if other is not read for _, _, each in other.rows]
    return {known[old].id for old, _ in match([each.record for each in known], rows).pairs}


def _save_year(
    connection: Connection, run: int, read: YearUnderWay, known: Sequence[Known]
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
        newer = page.origin in LIVE or utc(page.taken_at) >= before.seen_at
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
        stand(connection, run, read, ids, not_understood)
    if read.key == IN_FILES:
        marked = {
            ids[fresh]: each.gone_since for fresh in matching.new if (each := read.rows[fresh][2]).gone_since
        }
        losses.enter_from_file(connection, marked, read.at)
    return len(matching.new), changed, bool(written or outdated)


def _says_how_things_stand(connection: Connection, read: YearUnderWay) -> bool:
    """A read of the portal always does; a file or saved page older than the newest read of its kind adds history only."""
    before = connection.scalar(select(t.read_year.c.taken_at).where(t.read_year.c.year == read.key))
    return read.live or before is None or before <= read.taken_at


def _known(connection: Connection) -> list[Known]:
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
        Known(
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


def _find_lost(connection: Connection, read: YearUnderWay, gone: Iterable[Known]) -> set[int]:
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


def _shrink(reads: Sequence[YearUnderWay]) -> Shrink:
    """All that this read lost, of every year."""
    lost = [each for read in reads for each in read.lost]
    years = "、".join(str(read.key - 1911) for read in reads if read.lost and read.key != NO_YEAR)
    which = f" {years} 年的" if years else ""
    names = "、".join(f"『{each.record.title}』" for each in lost[:3])
    return Shrink(
        f"平臺上{which}紀錄比先前少 {len(lost)} 筆（{names}{'…' if len(lost) > 3 else ''}）。先前的紀錄保留不變，這次的另外存放。",
        "原紀錄仍完整保存，沒有被覆蓋。請登入平臺確認；若平臺確實不再顯示，請執行 elearn records accept-loss。",
        {read.key: frozenset(each.id for each in read.lost) for read in reads if read.lost},
    )
