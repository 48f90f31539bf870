"""The ledger of claims: prepared → submitted → approved, rejected or withdrawn; nothing is claimed twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from agent.store import tables as t
from agent.store.claim_steps import STATE_WORD, check_order, check_step
from agent.store.encode import utc
from agent.store.values import Claim, Mark
from rules.errors import ConfigError
from rules.wording import hours

SPENT = ("submitted", "approved")
_TAIPEI = ZoneInfo("Asia/Taipei")


def claims(connection: Connection) -> list[Claim]:
    """Every claim, in the order they were first prepared."""
    first = select(func.min(t.claim_event.c.id)).where(t.claim_event.c.claim_id == t.claim.c.id)
    found = connection.execute(select(t.claim).order_by(first.scalar_subquery())).mappings()
    return [_claim(row) for row in found]


def _claim(row: Mapping[Any, Any]) -> Claim:
    return Claim(
        id=row["id"],
        plan=row["plan"],
        hours=Decimal(row["hours"]),
        state=row["state"],
        prepared_on=date.fromisoformat(row["prepared_on"]),
        folder=row["folder"],
        sets=tuple(json.loads(row["sets"])),
        check_code=row["check_code"],
        review_sets=tuple(json.loads(row["review_sets"] or "[]")),
        review_hours=Decimal(row["review_hours"] or 0),
        before_hours=_amount(row["before_hours"]),
        before_sets=tuple(json.loads(row["before_sets"] or "[]")),
        submitted_on=_day(row["submitted_on"]),
        decided_on=_day(row["decided_on"]),
        approved_hours=_amount(row["approved_hours"]),
        use_from=_day(row["use_from"]),
        use_by=_day(row["use_by"]),
    )


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _columns(claim: Claim) -> dict[str, Any]:
    return {
        "plan": claim.plan,
        "hours": str(claim.hours),
        "state": claim.state,
        "prepared_on": claim.prepared_on.isoformat(),
        "folder": claim.folder,
        "sets": json.dumps(claim.sets),
        "check_code": claim.check_code,
        "review_sets": json.dumps(claim.review_sets) if claim.review_sets else None,
        "review_hours": str(claim.review_hours) if claim.review_hours else None,
        "before_hours": str(claim.before_hours) if claim.before_hours is not None else None,
        "before_sets": json.dumps(claim.before_sets) if claim.before_sets else None,
        **{
            key: value.isoformat() if (value := getattr(claim, key)) is not None else None
            for key in ("submitted_on", "decided_on", "use_from", "use_by")
        },
        "approved_hours": str(claim.approved_hours) if claim.approved_hours is not None else None,
    }


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
    values = _columns(replace(prepared, state="prepared"))
    known = connection.execute(select(t.claim.c.state).where(t.claim.c.id == prepared.id)).first()
    if known is None:
        number = _next_number(connection, prepared.plan)
        connection.execute(insert(t.claim).values(id=prepared.id, number=number, **values))
    elif known[0] != "prepared":
        raise ConfigError(
            f"申請案 {prepared.id} 已經{STATE_WORD[known[0]]}，不能重新準備。", "請重新執行 elearn claim。"
        )
    else:
        connection.execute(update(t.claim).where(t.claim.c.id == prepared.id).values(**values))
    _enter(connection, prepared.id, "prepared", at)


def put_approved(connection: Connection, paper: Claim, at: datetime) -> Claim:
    """Enter leave claimed and approved on paper, under the plan's next free id; the claim as entered."""
    number = _next_number(connection, paper.plan)
    found = replace(paper, id=f"{paper.plan}-{number}", state="approved")
    connection.execute(insert(t.claim).values(id=found.id, number=number, **_columns(found)))
    _enter(connection, found.id, "approved", at)
    return found


def _enter(connection: Connection, claim_id: str, state: str, at: datetime) -> None:
    connection.execute(insert(t.claim_event).values(claim_id=claim_id, state=state, at=utc(at)))


def mark_claim(connection: Connection, claim_id: str, what: str | Mark, at: datetime) -> None:
    """What became of a claim, as of the day named or the day of `at` in Taipei.

    Raises ConfigError for a step that a claim cannot take, a day that cannot be, hours beyond those applied for, and a
    submission of papers since whose making something else was claimed: they print less as claimed before than there is.
    """
    today = at.astimezone(_TAIPEI).date()
    mark = Mark(what, today) if isinstance(what, str) else what
    known = claim(connection, claim_id)
    check_step(known, mark, today, named=not isinstance(what, str))
    if mark.state == "submitted":
        _check_still_true(connection, known)
    day = "submitted_on" if mark.state == "submitted" else "decided_on"
    values: dict[str, Any] = {"state": mark.state, day: mark.on.isoformat()}
    if mark.hours is not None and mark.hours != known.hours:
        values["approved_hours"] = str(mark.hours)
    values |= {
        key: found.isoformat() for key in ("use_from", "use_by") if (found := getattr(mark, key)) is not None
    }
    connection.execute(update(t.claim).where(t.claim.c.id == claim_id).values(**values))
    _enter(connection, claim_id, mark.state, at)


def fill_in_use(connection: Connection, claim_id: str, use_from: date | None, use_by: date | None) -> None:
    """From when to when approved leave can be taken, as the office filled it in later or otherwise; None: not filled in.

    Raises ConfigError for a claim that is not approved, and for days in the wrong order.
    """
    known = claim(connection, claim_id)
    if known.state != "approved":
        raise ConfigError(f"申請案 {claim_id} 還沒有核定，沒有補休期限。", "請先標記為已核定。")
    check_order(use_from, use_by)
    days = {"use_from": use_from, "use_by": use_by}
    values = {key: day.isoformat() if day else None for key, day in days.items()}
    connection.execute(update(t.claim).where(t.claim.c.id == claim_id).values(**values))


def move(connection: Connection, folders: Mapping[str, str]) -> None:
    """Where the folders of these claims lie now, by id."""
    for claim_id, folder in folders.items():
        connection.execute(update(t.claim).where(t.claim.c.id == claim_id).values(folder=folder))


def _check_still_true(connection: Connection, known: Claim) -> None:
    if known.before_hours is None:
        return
    spent, sets = claimed_sets(connection, known.plan)
    if spent > known.before_hours or not sets <= set(known.before_sets):
        raise ConfigError(
            f"申請案 {known.id} 的文件印著本計畫先前已申請 {hours(known.before_hours)} 小時，現在是 {hours(spent)} 小時；"
            "同一課程不能申請兩次。",
            "請重新執行 elearn claim 準備，或以 elearn claim mark 將這一案標記為 withdrawn。",
        )


def claimed_sets(connection: Connection, plan: str) -> tuple[Decimal, frozenset[str]]:
    """Hours and sets of this plan that are submitted or approved."""
    spent = [each for each in claims(connection) if each.plan == plan and each.state in SPENT]
    return (
        sum((each.counted_hours for each in spent), Decimal(0)),
        frozenset(key for each in spent for key in each.sets),
    )
