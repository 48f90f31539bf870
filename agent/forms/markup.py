"""XML read and written so that a word processor finds its own prefixes again; a DTD or an entity is refused unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from agent.forms.errors import FormRefused

DEEPEST = 200
MOST_ELEMENTS = 300_000
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class Markup:
    """A document: its root, and every prefix that it declares."""

    root: Element
    prefixes: dict[str, str]


def parse(data: bytes, name: str) -> Markup:
    """The document in these bytes. Raises FormRefused for a DTD, or what is no XML, or is deeper or larger than any form."""
    _look_through(data, name)
    prefixes: dict[str, str] = {}
    root: Element | None = None
    for event, found in iterparse(BytesIO(data), ("start-ns", "start")):  # noqa: S314 - looked through above
        if event == "start-ns":
            _declare(prefixes, *found)
        elif root is None:
            root = found
    if root is None:
        raise FormRefused(f"{name} 是空白的")
    return Markup(root, prefixes)


def _look_through(data: bytes, name: str) -> None:
    depth = count = 0

    def refuse(*_: object) -> None:
        raise FormRefused(f"{name} 含有 DTD 或實體宣告")

    def start(*_: object) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise FormRefused(f"{name} 的結構太大或太深")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as why:
        raise FormRefused(f"{name} 不是正確的 XML（{why}）") from why


def _declare(prefixes: dict[str, str], prefix: str, uri: str) -> None:
    """Keep the prefix (a namespace without one gets one); where it stands for something else already, another is taken."""
    free = prefix or "ns"
    while prefixes.get(free, uri) != uri:
        free += "_"
    prefixes[free] = uri


def serialise(markup: Markup) -> bytes:
    """The document as bytes: every prefix is declared at the root, also those only named in attributes (mc:Ignorable)."""
    by_uri = {_XML: "xml"}
    for prefix, uri in markup.prefixes.items():
        by_uri.setdefault(uri, prefix)
    declared = "".join(
        f' xmlns:{prefix}="{_attribute(uri)}"' for prefix, uri in markup.prefixes.items() if prefix != "xml"
    )
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
    parts += _written(markup.root, by_uri, declared)
    return "".join(parts).encode()


def _written(element: Element, by_uri: dict[str, str], declared: str = "") -> Iterator[str]:
    name = _name(element.tag, by_uri)
    attributes = "".join(f' {_name(key, by_uri)}="{_attribute(value)}"' for key, value in element.items())
    if len(element) or element.text:
        yield f"<{name}{declared}{attributes}>{_text(element.text)}"
        for child in element:
            yield from _written(child, by_uri)
            yield _text(child.tail)
        yield f"</{name}>"
    else:
        yield f"<{name}{declared}{attributes}/>"


def _name(tag: str, by_uri: dict[str, str]) -> str:
    if not tag.startswith("{"):
        return tag
    uri, _, local = tag[1:].partition("}")
    return f"{by_uri[uri]}:{local}"


def _text(text: str | None) -> str:
    shown = (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("\r", "&#13;")


def _attribute(text: str) -> str:
    shown = _text(text).replace('"', "&quot;")
    return shown.replace("\n", "&#10;").replace("\t", "&#9;")


def allowed(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(
        each
        for each in text
        if each in "\n\t"
        or (0x20 <= ord(each) < 0xD800)
        or (ord(each) >= 0xE000 and ord(each) not in (0xFFFE, 0xFFFF))
    )
