"""The folder a failed run leaves: what was shown, masked; kept for a while, then removed.

`report.json` says at which step, on which kind of page, with which hosts and versions; beside it each page's stripped markup
and its masked picture. Written beside its place and renamed, so a folder that is there is whole.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from agent import __version__, clock
from agent.home import Home, write_private
from rules.errors import ElearnError
from scrapers.evidence import Evidence
from scrapers.guard import Guard
from scrapers.redaction import Redactor

KEPT = 10  # folders; the oldest beyond are removed
REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Failure:
    """How a run failed: the error, the step it had come to (as told to the person), its guard and its browser."""

    error: ElearnError
    step: str
    guard: Guard
    browser: str = ""


def keep_evidence(home: Home, run: int, failed: Failure, pages: Sequence[Evidence]) -> Path:
    """Write the folder and give its path."""
    folder = home.run_folder(run) / "evidence"
    fresh = folder.with_name(".evidence.new")
    shutil.rmtree(fresh, ignore_errors=True)
    report = Redactor().value(_report(run, failed, pages))
    write_private(fresh / REPORT, (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode())
    for at, each in enumerate(pages, start=1):
        write_private(fresh / f"page-{at}.html", each.html.encode())
        if each.picture is not None:
            write_private(fresh / f"page-{at}.png", each.picture)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    _forget_oldest(home)
    return folder


def _report(run: int, failed: Failure, pages: Sequence[Evidence]) -> dict[str, Any]:
    why, guard = failed.error, failed.guard
    return {
        "run": run,
        "at": clock.now().isoformat(timespec="seconds"),
        "kind": why.kind,
        "code": why.code,
        "message": why.message,
        "step": failed.step,
        "pages": [
            {"file": f"page-{at}.html", "place": each.url, "class": each.page_class, "status": each.status}
            for at, each in enumerate(pages, start=1)
        ],
        "hosts_allowed": sorted(guard.hosts),
        "contacted": [
            f"{method} {host}{path} ×{count}" for (method, host, path), count in guard.made.items()
        ],
        "refused": [f"{each.method} {each.host}{each.path} ({each.kind})" for each in guard.refused],
        "versions": versions(failed.browser),
    }


def versions(browser: str = "") -> Mapping[str, str]:
    """What ran: this program, Python, the system, the browser and what drives it ("" where not known)."""
    try:
        driver = version("playwright")
    except PackageNotFoundError:
        driver = ""
    return {
        "program": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "playwright": driver,
        "browser": browser,
    }


def _forget_oldest(home: Home) -> None:
    folders = sorted(home.runs.glob("*/evidence"), reverse=True)
    for old in folders[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
