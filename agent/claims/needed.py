"""Of a person's duty only what the judging of these records needs: a claim carries no leave or punch of any other day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from rules.record import LearningRecord
from rules.work import Span, Work

_MARGIN = timedelta(days=1)  # a duty of the night before reaches into the day


def needed_work(work: Work, records: Sequence[LearningRecord]) -> Work:
    """The same timetable and readings, with the dated facts (leave, punches, roster …) of the days of these records alone."""
    days = _Days(records)
    return replace(
        work,
        punches={day: each for day, each in work.punches.items() if days.hold(day)},
        roster=tuple(each for each in work.roster if days.touch(each)),
        roster_covers=tuple(each for each in work.roster_covers if days.meet(*each)),
        own_holidays=frozenset(each for each in work.own_holidays if days.hold(each)),
        unpaid_leave=tuple(each for each in work.unpaid_leave if days.meet(*each)),
        overtime=tuple(each for each in work.overtime if days.touch(each)),
        suspensions=tuple(each for each in work.suspensions if days.touch(each.span)),
        leave=tuple(each for each in work.leave if days.touch(each.span)),
        periods=tuple(
            replace(each, work=needed_work(each.work, records))
            for each in work.periods
            if days.meet(each.first, each.last)
        ),
    )


class _Days:
    """The days from the first to the last of each record, one more at either side."""

    def __init__(self, records: Sequence[LearningRecord]) -> None:
        spans = [sorted(each for each in (one.start, one.end) if each) for one in records]
        self._spans = [(_day(each[0]) - _MARGIN, _day(each[-1]) + _MARGIN) for each in spans if each]

    def meet(self, first: date, last: date) -> bool:
        """Whether any of the days from `first` to `last`, both included, is one of them."""
        return any(start <= last and first <= end for start, end in self._spans)

    def hold(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.meet(day, day)

    def touch(self, span: Span) -> bool:
        """Whether the span reaches into one of them."""
        return self.meet(span.start.date(), span.end.date())


def _day(at: datetime) -> date:
    return at.date()
