"""Build the portable folder for Windows: `.venv/bin/python scripts/portable --embeddable FILE --out DIR`.

Python's own embeddable zip (python-3.11.x-embed-amd64.zip, from python.org, signed by the PSF) is given as a file: it is not
fetched here. The wheels are, by pip with the hashes of requirements.lock; `--wheels DIR` takes those already there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from layout import FIRST, TITLE, put_launchers, put_python
from proof import foreign_binaries, says_where_it_was_built, unresolved, write_sums
from wheels import ROOT, build_own, fetch, licences, pinned, unpack

_NO_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Build, prove, pack; 1 with every fault where the folder is not as it must be."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--embeddable", type=Path, required=True, help="python-3.11.x-embed-amd64.zip")
    wanted.add_argument("--out", type=Path, required=True, help="a new folder")
    wanted.add_argument("--wheels", type=Path, help="wheels already there, instead of fetching them")
    given = wanted.parse_args()
    root = given.out / TITLE
    if root.exists():
        sys.stderr.write(f"{root} is there already\n")
        return 2
    version = build(root, given.embeddable, given.wheels)
    faults = prove(root, version)
    if faults:
        sys.stderr.write("".join(f"{each}\n" for each in faults))
        return 1
    packed = pack(root, given.out / f"{TITLE}-{version}.zip")
    sys.stdout.write(f"{packed} ({packed.stat().st_size / 1e6:.1f} MB)\n")
    return 0


def build(root: Path, embeddable: Path, wheels: Path | None) -> str:
    """Everything into the folder; gives the version."""
    with tempfile.TemporaryDirectory() as room:
        own = build_own(Path(room))
        version = own.name.split("-")[1]
        if wheels is None:
            wheels = Path(room) / "wheels"
            fetch(pinned(Path(room) / "windows.txt"), wheels)
        folder = root / "versions" / version
        put_python(embeddable, folder / "python")
        for each in (*sorted(wheels.glob("*.whl")), own):
            unpack(each, folder / "app")
    shutil.copy(ROOT / "CHANGELOG.md", folder / "CHANGELOG.md")
    (folder / "LICENSES.txt").write_bytes(licences(folder / "app").encode("utf-8-sig"))
    write_sums(folder)
    put_launchers(root, version)
    (root / "請先看這裡.txt").write_bytes(FIRST.replace("\n", "\r\n").encode("utf-8-sig"))
    return version


def prove(root: Path, version: str) -> list[str]:
    """What is wrong with the folder; empty when nothing."""
    folder = root / "versions" / version
    stated = re.search(r'__version__ = "(.+)"', (folder / "app/agent/__init__.py").read_text("utf-8"))
    faults = [f"not in the folder: {each}" for each in unresolved(folder / "app")]
    faults += [f"not for Windows: {each}" for each in foreign_binaries(folder)]
    faults += [f"says where it was built: {each}" for each in says_where_it_was_built(root, (f"{ROOT}/",))]
    faults += [f"an unsigned launcher: {each.name}" for each in folder.glob("app/bin/*")]
    if stated is None or stated[1] != version:
        faults.append(f"the program does not say that it is {version}")
    return faults


def pack(root: Path, to: Path) -> Path:
    """The folder as one zip; the same folder gives the same bytes."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                member = zipfile.ZipInfo(path.relative_to(root.parent).as_posix(), _NO_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                archive.writestr(member, path.read_bytes())
    return to


if __name__ == "__main__":
    sys.exit(main())
