"""The ledger of notices: each is entered once under its key, and told once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from agent.store import tables as t
from agent.store.encode import aware, utc
from agent.store.values import Notice


def enter(connection: Connection, found: Iterable[Notice]) -> int:
    """Enter those whose key is not known yet; how many were."""
    known = set(connection.scalars(select(t.notice.c.key)))
    fresh: dict[str, Notice] = {}
    for each in found:
        if each.key not in known:
            fresh.setdefault(each.key, each)
    rows = [
        {
            "key": each.key,
            "kind": each.kind,
            "data": json.dumps(dict(each.data), ensure_ascii=False),
            "found_at": utc(each.found_at),
        }
        for each in fresh.values()
    ]
    if rows:
        connection.execute(insert(t.notice), rows)
    return len(rows)


def untold(connection: Connection) -> list[Notice]:
    """Those that nobody was told of yet, in the order they were found."""
    return _read(connection, only_untold=True)


def every(connection: Connection) -> list[Notice]:
    """The whole ledger, in the order of its entries."""
    return _read(connection, only_untold=False)


def close(connection: Connection, keys: Sequence[str], outcome: str, at: datetime) -> None:
    """Enter what became of these: `told`, or `expired` where it could not be told in time."""
    connection.execute(
        update(t.notice)
        .where(t.notice.c.key.in_(keys), t.notice.c.closed_at.is_(None))
        .values(closed_at=utc(at), outcome=outcome)
    )


def _read(connection: Connection, *, only_untold: bool) -> list[Notice]:
    wanted = select(t.notice).order_by(t.notice.c.id)
    if only_untold:
        wanted = wanted.where(t.notice.c.closed_at.is_(None))
    return [
        Notice(
            key=row["key"],
            kind=row["kind"],
            data=json.loads(row["data"]),
            found_at=aware(row["found_at"]),
            closed_at=aware(row["closed_at"]) if row["closed_at"] else None,
            outcome=row["outcome"],
        )
        for row in connection.execute(wanted).mappings()
    ]
