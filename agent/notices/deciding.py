"""What is worth telling: from how things stand and what changed to notices. Pure; the ledger sees to it that each is told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agent.store import Notice, RecordChange
from rules.passing import Passed, passed
from rules.record import LearningRecord, Origin
from rules.wording import hours

SILENCE = timedelta(days=2)
DEADLINE_STEPS = (1, 7, 30)  # days before the last day, the nearest first
UPLOADED = "成功"
_UPLOAD_FAILED = "失敗"


class Kind(StrEnum):
    """What a notice is about."""

    CLAIMABLE = "claimable"
    COURSE_PASSED = "course_passed"
    UPLOAD_CONFIRMED = "upload_confirmed"
    UPLOAD_FAILED = "upload_failed"
    DEADLINE = "deadline"
    PERSON = "person"
    DRIFT = "drift"
    SILENT = "silent"


# Ends of a run (contract, Exit codes) after which only a person helps. 12, 14 and 15 mend themselves; two days of them are SILENT.
FOR_A_PERSON = (
    "refused",
    "person_needed",
    "no_credential",
    "not_official_account",
    "left_hosts",
    "shrink",
    "other_person",
)
_DRIFT = "page_changed"


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run that logged in or tried to, and how it ended."""

    id: int
    outcome: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Portion:
    """One portion of a benefit that can be claimed now: the sets behind it, and how much."""

    sets: tuple[str, ...]
    titles: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BenefitSeen:
    """One benefit as judged today; `claim` and `folder` are of the claim prepared for it, "" where none is."""

    plan: str
    key: str
    title: str
    unit: str
    claimable: Decimal
    portions: tuple[Portion, ...]
    claim: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineSeen:
    """The last day of a plan, and what is missing until then, one sentence each."""

    plan: str
    title: str
    by: date
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand. `runs` are finished ones, newest first; `changes` only those not looked at before.

    `block` is the submission of a password that needs a person, None where none does. `error` is the kind of an error that
    ended a run before it was entered.
    """

    runs: tuple[RunSeen, ...] = ()
    changes: tuple[RecordChange, ...] = ()
    benefits: tuple[BenefitSeen, ...] = ()
    deadlines: tuple[DeadlineSeen, ...] = ()
    block: int | None = None
    error: str = ""


def decide(seen: Situation, now: datetime) -> tuple[Notice, ...]:
    """Every notice that this situation gives rise to; one that was entered before has the same key again."""
    trouble = tuple(_trouble(seen, now))
    found = (
        *(each for change in seen.changes for each in _of_record(change, now)),
        *(each for benefit in seen.benefits for each in _claimable(benefit, now)),
        *(each for deadline in seen.deadlines for each in _deadline(deadline, now)),
        *trouble,
        *(() if trouble else _silent(seen, now)),
    )
    return tuple({each.key: each for each in found}.values())


def _notice(kind: Kind, key: str, now: datetime, **data: Any) -> Notice:  # noqa: ANN401 - plain JSON values
    return Notice(f"{kind}:{key}", str(kind), data, now)


def _of_record(change: RecordChange, now: datetime) -> Iterator[Notice]:
    """A course passed, and what became of the upload. A records file brings old news: it says nothing of today."""
    before, after = change.before, change.after
    if change.is_late or after.origin is Origin.RECORDS_FILE:
        return
    key = f"{change.record}:{change.run}"
    about = {"title": after.title, "hours": hours(after.certified_hours) if after.certified_hours else ""}
    if passed(after) is Passed.YES and (before is None or passed(before) is not Passed.YES):
        yield _notice(Kind.COURSE_PASSED, key, now, **about)
    was, now_is = _upload(before), _upload(after)
    if before is not None and now_is == UPLOADED and was != UPLOADED:
        yield _notice(Kind.UPLOAD_CONFIRMED, key, now, **about)
    if _UPLOAD_FAILED in now_is and _UPLOAD_FAILED not in was:
        yield _notice(Kind.UPLOAD_FAILED, key, now, **about)


def _upload(record: LearningRecord | None) -> str:
    return (record.upload_status or "").strip() if record is not None else ""


def _claimable(benefit: BenefitSeen, now: datetime) -> Iterator[Notice]:
    """One notice a portion, so that what was told before does not come again with the next."""
    for each in benefit.portions:
        key = f"{benefit.plan}:{benefit.key}:{'+'.join(sorted(each.sets))}:{hours(each.amount)}"
        data: Mapping[str, Any] = {
            "plan": benefit.plan,
            "benefit": benefit.title,
            "unit": benefit.unit,
            "amount": hours(each.amount),
            "sets": list(each.titles),
            "claimable": hours(benefit.claimable),
            "claim": benefit.claim,
            "folder": benefit.folder,
        }
        yield _notice(Kind.CLAIMABLE, key, now, **data)


def _deadline(deadline: DeadlineSeen, now: datetime) -> Iterator[Notice]:
    """The nearest step that was reached, while something is missing; a step that was passed over is not made up for."""
    left = (deadline.by - now.date()).days
    step = next((each for each in DEADLINE_STEPS if 0 <= left <= each), None)
    if step is not None and deadline.missing:
        key = f"{deadline.plan}:{deadline.by.isoformat()}:{step}"
        yield _notice(
            Kind.DEADLINE,
            key,
            now,
            plan=deadline.plan,
            title=deadline.title,
            by=deadline.by.isoformat(),
            missing=list(deadline.missing),
        )


def _trouble(seen: Situation, now: datetime) -> Iterator[Notice]:
    """What stopped the newest run: told once until a run succeeds again, and a refusal of a password entered anew anew.

    Nights on which the portal did not answer lie between two such runs and change nothing.
    """
    kind = seen.error or (seen.runs[0].outcome if seen.runs else "")
    since = next((run.id for run in seen.runs if run.outcome == "ok"), 0)
    if kind == _DRIFT:
        yield _notice(Kind.DRIFT, str(since), now)
    elif kind in FOR_A_PERSON:
        by_attempt = kind in ("refused", "person_needed") and seen.block is not None
        which = f"attempt {seen.block}" if by_attempt else str(since)
        yield _notice(Kind.PERSON, f"{kind}:{which}", now, outcome=kind)


def _silent(seen: Situation, now: datetime) -> Iterator[Notice]:
    """No successful run for two days, where there are runs at all."""
    if not seen.runs:
        return
    good = next((run for run in seen.runs if run.outcome == "ok"), None)
    since = good or seen.runs[-1]
    if now - since.finished_at > SILENCE:
        key = str(good.id) if good else "never"
        yield _notice(Kind.SILENT, key, now, since=since.finished_at.isoformat(), ever=good is not None)
