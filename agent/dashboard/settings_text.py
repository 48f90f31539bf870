"""Changing single settings in the text of `config.toml`: what else stands there, comments too, stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agent.settings.config import parse_settings
from rules.errors import ConfigError

Place = tuple[str, str]  # section ("" for none) and key


def changed(text: str, name: str, changes: Mapping[Place, Any]) -> str:
    """The text with these settings in it. Raises ConfigError where the result would not be a settings file."""
    for (section, key), value in changes.items():
        text = _put(text, section, f"{key} = {_toml(value)}", key)
    parse_settings(text, name)
    return text


def _put(text: str, section: str, line: str, key: str) -> str:
    lines = text.split("\n") if text else []
    first, last = _bounds(lines, section)
    if first is None:
        return "\n".join([*_stripped(lines), "", f"[{section}]", line, ""]).lstrip("\n")
    for at in range(first, last):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[at]):
            end = _end(lines, at, last)
            return "\n".join([*lines[:at], line, *lines[end:]])
    return "\n".join([*lines[:first], line, *lines[first:]])


def _bounds(lines: list[str], section: str) -> tuple[int | None, int]:
    """Where the section's own lines are: from behind its heading to the next heading. The top begins at once."""
    headings = [at for at, line in enumerate(lines) if re.match(r"\s*\[", line) and not _within(lines, at)]
    if not section:
        return 0, headings[0] if headings else len(lines)
    for place, at in enumerate(headings):
        if re.match(rf"\s*\[\s*{re.escape(section)}\s*\]", lines[at]):
            return at + 1, headings[place + 1] if place + 1 < len(headings) else len(lines)
    return None, 0


def _within(lines: list[str], at: int) -> bool:
    """Whether this line stands within a list begun earlier."""
    depth = 0
    for line in lines[:at]:
        depth = max(0, depth + _open(line))
    return depth > 0


def _end(lines: list[str], at: int, last: int) -> int:
    """The line after the statement that begins here: a list may take several."""
    depth = 0
    for each in range(at, last):
        depth += _open(lines[each].partition("=")[2] if each == at else lines[each])
        if depth <= 0:
            return each + 1
    raise ConfigError("設定檔裡有沒有結束的清單。", "請對照 config.example.toml 修改。")


def _open(line: str) -> int:
    """How many more brackets a line opens than it closes, texts and comments aside; a heading opens none."""
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*", "", line)
    return (
        0
        if re.fullmatch(r"\s*\[.*\]\s*", bare) and "=" not in bare and "," not in bare
        else (bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    )


def _stripped(lines: list[str]) -> list[str]:
    found = list(lines)
    while found and not found[-1].strip():
        found.pop()
    return found


def _toml(value: Any) -> str:  # noqa: ANN401 - a text, a switch, or lists of texts
    """The value as TOML writes it; for these kinds JSON is TOML, where DEL is escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
