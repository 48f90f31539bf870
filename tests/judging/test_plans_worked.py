"""Every worked plan is one shape of plan, can be used as it is, and proves itself by its own examples."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.screens.explain_screen import explain_text
from agent.screens.plan_screen import plan_text
from agent.screens.verdict_screen import verdict_text
from agent.verdict_json import verdict_json
from rules import bundled
from rules.engine import Circumstances, judge
from rules.examples import run_example
from rules.person import Person
from rules.plan import Plan
from rules.plan_file import read_plan
from rules.plan_proof import prove
from rules.record import LearningRecord, UnreadRow
from rules.verdict import State, Verdict

FOLDER = Path(__file__).parent / "worked_plans"
NAMES = sorted(each.stem for each in FOLDER.glob("*.toml"))
EXAMPLES = [
    (name, example)
    for name in NAMES
    for example in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["example"]
]
COMPLETE = "編制內公務人員"


def worked(name: str) -> Plan:
    return read_plan((FOLDER / f"{name}.toml").read_text("utf-8"), f"{name}.toml", "file")


def row(title: str, hours: object, start: datetime, **cells: object) -> LearningRecord:
    """A passed row as long as its hours."""
    length = timedelta(seconds=int(Decimal(str(hours)) * 3600))
    usual = {"status": "已通過", "upload_status": "成功", "uploaded_at": start + timedelta(days=1)}
    return LearningRecord(
        title=title,
        start=start,
        end=start + length,
        certified_hours=Decimal(str(hours)),
        **{**usual, **cells},
    )


def judged(
    plan: Plan,
    records: list[LearningRecord],
    on: date,
    unread: tuple[UnreadRow, ...] = (),
    category: str = COMPLETE,
) -> Verdict:
    about = Circumstances(Person(category=category), unread=unread)
    return judge(records, plan, bundled.calendar(), on, about)


@pytest.mark.parametrize(
    ("name", "example"), EXAMPLES, ids=[f"{name}: {example['name']}" for name, example in EXAMPLES]
)
def test_an_example_of_a_worked_plan_holds(name, example):
    assert run_example(worked(name), example, bundled.calendar(), bundled.suspensions()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_plan_is_marked_as_invented_and_has_nothing_to_correct(name):
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    assert "invented" in text.split("key =")[0]
    plan, problems = prove(text, name, "file", bundled.calendar(), bundled.suspensions())
    assert problems == []
    assert plan is not None
    assert len(plan.examples) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_any_shape_is_shown_as_people_read_it(name):
    """The plan, a verdict on nothing and one on everything: every title, amount and clause in words."""
    plan = worked(name)
    shown = plan_text(plan)
    for title in [
        *(each.title for each in plan.sets),
        *(course.title for each in plan.sets for course in each.courses),
        *(each.title for each in plan.benefits),
        *(each.clause for each in plan.benefits),
        plan.sha256[:16],
        plan.key,
    ]:
        assert title in shown
    rows = [
        row(
            course.title,
            course.hours,
            datetime.combine(plan.covers[0], datetime.min.time()) + timedelta(days=at),
        )
        for each in plan.sets
        for at, course in enumerate(each.courses)
    ]
    for records in ([], rows):
        verdict = judged(plan, records, plan.benefits[0].completed_by)
        for text in (verdict_text(verdict), explain_text(verdict)):
            assert "None" not in text
            assert "Decimal" not in text
        assert verdict_json(verdict)["plan_source"] == "file"


# --- hours-based sets ------------------------------------------------------------------------------------------------

MINIMA = "minima"
SATURDAY = datetime(2023, 5, 6, 8)
YEAR_END = date(2023, 12, 31)


def business(*left_out: str, free: int = 7) -> list[LearningRecord]:
    plan = worked(MINIMA)
    courses = [each for each in plan.sets[0].courses if each.title not in left_out]
    rows = [row(each.title, each.hours, SATURDAY + timedelta(days=7 * at)) for at, each in enumerate(courses)]
    return [*rows, *([row("別處的課程", free, datetime(2023, 6, 3, 8))] if free else [])]


def test_an_hours_based_set_lists_the_records_that_count_and_nothing_that_is_missing():
    found = judged(worked(MINIMA), business(), YEAR_END).sets[0]
    assert found.state is State.MET
    assert [each.title for each in found.courses][-1] == "別處的課程"
    assert all(each.record is not None and each.state is State.MET for each in found.courses)
    assert found.certified_hours == sum(each.certified_hours for each in found.courses) == 20
    assert {each.title: (each.certified_hours, each.state) for each in found.minima} == {
        "當前政府重大政策": (1, State.MET),
        "環境教育": (6, State.MET),
        "民主治理價值": (6, State.MET),
        "性別平等": (1, State.MET),
    }
    assert found.reasons == ()


def test_what_an_hours_based_set_lacks_is_a_reason_with_its_clause_and_a_next_step():
    verdict = judged(
        worked(MINIMA), business("範例性別課程", "範例環境課程(一)", "範例環境課程(二)"), YEAR_END
    )
    found = verdict.sets[0]
    assert [(str(each.code), each.clause) for each in found.reasons] == [
        ("HOURS_SHORT", "伍、一、2"),
        ("HOURS_SHORT", "伍、一"),
        ("HOURS_SHORT", "伍、一"),
    ]
    assert "「環境教育」尚缺 2 小時" in found.reasons[0].text
    assert "「性別平等」尚缺 1 小時" in found.reasons[1].text
    assert "尚缺 5 小時" in found.reasons[2].text
    steps = [(each.set, each.title, each.by) for each in verdict.next]
    assert steps == [
        ("business", "範例環境課程(一)", YEAR_END),
        ("business", "範例性別課程", YEAR_END),
        ("business", "範例環境課程(一)", YEAR_END),
    ]
    assert "『範例性別課程』" in verdict.next[1].text


def test_an_unread_row_leaves_a_set_with_free_hours_to_the_office():
    unread = (UnreadRow(("?",), "認證時數不是數字", "別處的課程"),)
    found = judged(worked(MINIMA), business(), YEAR_END, unread)
    assert found.sets[0].state is State.REVIEW
    assert found.benefits[0].pending_review == 1


def test_a_free_record_of_another_year_is_no_doubt_and_one_without_hours_adds_none():
    rows = [*business(free=0), row("別處的課程", 7, datetime(2023, 6, 3, 8), code="PCENTER111100461")]
    assert judged(worked(MINIMA), rows, YEAR_END).sets[0].state is State.MET
    blank = [*business(), row("空白", 1, SATURDAY)]
    blank[-1] = LearningRecord(
        title="空白", start=SATURDAY, end=SATURDAY + timedelta(hours=1), status="已通過"
    )
    found = judged(worked(MINIMA), blank, YEAR_END)
    assert found.sets[0].certified_hours == 20
    assert any("認證時數空白" in each.text for each in found.rows[-1].reasons)


def test_a_title_nearly_that_of_a_listed_course_is_asked_about_in_a_set_by_hours_too():
    rows = [*business("範例環境課程(一)", free=0), row("範例環境課程(一", 2, SATURDAY)]
    assert [each.course for each in judged(worked(MINIMA), rows, YEAR_END).questions] == ["範例環境課程(一)"]


# --- the working is shown --------------------------------------------------------------------------------------------


def test_an_amount_by_hours_says_how_it_came_about():
    plan = worked("per-hours-floor")
    rows = [
        row("政策甲課", 5, datetime(2024, 3, 2, 8)),
        row("政策丙課", 5, datetime(2024, 3, 9, 8), status="審核中"),
    ]
    verdict = judged(plan, rows, date(2024, 8, 31))
    found = verdict.benefits[0]
    assert (found.claimable, found.pending_review) == (1, 1)
    assert [str(each.code) for each in found.reasons] == ["CALCULATION"]
    assert "認證 5 小時，每 5 小時 1 小時，共 1 小時" in found.reasons[0].text
    assert "另有 5 小時待認定（『政策丙課』）" in found.reasons[0].text
    shown = verdict_json(verdict)["benefits"][0]["grants"]
    assert [(each["amount"], each["pending"], each["state"]) for each in shown] == [("1", "1", "met")]
    assert "政策丙課" not in [each.title for each in verdict.sets[0].courses]


def test_a_plan_of_fixed_portions_keeps_its_document():
    verdict = judged(bundled.plan("kaohsiung-112"), [], date(2023, 8, 31))
    assert all("grants" not in each for each in verdict_json(verdict)["benefits"])
    assert all("minima" not in each for each in verdict_json(verdict)["sets"])


def test_the_benefit_that_lost_a_set_to_another_says_so():
    plan = worked("levels")
    rows = [row(f"初級英語({each})", 2, datetime(2025, 3, 1, 8 + 2 * at)) for at, each in enumerate("上下")]
    award, leave = judged(plan, rows, date(2025, 10, 31)).benefits
    assert (award.claimable, leave.claimable) == (1, 0)
    assert [str(each.code) for each in leave.reasons] == ["USED_ELSEWHERE"]
    assert "「初級套裝課程」的紀錄已用於嘉獎" in leave.reasons[0].text


def test_what_another_benefit_may_rest_on_is_for_the_office():
    """The award comes first and its upload is in doubt: the leave alone would be sure, and is not."""
    plan = worked("levels")
    award_rule, leave_rule = plan.benefits
    plan = replace(plan, benefits=(replace(award_rule, needs_upload=True), leave_rule))
    rows = [
        row(f"初級英語({each})", 2, datetime(2025, 3, 1, 8 + 2 * at), upload_status="失敗")
        for at, each in enumerate("上下")
    ]
    award, leave = judged(plan, rows, date(2025, 10, 31)).benefits
    assert (award.claimable, award.pending_review) == (0, 1)
    assert (leave.claimable, leave.pending_review) == (0, 4)
    alone = replace(plan, benefits=(replace(leave_rule, exclusive=""),))
    assert judged(alone, rows, date(2025, 10, 31)).benefits[0].claimable == 4


def test_an_application_window_that_is_over_is_said_with_what_was_met():
    plan = worked("tiers")
    rows = [
        row(f"第1套{each}課", hours, datetime(2024, 4, 6, 8 + at))
        for at, (each, hours) in enumerate((("甲", 1), ("乙", 2)))
    ]
    before, after = (judged(plan, rows, day).benefits[0] for day in (date(2024, 9, 1), date(2024, 11, 1)))
    assert (before.claimable, after.claimable) == (1, 0)
    assert "申請期間自 113 年 10 月 1 日 起" in before.reasons[-1].text.replace("日起", "日 起")
    assert str(after.reasons[-1].code) == "APPLICATION_WINDOW"
    assert "已達成 1 次，但申請期間至 113 年 10 月 31 日止，已過，不能再申請" in after.reasons[-1].text
    assert after.reasons[-1].clause == "陸、三"


def test_unpaid_leave_is_left_out_of_an_award_only_where_the_plan_says_so():
    from rules.work import Work

    plan = worked("categories")
    rows = [row("數位範例甲課", 2, datetime(2024, 11, 2, 8)), row("任何課程", 4, datetime(2024, 11, 9, 8))]
    away = Work(unpaid_leave=((date(2024, 11, 9), date(2024, 11, 9)),))
    about = Circumstances(Person(category="約用人員"), away)
    found = judge(rows, plan, bundled.calendar(), date(2024, 11, 30), about)
    assert found.benefits[0].claimable == 0
    assert "DURING_UNPAID_LEAVE" in [str(each.code) for each in found.rows[1].reasons]


def test_a_ticket_is_worded_as_a_chance():
    plan = worked("lottery")
    found = judged(
        plan, [row("範例中立法規", 1, datetime(2025, 4, 12, 8), exam="95", survey="已填")], date(2025, 6, 30)
    )
    assert found.benefits[0].claimable == 1
    assert "可申請 1 張抽獎券" in verdict_text(found)
    assert "不是獎品" in verdict_text(found)
    assert "不是獎品" in plan_text(plan)
