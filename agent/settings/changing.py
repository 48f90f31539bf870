"""Changing single settings in the text of `config.toml`: what else stands there, comments too, stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from agent.settings.config import parse_settings
from rules.errors import ConfigError

Place = tuple[str, str]  # section ("" for the top) and key


def changed(text: str, name: str, changes: Mapping[Place, Any]) -> str:
    """The text with these settings in it, None as a value taking the key out: its default holds again.

    Raises ConfigError where the text or the result is no settings file.
    """
    if text.strip():
        parse_settings(text, name)  # names the line that is wrong
    try:
        for (section, key), value in changes.items():
            text = _change(text, section, key, value)
    except TOMLKitError as why:
        raise ConfigError(f"設定檔 {name} 無法修改（{why}）。", "請對照 config.example.toml 修改。") from why
    parse_settings(text, name)
    return text


def _change(text: str, section: str, key: str, value: object) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    if section and section in document:
        table = document[section]
    elif section:
        if value is not None:
            if text.strip():
                document.add(tomlkit.nl())
            document.add(section, tomlkit.table())
            document[section][key] = value
        return tomlkit.dumps(document)
    if value is None:
        if key in table:
            del table[key]
    elif key not in table and table is document:
        # A key of no section has to stand before the first one.
        return f"{tomlkit.dumps({key: value})}{text}"
    else:
        table[key] = value
    return tomlkit.dumps(document)


def current(text: str) -> dict[str, Any]:
    """What the text says, as plain values."""
    return dict(tomlkit.parse(text).unwrap())
