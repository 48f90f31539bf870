"""Titles that are nearly a listed course's: offered as a question, never counted by themselves."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from rules.passing import Passed, passed
from rules.plan import Plan
from rules.record import LearningRecord
from rules.titles import normalise
from rules.verdict import Question

_NEAR = 0.8  # so alike that a person would ask; two different courses of the 112 plan reach at most 0.95, (上) and (下)


def near_misses(
    records: Sequence[LearningRecord],
    plan: Plan,
    missing: Mapping[str, tuple[str, str]],
    aliases: Mapping[str, str],
) -> tuple[Question, ...]:
    """One question for each passed record that no course knows but that is nearly a course still missing.

    `missing` names those by their normalised titles: the set's key and the title as the plan prints it.
    """
    listed = {
        normalise(name)
        for each in plan.sets
        for course in each.courses
        for name in (course.title, *course.aliases)
    } | {normalise(title) for title in aliases}
    found: dict[tuple[str, str], Question] = {}
    for record in records:
        title = normalise(record.title)
        if title in listed or passed(record) is not Passed.YES:
            continue
        for near in difflib.get_close_matches(title, missing, n=1, cutoff=_NEAR):
            key, course = missing[near]
            text = (
                f"紀錄『{record.title}』是否即為計畫的『{course}』？確認後請在設定的 [aliases] 加上這一行。"
            )
            found.setdefault((title, near), Question(text, key, record.title, course))
    return tuple(found.values())
