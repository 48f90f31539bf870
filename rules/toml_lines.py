"""Which line of a TOML text each key and each entry of a list stands on. `tomllib` reads values and keeps no places."""

from __future__ import annotations

import re
from collections.abc import Mapping

Place = tuple[str | int, ...]

_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[][{},=.]|[^][{},=.#"\'\s]+',
    re.DOTALL,
)
_QUOTES = "\"'"


class Lines:
    """The places of one valid TOML text: ("set", 1, "courses", 0, "title") is of the second [[set]]'s first course."""

    def __init__(self, text: str) -> None:
        self._pieces: list[tuple[str, int]] = []
        line = 1
        for found in _PIECE.finditer(text):
            piece = found.group()
            if not piece.startswith("#"):
                self._pieces.append((piece, line))
            line += piece.count("\n")
        self._at = 0
        self._lines: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}
        self._read()

    def of(self, place: Place) -> int | None:
        """The line of that place, or of the nearest table around it; None where the text has neither."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

    def _read(self) -> None:
        table: Place = ()
        while self._at < len(self._pieces):
            piece, line = self._pieces[self._at]
            if piece == "\n":
                self._at += 1
            elif piece == "[":
                table = self._heading(line)
            else:
                self._pair(table)

    def _heading(self, line: int) -> Place:
        """[a.b] or [[a.b]]: the place its keys belong to."""
        self._at += 1
        many = self._peek() == "["
        self._at += many
        parts = self._key()
        place: Place = ()
        for at, part in enumerate(parts):
            place = (*place, part)
            if many and at == len(parts) - 1:
                self._counts[place] = self._counts.get(place, -1) + 1
            if place in self._counts:
                self._mark(place, line)
                place = (*place, self._counts[place])
        self._mark(place, line)
        while self._peek() not in ("\n", ""):
            self._at += 1
        return place

    def _key(self) -> list[str]:
        """A key, dotted or not, up to the sign that ends it."""
        parts: list[str] = []
        while (piece := self._peek()) and piece not in ("=", "]"):
            if piece != ".":
                parts.append(piece[1:-1] if piece[0] in _QUOTES else piece)
            self._at += 1
        return parts

    def _pair(self, table: Place) -> None:
        line = self._pieces[self._at][1]
        place = (*table, *self._key())
        self._mark(place, line)
        self._at += 1
        self._value(place)

    def _value(self, place: Place) -> None:
        piece = self._peek()
        if piece == "{":
            self._at += 1
            while (piece := self._peek()) and piece != "}":
                if piece in (",", "\n"):
                    self._at += 1
                else:
                    self._pair(place)
            self._at += 1
        elif piece == "[":
            self._list(place)
        else:
            while (piece := self._peek()) and piece not in (",", "}", "]", "\n"):
                self._at += 1

    def _list(self, place: Place) -> None:
        self._at += 1
        count = 0
        while (piece := self._peek()) and piece != "]":
            if piece in (",", "\n"):
                self._at += 1
                continue
            self._mark((*place, count), self._pieces[self._at][1])
            self._value((*place, count))
            count += 1
        self._at += 1

    def _peek(self) -> str:
        return self._pieces[self._at][0] if self._at < len(self._pieces) else ""

    def _mark(self, place: Place, line: int) -> None:
        self._lines.setdefault(place, line)

    def all(self) -> Mapping[Place, int]:
        """Every place with its line."""
        return dict(self._lines)
