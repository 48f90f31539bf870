"""The mutation testing itself: which changes are made, which texts are left alone, and what ends it in failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rules
from tests.mutation.argued import argued, report
from tests.mutation.mutants import Mutant, Source

EDGES = [
    ("an edge is moved and turned round", "a < b", {"a <= b", "a >= b"}),
    ("equal becomes different", "a == b", {"a != b"}),
    ("membership is turned round", "a in b", {"a not in b"}),
    ("and becomes or, and each side is dropped", "a and b", {"a or b", "a", "b"}),
    ("not is dropped", "not a", {"a"}),
    ("a number goes up and down", "f[3]", {"f[4]", "f[2]"}),
    ("a switch is turned", "True", {"False"}),
    ("a word is another word", "'ON_DUTY'", {"'XXON_DUTYXX'"}),
    ("a Chinese state is another word", "'已通過'", {"'XX已通過XX'"}),
    ("a sentence for people is left alone", "'請人事單位認定。'", set()),
    ("the largest is the smallest", "max(a)", {"min(a)"}),
    ("an argument with a default is left out", "f(a, b=c)", {"f(a)"}),
    ("a last argument is left out", "f(a, b)", {"f(a)"}),
    ("the start of a sum is its type alone", "sum(a, b)", set()),
    ("a filter is dropped and turned round", "[x for x in y if x]", {"[x for x in y]", "[x for x in y if not x]"}),
    ("blanks stay", "a.strip()", {"a"}),
    ("a slice loses its end", "a[:b]", {"a[:]"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changed"), [each[1:] for each in EDGES], ids=[each[0] for each in EDGES])
def test_a_small_thing_is_changed_for_the_worse(code, changed):
    found = Source("m", f"def f():\n    x = {code}\n", "m.py").mutants
    assert {each.after.removeprefix("x = ") for each in found} == changed
    assert {each.function for each in found} <= {"f"}


def test_a_change_is_in_the_code_it_gives_and_gone_afterwards():
    source = Source("m", "def f(a):\n    return a + 1\n", "m.py")
    results = []
    for mutant in source.mutants:
        space: dict = {}
        exec(source.code(mutant), space)
        results.append(space["f"](5))
    assert results == [None, 4, 7, 5]
    assert not [each for each in source.mutants if each.before == each.after]


def test_docstrings_annotations_and_imports_are_no_code():
    text = '"""No."""\nfrom a import b\n__all__ = ["c"]\n\n\ndef f(x: int = 1) -> "d":\n    """No."""\n    pass\n'
    assert [(each.function, each.after) for each in Source("m", text, "m.py").mutants] == [
        ("", "x: int=2"),
        ("", "x: int=0"),
    ]


def survivor(**changes: str) -> dict:
    return {"name": ["m", "f", "a", "b"], "at": 0, "line": 1, "outcome": "survived", "tests": 3, **changes}


MUTANT = Mutant("m", "f", (1, 1), "a", "b", None, "", None, None)  # type: ignore[arg-type]
ENDS = [
    ("every one killed", survivor(outcome="killed"), {}, 0),
    ("one timed out", survivor(outcome="timed out"), {}, 0),
    ("one survived", survivor(), {}, 1),
    ("one that no test runs", survivor(outcome="uncovered"), {}, 1),
    ("one survived and argued", survivor(), {MUTANT.name: "why"}, 0),
    ("one argued and killed", survivor(outcome="killed"), {MUTANT.name: "why"}, 1),
    ("one argued that is gone", survivor(outcome="killed"), {("m", "f", "x", "y"): "why"}, 1),
]


@pytest.mark.parametrize(
    ("line", "known", "code"), [each[1:] for each in ENDS], ids=[each[0] for each in ENDS]
)
def test_it_fails_on_a_survivor_nobody_argued_and_on_an_argument_for_nothing(
    line, known, code, tmp_path, capsys
):
    out = tmp_path / "results.jsonl"
    out.write_text(json.dumps(line) + "\n", "utf-8")
    assert report([MUTANT], out, known, 60, whole=True) == code
    assert capsys.readouterr().out.strip().splitlines()[-1].startswith("mutants 1, killed ")


def test_a_mutant_that_was_not_tried_is_a_failure(tmp_path):
    out = tmp_path / "results.jsonl"
    out.write_text("", "utf-8")
    assert report([MUTANT], out, {}, 60, whole=True) == 1


def test_every_argued_change_is_still_one_that_is_made():
    """So that a function that moved or was written anew takes its arguments along, or loses them."""
    made = {
        mutant.name
        for path in Path(rules.__path__[0]).glob("*.py")
        for mutant in Source(f"rules.{path.stem}", path.read_text("utf-8"), str(path)).mutants
    }
    assert set(argued()) <= made, set(argued()) - made


def test_every_argument_is_a_sentence():
    assert all(len(each) > 20 and each.endswith(".") for each in argued().values())
