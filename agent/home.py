"""The folder that holds everything: `config.toml`, the database, `claims/`, `runs/`. Private to its user (0700)."""

from __future__ import annotations

import contextlib
import errno
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from agent.errors import Locked
from agent.network_share import network_share
from rules.errors import ConfigError

if TYPE_CHECKING:  # a home that is only read needs no lock
    from filelock import FileLock

# A full disk, a quota, a limit on the size of files.
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


@dataclass(frozen=True, slots=True)
class Home:
    """A home on disk. Paths only; nothing is opened."""

    path: Path

    @property
    def config(self) -> Path:
        """The settings file; it may be absent."""
        return self.path / "config.toml"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "elearn.sqlite3"

    @property
    def claims(self) -> Path:
        """The folder of claim folders."""
        return self.path / "claims"

    @property
    def runs(self) -> Path:
        """The folder of what each run kept: pages, prints, logs."""
        return self.path / "runs"

    @property
    def backups(self) -> Path:
        """The folder of database backups, made with the first one."""
        return self.path / "backups"

    def run_folder(self, run: int) -> Path:
        """The folder of one run, not yet made."""
        return self.runs / f"{run:06d}"

    def lock(self) -> FileLock:
        """The lock of this home; the operating system lets go of it when its process dies."""
        from filelock import FileLock  # noqa: PLC0415

        return FileLock(self.path / ".lock", mode=0o600)


def open_home(named: Path | None) -> Home:
    """The home, made where it is missing. Raises ConfigError when it cannot be made or written to, or is on a network share."""
    path = named or Path(platformdirs.user_data_dir("elearn-agent", appauthor=False))
    home = Home(path)
    share = network_share(path)
    if share is not None:
        raise ConfigError(
            f"資料夾「{path}」在網路磁碟上（{share}），紀錄資料庫在網路磁碟上可能損壞，所以不使用。",
            "請以 ELEARN_HOME 指定這台電腦本機磁碟上的資料夾；先前的資料請先整個複製過去。",
        )
    try:
        for each in (path, home.claims, home.runs):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        raise ConfigError(
            f"無法建立資料夾「{path}」（{why.strerror}）。",
            "請確認磁碟空間與權限，或以 ELEARN_HOME 指定別的資料夾。",
        ) from why
    if not os.access(path, os.W_OK):
        raise ConfigError(f"資料夾「{path}」無法寫入。", "請確認權限，或以 ELEARN_HOME 指定別的資料夾。")
    return home


def hold(home: Home) -> AbstractContextManager[object]:
    """The home's lock, taken until the end of the block. Raises Locked when another run has it."""
    from filelock import Timeout  # noqa: PLC0415

    try:
        # What `acquire` gives back, not the lock: entering that would count a second hold and leave one behind.
        return home.lock().acquire(timeout=0)
    except Timeout as why:
        raise Locked("另一次更新正在進行。", "請等它完成後再試。") from why


def write_private(path: Path, data: bytes) -> None:
    """The file, whole or not at all: written under a temporary name (0600), flushed, then renamed.

    Raises ConfigError when there is no room for it; nothing of it is left then.
    """
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)  # left by a crash, perhaps with other rights
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as why:
        if why.errno not in _NO_ROOM:
            raise
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise ConfigError(
            f"磁碟空間不足，「{path.name}」沒有寫入。", "請清出磁碟空間後再試；先前的紀錄沒有變動。"
        ) from why
