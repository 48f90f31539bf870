"""The book of runs: entered when they begin, ended once, and what a run says of itself."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, delete, insert, select, union, update

from agent.store import tables as t
from agent.store.encode import aware, new_id, utc
from agent.store.values import Run

INTERRUPTED = "interrupted"
KEPT = timedelta(days=90)  # a run that brought nothing is kept so long


def start(connection: Connection, command: str, at: datetime) -> int:
    """A new run; its id."""
    return new_id(connection.execute(insert(t.run).values(command=command, started_at=utc(at))))


def note(connection: Connection, run: int, more: dict[str, Any]) -> None:
    """Add to the report of a run."""
    report = json.dumps({**_report(connection, run), **more}, ensure_ascii=False)
    connection.execute(update(t.run).where(t.run.c.id == run).values(report=report))


def finish(
    connection: Connection, run: int, outcome: str, exit_code: int, at: datetime, report: dict[str, Any]
) -> None:
    """How a run ended, added to what was noted before. A run that is entered as ended stays so."""
    connection.execute(
        update(t.run)
        .where(t.run.c.id == run, t.run.c.finished_at.is_(None))
        .values(
            outcome=outcome,
            exit_code=exit_code,
            finished_at=utc(at),
            report=json.dumps({**_report(connection, run), **report}, ensure_ascii=False),
        )
    )


def close_interrupted(connection: Connection, before: int, at: datetime) -> list[int]:
    """Runs before this one that never ended: entered as found interrupted at this moment, without an exit code."""
    open_ = (t.run.c.id < before) & t.run.c.finished_at.is_(None)
    found = list(connection.scalars(select(t.run.c.id).where(open_)))
    if found:
        connection.execute(update(t.run).where(open_).values(outcome=INTERRUPTED, finished_at=utc(at)))
    return found


def without_read(connection: Connection) -> list[int]:
    """Ended runs that neither saved a read nor set one aside."""
    aside = select(t.set_aside.c.run_id)
    found = select(t.run.c.id).where(
        t.run.c.finished_at.is_not(None), t.run.c.outcome != "ok", t.run.c.id.not_in(aside)
    )
    return list(connection.scalars(found.order_by(t.run.c.id)))


def thin(connection: Connection, before: datetime) -> None:
    """Take out the runs begun before this moment that went well and brought nothing: what a home keeps grows with what
    changed, not with how often it was looked. A run that anything refers to stays."""
    named = union(
        *(
            select(column)
            for table in t.metadata.tables.values()
            for column in table.c
            if _names_a_run(column)
        )
    )
    connection.execute(
        delete(t.run).where(
            t.run.c.outcome == "ok", t.run.c.started_at < utc(before), t.run.c.id.not_in(named)
        )
    )


def _names_a_run(column: Column[Any]) -> bool:
    return any(each.column is t.run.c.id for each in column.foreign_keys)


def newest_first(connection: Connection, limit: int | None) -> list[Run]:
    """The runs, newest first."""
    found = connection.execute(select(t.run).order_by(t.run.c.id.desc()).limit(limit)).mappings()
    return [
        Run(
            id=row["id"],
            command=row["command"],
            started_at=aware(row["started_at"]),
            finished_at=aware(row["finished_at"]) if row["finished_at"] else None,
            outcome=row["outcome"],
            exit_code=row["exit_code"],
            report=json.loads(row["report"]),
        )
        for row in found
    ]


def _report(connection: Connection, run: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        connection.scalar(select(t.run.c.report).where(t.run.c.id == run)) or "{}"
    )
    return found
