"""Paragraphs and rows of both formats: where their text stands, and the placeholders in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from agent.forms.fields import plain_name

PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_MARK = "逐列"
T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder as found: its plain name, the list whose row it stands in (None: in no marked row), and what it says."""

    name: str
    row: str | None
    written: str


Slot = tuple[Element, str]  # an element, and "text" or "tail"


def is_paragraph(element: Element) -> bool:
    """Whether text runs through the children of this element (text:p, text:h, w:p)."""
    return element.tag in (f"{T}p", f"{T}h") or is_word(element, "p")


def is_row(element: Element) -> bool:
    """Whether it is a row of a table."""
    return element.tag == f"{TABLE}table-row" or is_word(element, "tr")


def is_word(element: Element, local: str) -> bool:
    uri, _, name = element.tag.rpartition("}")
    return name == local and "wordprocessingml" in uri


def slots(paragraph: Element) -> list[Slot]:
    """Where the text of a paragraph stands, in reading order, without that of paragraphs within it."""
    if is_word(paragraph, "p"):
        return [(each, "text") for each in _within(paragraph) if is_word(each, "t")]
    return list(_running(paragraph))


def _within(element: Element) -> Iterator[Element]:
    """The descendants down to the next paragraph."""
    for child in element:
        if not is_paragraph(child):
            yield child
            yield from _within(child)


def _running(element: Element) -> Iterator[Slot]:
    """OpenDocument keeps text beside elements: the text and tails of what is itself text, notes and frames passed over."""
    is_text = element.tag.startswith(T) and not element.tag.startswith(f"{T}note")
    if is_text:
        yield element, "text"
    for child in element:
        if not is_paragraph(child):
            yield from _running(child)
        if is_text:
            yield child, "tail"


def text_of(found: list[Slot]) -> str:
    """The text in these places, joined."""
    return "".join(getattr(element, where) or "" for element, where in found)


def places(root: Element) -> tuple[list[Place], list[str]]:
    """Every placeholder, and the pieces of text with a brace pair that is not closed."""
    found: list[Place] = []
    broken: list[str] = []
    for paragraph, row in paragraphs(root, None):
        text = text_of(slots(paragraph))
        found += [Place(plain_name(each[1]), row, each[0]) for each in PLACE.finditer(text)]
        rest = PLACE.sub("", text)
        broken += [rest.strip()[:30]] if "{{" in rest or "}}" in rest else []
    return found, broken


def paragraphs(element: Element, row: str | None) -> Iterator[tuple[Element, str | None]]:
    if is_row(element):
        row = mark_of(element) or row
    if is_paragraph(element):
        yield element, row
    for child in element:
        yield from paragraphs(child, row)


def mark_of(row: Element) -> str | None:
    """The list that this row is to be repeated for, None for a row that is not marked. Rows within it have their own."""
    for paragraph in _own_paragraphs(row):
        for each in PLACE.finditer(text_of(slots(paragraph))):
            name = plain_name(each[1])
            if name.startswith(_MARK):
                return name.removeprefix(_MARK).lstrip(":")
    return None


def _own_paragraphs(element: Element) -> Iterator[Element]:
    for child in element:
        if is_row(child):
            continue
        if is_paragraph(child):
            yield child
        yield from _own_paragraphs(child)


def is_mark(name: str) -> bool:
    """Whether a plain name is a repeat mark."""
    return name.startswith(_MARK)
