"""Nothing records what happens around a password: no trace, video, HAR, net log or remote port, in the code or at start."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sys
from pathlib import Path

import pytest

from scrapers.browser import launching
from scrapers.browser.guarded import _arguments
from scrapers.mode import REAL, Mode
from scrapers.unwatched import WATCHERS, unwatched

ROOT = Path(__file__).parents[1]
SOURCES = [path for name in ("agent", "scrapers", "rules") for path in sorted((ROOT / name).rglob("*.py"))]
# Playwright's own recorders, and the switches of Chromium that write down requests, keys or keystrokes.
RECORDERS = re.compile(
    r"record_(?:har|video)|recordHar|recordVideo|\.tracing\b|start_chunk|route_from_har|video_dir|traces_dir|save_trace|save_har"
    r"|net-log|enable-logging|ssl-key-log|trace-startup|remote-debugging-port|--v=|--vmodule|user-data-dir|[ (,]logger\s*=",
    re.IGNORECASE,
)
# What a context and a launch may be given; anything else is looked at by a person before it is added here.
MAY_BE_GIVEN = {
    "new_context": {"locale", "timezone_id", "viewport", "accept_downloads", "service_workers", "storage_state", "java_script_enabled", "offline"},
    "launch": {"executable_path", "headless", "args", "chromium_sandbox", "timeout"},
    "new_page": set(),
}  # fmt: skip


def test_no_recorder_is_named_in_the_code():
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if RECORDERS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "context.tracing.start()",
        "new_context(record_har_path=x)",
        "record_video_dir=x",
        '"--log-net-log=x"',
        '"--remote-debugging-port=0"',
    ],
)
def test_the_look_finds_a_recorder(code: str):
    assert RECORDERS.search(code)


def test_a_browser_is_started_with_known_words_only():
    """Every call that starts a browser or opens a context, wherever it stands."""
    seen = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in MAY_BE_GIVEN
            ):
                words = {each.arg for each in node.keywords}
                if not words and node.func.attr != "launch":
                    continue
                seen.add(node.func.attr)
                assert words <= MAY_BE_GIVEN[node.func.attr], f"{path}:{node.lineno}"
                assert None not in words, f"{path}:{node.lineno} passes on what nobody sees here"
    assert seen == {"new_context", "launch"}


@pytest.mark.parametrize("mode", [REAL, Mode("127.0.0.1:1", "k")], ids=["real", "replica"])
def test_no_switch_of_chromium_records(mode: Mode):
    switches = _arguments(mode, frozenset({"elearn.hrd.gov.tw"}), frozenset())
    assert switches
    assert [each for each in switches if RECORDERS.search(each)] == []


def test_what_makes_driver_and_browser_talk_is_not_in_their_environment(monkeypatch: pytest.MonkeyPatch):
    """And back afterwards, also when something went wrong inside."""
    for name in WATCHERS:
        monkeypatch.setenv(name, "x")
    with unwatched():
        assert not set(WATCHERS) & set(os.environ)
    assert set(WATCHERS) <= set(os.environ)

    def break_off() -> None:
        with unwatched():
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        break_off()
    assert set(WATCHERS) <= set(os.environ)


def test_the_browser_is_started_unwatched():
    """The one place where Playwright is started does so inside of it, and is imported inside: it reads DEBUG only then."""
    source = Path(launching.__file__).read_text("utf-8")
    assert re.findall(r"with ([^\n]*sync_playwright\(\))", source) == [
        "unwatched(), _compiled_before(), sync_playwright()"
    ]
    assert re.findall(r"^from playwright|^import playwright", source, re.MULTILINE) == []
    imported = [node for node in ast.parse(source).body if isinstance(node, ast.With)]
    assert [ast.unparse(node.items[0]) for node in imported] == ["unwatched()"]
    assert all(isinstance(each, ast.ImportFrom) for node in imported for each in node.body)


def test_the_driver_keeps_compiled_code_where_python_does_and_nowhere_else(monkeypatch, tmp_path):
    """Code from a folder that somebody else named would run beside the password."""
    foreign = tmp_path / "foreign"
    monkeypatch.setenv("NODE_COMPILE_CACHE", str(foreign))
    beside = Path(launching.__file__).with_name("__pycache__")
    for forbidden, seen in ((False, str(beside / "driver")), (True, None)):
        monkeypatch.setattr(sys, "dont_write_bytecode", forbidden)
        monkeypatch.setattr(
            launching,
            "sync_playwright",
            lambda: contextlib.nullcontext(os.environ.get("NODE_COMPILE_CACHE")),
        )
        with launching.driver() as found:
            assert found == seen
        assert os.environ["NODE_COMPILE_CACHE"] == str(foreign)
