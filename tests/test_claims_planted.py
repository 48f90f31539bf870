"""An error planted on paper shows within thirty seconds: what cannot be true together stands where the officer looks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from planted_errors import PLANTED, print_all
from test_documents import squeezed


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, list[str]]:
    """The text of every page by error and paper, as printed by a real browser."""
    folder: Path = tmp_path_factory.mktemp("planted")
    print_all(folder)
    found = {}
    for path in folder.glob("*.pdf"):
        raw = subprocess.run(
            ["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        found[path.stem] = [squeezed(each) for each in raw.split("\f")[:-1]]
    return found


@pytest.mark.parametrize("name", PLANTED)
def test_what_gives_the_error_away_is_printed(name, printed):
    """Each clue stands on the first page of its paper, where nobody has to leaf."""
    for paper, clue in PLANTED[name]().clues:
        assert clue in printed[f"{name}-{paper}"][0], (paper, clue)


@pytest.mark.parametrize("name", PLANTED)
def test_the_papers_of_a_small_claim_are_three_sheets_at_most_two_of_ours_each(name, printed):
    assert {paper for each in printed if (paper := each.removeprefix(f"{name}-")) != each} == {
        "form",
        "record_page",
        "sheet",
    }
    assert len(printed[f"{name}-form"]) <= 2
    assert len(printed[f"{name}-sheet"]) <= 2
