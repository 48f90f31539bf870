"""Removal of everything this program keeps on the machine: listed first, then removed, then looked for again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from agent.access.credentials import Keyring
from agent.home import Home
from agent.schedule.installing import places_of, remove_everywhere, stop
from rules.errors import ElearnError
from scrapers import gateways


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept: files of the home by kind (with how many), and the gateways with a keyring entry."""

    files: tuple[tuple[str, Path, int], ...]
    keyring: tuple[str, ...]
    session_key: bool
    notices: bool = False  # addresses that notices went to
    autostart: tuple[tuple[str, str], ...] = ()  # what starts the agent at log-in: its title, and where

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing left."""
        return not (self.files or self.keyring or self.session_key or self.notices or self.autostart)


def holdings(home: Home, keyring: Keyring) -> Holdings:
    """Everything there is. A keyring that cannot be asked holds nothing that could be removed."""
    kinds = (
        ("補休文件", home.claims),
        ("每次更新保存的網頁", home.runs),
        ("資料庫備份", home.backups),
    )
    files = [(word, path, _count(path)) for word, path in kinds if path.exists() and _count(path)]
    known = {path for _, path in kinds}
    for path in sorted(home.path.iterdir()) if home.path.exists() else []:
        if path not in known and path.name not in _LOCKS:
            files.append((_word(home, path), path, max(1, _count(path)) if path.is_dir() else 1))
    try:
        stored = tuple(key for key in gateways.names() if keyring.account(key) is not None)
        session = keyring.session_key() is not None
        notices = keyring.holds_notice_addresses()
    except ElearnError:
        stored, session, notices = (), False, False
    return Holdings(tuple(files), stored, session, notices, tuple(places_of(home)))


def purge(home: Home, keyring: Keyring, *, keep_claims: bool) -> Holdings:
    """Remove everything (the claims only where told to) and give what is left, as looked up afterwards."""
    found = holdings(home, keyring)
    if found.autostart:
        remove_everywhere(home)
    stop(home)
    for _, path, _ in found.files:
        if keep_claims and path == home.claims:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for key in found.keyring:
        keyring.clear(key)
    if found.session_key:
        keyring.clear_session_key()
    if found.notices:
        keyring.keep_notice_addresses(())
    return holdings(home, keyring)


_LOCKS = (".lock", ".agent.lock")  # held while the rest goes; empty


def _word(home: Home, path: Path) -> str:
    if path.name.startswith(home.database.name):
        return "紀錄資料庫"
    return {
        "config.toml": "設定檔",
        "session.bin": "登入狀態",
        "plans": "自訂計畫",
        "calendars": "匯入的日曆",
        "schedule.sqlite3": "每晚更新的排程",
        "agent.log": "每晚更新的紀錄檔",
        "autostart": "登入時自動開始的註記",
    }.get(path.name, "其他")


def _count(path: Path) -> int:
    return sum(1 for each in path.rglob("*") if each.is_file()) if path.is_dir() else 0
