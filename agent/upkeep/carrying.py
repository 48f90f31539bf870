"""Carrying a home to another computer: one file without any password, and that file put back."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from agent import __version__, clock
from agent.home import Home
from agent.settings.config import read_settings
from agent.store import Claim, DatabaseUnusable, Store, back_up, check_file
from agent.upkeep.carried_file import (
    INSIDE,
    MANIFEST,
    SCHEMA,
    CarriedFile,
    hash_file,
    is_carried,
    manifest_of,
    private_file,
    unpack,
)
from rules.errors import ConfigError

_STAMP = "%Y%m%d-%H%M%S"
_DATABASE = "elearn.sqlite3"
_PARTS = (
    _DATABASE,
    *("config.toml", "agency.json", "attendance.json"),
    *("plans", "calendars", "forms", "claims", "runs"),
)


@dataclass(frozen=True, slots=True)
class PackedBackup:
    """A backup file as written; `left_out` are claims whose folder lies outside of the home."""

    path: Path
    files: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back, and where what was there before lies now (None: nothing was)."""

    files: int
    made_at: str
    aside: Path | None
    claims_missing: tuple[str, ...]


def pack(home: Home, out: Path) -> PackedBackup:
    """Write the backup of this home. The caller holds the lock. Raises ConfigError where there is nothing to carry yet."""
    if not home.database.exists():
        raise ConfigError("還沒有任何紀錄可以備份。", "請先執行 elearn sync 或 elearn import。")
    with Store.open(home.database) as store:
        mode = store.get_meta("mode") or "real"
        outside = tuple(each.id for each in _with_folder(store) if not _within(home, each.folder))
    with tempfile.TemporaryDirectory(dir=home.path, prefix=".backup-") as folder:
        copy = Path(folder) / _DATABASE
        back_up(home.database, copy)
        found = {_DATABASE: copy, **_files(home)}
        listed = tuple(
            CarriedFile(path, each.stat().st_size, hash_file(each)) for path, each in sorted(found.items())
        )
        about: dict[str, object] = {
            "schema": SCHEMA,
            "mode": mode,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "program": __version__,
            "files": [asdict(each) for each in listed],
        }
        _write(out, found, about)
    return PackedBackup(out, len(listed), outside)


def _files(home: Home) -> dict[str, Path]:
    """Every file of the home that is carried, but for the database, which is copied at rest."""
    found = {
        path.relative_to(home.path).as_posix(): path
        for path in home.path.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    return {name: path for name, path in found.items() if is_carried(name) and name != _DATABASE}


def _write(out: Path, found: dict[str, Path], about: Mapping[str, object]) -> None:
    """The zip under a temporary name beside its place, then renamed: whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        with private_file(temporary) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(about, ensure_ascii=False, indent=1) + "\n")
            for name, path in sorted(found.items()):
                archive.write(path, INSIDE + name)
        temporary.replace(out)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def put_back(home: Home, path: Path, mode: str) -> PutBack:
    """Put a backup file back into this home. The caller holds the lock; `mode` is this world's name.

    Everything is unpacked and proved beside the home's own files first; then they change places, and what was there is kept
    in a folder of its own. Raises ConfigError, with nothing changed, for a file that cannot be trusted or is of the other mode.
    """
    _same_mode(home, mode)
    with _opened(path) as archive, tempfile.TemporaryDirectory(dir=home.path, prefix=".restoring-") as folder:
        found = manifest_of(archive, path.name)
        if found.mode != mode:
            words = {"real": "正式平臺", "replica": "複製平臺（測試）"}
            raise ConfigError(
                f"備份檔「{path.name}」屬於{words.get(found.mode, '別處')}，不能還原到{words[mode]}的資料夾。",
                "請以 ELEARN_HOME 指定另一個資料夾。",
            )
        fresh = Home(Path(folder))
        unpack(archive, found, fresh.path, path.name)
        missing = _proved(fresh, home, mode)
        aside = _change_places(fresh, home)
    return PutBack(len(found.files), found.made_at, aside, missing)


def _same_mode(home: Home, mode: str) -> None:
    """What lies in this home now must be of this world too; a database that cannot be opened says nothing of it."""
    if home.database.exists():
        try:
            with Store.open(home.database) as store:
                store.bind_mode(mode)
        except DatabaseUnusable:
            return


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError) as why:
        raise ConfigError(f"備份檔「{path}」無法讀取。", "請確認路徑，或重新複製備份檔。") from why
    with archive:
        yield archive


def _proved(fresh: Home, home: Home, mode: str) -> tuple[str, ...]:
    """Open what was unpacked as this program will, and let the claims point to where their folders will lie.

    Gives the claims whose folder was not in the backup.
    """
    problems = check_file(fresh.database)
    if problems:
        raise ConfigError(f"備份檔裡的紀錄資料庫已損壞（{problems[0]}）。", "請改用較早的備份。")
    read_settings(fresh.config)
    missing: list[str] = []
    moved: dict[str, str] = {}
    with Store.open(fresh.database) as store:
        store.bind_mode(mode)
        for claim in _with_folder(store):
            name = _last(claim.folder)
            if (fresh.claims / name).is_dir():
                moved[claim.id] = str((home.claims / name).resolve())
            else:
                missing.append(claim.id)
        store.move_claims(moved)
    for each in fresh.path.iterdir():
        if each.name not in _PARTS:  # the log of the closed database, and a copy from before its upgrade
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    return tuple(missing)


def _change_places(fresh: Home, home: Home) -> Path | None:
    """Each of the home's own things out of the way, then the new ones in; the database last. Gives where the old ones lie."""
    old = [home.path / name for name in _PARTS if _holds_something(home.path / name)]
    old += [path for suffix in ("-wal", "-shm") if (path := home.path / f"{_DATABASE}{suffix}").exists()]
    aside = home.path / f"before-restore-{clock.now():{_STAMP}}" if old else None
    if aside is not None:
        aside.mkdir(mode=0o700)
        for path in old:
            path.rename(aside / path.name)
    for path in sorted(fresh.path.iterdir(), key=lambda each: each.name == _DATABASE):
        target = home.path / path.name
        if target.is_dir():
            target.rmdir()  # empty: a home makes its folders at once
        path.rename(target)
    for each in (home.claims, home.runs):
        each.mkdir(mode=0o700, exist_ok=True)
    return aside


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _with_folder(store: Store) -> list[Claim]:
    """The claims with papers made here; leave that was claimed on paper has none."""
    return [each for each in store.claims() if each.folder]


def _within(home: Home, folder: str) -> bool:
    return Path(folder).parent == home.claims.resolve()


def _last(folder: str) -> str:
    """The last part of a folder's path, of whatever system it was written on."""
    return PureWindowsPath(folder).name if "\\" in folder else PurePosixPath(folder).name
