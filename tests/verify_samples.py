"""What a forger does to a claim, and signs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.claims.files import check_code

FORM, SHEET, ALL = "1-補休申請表.pdf", "3-逐筆檢核表.pdf", "全部列印.pdf"


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def signed(folder: Path, change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> Path:
    """Hashes, 核對碼 and the zip made to agree with the files as they are, as a careful forger would."""
    manifest = read(folder / "manifest.json")
    change(manifest)
    for each in manifest["files"]:
        data = (folder / each["path"]).read_bytes()
        each |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    manifest["check_code"] = check_code(
        (each["kind"], each["path"], each["sha256"]) for each in manifest["files"]
    )
    write(folder / "manifest.json", manifest)
    for each in folder.glob("*.zip"):
        each.unlink()
    return folder
