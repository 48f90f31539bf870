"""The two ledgers: submissions of a password, and claims."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from agent.store import tables as t
from agent.store.encode import aware, new_id, utc
from agent.store.values import Attempt, Claim
from rules.errors import ConfigError

_BLOCKING = (None, "refused", "person_needed")
_STATE_WORD = {
    "prepared": "已準備",
    "submitted": "已送件",
    "approved": "已核定",
    "rejected": "退回",
    "withdrawn": "撤回",
}
_MAY_BECOME = {
    "prepared": ("submitted", "withdrawn"),
    "submitted": ("approved", "rejected", "withdrawn"),
    "approved": (),
    "rejected": (),
    "withdrawn": (),
}
SPENT = ("submitted", "approved")


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


def claims(connection: Connection) -> list[Claim]:
    """Every claim, in the order they were first prepared."""
    first = select(func.min(t.claim_event.c.id)).where(t.claim_event.c.claim_id == t.claim.c.id)
    found = connection.execute(select(t.claim).order_by(first.scalar_subquery())).mappings()
    return [
        Claim(
            id=row["id"],
            plan=row["plan"],
            hours=Decimal(row["hours"]),
            state=row["state"],
            prepared_on=date.fromisoformat(row["prepared_on"]),
            folder=row["folder"],
            sets=tuple(json.loads(row["sets"])),
            check_code=row["check_code"],
        )
        for row in found
    ]


def claim(connection: Connection, claim_id: str) -> Claim:
    """One claim. Raises ConfigError with the ids there are."""
    known = claims(connection)
    for each in known:
        if each.id == claim_id:
            return each
    there_are = "、".join(each.id for each in known) or "（還沒有申請案）"
    raise ConfigError(f"沒有編號「{claim_id}」的申請案。", f"現有：{there_are}。")


def open_claim_id(connection: Connection, plan: str) -> str:
    """The id of the plan's prepared claim, else the next free one."""
    return next(
        (each.id for each in claims(connection) if each.plan == plan and each.state == "prepared"),
        f"{plan}-{_next_number(connection, plan)}",
    )


def _next_number(connection: Connection, plan: str) -> int:
    return 1 + max(connection.scalars(select(t.claim.c.number).where(t.claim.c.plan == plan)), default=0)


def put_prepared(connection: Connection, prepared: Claim, at: datetime) -> None:
    """Enter a prepared claim; one open prepared claim a plan, so the same id is replaced."""
    values: dict[str, Any] = {
        "plan": prepared.plan,
        "hours": str(prepared.hours),
        "state": "prepared",
        "prepared_on": prepared.prepared_on.isoformat(),
        "folder": prepared.folder,
        "sets": json.dumps(prepared.sets),
        "check_code": prepared.check_code,
    }
    known = connection.execute(select(t.claim.c.state).where(t.claim.c.id == prepared.id)).first()
    if known is None:
        number = _next_number(connection, prepared.plan)
        connection.execute(insert(t.claim).values(id=prepared.id, number=number, **values))
    elif known[0] != "prepared":
        raise ConfigError(
            f"申請案 {prepared.id} 已經{_STATE_WORD[known[0]]}，不能重新準備。", "請重新執行 elearn claim。"
        )
    else:
        connection.execute(update(t.claim).where(t.claim.c.id == prepared.id).values(**values))
    connection.execute(insert(t.claim_event).values(claim_id=prepared.id, state="prepared", at=utc(at)))


def mark_claim(connection: Connection, claim_id: str, state: str, at: datetime) -> None:
    """What became of a claim. Raises ConfigError for a step that a claim cannot take."""
    known = claim(connection, claim_id)
    if state not in _MAY_BECOME[known.state]:
        may = "、".join(_MAY_BECOME[known.state]) or "（已是最後狀態）"
        raise ConfigError(
            f"申請案 {claim_id} 目前為「{_STATE_WORD[known.state]}」，不能改為「{_STATE_WORD.get(state, state)}」。",
            f"可改為：{may}。",
        )
    connection.execute(update(t.claim).where(t.claim.c.id == claim_id).values(state=state))
    connection.execute(insert(t.claim_event).values(claim_id=claim_id, state=state, at=utc(at)))


def claimed_sets(connection: Connection, plan: str) -> tuple[Decimal, frozenset[str]]:
    """Hours and sets of this plan that are submitted or approved."""
    spent = [each for each in claims(connection) if each.plan == plan and each.state in SPENT]
    return (
        sum((each.hours for each in spent), Decimal(0)),
        frozenset(key for each in spent for key in each.sets),
    )
