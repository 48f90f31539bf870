"""Started at log-in: each way's file as it is written, and each way refused by a machine that denies it.

The machines here are fakes: this one has no Windows, no macOS and no user's systemd. What stands in the files is compared
with what was looked at once (`tests/golden/schedule`), and read back by what reads such files where that is at hand.
"""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.schedule import install_autostart, install_launchd, install_startup, install_systemd, install_tasks
from agent.schedule.ladder import PAGE_SENTENCE, climb, keys, present, remove_all, rung
from agent.schedule.machine import Answered, Machine, Start, this_machine, this_program

GOLDEN = Path(__file__).parents[1] / "golden" / "schedule"
ARGUMENTS = ("-P", "-m", "agent", "agent", "run", "--delay", "60")
LINUX = Start(
    '/home/王 小明/100% "程式"/bin/python',
    ARGUMENTS,
    "/home/王 小明/資料 $HOME",
    {"ELEARN_HOME": "/home/王 小明/資料 $HOME", "ELEARN_BROWSER": "/opt/瀏覽器 100%/chrome"},
)
WINDOWS = Start(
    r"C:\Users\王 小明\AppData\Local\Programs\elearn\versions\0.1.0\pythonw.exe",
    (*ARGUMENTS, "--home", r"D:\王 小明 & 家人\資料"),
    r"D:\王 小明 & 家人\資料",
)
MAC = Start(
    "/Users/王 小明/.local/bin/python3",
    ARGUMENTS,
    "/Users/王 小明/資料 <1>",
    {"ELEARN_HOME": "/Users/王 小明/資料 <1>"},
)
FILES = {
    "elearn-agent.service": lambda: install_systemd.unit(LINUX).encode(),
    "elearn-agent.desktop": lambda: install_autostart.entry(LINUX).encode(),
    "elearn-agent.plist": lambda: install_launchd.plist(MAC),
    "elearn-agent.xml": lambda: install_tasks.task(WINDOWS, "家用電腦\\王 小明"),
    "shortcut.ps1": install_startup.SCRIPT.encode,
}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_written_as_it_was_looked_at(name):
    """Byte for byte, with blanks, Chinese, quotes, per cent and dollar signs in the paths."""
    assert FILES[name]() == (GOLDEN / name).read_bytes()


# -- the files, read by others -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["王 小明", "100% 資料", "a$b ${HOME}", 'a "b"', "a\\b"])
def test_systemd_accepts_the_unit(tmp_path, name):
    """`systemd-analyze verify` finds the program and has nothing to say, whatever characters stand in the path."""
    folder = tmp_path / name
    folder.mkdir()
    program = folder / "python"
    program.symlink_to(shutil.which("true") or "")
    path = tmp_path / "elearn-agent.service"
    start = Start(str(program), ARGUMENTS, str(folder), {"ELEARN_HOME": str(folder)})
    path.write_text(install_systemd.unit(start), encoding="utf-8")
    words = ["systemd-analyze", "verify", "--user", "--man=no", path]
    own = {"XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=own, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_desktop_entry_gives_back_the_very_words():
    """Unescaped as a string of such a file, then as an Exec line, it is the words again (Desktop Entry Specification)."""
    line = next(each for each in install_autostart.entry(LINUX).splitlines() if each.startswith("Exec="))
    once = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")
    words, word, inside, escaped = [], "", False, False
    for each in once:
        if escaped:
            word, escaped = word + each, False
        elif inside and each == "\\":
            escaped = True
        elif each == '"':
            if inside:
                words.append(word)
            word, inside = "", not inside
        elif inside:
            word += each
    variables = [f"{name}={value}" for name, value in sorted(LINUX.environment.items())]
    assert words == ["env", *variables, *LINUX.words]


def test_the_property_list_gives_back_the_very_words():
    """Read back by plistlib: the words, the folder, at log-in in the desktop's session, again only after a crash."""
    found = plistlib.loads(install_launchd.plist(MAC))
    assert found["ProgramArguments"] == list(MAC.words)
    assert found["EnvironmentVariables"] == MAC.environment
    assert (found["RunAtLoad"], found["LimitLoadToSessionType"], found["KeepAlive"]) == (
        True,
        "Aqua",
        {"Crashed": True},
    )


NS = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
TASK = {
    "t:Triggers/t:LogonTrigger/t:UserId": "家用電腦\\王 小明",  # without it access is denied
    "t:Principals/t:Principal/t:UserId": "家用電腦\\王 小明",
    "t:Principals/t:Principal/t:LogonType": "InteractiveToken",
    "t:Principals/t:Principal/t:RunLevel": "LeastPrivilege",
    "t:Settings/t:StartWhenAvailable": "true",
    "t:Settings/t:DisallowStartIfOnBatteries": "false",
    "t:Settings/t:StopIfGoingOnBatteries": "false",
    "t:Settings/t:ExecutionTimeLimit": "PT0S",
    "t:Settings/t:MultipleInstancesPolicy": "IgnoreNew",
    "t:Actions/t:Exec/t:Command": WINDOWS.program,
    "t:Actions/t:Exec/t:WorkingDirectory": WINDOWS.folder,
    "t:Actions/t:Exec/t:Arguments": r'-P -m agent agent run --delay 60 --home "D:\王 小明 & 家人\資料"',
}


def test_the_task_says_who_when_and_what():
    """The trigger names the user, the token is interactive, nothing is elevated, batteries do not matter."""
    data = install_tasks.task(WINDOWS, "家用電腦\\王 小明")
    assert data.startswith(b"\xff\xfe")
    assert b"\r\0\n\0" in data
    task = ET.fromstring(data.decode("utf-16"))
    assert {path: task.findtext(path, namespaces=NS) for path in TASK} == TASK


def test_the_interpreter_is_started_and_never_the_generated_command(tmp_path):
    """`python -P -m agent`; on Windows the one without a window, and the folder as an argument, since a task knows no variables."""
    (tmp_path / "elearn").mkdir()
    linux = this_program(Machine("linux", tmp_path, {"ELEARN_HOME": "x", "OTHER": "y"}, deny), tmp_path)
    assert linux.arguments[:5] == ("-P", "-m", "agent", "agent", "run")
    assert linux.environment == {"ELEARN_HOME": str(tmp_path)}
    windows = this_program(Machine("win32", tmp_path, {"ELEARN_HOME": "x"}, deny), tmp_path)
    assert windows.arguments[-2:] == ("--home", str(tmp_path))
    assert windows.environment == {}
    assert "python" in Path(linux.program).name


# -- the ladder --------------------------------------------------------------------------------------------------------


def deny(words, more):
    """A machine on which no command does anything."""
    return Answered(1, "Access is denied.")


@dataclass
class Fake:
    """A machine that answers by the words of a command; what it was asked is kept."""

    allows: tuple[str, ...]
    asked: list[str] = field(default_factory=list)
    tasks: bool = False

    def run(self, words, more):
        said = " ".join(words)
        self.asked.append(said)
        if not any(each in said for each in self.allows):
            return Answered(1, "Access is denied.")
        if "/Query" in said:
            return Answered(0 if self.tasks else 1)
        if "/Create" in said:
            self.tasks = True
        if "/Delete" in said:
            self.tasks = False
        if words[0] == "powershell":
            Path(more["ELEARN_LINK"]).parent.mkdir(parents=True, exist_ok=True)
            Path(more["ELEARN_LINK"]).write_bytes(b"L\0\0\0")
        return Answered(0, "501" if words[0] == "id" else "")


def machine(platform, folder, *allows):
    """A machine of this system that allows these commands; with Windows' own names for the user."""
    fake = Fake(allows)
    more = (
        {"USERNAME": "王 小明", "USERDOMAIN": "家用電腦", "APPDATA": str(folder / "AppData")}
        if platform == "win32"
        else {}
    )
    return Machine(platform, folder, more, fake.run), fake


LADDER = [
    ("linux", ("systemctl",), "systemd", 0),
    ("linux", (), "autostart", 1),
    ("win32", ("schtasks", "powershell"), "tasks", 0),
    ("win32", ("powershell",), "startup", 1),
    ("win32", (), "page", 2),
    ("darwin", ("launchctl", "id"), "launchd", 0),
    ("darwin", ("id",), "page", 1),
]


@pytest.mark.parametrize(("platform", "allows", "key", "refused"), LADDER)
def test_the_best_way_that_is_allowed_is_taken(tmp_path, platform, allows, key, refused):
    """Each step denied leads to the next, with the reason; taken away again, nothing is left."""
    here, _ = machine(platform, tmp_path, *allows)
    found = climb(LINUX, here)
    assert (found.key, len(found.refused)) == (key, refused)
    assert all(reason for _, reason in found.refused)
    assert len(present(here)) == (0 if key == "page" else 1)
    assert len(remove_all(here)) == len(present(here)) + (0 if key == "page" else 1)
    assert present(here) == []
    assert [each for each in tmp_path.rglob("*") if each.is_file() or each.is_symlink()] == []


def test_where_nothing_is_allowed_the_page_says_that_it_will_look(tmp_path):
    """The sentence of the last step, on a Windows whose tasks, scripts and Startup folder are all closed."""
    here, _ = machine("win32", tmp_path)
    assert climb(WINDOWS, here).installed.remark == PAGE_SENTENCE


@pytest.mark.parametrize("key", ["systemd", "autostart"])
def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path, key):
    """A file stands where the folder would have to be: no traceback, the next step."""
    (tmp_path / ".config").write_text("")
    here, _ = machine("linux", tmp_path, "systemctl")
    found = climb(LINUX, here)
    assert rung(key).TITLE in dict(found.refused)
    assert found.key == "page"


def test_a_launchagents_folder_that_cannot_be_written_is_a_refusal(tmp_path):
    """The same on macOS."""
    (tmp_path / "Library").write_text("")
    here, _ = machine("darwin", tmp_path, "launchctl", "id")
    assert climb(MAC, here).key == "page"


def test_a_better_way_takes_the_place_of_the_one_before(tmp_path):
    """The shortcut goes when tasks are allowed later: the agent would be started twice."""
    here, _ = machine("win32", tmp_path, "powershell")
    assert climb(WINDOWS, here).key == "startup"
    better, _ = machine("win32", tmp_path, "powershell", "schtasks")
    assert climb(WINDOWS, better).key == "tasks"
    assert [title for title, _ in present(better)] == [install_tasks.TITLE]


def test_without_a_running_user_manager_the_unit_waits_for_the_next_log_in(tmp_path):
    """Only `systemctl --version` answers, as over ssh: the link that `enable` makes is there, and the person is told what to do."""
    here, fake = machine("linux", tmp_path, "--version")
    found = climb(LINUX, here)
    link = tmp_path / ".config/systemd/user/default.target.wants/elearn-agent.service"
    assert found.key == "systemd"
    assert "systemctl --user enable --now" in found.installed.remark
    assert link.resolve() == Path(found.installed.path)
    assert remove_all(here)
    assert not link.is_symlink()
    assert "systemctl --user disable --now elearn-agent.service" in fake.asked


def test_installed_twice_is_installed_once(tmp_path):
    """The second time overwrites the first."""
    here, _ = machine("linux", tmp_path, "systemctl")
    assert climb(LINUX, here) == climb(LINUX, here)
    assert len(present(here)) == 1


def test_every_way_has_the_same_shape():
    """One file each, found by its name."""
    for platform in ("linux", "win32", "darwin"):
        for key in keys(platform):
            assert all(callable(getattr(rung(key), each)) for each in ("install", "remove", "present"))
    assert keys(this_machine().platform)
