"""The command as people start it: a process of its own, a second start, a port that is taken, and its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "agent", "dashboard", "--no-open", "--json", *words],
        env={**os.environ, "ELEARN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> dict[str, str]:
    """The one JSON document that the command prints as soon as the page is there."""
    text = ""
    while not text.endswith("\n}\n"):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        text += line
    return json.loads(text)["dashboard"]


@pytest.fixture
def first(elearn_home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    process = start(elearn_home)
    yield process, said(process)
    process.kill()
    process.wait()


def test_a_second_start_opens_the_same_page_and_ends(first, elearn_home):
    process, shown = first
    second = start(elearn_home)
    again = said(second)
    assert second.wait(20) == 0
    assert again["address"] == shown["address"]
    assert again["opening"] != shown["opening"]
    assert Path(again["opening"]).exists()
    assert process.poll() is None


def test_it_ends_when_it_is_told_to_and_leaves_no_opening_behind(first, elearn_home):
    process, shown = first
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not Path(shown["opening"]).exists()
    assert {each.name for each in (elearn_home / "dashboard").iterdir()} <= {".lock"}
    third = start(elearn_home)
    assert said(third)["address"] != shown["address"]
    third.kill()
    third.wait()


def test_killed_it_leaves_the_place_free(first, elearn_home):
    process, shown = first
    process.kill()
    process.wait()
    fresh = start(elearn_home)
    assert said(fresh)["address"] != shown["address"]
    assert not Path(shown["opening"]).exists()
    fresh.kill()
    fresh.wait()


def test_a_port_that_is_taken_is_said_to_be(elearn_home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(elearn_home, "--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert json.loads(out)["error"]["kind"] == "config"
    assert "已被占用" in err


def test_nothing_secret_stands_in_what_is_printed_or_in_how_it_was_called(first):
    process, shown = first
    token = Path(shown["opening"]).read_text("utf-8").split('name="token" value="')[1].split('"')[0]
    assert token not in json.dumps(shown)
    called = Path(f"/proc/{process.pid}/cmdline").read_text() if Path("/proc").exists() else ""
    assert token not in called
