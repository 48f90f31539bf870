"""Placeholders replaced by values, rows repeated. A placeholder may be split over several runs; nothing is evaluated."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from agent.forms.fields import Values, plain_name
from agent.forms.markup import allowed
from agent.forms.package import Kind
from agent.forms.paragraphs import (
    PLACE,
    TABLE,
    Slot,
    T,
    is_mark,
    is_row,
    is_word,
    mark_of,
    paragraphs,
    places,
    slots,
    text_of,
)

_BREAK = "\ufdd0"  # a character that no text holds: a line break of a value, not of the file
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_COPIED_ONCE = (
    "paraId",
    "textId",
    "id",
    "bookmarkStart",
    "bookmarkEnd",
    "bookmark",
    "bookmark-start",
    "bookmark-end",
)


def fill(root: Element, values: Values) -> None:
    """Fill in place. Every name must be one of `values`; a marked row is repeated for each row of its list, at least once."""
    _repeat(root, values)
    for paragraph, _ in list(paragraphs(root, None)):
        _fill(paragraph, values.fields)


def _repeat(element: Element, values: Values) -> None:
    for child in list(element):
        _repeat(child, values)
        name = mark_of(child) if is_row(child) else None
        if name is None:
            continue
        rows = values.lists[name] or [dict.fromkeys(_names_in(child), "")]
        at = list(element).index(child)
        element.remove(child)
        for more, row in enumerate(rows):
            made = copy.deepcopy(child)
            if more:
                _without_identity(made)
            for paragraph, _ in list(paragraphs(made, None)):
                _fill(paragraph, {**values.fields, **row})
            element.insert(at + more, made)


def _names_in(row: Element) -> list[str]:
    found, _ = places(row)
    return [each.name for each in found if each.row is not None and not is_mark(each.name)]


def _without_identity(element: Element) -> None:
    """A copy carries no id or bookmark of the row it was copied from."""
    for each in list(element.iter()):
        for key in [key for key in each.keys() if key.rpartition("}")[2] in _COPIED_ONCE and "}" in key]:  # noqa: SIM118
            del each.attrib[key]
        for child in [one for one in each if one.tag.rpartition("}")[2] in _COPIED_ONCE]:
            if not child.tail:
                each.remove(child)


def _fill(paragraph: Element, known: Mapping[str, str]) -> None:
    while True:
        found = slots(paragraph)
        match = PLACE.search(text_of(found))
        if match is None:
            break
        name = plain_name(match[1])
        value = "" if is_mark(name) else allowed(known[name])
        # A brace in a value would be taken for a placeholder on the next round.
        value = value.replace("{", "\ufdd1").replace("}", "\ufdd2").replace("\n", _BREAK)
        _put(found, match.start(), match.end(), value)
    for element, where in slots(paragraph):
        text = getattr(element, where)
        if text and ("\ufdd1" in text or "\ufdd2" in text):
            setattr(element, where, text.replace("\ufdd1", "{").replace("\ufdd2", "}"))
    _break_lines(paragraph)


def _put(found: list[Slot], start: int, end: int, value: str) -> None:
    """Replace the characters from `start` to `end` of the joined text: the value goes where the first of them stood."""
    at = 0
    for element, where in found:
        text = getattr(element, where) or ""
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            put = value if at <= start < at + len(text) else ""
            setattr(element, where, text[:first] + put + text[last:])
            if is_word(element, "t"):
                element.set(_SPACE, "preserve")
        at += len(text)


def _break_lines(paragraph: Element) -> None:
    """Line breaks of values as the format writes them."""
    while True:
        slot = next((each for each in slots(paragraph) if _BREAK in (getattr(*each) or "")), None)
        if slot is None:
            return
        element, where = slot
        before, _, after = (getattr(element, where) or "").partition(_BREAK)
        setattr(element, where, before)
        parents = {child: each for each in paragraph.iter() for child in each}
        if is_word(element, "t"):
            uri = element.tag.rpartition("}")[0]
            rest = Element(element.tag, {_SPACE: "preserve"})
            rest.text = after
            _insert_after(parents[element], element, [Element(f"{uri}}}br"), rest])
        else:
            new = Element(f"{T}line-break")
            new.tail = after
            if where == "text":
                element.insert(0, new)
            else:
                _insert_after(parents[element], element, [new])


def _insert_after(parent: Element, child: Element, new: list[Element]) -> None:
    at = list(parent).index(child) + 1
    for more, each in enumerate(new):
        parent.insert(at + more, each)


def add_line(root: Element, kind: Kind, text: str) -> None:
    """A paragraph at the beginning of the body, for what a form must say and has no place for."""
    if kind is Kind.ODT:
        body = root.find(f"{_O}body/{_O}text")
        if body is None:
            return
        before = {f"{T}p", f"{T}h", f"{TABLE}table", f"{T}list", f"{T}section"}
        at = next((at for at, each in enumerate(body) if each.tag in before), len(body))
        line = Element(f"{T}p")
        line.text = allowed(text)
        body.insert(at, line)
        return
    body = next((each for each in root if is_word(each, "body")), None)
    if body is not None:
        uri = body.tag.rpartition("}")[0]
        line, run, looks, font, written = (
            Element(f"{uri}}}{local}") for local in ("p", "r", "rPr", "rFonts", "t")
        )
        for script in (
            "ascii",
            "hAnsi",
            "eastAsia",
        ):  # as every form is written; a file's own default may be any
            font.set(f"{uri}}}{script}", "標楷體")
        looks.append(font)
        written.text = allowed(text)
        run.extend((looks, written))
        line.append(run)
        body.insert(0, line)
