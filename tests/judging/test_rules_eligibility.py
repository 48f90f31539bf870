"""Who the plan is for where the 人員類別 changed: every line of a table is one sentence. The programme is the year 2023."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rule_cases import manual, records
from timetables import table

from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.plan import Plan
from rules.plan_benefits import BenefitFor
from rules.verdict import BenefitVerdict, Verdict
from rules.work import Period, Work

STAFF, LABOUR, HIRED = "編制內公務人員", "臨時人員", "約聘人員"
PLAN = bundled.plan("kaohsiung-112")
JUDGED = "2023-09-15"


def verdict(now: str, *periods: tuple[str, str, str], on: str = JUDGED, plan: Plan = PLAN) -> Verdict:
    """The manual's eight rows, all off duty, of somebody who is of the category `now`, but in each period of another."""
    work = Work(
        periods=tuple(
            Period(date.fromisoformat(first), date.fromisoformat(last), Work(), Person(category=category))
            for first, last, category in periods
        )
    )
    about = Circumstances(Person(category=now), work, bundled.suspensions())
    return judge(records(manual()), plan, bundled.calendar(), date.fromisoformat(on), about)


def says(found: Verdict) -> str:
    benefit = leave(found)
    reasons = [str(each.code) for each in benefit.reasons]
    return " ".join([f"{benefit.claimable}+{benefit.pending_review}", str(benefit.state), *reasons])


def leave(found: Verdict) -> BenefitVerdict:
    benefit = found.benefit("compensatory_leave")
    assert benefit is not None
    return benefit


GRANTED, ASKED, LEFT_OUT = (
    "4+0 claimable",
    "0+4 pending_review CATEGORY_UNKNOWN",
    "0+0 excluded CATEGORY_NOT_COVERED",
)
CHANGED = table(
    ("covered all the time is granted", STAFF, [("2023-01-01", "2023-06-30", STAFF)], JUDGED, GRANTED),
    ("two covered categories with the same rules are granted", STAFF, [("2023-01-01", "2023-06-30", HIRED)], JUDGED, GRANTED),
    ("covered today and not during the study is for review", STAFF, [("2023-01-01", "2023-06-30", LABOUR)], JUDGED, ASKED),
    ("covered during the study and not today is for review", LABOUR, [("2023-01-01", "2023-06-30", STAFF)], JUDGED, ASKED),
    ("one day of another category is enough", STAFF, [("2023-05-01", "2023-05-01", LABOUR)], JUDGED, ASKED),
    ("the programme's first day counts", STAFF, [("2022-01-01", "2023-01-01", LABOUR)], JUDGED, ASKED),
    ("the day before it does not", STAFF, [("2022-01-01", "2022-12-31", LABOUR)], JUDGED, GRANTED),
    ("the judging day counts", STAFF, [("2023-09-15", "2023-12-31", LABOUR)], JUDGED, ASKED),
    ("the day after it does not", STAFF, [("2023-09-16", "2023-12-31", LABOUR)], JUDGED, GRANTED),
    ("after the programme the last day of it counts", STAFF, [("2023-12-31", "2023-12-31", LABOUR)], "2024-02-01", ASKED),
    ("days between the programme and the judging day do not", STAFF, [("2024-01-01", "2024-01-31", LABOUR)], "2024-02-01", GRANTED),
    ("but the judging day itself does", STAFF, [("2024-02-01", "2024-02-01", LABOUR)], "2024-02-01", ASKED),
    ("a category nobody named for a time is for review", STAFF, [("2023-01-01", "2023-02-01", "")], JUDGED, ASKED),
    ("two categories that are both left out leave out", LABOUR, [("2023-01-01", "2023-06-30", "教師")], JUDGED, LEFT_OUT),
    ("of two periods the one written last holds", STAFF, [("2023-01-01", "2023-06-30", LABOUR), ("2023-01-01", "2023-06-30", STAFF)], JUDGED, GRANTED),
)  # fmt: skip


@pytest.mark.parametrize(("now", "periods", "on", "expected"), CHANGED)
def test_a_category_that_changed_is_never_a_silent_grant(now, periods, on, expected):
    assert says(verdict(now, *periods, on=on)) == expected


def test_the_reason_names_both_categories_since_when_and_the_clause():
    reason = leave(verdict(STAFF, ("2023-01-01", "2023-06-30", LABOUR))).reasons[0]
    assert reason.text == (
        "計畫期間內人員類別不同（112/1/1 起「臨時人員」、112/7/1 起「編制內公務人員」），是否屬計畫適用對象請人事單位認定。"
    )
    assert reason.clause == PLAN.categories.clause
    unset = leave(verdict("", ("2023-01-01", "2023-06-30", STAFF))).reasons[0]
    assert "112/7/1 起尚未設定" in unset.text


def test_one_category_is_named_where_it_alone_decides():
    """The clause behind it is the plan's 適用對象."""
    texts = {now: leave(verdict(now)).reasons for now in (STAFF, LABOUR, "", "駐衛警察")}
    assert texts[STAFF] == ()
    assert [each.text for each in texts[LABOUR]] == ["人員類別「臨時人員」不在計畫適用對象內。"]
    assert [each.text for each in texts[""]] == ["人員類別尚未設定，是否屬計畫適用對象請人事單位認定。"]
    assert [each.text for each in texts["駐衛警察"]] == [
        "人員類別「駐衛警察」，是否屬計畫適用對象請人事單位認定。"
    ]
    assert {each.clause for found in texts.values() for each in found} == {PLAN.categories.clause}


def test_two_covered_categories_of_which_one_gets_less_are_for_review():
    own = BenefitFor((HIRED,), "陸、六", cap=PLAN.benefits[0].cap - 4)
    plan = replace(PLAN, benefits=(replace(PLAN.benefits[0], by_category=(own,)), *PLAN.benefits[1:]))
    assert says(verdict(STAFF, ("2023-01-01", "2023-06-30", HIRED), plan=plan)) == ASKED
    assert says(verdict(HIRED, plan=plan)) == GRANTED


def test_on_a_day_of_a_period_the_verdict_names_that_periods_category():
    found = verdict(STAFF, ("2023-01-01", "2023-12-31", LABOUR))
    assert says(found) == LEFT_OUT
    assert [each.value for each in found.assumptions if each.key == "category"] == [LABOUR]
    assert says(verdict(LABOUR, ("2023-01-01", "2023-12-31", STAFF))) == GRANTED


def test_a_plan_of_another_category_asks_what_that_days_category_is_asked():
    own = BenefitFor((HIRED,), "陸、六", cap=PLAN.benefits[0].cap - 4)
    plan = replace(PLAN, benefits=(replace(PLAN.benefits[0], by_category=(own,)), *PLAN.benefits[1:]))
    assert leave(verdict(STAFF, ("2023-01-01", "2023-12-31", HIRED), plan=plan)).cap == 12
    assert leave(verdict(HIRED, ("2023-01-01", "2023-12-31", STAFF), plan=plan)).cap == 16
