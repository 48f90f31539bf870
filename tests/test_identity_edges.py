"""Which row is which record: nothing is lost by reading again, and two different records are never made one."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.identity import Matching, match
from rules.record import LearningRecord
from rules.titles import normalise

steady = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

MORNING, NOON = datetime(2023, 1, 1, 8), datetime(2023, 1, 1, 12)
ROW = LearningRecord(
    title="政府數位轉型新視界",
    code="PCENTER112100461",
    start=MORNING,
    end=datetime(2023, 1, 1, 9),
    reading=timedelta(hours=1),
    exam="100",
    status="已通過",
    certified_hours=Decimal("1.0"),
)
ONE_PAIR = Matching(((0, 0),), (), ())
TWO_RECORDS = Matching((), (0,), (0,))

titles = st.sampled_from(["臺灣史(上)", "台灣史（上）", "臺灣史(下)", "英語大聲公"])
codes = st.sampled_from([None, "PA112000001", "PB112000002"])
starts = st.sampled_from([None, MORNING, NOON])
records = st.builds(
    LearningRecord,
    title=titles,
    code=codes,
    course_id=st.sampled_from([None, "10000001", "10000002"]),
    start=starts,
    end=st.sampled_from([None, datetime(2023, 1, 1, 9), datetime(2023, 1, 2)]),
    reading=st.sampled_from([None, timedelta(), timedelta(hours=1)]),
    exam=st.sampled_from([None, "60", "100"]),
    status=st.sampled_from(["已通過", "未通過"]),
    certified_hours=st.sampled_from([None, Decimal(1), Decimal(2)]),
)
pages = st.lists(records, max_size=12)
NEVER_CHANGES = ("code", "course_id", "start")


def differ(one: LearningRecord, other: LearningRecord) -> bool:
    """Whether something that never changes is there on both sides and differs."""
    if normalise(one.title) != normalise(other.title):
        return True
    both = [(getattr(one, name), getattr(other, name)) for name in NEVER_CHANGES]
    return any(left is not None and right is not None and left != right for left, right in both)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "未通過"},
        {"reading": timedelta(hours=2)},
        {"exam": None},
        {"certified_hours": Decimal(2)},
        {"upload_status": "成功", "uploaded_at": NOON},
        {"end": None},
        {"survey": "已填", "condition": "需填問卷：是", "course_type": "開放式"},
        {"title": "政府數位轉型　新視界"},
        {"code": None},
        {"course_id": "10000001"},
        {"start": None},
        {"code": None, "start": None},
    ],
    ids="+".join,
)
def test_a_record_stays_itself_when_this_changes(change):
    assert match([ROW], [replace(ROW, **change)]) == ONE_PAIR
    assert match([replace(ROW, **change)], [ROW]) == ONE_PAIR


@pytest.mark.parametrize(
    "change",
    [{"code": "PCENTER112100462"}, {"start": NOON}, {"title": "政府數位轉型新視界(下)"}],
    ids="+".join,
)
def test_another_of_this_is_another_record(change):
    assert match([ROW], [replace(ROW, **change)]) == TWO_RECORDS


def test_two_course_ids_are_two_records_and_one_course_id_is_not_yet_one():
    known = replace(ROW, course_id="10000001")
    assert match([known], [replace(known, course_id="10000002")]) == TWO_RECORDS
    assert match([known], [replace(known, start=NOON)]) == TWO_RECORDS


def test_two_runs_of_a_course_stay_two_in_any_order():
    again = replace(ROW, start=NOON, status="未通過")
    assert match([ROW, again], [again, ROW]).pairs == ((0, 1), (1, 0))
    assert match([ROW], [again, ROW]) == Matching(((0, 1),), (0,), ())


def test_copies_of_a_row_are_as_many_records():
    assert match([ROW], [ROW, ROW]) == Matching(((0, 0),), (1,), ())
    assert match([ROW, ROW], [ROW]) == Matching(((0, 0),), (), (1,))
    assert match([ROW, ROW], [ROW, ROW]).pairs == ((0, 0), (1, 1))


def test_of_two_copies_one_of_which_changed_the_unchanged_one_is_itself():
    changed = replace(ROW, exam="60")
    assert match([ROW, changed], [replace(ROW, exam="70"), ROW]).pairs == ((0, 1), (1, 0))


def test_a_blank_start_that_could_be_either_of_two_runs_is_neither():
    assert match([ROW, replace(ROW, start=NOON)], [replace(ROW, start=None)]).pairs == ()
    assert match([replace(ROW, start=None)], [ROW, replace(ROW, start=NOON)]).pairs == ()


def test_a_blank_start_is_the_run_that_nothing_else_is():
    again = replace(ROW, start=NOON)
    assert match([ROW, again], [replace(ROW, start=None), ROW]).pairs == ((0, 1), (1, 0))


def test_a_blank_code_between_two_courses_goes_to_the_row_it_is_plainly_most_like_or_to_none():
    one, other = replace(ROW, code="PA112000001", exam="60"), replace(ROW, code="PB112000002", exam="100")
    assert match([one, other], [replace(ROW, code=None, exam="100")]).pairs == ((1, 0),)
    assert match([one, other], [replace(ROW, code=None, exam="80")]).pairs == ()


def test_a_row_that_may_be_one_of_several_at_its_own_start_is_not_given_to_a_blank_start():
    one, other = replace(ROW, code="PA112000001"), replace(ROW, code="PB112000002")
    blank = replace(ROW, code=None, start=None)
    assert match([one, other, blank], [replace(ROW, code=None, exam="80")]).pairs == ()


def test_where_codes_are_gone_from_a_whole_page_each_row_is_still_itself():
    known = [replace(ROW, start=MORNING + timedelta(days=day)) for day in range(5)]
    read = [replace(each, code=None, status="未通過") for each in reversed(known)]
    assert match(known, read).pairs == ((0, 4), (1, 3), (2, 2), (3, 1), (4, 0))


@steady
@given(pages, st.randoms(use_true_random=False))
def test_a_page_read_again_in_any_order_is_all_pairs_of_equal_rows(page, random):
    again = random.sample(page, len(page))
    found = match(page, again)
    assert (found.new, found.gone) == ((), ())
    assert all(page[old] == again[fresh] for old, fresh in found.pairs)


@steady
@given(pages, pages)
def test_every_row_has_one_partner_or_none_and_no_pair_joins_different_records(known, read):
    found = match(known, read)
    assert sorted([*(old for old, _ in found.pairs), *found.gone]) == list(range(len(known)))
    assert sorted([*(fresh for _, fresh in found.pairs), *found.new]) == list(range(len(read)))
    assert not any(differ(known[old], read[fresh]) for old, fresh in found.pairs)


@steady
@given(st.lists(records, max_size=10, unique_by=lambda each: (normalise(each.title), each.code, each.course_id, each.start)), st.data())  # fmt: skip
def test_what_changes_in_the_course_of_study_never_changes_who_is_who(known, data):
    read = [
        replace(
            each,
            status=data.draw(st.sampled_from(["已通過", "未通過"])),
            reading=data.draw(st.sampled_from([None, timedelta(hours=9)])),
            end=data.draw(st.sampled_from([None, NOON])),
            certified_hours=data.draw(st.sampled_from([None, Decimal(3)])),
        )
        for each in known
    ]
    assert match(known, read).pairs == tuple((at, at) for at in range(len(known)))


@steady
@given(pages, pages, st.randoms(use_true_random=False))
def test_the_order_of_either_side_decides_nothing_but_between_copies(known, read, random):
    def said(old, new):
        return Counter((old[a], new[b]) for a, b in match(old, new).pairs)

    assert said(known, read) == said(random.sample(known, len(known)), random.sample(read, len(read)))


@steady
@given(pages, records)
def test_one_row_more_takes_no_partner_away_from_rows_that_stayed_the_same(page, more):
    found = match(page, [more, *page])
    assert found.gone == ()
    assert len(found.new) == 1


def test_many_rows_of_one_title_take_no_quadratic_time():
    known = [replace(ROW, start=MORNING + timedelta(minutes=at), code=None) for at in range(3000)]
    read = [replace(each, status="未通過", code=ROW.code) for each in reversed(known)]
    began = time.perf_counter()
    assert len(match(known, read).pairs) == 3000
    blank = [replace(each, start=None, exam=str(at)) for at, each in enumerate(known)]
    match(blank, known)
    assert time.perf_counter() - began < 10
