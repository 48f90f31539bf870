"""One row against one course and one set, at the edges that no whole case reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from test_rules_passing import FIFTH
from timetables import table

from rules import bundled
from rules.duty import Days
from rules.plan import Plan
from rules.plan_sets import By, Course, CourseSet, Minimum
from rules.readings import Candidate, Chosen
from rules.record import LearningRecord
from rules.rows import JudgedRow, judge_row, off_duty_first
from rules.sets import rows_of
from rules.titles import normalise
from rules.verdict import State
from rules.work import Work

PLAN = bundled.plan("kaohsiung-112")
SET = PLAN.set_of("policy")
COURSE = SET.courses[4]
LEAVE, AWARD = (each.key for each in PLAN.benefits)
MARCH = Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),))


def row(
    plan: Plan = PLAN,
    work: Work | None = None,
    course: Course = COURSE,
    course_set: CourseSet = SET,
    free: bool = False,
    **changes: Any,
) -> JudgedRow:
    """The manual's fifth row, so changed, as this plan reads it for this course."""
    days = Days(work or Work(), bundled.calendar(), bundled.suspensions(), plan.city)
    return judge_row(
        replace(FIFTH, **changes), course, course_set, plan, off_duty_first(plan), days, free=free
    )


def with_award(**changes: Any) -> Plan:
    """The city's plan with other conditions of its commendation."""
    leave, award = PLAN.benefits
    return replace(PLAN, benefits=(leave, replace(award, **changes)))


def said(found: JudgedRow, code: str) -> list[tuple[str, str | None]]:
    return [(each.text, each.clause) for each in found.reasons if each.code == code]


OTHER_YEAR = {"code": "PKCG111100138"}
EDITIONS = table(
    ("another year's code is for review", PLAN, False, OTHER_YEAR, State.REVIEW),
    ("not where the plan takes any edition", replace(PLAN, any_edition=True), False, OTHER_YEAR, State.MET),
    ("nor in a row that is no listed course", PLAN, True, OTHER_YEAR, State.MET),
    ("a contradiction stays one under any edition", replace(PLAN, any_edition=True), False, {"exam": "70"}, State.REVIEW),
    ("and in a row that is no listed course", PLAN, True, {"exam": "70"}, State.REVIEW),
)  # fmt: skip


@pytest.mark.parametrize(("plan", "free", "changes", "state"), EDITIONS)
def test_another_edition_is_a_doubt_of_its_own(plan, free, changes, state):
    assert row(plan, free=free, **changes).states[LEAVE] is state


@pytest.mark.parametrize("changes", [{"start": None}, {"end": None}, {"start": None, "end": None}, {"end": datetime(2022, 1, 1)}])  # fmt: skip
@pytest.mark.parametrize("work", [Work(), MARCH], ids=["at work", "away in March"])
def test_a_row_of_unknown_or_turned_times_is_for_review_in_every_benefit(changes, work):
    found = row(with_award(unpaid_leave_counts=False), work, **changes)
    assert dict(found.states) == {LEAVE: State.REVIEW, AWARD: State.REVIEW}
    assert (found.off_duty, found.kind_of_time) == ("review", "待認定")


AWAY = table(
    ("an evening before it counts", "2023-02-28T22:00", "2023-03-01T00:00", "met", None),
    ("a start in it does not", "2023-03-31T23:00", "2023-04-01T01:00", "failed", "起迄時間在留職停薪期間，依計畫不計入嘉獎。"),
    ("an end in it does not", "2023-02-28T22:00", "2023-03-01T00:00:01", "failed", "起迄時間在留職停薪期間，依計畫不計入嘉獎。"),
    ("both ends in it do not", "2023-03-03T22:00", "2023-03-03T23:00", "failed", "起迄時間在留職停薪期間，依計畫不計入嘉獎。"),
    ("a row around it is for review", "2023-02-28T22:00", "2023-04-01T01:00", "review", "期間跨越留職停薪期間，是否計入嘉獎請人事單位認定。"),
    ("a row without length right after it counts", "2023-04-01T00:00", "2023-04-01T00:00", "met", None),
    ("a row without length in its first moment does not", "2023-03-01T00:00", "2023-03-01T00:00", "failed", "起迄時間在留職停薪期間，依計畫不計入嘉獎。"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "state", "text"), AWAY)
def test_an_award_that_leaves_unpaid_leave_out(start, end, state, text):
    plan = with_award(unpaid_leave_counts=False)
    found = row(plan, MARCH, start=datetime.fromisoformat(start), end=datetime.fromisoformat(end), reading=timedelta(0), condition=None)  # fmt: skip
    assert found.states[AWARD] == state
    own = [each for each in said(found, "DURING_UNPAID_LEAVE") if "嘉獎" in each[0]]
    assert own == ([(text, PLAN.benefits[1].clause)] if text else [])


def test_an_award_that_counts_unpaid_leave_says_nothing_of_it():
    found = row(PLAN, MARCH, start=datetime(2023, 3, 4, 10), end=datetime(2023, 3, 4, 11))
    assert dict(found.states) == {LEAVE: State.FAILED, AWARD: State.MET}


def test_a_row_without_length_lies_in_or_outside_of_the_hours():
    """Its one moment decides, as its beginning."""
    for start, state in (("2023-03-08T10:00", State.FAILED), ("2023-03-08T12:00", State.MET)):
        at = datetime.fromisoformat(start)
        assert row(start=at, end=at, reading=timedelta(0), condition=None).states[LEAVE] is state


def test_what_speaks_against_each_benefit_is_said_for_each():
    """Two benefits, each with a deadline, an upload and an absence of its own: neither reason takes the other's place."""
    award = PLAN.benefits[1]
    strict = {"needs_upload": True, "uploaded_by": date(2023, 9, 10), "unpaid_leave_counts": False}
    one = replace(award, title="嘉獎", clause="一", **strict)
    other = replace(award, key="other", title="獎狀", clause="二", **strict)
    late = {"start": datetime(2023, 9, 3, 8), "end": datetime(2023, 9, 3, 9), "upload_status": None}
    away = Work(unpaid_leave=((date(2023, 9, 1), date(2023, 9, 30)),))
    found = row(replace(PLAN, benefits=(one, other)), away, **late)
    for code in ("AFTER_DEADLINE", "UPLOAD_NOT_CONFIRMED", "DURING_UNPAID_LEAVE"):
        assert [clause for _, clause in said(found, code)] == ["一", "二"], code


def test_a_row_is_judged_where_no_benefit_is_open():
    days = Days(Work(), bundled.calendar(), bundled.suspensions(), PLAN.city)
    found = judge_row(FIFTH, COURSE, SET, PLAN, (), days)
    assert (dict(found.states), found.leaned_on, found.off_duty) == ({}, frozenset(), None)


UPLOADS = table(
    ("no success", {"upload_status": "失敗"}, "終身學習上傳狀態為「失敗」，不影響補休、抽獎；嘉獎須依終身學習入口網的學習時數認定。"),
    ("an empty cell", {"upload_status": None}, "終身學習上傳狀態為空白，不影響補休、抽獎；嘉獎須依終身學習入口網的學習時數認定。"),
    ("blanks around success", {"upload_status": " 成功 "}, None),
    ("no time", {"uploaded_at": None}, "上傳時間不明，是否在 112 年 9 月 10 日前上傳請人事單位認定（嘉獎）。"),
    ("the last second of the last day", {"uploaded_at": datetime(2023, 9, 10, 23, 59, 59)}, None),
    ("the next moment", {"uploaded_at": datetime(2023, 9, 11)}, "上傳時間 112/9/11（一）00:00:00 在上傳期限 112 年 9 月 10 日之後，是否計入嘉獎請人事單位認定。"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "text"), UPLOADS)
def test_an_upload_that_is_not_surely_in_time_is_for_review_where_it_matters(changes, text):
    leave, award = PLAN.benefits
    ticket = replace(award, key="ticket", title="抽獎", needs_upload=False)
    plan = replace(PLAN, benefits=(leave, replace(award, uploaded_by=date(2023, 9, 10)), ticket))
    found = row(plan, **changes)
    wanted = {LEAVE: State.MET, AWARD: State.REVIEW if text else State.MET, "ticket": State.MET}
    assert dict(found.states) == wanted
    assert said(found, "UPLOAD_NOT_CONFIRMED") == ([(text, award.clause)] if text else [])


def test_where_every_benefit_rests_on_the_upload_none_is_left_unaffected():
    plan = replace(PLAN, benefits=(replace(PLAN.benefits[1], title="嘉獎"),))
    assert said(row(plan, upload_status="失敗"), "UPLOAD_NOT_CONFIRMED") == [
        ("終身學習上傳狀態為「失敗」，嘉獎須依終身學習入口網的學習時數認定。", PLAN.benefits[1].clause)
    ]


ASKED = table(
    ("the higher of two scores is asked, the course's", {"score": Decimal(90)}, {"score": Decimal(80)}, {"exam": "85"}, "failed", "測驗 85 分，未達計畫要求的 90 分。"),
    ("the higher of two scores is asked, the set's", {"score": Decimal(80)}, {"score": Decimal(90)}, {"exam": "85"}, "failed", "測驗 85 分，未達計畫要求的 90 分。"),
    ("exactly the score is enough", {"score": Decimal(90)}, {}, {"exam": "90"}, "met", None),
    ("a tenth less is not", {}, {"score": Decimal(90)}, {"exam": "89.9"}, "failed", "測驗 89.9 分，未達計畫要求的 90 分。"),
    ("no exam cannot be compared", {"score": Decimal(80)}, {}, {"exam": None}, "review", "測驗「空白」無法與計畫要求的 80 分比較，請人事單位認定。"),
    ("a word cannot be compared", {"score": Decimal(80)}, {}, {"exam": "免測"}, "review", "測驗「免測」無法與計畫要求的 80 分比較，請人事單位認定。"),
    ("a survey of the course that is open fails", {"survey": True}, {}, {"survey": "未填"}, "failed", "問卷「未填」，計畫要求填寫問卷。"),
    ("a survey of the set that nobody can read is for review", {}, {"survey": True}, {"survey": None}, "review", "問卷「空白」，請人事單位認定。"),
    ("a survey that is done is enough", {"survey": True}, {"survey": True}, {"survey": "已填寫"}, "met", None),
    ("a survey nobody can read does not mend a score", {"survey": True, "score": Decimal(90)}, {}, {"survey": "--", "exam": "80"}, "failed", "測驗 80 分，未達計畫要求的 90 分。"),
)  # fmt: skip


@pytest.mark.parametrize(("course", "course_set", "changes", "state", "text"), ASKED)
def test_a_score_and_a_survey_that_the_plan_asks_for(course, course_set, changes, state, text):
    own = replace(SET, **course_set)
    found = row(course=replace(COURSE, **course), course_set=own, condition=None, **changes)
    assert set(found.states.values()) == {state}
    texts = said(found, "SCORE_SHORT") + said(found, "SURVEY_MISSING")
    assert texts[:1] == ([(text, SET.clause)] if text else [])


KINDS = table(
    ("an end at midnight closes the day before", "2023-05-07T22:00", "2023-05-08T00:00", {}, "例假日"),
    ("one second later it is of the next day too", "2023-05-07T22:00", "2023-05-08T00:00:01", {}, "例假日～上班日"),
    ("a row without length at midnight is of the day that begins", "2023-05-08T00:00", "2023-05-08T00:00", {}, "上班日"),
    ("a shift worker's days are 輪班", "2023-05-07T22:00", "2023-05-07T23:00", {"shift_worker": True}, "輪班"),
    ("one's own holiday is named", "2023-05-08T22:00", "2023-05-08T23:00", {"own_holidays": frozenset({date(2023, 5, 8)})}, "歲時祭儀放假"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "work", "word"), KINDS)
def test_the_kind_of_day_of_a_row(start, end, work, word):
    found = row(work=Work(**work), start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    assert found.kind_of_day == word


def test_a_row_without_a_start_has_the_kind_of_its_end():
    assert row(start=None, end=datetime(2023, 5, 8, 12)).kind_of_day == "上班日"
    assert row(start=datetime(2023, 5, 8, 12), end=None).kind_of_day == "上班日"
    assert row(start=None, end=None).kind_of_day == ""


# -- rows within a set -------------------------------------------------------------------------------------------------

HOURS = CourseSet(
    "free", "自選時數", "陸、九", Decimal(2), (Course("課程甲", Decimal(2)),), by=By.HOURS, free=True
)


def set_rows(*records: LearningRecord, course_set: CourseSet = HOURS) -> Any:
    days = Days(Work(), bundled.calendar(), bundled.suspensions(), PLAN.city)
    by_title: dict[str, list[LearningRecord]] = {}
    for each in records:
        by_title.setdefault(normalise(each.title), []).append(each)
    return rows_of(course_set, by_title, PLAN, days, ())


def test_a_listed_course_without_certified_hours_may_be_worth_the_plans():
    found = set_rows(replace(FIFTH, title="課程甲", certified_hours=None)).reading(LEAVE)
    assert (found.state, found.certified) == (State.REVIEW, 0)
    assert found.chosen[0].possible == 2


def test_a_course_without_a_row_is_worth_nothing_and_of_no_year():
    none = Chosen(Candidate(COURSE, ()), None, State.MISSING)
    assert (none.certified, none.possible, none.year) == (0, 0, None)


def test_a_row_is_of_the_year_it_ended_in():
    found = set_rows(replace(FIFTH, title="課程甲", end=datetime(2024, 1, 1, 1))).reading(LEAVE)
    assert found.chosen[0].year == 2024
    assert set_rows(replace(FIFTH, title="課程甲", end=None)).reading(LEAVE).chosen[0].year is None


def test_free_courses_stand_in_the_order_of_their_titles():
    titles = [f"課程{each}" for each in "辛戊庚丁己丙乙壬"]
    found = set_rows(*(replace(FIFTH, title=each) for each in titles))
    assert [each.course.title for each in found.candidates] == ["課程甲", *sorted(titles)]


DOUBTFUL = table(
    ("a row that is met may be taken: review", {}, State.REVIEW),
    ("a row that failed stays failed", {"start": datetime(2023, 1, 3, 9), "end": datetime(2023, 1, 3, 10)}, State.FAILED),
    ("a row for review stays so", {"exam": "70"}, State.REVIEW),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "state"), DOUBTFUL)
def test_a_row_that_another_benefit_may_rest_on_is_at_most_for_review(changes, state):
    one = replace(FIFTH, title="課程甲", **changes)
    found = set_rows(one).reading(LEAVE, frozenset(), frozenset({id(one)}))
    assert found.chosen[0].state is state


def test_rows_that_may_add_hours_to_a_set_that_is_met_wait_and_are_not_counted():
    sure = replace(FIFTH, title="課程甲", certified_hours=Decimal(2))
    open_ = replace(FIFTH, title="課程乙", exam="70")
    found = set_rows(sure, open_).reading(LEAVE)
    assert (found.state, found.certified) == (State.MET, 2)
    assert [each.row.record for each in found.chosen] == [sure]
    assert [each.row.record for each in found.waiting] == [open_]


def test_a_record_that_is_no_listed_course_fills_no_minimum():
    """The portal shows no category, so not even a minimum named like the free courses."""
    least = Minimum("自選", Decimal(1), ("自選",), "陸、九、1")
    asks = replace(HOURS, minima=(least,))
    found = set_rows(replace(FIFTH, title="課程乙", certified_hours=Decimal(5)), course_set=asks).reading(
        LEAVE
    )
    assert (found.state, found.minima[0].certified_hours) == (State.MISSING, 0)


def test_a_row_that_is_taken_does_not_count():
    one = replace(FIFTH, title="課程甲", certified_hours=Decimal(2))
    assert set_rows(one).reading(LEAVE).state is State.MET
    assert set_rows(one).reading(LEAVE, frozenset({id(one)})).state is State.MISSING


def test_a_reading_lists_the_courses_that_have_a_row():
    asks = replace(HOURS, by=By.COURSES, free=False, courses=(*HOURS.courses, Course("課程丙", Decimal(1))))
    found = set_rows(replace(FIFTH, title="課程甲"), course_set=asks).reading(LEAVE)
    assert [each.state for each in found.chosen] == [State.MET, State.MISSING]
    assert [each.candidate.course.title for each in found.rows] == ["課程甲"]


def test_a_free_course_counts_where_one_of_its_rows_is_passed():
    rows = [replace(FIFTH, title="課程乙"), replace(FIFTH, title="課程乙", status="未通過", exam="10")]
    assert [each.course.title for each in set_rows(*rows).candidates] == ["課程甲", "課程乙"]
    assert [each.course.title for each in set_rows(rows[1]).candidates] == ["課程甲"]


BEST = table(
    ("the one with more certified hours", {"certified_hours": Decimal(1)}, {"certified_hours": Decimal(2)}),
    ("one with hours before one without", {"certified_hours": None}, {"certified_hours": Decimal(1)}),
    ("of equal hours the one that ended first", {"end": datetime(2023, 1, 1, 13, 30)}, {}),
    ("a known end before an unknown one", {"end": None, "start": datetime(2023, 1, 1, 12)}, {"exam": "70"}),
    ("of all that is equal the first by its code", {"code": "PKCG112100999"}, {"code": "PKCG112100138"}),
    ("a row without a code before one with it", {"code": "PKCG112100138"}, {"code": None}),
)  # fmt: skip


@pytest.mark.parametrize(("other", "best"), BEST)
def test_of_two_rows_of_a_course_one_counts(other, best):
    worse, better = replace(FIFTH, title="課程甲", **other), replace(FIFTH, title="課程甲", **best)
    for rows in ((worse, better), (better, worse)):
        assert set_rows(*rows).reading(LEAVE).chosen[0].row.record is better


def test_a_set_without_courses_is_missing_and_no_error():
    empty = replace(HOURS, by=By.COURSES, free=False, courses=())
    assert set_rows(course_set=empty).reading(LEAVE).state is State.MISSING


def test_where_a_row_stood_decides_no_order():
    one, other = (
        replace(FIFTH, title="課程乙", number=number, exam=exam)
        for number, exam in (("9", "80"), ("1", "90"))
    )
    found = set_rows(one, other).candidates[1].rows
    assert [each.record.exam for each in found] == ["80", "90"]
