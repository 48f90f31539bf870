"""Backups rotate, are private, and come back; purge lists everything and leaves nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command, op
from alembic.config import Config
from sqlalchemy import create_engine

from agent import clock
from agent.access.keyring_trouble import locked
from agent.home import Home, open_home
from agent.store import DatabaseUnusable, Store, back_up
from agent.store.database import HEAD
from agent.upkeep import backups, purging
from agent.upkeep.backups import KEPT, make_backup, restore
from agent.upkeep.purging import holdings, purge
from rules.errors import ConfigError

ROOT = Path(__file__).parents[1]
MIGRATIONS = ROOT / "agent" / "store" / "migrations"


class NoKeyring:
    """A keyring with one entry, in memory."""

    def __init__(self) -> None:
        self.entries = {"ecpa", "session-key", "notice-addresses"}

    def held(self, gateways: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(self.entries))

    def forget(self, name: str) -> bool:
        self.entries.discard(name)
        return True


class LockedKeyring:
    """A keyring that is there and cannot be asked."""

    def held(self, gateways: Iterable[str]) -> tuple[str, ...]:
        raise locked()


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


@pytest.mark.parametrize("room", [0, 4096])
def test_a_backup_without_room_for_it_is_a_named_error_and_leaves_nothing(home: Home, room: int) -> None:
    """A limit on the size of any file stands for the full disk: writing fails as well."""
    resource = pytest.importorskip("resource")
    earlier = make_backup(home).path
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, was[1]))
    try:
        with pytest.raises(DatabaseUnusable, match="備份") as said:
            back_up(home.database, home.backups / "elearn-20990101-000000.sqlite3")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert (said.value.code, "磁碟空間" in said.value.remedy) == (2, True)
    assert list(home.backups.iterdir()) == [earlier]
    assert marker(home) == "one"


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
    assert before.keyring == ("ecpa",)
    assert before.session_key
    assert before.notices
    assert (left.keyring, left.session_key, left.notices) == ((), False, False)
    assert [word for word, _, _ in left.files] == (["補休文件"] if keep_claims else [])
    assert left.is_empty is not keep_claims


def test_what_the_agent_writes_until_it_stops_goes_as_well(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent that is ended while it looks at the records leaves the database's two companions."""
    monkeypatch.setattr(
        purging, "stop", lambda home: home.path.joinpath("elearn.sqlite3-wal").write_bytes(b"x")
    )
    left = purge(home, NoKeyring(), keep_claims=False)  # type: ignore[arg-type]
    assert left.is_empty


def test_a_keyring_that_cannot_be_asked_is_not_said_to_be_empty(home: Home) -> None:
    left = purge(home, LockedKeyring(), keep_claims=False)  # type: ignore[arg-type]
    assert "鎖定" in left.unsure
    assert not left.is_empty


def test_the_command_proves_what_it_removed_and_leaves_no_shell(run_elearn: Any, elearn_home: Path) -> None:
    """Listed, removed, looked for again: files, folders, locks and the book all homes share."""
    assert run_elearn("check").code == 0
    (elearn_home / "session.bin").write_bytes(b"x")
    (elearn_home / "something new.txt").write_bytes(b"x")
    state = elearn_home.parent / "person" / "state" / "elearn-agent"
    state.mkdir(parents=True)
    (state / "submissions-real.json").write_text("{}")
    said = run_elearn("purge", "--yes")
    assert said.code == 0, said.stderr
    assert "✔ 已移除　紀錄資料庫" in said.stdout
    assert "✔ 已移除　其他：something new.txt" in said.stdout
    assert "✔ 已移除　登入記事（不含密碼）" in said.stdout
    assert "沒有留下" in said.stdout
    assert not elearn_home.exists()
    assert not state.exists()
    again = run_elearn("purge", "--yes", "--json")
    assert again.json()["removed"]["files"] == []


# -- upgrades ----------------------------------------------------------------------------------------------------------


def make_old(home: Home, revision: str) -> None:
    """A database as a program of that schema left it, with a record, a claim and a submission in it."""
    home.database.unlink()
    home.database.touch(mode=0o600)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{home.database}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(home.database)) as raw:
        raw.executescript("""
            INSERT INTO meta VALUES ('marker', 'one'), ('mode', 'real');
            INSERT INTO run (id, command, started_at, finished_at, outcome, exit_code)
                VALUES (1, 'sync', '2023-08-01T02:30:00+00:00', '2023-08-01T02:31:00+00:00', 'ok', 0);
            INSERT INTO record VALUES (1, 1);
            INSERT INTO version (id, record_id, run_id, seen_at, origin, newest, title, start, certified_hours)
                VALUES (1, 1, 1, '2023-08-01T02:30:00+00:00', 'portal', 1, '臺灣的海洋', '2023-03-05T20:00:00', '1.0');
            INSERT INTO sighting VALUES (1, 2023, 1, 0, '1');
            INSERT INTO set_aside (id, run_id, year, reason, rows) VALUES (1, 1, 2023, '少 1 筆', '[]');
            INSERT INTO attempt (id, gateway, account_key, mode, submitted_at, outcome)
                VALUES (1, 'ecpa', 'k', 'real', '2023-08-01T02:30:00+00:00', 'refused');
            INSERT INTO claim (id, plan, number, hours, state, prepared_on, folder, sets, check_code)
                VALUES ('kaohsiung-112-1', 'kaohsiung-112', 1, '4', 'submitted', '2023-08-02', '', '["policy"]', 'AAAA-BBBB');
            INSERT INTO claim_event (claim_id, state, at)
                VALUES ('kaohsiung-112-1', 'submitted', '2023-08-03T00:00:00+00:00');
        """)


OLDER = sorted(each.name[:4] for each in (MIGRATIONS / "versions").glob("[0-9]*.py"))[:-1]


@pytest.mark.parametrize("revision", [OLDER[0], OLDER[-1]])
def test_an_older_database_is_backed_up_before_it_is_upgraded(home: Home, revision: str) -> None:
    """Everything in it is there afterwards, and the file as it was lies in the backups, private."""
    make_old(home, revision)
    with Store.open(home.database) as store:
        assert [each.title for each in store.records()] == ["臺灣的海洋"]
        assert (store.claims()[0].id, store.claims()[0].state) == ("kaohsiung-112-1", "submitted")
        assert str(store.claimed_sets("kaohsiung-112")[0]) == "4"
        assert store.open_block("ecpa") is not None
        assert store.get_meta("marker") == "one"
        assert store.pending_losses() == []
        assert store.integrity() == []
    (before,) = backups.backups(home)
    assert before.before_upgrade
    assert before.path.name == f"before-{HEAD}-from-{revision}.sqlite3"
    assert before.path.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(before.path)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        assert raw.execute("SELECT title FROM version").fetchone() == ("臺灣的海洋",)


def test_an_upgrade_that_breaks_off_leaves_the_old_schema(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start does it again, from the same state."""
    make_old(home, OLDER[0])
    create = op.create_table

    def break_off(*args: object, **more: object) -> object:
        create(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(KeyboardInterrupt):
        Store.open(home.database)
    monkeypatch.undo()
    with closing(sqlite3.connect(home.database)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (OLDER[0],)
    assert marker(home) == "one"


def test_a_backup_of_an_older_schema_comes_back_and_is_upgraded(home: Home) -> None:
    """It is the way back when an upgrade was a mistake."""
    make_old(home, OLDER[0])
    with Store.open(home.database) as store:
        store.set_meta("marker", "after")
    chosen, _ = restore(home, backups.backups(home)[0].path)
    assert chosen.name.startswith("before-")
    assert marker(home) == "one"


def test_few_backups_before_upgrades_are_kept_and_never_push_out_the_others(home: Home) -> None:
    made = make_backup(home)
    for at in range(6):
        path = home.backups / f"before-0009-from-000{at}.sqlite3"
        path.write_bytes(made.path.read_bytes())
        os.utime(path, (at, at))
    newest = make_backup(home)
    names = {each.path.name for each in backups.backups(home)}
    assert {made.path.name, newest.path.name} <= names
    assert sorted(name[-9] for name in names if name.startswith("before")) == ["3", "4", "5"]


# -- gone, empty, newer ------------------------------------------------------------------------------------------------


def test_a_database_that_is_gone_is_not_begun_anew_beside_its_backups(home: Home) -> None:
    """An empty one would look like a portal without records."""
    make_backup(home)
    for each in home.path.glob("elearn.sqlite3*"):
        each.unlink()
    with pytest.raises(DatabaseUnusable, match="不見了") as why:
        Store.open(home.database)
    assert "elearn restore" in why.value.remedy
    assert restore(home)[1] is None
    assert marker(home) == "one"


def test_an_empty_file_is_no_backup(home: Home) -> None:
    """SQLite finds nothing wrong with one: a copy that broke off at its start."""
    make_backup(home)
    (home.backups / "elearn-20990101-000000.sqlite3").touch()
    chosen, _ = restore(home)
    assert chosen.name != "elearn-20990101-000000.sqlite3"
    with pytest.raises(ConfigError, match="已損壞"):
        restore(home, home.backups / "elearn-20990101-000000.sqlite3")


@pytest.mark.parametrize("step", ["copy2", "replace"])
def test_a_restore_that_breaks_off_leaves_a_database(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """At no moment is there none."""
    make_backup(home)
    with Store.open(home.database) as store:
        store.set_meta("marker", "two")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    holder = backups.shutil if step == "copy2" else Path
    if step == "replace":
        whole = Path.replace
        monkeypatch.setattr(
            Path, "replace", lambda self, to: fail() if Path(to) == home.database else whole(self, to)
        )
    else:
        monkeypatch.setattr(holder, step, fail)
    with pytest.raises(KeyboardInterrupt):
        restore(home)
    monkeypatch.undo()
    assert marker(home) == "two"


# -- as a person does it -----------------------------------------------------------------------------------------------


def test_damage_is_named_a_backup_offered_listed_and_put_back(run_elearn, elearn_home) -> None:
    """From the first sentence about the damage to the same verdict as before, by the commands alone."""
    saved = ROOT / "tests" / "fixtures_html" / "elearn" / "records_2023_with_phone_copy" / "page.html"
    done = run_elearn("import", saved, "--json")
    assert (done.code, done.json()["run"]["repaired"]) == (0, [])
    verdict = run_elearn("check", "--plan", "kaohsiung-112", "--on", "2023-08-31", "--json").stdout
    database = elearn_home / "elearn.sqlite3"
    for beside in elearn_home.glob("elearn.sqlite3-*"):
        beside.unlink()
    database.write_bytes(database.read_bytes()[:4096] + b"\xff" * 60000)
    broken = run_elearn("check", "--json")
    assert (broken.code, broken.json()["error"]["kind"]) == (2, "config")
    assert "elearn restore" in broken.json()["error"]["remedy"]
    listed = run_elearn("restore", "--list", "--json").json()["backups"]
    assert len(listed) == 1
    assert listed[0]["before_upgrade"] is False
    assert Path(listed[0]["path"]).parent == elearn_home / "backups"
    restored = run_elearn("restore")
    assert restored.code == 0
    assert "原來的資料庫保留在" in restored.stdout
    assert run_elearn("check", "--plan", "kaohsiung-112", "--on", "2023-08-31", "--json").stdout == verdict
    listed_by_purge = run_elearn("purge").stderr + run_elearn("purge").stdout
    assert "資料庫備份：1 個檔案" in listed_by_purge
