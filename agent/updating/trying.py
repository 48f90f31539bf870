"""A version tried on the stored records: the old and the new one each judge a copy of the home, and the differences are listed."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.home import Home, open_home
from agent.updating.places import interpreter
from agent.upkeep.carrying import pack, put_back
from rules.errors import ConfigError

_PATIENCE = 300  # seconds for one command
_LISTED = 40


@dataclass(frozen=True, slots=True)
class Trial:
    """What a new version says of the stored records that the old one did not, one line each; empty where all is the same."""

    differences: tuple[str, ...]


def try_out(home: Home, old: Path, new: Path, mode: str) -> Trial:
    """Both versions on copies of this home. The caller holds the home's lock.

    Raises ConfigError where the new version does not start, or cannot read what is stored.
    """
    if not home.database.exists():
        _started(new)
        return Trial(())
    with TemporaryDirectory(prefix="elearn-update-") as folder:
        kept = pack(home, Path(folder) / "home.zip").path
        said = []
        for at, version in enumerate((old, new)):
            copy = open_home(Path(folder) / f"copy {at}")
            put_back(copy, kept, mode)
            said.append(_says(version, copy))
    return Trial(tuple(_differences(said[0], said[1])[:_LISTED]))


def _started(version: Path) -> None:
    done = _run(version, None, "--version")
    if done.returncode != 0:
        raise ConfigError(
            f"新版無法啟動（{done.stderr.strip()[-200:]}）。", "目前的版本沒有變動；請洽維護者。"
        )


def opens(version: Path, home: Home, mode: str) -> bool:
    """Whether this version can read what is stored now; tried on a copy."""
    if not home.database.exists():
        return True
    with TemporaryDirectory(prefix="elearn-update-") as folder:
        kept = pack(home, Path(folder) / "home.zip").path
        copy = open_home(Path(folder) / "copy")
        put_back(copy, kept, mode)
        return _run(version, copy, "history", "--json").returncode == 0


def _says(version: Path, home: Home) -> dict[str, Any]:
    """Everything a version makes of a home: each plan's verdict on the plan's last day, today's verdicts, and what doctor finds."""
    _started(version)
    said: dict[str, Any] = {}
    plans = _json(version, home, "plan", "list", "--json")["plans"]
    for each in plans:
        key, last = each["key"], each["to"]
        said[f"計畫 {key}（{last}）"] = _json(version, home, "check", "--plan", key, "--on", last, "--json")
    said["今天"] = _json(version, home, "check", "--json")
    checks = _json(version, home, "doctor", "--json", codes=(0, 3))["checks"]
    said["檢查"] = {each["key"]: each["state"] for each in checks if each["state"] == "fail"}
    return said


def _json(version: Path, home: Home, *words: str, codes: tuple[int, ...] = (0,)) -> Any:  # noqa: ANN401 - any document
    done = _run(version, home, *words)
    try:
        document = json.loads(done.stdout)
    except ValueError:
        document = None
    if done.returncode not in codes or document is None:
        raise ConfigError(
            f"{version.name} 版無法讀取目前的資料（elearn {words[0]}：{done.stderr.strip()[-200:]}）。",
            "目前的版本沒有變動；請洽維護者。",
        )
    return document


def _run(version: Path, home: Home | None, *words: str) -> subprocess.CompletedProcess[str]:
    """One command of a version, with its own Python and nothing of this process's search path."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") or "KEYRING" in name
    }
    if home is not None:
        own["ELEARN_HOME"] = str(home.path)
    app = version / "app"
    return subprocess.run(  # noqa: S603 - the version's own Python by its own path
        [interpreter(version), "-X", "utf8", "-B", "-m", "agent", *words],
        cwd=app,
        env=own,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_PATIENCE,
        check=False,
    )


def _differences(one: Any, two: Any, at: str = "") -> list[str]:  # noqa: ANN401 - any two documents
    """Where two documents differ: 「今天 › benefits › 0 › claimable：4 → 8」."""
    if isinstance(one, dict) and isinstance(two, dict):
        keys = [*one, *(key for key in two if key not in one)]
        return [
            line
            for key in keys
            for line in _differences(one.get(key), two.get(key), f"{at} › {key}" if at else str(key))
        ]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [
            line
            for number, pair in enumerate(zip(one, two, strict=True))
            for line in _differences(*pair, f"{at} › {number}")
        ]
    return [] if one == two else [f"{at}：{_shown(one)} → {_shown(two)}"]


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 80 else f"{text[:79]}…"
