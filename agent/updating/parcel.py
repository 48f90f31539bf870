"""A new version as somebody put it there: a zip or a folder, looked at without running anything, and unpacked beside the old."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.updating.places import POINTER, is_version, rank, stated_version
from rules.errors import ConfigError

SUMS = "SHA256SUMS"
_LARGEST = 1_500_000_000  # bytes, unpacked
_MOST = 40_000
_REMEDY = "請重新取得檔案後再試；目前的版本沒有變動。"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A version folder that is whole: every file is as its own list of hashes says."""

    version: str
    folder: Path
    news: str


@contextmanager
def opened(path: Path, beside: Path) -> Iterator[Parcel]:
    """The new version in this zip or folder, unpacked next to `beside` for as long as the block lasts.

    Raises ConfigError where it is no version of this program, or not whole.
    """
    if path.is_dir():
        yield _parcel(_version_folder(path), path.name)
        return
    with TemporaryDirectory(dir=beside, prefix=".new-") as folder:
        _unzip(path, Path(folder))
        yield _parcel(_version_folder(Path(folder)), path.name)


def newest_dropped(root: Path) -> tuple[str, Path] | None:
    """The newest version that somebody put into the portable folder itself, and its zip; None where there is none.

    Of two files of one version it is the later: a file that was not whole is fetched again, under a name that the browser makes up.
    """
    found = []
    for each in root.glob("*.zip"):
        try:
            with zipfile.ZipFile(each) as archive:
                named = {
                    name.split("versions/", 1)[1].split("/", 1)[0]
                    for name in archive.namelist()
                    if "versions/" in name
                }
            put = each.stat().st_mtime_ns
        except (OSError, zipfile.BadZipFile):
            continue
        found += [(rank(version), put, version, each) for version in named if is_version(version)]
    newest = max(found, default=None)
    return newest[2:] if newest else None


def _version_folder(folder: Path) -> Path:
    """The folder with `app/` in it: this one, or the one its pointer names, or the only one below."""
    for start in (folder, *(each for each in folder.iterdir() if each.is_dir())):
        if (start / "app" / "agent").is_dir():
            return start
        inside = start / "versions"
        if inside.is_dir():
            named = (
                (start / POINTER).read_text("ascii", "replace").strip() if (start / POINTER).is_file() else ""
            )
            if is_version(named) and (inside / named / "app" / "agent").is_dir():
                return inside / named
    raise ConfigError(f"「{folder.name}」裡沒有本程式的新版。", "請使用本程式發布的可攜資料夾或 zip 檔。")


def _parcel(folder: Path, name: str) -> Parcel:
    wrong = damaged(folder)
    if wrong:
        raise ConfigError(
            f"「{name}」不完整或被改過：{'、'.join(wrong[:3])}{'…' if len(wrong) > 3 else ''}。", _REMEDY
        )
    return Parcel(stated_version(folder), folder, _news(folder))


def damaged(folder: Path) -> list[str]:
    """Files of a version folder that are missing or not as its list says, and files of the program that the list does not name."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return [SUMS]
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in lines if line)}
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } - {SUMS}
    wrong = sorted(set(listed) ^ there)
    return wrong + [each for each in sorted(set(listed) & there) if _digest(folder / each) != listed[each]]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _news(folder: Path) -> str:
    """The newest section of the changelog that lies in the folder, at most thirty lines of it."""
    try:
        text = (folder / "CHANGELOG.md").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    section = text.partition("\n## ")[2].partition("\n## ")[0]
    return "\n".join(section.splitlines()[1:31]).strip()  # without the heading


def _unzip(path: Path, to: Path) -> None:
    """Every member below this folder; nothing outside of it, no link, and no more than a version can be."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST or sum(each.file_size for each in members) > _LARGEST:
                raise ConfigError(f"「{path.name}」太大，不是本程式的新版。", _REMEDY)
            for each in members:
                _extract(archive, each, to, path.name)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as why:
        raise ConfigError(f"「{path.name}」無法讀取（{why}）。", _REMEDY) from why


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, name: str) -> None:
    parts = member.filename.rstrip("/").split("/")
    if any(each in ("", ".", "..") or "\\" in each or ":" in each for each in parts):
        raise ConfigError(f"「{name}」含有不該有的路徑「{member.filename[:60]}」。", _REMEDY)
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise ConfigError(f"「{name}」含有連結。", _REMEDY)
    target = to.joinpath(*parts)
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, target.open("xb") as file:
        while data := source.read(min(1 << 20, left + 1)):
            left -= len(data)
            if left < 0:
                raise ConfigError(f"「{name}」裡的「{member.filename[:60]}」與所載大小不符。", _REMEDY)
            file.write(data)
    if member.external_attr >> 16 & 0o100:
        target.chmod(0o755)


def put_beside(parcel: Parcel, versions: Path) -> Path:
    """Copy the version folder next to the others, whole or not at all. Raises ConfigError where that version lies there already."""
    target = versions / parcel.version
    if target.exists():
        raise ConfigError(f"{parcel.version} 版已經在這裡。", "請執行 elearn update status 查看。")
    temporary = versions / f".{parcel.version}.new"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        shutil.copytree(parcel.folder, temporary, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return target
