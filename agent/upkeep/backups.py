"""Backups of the database: made after a run that changed something, rotated, private, and put back on request."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent import clock
from agent.home import Home
from agent.store import back_up, check_file
from rules.errors import ConfigError

KEPT = 10
KEPT_BEFORE_UPGRADES = 3
_STAMP = "%Y%m%d-%H%M%S"
_UPGRADE = "before-"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its file and when it was made (Taipei). `before_upgrade`: of the schema before an upgrade of this program."""

    path: Path
    made_at: datetime
    before_upgrade: bool = False


def backups(home: Home) -> list[Backup]:
    """The backups there are, newest first."""
    found = [_backup(path) for path in home.backups.glob("*.sqlite3")]
    return sorted((each for each in found if each), key=lambda each: each.made_at, reverse=True)


def _backup(path: Path) -> Backup | None:
    if path.name.startswith(_UPGRADE):
        return Backup(path, datetime.fromtimestamp(path.stat().st_mtime, clock.TAIPEI), before_upgrade=True)
    try:
        made = datetime.strptime(path.stem.removeprefix("elearn-"), _STAMP).replace(tzinfo=clock.TAIPEI)
    except ValueError:
        return None
    return Backup(path, made)


def make_backup(home: Home) -> Backup:
    """A consistent copy of the database as it stands; the oldest beyond ten, and beyond three before upgrades, are removed.

    The caller holds the home's lock.
    """
    made_at = clock.now()
    path = home.backups / f"elearn-{made_at:{_STAMP}}.sqlite3"
    home.backups.mkdir(mode=0o700, exist_ok=True)
    back_up(home.database, path)
    found = backups(home)
    ours = [each for each in found if not each.before_upgrade]
    upgrades = [each for each in found if each.before_upgrade]
    for old in (*ours[KEPT:], *upgrades[KEPT_BEFORE_UPGRADES:]):
        old.path.unlink(missing_ok=True)
    return Backup(path, made_at)


def restore(home: Home, wanted: Path | None = None) -> tuple[Path, Path | None]:
    """Put a backup in the database's place: the named file, else the newest that is whole.

    Gives what was put back and where the database before it lies now (None: there was none). The caller holds the lock.
    Raises ConfigError when there is no whole backup.
    """
    chosen = wanted if wanted is not None else _newest_whole(home)
    if not chosen.is_file():
        raise ConfigError(f"找不到備份檔「{chosen}」。", "請執行 elearn restore --list 查看現有備份。")
    problems = check_file(chosen)
    if problems:
        raise ConfigError(
            f"備份檔「{chosen.name}」已損壞（{problems[0]}）。", "請改用較早的備份（elearn restore --list）。"
        )
    fresh = home.database.with_name(f".{home.database.name}.new")
    back_up(chosen, fresh)
    aside = _set_aside(home)
    fresh.replace(home.database)  # at no moment is there no database
    return chosen, aside


def _newest_whole(home: Home) -> Path:
    for each in backups(home):
        if not check_file(each.path):
            return each.path
    raise ConfigError("沒有可用的備份。", "請重新執行 elearn sync，或匯入先前匯出的紀錄檔（elearn import）。")


def _set_aside(home: Home) -> Path | None:
    """The present database and what SQLite keeps beside it, copied out of the way, never deleted.

    What lay beside it then goes: a log of writes must not meet another database.
    """
    if not home.database.exists():
        return None
    aside = home.database.with_name(f"{home.database.name}.{clock.now():{_STAMP}}.old")
    shutil.copy2(home.database, aside)
    for suffix in ("-wal", "-shm"):
        beside = home.database.with_name(home.database.name + suffix)
        if beside.exists():
            shutil.copy2(beside, aside.with_name(aside.name + suffix))
    for suffix in ("-wal", "-shm"):
        home.database.with_name(home.database.name + suffix).unlink(missing_ok=True)
    return aside
