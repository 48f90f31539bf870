"""Which row of a fresh read is which known record: one to one, and never two different records as one.

A record keeps its identity when its status, reading, exam, hours, upload or end change, and when its code or start was
missing on one side. Two different codes, course ids or starts are two records; two runs of one course have two starts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter, eq

from rules.record import LearningRecord
from rules.titles import normalise


@dataclass(frozen=True, slots=True)
class Matching:
    """Indexes into what was known and what was read: pairs (known, read), rows that are new, records that are gone."""

    pairs: tuple[tuple[int, int], ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]


def match(known: Sequence[LearningRecord], read: Sequence[LearningRecord]) -> Matching:
    """Pair what was known with what was read, within equal titles, from the closest likeness to the loosest."""
    by_title: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, record in enumerate(known):
        by_title[normalise(record.title)][0].append(at)
    for at, record in enumerate(read):
        by_title[normalise(record.title)][1].append(at)
    pairs: list[tuple[int, int]] = []
    for before, now in by_title.values():
        if before and now:
            pairs += _pairs(known, before, read, now)
    old, fresh = {at for at, _ in pairs}, {at for _, at in pairs}
    return Matching(
        tuple(sorted(pairs)),
        tuple(at for at in range(len(read)) if at not in fresh),
        tuple(at for at in range(len(known)) if at not in old),
    )


def _pairs(
    known: Sequence[LearningRecord], before: Iterable[int], read: Sequence[LearningRecord], now: Iterable[int]
) -> list[tuple[int, int]]:
    """Pairs among rows of one title. Likeness first (equal start, then equal code, then other equal cells), then order.

    A pair without a common start is taken only where nothing else could be meant on either side.
    """
    old, fresh = list(before), list(now)
    scored = [
        (_likeness(known[a], read[b]), a, b) for a in old for b in fresh if _may_be_same(known[a], read[b])
    ]
    scored.sort(key=lambda each: (tuple(-part for part in each[0]), each[1], each[2]))
    others_of_old: dict[int, list[int]] = defaultdict(list)
    others_of_new: dict[int, list[int]] = defaultdict(list)
    for _, a, b in scored:
        others_of_old[a].append(b)
        others_of_new[b].append(a)
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    found: list[tuple[int, int]] = []
    for likeness, a, b in scored:
        if a in taken_old or b in taken_new:
            continue
        if not likeness[0] and (
            any(each != b and each not in taken_new for each in others_of_old[a])
            or any(each != a and each not in taken_old for each in others_of_new[b])
        ):
            continue  # either row has another open candidate: without a common start this would be a guess
        found.append((a, b))
        taken_old.add(a)
        taken_new.add(b)
    return found


def _may_be_same(one: LearningRecord, other: LearningRecord) -> bool:
    """Whether nothing that never changes differs. A blank differs from nothing."""
    for name in ("code", "course_id", "start"):
        left, right = getattr(one, name), getattr(other, name)
        if left is not None and right is not None and left != right:
            return False
    return True


_cells = attrgetter(*(each.name for each in fields(LearningRecord) if each.compare))


def _likeness(one: LearningRecord, other: LearningRecord) -> tuple[int, int, int]:
    """How alike two rows are: same start (both blank counts), same code, and how many cells agree."""
    cells = sum(map(eq, _cells(one), _cells(other)))
    return int(one.start == other.start), int(one.code == other.code), cells
