"""The files of a claim, from a folder or a zip, in memory: nothing is unpacked to disk, or trusted for its size."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

from agent.claims.files import MANIFEST, is_litter
from rules.errors import ConfigError

LARGEST_FILE = 64_000_000
LARGEST_CLAIM = 256_000_000
MOST_FILES = 500
_MOST_ENTRIES = 2 * MOST_FILES  # with folders, links, and what desktops leave
MOST_RATIO = 200  # a page of text shrinks to a twentieth; what shrinks to less than this was made to burst
_SMALL = 1_000_000
_UTF8 = 0x800  # the flag of a member whose name is UTF-8; without it zipfile takes the name for code page 437
_AGAIN = "請選擇 elearn claim 產生的資料夾或 zip 檔。"


def open_claim(path: Path) -> dict[str, bytes]:
    """Every file of the claim by its path inside it. Raises ConfigError where there is none, or none of a size to be read."""
    try:
        if path.is_dir():
            return _folder(path)
        with path.open("rb") as file:
            return _without_folder(unzipped(file))
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except OSError as why:
        raise ConfigError(f"「{path}」不是可以讀取的資料夾或 zip 檔。", _AGAIN) from why
    except _Broken as why:
        raise ConfigError(f"「{path}」不是可以讀取的資料夾或 zip 檔。", _AGAIN) from why


def _folder(path: Path) -> dict[str, bytes]:
    if not (path / MANIFEST).is_file():
        return {}  # no claim, and it may be a whole disk
    inside = sorted(islice(path.rglob("*"), _MOST_ENTRIES + 1))
    if len(inside) > _MOST_ENTRIES:
        raise _too_large()
    inside = [each for each in inside if not is_litter(each.name)]
    found = [each for each in inside if each.is_file() and not each.is_symlink()]
    _limit([each.stat().st_size for each in found], LARGEST_CLAIM)
    return {each.relative_to(path).as_posix(): _read(each) for each in found}


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    _limit([len(data)], LARGEST_CLAIM)
    return data


class _Broken(Exception):
    """Not a zip that can be read."""


def inner_zip(data: bytes) -> dict[str, bytes] | None:
    """The members of a zip that lies within a claim, None where it cannot be read. Raises ConfigError as `open_claim` does."""
    try:
        return unzipped(BytesIO(data))
    except _Broken:
        return None


def unzipped(file: IO[bytes]) -> dict[str, bytes]:
    """Every member by its name."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [each for each in archive.infolist() if not each.is_dir()]
            names = {_name(each): each for each in infos}
            if len(names) != len(infos):
                raise ConfigError("zip 檔內有同名的檔案，不知以何者為準。", "請重新取得檔案。")
            _limit([each.file_size for each in infos], LARGEST_CLAIM)
            if any(
                each.file_size > _SMALL and each.file_size > MOST_RATIO * each.compress_size for each in infos
            ):
                raise ConfigError("zip 檔內有壓縮比例異常的檔案，不予讀取。", "請向申請人重新索取。")
            return {name: _unpacked(archive, each) for name, each in names.items() if not is_litter(name)}
    except (
        zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error, NotImplementedError
    ) as why:  # fmt: skip
        raise _Broken from why


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name. Explorer writes Chinese names in the system's Big5, Finder in UTF-8 that it does not declare."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        for charset in ("utf-8", "cp950"):
            try:
                name = info.filename.encode("cp437").decode(charset)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One member, read no further than it says it is long: a zip bomb lies about that."""
    with archive.open(info) as member:
        data = member.read(info.file_size + 1)
    if len(data) > info.file_size:
        raise ConfigError("zip 檔內的大小與所載不符。", "請重新取得檔案。")
    return data


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """A zip that holds the folder itself is the same claim."""
    tops = {PurePosixPath(name).parts[0] for name in files if PurePosixPath(name).parts}
    if MANIFEST in files or len(tops) != 1:
        return files
    return {name.removeprefix(f"{next(iter(tops))}/"): data for name, data in files.items()}


def _limit(sizes: Sequence[int], most: int) -> None:
    if len(sizes) > MOST_FILES or sum(sizes) > most or max(sizes, default=0) > LARGEST_FILE:
        raise _too_large()


def _too_large() -> ConfigError:
    return ConfigError("申請文件的檔案數或大小超過上限，不予讀取。", "請向申請人重新索取。")
