"""Near-miss titles that a person said are not the plan's course: kept in the store, so that the page does not ask again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.store import Store
    from rules.verdict import Question

Pair = tuple[str, str]  # the record's title, the plan's course
_KEY = "dashboard_titles_denied"


def denied(store: Store) -> tuple[Pair, ...]:
    """The pairs that somebody said are two different courses, in the order they were said."""
    try:
        found = json.loads(store.get_meta(_KEY) or "[]")
        return tuple((str(title), str(course)) for title, course in found)
    except (ValueError, TypeError):
        return ()


def deny(store: Store, pair: Pair) -> None:
    """Two different courses: do not ask again."""
    _put(store, (*(each for each in denied(store) if each != pair), pair))


def ask_again(store: Store, pair: Pair) -> None:
    """Take that back."""
    _put(store, (each for each in denied(store) if each != pair))


def still_open(store: Store, questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions nobody has answered with no."""
    answered = denied(store)
    return tuple(each for each in questions if (each.title, each.course) not in answered)


def _put(store: Store, pairs: Iterable[Pair]) -> None:
    store.set_meta(_KEY, json.dumps([list(each) for each in pairs], ensure_ascii=False))
