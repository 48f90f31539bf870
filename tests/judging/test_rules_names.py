"""Names and defaults that others rest on: words of the public JSON, of stored records, of the form, and what is unsaid."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from rules import (
    bundled,
    calendar,
    duty,
    eligibility,
    engine,
    passing,
    plan,
    plan_benefits,
    plan_sets,
    plan_table,
    readings,
    record,
    sets,
    verdict,
    work,
)
from rules.errors import ConfigError, ElearnError
from rules.person import Person
from rules.plan_file import find_mistakes
from rules.plan_table import Mistake
from rules.wording import UNIT_WORDS, clock, day_with_weekday, hours, moment, roc_long, roc_short, weekday

WORDS = [
    (calendar.DayKind, "上班日 補行上班日 例假日 放假日"),
    (duty.Duty, "off duty flex leave suspended unpaid_leave no_roster unknown"),
    (plan_sets.By, "courses hours count"),
    (plan_benefits.Remainder, "floor carry round"),
    (plan.Coverage, "covered not_covered unknown"),
    (record.Origin, "portal saved_page records_file replica"),
    (verdict.State, "met review missing failed"),
    (verdict.OffDuty, "pass review fail"),
    (verdict.BenefitState, "claimable pending_review reachable missed excluded claimed"),
    (work.SpanPolicy, "endpoints endpoints_then_review whole"),
]


@pytest.mark.parametrize(("kind", "words"), WORDS, ids=[each.__name__ for each, _ in WORDS])
def test_a_state_is_written_as_it_was_published(kind, words):
    assert [each.value for each in kind] == words.split()


def test_a_reason_code_is_its_own_name():
    assert all(each.value == each.name for each in verdict.ReasonCode)


def test_the_three_answers_on_a_status_differ():
    assert [each.value for each in passing.Passed] == ["passed", "not passed", "unclear"]


OFFICE = ((time(8), time(12)), (time(13, 30), time(17, 30)))
UNSAID = [
    (Person, {"name": "", "agency": "", "unit": "", "job_title": "", "category": ""}),
    (work.Work, {"city": "", "district": "", "hours": OFFICE, "flexible": (), "punches": {}, "lunch_is_off_duty": True, "span_policy": "endpoints_then_review", "shift_worker": False, "roster": (), "roster_covers": (), "own_holidays": frozenset(), "unpaid_leave": (), "overtime": (), "suspensions": (), "leave": (), "periods": (), "stated_by": {}}),
    (work.Suspension, {"city": "", "districts": (), "cause": ""}),
    (calendar.CalendarYear, {"revision": 0, "updated": None, "chosen": False}),
    (calendar.Calendar, {"years": {}, "kept": ()}),
    (eligibility.Eligibility, {"reasons": ()}),
    (engine.Circumstances, {"person": Person(), "work": work.Work(), "suspensions": (), "claimed": {}, "unread": (), "aliases": {}}),
    (plan_sets.Course, {"item": "", "aliases": (), "score": None, "survey": False}),
    (plan_sets.Minimum, {"parts": ()}),
    (plan_sets.SetFor, {"hours": None, "at_least": None, "minima": ()}),
    (plan_sets.CourseSet, {"short": "", "by": "courses", "at_least": 0, "minima": (), "free": False, "shared": False, "score": None, "survey": False, "by_category": ()}),
    (plan_benefits.AnyOf, {"count": 1}),
    (plan_benefits.GrantRule, {"title": "", "per_hours": None, "remainder": "floor", "tiers": (), "level": ""}),
    (plan_benefits.BenefitFor, {"cap": None, "completed_by": None, "uploaded_by": None, "apply": None}),
    (plan_benefits.BenefitRule, {"uploaded_by": None, "apply": None, "cap_per_year": None, "exclusive": "", "note": "", "by_category": ()}),
    (plan.Plan, {"form_notes": (), "source": "bundled", "sha256": "", "examples": (), "any_edition": False}),
    (plan_table.Mistake, {"harmless": False}),
    (plan_table.Mistakes, {"found": []}),
    (record.LearningRecord, dict.fromkeys(["course_type", "code", "course_id", "start", "end", "reading", "exam", "survey", "condition", "status", "certified_hours", "upload_status", "uploaded_at", "number", "gone_since"]) | {"origin": "portal"}),
    (record.UnreadRow, {"title": None}),
    (readings.Candidate, {"free": False}),
    (readings.Reading, {"minima": (), "shortages": (), "waiting": ()}),
    (sets.SetRows, {"doubts": (), "readings": {}}),
    (verdict.Reason, {"clause": None}),
    (verdict.CourseVerdict, {"kind_of_day": "", "kind_of_time": ""}),
    (verdict.RowVerdict, {"kind_of_day": "", "kind_of_time": ""}),
    (verdict.SetVerdict, {"states": {}, "minima": (), "shortages": (), "by": "courses"}),
    (verdict.Grant, {"met_by": (), "title": "", "pending": Decimal(0), "working": ""}),
    (verdict.BenefitVerdict, {"shows_working": False}),
]  # fmt: skip


def unsaid(each: Field) -> object:
    return each.default if each.default_factory is MISSING else each.default_factory()


@pytest.mark.parametrize(("kind", "defaults"), UNSAID, ids=[each.__name__ for each, _ in UNSAID])
def test_what_is_not_said_is_this(kind, defaults):
    found = {each.name: unsaid(each) for each in fields(kind)}
    assert {name: value for name, value in found.items() if value is not MISSING} == defaults


def test_where_a_record_stood_is_no_part_of_what_it_says():
    aside = [each.name for each in fields(record.LearningRecord) if not each.compare]
    assert aside == ["number", "origin", "gone_since"]
    assert record.LearningRecord("甲", number="1") == record.LearningRecord(
        "甲", number="2", origin=record.Origin.REPLICA
    )


def test_an_error_says_what_happened_and_what_to_do():
    error = ConfigError("錯", "改")
    assert (error.code, error.kind, error.message, error.remedy, error.evidence) == (
        2,
        "config",
        "錯",
        "改",
        None,
    )
    assert str(error) == "錯"
    assert (ElearnError.code, ElearnError.kind, ElearnError("錯").remedy) == (1, "unexpected", "")


WORDED = [
    (roc_long(date(2023, 8, 31)), "112 年 8 月 31 日"),
    (roc_short(date(2023, 8, 31)), "112/8/31"),
    ("".join(weekday(date(2023, 5, day)) for day in range(1, 8)), "一二三四五六日"),
    (day_with_weekday(date(2023, 3, 8)), "112/3/8（三）"),
    (moment(datetime(2023, 3, 8, 14, 5)), "112/3/8（三）14:05:00"),
    (clock(time(8)), "08:00"),
    (clock(time(8, 0, 1)), "08:00:01"),
    (hours(Decimal("10.0")), "10"),
    (hours(Decimal("1.50")), "1.5"),
    (hours(Decimal("1E+2")), "100"),
    (hours(Decimal("-0")), "0"),
]


@pytest.mark.parametrize(("found", "text"), WORDED, ids=[text for _, text in WORDED])
def test_dates_times_and_amounts_are_written_so(found, text):
    assert found == text


def test_each_unit_has_its_word():
    assert UNIT_WORDS == {
        "hour": "小時", "award": "次", "merit": "次（記功）", "ticket": "張抽獎券", "day": "日", "point": "點",
        "dollar": "元", "percent": "％（費用補助比率）",
    }  # fmt: skip


KINDS = [
    ("year = []", "「year」應為整數。"),
    ("title = 1", "「title」應為文字。"),
    ("any_edition = 1", "「any_edition」應為true 或 false。"),
    ("issued_on = 1", "「issued_on」應為日期。"),
    ("set = 1", "「set」應為清單。"),
    ("form = 1", "「form」應為表格。"),
]


@pytest.mark.parametrize(("line", "said"), KINDS, ids=[line for line, _ in KINDS])
def test_a_value_of_another_kind_is_told_its_kind(line, said):
    assert any(each.text.endswith(said) for each in find_mistakes(line, "a.toml", "file")[1])


@pytest.mark.parametrize(
    "key", ["rate", "headcount", "size", "sizes", "size_bands", "agency_size", "completion_rate"]
)
def test_an_award_to_an_agency_is_known_by_any_of_its_keys(key):
    found = find_mistakes(f"[[benefit]]\n{key} = 1", "a.toml", "file")[1]
    assert any(each.key == key and "團體獎勵" in each.text for each in found)


@pytest.mark.parametrize("key", ["key", "title", "document"])
def test_what_names_a_plan_is_never_blank(key):
    found = find_mistakes(f'{key} = " "', "a.toml", "file")[1]
    assert [each.text for each in found if each.key == key] == [f"計畫檔 a.toml 的「{key}」是空白的。"]


def test_a_mistake_of_a_line_alone_has_no_key():
    assert Mistake((3,), "", "").key == ""


TEACHER, STAFF = "教師", "編制內公務人員"
LEAST = plan_sets.Minimum("項目", Decimal(1), ("項目",), "一")
WINDOW = plan_benefits.Window(date(2023, 9, 1), date(2023, 9, 30), "八")
OTHER_WINDOW = plan_benefits.Window(date(2023, 10, 1), date(2023, 10, 31), "九")
SET = plan_sets.CourseSet("a", "甲", "一", Decimal(2), (), at_least=2, minima=(LEAST,))
RULE = plan_benefits.BenefitRule(
    "leave", "補休", "hour", "六", Decimal(4), date(2023, 8, 31), True, False, True, "平臺", (),
    uploaded_by=date(2023, 9, 10), apply=WINDOW,
)  # fmt: skip
OWN_LEAST = plan_sets.Minimum("別項", Decimal(2), ("別項",), "二")
SETS_FOR = [
    ("nothing else said", {}, (Decimal(2), 2, (LEAST,))),
    ("other hours", {"hours": Decimal(0)}, (Decimal(0), 2, (LEAST,))),
    ("another number of courses", {"at_least": 0}, (Decimal(2), 0, (LEAST,))),
    ("other minima", {"minima": (OWN_LEAST,)}, (Decimal(2), 2, (OWN_LEAST,))),
]


@pytest.mark.parametrize(
    ("says", "stands"), [each[1:] for each in SETS_FOR], ids=[each[0] for each in SETS_FOR]
)
def test_a_set_stands_for_a_category_as_it_says_and_else_as_it_is(says, stands):
    own = replace(SET, by_category=(plan_sets.SetFor((TEACHER,), "二", **says),))
    found = own.for_category(TEACHER)
    assert (found.hours, found.at_least, found.minima, found.clause, found.by_category) == (*stands, "二", ())
    assert own.for_category(STAFF) is own


BENEFITS_FOR = [
    ("nothing else said", {}, (Decimal(4), date(2023, 8, 31), date(2023, 9, 10), WINDOW)),
    ("another cap", {"cap": Decimal(0)}, (Decimal(0), date(2023, 8, 31), date(2023, 9, 10), WINDOW)),
    ("another last day", {"completed_by": date(2023, 7, 1)}, (Decimal(4), date(2023, 7, 1), date(2023, 9, 10), WINDOW)),
    ("another upload day", {"uploaded_by": date(2023, 9, 1)}, (Decimal(4), date(2023, 8, 31), date(2023, 9, 1), WINDOW)),
    ("another window", {"apply": OTHER_WINDOW}, (Decimal(4), date(2023, 8, 31), date(2023, 9, 10), OTHER_WINDOW)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "stands"), [each[1:] for each in BENEFITS_FOR], ids=[each[0] for each in BENEFITS_FOR]
)
def test_a_benefit_stands_for_a_category_as_it_says_and_else_as_it_is(says, stands):
    own = replace(RULE, by_category=(plan_benefits.BenefitFor((TEACHER,), "七", **says),))
    found = own.for_category(TEACHER)
    assert (found.cap, found.completed_by, found.uploaded_by, found.apply, found.clause, found.by_category) == (*stands, "七", ())  # fmt: skip
    assert own.for_category(STAFF) is own


def test_a_plan_stands_for_a_category_where_a_set_or_a_benefit_does():
    city = bundled.plan("kaohsiung-112")
    assert city.for_category(TEACHER) is city
    first, *others = city.sets
    own = replace(first, by_category=(plan_sets.SetFor((TEACHER,), "二", hours=Decimal(3)),))
    assert replace(city, sets=(own, *others)).for_category(TEACHER).sets[0].hours == 3
    leave, award = city.benefits
    less = replace(award, by_category=(plan_benefits.BenefitFor((TEACHER,), "七", cap=Decimal(0)),))
    assert replace(city, benefits=(leave, less)).for_category(TEACHER).benefits[1].cap == 0


SHOWS = [
    ("fixed portions", (plan_benefits.GrantRule(Decimal(4), plan_benefits.SetNeed("a"), "六"),), {}, False),
    ("one portion of a level among others", (plan_benefits.GrantRule(Decimal(4), plan_benefits.SetNeed("a"), "六"), plan_benefits.GrantRule(Decimal(4), plan_benefits.SetNeed("b"), "六", level="初級")), {}, True),
    ("one by hours among others", (plan_benefits.GrantRule(Decimal(4), plan_benefits.SetNeed("a"), "六"), plan_benefits.GrantRule(Decimal(4), plan_benefits.AnyOf((plan_benefits.SetNeed("b"),)), "六", per_hours=Decimal(5))), {}, True),
    ("a year's cap", (), {"cap_per_year": Decimal(4)}, True),
    ("an exclusion", (), {"exclusive": "甲"}, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("portions", "more", "shows"), [each[1:] for each in SHOWS], ids=[each[0] for each in SHOWS]
)
def test_an_amount_that_is_more_than_a_sum_shows_its_working(portions, more, shows):
    assert replace(RULE, grants=portions, **more).shows_working is shows
