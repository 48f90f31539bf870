"""Many claims at once: whether the memory of `verify` grows with their number."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.line import Line, at_most
from benchmarks.measure import watched
from benchmarks.people import PLAN
from benchmarks.stage import stage

FEW, TIMES = 20, 10


def run() -> list[Line]:
    """A real claim of the demonstration, so many times: the peak of all processes, and what one more of them takes."""
    with stage() as here, tempfile.TemporaryDirectory() as name:
        here.elearn("claim", "--plan", PLAN, "--on", "2023-08-31").run()
        (claim,) = here.home.rglob("*.zip")
        inboxes = [_copies(claim, Path(name) / str(count), count) for count in (FEW, FEW * TIMES)]
        few, many = (watched(here.elearn("verify", str(each), codes=(0, 3))) for each in inboxes)
    each = (many.processor - few.processor) / (FEW * (TIMES - 1))
    return [
        at_most(
            f"`elearn verify` on all cores: peak memory of all processes, {FEW * TIMES:,} claims",
            f"{FEW:,} claims",
            many.peak / few.peak,
            1.1,
            f" ({many.peak / 1e6:.0f} : {few.peak / 1e6:.0f} MB; {1000 * each:.0f} ms of processor a claim)",
        )
    ]


def _copies(claim: Path, folder: Path, count: int) -> Path:
    folder.mkdir()
    for at in range(count):
        shutil.copy(claim, folder / f"{at:04}.zip")
    return folder
