"""The kept pages of a claim read again: their rows, whose they are, and which records need no page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.records_file import RecordsFile, read_json
from rules.record import LearningRecord, Origin
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.portals.elearn.signs import owner
from scrapers.snapshot import Snapshot

_MIXED = "mixed"  # as `papers.origin_of` names rows of several origins
_MASKED = "○〇*＊"


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The files of a claim, and which of them are kept pages: as the portal shows them, and as a row stood last that is gone."""

    files: Mapping[str, bytes]
    standing: Sequence[str]
    older: Sequence[str] = ()


def pages_agree(
    pages: KeptPages, records: RecordsFile, applicant: Mapping[str, Any], problems: list[str]
) -> set[LearningRecord]:
    """Every row of the pages as they stand is among the records, word for word, and all are one person's.

    Gives the rows that the pages show. Of an older page only those count that the records say are gone, which are for the
    office to judge: the others may have changed since, and stand on the newer pages.
    """
    known: set[LearningRecord] = set(records.records)
    gone = {each for each in records.records if each.gone_since is not None}
    shown: set[LearningRecord] = set()
    owners = []
    for name in (*pages.standing, *pages.older):
        snapshot = Snapshot(pages.files[name].decode("utf-8", "replace"))
        rows, _ = LearningRecordPage(snapshot).rows()
        owners.append(owner(snapshot))
        if name in pages.older:
            shown |= set(rows) & gone
            continue
        shown |= set(rows)
        changed = [each.title for each in rows if each not in known]
        if changed:
            problems.append(f"{name} 的紀錄與 records.json 不同：{'、'.join(changed[:3])}")
    if len({each.platform_id for each in owners if each.platform_id}) > 1:
        problems.append("存檔的網頁分屬不同的人（平臺識別碼不同）")
    name = str(applicant.get("name") or "")
    others = dict.fromkeys(each.name for each in owners if not _same_name(name, each.name))
    problems += [f"網頁上的姓名「{other}」與申請人「{name}」不同" for other in others]
    return shown


def _same_name(one: str, other: str) -> bool:
    """Whether both may be one person's name; a blank says nothing, and a masked character stands for any."""
    a, b = ("".join(each.split()) for each in (one, other))
    if not a or not b:
        return True
    return len(a) == len(b) and all(x == y or x in _MASKED or y in _MASKED for x, y in zip(a, b, strict=True))


def from_files(data: bytes, origin: object) -> set[LearningRecord]:
    """The records that need no kept page: those of a records file, in a claim that says it rests on one."""
    if origin not in (Origin.RECORDS_FILE, _MIXED):
        return set()
    document = json.loads(data)
    own = [each for each in document["records"] if each.get("origin") == Origin.RECORDS_FILE]
    return set(read_json(json.dumps({**document, "records": own}), "records.json").records)
