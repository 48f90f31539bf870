"""The ledger of password submissions: each is entered before it is made, and answered once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from agent.store import tables as t
from agent.store.encode import aware, new_id, utc
from agent.store.values import Attempt

_BLOCKING = (None, "refused", "person_needed")


def enter_attempt(connection: Connection, gateway: str, account_key: str, mode: str, at: datetime) -> int:
    """A new entry, not yet answered."""
    made = connection.execute(
        insert(t.attempt).values(gateway=gateway, account_key=account_key, mode=mode, submitted_at=utc(at))
    )
    return new_id(made)


def answer_attempt(connection: Connection, attempt: int, outcome: str, at: datetime) -> None:
    """What became of it."""
    connection.execute(
        update(t.attempt).where(t.attempt.c.id == attempt).values(outcome=outcome, answered_at=utc(at))
    )


def open_block(connection: Connection, gateway: str) -> Attempt | None:
    """The newest entry that still needs a person: refused, unclear, or never answered; None when there is none."""
    found = (
        connection.execute(
            select(t.attempt)
            .where(t.attempt.c.gateway == gateway, t.attempt.c.cleared_at.is_(None))
            .order_by(t.attempt.c.id.desc())
        )
        .mappings()
        .first()
    )
    if found is None or found["outcome"] not in _BLOCKING:
        return None
    return Attempt(found["id"], gateway, aware(found["submitted_at"]), found["outcome"])


def clear_attempts(connection: Connection, gateway: str, by: str, at: datetime) -> None:
    """A person acted: earlier entries stop nothing any more."""
    connection.execute(
        update(t.attempt)
        .where(t.attempt.c.gateway == gateway, t.attempt.c.cleared_at.is_(None))
        .values(cleared_at=utc(at), cleared_by=by)
    )
