"""`python -m fixture_tools check`: refuse what may not stand in a tracked file. `make PAGE NAME`: a fixture from a page."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from fixture_tools.making import INSPECT, make_fixture
from fixture_tools.personal import find, invented_names
from rules.errors import ElearnError

ROOT = Path(__file__).parents[2]


def main() -> int:
    """0 where all is well, 1 where something was found, 2 where a page cannot be used."""
    words = argparse.ArgumentParser(prog="python -m fixture_tools", description=__doc__)
    verbs = words.add_subparsers(dest="verb", required=True)
    checking = verbs.add_parser("check", help="look through the tracked files, or those named")
    checking.add_argument("paths", nargs="*", type=Path)
    making = verbs.add_parser("make", help="a fixture from a saved page, or from a folder of evidence")
    making.add_argument("page", type=Path)
    making.add_argument("name", help="gateway or portal, and case: elearn/records_new_case")
    given = words.parse_args()
    if given.verb == "check":
        return check(given.paths or tracked())
    try:
        folder = make_fixture(given.page, ROOT / "tests" / "fixtures_html" / given.name)
    except (ElearnError, OSError) as why:
        sys.stderr.write(f"{why}\n")
        return 2
    sys.stdout.write(f"{folder}\n{INSPECT}\n")
    return check([each for each in folder.iterdir() if each.is_file()])


def tracked() -> list[Path]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False, encoding="utf-8",
    ).stdout  # fmt: skip
    found = [ROOT / name for name in listed.split("\0") if name]
    return [each for each in found or _without_git() if each.is_file()]


def _without_git() -> list[Path]:
    folders = ("agent", "rules", "scrapers", "tests", "scripts")
    return [*ROOT.glob("*.*"), *(each for name in folders for each in (ROOT / name).rglob("*"))]


def check(paths: list[Path]) -> int:
    """Print every finding; 1 where there is any."""
    invented = invented_names()
    found = [each for path in sorted(paths) for each in find(_name(path), path.read_bytes(), invented)]
    for each in found:
        sys.stderr.write(f"{each.where}:{each.line}: {each.kind}: {each.what}\n")
    if found:
        sys.stderr.write(
            f"{len(found)} found. Invented names are listed in tests/fixture_tools/invented_names.txt.\n"
        )
    return 1 if found else 0


def _name(path: Path) -> str:
    whole = path.resolve()
    return whole.relative_to(ROOT).as_posix() if whole.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
