"""The README and its twin say what is true: commands exist, links lead somewhere, both say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.cli import VERBS
from scrapers import gateways, portals

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.en.md")


def commands(text: str) -> set[str]:
    """Every `elearn …` that stands in a code span or block, down to its verb."""
    return set(re.findall(r"\belearn ([a-z]+)\b", text))


@pytest.mark.parametrize("name", READMES)
def test_every_command_in_the_readme_exists(name: str) -> None:
    assert commands((ROOT / name).read_text("utf-8")) <= set(VERBS)


@pytest.mark.parametrize("name", READMES)
def test_every_verb_stands_in_the_readme(name: str) -> None:
    assert set(VERBS) <= commands((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_are_targets_of_the_makefile(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    blocks = re.findall(r"```sh\n(make \w+)\n```", (ROOT / name).read_text("utf-8"))
    assert blocks == ["make demo", "make test"]
    assert all(re.search(rf"^{block.split()[1]}\b.*:", makefile, re.MULTILINE) for block in blocks)


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8"))
    assert links
    assert all((ROOT / link).exists() for link in links)


@pytest.mark.parametrize("name", READMES)
def test_every_host_that_may_be_contacted_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    hosts = {portals.load().host}.union(*(gateways.load(key).hosts for key in gateways.names()))
    assert all(host in text for host in hosts)
    named = set(re.findall(r"\b(?:[\w-]+\.)+gov\.tw\b", text))
    assert named == hosts


def test_the_twin_shows_the_same_sessions_and_tables() -> None:
    chinese, english = ((ROOT / name).read_text("utf-8") for name in READMES)
    assert chinese.count("\n## ") == english.count("\n## ")
    assert chinese.count("\n| ") == english.count("\n| ")
    session = re.compile(r"```console\n(.*?)```", re.DOTALL)
    assert session.findall(chinese) == session.findall(english)


def test_the_session_is_what_the_demonstration_prints() -> None:
    """The verdict's head in the README is the one that the code prints for the bundled records."""
    from agent.demonstrating import ON, PLAN
    from agent.screens.verdict_screen import verdict_text
    from rules import bundled
    from rules.engine import Circumstances, judge
    from rules.person import Person
    from scrapers.portals.elearn.record_page import LearningRecordPage
    from scrapers.replica import State
    from scrapers.replica.record_table import _PRINTED
    from scrapers.snapshot import Snapshot

    rows = [row for row in State.demo().rows["TEST-000001"] if row.year == 2023]
    table = "".join(
        f"<tr>{''.join(f'<td>{getattr(row, cell, 1)}</td>' for _, cell in _PRINTED)}</tr>" for row in rows
    )
    head = "".join(f"<th>{heading}</th>" for heading, _ in _PRINTED)
    records, unread = LearningRecordPage(Snapshot(f"<table><tr>{head}</tr>{table}</table>")).rows()
    assert not unread
    about = Circumstances(Person(category="編制內公務人員"), suspensions=bundled.suspensions())
    shown = verdict_text(judge(records, bundled.plan(PLAN), bundled.calendar(), ON, about))
    session = (ROOT / "README.md").read_text("utf-8").split("```console\n")[1].split("```")[0]
    head_of_verdict = session.split("--on 112/8/31\n")[1].split("…")[0].rstrip()
    assert shown.startswith(head_of_verdict)
