"""A claim folder: its manifest, its 核對碼, and writing it whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from agent.home import write_private
from rules.errors import ConfigError

SCHEMA = "elearn-claim/1"
MANIFEST = "manifest.json"
UNPRINTED = (
    "（程式版面）"  # in the name of our form, where the agency's could not be printed on this computer
)
ZIP = ".zip"  # the claim as one file lies in its folder, named by the claim's id

# What the 核對碼 stands for: the evidence and the judgment. The papers carry the code, so they cannot be part of it.
EVIDENCE = ("html", "older_html", "records", "judged_with", "verdict")

# What is compressed already: once more it would be a fourteenth less (a claim of the demonstration), and takes its time.
_PACKED = (".pdf", ".odt", ".docx")
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's earliest
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")  # what desktops leave in any folder
_MAC = "__MACOSX/"  # and beside it in any zip


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """One file of a claim: its path inside the folder, its kind in the contract's words, and its bytes."""

    path: str
    kind: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def check_code(parts: Iterable[tuple[str, str, str]]) -> str:
    """The 核對碼 of (kind, path, sha256) rows, e.g. 「7F3A-91C2」: it ties every sheet of paper to the files."""
    rows = sorted(row for row in parts if row[0] in EVIDENCE)
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"


def code_of(files: Sequence[ClaimFile]) -> str:
    """The 核對碼 of these files."""
    return check_code((each.kind, each.path, each.sha256) for each in files)


def manifest(files: Sequence[ClaimFile], about: dict[str, Any]) -> ClaimFile:
    """The manifest: what the claim is, and every file with kind, size and hash."""
    document = {
        "schema": SCHEMA,
        **about,
        "check_code": code_of(files),
        "files": [
            {"path": each.path, "kind": each.kind, "sha256": each.sha256, "size": len(each.data)}
            for each in files
        ],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return ClaimFile(MANIFEST, "manifest", text.encode())


def zip_of(files: Sequence[ClaimFile], claim_id: str) -> ClaimFile:
    """All of these files as one zip, to hand in; the same files always give the same bytes. The manifest names no zip."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in files:
            member = zipfile.ZipInfo(each.path, _NO_TIME)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            packed = each.path.endswith(_PACKED)
            member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(member, each.data)
    return ClaimFile(f"{claim_id}{ZIP}", "zip", made.getvalue())


def write_folder(folder: Path, files: Sequence[ClaimFile]) -> None:
    """The folder with exactly these files: written beside it, then put in its place.

    An earlier claim folder there is replaced; one that somebody put a file into is kept beside it under a free name.
    Raises ConfigError where anything else stands there, or where it cannot be written.
    """
    folder = folder.resolve()
    earlier = _earlier(folder)
    fresh = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        for each in files:
            write_private(fresh / each.path, each.data)
        if earlier is None:
            fresh.rename(folder)
        else:
            _replace(folder, fresh, keep=earlier)
    except OSError as why:
        raise ConfigError(
            f"資料夾「{folder}」無法寫入（{why.strerror}）。",
            "請確認磁碟空間與權限，並關閉使用中的檔案後再試。",
        ) from why


def _earlier(folder: Path) -> bool | None:
    """None where nothing stands there yet, else whether the claim folder there holds something added to it."""
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise ConfigError(f"「{folder}」是檔案，不是資料夾。", "請以 --out 指定別的資料夾。")
    ours = _listed(folder / MANIFEST)
    added = (
        each
        for each in folder.rglob("*")
        if (each.is_symlink() or not each.is_dir())
        and each.relative_to(folder).as_posix() not in ours
        and not is_litter(each.name)
    )
    first = next(added, None)
    if first is not None and not ours:
        raise ConfigError(
            f"資料夾「{folder}」裡有其他檔案（{first.name}），不會覆蓋。", "請以 --out 指定新的或空的資料夾。"
        )
    return first is not None


def _listed(path: Path) -> set[str]:
    """The files of a claim by its manifest, itself and the zip included; empty where it is none."""
    try:
        stated = json.loads(path.read_bytes())
        if stated["schema"] != SCHEMA:
            return set()
        return {MANIFEST, zip_name(stated), *(each["path"] for each in stated["files"])}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def is_litter(path: str) -> bool:
    """Whether a desktop or a word processor left this file there, whoever made the claim; nothing of it is read."""
    name = path.rpartition("/")[2]
    return path.startswith(_MAC) or name in _LITTER or name.startswith((".~lock.", "._"))


def zip_name(stated: Mapping[str, Any]) -> str:
    """What the zip in the folder of this manifest is called; "" where the manifest is none."""
    claim = stated.get("claim")
    return f"{claim.get('id')}{ZIP}" if isinstance(claim, Mapping) else ""


def _replace(folder: Path, fresh: Path, *, keep: bool) -> None:
    """Put the fresh folder in the place of the earlier one, which goes away or stays beside it."""
    old = folder.with_name(f".{folder.name}.old")
    if keep:
        old = next(
            name for at in count(1) if not (name := folder.with_name(f"{folder.name}-先前{at}")).exists()
        )
    else:
        shutil.rmtree(old, ignore_errors=True)
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    if not keep:
        shutil.rmtree(old, ignore_errors=True)
