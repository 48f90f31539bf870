"""The judge: one person, then a city's worth on one core."""

from __future__ import annotations

from datetime import date

from benchmarks.line import Line, at_most
from benchmarks.measure import functions
from benchmarks.people import PLAN, RECORDS, records_of
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person

PEOPLE = 10_000
ON = date(2023, 8, 31)


def run() -> list[Line]:
    """The time of one verdict, of ten thousand (2 ms each at most), and that the second is the first as many times."""
    plan, calendar = bundled.plan(PLAN), bundled.calendar()
    about = Circumstances(person=Person(category="編制內公務人員"), suspensions=bundled.suspensions())
    people = [records_of(each) for each in range(PEOPLE)]

    def verdicts(count: int) -> None:
        for records in people[:count]:
            judge(records, plan, calendar, ON, about)

    (tenth,) = functions([lambda: verdicts(PEOPLE // 10)], 3)
    (whole,) = functions([lambda: verdicts(PEOPLE)], 1)
    each = min(whole.processor) / PEOPLE * 1000
    return [
        Line(
            f"judge one person ({RECORDS} records, {len(plan.sets)} sets)",
            "–",
            f"{min(tenth.processor) / (PEOPLE // 10) * 1e6:,.0f} µs",
        ),
        Line(f"judge {PEOPLE:,} people on one core", "2 ms each", f"{each:.2f} ms each", "≤ 2 ms", each <= 2),
        at_most(
            f"judge {PEOPLE:,} people",
            f"ten times {PEOPLE // 10:,}: linear",
            min(whole.processor) / min(tenth.processor) / 10,
            1.25,
        ),
    ]
