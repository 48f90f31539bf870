"""A policy that forbids automation is read before a browser is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.access import logging_in
from rules.errors import ConfigError
from scrapers.errors import PersonNeeded
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


def test_the_person_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging_in, "automation_forbidden", lambda: "HKLM\\somewhere")
    with pytest.raises(ConfigError) as refused:
        logging_in.must_be_allowed()
    assert "RemoteDebuggingAllowed" in refused.value.message
    assert "elearn import" in refused.value.remedy


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_without_a_display_it_is_the_persons_turn_elsewhere(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for each in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(each, raising=False)
    with pytest.raises(PersonNeeded):
        logging_in.must_have_display()
    monkeypatch.setenv(name, ":0")
    logging_in.must_have_display()
