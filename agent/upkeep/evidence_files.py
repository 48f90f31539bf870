"""The folder a failed run leaves: what was shown, masked; kept for a while, then removed."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

from agent import __version__
from agent.home import Home, write_private
from rules.errors import ElearnError
from scrapers.evidence import Evidence
from scrapers.guard import Guard

KEPT = 10  # folders; the oldest beyond are removed


def keep_evidence(home: Home, run: int, why: ElearnError, pages: Sequence[Evidence], guard: Guard) -> Path:
    """Write the folder and give its path."""
    folder = home.run_folder(run) / "evidence"
    report = {
        "kind": why.kind,
        "code": why.code,
        "message": why.message,
        "pages": [each.url for each in pages],
        "hosts_allowed": sorted(guard.hosts),
        "refused": [f"{each.method} {each.host}{each.path} ({each.kind})" for each in guard.refused],
        "program": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
    }
    write_private(folder / "report.json", (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode())
    for at, each in enumerate(pages, start=1):
        write_private(folder / f"page-{at}.html", each.html.encode())
        if each.picture is not None:
            write_private(folder / f"page-{at}.png", each.picture)
    _forget_oldest(home)
    return folder


def _forget_oldest(home: Home) -> None:
    folders = sorted(home.runs.glob("*/evidence"), reverse=True)
    for old in folders[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
