"""The dashboard's first page from a warm process, and what its own queries take of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.line import Line
from benchmarks.measure import ROOT
from benchmarks.stage import stage


def run() -> list[Line]:
    """Milliseconds of both; the page of a home that was read once."""
    with stage() as here:
        here.elearn("sync").run()
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.first_page"],
            cwd=ROOT,
            env={**os.environ, **here.env},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = json.loads(told)
    return [
        Line(
            "dashboard's first page, warm process",
            f"its own {found['count']} queries",
            f"{found['page']:.1f} : {found['queries']:.2f} ms",
        )
    ]
