"""A plan file put to the proof: every mistake in it, and every example that does not hold, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from rules.calendar import Calendar
from rules.errors import ConfigError
from rules.examples import run_example
from rules.plan import Plan
from rules.plan_file import find_mistakes
from rules.toml_lines import Lines
from rules.work import Suspension


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: the line (None: the file as a whole), the key, what is wrong and what to do."""

    line: int | None
    key: str
    text: str
    remedy: str


def prove(
    text: str, name: str, source: str, calendar: Calendar, suspensions: Sequence[Suspension]
) -> tuple[Plan | None, list[Problem]]:
    """The plan and what is wrong with it, in the order of the file. Examples run only where nothing else is wrong."""
    plan, mistakes = find_mistakes(text, name, source)
    if plan is None:
        return None, [Problem(int(each.place[0]), "", each.text, each.remedy) for each in mistakes]
    lines = Lines(text)
    found = [Problem(lines.of(each.place), each.key, each.text, each.remedy) for each in mistakes]
    if not found:
        for at, example in enumerate(plan.examples):
            line = lines.of(("example", at))
            try:
                wrong = run_example(plan, example, calendar, suspensions)
            except ConfigError as why:
                found.append(Problem(line, "example", why.message, why.remedy))
                continue
            called = f"計畫檔 {name} 的範例「{example['name']}」不成立"
            remedy = "請核對計畫的數字，或更正範例應有的結果（expect）。"
            found += [Problem(line, "example", f"{called}：{each}。", remedy) for each in wrong]
    return plan, sorted(dict.fromkeys(found), key=lambda each: inf if each.line is None else each.line)
