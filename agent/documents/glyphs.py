"""Characters that a font may lack: they are looked for before anything is printed, since a box on paper names nobody."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from io import BytesIO

from agent.documents.printer import Printer

_LETTERS = ("Lo", "Co", "Cn")
NO_GLYPH_REMEDY = "請安裝罕用字字型（Debian：fonts-cns11643-kai；Windows：選用功能「繁體中文增補字型」）"


def is_rare(character: str) -> bool:
    """Whether this letter is one that a common font may lack: none of Big5's, beyond the basic plane, or a private one."""
    if unicodedata.category(character) not in _LETTERS:
        return ord(character) > 0xFFFF
    try:
        character.encode("cp950")
    except UnicodeEncodeError:
        return True
    return False


def rare_in(text: str) -> tuple[str, ...]:
    """The rare characters of this text, each once, in order of code point."""
    return tuple(each for each in sorted(set(text)) if is_rare(each))


def unprintable(characters: Iterable[str], printer: Printer) -> tuple[str, ...]:
    """Those of these characters for which no font of this computer has a form, as its own printing shows: a box is no text."""
    asked = tuple(characters)
    if not asked:
        return ()
    from pypdf import PdfReader  # noqa: PLC0415 - the list of claims needs none of it

    from agent.documents.render import render  # noqa: PLC0415

    pages = PdfReader(BytesIO(printer(render("glyphs.html", characters=asked)))).pages
    printed = unicodedata.normalize("NFKC", "".join(each.extract_text() for each in pages))
    return tuple(each for each in asked if unicodedata.normalize("NFKC", each) not in printed)


def named(characters: Iterable[str]) -> str:
    """The characters with their code points, for who must write them by hand: 「𠮷（U+20BB7）」."""
    return "、".join(f"{each}（U+{ord(each):X}）" for each in characters)
