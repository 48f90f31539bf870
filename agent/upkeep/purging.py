"""Removal of everything this program keeps on the machine: listed first, then removed, then looked for again.

What is kept is data (`_FILES`, the keyring's own list, the shared book, what starts at log-in): whatever else lies in the home
goes as well, under its own name.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from agent.access.credentials import NOTICES, SESSION, Keyring
from agent.access.keyring_trouble import NoKeyring
from agent.access.shared_book import SharedBook, folder
from agent.dashboard.shortcuts import icons_of_this_home
from agent.errors import NoCredential
from agent.home import Home
from agent.schedule.installing import places_of, remove_everywhere, stop
from scrapers import gateways
from scrapers.mode import REAL, Mode

# What lies in a home, by the beginning of its name, and what it is for people.
_FILES = (
    ("claims", "補休文件"),
    ("runs", "每次更新保存的網頁與紀錄檔"),
    ("backups", "資料庫備份"),
    ("elearn.sqlite3", "紀錄資料庫"),
    ("config.toml", "設定檔"),
    ("session.bin", "登入狀態（加密）"),
    ("plans", "自訂計畫"),
    ("calendars", "匯入的日曆"),
    ("agency", "機關設定檔"),
    ("attendance", "差勤資料"),
    ("forms", "自訂申請表"),
    ("dashboard", "網頁畫面的暫存"),
    ("schedule", "每晚更新的排程"),
    ("agent.log", "每晚更新的紀錄檔"),
    ("autostart", "登入時自動開始的註記"),
    ("people", "多人判斷的資料"),
)
_LOCKS = (".lock", ".agent.lock")  # held while the rest goes; empty


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept: files by kind (with how many), the gateways with a keyring entry, and this program's own entries.

    `unsure` says why the keyring could not be asked, "" where it could.
    """

    files: tuple[tuple[str, Path, int], ...]
    keyring: tuple[str, ...]
    session_key: bool
    notices: bool = False  # addresses that notices went to
    autostart: tuple[tuple[str, str], ...] = ()  # what starts the agent at log-in: its title, and where
    icons: tuple[Path, ...] = ()  # on the desktop and in the menu
    unsure: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing left, as far as could be looked."""
        kept = self.files or self.keyring or self.session_key or self.notices or self.autostart or self.icons
        return not (kept or self.unsure)


def holdings(home: Home, keyring: Keyring, mode: Mode = REAL) -> Holdings:
    """Everything there is. Where there is no keyring at all, nothing can lie in it; one that cannot be asked is said."""
    held: tuple[str, ...] = ()
    unsure = ""
    try:
        held = keyring.held(gateways.names())
    except NoKeyring:
        pass
    except NoCredential as why:
        unsure = why.message
    return Holdings(
        files=tuple(_files(home, mode)),
        keyring=tuple(each for each in held if each in gateways.names()),
        session_key=SESSION in held,
        notices=NOTICES in held,
        autostart=tuple(places_of(home)),
        icons=tuple(icons_of_this_home()),
        unsure=unsure,
    )


def purge(
    home: Home, keyring: Keyring, mode: Mode = REAL, *, keep_claims: bool, spare: Path | None = None
) -> Holdings:
    """Remove everything (the claims only where told to) and give what is left, as looked up afterwards.

    `spare` is a folder in use: the page that is asked to remove everything still stands on its own.
    """
    if places_of(home):
        remove_everywhere(home)
    stop(home)
    found = holdings(home, keyring, mode)  # only now: what the agent opens until it ends lies there too
    for _, path, _ in found.files:
        if path == spare or (keep_claims and path == home.claims):
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    for path in found.icons:
        path.unlink(missing_ok=True)
    held = (*found.keyring, *([SESSION] if found.session_key else []), *([NOTICES] if found.notices else []))
    for name in held:
        keyring.forget(name)
    return holdings(home, keyring, mode)


def less(found: Holdings, left: Holdings) -> Holdings:
    """What is no longer there: the proof is in the second look, not in having tried."""
    stayed = {path for _, path, _ in left.files}
    return Holdings(
        files=tuple(each for each in found.files if each[1] not in stayed),
        keyring=tuple(each for each in found.keyring if each not in left.keyring),
        session_key=found.session_key and not left.session_key,
        notices=found.notices and not left.notices,
        autostart=tuple(each for each in found.autostart if each not in left.autostart),
        icons=tuple(each for each in found.icons if each not in left.icons),
    )


def remove_shell(home: Home, mode: Mode = REAL) -> None:
    """What stayed while the home was held: locks, and folders that are empty now. Anything that is not empty stays."""
    for name in _LOCKS:
        (home.path / name).unlink(missing_ok=True)
    for path in SharedBook(mode).paths:
        if path.suffix == ".lock":
            path.unlink(missing_ok=True)
    for each in (home.claims, home.runs, home.backups, home.path, folder()):
        with contextlib.suppress(OSError):
            each.rmdir()


def _files(home: Home, mode: Mode) -> list[tuple[str, Path, int]]:
    found = []
    for path in sorted(home.path.iterdir()) if home.path.exists() else []:
        count = _count(path)
        if path.name not in _LOCKS and (count or path not in (home.claims, home.runs, home.backups)):
            found.append((_word(path), path, max(1, count)))
    order = {word: at for at, (_, word) in enumerate(_FILES)}
    found.sort(key=lambda each: order.get(each[0], len(order)))
    shared = SharedBook(mode).paths[0]
    if shared.exists() and shared.parent != home.path:
        found.append(("登入記事（不含密碼）", shared, 1))
    return found


def _word(path: Path) -> str:
    return next((word for start, word in _FILES if path.name.startswith(start)), f"其他：{path.name}")


def _count(path: Path) -> int:
    if not path.is_dir() or path.is_symlink():
        return 1
    return sum(1 for each in path.rglob("*") if not each.is_dir())
