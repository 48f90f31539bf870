"""Every bundled plan proves itself by its own examples, and an example that says nothing clear is refused."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from rules import bundled
from rules.errors import ConfigError
from rules.examples import example_verdict, record_of, run_example
from rules.record import LearningRecord

PLAN = bundled.plan("kaohsiung-112")
EXAMPLES = [(key, example) for key in bundled.plan_keys() for example in bundled.plan(key).examples]

GOOD = """
name = "the manual's eight rows"
clause = "陸、六、1"
on = 2023-08-31
category = "編制內公務人員"
passed = [{ set = "policy", from = 2023-01-01T08:00:00 }]
rows = [{ title = "友善職場 (PKCG112100555)", status = "已通過", certified_hours = "1.0", start = "2023-01-01T19:00:00", end = 2023-01-01T20:00:00 }]
expect = { compensatory_leave = { claimable = 4, pending_review = 0, state = "claimable" }, commendation = { claimable = 0 } }
"""


def run(text: str) -> list[str]:
    return run_example(PLAN, tomllib.loads(text), bundled.calendar(), bundled.suspensions())


@pytest.mark.parametrize(
    ("key", "example"), EXAMPLES, ids=[f"{key}: {example['name']}" for key, example in EXAMPLES]
)
def test_an_example_of_a_bundled_plan_holds(key, example):
    assert run_example(bundled.plan(key), example, bundled.calendar(), bundled.suspensions()) == []


@pytest.mark.parametrize("key", bundled.plan_keys())
def test_every_bundled_plan_has_examples_and_each_names_a_benefit(key):
    examples = bundled.plan(key).examples
    assert examples
    assert all(each["expect"] for each in examples)


def test_an_example_that_holds_gives_no_sentence():
    assert run(GOOD) == []


def test_each_mismatch_is_one_sentence_with_both_values():
    wrong = GOOD.replace("claimable = 4, pending_review = 0", "claimable = 8, pending_review = 4")
    assert run(wrong.replace('state = "claimable"', 'state = "missed"')) == [
        "compensatory_leave.claimable：應為 8，判定為 4",
        "compensatory_leave.pending_review：應為 4，判定為 0",
        "compensatory_leave.state：應為 missed，判定為 claimable",
    ]


def test_a_set_may_be_passed_but_for_some_courses():
    without = GOOD.replace("T08:00:00 }", 'T08:00:00, except = ["來玩六龜，遛溜忘歸"] }')
    assert run(without)[0] == "compensatory_leave.claimable：應為 4，判定為 0"


def test_the_courses_of_a_set_follow_on_each_other():
    """Ten hours from Friday 22:00: the last course ends at 08:00 on Saturday, and none of them is on duty."""
    late = GOOD.replace("2023-01-01T08:00:00 }", "2023-05-05T22:00:00 }")
    assert run(late) == []
    assert (
        run(late.replace("2023-05-05", "2023-05-04")) == []
    )  # Thursday to Friday 08:00:00 is off duty to the second
    later = late.replace("2023-05-05T22:00:00", "2023-05-04T22:00:01")
    assert run(later)[0] == "compensatory_leave.claimable：應為 4，判定為 0"


MISTAKES = [
    ("no name", 'name = "the manual\'s eight rows"\n', "", "name"),
    ("no day", "on = 2023-08-31\n", "", "「on」"),
    ("a day in words", "on = 2023-08-31", 'on = "2023-08-31"', "「on」"),
    ("no category", 'category = "編制內公務人員"\n', "", "category"),
    ("a misspelt key", "category =", "catgory =", "category"),
    ("an unknown key", "on = 2023", "at = 1\non = 2023", "「at」"),
    ("no expectation", "expect =", "wish =", "expect"),
    ("an empty expectation", "expect = { compensatory_leave = { claimable = 4, pending_review = 0, state = \"claimable\" }, commendation = { claimable = 0 } }", "expect = {}", "expect"),
    ("an unknown benefit", "commendation =", "comendation =", "comendation"),
    ("an unknown key of a benefit", "{ claimable = 0 }", "{ claimabel = 0 }", "claimabel"),
    ("an amount in words", "{ claimable = 0 }", '{ claimable = "none" }', "claimable"),
    ("an unknown set", 'set = "policy"', 'set = "policies"', "policies"),
    ("no set", 'set = "policy", ', "", "「set」"),
    ("no moment", ", from = 2023-01-01T08:00:00", "", "「from」"),
    ("a date where a moment is asked", "from = 2023-01-01T08:00:00", "from = 2023-01-01", "「from」"),
    ("a moment with an offset", "from = 2023-01-01T08:00:00", "from = 2023-01-01T08:00:00Z", "「from」"),
    ("a misspelt key of a passed set", "T08:00:00 }", "T08:00:00, excpet = [] }", "excpet"),
    ("a course the set does not have", "T08:00:00 }", 'T08:00:00, except = ["友善職場"] }', "友善職場"),
    ("passed sets that are no list", 'passed = [{ set = "policy", from = 2023-01-01T08:00:00 }]', 'passed = "policy"', "passed"),
    ("a misspelt key of a row", "certified_hours =", "certifed_hours =", "certifed_hours"),
    ("a row without a title", 'title = "友善職場 (PKCG112100555)", ', "", "title"),
    ("a row's time in words", '"2023-01-01T19:00:00"', '"新年晚上"', "「start」"),
    ("a row's time that is a number", '"2023-01-01T19:00:00"', "19", "「start」"),
    ("a row's hours in words", '"1.0"', '"二"', "certified_hours"),
    ("a row's status that is a number", '"已通過"', "1", "status"),
    ("an offset in a row's time", '"2023-01-01T19:00:00"', '"2023-01-01T19:00:00Z"', "「start」"),
    ("a row's reading without seconds", '"已通過"', '"已通過", reading = "1:00"', "「reading」"),
    ("a row's reading without hours", '"已通過"', '"已通過", reading = ":30:00"', "「reading」"),
    ("a row's hours without end", '"1.0"', "inf", "certified_hours"),
    ("an unknown set that was claimed by no benefit", "expect =", "claimed = { compensatory_leave = { sets = [] } }\nexpect =", "amount"),
    ("a misspelt key of a claim", "expect =", 'claimed = { compensatory_leave = { amount = 4, set = ["policy"] } }\nexpect =', "「set」"),
    ("an unknown set in expect_sets", "expect =", "expect_sets = { eleven = { } }\nexpect =", "eleven"),
    ("an unknown key in expect_sets", "expect =", "expect_sets = { policy = { hours = 1 } }\nexpect =", "「hours」"),
    ("the second row's mistake is counted", 'rows = [', 'rows = [{ title = "甲" }, { title = 1 }, ', "rows 2"),
    ("the second passed set's mistake is counted", 'passed = [', 'passed = [{ title = "甲", hours = 1, from = 2023-01-01T08:00:00 }, { set = "x", from = 2023-01-01T08:00:00 }, ', "passed 2"),
    ("a passed title with a key too many", 'passed = [', 'passed = [{ title = "甲", hours = 1, from = 2023-01-01T08:00:00, except = [] }, ', "except"),
    ("a passed title without hours", 'passed = [', 'passed = [{ title = "甲", from = 2023-01-01T08:00:00 }, ', "hours"),
    ("a blank name is no name", "name = \"the manual's eight rows\"", "name = 1", "name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"), [line[1:] for line in MISTAKES], ids=[line[0] for line in MISTAKES]
)
def test_a_mistake_in_an_example_is_answered_with_the_plan_and_the_key(old, new, key, request):
    assert old in GOOD
    with pytest.raises(ConfigError) as refused:
        run(GOOD.replace(old, new, 1))
    assert PLAN.key in refused.value.message
    assert key in f"{refused.value.message} {refused.value.remedy}"
    assert [refused.value.message, refused.value.remedy] == said()[request.node.callspec.id]


@cache
def said() -> dict[str, list[str]]:
    """What is said of each mistake, and what to do."""
    text = Path(__file__).with_name("example_mistakes.txt").read_text("utf-8")
    return {line.split("｜")[0]: line.split("｜")[1:] for line in text.splitlines()}


def test_an_example_stands_in_the_plans_city():
    """Office hours of a day on which Kaohsiung stopped work: not simply duty, but for the office to judge."""
    stopped = GOOD.replace("from = 2023-01-01T08:00:00", "from = 2023-07-27T08:00:00")
    assert run(stopped)[:2] == [
        "compensatory_leave.claimable：應為 4，判定為 0",
        "compensatory_leave.pending_review：應為 0，判定為 4",
    ]


def test_blank_cells_of_a_records_file_are_cells_without_a_value():
    blank = record_of(
        {"title": "友善職場", "start": "", "end": "", "reading": "", "status": "", "certified_hours": ""}, ""
    )
    assert blank == LearningRecord("友善職場")


def test_a_passed_course_is_a_row_as_the_portal_shows_it():
    """As long as its hours, read for half of them, uploaded on the next noon; the next course follows at once."""
    only = [course.title for course in PLAN.set_of("policy").courses[1:]]
    written = f'passed = [{{ set = "policy", from = 2023-01-07T23:30:00, except = {json.dumps(only)} }}, {{ title = "別課", hours = 1.5, from = 2023-01-08T09:00:00, exam = "90", survey = "未填", upload_status = "失敗", uploaded_at = 2023-02-01T12:00:00 }}]'
    example = tomllib.loads(GOOD) | tomllib.loads(written) | {"rows": []}
    found = [row.record for row in example_verdict(PLAN, example, bundled.calendar(), ()).rows]
    first = LearningRecord(
        title="政府數位轉型新視界",
        course_type="開放式",
        start=datetime(2023, 1, 7, 23, 30),
        end=datetime(2023, 1, 8, 0, 30),
        reading=timedelta(minutes=30),
        exam="100",
        survey="已填",
        condition="課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
        status="已通過",
        certified_hours=Decimal(1),
        upload_status="成功",
        uploaded_at=datetime(2023, 1, 9, 12),
    )
    other = replace(
        first,
        title="別課",
        start=datetime(2023, 1, 8, 9),
        end=datetime(2023, 1, 8, 10, 30),
        reading=timedelta(minutes=45),
        exam="90",
        survey="未填",
        condition="課程測驗：75 分(含)以上 閱讀時數：00:45:00(含)以上 需填問卷：是",
        certified_hours=Decimal("1.5"),
        upload_status="失敗",
        uploaded_at=datetime(2023, 2, 1, 12),
    )
    assert found == [first, other]


def test_half_of_very_long_or_odd_hours_is_written_to_the_second():
    written = 'passed = [{ title = "長課", hours = 201.01, from = 2023-01-01T00:00:00 }]'
    example = tomllib.loads(GOOD) | tomllib.loads(written) | {"rows": []}
    record = example_verdict(PLAN, example, bundled.calendar(), ()).rows[0].record
    assert "閱讀時數：100:30:18(含)" in record.condition
    assert record.end - record.start == timedelta(hours=201, seconds=36)


def test_a_row_in_records_form_may_fill_every_cell():
    cells = {
        "title": "友善職場", "course_type": "混成", "code": "PKCG112100555", "course_id": "7", "start": "2023-01-01T19:00:00",
        "end": "2023-01-01T20:00:00", "reading": "01:02:03", "exam": "80", "survey": "已填", "condition": "無", "status": "已通過",
        "certified_hours": "0.5", "upload_status": "成功", "uploaded_at": "2023-01-02T12:00:00",
    }  # fmt: skip
    assert record_of(cells, "here") == LearningRecord(
        "友善職場", "混成", "PKCG112100555", "7", datetime(2023, 1, 1, 19), datetime(2023, 1, 1, 20),
        timedelta(hours=1, minutes=2, seconds=3), "80", "已填", "無", "已通過", Decimal("0.5"), "成功", datetime(2023, 1, 2, 12),
    )  # fmt: skip
    with pytest.raises(ConfigError, match="更多"):
        record_of(cells | {"更多": 1}, "here")


def test_a_row_in_records_form_is_read_cell_by_cell():
    record = record_of(
        {
            "title": "友善職場 (PKCG112100555)",
            "code": None,
            "start": "2023-01-01T19:00:00",
            "end": None,
            "reading": "100:30:00",
            "certified_hours": "1.0",
            "upload_status": "",
        },
        "here",
    )
    assert (record.title, record.code) == ("友善職場", "PKCG112100555")
    assert (record.start, record.end) == (datetime(2023, 1, 1, 19), None)
    assert record.reading == timedelta(hours=100, minutes=30)
    assert (record.certified_hours, record.upload_status) == (Decimal("1.0"), None)


@pytest.mark.parametrize("blank", [None, "", "-", "--"])
def test_hours_that_the_portal_leaves_out_are_none(blank):
    assert record_of({"title": "友善職場", "certified_hours": blank}, "here").certified_hours is None


def test_a_code_of_its_own_goes_before_one_in_the_title():
    record = record_of({"title": "友善職場 (PKCG111100555)", "code": "PKCG112100555"}, "here")
    assert (record.title, record.code) == ("友善職場", "PKCG112100555")


@pytest.mark.parametrize(
    ("key", "value"), [("reading", "1 小時"), ("reading", "01:60:00"), ("uploaded_at", "2023-01-01T08:00:00+08:00"), ("certified_hours", "NaN")]
)  # fmt: skip
def test_a_cell_that_is_not_of_its_kind_is_refused(key, value):
    with pytest.raises(ConfigError, match=key):
        record_of({"title": "友善職場", key: value}, "here")
