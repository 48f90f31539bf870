"""On which line of a TOML text each key and each entry of a list stands, whatever stands between them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from rules.toml_lines import Lines

TEXT = Path(__file__).with_name("toml_lines.txt").read_text("utf-8")
PLACES = {
    ("key",): 2,
    ("quoted key",): 3,
    ("dotted", "name"): 4,
    ("dotted", "other.name"): 5,
    ("text",): 6,
    ("raw",): 10,
    ('an \\" escaped = \\\\',): 13,
    ("list",): 14,
    ("list", 0): 14,
    ("list", 1): 14,
    ("list", 2): 14,
    ("list", 2, 0): 14,
    ("list", 2, 1): 15,
    ("list", 3): 15,
    ("list", 3, "five"): 15,
    ("list", 3, "six"): 15,
    ("list", 3, "six", "seven"): 15,
    ("table",): 18,
    ("table", "inner"): 19,
    ("table", "inner", "a"): 19,
    ("table", "inner", "b", "c"): 19,
    ("table", "inner", "b", "c", 0): 19,
    ("table", "empty"): 20,
    ("table", "none"): 21,
    ("table", "after"): 22,
    ("table", "sub"): 24,
    ("table", "sub", "day"): 25,
    ("set",): 27,
    ("set", 0): 27,
    ("set", 0, "key"): 28,
    ("set", 0, "courses"): 29,
    ("set", 0, "courses", 0): 30,
    ("set", 0, "courses", 0, "title"): 30,
    ("set", 0, "courses", 0, "hours"): 30,
    ("set", 0, "courses", 1): 31,
    ("set", 0, "courses", 1, "title"): 31,
    ("set", 0, "courses", 1, "hours"): 31,
    ("set", 0, "courses", 1, "item"): 32,
    ("set", 0, "more"): 35,
    ("set", 0, "more", "x"): 36,
    ("set", 1): 38,
    ("set", 1, "key"): 39,
    ("set", 1, "part"): 41,
    ("set", 1, "part", 0): 41,
    ("set", 1, "part", 0, "y"): 42,
    ("set", 1, "part", 1): 44,
    ("set", 1, "part", 1, "z"): 45,
}


def test_every_key_and_entry_has_its_line():
    assert Lines(TEXT).all() == PLACES


# What a text in quotes holds is no key, and it ends where it ends. Written as it stands in the file.
QUOTED = {
    "nothing between two quotes": (
        """x = { a = "", b = ",", c = 1 }\n""",
        {"x": 1, "x.a": 1, "x.b": 1, "x.c": 1},
    ),
    "nothing between two single quotes": (
        """x = { a = 'p, q = {', b = '', c = ',', d = 1 }\n""",
        {"x": 1, "x.a": 1, "x.b": 1, "x.c": 1, "x.d": 1},
    ),
    "three quotes": (
        """a = \"\"\"\"\"\"\nb = \"\"\"\nc = 1\n\"\"\"\nd = 2\ne = \"\"\"f\"\"\"\n""",
        {"a": 1, "b": 2, "d": 5, "e": 6},
    ),
    "three single quotes": (
        """a = \'\'\'\'\'\'\nb = \'\'\'\nc = 1\n\'\'\'\nd = 2\ne = \'\'\'f\'\'\'\n""",
        {"a": 1, "b": 2, "d": 5, "e": 6},
    ),
    "no quotes at all": ("X1 = 1\n", {"X1": 1}),
}


@pytest.mark.parametrize(("text", "lines"), QUOTED.values(), ids=QUOTED.keys())
def test_a_text_in_quotes_holds_no_keys(text, lines):
    tomllib.loads(text)
    assert Lines(text).all() == {tuple(place.split(".")): line for place, line in lines.items()}


NEAREST = [
    ("the place itself", ("set", 1, "part", 1, "z"), 45),
    ("a key that is missing is its table's", ("set", 1, "part", 1, "missing"), 44),
    ("a table that is missing is the one around it", ("table", "missing", "deep"), 18),
    ("what nothing holds has no line", ("missing", "deep"), None),
    ("nor has the file as a whole", (), None),
]


@pytest.mark.parametrize(("place", "line"), [each[1:] for each in NEAREST], ids=[each[0] for each in NEAREST])
def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it(place, line):
    assert Lines(TEXT).of(place) == line


NO_TOML = ["= 1", "]", "}", ",", "=", "[", "[[", "[a", "[[a", "a", "a.b", "a = [", "a = [1", "a = {", "a = { b", "a = { b = 1", "{ }", ", ,", ""]  # fmt: skip


@pytest.mark.parametrize("text", NO_TOML)
def test_a_text_that_is_no_toml_is_read_to_its_end(text):
    assert set(Lines(text).all().values()) <= {1}


def test_a_line_counts_where_its_key_begins():
    """A table that is opened again keeps its first line."""
    lines = Lines("[a.b]\nx = 1\n[a]\ny = 2\n")
    assert lines.all() == {("a", "b"): 1, ("a", "b", "x"): 2, ("a",): 3, ("a", "y"): 4}
    assert Lines("a.x = 1\na.x = 2").of(("a", "x")) == 1
