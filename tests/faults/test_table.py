"""The table of faults itself: distinct, complete, and shown as it is in both READMEs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from fault_runs import GATEWAY_STEPS, STEPS, WHERE, rows

from scrapers.replica import OUTCOMES

ROOT = Path(__file__).parents[2]
PLACES = {"gateway": "gateway", "portal": "portal", "store": "database", "machine": "this computer"}


def table(*, english: bool) -> str:
    """The table as Markdown, a line a fault: what goes wrong, how the run ends, how often the password was sent."""
    head = (
        "| where | what goes wrong | ends in | password sent |"
        if english
        else "| 哪裡 | 出了什麼事 | 結束代碼 | 送出密碼 |"
    )
    lines = [head, "| --- | --- | --- | --- |"]
    for row in rows():
        where = PLACES[row.where] if english else WHERE[row.where]
        ends = f"{row.code} `{row.kind}`" if row.code else "0"
        lines.append(
            f"| {where} | {row.english if english else row.text} | {ends} | {_sent(row, english=english)} |"
        )
    return "\n".join(lines)


def _sent(row, *, english: bool) -> str:
    if not row.resent:
        return str(row.sent)
    return "1 (the browser may repeat it)" if english else "1（瀏覽器可能自行重送）"


@pytest.mark.parametrize(("name", "english"), [("README.md", False), ("README.en.md", True)])
def test_the_readme_shows_the_table(name: str, english: bool) -> None:
    """Between its marks the README holds the table of these files, line by line; `PYTHONPATH=tests/end_to_end python tests/faults/test_table.py` writes it."""
    shown = re.search(
        r"<!-- faults -->\n\n(.*?)\n\n<!-- /faults -->", (ROOT / name).read_text("utf-8"), re.DOTALL
    )
    assert shown is not None
    assert shown[1].splitlines() == table(english=english).splitlines()


def test_there_are_enough_and_none_twice() -> None:
    """At least 60 faults; no key, sentence or cause stands there twice, and each differs from every other in what happens."""
    assert len(rows()) >= 60
    for each in ("text", "english"):
        assert [
            text for text, count in Counter(getattr(row, each) for row in rows()).items() if count > 1
        ] == []
    assert len({(row.where, row.key) for row in rows()}) == len(rows())
    causes = [
        (row.where, repr((row.switches, row.at, row.shown, row.official, row.prepare, row.gateways)))
        for row in rows()
    ]
    assert [cause for cause, count in Counter(causes).items() if count > 1] == []


def test_every_step_is_disturbed_and_every_outcome_named() -> None:
    """Each step of a run has a fault; each outcome of a log-in that the replica knows stands in the table."""
    disturbed = {step for row in rows() for step in row.at}
    assert set(STEPS) | {step for each in GATEWAY_STEPS.values() for step in each} == disturbed
    named = {row.switches.get("answer") for row in rows()}
    elsewhere = {
        "ok",
        "maintenance",  # by the step: entry-503
        "not_official",  # by the account: citizen-alert
        "foreign_redirect_entry",  # by the step: entry-foreign
        "foreign_iframe",  # beside the form: form-frame
        "reset_after_submit_reused",  # Chromium's own doing, shown by the replica's tests
    }
    assert set(OUTCOMES) - named - elsewhere == set()


def test_every_code_of_a_run_is_met() -> None:
    assert {row.code for row in rows()} == {0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}


if __name__ == "__main__":
    for name, english in (("README.md", False), ("README.en.md", True)):
        path = ROOT / name
        text = re.sub(
            r"(<!-- faults -->\n\n).*?(\n\n<!-- /faults -->)",
            lambda found, english=english: found[1] + table(english=english) + found[2],
            path.read_text("utf-8"),
            flags=re.DOTALL,
        )
        path.write_text(text, "utf-8")
