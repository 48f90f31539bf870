"""A claim folder: its manifest, its 核對碼, and writing it whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.home import write_private

SCHEMA = "elearn-claim/1"
MANIFEST = "manifest.json"

# What the 核對碼 stands for: the evidence and the judgment. The papers carry the code, so they cannot be part of it.
EVIDENCE = ("html", "records", "judged_with", "verdict")


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


def write_folder(folder: Path, files: Sequence[ClaimFile]) -> None:
    """The folder with exactly these files: written beside it, then put in its place."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    for each in files:
        write_private(fresh / each.path, each.data)
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.rename(folder)
