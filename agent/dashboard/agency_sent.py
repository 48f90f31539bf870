"""The personnel office's file as it was dropped onto the page, with what it names: its form and its plans."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.dashboard.pages.saved_pages import written
from rules.errors import ConfigError


def sent_agency(given: Sequence[object], folder: Path, largest: int) -> Path | None:
    """The agency's file, beside all that was sent with it in this folder; None where nothing was sent.

    Raises ConfigError where none of the files is one. A plan that another of the files brings along is none.
    """
    sent = written(given, folder, largest)
    if not sent:
        return None
    together = folder / "together"
    together.mkdir()
    found = [path.rename(together / path.name) for path in sent]
    tables = {path: _table(path) for path in found if path.suffix.lower() == ".toml"}
    brought = {name for table in tables.values() for name in _texts(table.get("plans"))}
    own = next((path for path in tables if path.name not in brought), None)
    if own is None:
        raise ConfigError("選的檔案裡沒有機關設定檔（.toml）。", "請把設定檔也選進來。")
    missing = [
        name
        for name in (*_texts([tables[own].get("form_template")]), *_texts(tables[own].get("plans")))
        if "\n" not in name and not (together / Path(name).name).exists()
    ]
    if missing:
        named = "、".join(f"「{name}」" for name in missing)
        raise ConfigError(f"這份機關設定檔使用{named}。", "請把它和設定檔一起選取。")
    return own


def _table(path: Path) -> dict[str, object]:
    """What the file says; nothing where it is no TOML, which is named when the file is read."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}


def _texts(value: object) -> Iterable[str]:
    return [each for each in value if isinstance(each, str) and each] if isinstance(value, list) else []
