"""Which of several possible rows is the record: each pass, what it leaves to the next, and the edges between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from rules.identity import Matching, match
from rules.record import LearningRecord

MORNING = datetime(2023, 1, 1, 8)
ROW = LearningRecord(title="政府數位轉型新視界", code="PA112000001", start=MORNING, exam="60")
BLANK = replace(ROW, code=None)
OTHER = replace(ROW, code="PB112000002")


def exams(row: LearningRecord, *scores: str) -> list[LearningRecord]:
    """So many rows that differ in this alone."""
    return [replace(row, exam=each) for each in scores]


# Known rows, read rows, and the pairs.
CHOICES: dict[str, tuple[Sequence[LearningRecord], Sequence[LearningRecord], tuple[tuple[int, int], ...]]] = {
    "copies that all changed are as many pairs, whatever a row without a code says": (
        exams(ROW, "60", "65"),
        [*exams(ROW, "70", "75"), replace(BLANK, exam="80")],
        ((0, 0), (1, 1)),
    ),
    "copies pair by what else agrees, not in order": (
        [
            replace(ROW, exam="60", certified_hours=Decimal(1)),
            replace(ROW, exam="70", certified_hours=Decimal(2)),
        ],
        [
            replace(ROW, exam="65", certified_hours=Decimal(2)),
            replace(ROW, exam="75", certified_hours=Decimal(1)),
        ],
        ((0, 1), (1, 0)),
    ),
    "one of two copies without a code, by what they say": (
        exams(ROW, "60"),
        exams(BLANK, "80", "70"),
        ((0, 1),),
    ),
    "one of two copies without a code, the one more alike": (
        exams(ROW, "80"),
        exams(BLANK, "80", "70"),
        ((0, 0),),
    ),
    "one of two known copies, by what they say": (exams(ROW, "70", "60"), exams(BLANK, "80"), ((1, 0),)),
    "no code may be either code": ([replace(BLANK, exam="90")], [ROW, OTHER], ()),
    "either code may be no code": ([ROW, OTHER], [replace(BLANK, exam="90")], ()),
    "two that each may be two": (
        [ROW, OTHER],
        [replace(BLANK, course_id="1", exam="90"), replace(BLANK, course_id="2", exam="90")],
        (),
    ),
    "what is left after a choice is chosen from again": (
        [ROW, replace(OTHER, exam="70")],
        [BLANK, replace(BLANK, exam="80"), replace(BLANK, start=None, exam="90")],
        ((0, 0), (1, 1)),
    ),
    "two blank ids agree in nothing": (
        [replace(ROW, course_id="1", exam="80", survey="已填"), replace(ROW, exam="70")],
        [replace(BLANK, exam="80", survey="已填")],
        ((0, 0),),
    ),
    "an id that the read row lacks agrees in nothing": (
        [replace(ROW, course_id="1", exam="70"), replace(ROW, exam="80")],
        [replace(BLANK, exam="80")],
        ((1, 0),),
    ),
    "a code that agrees outweighs cells that agree": (
        [replace(ROW, course_id="1", exam="80", survey="已填")],
        [replace(ROW, exam="70", survey="未填"), replace(BLANK, exam="80", survey="已填")],
        ((0, 0),),
    ),
    "where a row stood on the page says nothing": (
        [replace(ROW, exam="60", number="1"), replace(ROW, exam="70", number="2")],
        [replace(ROW, exam="80", number="2")],
        ((0, 0),),
    ),
}


@pytest.mark.parametrize(("known", "read", "pairs"), CHOICES.values(), ids=CHOICES.keys())
def test_of_several_possible_rows(known, read, pairs):
    """The pairs; every other row is new or gone."""
    new = tuple(at for at in range(len(read)) if at not in {fresh for _, fresh in pairs})
    gone = tuple(at for at in range(len(known)) if at not in {old for old, _ in pairs})
    assert match(known, read) == Matching(pairs, new, gone)


def test_the_day_since_which_a_row_is_gone_is_not_what_it_says():
    """Rows that are alike are told apart by what they say."""
    gone = replace(ROW, gone_since=MORNING.date())
    assert (gone, repr(gone)) == (ROW, repr(ROW))


# Of 20,000 possible pairs of one title each is weighed against the other, of more none is: 2 × 10,000, and 3 × 6,667.
WEIGHED, TOO_MANY = (2, 10_000), (3, 6_667)


@pytest.mark.parametrize(
    ("size", "pairs"), [(WEIGHED, ((0, 1), (1, 0))), (TOO_MANY, ((0, 0), (1, 1), (2, 2)))]
)
def test_so_many_copies_are_weighed(size, pairs):
    """Of the same identity: in order where they are too many."""
    hours = [Decimal(1), Decimal(2), None]
    known = [replace(ROW, exam="60", certified_hours=hours[at]) for at in range(size[0])]
    read = [replace(ROW, exam="70") for _ in range(size[1])]
    read[:2] = [replace(read[0], certified_hours=hours[1]), replace(read[0], certified_hours=hours[0])]
    assert match(known, read).pairs == pairs


def test_an_unchanged_row_is_itself_among_too_many():
    known = exams(ROW, "60", "70", "80")
    read = [replace(ROW, exam=str(at)) for at in range(1000, 1000 + TOO_MANY[1])]
    read[5000] = known[2]
    assert match(known, read).pairs == ((0, 0), (1, 1), (2, 5000))


@pytest.mark.parametrize(("size", "pairs"), [(WEIGHED, ((0, 0),)), (TOO_MANY, ())])
def test_so_many_rows_without_a_code_are_weighed(size, pairs):
    """Of one start: none is paired where they are too many."""
    known = [ROW, *exams(OTHER, "80", "90")][: size[0]]
    read = [replace(BLANK, exam="70", course_id=str(at)) for at in range(size[1])]
    read[0] = replace(BLANK, course_id="0")
    assert match(known, read).pairs == pairs


@pytest.mark.parametrize(("size", "pairs"), [(WEIGHED, ((0, 0),)), (TOO_MANY, ())])
def test_so_many_rows_with_a_start_are_weighed_for_a_blank_one(size, pairs):
    known = [
        replace(each, start=None) for each in (ROW, OTHER, replace(OTHER, code="PC112000003"))[: size[0]]
    ]
    read = [replace(ROW, code="PZ112000009") for _ in range(size[1])]
    read[0] = ROW
    assert match(known, read).pairs == pairs
