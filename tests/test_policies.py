"""A policy that forbids automation is read before a browser is started."""

from __future__ import annotations

import plistlib
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent import clock
from agent.access import logging_in
from rules.errors import ConfigError
from scrapers.browser import GuardedBrowser, PaperPrinter, launching
from scrapers.errors import PersonNeeded
from scrapers.guard import Guard
from scrapers.mode import Mode
from scrapers.policies import automation_forbidden


@pytest.mark.parametrize(
    ("content", "forbidden"),
    [
        pytest.param('{"RemoteDebuggingAllowed": false}', True, id="forbidden"),
        pytest.param('{"RemoteDebuggingAllowed": true}', False, id="allowed"),
        pytest.param('{"HomepageLocation": "x"}', False, id="another policy"),
        pytest.param("not json", False, id="a broken file"),
        pytest.param("[]", False, id="no table"),
    ],
)
def test_policy_files(tmp_path: Path, content: str, forbidden: bool) -> None:
    (tmp_path / "agency.json").write_text(content)
    found = automation_forbidden((str(tmp_path), str(tmp_path / "nowhere")), platform="linux")
    assert (found == str(tmp_path / "agency.json")) is forbidden
    assert (found is None) is not forbidden


@pytest.mark.parametrize(
    ("hive", "key"),
    [("HKLM", r"SOFTWARE\Policies\Google\Chrome"), ("HKCU", r"SOFTWARE\Policies\Microsoft\Edge")],
)
def test_the_registry_of_windows(hive: str, key: str) -> None:
    def read(asked_hive: str, asked_key: str, name: str) -> object:
        return 0 if (asked_hive, asked_key, name) == (hive, key, "RemoteDebuggingAllowed") else None

    assert automation_forbidden(registry=read, platform="win32") == f"{hive}\\{key}"
    assert automation_forbidden(registry=lambda *_: 1, platform="win32") is None


@pytest.mark.parametrize("where", ["com.google.Chrome.plist", "somebody/com.microsoft.Edge.plist"])
@pytest.mark.parametrize("binary", [True, False])
def test_the_managed_preferences_of_macos(tmp_path: Path, where: str, binary: bool) -> None:
    kind = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
    path = tmp_path / where
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(plistlib.dumps({"RemoteDebuggingAllowed": False}, fmt=kind))
    assert automation_forbidden((str(tmp_path),), platform="darwin") == str(path)
    path.write_bytes(plistlib.dumps({"RemoteDebuggingAllowed": True}, fmt=kind))
    assert automation_forbidden((str(tmp_path),), platform="darwin") is None
    path.write_bytes(b"not a property list")
    assert automation_forbidden((str(tmp_path),), platform="darwin") is None


@pytest.mark.parametrize("start", [lambda: PaperPrinter()("<p>x</p>"), lambda: _opened(GuardedBrowser)])
def test_no_browser_is_started_against_the_policy(monkeypatch: pytest.MonkeyPatch, start: Any) -> None:
    """Neither for a run nor for papers: it is said at once, where a launch would wait for its time-out."""
    monkeypatch.setattr(launching, "automation_forbidden", lambda: "HKLM\\somewhere")
    monkeypatch.setattr(launching, "sync_playwright", lambda: pytest.fail("a browser was started"))
    with pytest.raises(ConfigError, match="RemoteDebuggingAllowed"):
        start()


def test_a_folder_whose_path_is_too_long_for_the_browser_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever else may be wrong; with a short one the remedy is to install a browser."""
    for folder, said in ((tmp_path / ("長" * 30), "TMPDIR"), (Path("/tmp"), "ELEARN_BROWSER")):
        folder.mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        broken = tmp_path / "browser"
        broken.write_text("#!/bin/sh\nexit 1\n")
        broken.chmod(0o700)
        with ThreadPoolExecutor(1) as pool, pytest.raises(ConfigError) as refused:
            pool.submit(PaperPrinter(broken), "<p>x</p>").result()
        assert said in refused.value.remedy


def _opened(made: Any) -> None:
    with made(Mode("127.0.0.1:9", "k"), Guard(frozenset()), clock=clock.now):
        pass


def test_the_person_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging_in, "automation_forbidden", lambda: "HKLM\\somewhere")
    with pytest.raises(ConfigError) as refused:
        logging_in.must_be_allowed()
    assert "RemoteDebuggingAllowed" in refused.value.message
    assert "elearn import" in refused.value.remedy


def _listening(address: object, family: socket.AddressFamily) -> socket.socket:
    found = socket.socket(family)
    found.bind(address)  # type: ignore[arg-type]
    found.listen()
    return found


def test_without_a_display_it_is_the_persons_turn_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """None named, one that is gone, and one that answers, of each kind."""
    for each in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name, value in (
        ("", ""),
        ("DISPLAY", ":987"),
        ("DISPLAY", "127.0.0.1:58000.0"),
        ("DISPLAY", "nonsense"),
        ("WAYLAND_DISPLAY", "wayland-9"),
    ):
        if name:
            monkeypatch.setenv(name, value)
        with pytest.raises(PersonNeeded):
            logging_in.must_have_display()
    with _listening(str(tmp_path / "wayland-9"), socket.AF_UNIX):
        logging_in.must_have_display()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    with _listening(("127.0.0.1", 0), socket.AF_INET) as screen:
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{screen.getsockname()[1] - 6000}.0")
        logging_in.must_have_display()
