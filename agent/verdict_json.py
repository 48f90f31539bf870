"""A verdict as the public JSON document `elearn-verdict/1`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.verdict import BenefitVerdict, CourseVerdict, Reason, SetVerdict, Verdict
from rules.wording import hours

SCHEMA = "elearn-verdict/1"


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The whole verdict. Amounts are decimal strings; certified hours keep the portal's own decimals."""
    return {
        "schema": SCHEMA,
        "plan": verdict.plan,
        "plan_title": verdict.plan_title,
        "plan_document": verdict.plan_document,
        "plan_source": verdict.plan_source,
        "on": verdict.on.isoformat(),
        "assumptions": [
            {"key": each.key, "value": each.value, "text": each.text, "used": each.used}
            for each in verdict.assumptions
        ],
        "calendar": verdict.calendar,
        "complete": verdict.complete,
        "unread": len(verdict.unread),
        "sets": [_set(each) for each in verdict.sets],
        "benefits": [_benefit(each) for each in verdict.benefits],
        "next": [
            {"text": each.text, "set": each.set, "title": each.title, "by": each.by.isoformat()}
            for each in verdict.next
        ],
        "questions": [
            {"text": each.text, "set": each.set, "title": each.title, "course": each.course}
            for each in verdict.questions
        ],
    }


def _set(each: SetVerdict) -> dict[str, Any]:
    """One set; how it is completed and its minima only where its plan says so, so that other documents stay as they were."""
    found: dict[str, Any] = {
        "key": each.key,
        "title": each.title,
        "clause": each.clause,
        "state": str(each.state),
        "award_state": str(each.award_state),
        "certified_hours": _certified(each.certified_hours),
        "required_hours": hours(each.required_hours),
        "courses": [_course(course) for course in each.courses],
        "reasons": [_reason(reason) for reason in each.reasons],
    }
    if each.by != "courses":
        found["by"] = each.by
    if each.minima:
        found["minima"] = [
            {
                "title": one.title,
                "certified_hours": _certified(one.certified_hours),
                "required_hours": hours(one.required_hours),
                "state": str(one.state),
                "clause": one.clause or each.clause,
            }
            for one in each.minima
        ]
    return found


def _course(each: CourseVerdict) -> dict[str, Any]:
    return {
        "title": each.title,
        "plan_hours": hours(each.plan_hours),
        "certified_hours": _certified(each.certified_hours) if each.certified_hours is not None else None,
        "state": str(each.state),
        "off_duty": str(each.off_duty) if each.off_duty is not None else None,
        "start": each.record.start.isoformat() if each.record and each.record.start else None,
        "end": each.record.end.isoformat() if each.record and each.record.end else None,
        "reasons": [_reason(reason) for reason in each.reasons],
    }


def _benefit(each: BenefitVerdict) -> dict[str, Any]:
    """One benefit; its portions only where the amount is more than a sum of fixed ones."""
    found: dict[str, Any] = {
        "key": each.key,
        "title": each.title,
        "unit": each.unit,
        "claimable": hours(each.claimable),
        "pending_review": hours(each.pending_review),
        "claimed": hours(each.claimed),
        "cap": hours(each.cap),
        "state": str(each.state),
        "clause": each.clause,
        "deadline": each.deadline.isoformat(),
        "reasons": [_reason(reason) for reason in each.reasons],
    }
    if each.shows_working:
        found["grants"] = [
            {
                "title": grant.title,
                "sets": list(grant.sets),
                "met_by": list(grant.met_by),
                "amount": hours(grant.amount),
                "pending": hours(grant.pending),
                "state": str(grant.state),
                "claimed": grant.claimed,
                "working": grant.working,
                "clause": grant.clause,
            }
            for grant in each.grants
        ]
    return found


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": str(reason.code), "text": reason.text, "clause": reason.clause}


def _certified(amount: Decimal) -> str:
    """Certified hours with at least one decimal, as the portal prints them: 10 → 「10.0」."""
    exponent = amount.as_tuple().exponent
    return f"{amount:.1f}" if isinstance(exponent, int) and exponent > -1 else f"{amount:f}"
