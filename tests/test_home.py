"""The home: private, one run at a time, files whole or not at all; and the folder of a claim."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.claims.files import ClaimFile, check_code, code_of, manifest, write_folder
from agent.errors import Locked
from agent.home import Home, hold, open_home, write_private
from rules.errors import ConfigError

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- the folder --------------------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_home_is_private_whatever_the_mask(tmp_path, mask):
    """The folder and those below it: 0700."""
    before = os.umask(mask)
    try:
        home = open_home(tmp_path / "更深" / "家")
    finally:
        os.umask(before)
    assert {mode(each) for each in (home.path, home.claims, home.runs)} == {0o700}


def test_a_home_opened_again_is_the_same_home(tmp_path):
    """Nothing in it is touched."""
    home = open_home(tmp_path / "家")
    home.config.write_text("plan = ''")
    assert open_home(tmp_path / "家") == home
    assert home.config.read_text() == "plan = ''"
    assert home.run_folder(7) == home.path / "runs" / "000007"


@pytest.mark.parametrize("below", ["", "deeper"], ids=["in its place", "above it"])
def test_a_file_where_the_home_should_be_is_named(tmp_path, below):
    """The path that cannot be made, and what to do."""
    (tmp_path / "家").write_text("")
    path = tmp_path / "家" / below if below else tmp_path / "家"
    with pytest.raises(ConfigError, match="無法建立資料夾") as why:
        open_home(path)
    assert str(path) in why.value.message
    assert "ELEARN_HOME" in why.value.remedy


def test_a_file_where_a_folder_of_the_home_should_be_is_named(tmp_path):
    """`claims` is a file."""
    (tmp_path / "claims").write_text("")
    with pytest.raises(ConfigError, match="無法建立資料夾"):
        open_home(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    """As the system says it is; root may write anywhere, so it is asked rather than tried."""
    open_home(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, how: False)
    with pytest.raises(ConfigError, match="無法寫入"):
        open_home(tmp_path)


# -- the lock ----------------------------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
from agent.home import Home, hold
with hold(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of the home `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def test_a_second_run_is_told_that_one_is_under_way(tmp_path, holder):
    """At once, not after waiting: exit code 15."""
    with pytest.raises(Locked) as why:
        hold(Home(tmp_path))
    assert (why.value.code, why.value.kind) == (15, "locked")
    assert why.value.remedy
    holder.communicate("", timeout=10)
    with hold(Home(tmp_path)):
        pass


@posix
def test_the_lock_of_a_killed_run_is_free(tmp_path, holder):
    """`kill -9`: the system lets go of it; nobody has to remove a file."""
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=10)
    assert (tmp_path / ".lock").exists()
    with hold(Home(tmp_path)):
        pass


def test_the_lock_is_free_when_the_run_is_over_though_its_process_lives(tmp_path):
    """The dashboard and the scheduler go on: what they held must not stay held while anything still names the lock."""
    home = Home(tmp_path)
    first = hold(home)
    with first as lock, pytest.raises(Locked):
        hold(home)
    with hold(home) as again, pytest.raises(Locked):
        hold(home)
    with hold(home):
        pass
    assert lock is not again  # both are still named here, neither holds anything


# -- files -------------------------------------------------------------------------------------------------------------


@posix
def test_a_file_is_private_from_its_first_byte(tmp_path):
    """0600 in a folder of 0700, whatever stood there before."""
    before = os.umask(0)
    try:
        write_private(tmp_path / "runs" / "000001" / "page.html", b"one")
    finally:
        os.umask(before)
    path = tmp_path / "runs" / "000001" / "page.html"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    path.chmod(0o644)
    write_private(path, b"two")
    assert (mode(path), path.read_bytes()) == (0o600, b"two")
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]


@posix
def test_what_an_earlier_crash_left_open_to_all_is_not_written_into(tmp_path):
    """A temporary file of other rights is replaced, not used."""
    (tmp_path / ".page.html.new").write_text("half")
    (tmp_path / ".page.html.new").chmod(0o644)
    write_private(tmp_path / "page.html", b"whole")
    assert mode(tmp_path / "page.html") == 0o600


@pytest.mark.parametrize(("number", "error"), [(28, ConfigError), (5, OSError)], ids=["full", "broken"])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch, step, number, error):
    """Whole or not at all: neither a half file nor none. A full disk is for the person to mend (2)."""
    path = tmp_path / "verdict.json"
    write_private(path, b"old")

    def fail(*_):
        raise OSError(number, "trouble")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(error, match=r"trouble|磁碟空間不足"):
        write_private(path, b"new and longer")
    assert path.read_bytes() == b"old"


@posix
def test_a_write_killed_in_the_middle_leaves_the_old_file(tmp_path):
    """`kill -9` before the rename: the old bytes stand, and the next write succeeds."""
    path = tmp_path / "verdict.json"
    write_private(path, b"old")
    program = (
        "import os, signal, sys; from pathlib import Path; from agent.home import write_private\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_private(Path(sys.argv[1]), b'new' * 100000)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    write_private(path, b"new")
    assert path.read_bytes() == b"new"


# -- the folder of a claim ---------------------------------------------------------------------------------------------

FILES = (
    ClaimFile("pages/2023-1.html", "html", b"<table>"),
    ClaimFile("records.json", "records", b"{}"),
    ClaimFile("1-補休申請表.pdf", "form", b"%PDF"),
)


def whole(*more: ClaimFile) -> list[ClaimFile]:
    return [*FILES, *more, manifest([*FILES, *more], {"claim": {"id": "kaohsiung-112-1"}})]


def written(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()
    }


def test_the_manifest_lists_every_file_with_its_hash():
    """And the code that the papers carry."""
    stated = json.loads(whole()[-1].data)
    assert stated["schema"] == "elearn-claim/1"
    assert [(each["path"], each["kind"], each["size"]) for each in stated["files"]] == [
        ("pages/2023-1.html", "html", 7),
        ("records.json", "records", 2),
        ("1-補休申請表.pdf", "form", 4),
    ]
    assert {len(each["sha256"]) for each in stated["files"]} == {64}
    assert stated["check_code"] == code_of(FILES)


def test_the_code_stands_for_the_evidence_and_not_for_the_papers():
    """The papers carry it; the order of the files is nothing."""
    rows = [("html", "a", "1"), ("records", "b", "2"), ("form", "c", "3")]
    code = check_code(rows)
    assert check_code(reversed(rows)) == code
    assert check_code([*rows[:2], ("form", "c", "4")]) == code
    assert check_code([("html", "a", "9"), *rows[1:]]) != code
    assert check_code([("html", "z", "1"), *rows[1:]]) != code
    assert [len(part) for part in code.split("-")] == [4, 4]


@posix
def test_a_claim_folder_is_private(tmp_path):
    """It goes to one's own printer, not to everybody on the machine."""
    write_folder(tmp_path / "claims" / "kaohsiung-112-1", whole())
    folder = tmp_path / "claims" / "kaohsiung-112-1"
    assert mode(folder) == 0o700
    assert {mode(each) for each in folder.rglob("*") if each.is_file()} == {0o600}
    assert set(written(folder)) == {*(each.path for each in FILES), "manifest.json"}


def test_preparing_again_replaces_the_folder_whole(tmp_path):
    """No file of the earlier one is left, and nothing beside it."""
    folder = tmp_path / "kaohsiung-112-1"
    write_folder(folder, whole(ClaimFile("sheet.pdf", "sheet", b"x")))
    write_folder(folder, whole())
    assert "sheet.pdf" not in written(folder)
    assert [each.name for each in tmp_path.iterdir()] == ["kaohsiung-112-1"]


def test_a_folder_that_breaks_off_leaves_the_earlier_one(tmp_path, monkeypatch):
    """All or nothing."""
    folder = tmp_path / "kaohsiung-112-1"
    write_folder(folder, whole())
    before = written(folder)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ConfigError, match="磁碟空間不足"):
        write_folder(folder, whole(ClaimFile("sheet.pdf", "sheet", b"x")))
    assert written(folder) == before


@pytest.mark.parametrize("foreign", ["論文.odt", "pages/照片.jpg", "manifest.json"])
def test_a_folder_with_anything_else_in_it_is_never_replaced(tmp_path, foreign):
    """`--out` may name any folder: what this program did not write is not removed."""
    folder = tmp_path / "文件"
    (folder / foreign).parent.mkdir(parents=True)
    (folder / foreign).write_text("{}")
    before = written(folder)
    with pytest.raises(ConfigError, match="文件") as why:
        write_folder(folder, whole())
    assert why.value.remedy
    assert written(folder) == before
    assert [each.name for each in tmp_path.iterdir()] == ["文件"]


def test_a_file_added_to_a_claim_folder_is_never_removed(tmp_path):
    """The signed form somebody scanned into it stays beside the fresh folder, as often as that happens."""
    folder = tmp_path / "kaohsiung-112-1"
    for scan in ("簽名掃描.pdf", "第二次.pdf"):
        write_folder(folder, whole())
        (folder / scan).write_bytes(b"%PDF")
    write_folder(folder, whole())
    assert set(written(folder)) == {*(each.path for each in FILES), "manifest.json"}
    assert "簽名掃描.pdf" in written(tmp_path / "kaohsiung-112-1-先前1")
    assert "第二次.pdf" in written(tmp_path / "kaohsiung-112-1-先前2")


@pytest.mark.parametrize("litter", [".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.1-補休申請表.odt#"])
def test_what_desktops_leave_behind_hinders_nothing(tmp_path, litter):
    """Nobody put it there."""
    folder = tmp_path / "kaohsiung-112-1"
    write_folder(folder, whole())
    (folder / litter).write_bytes(b"")
    write_folder(folder, whole())
    assert litter not in written(folder)


def test_an_empty_folder_may_be_named(tmp_path, monkeypatch):
    """Also the one a person stands in."""
    (tmp_path / "空").mkdir()
    write_folder(tmp_path / "空", whole())
    assert "manifest.json" in written(tmp_path / "空")
    (tmp_path / "這裡").mkdir()
    monkeypatch.chdir(tmp_path / "這裡")
    write_folder(Path("."), whole())
    assert "manifest.json" in written(tmp_path / "這裡")


def test_a_file_in_the_way_is_named(tmp_path):
    """Neither replaced nor a traceback."""
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "claim", Path("/")):
        with pytest.raises(ConfigError):
            write_folder(folder, whole())
    assert (tmp_path / "file").read_text() == "mine"
