"""The portable folder for Windows: built by the script, whole, without a trace of this machine, and what `elearn update` takes.

Windows' own files are stood in for: the embeddable Python by a zip of its names, the wheels by the packages installed here
without their compiled parts. With the real wheels the same runs under `make soak`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest
from stored_homes import CONFIG, REPLICA_ENV, demo_records, new_home, save

from agent import __version__
from agent.dashboard import shortcuts
from agent.updating.parcel import damaged, opened
from agent.updating.places import Installed

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "portable"
TITLE = shortcuts.NAME  # the start file that the icon on the desktop opens
sys.path.insert(0, str(SCRIPT))

from layout import INSIDE  # noqa: E402
from proof import imports, says_where_it_was_built, unresolved  # noqa: E402


def runtime() -> set[str]:
    """The distributions that the program needs, by their requirements, as installed here."""
    wanted, found = ["elearn-agent"], set()
    while wanted:
        name = wanted.pop()
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for each in needs:
            plain = re.match(r"[\w.-]+", each)[0].lower().replace("_", "-")
            if "extra ==" not in each and plain not in found:
                found.add(plain)
                wanted.append(plain)
    return found


def as_wheel(name: str, to: Path) -> None:
    """The installed package as a wheel, without compiled parts and without the browser driver's bulk."""
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return
    with zipfile.ZipFile(to / f"{name}-0-py3-none-any.whl", "w") as archive:
        for each in files:
            skipped = each.suffix in (".so", ".pyc") or ".." in each.parts or "driver" in each.parts
            path = Path(str(each.locate()))
            if not skipped and path.is_file():
                archive.write(path, str(each))
            elif each.suffix == ".so":
                archive.writestr(f"{str(each).split('.', 1)[0]}.pyd", b"")


def embeddable(to: Path, names=INSIDE) -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for each in names:
            archive.writestr(each, b"")
    return to


def build(out: Path, python: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--embeddable", python, "--out", out, *more],
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture(scope="session")
def portable(tmp_path_factory) -> Path:
    """The folder, built once by the script as a person calls it."""
    room = tmp_path_factory.mktemp("portable")
    (room / "wheels").mkdir()
    for name in runtime():
        as_wheel(name, room / "wheels")
    done = build(room / "out", embeddable(room / "python.zip"), "--wheels", room / "wheels")
    assert done.returncode == 0, done.stderr
    return room / "out" / TITLE


@pytest.fixture
def version(portable) -> Path:
    return portable / "versions" / __version__


def test_every_import_of_the_program_is_in_the_folder(version):
    assert unresolved(version / "app") == []
    assert len(list(imports(version / "app"))) > 500


def test_an_import_that_is_missing_is_found(version):
    """The check itself can fail: without click and without a module of the program's own, both are named."""
    gone = [version / "app" / "click", version / "app" / "rules" / "engine.py"]
    for each in gone:
        each.rename(each.with_name(f"{each.name}.away"))
    try:
        missing = "\n".join(unresolved(version / "app"))
    finally:
        for each in gone:
            each.with_name(f"{each.name}.away").rename(each)
    assert "agent/cli.py: click" in missing
    assert "rules.engine" in missing


def test_nothing_says_where_it_was_built(portable):
    assert says_where_it_was_built(portable, (f"{ROOT}/", "pytest-of-")) == []


def test_the_launchers_can_be_read_in_any_code_page(portable):
    """ASCII and CRLF alone; their names and what they show are Chinese."""
    for name, words in ((f"{TITLE}.cmd", "dashboard"), ("elearn.cmd", "%*")):
        data = (portable / name).read_bytes()
        text = data.decode("ascii")
        assert data.count(b"\n") == data.count(b"\r\n") == text.count("\n")
        assert f'"%PYTHON%" -X utf8 -m agent {words}\r\n' in text
        assert "elearn.exe" not in text
        shown = [
            re.sub(r"\\u(....)", lambda at: chr(int(at[1], 16)), each)
            for each in re.findall(r'call :show "(.+)"', text)
        ]
        assert "請先解壓縮整個資料夾，再開啟。" in shown
        assert all(f":{label}\r\n" in text for label in re.findall(r"goto (\w+)", text))
        # Every use of a path that can hold blanks is quoted.
        assert not re.findall(r'(?<!")%(?:HERE|APP|PYTHON)%(?![^"\r\n]*")', text)


def test_the_folder_is_as_the_launchers_expect(portable, version):
    assert (portable / "current.txt").read_bytes() == f"{__version__}\r\n".encode()
    assert Installed(portable).current() == __version__
    assert (version / "python" / "python311._pth").read_text("ascii").split() == [
        "python311.zip",
        ".",
        "..\\app",
    ]
    assert (version / "app" / "agent" / "__main__.py").is_file()
    assert (version / "app" / "agent" / "config.example.toml").is_file()
    assert list((version / "app").rglob("*.exe")) == []


def test_every_package_has_its_licence_in_the_list(version):
    listed = (version / "LICENSES.txt").read_text("utf-8-sig")
    folders = [each.name for each in (version / "app").glob("*.dist-info")]
    assert len(folders) > 30
    assert all(f"　{each}\n" in listed for each in folders)


def test_the_zip_is_what_update_takes(portable, version, tmp_path):
    """The hashes of the packaging are those the updating checks; the zip's folder has a Chinese name."""
    assert damaged(version) == []
    packed = portable.parent / f"{TITLE}-{__version__}.zip"
    with opened(packed, tmp_path) as parcel:
        assert parcel.version == __version__
        assert parcel.news.startswith("First version")
    with zipfile.ZipFile(packed) as archive:
        assert all(each.filename.startswith(f"{TITLE}/") for each in archive.infolist())
        assert {each.date_time[0] for each in archive.infolist()} == {1980}


def test_what_is_no_embeddable_python_is_refused(tmp_path):
    done = build(tmp_path / "out", embeddable(tmp_path / "x.zip", ("python.exe",)), "--wheels", tmp_path)
    assert done.returncode != 0
    assert "is not the embeddable Python" in done.stderr


def test_a_folder_that_is_there_is_not_built_over(portable, tmp_path):
    assert build(portable.parent, tmp_path / "none.zip").returncode == 2


@pytest.mark.soak
def test_with_the_real_wheels_for_windows(tmp_path):
    """Fetched by pip with the hashes of the lock: every import is answered, by files for Windows alone."""
    done = build(tmp_path / "out", embeddable(tmp_path / "python.zip"))
    assert done.returncode == 0, done.stderr
    app = tmp_path / "out" / TITLE / "versions" / __version__ / "app"
    assert (app / "playwright" / "driver" / "node.exe").is_file()
    assert list(app.rglob("*.pyd"))
    assert damaged(app.parent) == []


# -- installed from a wheel, in a home with Chinese characters and a blank --------------------------------------------------


def test_the_wheel_alone_runs_in_a_home_with_a_blank(tmp_path, portable):
    """As `uv tool install` and pipx leave it: the wheel's packages alone on the path, the checkout nowhere in sight."""
    home = new_home(tmp_path / "王 小明" / "資料 夾", CONFIG)
    save(home, demo_records(), datetime.now(UTC))
    app = portable / "versions" / __version__ / "app"
    own = tmp_path / "site 資料"
    own.mkdir()
    for name in ("agent", "scrapers", "rules"):
        (own / name).symlink_to(app / name)
    program = f"import sys; sys.path[:] = [{str(own)!r}, *(p for p in sys.path if p and {str(ROOT)!r} != p)]; import agent.cli; assert agent.__file__.startswith({str(own)!r}); agent.cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "check", "--on", "112/8/31", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**REPLICA_ENV, "ELEARN_HOME": str(home.path), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["plan"] == "kaohsiung-112"
