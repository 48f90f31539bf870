"""The ledger of password submissions: each is entered before it is made, and answered once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from agent.store import tables as t
from agent.store.encode import aware, new_id, utc
from agent.store.values import Attempt, Reservation

_BLOCKING = (None, "refused", "person_needed")


def enter_attempt(connection: Connection, gateway: str, account_key: str, mode: str, at: datetime) -> int:
    """A new entry, not yet answered."""
    made = connection.execute(
        insert(t.attempt).values(gateway=gateway, account_key=account_key, mode=mode, submitted_at=utc(at))
    )
    return new_id(made)


def reserve_attempt(connection: Connection, wish: Attempt, mode: str, since: datetime) -> Reservation:
    """Enter a submission unless an earlier one still needs a person: looked up and entered in one transaction, so that of two
    processes at once only one can. `wish` is the submission wanted, its id of no matter. `made` counts those since a moment.
    """
    block = open_block(connection, wish.gateway)
    made = attempts_since(connection, wish.gateway, since)
    if block is not None and block.is_of(wish.account_key):
        return Reservation(None, block, made)
    if block is not None:  # another password is stored now: a person has acted
        clear_attempts(connection, wish.gateway, "another password", wish.submitted_at)
    entered = enter_attempt(connection, wish.gateway, wish.account_key, mode, wish.submitted_at)
    return Reservation(entered, None, made + 1)


def attempts_since(connection: Connection, gateway: str, since: datetime) -> int:
    """How many submissions were entered since this moment, whatever became of them."""
    wanted = select(func.count()).where(
        t.attempt.c.gateway == gateway, t.attempt.c.submitted_at >= utc(since)
    )
    return connection.scalar(wanted) or 0


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
    return Attempt(found["id"], gateway, aware(found["submitted_at"]), found["outcome"], found["account_key"])


def clear_attempts(connection: Connection, gateway: str, by: str, at: datetime) -> None:
    """A person acted: earlier entries stop nothing any more."""
    connection.execute(
        update(t.attempt)
        .where(t.attempt.c.gateway == gateway, t.attempt.c.cleared_at.is_(None))
        .values(cleared_at=utc(at), cleared_by=by)
    )
