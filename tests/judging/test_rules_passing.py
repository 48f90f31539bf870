"""Whether a row was passed and holds together: statuses, pass conditions, editions, times, hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rule_cases import manual, records

from rules import bundled
from rules.engine import Circumstances, judge
from rules.passing import Passed, after_deadline, contradictions, hours_differ, passed, survey_done
from rules.person import Person
from rules.record import LearningRecord
from rules.verdict import State, Verdict

PLAN = bundled.plan("kaohsiung-112")
ROWS = records(manual())
FIFTH = ROWS[4]
CONDITION = "課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是"


def doubts(**changes: Any) -> list[str]:
    """What is doubtful in the manual's fifth row, so changed."""
    return [str(each.code) for each in contradictions(replace(FIFTH, **changes), PLAN)]


def judged(*rows: LearningRecord, on: str = "2023-09-15") -> Verdict:
    about = Circumstances(person=Person(category="編制內公務人員"))
    return judge(rows, PLAN, bundled.calendar(), date.fromisoformat(on), about)


def with_fifth(**changes: Any) -> Verdict:
    """The verdict on the manual's rows with the fifth so changed."""
    return judged(*ROWS[:4], replace(FIFTH, **changes), *ROWS[5:])


STATUSES = [
    ("已通過", Passed.YES),
    ("通過", Passed.YES),
    (" 已通過\n", Passed.YES),
    ("已 通 過", Passed.YES),
    ("未通過", Passed.NO),
    ("尚未通過", Passed.NO),
    ("不通過", Passed.NO),
    ("--", Passed.NO),
    ("-", Passed.NO),
    ("——", Passed.NO),
    ("－－", Passed.NO),
    (None, Passed.UNCLEAR),
    ("", Passed.UNCLEAR),
    ("補登中", Passed.UNCLEAR),
    ("已通過（補登）", Passed.UNCLEAR),
    ("部分通過", Passed.UNCLEAR),
]


@pytest.mark.parametrize(("status", "meaning"), STATUSES, ids=[repr(status) for status, _ in STATUSES])
def test_a_whole_status_cell_is_compared(status, meaning):
    """The word 通過 is inside every one of them."""
    assert passed(replace(FIFTH, status=status)) is meaning


@pytest.mark.parametrize("status", ["未通過", "尚未通過", "--"])
def test_a_row_not_passed_leaves_its_course_missing(status):
    found = with_fifth(status=status)
    assert found.set_of("policy").state is State.MISSING
    course = found.set_of("policy").courses[4]
    assert [str(each.code) for each in course.reasons] == ["NOT_PASSED", "COURSE_MISSING"]
    assert course.record is None


@pytest.mark.parametrize("status", [None, "補登中"])
def test_an_unclear_status_is_for_review_in_both_readings(status):
    found = with_fifth(status=status).set_of("policy")
    assert (found.state, found.award_state) == (State.REVIEW, State.REVIEW)
    assert "STATUS_UNCLEAR" in {each.code for each in found.courses[4].reasons}


def test_a_passed_row_without_contradictions_has_none():
    assert all(contradictions(each, PLAN) == [] for each in ROWS)


CONDITIONS = [
    ("exactly the pass mark is enough", {"exam": "75"}, []),
    ("one point less is not", {"exam": "74"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("half a point less is not", {"exam": "74.5"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an exam not taken is not", {"exam": "未測驗"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an exam shown as -- is not", {"exam": "--"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an empty exam cell is not", {"exam": None}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an exam that is no finite number is not", {"exam": "NaN"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a row's own pass mark of 60 counts", {"exam": "60", "condition": CONDITION.replace("75", "60")}, []),
    ("exactly the reading asked is enough", {"reading": timedelta(minutes=30)}, []),
    ("one second less is not", {"reading": timedelta(minutes=29, seconds=59)}, ["PASS_CONTRADICTS_CONDITION"]),
    ("the seconds of the minimum count", {"reading": timedelta(minutes=30), "condition": CONDITION.replace("00:30:00", "00:30:30")}, ["PASS_CONTRADICTS_CONDITION"]),
    ("no reading is not", {"reading": None}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a survey 已填寫 is filled in", {"survey": "已填寫"}, []),
    ("a survey 未填 is not", {"survey": "未填"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a survey shown as -- is not", {"survey": "--"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an empty survey cell is not", {"survey": None}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a survey that is not asked may be left out", {"survey": "未填", "condition": CONDITION.replace("是", "否")}, []),
    ("an exam that is not asked may be left out", {"exam": "--", "condition": "閱讀時數：00:30:00(含)以上"}, []),
    ("a condition in full-width forms is read", {"exam": "70", "condition": "課程測驗：７５ 分（含）以上　閱讀時數：００：３０：００（含）以上　需填問卷：是"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a condition in narrow forms is read", {"survey": "未填", "condition": "課程測驗:75分(含)以上 閱讀時數:00:30:00(含)以上 需填問卷:是"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("a condition broken into lines is read", {"exam": "70", "condition": "課程測驗：\n75 分(含)以上\n閱讀時數：\n00:30:00(含)以上"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("full-width points are a number", {"exam": "７５"}, []),
    ("reading hours may have three digits", {"condition": "閱讀時數：100:00:00(含)以上"}, ["PASS_CONTRADICTS_CONDITION"]),
    ("an empty condition asks nothing", {"condition": None, "exam": None, "survey": None}, []),
    ("a row not passed contradicts nothing", {"status": "未通過", "exam": "10"}, []),
    ("this year's code is this plan's", {"code": "PKCG112100138"}, []),
    ("last year's code is another edition", {"code": "PKCG111100138"}, ["OTHER_EDITION"]),
    ("next year's code is another edition", {"code": "PKCG113100138"}, ["OTHER_EDITION"]),
    ("a code of another form says nothing", {"code": "KCG-2022-1"}, []),
    ("a row without a code says nothing", {"code": None}, []),
    ("a row without a start is of unknown time", {"start": None}, ["TIME_UNKNOWN"]),
    ("a row without an end is of unknown time", {"end": None}, ["TIME_UNKNOWN"]),
    ("an end before the start", {"end": datetime(2023, 1, 1, 11, 59, 59)}, ["END_BEFORE_START"]),
    ("a row as long as its reading", {"reading": timedelta(hours=1)}, []),
    ("reading one second longer than the row", {"reading": timedelta(hours=1, seconds=1)}, ["READING_EXCEEDS_PERIOD"]),
    ("a row without length and with reading", {"end": datetime(2023, 1, 1, 12)}, ["READING_EXCEEDS_PERIOD"]),
    ("a start in the programme's first second", {"start": datetime(2023, 1, 1)}, []),
    ("a start one second before the programme", {"start": datetime(2022, 12, 31, 23, 59, 59)}, ["STARTS_BEFORE_PLAN"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "codes"), [line[1:] for line in CONDITIONS], ids=[line[0] for line in CONDITIONS]
)
def test_what_makes_a_passed_row_doubtful(changes, codes):
    assert doubts(**changes) == codes


def test_a_doubt_says_which_part_of_the_condition_is_not_met():
    found = contradictions(replace(FIFTH, exam="70", survey=None), PLAN)[0].text
    assert "測驗「70」未達 75 分" in found
    assert "問卷「空白」" in found


LAST = date(2023, 8, 31)
DEADLINE = [
    ("the last second of the last day", datetime(2023, 8, 31, 23, 59, 59), False),
    ("its end, 24:00", datetime(2023, 9, 1), False),
    ("one second later", datetime(2023, 9, 1, 0, 0, 1), True),
    ("an unknown end", None, False),
]


@pytest.mark.parametrize(("end", "late"), [line[1:] for line in DEADLINE], ids=[line[0] for line in DEADLINE])
def test_the_last_day_is_included_to_its_end(end, late):
    assert bool(after_deadline(replace(FIFTH, end=end), LAST, "陸、六")) is late


LEANS = [
    ("an end at the last day's first moment does not", "2023-08-30T22:00", "2023-08-31T00:00", "met", False),
    ("an end one second into the last day does", "2023-08-30T22:00", "2023-08-31T00:00:01", "met", True),
    ("an end at the last day's end does", "2023-08-31T22:00", "2023-09-01T00:00", "met", True),
    ("an end after it does not", "2023-08-31T22:00", "2023-09-01T00:00:01", "failed", False),
]


@pytest.mark.parametrize(
    ("start", "end", "state", "leans"), [line[1:] for line in LEANS], ids=[line[0] for line in LEANS]
)
def test_a_verdict_says_when_it_leans_on_the_last_day_being_included(start, end, state, leans):
    found = with_fifth(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    assert found.set_of("policy").state == state
    assert {each.key: each.used for each in found.assumptions}["completed_by"] is leans


def test_a_late_row_is_failed_in_both_readings():
    found = with_fifth(start=datetime(2023, 8, 31, 23), end=datetime(2023, 9, 1, 0, 0, 1)).set_of("policy")
    assert (found.state, found.award_state) == (State.FAILED, State.FAILED)


def test_other_certified_hours_are_a_note_and_never_an_obstacle():
    assert [str(each.code) for each in hours_differ(FIFTH, Decimal(2))] == ["CERTIFIED_HOURS_DIFFER"]
    assert hours_differ(FIFTH, Decimal(1)) == []
    assert "空白" in hours_differ(replace(FIFTH, certified_hours=None), Decimal(1))[0].text
    assert judged(*ROWS).set_of("policy").state is State.MET


def test_empty_certified_hours_leave_a_set_short():
    found = with_fifth(certified_hours=None).set_of("policy")
    assert (found.state, found.certified_hours) == (State.REVIEW, 9)
    assert [str(each.code) for each in found.reasons] == ["HOURS_SHORT"]


@pytest.mark.parametrize(
    ("cell", "done"),
    [
        ("已填", True),
        (" 已填寫 ", True),
        ("未填", False),
        (" 尚未填寫", False),
        ("未填寫", False),
        ("--", None),
        ("", None),
        (None, None),
    ],
)
def test_a_survey_cell_says_done_open_or_neither(cell, done):
    assert survey_done(cell) is done


UPLOADS = ["失敗", "上傳中", "--", None, ""]


@pytest.mark.parametrize("status", UPLOADS)
def test_an_upload_that_did_not_succeed_touches_the_award_alone(status):
    found = with_fifth(upload_status=status, uploaded_at=None).set_of("policy")
    assert (found.state, found.award_state) == (State.MET, State.REVIEW)
    assert "UPLOAD_NOT_CONFIRMED" in {each.code for each in found.courses[4].reasons}


def test_data_that_contradict_themselves_are_for_review_in_both_readings():
    found = with_fifth(exam="70").set_of("policy")
    assert (found.state, found.award_state) == (State.REVIEW, State.REVIEW)


def test_an_on_duty_row_still_counts_for_the_award():
    found = with_fifth(start=datetime(2023, 1, 3, 10), end=datetime(2023, 1, 3, 11)).set_of("policy")
    assert (found.state, found.award_state, found.certified_hours) == (State.FAILED, State.MET, 10)


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        ("2023-01-07T18:00", "2023-01-07T19:00", "補行上班日"),
        ("2023-05-05T20:00", "2023-05-06T09:00", "上班日～例假日"),
        ("2023-05-07T22:00", "2023-05-08T00:00", "例假日"),
        ("2023-01-02T10:00", "2023-01-02T11:00", "放假日"),
        ("2019-01-02T10:00", "2019-01-02T11:00", "不明"),
    ],
)
def test_the_form_names_the_kind_of_day(start, end, word):
    found = with_fifth(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    assert found.set_of("policy").courses[4].kind_of_day == word
