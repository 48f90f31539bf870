"""What changed, run by run: every version of a record beside the one before it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from agent.store import tables as t
from agent.store.encode import aware, columns, record
from agent.store.values import RecordChange


def changes(connection: Connection) -> list[RecordChange]:
    """Every change there ever was, in the order of the runs that brought it.

    The versions of a record are compared in the order in which they were seen to hold: an older file that is imported later
    stands before what is known. One that says the same as the one before (read again, from better evidence) is no change.
    """
    found = connection.execute(
        select(t.version, t.record.c.first_run_id)
        .join(t.record, t.record.c.id == t.version.c.record_id)
        .order_by(t.version.c.record_id, t.version.c.seen_at, t.version.c.id)
    )
    versions: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in found.mappings():
        versions[each["record_id"]].append(dict(each))
    made: list[RecordChange] = []
    for rows in versions.values():
        before = None
        for row in rows:
            after = record(row)
            if before is None or columns(before) != columns(after):
                made.append(
                    RecordChange(
                        record=row["record_id"],
                        run=row["run_id"],
                        seen_at=aware(row["seen_at"]),
                        before=before,
                        after=after,
                        is_new=before is None and row["run_id"] == row["first_run_id"],
                        is_late=before is None and row["run_id"] != row["first_run_id"],
                    )
                )
            before = after
    return sorted(made, key=lambda each: (each.run, each.record, each.seen_at))
