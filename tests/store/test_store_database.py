"""The store's file: private, refused where it cannot be used, and sound whatever happens to it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from store_samples import A, B, C, page, path_of, save, tables, versions, year

from agent.store import DatabaseUnusable, Store
from agent.store.database import HEAD

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")


@posix
def test_the_file_and_its_companions_are_private(path):
    """-wal and -shm too, whatever the mask."""
    before = os.umask(0)
    try:
        with Store.open(path) as store:
            save(store, year(page(A)))
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)


@pytest.mark.parametrize("name", ["王 小明", "100%", "what?x=1", "a#b", "a&b=c", "%41"])
def test_a_home_may_have_any_name(tmp_path, name):
    """The database is the file of that path, not what an address of those signs would mean."""
    folder = tmp_path / name
    folder.mkdir()
    with Store.open(path_of(folder)) as store:
        save(store, year(page(A)))
    assert path_of(folder).stat().st_size > 0
    assert {each.name for each in tmp_path.rglob("*")} == {name, "elearn.sqlite3"}


def test_a_newer_database_is_refused(path):
    """2, with what to do, and the file as it was."""
    with Store.open(path):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = tables(path)
    with pytest.raises(DatabaseUnusable, match=r"較新版本.*9999") as why:
        Store.open(path)
    assert (why.value.code, why.value.remedy) == (2, "請更新本程式。")
    assert tables(path) == before
    assert list(path.parent.glob("*.bak")) == []


@pytest.mark.parametrize("damage", ["text", "cut", "folder"])
def test_a_file_that_is_no_database_is_named(path, damage):
    """2 and a sentence; nothing is removed or overwritten."""
    if damage == "folder":
        path.mkdir()
    elif damage == "text":
        path.write_text("這不是資料庫" * 1000)
    else:
        with Store.open(path) as store:
            save(store, year(page(*(replace(A, title=f"課程{at}") for at in range(200)))))
        path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DatabaseUnusable) as why, Store.open(path) as store:
        store.records()
    assert why.value.code == 2
    assert str(path) in why.value.message
    assert "elearn restore" in why.value.remedy
    assert before is None or path.read_bytes() == before


def test_damage_found_later_is_named_too(path):
    """The first page is whole, so the file opens; a table further in is not."""
    with Store.open(path) as store:
        save(store, year(page(*(replace(A, title=f"課程{at}") for at in range(500)))))
    data = bytearray(path.read_bytes())
    leaf = data.index("課程300".encode()) // 4096 * 4096
    data[leaf : leaf + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with Store.open(path) as store:
        with pytest.raises(DatabaseUnusable, match="無法使用"):
            store.records()
        assert store.integrity() != []


def test_a_database_another_program_holds_is_named(path):
    """Not a traceback, and nobody is told to restore a backup."""
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store._engine.connect() as connection:  # not five seconds, as a person would wait
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        with pytest.raises(DatabaseUnusable, match="locked") as why:
            store.set_meta("x", "y")
        assert "另一個程式" in why.value.remedy
        other.rollback()
        store.set_meta("x", "y")


def test_an_empty_file_becomes_a_database(path):
    """As a broken-off first start leaves one."""
    path.write_bytes(b"")
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.records() == [A]


def test_a_first_start_that_broke_off_is_made_good(path, monkeypatch):
    """The schema comes whole or not at all: the next start makes it."""
    from alembic import op

    create, made = op.create_table, []

    def break_off(name, *columns, **more):
        made.append(name)
        if len(made) == 5:
            raise KeyboardInterrupt
        return create(name, *columns, **more)

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(KeyboardInterrupt):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.integrity() == []


def test_the_migrated_schema_is_the_one_in_the_code(path):
    """Alembic finds nothing to add, and the newest revision is the one the code asks for."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from agent.store.tables import metadata

    with Store.open(path):
        pass
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_damage_is_found(path):
    """A row that points nowhere, and a page of the file that is broken."""
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.integrity() == []
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO claim_event (claim_id, state, at) VALUES ('none', 'prepared', 'x')")
        raw.commit()
    with Store.open(path) as store:
        assert store.integrity() == ["foreign key: claim_event"]


WRITER = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine

sys.path.insert(0, "tests")
from store_samples import A, B, C, DAY, page, save, year
from dataclasses import replace
from agent.store import Store

with Store.open(Path(sys.argv[1])) as store:
    save(store, year(page(A, B)))
    run = store.start_run("sync", DAY)
    seen = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def count(connection, cursor, statement, *_):
        global seen
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen == int(sys.argv[2]):
                os.kill(os.getpid(), signal.SIGKILL)

    store.save_read(run, [year(page(replace(A, status="未通過"), B, C, number=1))], at=DAY, report={})
    print("saved")
"""


@posix
@pytest.mark.parametrize("step", [1, 4, 7])
def test_a_run_killed_while_saving_leaves_the_last_good_state(path, step):
    """`kill -9` after so many written statements: all of the earlier read, nothing of this one, a sound file."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(path), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Store.open(path) as store:
        assert store.integrity() == []
        assert store.records() == [A, B]
        assert len(versions(path)) == 2
        newest = store.runs()[0]
        assert (newest.outcome, newest.finished_at) == (None, None)
        assert save(store, year(page(A, B, C))).new == 1
