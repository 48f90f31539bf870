"""What a claim is checked with: this program's own plans and calendar, and those of the home of whoever checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.calendars import calendar_of
from agent.home import Home
from agent.plans.found import own as own_plans
from rules import bundled
from rules.calendar import Calendar
from rules.plan import Plan


@dataclass(frozen=True, slots=True)
class Own:
    """Plans beside the bundled ones, by key, and the calendar."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=bundled.calendar)

    def plan(self, key: str) -> Plan | None:
        """The plan of that key, None where there is none."""
        return bundled.plan(key) if key in bundled.plan_keys() else self.plans.get(key)


def own_of(home: Path | None) -> Own:
    """With the plans and calendars of this home; where there is no home yet, what ships alone. Raises ConfigError as they do."""
    if home is None or not home.is_dir():
        return Own()
    found = Home(home)
    return Own({each.key: each for each in own_plans(found)}, calendar_of(found))
