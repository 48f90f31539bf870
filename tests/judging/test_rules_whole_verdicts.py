"""Whole verdicts as they were read and found right: every amount, state, reason, clause and next step of each case.

The texts lie in `whole_verdicts/`. `python tests/judging/test_rules_whole_verdicts.py` writes them anew, to be read line by line
in the difference before they are kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from test_rules_cases import CASES, judged

from rules import bundled
from rules.examples import example_verdict
from rules.plan_file import read_plan
from rules.verdict import CourseVerdict, Reason, RowVerdict, SetVerdict, State, Verdict

HERE = Path(__file__).parent
KEPT = HERE / "whole_verdicts"
FILES = [
    *sorted((HERE / "worked_plans").glob("*.toml")),
    Path(bundled.__file__).parent / "plans" / "kaohsiung-112.toml",
]


def lines(verdict: Verdict) -> Iterator[str]:
    """The whole verdict, one thing a line; what was not studied at all is left out."""
    yield f"{verdict.plan} on {verdict.on} complete {verdict.complete} {verdict.calendar}"
    for each in verdict.benefits:
        yield f"{each.key} {each.title} {each.unit} {each.claimable}+{each.pending_review}+{each.claimed}/{each.cap} {each.state} {each.clause} {each.deadline} {each.shows_working}"
        for grant in each.grants:
            yield f"  {grant.amount}+{grant.pending} {grant.state} {grant.title} of {','.join(grant.sets)} by {','.join(grant.met_by)} claimed {grant.claimed} {grant.clause} {grant.working}"
        yield from reasons(each.reasons)
    for found in verdict.sets:
        yield from of_set(found)
    for at, row in enumerate(verdict.rows, 1):
        yield from of_row(at, row)
    yield from (f"next {each.set} {each.title} {each.by} {each.text}" for each in verdict.next)
    yield from (f"asks {each.set} {each.title} {each.course} {each.text}" for each in verdict.questions)
    yield from (f"leans {each.used} {each.key} {each.value} {each.text}" for each in verdict.assumptions)


def of_set(found: SetVerdict) -> Iterator[str]:
    """A set with its minima, shortages, reasons and the courses that have something to say."""
    states = ", ".join(f"{key} {state}" for key, state in found.states.items())
    yield f"{found.key} {found.title} {found.state} award {found.award_state} {found.certified_hours}/{found.required_hours} by {found.by} {found.clause} ({states})"
    for least in found.minima:
        yield f"  least {least.title} {least.certified_hours}/{least.required_hours} {least.state} {least.clause}"
    for short in found.shortages:
        yield f"  short {short.title} {short.hours} {short.count} {','.join(short.courses)}"
    yield from reasons(found.reasons)
    for course in found.courses:
        if course.state is not State.MISSING or len(course.reasons) > 1:
            yield from of_course(course)


def of_course(course: CourseVerdict) -> Iterator[str]:
    """A course with its reasons."""
    yield f"  {course.title} {course.item} {course.plan_hours} {course.certified_hours} {course.state} {course.off_duty} {course.kind_of_day} {course.kind_of_time} {course.record and course.record.end}"
    yield from (f"  {each}" for each in reasons(course.reasons))


def of_row(at: int, row: RowVerdict) -> Iterator[str]:
    """A row with its reasons."""
    yield f"{at} {row.set} {row.course} counted {row.counted} {row.state} {row.off_duty} {row.kind_of_day} {row.kind_of_time} {len(row.reasons)}"


def reasons(found: tuple[Reason, ...]) -> Iterator[str]:
    """Each with its code, text and clause."""
    yield from (f"  {each.code} {each.text} {each.clause or '-'}" for each in found)


def of_example(file: Path, number: int) -> list[str]:
    """The verdict on this example of this plan file."""
    text = file.read_text("utf-8")
    example = tomllib.loads(text)["example"][number]
    plan = read_plan(text, file.name, "file")
    return list(lines(example_verdict(plan, example, bundled.calendar(), bundled.suspensions())))


def of_case(number: int) -> list[str]:
    """Of the verdict on this case what the first case's does not say."""
    sample = set(lines(judged(CASES[0]))) if number else set()
    return [each for each in lines(judged(CASES[number])) if each not in sample]


def verdicts() -> Iterator[tuple[str, str, Callable[[], list[str]]]]:
    """File, name and lines: every example of the worked plans, and of each case of the city's plan what it changes."""
    for file in FILES:
        data = tomllib.loads(file.read_text("utf-8"))
        for number, example in enumerate(data["example"]):
            yield data["key"], example["name"], partial(of_example, file, number)
    for number, case in enumerate(CASES):
        yield "cases", f"{case.id} {case.says}", partial(of_case, number)


@cache
def kept() -> dict[tuple[str, str], list[str]]:
    """What the files hold, by file and name."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in sorted(KEPT.glob("*.txt")):
        for part in file.read_text("utf-8").strip().split("\n\n"):
            name, *rest = part.split("\n")
            found[file.stem, name.removeprefix("# ")] = rest
    return found


@pytest.mark.parametrize(
    ("file", "name", "found"), [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in verdicts()]
)
def test_the_whole_verdict_is_the_one_that_was_read_and_found_right(file, name, found):
    assert found() == kept()[file, name]


def test_no_kept_verdict_has_lost_its_case():
    assert set(kept()) == {(file, name) for file, name, _ in verdicts()}


if __name__ == "__main__":
    written: dict[str, list[str]] = {}
    for file, name, found in verdicts():
        written.setdefault(file, []).append("\n".join([f"# {name}", *found()]))
    for file, parts in written.items():
        (KEPT / f"{file}.txt").write_text("\n\n".join(parts) + "\n", "utf-8")
