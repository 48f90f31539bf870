"""The backup file that is carried to another computer: what may stand in it, and reading one without trusting it.

A zip of `manifest.json` and the files of a home under `home/`. Nothing of the keyring and no session is ever in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rules.errors import ConfigError

SCHEMA = "elearn-backup/1"
MANIFEST = "manifest.json"
INSIDE = "home/"
LARGEST_FILE = 512_000_000  # bytes
LARGEST_BACKUP = 4_000_000_000
MOST_FILES = 50_000
_LARGEST_MANIFEST = 32_000_000
_CHUNK = 1 << 20
_REMEDY = "請使用 elearn backup 產生的檔案。"

# What of a home is carried: an allow-list, so that whatever is added to a home later stays behind until it is named here.
_CARRIED = re.compile(
    r"elearn\.sqlite3|config\.toml|agency\.json|attendance\.json"
    # The endings of files that a person puts there stand in capitals on some machines, and are read all the same.
    r"|plans/[^/]+\.(?i:toml)|calendars/[^/]+\.toml|forms/(?:agency/)?[^/]+\.(?i:odt|docx)"
    r"|runs/\d{6,}/[^/]+\.(?:html|pdf)|claims/[^/]+(?:/[^/]+){1,3}"
)
_UNSAFE = re.compile(r"[\\:\0-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """One file of the backup: its path in a home, with forward slashes, its size in bytes and its hash."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What a backup file says of itself."""

    mode: str
    made_at: str
    program: str
    files: tuple[CarriedFile, ...]


def is_carried(path: str) -> bool:
    """Whether a file of a home at this path belongs into a backup; also False for a path no home has."""
    parts = path.split("/")
    odd = any(each in ("", ".", "..") or each != each.rstrip(". ") or each.startswith(".") for each in parts)
    return not odd and not _UNSAFE.search(path) and _CARRIED.fullmatch(path) is not None


def is_backup(path: Path) -> bool:
    """Whether the file looks like such a backup (a zip), as against a copy of the database alone."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def manifest_of(archive: zipfile.ZipFile, name: str) -> Carried:
    """What the file holds, checked before anything is unpacked. Raises ConfigError where it is not to be trusted."""
    members = [each for each in archive.infolist() if not each.is_dir()]
    names = [each.filename for each in members]
    if MANIFEST not in names:
        raise ConfigError(f"「{name}」不是本程式的備份檔。", _REMEDY)
    if len(members) > MOST_FILES or sum(each.file_size for each in members) > LARGEST_BACKUP:
        raise ConfigError(f"備份檔「{name}」太大。", _REMEDY)
    if any(each.flag_bits & 0x1 or (each.external_attr >> 16) & 0o170000 == 0o120000 for each in members):
        raise _broken(name, "含有加密的檔案或連結")
    found = _manifest(archive, name)
    wanted = [INSIDE + each.path for each in found.files]
    if sorted(names) != sorted([MANIFEST, *wanted]) or len({each.casefold() for each in names}) != len(names):
        raise _broken(name, "內容與清單不一致")
    if bad := next((each.path for each in found.files if not is_carried(each.path)), None):
        raise _broken(name, f"含有不屬於備份的路徑「{bad[:60]}」")
    if "elearn.sqlite3" not in {each.path for each in found.files}:
        raise _broken(name, "沒有紀錄資料庫")
    return found


def _manifest(archive: zipfile.ZipFile, name: str) -> Carried:
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise _broken(name, "清單太大")
        with archive.open(MANIFEST) as member:
            data: dict[str, Any] = json.loads(member.read(_LARGEST_MANIFEST + 1))
        if data["schema"] != SCHEMA:
            raise ConfigError(
                f"備份檔「{name}」是另一個版本的格式（{str(data['schema'])[:40]}）。", "請更新本程式後再試。"
            )
        files = tuple(
            CarriedFile(str(each["path"]), int(each["size"]), str(each["sha256"])) for each in data["files"]
        )
        return Carried(str(data["mode"]), str(data["made_at"]), str(data["program"]), files)
    except (KeyError, TypeError, ValueError, RecursionError, zipfile.BadZipFile, OSError) as why:
        raise _broken(name, "清單無法讀取") from why


def unpack(archive: zipfile.ZipFile, found: Carried, to: Path, name: str) -> None:
    """Every file below this folder, never more bytes than stated. Raises ConfigError where one is not as the manifest says."""
    for each in found.files:
        if each.size > LARGEST_FILE:
            raise _broken(name, f"「{each.path}」太大")
        target = to.joinpath(*each.path.split("/"))
        for folder in reversed(target.relative_to(to).parents[:-1]):
            (to / folder).mkdir(mode=0o700, exist_ok=True)
        try:
            with archive.open(INSIDE + each.path) as member, private_file(target) as file:
                sound = _copy(member, file, each.size) == each.sha256
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as why:
            raise _broken(name, f"「{each.path}」無法讀取") from why
        if not sound:
            raise _broken(name, f"「{each.path}」與清單不符")


def private_file(path: Path) -> IO[bytes]:
    """A new file for writing, readable by its owner alone."""
    path.touch(mode=0o600, exist_ok=False)
    return path.open("wb")


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> str:
    """The hash of what was copied; stops behind the stated size, whatever the zip's own entry says."""
    digest = hashlib.sha256()
    left = size
    while data := source.read(min(_CHUNK, left + 1)):
        left -= len(data)
        if left < 0:
            return ""
        digest.update(data)
        target.write(data)
    return digest.hexdigest() if left == 0 else ""


def hash_file(path: Path) -> str:
    """The SHA-256 of a file on disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _broken(name: str, why: str) -> ConfigError:
    return ConfigError(f"備份檔「{name}」{why}，沒有還原任何東西。", "請重新複製備份檔，或改用較早的備份。")
