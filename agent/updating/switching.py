"""Switching to another version and back: under the home's lock, the pointer last, one old version kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from agent import clock
from agent.home import Home
from agent.store import back_up
from agent.updating.places import Installed, rank
from agent.updating.restarting import Agent, ended, started
from agent.updating.trying import opens
from rules.errors import ConfigError

_STAMP = "%Y%m%d-%H%M%S"
_BEFORE = "before-update-"


@dataclass(frozen=True, slots=True)
class Switched:
    """What was done: from which version to which, the versions removed, the database set aside, if any, and the agent."""

    old: str
    new: str
    removed: tuple[str, ...] = ()
    set_aside: Path | None = None
    agent: Agent = Agent.NONE


def switch(place: Installed, home: Home, new: str) -> Switched:
    """Start the new version from now on. The caller holds the home's lock, so that no run is under way.

    The database is copied first, for the way back. The version before stays; those before that are removed.
    """
    old = place.current()
    agent = ended(home)
    try:
        if home.database.exists():
            home.backups.mkdir(mode=0o700, exist_ok=True)
            back_up(home.database, home.backups / f"{_BEFORE}{new}-from-{old}.sqlite3")
        place.point(new, old)
    finally:
        agent = started(agent, place, home)
    removed = [each for each in place.known() if each not in (old, new) and rank(each) < rank(new)]
    for each in removed:
        shutil.rmtree(place.folder(each), ignore_errors=True)
    return Switched(old, new, tuple(removed), agent=agent)


def roll_back(place: Installed, home: Home, mode: str) -> Switched:
    """Start the version before again. The caller holds the home's lock.

    Where the version before cannot read what the newer one stored, the database from before the update is put back and the
    newer one set aside, never deleted. Raises ConfigError where there is no version to go back to.
    """
    new, old = place.current(), place.previous()
    if old is None or old == new:
        raise ConfigError("沒有保留的舊版本可以退回。", "請執行 elearn update status 查看。")
    aside = None
    agent = ended(home)
    try:
        if not opens(place.folder(old), home, mode):
            aside = _put_database_back(home, home.backups / f"{_BEFORE}{new}-from-{old}.sqlite3")
        place.point(old, new)
    finally:
        agent = started(agent, place, home)
    return Switched(new, old, set_aside=aside, agent=agent)


def _put_database_back(home: Home, before: Path) -> Path:
    if not before.is_file():
        raise ConfigError(
            "舊版本讀不了目前的紀錄資料庫，也找不到更新前的備份。", "請繼續使用新版，或洽維護者。"
        )
    aside = home.backups / f"after-update-{clock.now():{_STAMP}}.old"
    back_up(home.database, aside)
    fresh = home.database.with_name(f".{home.database.name}.new")
    back_up(before, fresh)
    for suffix in ("-wal", "-shm"):
        home.database.with_name(home.database.name + suffix).unlink(missing_ok=True)
    fresh.replace(home.database)
    return aside
