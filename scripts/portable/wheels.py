"""The wheels for Windows: pinned by requirements.lock, fetched by pip with their hashes, unpacked without their launchers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PYTHON = "3.11"
_TARGET = ("--platform", "win_amd64", "--implementation", "cp", "--python-version", PYTHON)
_ABIS = ("--abi", "cp311", "--abi", "abi3", "--abi", "none")


def pinned(to: Path) -> Path:
    """The packages that Windows needs, at the versions of requirements.lock and with hashes: a file for pip.

    By uv, which knows the markers of a system it does not run on; pip would judge them by this one.
    """
    words = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "-q",
        "--python-platform",
        "x86_64-pc-windows-msvc",
    ]
    words += [
        "--python-version",
        PYTHON,
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
        "--no-header",
    ]
    words += ["-c", "requirements.lock", "pyproject.toml", "-o", str(to)]
    subprocess.run(words, cwd=ROOT, check=True)  # noqa: S603 - this Python
    return to


def fetch(requirements: Path, to: Path) -> None:
    """Every wheel of the list into this folder, each with its hash; no source is built, no other file taken."""
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
    ]
    words += [
        "--require-hashes",
        "--only-binary=:all:",
        *_TARGET,
        *_ABIS,
        "-r",
        str(requirements),
        "-d",
        str(to),
    ]
    subprocess.run(words, cwd=ROOT, check=True)  # noqa: S603 - this Python


def build_own(to: Path) -> Path:
    """The wheel of this project, built here."""
    words = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
    ]
    words += ["--no-build-isolation", "-w", str(to), "."]
    subprocess.run(words, cwd=ROOT, check=True)  # noqa: S603 - this Python
    return next(to.glob("elearn_agent-*.whl"))


def unpack(wheel: Path, app: Path) -> None:
    """The wheel's packages into the folder of all packages. Its launchers stay out: unsigned programs are what gets blocked."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            parts = PurePosixPath(member.filename).parts
            if member.is_dir() or ".." in parts or member.filename.startswith("/"):
                continue
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue  # scripts, headers, man pages
                parts = parts[2:]
            target = app.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))


def licences(app: Path) -> str:
    """Every package with its version and the licence it states, for people; the texts lie in its `*.dist-info`."""
    rows = []
    for folder in sorted(app.glob("*.dist-info")):
        about = BytesParser().parsebytes((folder / "METADATA").read_bytes(), headersonly=True)
        classified = [
            each.rpartition(" :: ")[2]
            for each in about.get_all("Classifier") or []
            if each.startswith("License ::")
        ]
        plain = (about.get("License") or "").strip().splitlines()
        stated = (
            about.get("License-Expression") or "、".join(classified) or (plain[0][:80] if plain else "未載明")
        )
        rows.append(f"{about['Name']} {about['Version']}　{stated}　{folder.name}")
    return "\r\n".join(("程式使用的套件與授權（全文在 app 資料夾各套件的 dist-info）：", *rows, ""))
