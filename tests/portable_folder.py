"""Versions of a portable folder made of this program, to start as real processes."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def portable(folder: Path, number: str) -> None:
    """A version of a portable folder: this program with a number of its own, and a Python that looks into its `app` first."""
    for name in ("agent", "scrapers", "rules"):
        shutil.copytree(ROOT / name, folder / "app" / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "app/agent/__init__.py").write_text(f'__version__ = "{number}"\n')
    python = folder / "python/bin/python3"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{folder}/app" PYTHONDONTWRITEBYTECODE=1\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
