"""The agent over an update: it goes on as what lies on disk between two runs, never half copied, never one that does not start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from portable_folder import portable
from stored_homes import REPLICA_ENV

from agent import __version__
from agent.clock import TAIPEI
from agent.home import open_home
from agent.schedule import nightly, renewing
from agent.schedule.child import Child, Ended
from agent.schedule.presence import NOTE, other_version, present, running_version
from agent.schedule.renewing import Program, Renewal, on_disk, proved_version, running, sibling
from agent.schedule.resident import Resident
from agent.upkeep.checks import nightly as doctor
from agent.upkeep.checks.check import OK, WARN

PYTHON = Path(sys.executable)
OLD = Program(PYTHON, ("old",), is_whole=False)
NEW = Program(PYTHON, ("new",), is_whole=False)
NEWER = Program(PYTHON, ("newer",), is_whole=False)
SWITCHED = Program(Path("versions/0.2.0/python/python.exe"), ("0.2.0",), is_whole=True)

# What lies on disk look by look, whether it starts, and at which look the agent goes on as it (None: never).
LOOKS = {
    "nothing was installed": ([OLD] * 4, "0.2.0", None),
    "replaced in place: the second look takes it": ([OLD, NEW, NEW, NEW], "0.2.0", 2),
    "still being copied at two looks": ([OLD, NEW, NEWER, NEWER], "0.2.0", 3),
    "gone for a moment, then there": ([OLD, None, NEW, NEW], "0.2.0", 3),
    "gone and not back": ([OLD, None, None, None], "0.2.0", None),
    "taken back before it was all there": ([OLD, NEW, OLD, OLD], "0.2.0", None),
    "the pointer of a portable folder switched": ([OLD, SWITCHED], "0.2.0", 1),
    "it does not start": ([OLD, NEW, NEW, NEW, NEW], "", None),
}


@pytest.mark.parametrize(("looks", "version", "taken"), LOOKS.values(), ids=LOOKS.keys())
def test_when_the_agent_goes_on_as_another_program(looks, version, taken):
    told, proved, lying = [], [], iter(looks)
    renewal = Renewal(lambda: OLD, lambda: next(lying), lambda found: proved.append(found) or version)
    at = next((at for at, _ in enumerate(looks) if renewal.due(told.append)), None)
    assert at == taken
    assert renewal.version == (version if proved else "")
    assert len(proved) == (1 if taken or not version else 0), "a program is started to prove itself once"
    assert len(told) == (0 if version else 1), "one that does not start is told once, not every minute"


def test_one_that_did_not_start_is_taken_once_it_was_installed_again():
    lying = iter([NEW, NEW, NEW, NEWER, NEWER])
    renewal = Renewal(lambda: OLD, lambda: next(lying), lambda found: "0.3.0" if found == NEWER else "")
    assert [renewal.due(lambda line: None) for _ in range(5)] == [None] * 4 + [NEWER]


class Nights:
    """Stands in for the queue the agent waits at: it is called for the night at every look, and asked to stop after some."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def get(self, timeout):
        self.left -= 1
        return nightly.NIGHT if self.left else nightly.STOP

    def put(self, call):
        pass


class Slow(Child):
    """A run in which the new version is installed."""

    def __init__(self, home, during):
        super().__init__(home)
        self.during, self.ended = during, 0

    def run(self, *words):
        self.during()
        self.ended += words[0] == "agent"
        return Ended(0)


def test_a_run_under_way_is_never_left_for_another_program(elearn_home, monkeypatch):
    """Installed in the middle of a run: the run ends, and the look after it goes on as the new program, the log says so."""
    home = open_home(elearn_home)
    lying = [OLD]
    child = Slow(home, lambda: lying.append(SWITCHED))
    monkeypatch.setattr(nightly, "CALLS", Nights(5))
    renewal = Renewal(lambda: OLD, lambda: lying[-1], lambda found: "0.2.0")
    at = datetime(2023, 7, 3, 2, 30, tzinfo=TAIPEI)
    made = Resident(home, "replica", lambda line: None, child, now=lambda: at, renewal=renewal)
    assert made.run() == SWITCHED
    assert child.ended == 1
    lines = [line[20:] for line in (home.path / "agent.log").read_text("utf-8").splitlines()]
    assert lines[-2:] == ["更新完成。", "改以 0.2.0 版繼續。"]


def test_asked_to_stop_it_stops_whatever_was_installed(elearn_home, monkeypatch):
    made = Resident(open_home(elearn_home), "replica", lambda line: None, Child(open_home(elearn_home)))
    made.renewal = Renewal(lambda: OLD, lambda: SWITCHED, lambda found: "0.2.0")
    made.ask_to_stop()
    assert made.run() is None


# -- which program lies on disk --------------------------------------------------------------------------------------------


def test_a_program_is_its_own_until_its_file_is_written_anew(tmp_path, monkeypatch):
    """As uv and pipx replace it; the same file looked at again is the same program, one that is gone is another."""
    file = tmp_path / "agent" / "__init__.py"
    file.parent.mkdir()
    file.write_text('__version__ = "0.1.0"\n')
    monkeypatch.setattr(renewing.agent, "__file__", str(file))
    mine = running()
    assert (on_disk(), mine.is_whole, mine.python) == (mine, False, PYTHON)
    fresh = file.with_name("fresh")
    fresh.write_text('__version__ = "0.2.0"\n')
    fresh.replace(file)
    assert on_disk().mark != mine.mark
    file.unlink()
    assert on_disk().mark not in (mine.mark, None)


def test_in_a_portable_folder_the_pointer_says_which(tmp_path, monkeypatch):
    root = tmp_path / "我的 數位學習補休"
    for version in ("0.1.0", "0.2.0"):
        for name in (f"versions/{version}/app/agent/__init__.py", f"versions/{version}/python/python.exe"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("")
    monkeypatch.setattr(renewing.agent, "__file__", str(root / "versions/0.1.0/app/agent/__init__.py"))
    (root / "current.txt").write_text("0.1.0\r\n")
    assert running().mark == on_disk().mark == ("0.1.0",)
    (root / "current.txt").write_text("0.2.0\r\n")
    found = on_disk()
    assert (found.mark, found.is_whole) == (("0.2.0",), True)
    assert found.python == root / "versions/0.2.0/python/python.exe"
    assert running().mark == ("0.1.0",), "what it is does not change with the pointer"
    (root / "current.txt").write_text("nonsense")
    assert on_disk() is None
    assert sibling(found.python, "pythonw.exe") == found.python
    found.python.with_name("pythonw.exe").write_text("")
    assert sibling(found.python, "pythonw.exe").name == "pythonw.exe"


def test_a_program_proves_itself_by_starting(tmp_path):
    assert proved_version(running()) == __version__
    assert proved_version(Program(tmp_path / "nowhere", (), is_whole=True)) == ""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert proved_version(Program(broken, (), is_whole=True)) == ""


def test_where_a_process_cannot_become_another_the_new_one_is_started_without_a_window(tmp_path, monkeypatch):
    """Windows: started apart, by the interpreter that opens no window; the caller then ends."""
    for name in ("python.exe", "pythonw.exe"):
        (tmp_path / name).write_text("")
    begun = []
    monkeypatch.setattr(renewing, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(renewing, "start_apart", begun.append)
    renewing.go_on_as(Program(tmp_path / "python.exe", ("0.2.0",), is_whole=True))
    assert begun == [[str(tmp_path / "pythonw.exe"), "-P", "-m", "agent", "agent", "run"]]


# -- the person is told ------------------------------------------------------------------------------------------------------


NOTES = [({"version": __version__}, __version__, ""), ({"version": "0.0.9"}, "0.0.9", "0.0.9"), ({}, "", "")]
SAID = f"執行中的每晚更新是 0.0.9 版，已安裝的是 {__version__} 版"


@pytest.mark.parametrize(("note", "version", "other"), NOTES)
def test_an_agent_of_another_version_is_known_by_its_note(elearn_home, note, version, other):
    """And told by doctor; of one that does not say its version nothing is claimed."""
    home = open_home(elearn_home)
    with present(home):
        (home.path / NOTE).write_text(json.dumps({"pid": os.getpid(), **note}))
        assert (running_version(home), other_version(home)) == (version, other)
        check = doctor.agent(home)
        assert (check.state, SAID in check.text) == (WARN, bool(other))
    assert running_version(home) is None
    assert doctor.agent(home).state == OK


def test_the_status_names_an_agent_of_another_version(elearn_home, run_elearn):
    home = open_home(elearn_home)
    with present(home):
        (home.path / NOTE).write_text(json.dumps({"pid": os.getpid(), "version": "0.0.9"}))
        document = run_elearn("agent", "status", "--json", env=REPLICA_ENV).json()
        text = run_elearn("agent", "status", env=REPLICA_ENV).stdout
    assert (document["running_version"], document["version"]) == ("0.0.9", __version__)
    assert SAID in text


# -- real processes --------------------------------------------------------------------------------------------------------


SCHEDULE = (
    '[notices]\ndesktop = false\n[schedule]\nat = "{at:%H:%M:%S}"\njitter_minutes = 0\nquiet_windows = []\n'
)


def test_the_running_agent_becomes_the_version_of_the_pointer(tmp_path):
    """Called for the night, it first goes on as the new version, under the same number; the night's run is the new one's."""
    root = tmp_path / "我的 數位學習補休"
    for version in ("0.1.0", "0.2.0"):
        portable(root / "versions" / version, version)
    for ahead in (6, 20, 60):  # seconds; a slow machine needs more of them to start
        (root / "current.txt").write_text("0.1.0\n")
        home = tmp_path / f"王 小明 {ahead}"
        home.mkdir(mode=0o700)
        hour = (datetime.now(TAIPEI) + timedelta(seconds=ahead)).replace(microsecond=0)  # as it is written
        (home / "config.toml").write_text(SCHEDULE.format(at=hour))
        process = started(root, home)
        try:
            until_it_says("已啟動", home)
            assert json.loads((home / NOTE).read_bytes()) == {"pid": process.pid, "version": "0.1.0"}
            (root / "current.txt").write_text("0.2.0\n")
            if "開始" in log(home) or datetime.now(TAIPEI) > hour:
                continue
            until_it_says("更新沒有完成", home)
            assert json.loads((home / NOTE).read_bytes()) == {"pid": process.pid, "version": "0.2.0"}
            process.send_signal(signal.SIGINT)  # as Ctrl-C in a terminal
            assert process.wait(20) == 0
            break
        finally:
            process.kill()
            process.wait()
    told = [line[20:] for line in log(home).splitlines()]
    assert [each for each in told if "版" in each or "啟動" in each or "開始" in each] == [
        "每晚更新已啟動。",
        "改以 0.2.0 版繼續。",
        "每晚更新已啟動。",
        "開始：補上錯過的更新。",
    ]


def started(root: Path, home: Path) -> subprocess.Popen[bytes]:
    """The agent of this home, as the version that the pointer names."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    env |= {
        **REPLICA_ENV,
        "ELEARN_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    env |= {"HOME": str(home.parent), "XDG_STATE_HOME": str(home.parent)}
    python = root / "versions" / (root / "current.txt").read_text().strip() / "python/bin/python3"
    words = [python, "-P", "-m", "agent", "agent", "run"]
    return subprocess.Popen(words, cwd=home, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def log(home: Path) -> str:
    """What the agent says it did."""
    path = home / "agent.log"
    return path.read_text("utf-8") if path.exists() else ""


def until_it_says(words: str, home: Path) -> None:
    """Wait until this stands in the agent's log."""
    end = time.monotonic() + 60
    while words not in log(home):
        assert time.monotonic() < end, f"no {words!r} in {log(home)!r}"
        time.sleep(0.1)
