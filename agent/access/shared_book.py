"""The book that all homes of one person share: a password that is stopped in one home is stopped in every other.

The password lies in the keyring, which does not know of homes; so what became of it is kept beside the homes, by its keyed
fingerprint (the key lies in the keyring). Nobody can read a password, an account or a person from it. Its lock lets the
homes submit one after another, and is let go by the operating system when its process dies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from agent.errors import Locked
from agent.home import write_private
from rules.errors import ConfigError
from scrapers.mode import Mode


def folder() -> Path:
    """Where the book lies: the platform's folder for the state of a program, one for each user."""
    return Path(platformdirs.user_state_dir("elearn-agent", appauthor=False))


@dataclass(frozen=True, slots=True)
class Held:
    """A password that must not be submitted: how its last submission ended, None where it was never answered."""

    outcome: str | None


class SharedBook:
    """The book of one mode. Every method raises ConfigError where it cannot be read or written: then nothing is sent."""

    def __init__(self, mode: Mode, where: Path | None = None) -> None:
        self._folder = where or folder()
        self._path = self._folder / f"submissions-{mode.name}.json"
        self._lock: FileLock | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of it, there or not."""
        return self._path, self._path.with_suffix(".lock")

    def take(self) -> None:
        """Take the turn to submit, until `release`. Raises Locked while another home has it."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._path.with_suffix(".lock"), mode=0o600)
            lock.acquire(timeout=0)
        except Timeout as why:
            raise Locked("同一組密碼正由另一個資料夾的更新登入中。", "請等它完成後再試。") from why
        except OSError as why:
            raise self._unusable(why) from why
        self._lock = lock

    def release(self) -> None:
        """Let the next one submit."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def find(self, key: str) -> Held | None:
        """Whether the password of this fingerprint is stopped."""
        entry = self._read().get(key)
        return Held(entry.get("outcome")) if entry is not None else None

    def enter(self, key: str, gateway: str, outcome: str | None, at: datetime) -> None:
        """Enter a submission before it is made (outcome None), or how it ended; an accepted one is forgotten."""
        entries = self._read()
        entries.pop(key, None)
        if outcome != "accepted":
            entries[key] = {"gateway": gateway, "outcome": outcome, "at": at.isoformat(timespec="seconds")}
        self._write(entries)

    def forget(self, gateway: str) -> None:
        """A person acted on this gateway: none of its passwords is stopped any more. A damaged book is begun anew."""
        try:
            entries = self._read()
        except ConfigError:
            entries = {}
        left = {key: each for key, each in entries.items() if each.get("gateway") != gateway}
        if left or self._path.exists():
            self._write(left)

    def _read(self) -> dict[str, dict[str, str | None]]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as why:
            raise self._unusable(why) from why
        if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
            raise self._unusable(ValueError("內容不是登入記事"))
        return found

    def _write(self, entries: dict[str, dict[str, str | None]]) -> None:
        try:
            write_private(self._path, (json.dumps(entries, indent=1) + "\n").encode())
        except OSError as why:
            raise self._unusable(why) from why

    def _unusable(self, why: Exception) -> ConfigError:
        return ConfigError(
            f"登入記事「{self._path}」無法使用（{why}），因此沒有送出密碼。",
            "請確認該資料夾可讀寫；檔案損壞時，重新執行 elearn credentials set 即會重建。",
        )
