"""Whose records: bound at the first read, another person refused, and the portal's name compared with the form's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from document_samples import manual_case

from agent.access.person_binding import bind_person, name_differs
from agent.documents.view import form_view
from agent.store import Store
from scrapers.errors import OtherPerson
from scrapers.portals.portal import Owner


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "elearn.sqlite3") as opened:
        yield opened


def test_a_home_is_one_persons(store: Store) -> None:
    """The first read binds it; the same person again is fine, a page that names nobody is let pass, another is 20."""
    bind_person(store, Owner("測試員", "TEST-000001"))
    bind_person(store, Owner("測試員", "TEST-000001"))
    bind_person(store, Owner("", ""))
    with pytest.raises(OtherPerson) as refused:
        bind_person(store, Owner("測試乙", "TEST-000002"))
    assert (refused.value.code, "TEST-000002" in refused.value.message) == (20, False)
    assert not name_differs(store, "測試員")  # the other's name was not taken over


NAMES = [
    ("測試員", "測試員", False),
    ("測試員 您好", "測試員", False),
    ("測試員，您好！", "測 試 員", False),
    ("ＴＥＳＴ　員", "Test員", False),
    ("測試員先生", "測試員", False),
    ("測試員", "測試乙", True),
    ("測試員", "測試", True),
    ("測○員", "別人", False),  # masked by the portal: nothing to compare with
    ("測*員", "別人", False),
    ("", "測試員", False),
    ("測試員", "", False),
]


@pytest.mark.parametrize(("shown", "own", "differs"), NAMES)
def test_the_name_on_the_portal_and_the_one_in_the_settings(
    store: Store, shown: str, own: str, differs: bool
) -> None:
    bind_person(store, Owner(shown, "TEST-000001"))
    assert name_differs(store, own) is differs


def test_before_the_first_read_no_name_differs(store: Store) -> None:
    assert not name_differs(store, "測試員")


def test_neither_name_nor_number_lies_in_the_database(store: Store, tmp_path: Path) -> None:
    bind_person(store, Owner("測試員", "TEST-000001"))
    with sqlite3.connect(tmp_path / "elearn.sqlite3") as connection:
        kept = repr(connection.execute("SELECT * FROM meta").fetchall())
    assert "測試員" not in kept
    assert "TEST-000001" not in kept


def test_a_name_that_differs_is_a_question_on_the_form() -> None:
    plain, asked = (form_view(replace(manual_case(), name_differs=each)) for each in (False, True))
    assert not any("姓名" in cell for row in plain.questions for cell in row)
    new = [row for row in asked.questions if row not in plain.questions]
    assert any("請核對是否為同一人" in cell for row in new for cell in row)
