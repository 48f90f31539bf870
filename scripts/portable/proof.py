"""What a portable folder must be: every import of the program is in it, and nothing in it says where it was built."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

OWN = ("agent", "scrapers", "rules")
# The standard library's parts that the embeddable Python leaves out.
_NOT_EMBEDDED = {"tkinter", "ensurepip", "venv", "idlelib", "turtle", "turtledemo", "test"}
# Reached on other systems only, behind a look at the platform: Linux's session bus (`agent.notices.desktop`), files of POSIX.
_ELSEWHERE = {"jeepney", "fcntl", "pwd", "grp", "resource", "termios", "pty"}
SUMS = "SHA256SUMS"
_TEXTS = {
    ".py",
    ".toml",
    ".txt",
    ".md",
    ".html",
    ".css",
    ".js",
    ".cfg",
    ".ini",
    ".json",
    ".pth",
    "._pth",
    ".cmd",
    "",
}


def imports(app: Path) -> Iterator[tuple[str, str]]:
    """(file, module) for every import in the program's own files, those within functions too."""
    for package in OWN:
        for path in sorted((app / package).rglob("*.py")):
            name = path.relative_to(app).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"), name)):
                if isinstance(node, ast.Import):
                    yield from ((name, each.name) for each in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield name, node.module


def unresolved(app: Path) -> list[str]:
    """Imports that nothing in the folder answers, one line each."""
    missing = []
    for name, module in imports(app):
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names:
            if top in _NOT_EMBEDDED:
                missing.append(f"{name}: {module} (not in the embeddable Python)")
        elif top not in _ELSEWHERE and not _is_there(app, module):
            missing.append(f"{name}: {module}")
    return sorted(set(missing))


def _is_there(app: Path, module: str) -> bool:
    path = app.joinpath(*module.split("."))
    return path.is_dir() or any(
        path.with_name(path.name + ending).is_file() for ending in (".py", ".pyd", ".cp311-win_amd64.pyd")
    )


def foreign_binaries(folder: Path) -> list[str]:
    """Files for another system than Windows."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".so", ".dylib")
    )


def says_where_it_was_built(folder: Path, places: tuple[str, ...]) -> list[str]:
    """Text files in which one of these paths of this machine stands."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in _TEXTS:
            data = path.read_bytes()
            found += [path.relative_to(folder).as_posix() for place in places if place.encode() in data]
    return sorted(set(found))


def write_sums(folder: Path) -> None:
    """The hash of every file of a version folder, in the form that `sha256sum -c` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [
        f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.relative_to(folder).as_posix()}\n"
        for each in files
    ]
    (folder / SUMS).write_text("".join(lines), "utf-8", newline="\n")
