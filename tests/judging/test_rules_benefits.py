"""From sets to benefits: grants, caps, what was claimed before, categories, unread rows, and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rule_cases import manual, records, weekends

from rules import bundled
from rules.benefits import Claimed
from rules.calendar import Calendar
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.plan import Plan
from rules.plan_file import read_plan
from rules.record import LearningRecord, UnreadRow
from rules.verdict import BenefitState, BenefitVerdict, OffDuty, State, Verdict
from rules.work import Work

PLAN = bundled.plan("kaohsiung-112")
LEAVE, AWARD = "compensatory_leave", "commendation"
THREE = ("policy", "professional", "vision")
ON_DUTY = (datetime(2023, 5, 3, 10), datetime(2023, 5, 3, 12))


def passed(*sets: str, without: Iterable[str] = ()) -> list[LearningRecord]:
    """These sets passed on weekend days, but for some titles."""
    left_out = set(without)
    assert left_out <= {str(each["title"]) for each in weekends(*sets)}
    return [each for each in records(weekends(*sets)) if each.title not in left_out]


def on_duty(rows: Iterable[LearningRecord], *titles: str) -> list[LearningRecord]:
    """The rows with those of these titles moved into a Wednesday's office hours."""
    return [
        replace(each, start=ON_DUTY[0], end=ON_DUTY[1]) if each.title in titles else each for each in rows
    ]


def judged(
    rows: Iterable[LearningRecord], on: str = "2023-08-01", plan: Plan = PLAN, **about: Any
) -> Verdict:
    about = {"person": Person(category="編制內公務人員"), "work": Work(), **about}
    everything = Circumstances(suspensions=bundled.suspensions(), **about)
    return judge(list(rows), plan, bundled.calendar(), date.fromisoformat(on), everything)


def benefit(verdict: Verdict, key: str) -> BenefitVerdict:
    found = verdict.benefit(key)
    assert found is not None
    return found


def amounts(verdict: Verdict, key: str) -> tuple[int, int, int]:
    found = benefit(verdict, key)
    return int(found.claimable), int(found.pending_review), int(found.claimed)


def codes(found: Any) -> list[str]:
    return [str(each.code) for each in found.reasons]


# --- what was claimed before ---------------------------------------------------------------------------------------


def claimed(hours: int, *sets: str) -> dict[str, Claimed]:
    return {LEAVE: Claimed(Decimal(hours), frozenset(sets))}


CLAIMS = [
    ("a claimed set is not claimable again", ("policy",), claimed(4, "policy"), (0, 0, 4), "claimed"),
    ("another set is", ("policy", "vision"), claimed(4, "policy"), (4, 0, 4), "claimable"),
    ("a claimed English set spends the portion of both", ("english_a", "english_b"), claimed(4, "english_a"), (0, 0, 4), "reachable"),
    ("everything claimed leaves nothing", (*THREE, "english_a"), claimed(16, *THREE, "english_a"), (0, 0, 16), "claimed"),
    ("the cap holds where fewer hours are left than a set gives", (*THREE, "english_a"), claimed(14, "policy"), (2, 0, 14), "claimable"),
    ("the cap holds where it is used up by other sets", (*THREE, "english_a"), claimed(16), (0, 0, 16), "claimed"),
    ("more claimed than the cap leaves nothing", (*THREE,), claimed(20), (0, 0, 20), "claimed"),
    ("a claim of nothing changes nothing", ("policy",), claimed(0), (4, 0, 0), "claimable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "before", "expected", "state"), [line[1:] for line in CLAIMS], ids=[line[0] for line in CLAIMS]
)
def test_nothing_is_granted_twice(sets, before, expected, state):
    found = judged(passed(*sets), claimed=before)
    if state == "claimed" and set(sets) == {"policy"}:
        state = "reachable"  # three other portions are still open before the last day
    assert amounts(found, LEAVE) == expected
    assert benefit(found, LEAVE).state == state


def test_after_the_last_day_a_claimed_benefit_is_claimed_and_not_missed():
    assert benefit(judged(passed("policy"), "2023-09-01", claimed=claimed(4, "policy")), LEAVE).state is (
        BenefitState.CLAIMED
    )
    assert benefit(judged([], "2023-09-01"), LEAVE).state is BenefitState.MISSED
    assert benefit(judged([], "2023-08-31"), LEAVE).state is BenefitState.REACHABLE


def test_a_claim_is_named_with_its_set_and_amount():
    reasons = benefit(judged(passed("policy"), claimed=claimed(4, "policy")), LEAVE).reasons
    assert [(str(each.code), each.clause) for each in reasons] == [
        ("ALREADY_CLAIMED", "陸、六、1"),
        ("ALREADY_CLAIMED", "陸、六"),
    ]
    assert "e馬當先育職能" in reasons[0].text
    assert "已申請 4，上限 16" in reasons[1].text


def test_a_claim_of_one_benefit_leaves_the_other_alone():
    found = judged(passed(*THREE, "english_a"), claimed=claimed(16, *THREE, "english_a"))
    assert amounts(found, AWARD) == (1, 0, 0)


def test_pending_hours_are_cut_by_the_cap_after_claimable_ones():
    rows = [replace(each, exam="70") if each.title == "友善職場" else each for each in passed(*THREE)]
    assert amounts(judged(rows, claimed=claimed(0)), LEAVE) == (8, 4, 0)
    assert amounts(judged(rows, claimed=claimed(7)), LEAVE) == (8, 1, 7)
    assert amounts(judged(rows, claimed=claimed(9)), LEAVE) == (7, 0, 9)


# --- who is covered --------------------------------------------------------------------------------------------------

FULL = (*THREE, "english_a")
CATEGORIES = [
    ("編制內公務人員", (16, 0, 0), (1, 0, 0), []),
    ("約聘人員", (16, 0, 0), (1, 0, 0), []),
    ("約僱人員", (16, 0, 0), (1, 0, 0), []),
    ("實務訓練人員", (0, 16, 0), (0, 1, 0), ["CATEGORY_UNKNOWN"]),
    ("", (0, 16, 0), (0, 1, 0), ["CATEGORY_UNKNOWN"]),
    ("編制內", (0, 16, 0), (0, 1, 0), ["CATEGORY_UNKNOWN"]),
    *[
        (each, (0, 0, 0), (0, 0, 0), ["CATEGORY_NOT_COVERED"])
        for each in (
            "教師",
            "兼行政教師",
            "代理教師",
            "職工",
            "技工",
            "工友",
            "駕駛",
            "臨時人員",
            "約用人員",
        )
    ],
]


@pytest.mark.parametrize(("category", "leave", "award", "reasons"), CATEGORIES)
def test_a_category_is_covered_not_covered_or_for_review(category, leave, award, reasons):
    found = judged(passed(*FULL), person=Person(category=category))
    assert (amounts(found, LEAVE), amounts(found, AWARD)) == (leave, award)
    assert codes(benefit(found, LEAVE)) == reasons
    assert all(each.state is State.MET for each in found.sets if each.key in FULL)
    if reasons == ["CATEGORY_NOT_COVERED"]:
        assert {each.state for each in found.benefits} == {BenefitState.EXCLUDED}


# --- sets, hours and the best row ------------------------------------------------------------------------------------


def test_of_two_rows_the_better_counts_whatever_its_hours():
    """An on-duty row of two hours does not push out the off-duty row of one."""
    rows = passed("policy")
    worse = replace(rows[0], start=ON_DUTY[0], end=ON_DUTY[1], certified_hours=Decimal(2))
    found = judged([worse, *rows])
    assert found.set_of("policy").state is State.MET
    assert found.set_of("policy").certified_hours == 10
    assert [each.counted for each in found.rows[:2]] == [False, True]


def test_leave_and_award_may_each_rest_on_another_row_of_one_course():
    """One row off duty whose upload failed, one on duty and uploaded: the leave takes the first, the award the second."""
    rows = passed("policy")
    uploaded = replace(rows[0], start=ON_DUTY[0], end=ON_DUTY[1])
    found = judged([replace(rows[0], upload_status="失敗"), uploaded, *rows[1:]]).set_of("policy")
    assert (found.state, found.award_state) == (State.MET, State.MET)


def test_two_rows_of_one_course_give_their_hours_once():
    rows = passed("policy")
    again = replace(rows[0], code="PCENTER112100999", start=rows[0].start - timedelta(days=7), end=rows[0].end - timedelta(days=7))  # fmt: skip
    found = judged([*rows, again])
    assert found.set_of("policy").certified_hours == 10
    assert "DUPLICATE_RECORD" in codes(found.set_of("policy").courses[0])
    assert sum(each.counted for each in found.rows) == 8


def test_one_record_handed_over_twice_counts_once():
    rows = passed("policy")
    found = judged([*rows, rows[0]])
    assert found.set_of("policy").certified_hours == 10
    assert [each.counted for each in found.rows] == [True] * 8 + [False]


def test_rows_alike_but_for_their_start_give_one_verdict_in_any_order():
    rows = passed("policy")
    twin = replace(rows[0], start=rows[0].start - timedelta(minutes=5))
    one, two = judged([*rows, twin]), judged([twin, *rows])
    assert (one.sets, one.benefits) == (two.sets, two.benefits)


def test_copies_of_a_row_not_passed_are_named_once():
    row = replace(passed("policy")[0], status="未通過")
    courses = judged([row, replace(row)]).set_of("policy").courses
    assert codes(courses[0]) == ["NOT_PASSED", "COURSE_MISSING"]


def test_two_halves_of_english_are_nothing():
    rows = passed("english_a", "english_b", without=["公務英文 E-mail 篇", "英檢初級衝刺班(下)"])
    found = judged(rows)
    assert amounts(found, LEAVE) == (0, 0, 0)
    assert {found.set_of(key).state for key in ("english_a", "english_b")} == {State.MISSING}


@pytest.mark.parametrize("title", ["智慧城市治理的趨勢與挑戰(上)", "智慧城市治理的趨勢與挑戰(下)"])
def test_the_first_part_does_not_stand_for_the_second(title):
    rows = passed("professional", without=[title])
    found = judged(
        [*rows, *(replace(each, code="X112000001") for each in rows if "趨勢與挑戰" in each.title)]
    )
    assert found.set_of("professional").state is State.MISSING


def test_each_set_fails_by_itself():
    found = judged(on_duty(passed(*FULL), "友善職場"))
    assert {each.key: str(each.state) for each in found.sets} == {
        "policy": "met",
        "professional": "met",
        "vision": "failed",
        "english_a": "met",
        "english_b": "missing",
    }
    assert amounts(found, LEAVE) == (12, 0, 0)
    assert amounts(found, AWARD) == (1, 0, 0)


@pytest.mark.parametrize(
    ("hours", "state"),
    [("2.0", State.MET), ("1.99", State.REVIEW), ("2.5", State.MET), ("0", State.REVIEW)],
)
def test_exactly_enough_certified_hours_are_enough(hours, state):
    rows = [
        replace(each, certified_hours=Decimal(hours)) if each.title == "客家、族群、主流化" else each
        for each in passed("vision")
    ]
    assert judged(rows).set_of("vision").state is state


def test_a_failed_course_is_worse_than_short_hours():
    rows = on_duty(passed("vision"), "友善職場")
    rows = [
        replace(each, certified_hours=Decimal(0)) if each.title == "台灣長照趨勢" else each for each in rows
    ]
    found = judged(rows).set_of("vision")
    assert (found.state, codes(found)) == (State.FAILED, ["HOURS_SHORT"])


def test_a_missing_course_is_said_before_short_hours():
    found = judged(passed("vision", without=["友善職場"])).set_of("vision")
    assert (found.state, found.certified_hours, codes(found)) == (State.MISSING, 9, [])


def test_a_row_whose_end_lies_after_the_day_does_not_count():
    rows = passed("policy")
    last = max(each.end for each in rows if each.end)
    before = judged(rows, (last.date() - timedelta(days=1)).isoformat())
    assert before.set_of("policy").state is State.MISSING
    assert before.rows[0].set is None
    assert judged(rows, last.date().isoformat()).set_of("policy").state is State.MET


@pytest.mark.parametrize(("end", "counts"), [("2023-08-02T00:00:00", True), ("2023-08-02T00:00:01", False)])
def test_a_day_counts_to_its_end(end, counts):
    rows = records(manual())
    rows[4] = replace(rows[4], start=datetime(2023, 8, 1, 22), end=datetime.fromisoformat(end))
    state = judged(rows, "2023-08-01").set_of("policy").state
    assert state is (State.MET if counts else State.MISSING)


def test_a_row_without_an_end_is_kept_for_review():
    rows = records(manual())
    rows[4] = replace(rows[4], end=None)
    assert judged(rows).set_of("policy").state is State.REVIEW


def test_a_calendar_without_the_year_makes_every_row_review():
    found = judge(
        records(manual()),
        PLAN,
        Calendar(),
        date(2023, 8, 1),
        Circumstances(person=Person(category="編制內公務人員")),
    )
    policy = found.set_of("policy")
    assert policy.state is State.REVIEW
    assert all("CALENDAR_UNKNOWN" in codes(each) for each in policy.courses)
    assert found.calendar == {"2023": "未收錄"}
    assert amounts(found, LEAVE) == (0, 4, 0)


def test_a_row_of_a_year_without_a_calendar_is_for_review():
    rows = records(manual())
    rows[4] = replace(rows[4], start=datetime(2035, 5, 2, 20), end=datetime(2035, 5, 2, 21))
    found = judged(rows, "2035-12-31")
    assert found.rows[4].off_duty is OffDuty.REVIEW
    assert {"CALENDAR_UNKNOWN", "AFTER_DEADLINE"} <= set(codes(found.rows[4]))
    assert found.calendar["2035"] == "未收錄"


def test_a_very_early_start_is_answered_and_for_review():
    rows = records(manual())
    rows[4] = replace(rows[4], start=datetime(1900, 1, 1))
    assert judged(rows).set_of("policy").state is State.REVIEW


def test_a_row_outside_the_plan_is_listed_and_belongs_to_no_set():
    other = replace(records(manual())[0], title="資通安全通識教育", start=ON_DUTY[0], end=ON_DUTY[1])
    found = judged([*records(manual()), other])
    row = found.rows[-1]
    assert (row.set, row.course, row.counted, row.state, row.reasons) == (None, None, False, None, ())


# --- rows that were not understood -----------------------------------------------------------------------------------


def unread(title: str | None) -> tuple[UnreadRow, ...]:
    return (UnreadRow(("9", "開放式", title or "?", "…"), "認證時數「二」不是數字", title),)


UNREAD = [
    ("a title of one set lowers that set", "友善職場", {"vision"}),
    ("its other spelling too", "友善 職場", {"vision"}),
    ("a title with its code too", "友善職場 (PKCG112100555)", {"vision"}),
    ("an alias too", "行政程序法與案例解析(陳慈陽講座)", {"professional"}),
    ("a title outside the plan lowers none", "資通安全通識教育", set()),
    ("an unknown title lowers every set", None, {*THREE, "english_a"}),
]


@pytest.mark.parametrize(
    ("title", "lowered"), [line[1:] for line in UNREAD], ids=[line[0] for line in UNREAD]
)
def test_an_unread_row_lowers_only_the_sets_it_could_belong_to(title, lowered):
    found = judged(passed(*FULL), unread=unread(title))
    assert found.complete is False
    assert {each.key for each in found.sets if each.state is State.REVIEW} == lowered
    assert {each.key for each in found.sets if "UNREAD_ROW" in codes(each)} == (
        lowered if title else {each.key for each in found.sets}
    )
    assert amounts(found, LEAVE) == (16 - 4 * len(lowered), 4 * len(lowered), 0)
    assert amounts(found, AWARD) == ((0, 1, 0) if lowered else (1, 0, 0))


def test_an_unread_row_makes_no_missing_or_failed_set_better():
    found = judged(on_duty(passed("vision"), "友善職場"), unread=unread(None))
    assert found.set_of("vision").state is State.FAILED
    assert found.set_of("policy").state is State.MISSING


# --- the next step ---------------------------------------------------------------------------------------------------


def steps(verdict: Verdict) -> list[tuple[str, str]]:
    return [(each.set, each.title) for each in verdict.next]


def test_one_course_short_is_said_in_one_sentence_with_the_last_day():
    found = judged(passed(*FULL, without=["友善職場"]))
    assert [each.text for each in found.next] == [
        "再完成『友善職場』1 小時即符合「e見鍾情戀高雄」，期限 112 年 8 月 31 日。"
    ]
    assert (found.next[0].by, found.next[0].set) == (date(2023, 8, 31), "vision")


def test_the_set_with_the_least_left_comes_first():
    rows = passed(*THREE, without=["友善職場", "走訪新興探尋大港埔故事", "來玩六龜，遛溜忘歸"])
    found = [each for each, _ in steps(judged(rows))]
    assert found[:3] == ["vision", "policy", "policy"]
    assert set(found[3:]) == {"english_a", "english_b"}


def test_several_courses_short_are_counted_with_their_hours():
    rows = passed("policy", without=["來玩六龜，遛溜忘歸", "認識日常生活中的「隱微」歧視"])
    texts = [each.text for each in judged(rows).next if each.set == "policy"]
    assert (
        texts[0]
        == "「e馬當先育職能」尚缺 2 門共 3 小時：『來玩六龜，遛溜忘歸』1 小時，期限 112 年 8 月 31 日。"
    )


def test_where_another_course_failed_no_step_promises_the_set():
    rows = on_duty(passed("vision", without=["友善職場"]), "台灣長照趨勢")
    text = next(each.text for each in judged(rows).next if each.set == "vision")
    assert "即符合" not in text
    assert "尚缺 1 門共 1 小時" in text


def test_one_english_set_met_needs_no_second():
    assert {each for each, _ in steps(judged(passed("english_a")))} == set(THREE)


def test_an_english_set_on_duty_leaves_the_other_worth_its_leave():
    """The commendation is complete with 英語大聲公; the leave of the English part still needs 機智英檢生活."""
    rows = on_duty(passed(*FULL), "公務英文 E-mail 篇")
    found = judged(rows)
    assert amounts(found, AWARD) == (1, 0, 0)
    assert {each for each, _ in steps(found)} == {"english_b"}


def test_an_english_set_for_review_leaves_the_other_worth_doing():
    rows = [
        replace(each, exam="70") if each.title == "公務英文 E-mail 篇" else each for each in passed(*FULL)
    ]
    assert {each for each, _ in steps(judged(rows))} == {"english_b"}


def test_everything_met_leaves_no_step():
    assert judged(passed(*FULL)).next == ()


def test_on_the_last_day_there_is_a_step_and_on_the_next_none():
    rows = passed(*FULL, without=["友善職場"])
    assert len(judged(rows, "2023-08-31").next) == 1
    assert judged(rows, "2023-09-01").next == ()


def test_nobody_outside_the_plan_is_told_to_study():
    assert judged([], person=Person(category="教師")).next == ()


def test_a_claimed_set_is_not_asked_for_again_for_its_leave():
    """With the leave claimed for every set, courses are still missing for the commendation alone."""
    before = claimed(16, *THREE, "english_a")
    assert {each for each, _ in steps(judged(passed(*THREE), claimed=before))} == {"english_a", "english_b"}
    all_claimed = before | {AWARD: Claimed(Decimal(1), frozenset((*THREE, "english_a")))}
    assert judged(passed(*THREE), claimed=all_claimed).next == ()


# --- shapes of other plans -------------------------------------------------------------------------------------------

TWO_OF_THREE = """
key = "two-of-three"
title = "任二套計畫"
short = "任二套"
issuer = "某機關"
document = "某字第1120000001號函"
issued_on = 2023-01-01
covers = { from = 2023-01-01, to = 2023-12-31, clause = "伍" }
year = 112
city = "高雄市"
categories = { covered = ["編制內公務人員"], clause = "肆" }
form = { title = "申請表", clause = "陸" }

[[set]]
key = "a"
title = "甲"
clause = "一"
hours = 1
courses = [{ title = "友善職場", hours = 1 }]

[[set]]
key = "b"
title = "乙"
clause = "二"
hours = 1
courses = [{ title = "台灣長照趨勢", hours = 1 }]

[[set]]
key = "c"
title = "丙"
clause = "三"
hours = 1
courses = [{ title = "如何服務身心障礙者", hours = 1 }]

[[benefit]]
key = "leave"
title = "補休"
unit = "hour"
clause = "六"
cap = 4
completed_by = 2023-08-31
off_duty = true
unpaid_leave_counts = false
needs_upload = false
evidence = "平臺學習紀錄"
grants = [{ amount = 4, needs = { at_least = 2, of = ["a", "b", "c"] }, clause = "六" }]
"""


@pytest.mark.parametrize(
    ("titles", "claimable", "missing"),
    [
        ((), 0, {"a", "b", "c"}),
        (("友善職場",), 0, {"b", "c"}),
        (("友善職場", "如何服務身心障礙者"), 4, set()),
        (("友善職場", "台灣長照趨勢", "如何服務身心障礙者"), 4, set()),
    ],
)
def test_two_of_three_sets(titles, claimable, missing):
    rows = [each for each in passed("vision") if each.title in titles]
    found = judged(rows, plan=read_plan(TWO_OF_THREE, "two-of-three.toml", "file"))
    assert benefit(found, "leave").claimable == claimable
    assert {each.set for each in found.next} == missing
