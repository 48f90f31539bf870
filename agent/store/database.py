"""Opening the SQLite file: private, durable, migrated where it is due.

Alembic takes a quarter of a second to import, so the version is read with plain SQL and Alembic only called when needed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, text

from agent.store.errors import DatabaseUnusable

HEAD = "0004"
BACKUPS = "backups"  # the folder of backups, beside the file
_MIGRATIONS = Path(__file__).with_name("migrations")


def open_engine(path: Path) -> Engine:
    """An engine on this file at the newest schema.

    Raises DatabaseUnusable when it is damaged, locked or too new, or gone while backups of it are there: an empty one in its
    place would look like a portal without records.
    """
    fresh = not path.exists()
    if fresh and any(path.with_name(BACKUPS).glob("*.sqlite3")):
        raise DatabaseUnusable(
            f"紀錄資料庫「{path}」不見了，但有備份。", "請執行 elearn restore 還原最近的備份。"
        )
    if fresh:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    # Not as text: in an address "?" and "%" would mean something, in a folder's name they do not.
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 5})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", lambda context: _name_error(path, context))
    try:
        found = _version(engine)
        if found != HEAD:
            _migrate(engine, path, found, fresh=fresh)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: they wait for one another before they read anything."""
    return engine.execution_options(writes=True)


def _set_up(connection: Any, _: Any) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # the driver would begin late, and leave changes of the schema outside
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _name_error(path: Path, context: ExceptionContext) -> DatabaseUnusable | None:
    """What is wrong with the file, the disk or another process becomes an error for people; a mistake in the code does not."""
    why = context.original_exception
    if isinstance(why, sqlite3.OperationalError) or type(why) is sqlite3.DatabaseError:
        remedy = "請執行 elearn restore 還原最近的備份；原檔會保留。"
        if "locked" in str(why):
            remedy = "另一個程式正在使用；請等它完成後再試。"
        elif "full" in str(why):
            remedy = "請確認磁碟空間後再試。"
        return DatabaseUnusable(f"紀錄資料庫「{path}」無法使用（{why}）。", remedy)
    return None


def _version(engine: Engine) -> str | None:
    """The schema version of the file, None for an empty one."""
    with engine.connect() as connection:
        named = text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        if connection.execute(named).first() is None:
            return None
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
        return str(row[0]) if row else None


def _migrate(engine: Engine, path: Path, found: str | None, *, fresh: bool) -> None:
    """Bring the file to the newest schema; a file with content is backed up first, and a newer one refused."""
    from alembic import command  # noqa: PLC0415 - slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseUnusable(
            f"紀錄資料庫是較新版本的程式建立的（{found}），本程式無法使用。", "請更新本程式。"
        )
    if not fresh and found is not None:
        path.with_name(BACKUPS).mkdir(mode=0o700, exist_ok=True)
        back_up(path, path.with_name(BACKUPS) / f"before-{HEAD}-from-{found}.sqlite3")
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


def back_up(path: Path, to: Path) -> None:
    """A consistent copy of the database, private like it, whole or not at all.

    Raises DatabaseUnusable where it cannot be written (a full disk) or the database cannot be read; nothing is left of it then.
    """
    temporary = to.with_name(f".{to.name}.new")
    left = (temporary, temporary.with_name(f"{temporary.name}-journal"))
    try:
        for each in left:
            each.unlink(missing_ok=True)  # of a copy that broke off
        _copy(path, temporary)
        temporary.replace(to)
    except (sqlite3.Error, OSError) as why:
        for each in left:
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)
        raise DatabaseUnusable(
            f"備份「{to.name}」沒有寫成（{why}）；先前的紀錄與備份沒有變動。", "請確認磁碟空間後再試。"
        ) from why


def _copy(path: Path, temporary: Path) -> None:
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(temporary)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, complete without companions
    with temporary.open("rb+") as written:
        os.fsync(written.fileno())


def check_file(path: Path) -> list[str]:
    """What is wrong with this SQLite file without opening it as a store; empty when nothing. An empty file is no store."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as why:
        return [str(why)]
    return [row for row in rows if row != "ok"]


def integrity(engine: Engine) -> list[str]:
    """What SQLite finds wrong with the file; empty when nothing."""
    try:
        with engine.connect() as connection:
            rows = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
            if rows != ["ok"]:
                return rows
            return [f"foreign key: {row[0]}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
    except DatabaseUnusable as why:
        return [why.message]
