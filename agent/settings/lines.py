"""Where in a TOML text a setting stands, so that an error can name the line. `tomllib` itself keeps no places."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_WORD = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_DOTTED = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_HEADING = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_TEXT_OR_COMMENT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")


class Lines:
    """The lines of one text by the path of what they say: ("work", "period", 1, "hours") is of the second [[work.period]]."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._count: dict[Path, int] = {}
        table: Path = ()
        depth = (
            0  # of brackets left open by the lines before: such a line belongs to the value of an earlier key
        )
        for number, line in enumerate(text.split("\n"), start=1):
            if not depth and (heading := _HEADING.match(line)):
                table = self._table(heading[1] == "[[", _parts(heading[2]))
                self._enter(table, number)
                continue
            if not depth and (key := _KEY.match(line)):
                self._enter((*table, *_parts(key[1])), number)
            bare = _TEXT_OR_COMMENT.sub("", line)
            depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))

    def of(self, path: Path) -> int | None:
        """The line of this setting, else of the nearest thing around it that is in the text; None where nothing is."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def _table(self, is_list: bool, parts: list[str]) -> Path:
        """The path a heading means: below a list of tables, its last entry."""
        path: Path = ()
        for at, part in enumerate(parts, start=1):
            path = (*path, part)
            if is_list and at == len(parts):
                self._count[path] = self._count.get(path, 0) + 1
            if path in self._count:
                path = (*path, self._count[path] - 1)
        return path

    def _enter(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], number)


def _parts(dotted: str) -> list[str]:
    return [each.strip("\"'") for each in re.findall(_WORD, dotted)]
