"""What holds for any records under any shape of plan: more study never costs anything, caps hold, order does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_plans_worked import NAMES, worked

from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.plan import Plan
from rules.record import LearningRecord
from rules.verdict import ReasonCode, State, Verdict

PLANS = {name: worked(name) for name in NAMES}
ALONE = [name for name, plan in PLANS.items() if not any(each.exclusive for each in plan.benefits)]
steady = settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
shapes = pytest.mark.parametrize("name", NAMES)


@st.composite
def rows(draw, plan: Plan) -> LearningRecord:
    """A row of a listed or any other course: sound, doubtful, late, on duty, of a low score, without hours or not passed."""
    titles = [course.title for each in plan.sets for course in each.courses]
    title = draw(st.sampled_from([*titles, "別處甲", "別處乙"]))
    last = max(each.completed_by for each in plan.benefits)
    days = [plan.covers[0] + timedelta(days=at) for at in (0, 3, 65, 66, 100)] + [
        last,
        last + timedelta(days=1),
    ]
    start = datetime.combine(draw(st.sampled_from(days)), datetime.min.time()) + timedelta(
        hours=draw(st.sampled_from([9, 19, 22]))
    )
    return LearningRecord(
        title=title,
        start=start,
        end=start + timedelta(hours=draw(st.sampled_from([1, 1, 2, 3]))),
        exam=draw(st.sampled_from(["100", "100", "79", "--", None])),
        survey=draw(st.sampled_from(["已填", "已填", "未填", None])),
        status=draw(st.sampled_from(["已通過", "已通過", "已通過", "審核中", "未通過"])),
        certified_hours=draw(st.sampled_from([Decimal(1), Decimal(2), Decimal(4), Decimal("6.5"), None])),
        upload_status=draw(st.sampled_from(["成功", "成功", "失敗"])),
        uploaded_at=start + timedelta(days=draw(st.sampled_from([1, 300]))),
        code=draw(st.sampled_from([None, "PKCG099100138"])),
    )


@st.composite
def tables(draw, plan: Plan) -> list[LearningRecord]:
    """Some sets passed whole on the first days off after the start, then single rows."""
    keys = draw(st.sets(st.sampled_from([each.key for each in plan.sets])))
    start = datetime.combine(plan.covers[0], datetime.min.time()) + timedelta(days=60, hours=20)
    whole = [
        LearningRecord(
            title=course.title, start=start, end=start + timedelta(hours=1), exam="100", survey="已填", status="已通過",
            certified_hours=course.hours, upload_status="成功", uploaded_at=start,
        )
        for each in plan.sets if each.key in keys for course in each.courses
    ]  # fmt: skip
    return [*whole, *draw(st.lists(rows(plan), max_size=6))]


def abouts(plan: Plan):
    claims = st.dictionaries(
        st.sampled_from([each.key for each in plan.benefits]),
        st.builds(
            lambda amount, sets: Claimed(Decimal(amount), frozenset(sets)),
            st.integers(1, 2),
            st.sets(st.sampled_from([each.key for each in plan.sets]), min_size=1, max_size=2),
        ),
        max_size=1,
    )
    people = st.sampled_from([*plan.categories.covered, *plan.categories.not_covered, ""])
    return st.builds(
        lambda category, claimed: Circumstances(Person(category=category), claimed=claimed), people, claims
    )


def judged(plan: Plan, records: list[LearningRecord], about: Circumstances) -> Verdict:
    day = max(each.apply.last if each.apply else each.completed_by for each in plan.benefits)
    return judge(records, plan, bundled.calendar(), day, about)


def worth(verdict: Verdict) -> dict[str, Decimal]:
    return {each.key: each.claimable + each.pending_review for each in verdict.benefits}


@shapes
@steady
@given(data=st.data())
def test_what_is_given_is_never_negative_and_never_over_the_cap(name, data):
    plan = PLANS[name]
    found = judged(plan, data.draw(tables(plan)), data.draw(abouts(plan)))
    for each in found.benefits:
        assert each.claimable >= 0
        assert each.pending_review >= 0
        assert each.claimable + each.pending_review + each.claimed <= max(each.cap, each.claimed)


@pytest.mark.parametrize("name", ALONE)
@steady
@given(data=st.data())
def test_one_more_row_never_lowers_a_benefit(name, data):
    plan = PLANS[name]
    records, about = data.draw(tables(plan)), data.draw(abouts(plan))
    before, after = (
        worth(judged(plan, records, about)),
        worth(judged(plan, [*records, data.draw(rows(plan))], about)),
    )
    assert all(after[key] >= before[key] for key in before)


@pytest.mark.parametrize("name", ALONE)
@steady
@given(data=st.data())
def test_one_more_sound_row_never_lowers_what_is_sure(name, data):
    plan = PLANS[name]
    records, about = data.draw(tables(plan)), data.draw(abouts(plan))
    sound = replace(
        data.draw(rows(plan)),
        status="已通過", exam="100", survey="已填", code=None, certified_hours=Decimal(2), upload_status="成功",
    )  # fmt: skip
    before, after = judged(plan, records, about), judged(plan, [*records, sound], about)
    for old, new in zip(before.benefits, after.benefits, strict=True):
        assert new.claimable >= old.claimable


@shapes
@steady
@given(data=st.data())
def test_the_order_of_the_records_does_not_matter(name, data):
    plan = PLANS[name]
    records, about = data.draw(tables(plan)), data.draw(abouts(plan))
    other = data.draw(st.permutations(records))
    assert replace(judged(plan, other, about), rows=()) == replace(judged(plan, records, about), rows=())


@shapes
@steady
@given(data=st.data())
def test_the_hours_of_a_set_are_those_of_its_courses_and_each_record_counts_once(name, data):
    plan = PLANS[name]
    found = judged(plan, data.draw(tables(plan)), data.draw(abouts(plan)))
    for each in found.sets:
        counted = [
            course
            for course in each.courses
            if each.by == "courses" or course.state in (State.MET, State.REVIEW)
        ]
        assert each.certified_hours == sum((course.certified_hours or 0) for course in counted)
        known = [id(course.record) for course in each.courses if course.record]
        assert len(known) == len(set(known))
        if each.by != "courses" and each.state is not State.MET:
            assert ReasonCode.HOURS_SHORT in [reason.code for reason in each.reasons]


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ALONE])
@steady
@given(data=st.data())
def test_no_record_serves_two_benefits_that_exclude_each_other(name, data):
    """Whatever is surely given by both rests on different sets, for each set's rows are one benefit's alone."""
    plan = PLANS[name]
    about = replace(data.draw(abouts(plan)), person=Person(category=plan.categories.covered[0]))
    found = judged(plan, data.draw(tables(plan)), about)
    sure = [
        {
            key
            for grant in each.grants
            if grant.state is State.MET and not grant.claimed
            for key in grant.met_by
        }
        for each in found.benefits
        if each.claimable
    ]
    assert len(sure) < 2 or not sure[0] & sure[1]
