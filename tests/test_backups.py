"""Backups rotate, are private, and come back; purge lists everything and leaves nothing."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent import clock
from agent.home import Home, open_home
from agent.store import Store
from agent.upkeep import backups
from agent.upkeep.backups import KEPT, make_backup, restore
from agent.upkeep.purging import holdings, purge
from rules.errors import ConfigError


class NoKeyring:
    """A keyring with one entry, in memory."""

    def __init__(self) -> None:
        self.entries = {"ecpa"}

    def account(self, gateway: str) -> str | None:
        return "somebody" if gateway in self.entries else None

    def clear(self, gateway: str) -> bool:
        self.entries.discard(gateway)
        return True

    def session_key(self) -> str | None:
        return None

    def holds_notice_addresses(self) -> bool:
        return False


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = open_home(tmp_path / "王 小明")
    with Store.open(found.database) as store:
        store.set_meta("marker", "one")
    return found


def marker(home: Home) -> str | None:
    with Store.open(home.database) as store:
        return store.get_meta("marker")


def test_a_backup_comes_back_and_the_damaged_file_is_kept(home: Home) -> None:
    made = make_backup(home)
    assert made.path.stat().st_mode & 0o777 == 0o600
    home.database.write_bytes(b"damaged" * 1000)
    with pytest.raises(ConfigError) as refused:
        Store.open(home.database)
    assert "elearn restore" in refused.value.remedy
    chosen, aside = restore(home)
    assert chosen == made.path
    assert aside is not None
    assert aside.read_bytes().startswith(b"damaged")
    assert marker(home) == "one"


def test_the_newest_whole_backup_is_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2023, 7, 1, 2, 30, tzinfo=clock.TAIPEI)
    for day in range(3):
        monkeypatch.setattr(backups.clock, "now", lambda day=day: at + timedelta(days=day))
        last = make_backup(home)
    last.path.write_bytes(b"not a database")
    chosen, _ = restore(home)
    assert chosen.name == "elearn-20230702-023000.sqlite3"


def test_only_so_many_are_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2023, 7, 1, 2, 30, tzinfo=clock.TAIPEI)
    for day in range(KEPT + 3):
        monkeypatch.setattr(backups.clock, "now", lambda day=day: at + timedelta(days=day))
        make_backup(home)
    found = backups.backups(home)
    assert len(found) == KEPT
    assert found[0].made_at == at + timedelta(days=KEPT + 2)


@pytest.mark.parametrize(
    "content", [None, b"not a database"], ids=["there is none", "the named one is damaged"]
)
def test_without_a_whole_backup_nothing_is_touched(home: Home, content: bytes | None) -> None:
    wanted = None
    if content is not None:
        wanted = home.path / "copy.sqlite3"
        wanted.write_bytes(content)
    with pytest.raises(ConfigError):
        restore(home, wanted)
    assert marker(home) == "one"


def test_a_backup_holds_what_the_log_had_not_yet_written_through(home: Home) -> None:
    with Store.open(home.database) as store:
        store.set_meta("marker", "two")
        made = make_backup(home)
    with sqlite3.connect(made.path) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'marker'").fetchone() == ("two",)


@pytest.mark.parametrize("keep_claims", [False, True])
def test_purge_removes_everything_but_what_was_to_stay(home: Home, keep_claims: bool) -> None:
    make_backup(home)
    (home.claims / "one").mkdir()
    (home.claims / "one" / "form.pdf").write_bytes(b"x")
    home.config.write_text("")
    keyring = NoKeyring()
    before = holdings(home, keyring)  # type: ignore[arg-type]
    assert {word for word, _, _ in before.files} == {"補休文件", "資料庫備份", "紀錄資料庫", "設定檔"}
    left = purge(home, keyring, keep_claims=keep_claims)  # type: ignore[arg-type]
    assert left.keyring == ()
    assert [word for word, _, _ in left.files] == (["補休文件"] if keep_claims else [])
    assert left.is_empty is not keep_claims
