"""Checking a claim folder or zip: hashes, the kept pages read again, the verdict judged again with the bundled plan.

Finds damage, later changes and wrong judging. It does not prove where a page came from. Nothing in a claim is run,
unpacked to disk, or trusted for its size.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import Any

from agent.claims.claiming import chosen_sets
from agent.claims.files import MANIFEST, SCHEMA, check_code
from agent.records_file import RecordsFile, read_json
from agent.settings.as_json import read_settings_json
from agent.verdict_json import verdict_json
from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.errors import ConfigError, ElearnError
from rules.record import LearningRecord, Origin
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.snapshot import Snapshot

LARGEST_FILE = 64_000_000
LARGEST_CLAIM = 256_000_000
MOST_FILES = 500
_MIXED = "mixed"  # as `claiming.origin_of` names rows of several origins
LIMITS = "檔案一致，不等於平臺官方證明；如有疑義請申請人當面登入平臺核對。"


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer: `problems` in words, empty when the claim holds together; `code` is its 核對碼 as computed here."""

    problems: tuple[str, ...]
    code: str
    hours: str
    plan: str

    @property
    def ok(self) -> bool:
        """Whether the claim holds together."""
        return not self.problems


def verify(path: Path) -> Verification:
    """Check the claim at this path. Raises ConfigError when there is no claim there at all."""
    files = _read(path)
    if MANIFEST not in files:
        raise ConfigError(
            f"「{path}」裡沒有 {MANIFEST}，不是申請文件資料夾。",
            "請選擇 elearn claim 產生的資料夾或 zip 檔。",
        )
    problems: list[str] = []
    stated = _json(files[MANIFEST], MANIFEST, problems)
    if stated.get("schema") != SCHEMA:
        problems.append(f"{MANIFEST} 的格式不是 {SCHEMA}")
    listed = _check_hashes(files, stated, problems)
    code = check_code(listed)
    if stated.get("check_code") != code:
        problems.append(f"核對碼不符：檔案為 {code}，{MANIFEST} 所載為 {stated.get('check_code')}")
    claim = _table(stated.get("claim"))
    try:
        _judge_again(files, listed, stated, problems)
    except ElearnError as why:
        problems.append(why.message)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as why:
        problems.append(f"內容無法重新判讀：{why}")
    return Verification(tuple(problems), code, str(claim.get("hours", "")), str(claim.get("plan", "")))


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read(path: Path) -> dict[str, bytes]:
    """Every file of the claim by its path inside it, in memory."""
    if path.is_dir():
        found = [each for each in sorted(path.rglob("*")) if each.is_file() and not each.is_symlink()]
        _limit(
            len(found), sum(each.stat().st_size for each in found), [each.stat().st_size for each in found]
        )
        return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [each for each in archive.infolist() if not each.is_dir()]
            if len({each.filename for each in infos}) != len(infos):
                raise ConfigError("zip 檔內有同名的檔案，不知以何者為準。", "請重新取得檔案。")
            _limit(len(infos), sum(each.file_size for each in infos), [each.file_size for each in infos])
            return _without_folder({each.filename: _unpacked(archive, each) for each in infos})
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error) as why:
        raise ConfigError(
            f"「{path}」不是可以讀取的資料夾或 zip 檔。", "請選擇 elearn claim 產生的資料夾或 zip 檔。"
        ) from why


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


def _limit(count: int, total: int, sizes: list[int]) -> None:
    if count > MOST_FILES or total > LARGEST_CLAIM or max(sizes, default=0) > LARGEST_FILE:
        raise ConfigError("申請文件的檔案數或大小超過上限，不予讀取。", "請向申請人重新索取。")


def _json(data: bytes, name: str, problems: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        problems.append(f"{name} 不是正確的 JSON")
        return {}
    return found if isinstance(found, dict) else {}


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


def _judge_again(
    files: Mapping[str, bytes],
    listed: list[tuple[str, str, str]],
    stated: Mapping[str, Any],
    problems: list[str],
) -> None:
    """Read the kept pages again, judge again with the plan and calendar of this program, compare with what is claimed."""
    claim = _table(stated.get("claim"))
    by_kind: dict[str, list[str]] = {}
    for kind, name, _ in listed:
        by_kind.setdefault(kind, []).append(name)
    for kind in ("records", "judged_with", "verdict"):
        if len(by_kind.get(kind, [])) != 1:
            problems.append(f"缺少 {kind} 檔，無法重新判斷")
            return
    key = str(claim.get("plan"))
    if key not in bundled.plan_keys():
        problems.append(f"計畫「{key}」不是本程式內建的計畫，無法重新判斷")
        return
    records = read_json(files[by_kind["records"][0]].decode(), by_kind["records"][0])
    shown = _pages_agree(files, by_kind.get("html", []), records, problems)
    judged_with = json.loads(files[by_kind["judged_with"][0]])
    claimed = judged_with.pop("claimed", {})
    settings = read_settings_json(judged_with, by_kind["judged_with"][0])
    plan = bundled.plan(key)
    about = Circumstances(
        settings.person,
        settings.work,
        bundled.suspensions(),
        {name: Claimed(Decimal(each["amount"]), frozenset(each["sets"])) for name, each in claimed.items()},
        records.unread,
        settings.aliases,
    )
    again = judge(records.records, plan, bundled.calendar(), date.fromisoformat(str(claim.get("on"))), about)
    shown |= _from_files(files[by_kind["records"][0]], stated.get("origin"))
    benefit = again.benefit("compensatory_leave")
    sets = chosen_sets(benefit) if benefit else ()
    if claim.get("sets") != list(sets):
        problems.append("申請的課程套數與重新判斷的不同")
    rows = [course.record for each in sets for course in again.set_of(each).courses]
    unseen = [each.title for each in rows if each is not None and each not in shown]
    if unseen:
        problems.append(f"申請所依據的紀錄不在存檔的網頁上：{'、'.join(unseen[:3])}")
    kept = json.loads(files[by_kind["verdict"][0]])
    if verdict_json(again) != kept:
        problems.append("重新判斷的結果與申請文件所載不同" + _difference(verdict_json(again), kept))
    if benefit is None or str(claim.get("hours")) != verdict_json(again)["benefits"][0]["claimable"]:
        now = verdict_json(again)["benefits"][0]["claimable"] if benefit else "0"
        problems.append(f"申請 {claim.get('hours')} 小時，重新判斷為 {now} 小時")


def _difference(again: Mapping[str, Any], kept: Any) -> str:  # noqa: ANN401 - whatever the file held
    """Which sets differ, for whoever must ask about them."""
    if not isinstance(kept, Mapping) or not isinstance(kept.get("sets"), list):
        return ""
    before = {each.get("key"): each for each in kept["sets"] if isinstance(each, Mapping)}
    differ = [each["title"] for each in again["sets"] if before.get(each["key"]) != each]
    return f"：{'、'.join(differ)}" if differ else ""


def _pages_agree(
    files: Mapping[str, bytes], pages: list[str], records: RecordsFile, problems: list[str]
) -> set[LearningRecord]:
    """Every row of the kept pages is among the records, word for word. Gives the rows of all pages."""
    known: set[LearningRecord] = set(records.records)
    shown: set[LearningRecord] = set()
    for name in pages:
        found, _ = LearningRecordPage(Snapshot(files[name].decode("utf-8", "replace"))).rows()
        shown |= set(found)
        changed = [each.title for each in found if each not in known]
        if changed:
            problems.append(f"{name} 的紀錄與 records.json 不同：{'、'.join(changed[:3])}")
    return shown


def _from_files(data: bytes, origin: object) -> set[LearningRecord]:
    """The records that need no kept page: those of a records file, in a claim that says it rests on one."""
    if origin not in (Origin.RECORDS_FILE, _MIXED):
        return set()
    document = json.loads(data)
    own = [each for each in document["records"] if each.get("origin") == Origin.RECORDS_FILE]
    return set(read_json(json.dumps({**document, "records": own}), "records.json").records)
