"""A saved page, or a folder of evidence, as a fixture: the person taken out, and a draft of what must be understood of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from agent.records_file import record_json
from fixture_tools.personal import find, invented_names, names
from rules.errors import ConfigError, ElearnError
from scrapers import gateways, portals
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.redaction import E_MAIL, ID_NUMBER, PLATFORM_ID
from scrapers.saved_page import read_saved_page
from scrapers.snapshot import Snapshot

NAME, PLATFORM, MAIL = "測試員", "TEST-000001", "tester@example.test"
INSPECT = "這是草稿：請自行逐行看過 page.html，確認沒有任何人的資料，並核對 expected.json 的每一項，再提交。"
_DROPPED = ("script", "noscript", "template", "iframe[src^='http']", "link", "meta[name]", "base")
_TALKS = (
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "content",
    "style",
    "background",
    "ping",
)
_QUERY = re.compile(r"[?#;][^\"'\s)]*")
_PHONE = re.compile(r"(?<!\d)09\d{2}-?\d{3}-?\d{3}(?!\d)")
_RECORD = (
    *("course_type", "title", "code", "course_id", "start", "end", "reading", "exam", "survey", "condition"),
    *("status", "certified_hours", "upload_status", "uploaded_at"),
)


def make_fixture(page: Path, folder: Path) -> Path:
    """The fixture's folder, made anew. Raises ConfigError for a page that cannot be used, or where a folder stands already.

    A page that still holds something personal after all is not written.
    """
    if folder.exists():
        raise ConfigError(f"「{folder}」已經存在。", "請換一個名稱。")
    shown = _snapshot(page)
    clean = sanitise(shown.html)
    left = [each for each in find("page.html", clean.encode(), invented_names()) if each.kind != "name"]
    if left:
        raise ConfigError(
            f"清除後仍有 {left[0].kind}（第 {left[0].line} 行），沒有寫入。", "請先以編輯器清除。"
        )
    expected = draft(Snapshot(clean, shown.url), folder.parent.name)
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(clean, encoding="utf-8")
    (folder / "expected.json").write_text(
        json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return folder


def _snapshot(page: Path) -> Snapshot:
    """The page; of a folder of evidence its first page, with the address its report names."""
    if page.is_dir():
        report = json.loads((page / "report.json").read_text("utf-8"))
        place = report["pages"][0]["place"]
        return Snapshot((page / "page-1.html").read_text("utf-8"), f"https://{place}")
    return read_saved_page(page.read_bytes(), page.name, None)


def sanitise(html: str) -> str:
    """The page without whoever it shows: name, numbers, addresses, values, scripts, tickets. Courses and times stay."""
    people = {name for _, name in names("page.html", html)} - invented_names()
    owner = portals.load().owner(Snapshot(html))
    people |= {owner.name} if owner.name else set()
    tree = LexborHTMLParser(html)
    for selector in _DROPPED:
        for node in tree.css(selector):
            node.decompose()
    for node in tree.css("*"):
        for key in list(node.attributes):
            value = node.attributes[key] or ""
            if key in _TALKS:
                node.attrs[key] = _QUERY.sub("", value)
            elif key == "value" and node.tag in ("input", "textarea") and _is_personal(node.attributes):
                node.attrs[key] = "invented" if value else ""
            elif key.startswith(("data-", "on")) and key != "onclick":
                del node.attrs[key]
    for node in list(tree.root.traverse(include_text=True)) if tree.root else []:
        if node.tag == "-comment":
            node.decompose()
    text = tree.html or ""
    if owner.platform_id:
        text = text.replace(owner.platform_id, PLATFORM)
    for person in sorted(people, key=len, reverse=True):
        text = text.replace(person, NAME)
    text = PLATFORM_ID.sub(lambda found: f"{found[1]}{PLATFORM}", text)
    for shape, invented in ((E_MAIL, MAIL), (_PHONE, "0900-000-000"), (ID_NUMBER, "Z000000000")):
        text = shape.sub(invented, text)
    return text


def _is_personal(attributes: dict[str, str | None]) -> bool:
    """A field that a page sets by itself for itself (page numbers, years) stays; what may be a person's or a ticket goes."""
    return not re.fullmatch(r"\d{0,4}", attributes.get("value") or "")


def draft(page: Snapshot, key: str) -> dict[str, Any]:
    """What this program understands of the page now, as `expected.json` writes it; an error where it does not."""
    found: dict[str, Any] = {"url": page.url}
    if key in gateways.names():
        return {**found, "outcome": gateways.load(key).read(page).name}
    portal = portals.load()
    found["standing"] = portal.standing(page).name
    owner = portal.owner(page)
    found["owner"] = {"name": owner.name, "platform_id": owner.platform_id}
    here = LearningRecordPage(page)
    try:
        records, unread = here.rows()
    except ElearnError as why:
        named = re.findall("「([^」]+)」", why.message)
        return {**found, "error": {"kind": why.kind, "message_contains": named}}
    parts: dict[str, Callable[[], object]] = {
        "records": lambda: [{name: record_json(each)[name] for name in _RECORD} for each in records],
        "unread": lambda: [
            {"cells": list(each.cells), "title": each.title, "reason_contains": [each.reason]}
            for each in unread
        ],
        "stated_total": lambda: here.stated_total,
        "span": lambda: list(here.span) if here.span else None,
        "years": here.years,
        "selected_year": here.selected_year,
        "says_empty": lambda: here.says_empty,
    }
    return {**found, **{name: part() for name, part in parts.items()}}
