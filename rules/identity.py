"""Which row of a fresh read is which known record: one to one, and never two different records as one.

A record keeps its identity when status, reading, exam, hours, upload or end change, and when its code, course id or start
was blank on one side. Two different codes, course ids or starts are two records; two runs of one course differ in start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields

from rules.record import LearningRecord
from rules.titles import normalise

_NEVER_CHANGES = ("code", "course_id", "start")
_CELLS = tuple(each.name for each in fields(LearningRecord) if each.compare)
_MANY = 20_000  # of more candidate pairs than this in one title none is weighed against the other


@dataclass(frozen=True, slots=True)
class Matching:
    """Indexes into what was known and what was read: pairs (known, read), rows that are new, records that are gone."""

    pairs: tuple[tuple[int, int], ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]


def match(known: Sequence[LearningRecord], read: Sequence[LearningRecord]) -> Matching:
    """Pair what was known with what was read, from the strictest likeness to the loosest; a guess is no pair.

    The order of either side decides only between rows that are otherwise the same.
    """
    by_title: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    titles = {title: normalise(title) for title in {each.title for each in (*known, *read)}}
    for at, record in enumerate(known):
        by_title[titles[record.title]][0].append(at)
    for at, record in enumerate(read):
        by_title[titles[record.title]][1].append(at)
    pairs: list[tuple[int, int]] = []
    for before, now in by_title.values():
        if before and now:
            pairs += _OneTitle(known, read, before, now).pairs()
    old, fresh = {at for at, _ in pairs}, {at for _, at in pairs}
    return Matching(
        tuple(sorted(pairs)),
        tuple(at for at in range(len(read)) if at not in fresh),
        tuple(at for at in range(len(known)) if at not in old),
    )


class _OneTitle:
    """The rows of one title on both sides, and the passes over them. `old` and `fresh` are the rows still without a pair."""

    def __init__(
        self,
        known: Sequence[LearningRecord],
        read: Sequence[LearningRecord],
        old: Iterable[int],
        fresh: Iterable[int],
    ) -> None:
        self._known, self._read = known, read
        self._old, self._fresh = list(old), list(fresh)
        self._found: list[tuple[int, int]] = []

    def pairs(self) -> list[tuple[int, int]]:
        """Equal rows; the same identity; the same start and a blank code or id; a blank start. Each pass sees what is left."""
        self._pass(lambda each: each, self._in_order)
        self._pass(_identity, self._most_alike)
        while self._pass(lambda each: each.start, self._clear):
            continue
        self._pass(lambda each: None, self._single)
        return self._found

    def _pass(
        self,
        key: Callable[[LearningRecord], Hashable],
        choose: Callable[[list[int], list[int]], list[tuple[int, int]]],
    ) -> bool:
        """Let `choose` pair the rows of each key; whether it found any pair."""
        groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at in self._old:
            groups[key(self._known[at])][0].append(at)
        for at in self._fresh:
            groups[key(self._read[at])][1].append(at)
        found = [pair for old, fresh in groups.values() for pair in choose(old, fresh)]
        taken, used = {at for at, _ in found}, {at for _, at in found}
        self._old = [at for at in self._old if at not in taken]
        self._fresh = [at for at in self._fresh if at not in used]
        self._found += found
        return bool(found)

    def _in_order(self, old: list[int], fresh: list[int]) -> list[tuple[int, int]]:
        return list(zip(old, fresh, strict=False))

    def _most_alike(self, old: list[int], fresh: list[int]) -> list[tuple[int, int]]:
        """As many pairs as there can be, those first in which most other cells agree."""
        if len(old) * len(fresh) > _MANY:
            return self._in_order(old, fresh)
        return self._best_first([(a, b) for a in old for b in fresh])

    def _clear(self, old: list[int], fresh: list[int]) -> list[tuple[int, int]]:
        """Of rows with one start: those with one possible partner identity, or else one that is plainly the most alike."""
        if len(old) * len(fresh) > _MANY:
            return []
        possible = [(a, b) for a in old for b in fresh if self._may_be(a, b)]
        partners_of_old: dict[int, set[tuple[Hashable, ...]]] = defaultdict(set)
        partners_of_fresh: dict[int, set[tuple[Hashable, ...]]] = defaultdict(set)
        for a, b in possible:
            partners_of_old[a].add(_identity(self._read[b]))
            partners_of_fresh[b].add(_identity(self._known[a]))
        sure = [(a, b) for a, b in possible if len(partners_of_old[a]) == len(partners_of_fresh[b]) == 1]
        found = self._best_first(sure)
        old_found, fresh_found = {a for a, _ in found}, {b for _, b in found}
        open_ = [(a, b) for a, b in possible if a not in old_found and b not in fresh_found]
        return found + self._plainly_best(open_)

    def _plainly_best(self, possible: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs more alike than any other pair that either row could be in; a tie is a guess and pairs nothing."""
        scores = {pair: self._likeness(*pair) for pair in possible}
        of_old: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
        of_fresh: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
        for (a, b), score in scores.items():
            of_old[a][score] += 1
            of_fresh[b][score] += 1
        best = [
            {at: max(found) for at, found in side.items() if found[max(found)] == 1}
            for side in (of_old, of_fresh)
        ]
        return [
            pair
            for pair, score in scores.items()
            if all(each.get(at) == score for each, at in zip(best, pair, strict=True))
        ]

    def _single(self, old: list[int], fresh: list[int]) -> list[tuple[int, int]]:
        """A blank start meets a start only where neither row could be any other."""
        if len(old) * len(fresh) > _MANY:
            return []
        possible = [(a, b) for a in old for b in fresh if self._may_be(a, b)]
        uses_old, uses_fresh = Counter(a for a, _ in possible), Counter(b for _, b in possible)
        return [(a, b) for a, b in possible if uses_old[a] == uses_fresh[b] == 1]

    def _best_first(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Each row once, the most alike first; of equally good pairs by what they say, and only then in order."""
        found: list[tuple[int, int]] = []
        old: set[int] = set()
        fresh: set[int] = set()
        for a, b in sorted(
            pairs, key=lambda pair: (*(-each for each in self._likeness(*pair)), self._words(*pair), pair)
        ):
            if a not in old and b not in fresh:
                found.append((a, b))
                old.add(a)
                fresh.add(b)
        return found

    def _may_be(self, a: int, b: int) -> bool:
        """Whether nothing that never changes differs. A blank differs from nothing."""
        one, other = self._known[a], self._read[b]
        return all(
            left is None or right is None or left == right
            for left, right in zip(_identity(one), _identity(other), strict=True)
        )

    def _likeness(self, a: int, b: int) -> tuple[int, int]:
        """How much of the identity is there and agrees, then how many cells agree."""
        one, other = self._known[a], self._read[b]
        sure = sum(
            left is not None and left == right
            for left, right in zip(_identity(one), _identity(other), strict=True)
        )
        return sure, sum(getattr(one, name) == getattr(other, name) for name in _CELLS)

    def _words(self, a: int, b: int) -> tuple[str, str]:
        """What the rows say, to choose between equally good pairs by content and not by order."""
        return repr(self._known[a]), repr(self._read[b])


def _identity(record: LearningRecord) -> tuple[Hashable, ...]:
    return tuple(getattr(record, name) for name in _NEVER_CHANGES)
