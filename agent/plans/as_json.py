"""A plan as the JSON document of `plan show`."""

from __future__ import annotations

from typing import Any

from rules.plan import Plan
from rules.plan_benefits import AllOf, AnyOf, BenefitRule, GrantRule, Need, SetNeed, Window
from rules.plan_sets import Course, CourseSet, Minimum
from rules.wording import hours


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan: what its file says, with every default written out where it matters."""
    return {
        "key": plan.key,
        "title": plan.title,
        "document": plan.document,
        "from": plan.covers[0].isoformat(),
        "to": plan.covers[1].isoformat(),
        "source": plan.source,
        "sha256": plan.sha256,
        "categories": {
            "covered": list(plan.categories.covered),
            "not_covered": list(plan.categories.not_covered),
            "clause": plan.categories.clause,
        },
        "sets": [_set(each) for each in plan.sets],
        "benefits": [_benefit(each) for each in plan.benefits],
    }


def _set(each: CourseSet) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "clause": each.clause,
        "hours": hours(each.hours),
        "by": str(each.by),
        "at_least": each.at_least,
        "free": each.free,
        "score": None if each.score is None else hours(each.score),
        "survey": each.survey,
        "minima": [_minimum(one) for one in each.minima],
        "courses": [_course(course) for course in each.courses],
        "by_category": [
            {
                "categories": list(other.categories),
                "clause": other.clause,
                "hours": None if other.hours is None else hours(other.hours),
                "at_least": other.at_least,
                "minima": [_minimum(one) for one in other.minima],
            }
            for other in each.by_category
        ],
    }


def _course(each: Course) -> dict[str, Any]:
    return {
        "title": each.title,
        "hours": hours(each.hours),
        "item": each.item,
        "score": None if each.score is None else hours(each.score),
        "survey": each.survey,
    }


def _minimum(each: Minimum) -> dict[str, Any]:
    return {
        "title": each.title,
        "hours": hours(each.hours),
        "items": list(each.items),
        "clause": each.clause,
        "parts": [_minimum(part) for part in each.parts],
    }


def _benefit(each: BenefitRule) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "unit": each.unit,
        "cap": hours(each.cap),
        "cap_per_year": None if each.cap_per_year is None else hours(each.cap_per_year),
        "completed_by": each.completed_by.isoformat(),
        "uploaded_by": each.uploaded_by.isoformat() if each.uploaded_by else None,
        "apply": _window(each.apply),
        "off_duty": each.off_duty,
        "unpaid_leave_counts": each.unpaid_leave_counts,
        "needs_upload": each.needs_upload,
        "exclusive": each.exclusive,
        "evidence": each.evidence,
        "note": each.note,
        "clause": each.clause,
        "grants": [_grant(grant) for grant in each.grants],
        "by_category": [
            {
                "categories": list(other.categories),
                "clause": other.clause,
                "cap": None if other.cap is None else hours(other.cap),
                "completed_by": other.completed_by.isoformat() if other.completed_by else None,
                "uploaded_by": other.uploaded_by.isoformat() if other.uploaded_by else None,
                "apply": _window(other.apply),
            }
            for other in each.by_category
        ],
    }


def _window(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"from": window.first.isoformat(), "to": window.last.isoformat(), "clause": window.clause}


def _grant(each: GrantRule) -> dict[str, Any]:
    found: dict[str, Any] = {
        "amount": hours(each.amount),
        "needs": _need(each.needs),
        "clause": each.clause,
        "title": each.title,
    }
    if each.per_hours is not None:
        found |= {"per_hours": hours(each.per_hours), "remainder": str(each.remainder)}
    if each.tiers:
        found["tiers"] = [{"sets": tier.sets, "amount": hours(tier.amount)} for tier in each.tiers]
    if each.level:
        found["level"] = each.level
    return found


def _need(need: Need) -> str | dict[str, Any]:
    match need:
        case SetNeed(key):
            return key
        case AllOf(parts):
            return {"all_of": [_need(each) for each in parts]}
        case AnyOf(parts, count):
            return {"at_least": count, "of": [_need(each) for each in parts]}
