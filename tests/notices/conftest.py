"""A home whose notices arrive at a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from notice_samples import QUIET, Inbox
from stored_homes import CONFIG, REPLICA_ENV, FileKeyring, new_home

from agent.access.credentials import Keyring
from agent.home import Home
from scrapers.mode import Mode


@pytest.fixture
def inbox(monkeypatch) -> Iterator[Inbox]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = Inbox()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def home(tmp_path, monkeypatch, inbox) -> Iterator[Home]:
    """A home whose notices go to the inbox alone, in the world of a replica."""
    found = new_home(tmp_path / "王 小明", CONFIG + QUIET)
    monkeypatch.setenv("ELEARN_HOME", str(found.path))
    for name, value in REPLICA_ENV.items():
        monkeypatch.setenv(name, value)
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring(tmp_path / "keyring.json"))
    Keyring(Mode(*REPLICA_ENV.values())).keep_notice_addresses((inbox.address,))
    yield found
    keyring.set_keyring(before)
