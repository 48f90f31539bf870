"""Checking a claim folder or zip: hashes, the kept pages read again, the verdict judged again with our own plan.

Finds damage, later changes and wrong judging. It does not prove where a page came from. Nothing in a claim is run,
unpacked to disk, or trusted for its size.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import DecimalException
from pathlib import Path
from typing import Any

from agent.claims.files import MANIFEST, SCHEMA, check_code, zip_name
from agent.claims.opening import LARGEST_CLAIM, inner_zip, open_claim
from agent.claims.own import Own
from agent.claims.printed import agency_of
from agent.claims.rejudging import Findings, judge_again, table
from rules.errors import ConfigError, ElearnError
from rules.record import Origin

__all__ = ["LARGEST_CLAIM", "LIMITS", "Verification", "verify"]

LIMITS = "檔案一致，不等於平臺官方證明；如有疑義請申請人當面登入平臺核對。"
_ORIGINS = {
    Origin.SAVED_PAGE: "紀錄來自申請人存檔的網頁",
    Origin.RECORDS_FILE: "紀錄來自匯入檔案，沒有平臺網頁可以核對",
    Origin.REPLICA: "測試資料，非真實紀錄",
    "mixed": "部分紀錄來自匯入檔案或存檔的網頁",
}


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer: `problems` in words, empty when the claim holds together; `code` is its 核對碼 as computed here.

    `notes` are what the office should know besides. `sets` are titles, `pages` the hashes of the kept pages.
    """

    problems: tuple[str, ...]
    code: str
    hours: str
    plan: str
    notes: tuple[str, ...] = ()
    name: str = ""
    unit: str = ""
    claim: str = ""
    sets: tuple[str, ...] = ()
    review_hours: str = "0"
    pages: tuple[str, ...] = ()
    is_agency_form: bool = False

    @property
    def agreed(self) -> str:
        """What agrees where nothing differs: of an agency's own form not the hours, which are not compared."""
        if self.is_agency_form:
            return "檔案完整・重新判讀一致（機關格式的申請表，時數請自行對照）"
        return "檔案完整・重新判讀與申請表一致"

    @property
    def ok(self) -> bool:
        """Whether the claim holds together."""
        return not self.problems


def verify(path: Path, own: Own | None = None) -> Verification:
    """Check the claim at this path. Raises ConfigError when there is no claim there at all."""
    files = open_claim(path)
    if MANIFEST not in files:
        raise ConfigError(
            f"「{path}」裡沒有 {MANIFEST}，不是申請文件資料夾。",
            "請選擇 elearn claim 產生的資料夾或 zip 檔。",
        )
    found = Findings()
    stated = _json(files[MANIFEST], MANIFEST, found.problems)
    if stated.get("schema") != SCHEMA:
        found.problems.append(f"{MANIFEST} 的格式不是 {SCHEMA}")
    found.problems += _zip_differs(files, zip_name(stated))
    listed = _check_hashes(files, stated, found.problems)
    code = check_code(listed)
    if stated.get("check_code") != code:
        found.problems.append(f"核對碼不符：檔案為 {code}，{MANIFEST} 所載為 {stated.get('check_code')}")
    if origin := _ORIGINS.get(str(stated.get("origin"))):
        found.notes.append(origin)
    try:
        judge_again(files, listed, stated, code, own or Own(), found)
    except ElearnError as why:
        found.problems.append(why.message)
    except (ValueError, TypeError, KeyError, AttributeError, DecimalException, RecursionError) as why:
        found.problems.append(f"內容無法重新判讀：{why}")
    claim, applicant = table(stated.get("claim")), table(stated.get("applicant"))
    return Verification(
        problems=tuple(dict.fromkeys(found.problems)),
        code=code,
        hours=str(claim.get("hours", "")),
        plan=str(claim.get("plan", "")),
        notes=tuple(found.notes),
        name=str(applicant.get("name") or ""),
        unit=str(applicant.get("unit") or ""),
        claim=str(claim.get("id", "")),
        sets=found.sets,
        review_hours=str(claim.get("review_hours", "0")),
        is_agency_form=agency_of(stated.get("form")) is not None,
        pages=tuple(sorted(digest for kind, _, digest in listed if kind in ("html", "older_html"))),
    )


def _json(data: bytes, name: str, problems: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        problems.append(f"{name} 不是正確的 JSON")
        return {}
    return found if isinstance(found, dict) else {}


def _zip_differs(files: dict[str, bytes], name: str) -> list[str]:
    """The zip that lies in the folder holds the same files; it is taken out of `files`, as the manifest does not list it."""
    data = files.pop(name, None)
    if data is None or inner_zip(data) == files:
        return []
    return [f"檔案 {name} 與資料夾內的檔案不同"]


def _check_hashes(
    files: Mapping[str, bytes], stated: Mapping[str, Any], problems: list[str]
) -> list[tuple[str, str, str]]:
    """The files as the manifest lists them against the files as they are: (kind, path, hash as it is)."""
    rows: list[tuple[str, str, str]] = []
    listed = stated.get("files")
    for each in listed if isinstance(listed, list) else []:
        name = str(each.get("path")) if isinstance(each, Mapping) else ""
        if name not in files:
            problems.append(f"缺少檔案 {name}")
            continue
        digest = hashlib.sha256(files[name]).hexdigest()
        if digest != each.get("sha256"):
            problems.append(f"檔案 {name} 與製作時不同")
        rows.append((str(each.get("kind")), name, digest))
    extra = sorted(set(files) - {name for _, name, _ in rows} - {MANIFEST})
    problems += [f"多出檔案 {name}" for name in extra]
    return rows
