"""Which row is which: the same row however it is read again, and never two records taken for one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.identity import Matching, match
from rules.record import LearningRecord, Origin

steady = settings(max_examples=200, derandomize=True, deadline=None, database=None)

ROW = LearningRecord(
    title="政府數位轉型新視界",
    course_type="開放式",
    code="PCENTER112100461",
    start=datetime(2023, 1, 1, 8),
    end=datetime(2023, 1, 1, 9),
    reading=timedelta(hours=1),
    exam="100",
    survey="已填",
    condition="課程測驗：75 分(含)以上",
    status="已通過",
    certified_hours=Decimal("1.0"),
    upload_status="成功",
    uploaded_at=datetime(2023, 1, 2, 12),
)
LATER = replace(ROW, start=datetime(2023, 6, 1, 20), end=datetime(2023, 6, 1, 21))
BOTH = Matching(((0, 0),), (), ())


# -- what may change ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "補登中"},
        {"status": None},
        {"reading": timedelta(hours=2)},
        {"exam": "80"},
        {"certified_hours": Decimal("2.0")},
        {"certified_hours": None},
        {"upload_status": "失敗"},
        {"uploaded_at": None},
        {"end": datetime(2023, 3, 1)},
        {"end": None},
        {"survey": None},
        {"condition": "不同"},
        {"course_type": "混成"},
        {"number": "7"},
        {"origin": Origin.RECORDS_FILE},
        {"code": None},
        {"course_id": "10012345"},
        {"start": None},
        {"title": "政府數位轉型新視界 "},
        {"status": None, "reading": None, "exam": None, "end": None, "code": None, "upload_status": None},
    ],
    ids="+".join,
)
def test_a_record_keeps_its_identity_when_this_changes(changed):
    """Both ways: what was known before lacks it, or what is read now does."""
    assert match([ROW], [replace(ROW, **changed)]) == BOTH
    assert match([replace(ROW, **changed)], [ROW]) == BOTH


@pytest.mark.parametrize(
    "other",
    [
        {"title": "政府數位轉型新視野"},
        {"code": "PCENTER111100461"},
        {"start": datetime(2023, 1, 1, 8, 0, 1)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_never_changes_makes_two_records(other):
    """Another title, another code or another start is another record, whatever else agrees."""
    assert match([ROW], [replace(ROW, **other)]) == Matching((), (0,), (0,))


def test_two_course_ids_are_two_records():
    """The platform's own id, where both sides have it."""
    one, other = replace(ROW, course_id="1"), replace(ROW, course_id="2")
    assert match([one], [other]) == Matching((), (0,), (0,))


def test_two_codes_stay_apart_even_where_the_start_is_missing():
    """A blank start forgives no other difference."""
    other = replace(ROW, code="PCENTER111100461", start=None)
    assert match([ROW], [other]) == Matching((), (0,), (0,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣的祕密", "台灣的秘密"),
        ("ＡＩ新視界（上）", "AI新視界(上)"),
        ("資安—基礎", "資安 - 基礎"),
        ("「數位」學習", '"數位"學習'),
        ("English A", "english a"),
        ("性別平等\u200b主流化", "性別 平等主流化"),
    ],
)
def test_spellings_of_one_title_are_one_record(one, other):
    """Half and full width, variants of a character, blanks and letter case."""
    assert match([replace(ROW, title=one)], [replace(ROW, title=other)]) == BOTH


def test_upper_and_lower_part_are_two_records():
    """（上） and （下） are not spellings of one another."""
    one, other = replace(ROW, title="資安概論（上）"), replace(ROW, title="資安概論（下）")
    assert match([one], [other]) == Matching((), (0,), (0,))


# -- several rows of one course ----------------------------------------------------------------------------------------


def test_two_runs_of_one_course_stay_two():
    """Read in the other order, each finds its own, and a third is new."""
    third = replace(ROW, start=datetime(2023, 7, 1))
    found = match([ROW, LATER], [third, LATER, ROW])
    assert found == Matching(((0, 2), (1, 1)), (0,), ())


def test_a_second_run_alone_is_new_and_the_first_is_gone():
    """The start tells them apart, however alike they are."""
    assert match([ROW], [LATER]) == Matching((), (0,), (0,))


def test_a_blank_start_finds_the_only_row_it_can_mean():
    """One known, one read: nothing else could be meant."""
    assert match([replace(ROW, start=None)], [ROW]) == BOTH


@pytest.mark.parametrize(
    ("known", "read"),
    [([replace(ROW, start=None)], [ROW, LATER]), ([ROW, LATER], [replace(ROW, start=None)])],
    ids=["known is blank", "read is blank"],
)
def test_a_blank_start_that_could_mean_two_rows_means_none(known, read):
    """A guess would write one record's history onto another."""
    assert match(known, read).pairs == ()


def test_a_blank_start_finds_what_the_others_leave():
    """The rows with equal starts pair first; then only one is left on each side."""
    found = match([replace(ROW, start=None), LATER], [ROW, LATER])
    assert found.pairs == ((0, 0), (1, 1))


def test_blank_starts_on_both_sides_pair_by_their_codes():
    """Two editions without a start are not mixed up."""
    one, other = replace(ROW, start=None), replace(ROW, start=None, code="PCENTER111100461")
    assert match([one, other], [other, one]).pairs == ((0, 1), (1, 0))


def test_the_row_whose_code_agrees_comes_before_the_one_without():
    """One row lost nothing, the other never had a code: each keeps to its like."""
    bare = replace(ROW, code=None)
    assert match([ROW, bare], [bare, ROW]).pairs == ((0, 1), (1, 0))


def test_identical_rows_pair_one_to_one():
    """Three stay three; a fourth is new; of three, one can be gone."""
    assert match([ROW] * 3, [ROW] * 3) == Matching(((0, 0), (1, 1), (2, 2)), (), ())
    assert match([ROW] * 3, [ROW] * 4).new == (3,)
    assert match([ROW] * 3, [ROW] * 2).gone == (2,)


def test_a_changed_copy_takes_the_place_of_no_unchanged_one():
    """Of two identical rows one is corrected: the other still finds its like."""
    corrected = replace(ROW, status="未通過", exam="0")
    assert match([ROW, ROW], [corrected, ROW]).pairs == ((0, 1), (1, 0))


def test_nothing_known_or_nothing_read():
    """The first read is all new, an empty one all gone."""
    assert match([], [ROW, LATER]) == Matching((), (0, 1), ())
    assert match([ROW, LATER], []) == Matching((), (), (0, 1))
    assert match([], []) == Matching((), (), ())


# -- what holds for any table ------------------------------------------------------------------------------------------

_starts = st.sampled_from(
    [None, datetime(2023, 1, 1, 8), datetime(2023, 1, 1, 8, 0, 1), datetime(2024, 5, 1)]
)
records = st.builds(
    LearningRecord,
    title=st.sampled_from(["資安", "資 安", "臺灣", "台灣", "AI（上）", "AI（下）"]),
    code=st.sampled_from([None, "P112001", "P111001"]),
    course_id=st.sampled_from([None, None, "1", "2"]),
    start=_starts,
    end=_starts,
    status=st.sampled_from([None, "已通過", "未通過"]),
    certified_hours=st.sampled_from([None, Decimal("1.0"), Decimal(2)]),
    exam=st.sampled_from([None, "100"]),
)
tables = st.lists(records, max_size=12)


@steady
@given(tables, st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_are_the_same_records(rows, chance):
    """Every row finds one that says the same; nothing is new or gone."""
    again = list(rows)
    chance.shuffle(again)
    found = match(rows, again)
    assert (found.new, found.gone) == ((), ())
    assert all(rows[a] == again[b] for a, b in found.pairs)


@steady
@given(tables, tables)
def test_pairs_are_one_to_one_and_nothing_is_lost(known, read):
    """Every known row is paired or gone, every read one paired or new, once; no pair differs in what never changes."""
    found = match(known, read)
    assert sorted([*(a for a, _ in found.pairs), *found.gone]) == list(range(len(known)))
    assert sorted([*(b for _, b in found.pairs), *found.new]) == list(range(len(read)))
    for a, b in found.pairs:
        for name in ("code", "course_id", "start"):
            left, right = getattr(known[a], name), getattr(read[b], name)
            assert None in (left, right) or left == right


@steady
@given(
    st.lists(
        st.builds(
            replace,
            records,
            start=st.datetimes(datetime(2020, 1, 1), datetime(2024, 1, 1)),
            code=st.just("P112001"),
            course_id=st.none(),
        ),
        max_size=10,
        unique_by=lambda each: each.start,
    ),
    st.data(),
)
def test_the_order_of_rows_decides_nothing_where_starts_differ(rows, data):
    """Whatever changed in them, rows with a start of their own are found in any order."""
    changed = [replace(each, status="補登中", certified_hours=None, exam="1") for each in rows]
    known, read = data.draw(st.permutations(rows)), data.draw(st.permutations(changed))
    found = match(known, read)
    assert (found.new, found.gone) == ((), ())
    assert all(known[a].start == read[b].start for a, b in found.pairs)


def test_rows_added_take_no_known_row_from_its_like():
    """A growing table: all known rows are found again and exactly the additions are new."""
    chance = random.Random(112)
    rows = [replace(ROW, start=ROW.start + timedelta(days=day)) for day in range(40)]
    added = [replace(ROW, title="另一門"), replace(ROW, start=datetime(2022, 1, 1))]
    read = rows + added
    chance.shuffle(read)
    found = match(rows, read)
    assert found.gone == ()
    assert {read[at] for at in found.new} == set(added)


@pytest.mark.parametrize("courses", [1000, 20], ids=["two rows a course", "a hundred rows a course"])
def test_two_thousand_rows_are_matched_quickly(courses):
    """Titles part the work; measured at well under a second, the bound is for slow machines."""
    rows = [
        replace(ROW, title=f"課程{at % courses}", code=None, start=ROW.start + timedelta(hours=at))
        for at in range(2000)
    ]
    read = [replace(each, status="補登中") for each in reversed(rows)]
    began = perf_counter()
    found = match(rows, read)
    took = perf_counter() - began
    assert len(found.pairs) == 2000
    assert took < 10


def test_many_blank_starts_are_left_alone_quickly():
    """The worst table there could be: three hundred rows of one course, none of which can be told apart."""
    known = [replace(ROW, start=None)] * 300
    read = [replace(ROW, start=ROW.start + timedelta(hours=at)) for at in range(300)]
    began = perf_counter()
    assert match(known, read).pairs == ()
    assert perf_counter() - began < 10
