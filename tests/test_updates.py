"""Updates: a new version beside the old, tried on the stored records, then the pointer; one step back; never during a run.

The versions here are real copies of the program with a number of their own, started by a small script in place of the
Python that a portable folder for Windows brings along.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from stored_homes import REPLICA_ENV, demo_records, new_home, save

from agent.clock import TAIPEI
from agent.home import Home, hold
from agent.schedule.presence import is_running, present, running_version
from agent.store import Store
from agent.updating.parcel import SUMS, damaged, newest_dropped, opened, put_beside
from agent.updating.places import Installed, installed, rank
from agent.updating.trying import _differences
from agent.upkeep.checks import program
from agent.upkeep.checks.check import OK, WARN
from rules.errors import ConfigError

ROOT = Path(__file__).parents[1]
NOW = datetime(2023, 7, 3, 8, tzinfo=TAIPEI)


def write_sums(folder: Path) -> None:
    """The list of hashes, as the packaging writes it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    (folder / SUMS).write_text(
        "".join(
            f"{sha256(each.read_bytes()).hexdigest()}  {each.relative_to(folder).as_posix()}\n"
            for each in files
        )
    )


def make_version(
    folder: Path, number: str, *, broken: bool = False, other: bool = False, schema: bool = False
) -> Path:
    """A version folder of this program. `other`: it judges differently; `schema`: its database is newer."""
    app = folder / "app"
    for name in ("agent", "scrapers", "rules"):
        shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "config.example.toml", app / "agent" / "config.example.toml")
    init = app / "agent" / "__init__.py"
    init.write_text(
        re.sub(r'__version__ = ".*"', f'__version__ = "{number}"', init.read_text("utf-8")), "utf-8"
    )
    if broken:
        (app / "agent" / "cli.py").write_text("def main(:\n")
    if other:
        plan = app / "rules" / "plans" / "kaohsiung-112.toml"
        text = plan.read_text("utf-8")
        plan.write_text(
            re.sub(r"(?m)^title( *)= \"高雄市政府", r'title\1= "新北市政府', text, count=1), "utf-8"
        )
        assert plan.read_text("utf-8") != text
    if schema:
        database = app / "agent" / "store" / "database.py"
        head = re.search(r'^HEAD = "(\d+)"', database.read_text("utf-8"), re.MULTILINE)[1]
        database.write_text(database.read_text("utf-8").replace(f'HEAD = "{head}"', 'HEAD = "0999"'), "utf-8")
        (app / "agent/store/migrations/versions/0999_later.py").write_text(
            f'revision = "0999"\ndown_revision = "{head}"\n\n\ndef upgrade() -> None:\n    """Nothing."""\n'
        )
    python = folder / "python" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    # As the file beside the embeddable Python does: its own `app` comes before anything else.
    python.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="$(dirname "$0")/../../app"\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    (folder / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## {number}\n\n- 新的說明。\n\n## 0.0.1\n\n- 舊的。\n", "utf-8"
    )
    write_sums(folder)
    return folder


def zipped(version: Path, to: Path) -> Path:
    """A portable zip of this version, as the packaging makes it."""
    with zipfile.ZipFile(to, "w") as archive:
        for path in sorted(version.rglob("*")):
            if path.is_file():
                name = f"我的數位學習補休/versions/{version.name}/{path.relative_to(version).as_posix()}"
                archive.write(path, name)
        archive.writestr("我的數位學習補休/current.txt", f"{version.name}\r\n")
    return to


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """Versions once: 0.1.0 and what comes after it."""
    folder = tmp_path_factory.mktemp("versions")
    make_version(folder / "0.1.0", "0.1.0")
    make_version(folder / "0.2.0", "0.2.0")
    make_version(folder / "0.3.0", "0.3.0", other=True, schema=True)
    make_version(folder / "0.4.0", "0.4.0", broken=True)
    return folder


class Place:
    """A portable folder in a path with Chinese characters and a blank, and its command."""

    def __init__(self, root: Path, made: Path, home: Path, temporary: Path) -> None:
        self.root, self.home = root, home
        shutil.copytree(made / "0.1.0", root / "versions" / "0.1.0")
        (root / "current.txt").write_text("0.1.0\n")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
        self.env |= {
            **REPLICA_ENV,
            "ELEARN_HOME": str(home),
            "HOME": str(home.parent / "person"),
            "XDG_CONFIG_HOME": str(home.parent / "person" / "config"),
            "TMPDIR": str(temporary),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def start_agent(self) -> subprocess.Popen[bytes]:
        """`elearn agent run` as the version of the pointer, once it is there."""
        version = self.root / "versions" / (self.root / "current.txt").read_text().strip()
        (self.home / "config.toml").write_text("[notices]\ndesktop = false\n[schedule]\nquiet_windows = []\n")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        words = [version / "python/bin/python3", "-P", "-m", "agent", "agent", "run"]
        made = subprocess.Popen(words, cwd=self.home, env=self.env, **quiet)
        while not running_version(Home(self.home)):
            assert made.poll() is None
            time.sleep(0.1)
        return made

    def agent_version(self) -> str | None:
        """The version of the agent that runs."""
        return running_version(Home(self.home))

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """As the launcher does: the version of the pointer, its Python, its `app` as folder."""
        version = self.root / "versions" / (self.root / "current.txt").read_text().strip()
        return subprocess.run(
            [version / "python/bin/python3", "-X", "utf8", "-m", "agent", *words],
            cwd=version / "app",
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=200,
            check=False,
        )


@pytest.fixture
def place(tmp_path, made) -> Place:
    home = new_home(tmp_path / "王 小明")
    save(home, demo_records(), NOW)
    (tmp_path / "tmp").mkdir()
    return Place(tmp_path / "我的 數位學習補休", made, home.path, tmp_path / "tmp")


def test_a_dropped_zip_is_noticed_tried_switched_to_and_gone_back_from(place, made):
    """The whole way with the same verdicts: notice, switch, the old version kept, one step back, nothing left behind.

    The nightly agent runs and is installed: it is ended for each switch, and begun again as the version that then starts.
    """
    assert place("agent", "install").returncode == 0
    agent = place.start_agent()
    try:
        _there_and_back(place, made)
        assert agent.wait(10) == 0
    finally:
        agent.kill()
        assert json.loads(place("agent", "uninstall", "--json").stdout)["stopped"]
    assert [each.name for each in place.root.iterdir() if each.name.startswith(".")] == []
    assert [each.name for each in Path(place.env["TMPDIR"]).iterdir()] == []


def _there_and_back(place, made):
    assert place.agent_version() == "0.1.0"
    zipped(made / "0.2.0", place.root / "新版.zip")
    seen = json.loads(place("update", "check", "--json").stdout)
    assert seen == {"current": "0.1.0", "found": "0.2.0", "newer": True, "news": "- 新的說明。"}
    done = place("update", "install", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["update"] == {
        "from": "0.1.0",
        "to": "0.2.0",
        "differences": [],
        "removed": [],
        "agent": "restarted",
    }
    assert (place.root / "current.txt").read_text() == "0.2.0\n"
    assert place.agent_version() == "0.2.0"
    assert place("--version").stdout.strip().endswith("0.2.0")
    status = json.loads(place("update", "status", "--json").stdout)
    assert status == {"current": "0.2.0", "previous": "0.1.0", "versions": ["0.1.0", "0.2.0"], "damaged": []}
    back = place("update", "rollback", "--json")
    assert json.loads(back.stdout)["update"] == {
        "from": "0.2.0",
        "to": "0.1.0",
        "set_aside": None,
        "agent": "restarted",
    }
    assert place("--version").stdout.strip().endswith("0.1.0")
    assert place.agent_version() == "0.1.0"


def test_an_agent_in_a_terminal_is_left_to_go_on_by_itself(place, made):
    """Nothing starts it at log-in: it is not ended for the switch, nor begun again elsewhere."""
    from agent.updating import restarting

    home = Home(place.home)
    assert restarting.ended(home) is restarting.Agent.NONE
    with present(home):
        assert restarting.ended(home) is restarting.Agent.BY_ITSELF
        left = restarting.started(restarting.Agent.BY_ITSELF, Installed(place.root), home)
        assert (left, is_running(home)) == (restarting.Agent.BY_ITSELF, True)


def test_a_switch_that_fails_leaves_the_agent_running(tmp_path, monkeypatch):
    """No room for the copy of the database: nothing is switched, and the nights go on as they did."""
    import agent.updating.switching as switching
    from agent.updating.restarting import Agent

    home = new_home(tmp_path / "home")
    save(home, demo_records(), NOW)
    place = Installed(tmp_path)
    place.folder("0.1.0").mkdir(parents=True)
    place.point("0.1.0", "0.1.0")
    begun = []
    monkeypatch.setattr(switching, "ended", lambda home: Agent.RESTARTED)
    monkeypatch.setattr(switching, "started", lambda agent, place, home: begun.append(place.current()))
    monkeypatch.setattr(switching, "back_up", lambda *_: (_ for _ in ()).throw(ConfigError("disk full", "")))
    with pytest.raises(ConfigError, match="disk full"):
        switching.switch(place, home, "0.2.0")
    assert begun == ["0.1.0"]


def test_another_verdict_is_listed_and_asked_and_the_way_back_has_the_old_database(place, made):
    """Without --yes nothing is switched; with it, rollback puts the database of the old schema back and keeps the newer."""
    refused = place("update", "install", made / "0.3.0")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert "plan_title：高雄市政府" in refused.stderr
    assert "→ 新北市政府" in refused.stderr
    assert (place.root / "current.txt").read_text() == "0.1.0\n"
    assert not (place.root / "versions" / "0.3.0").exists()
    assert place("update", "install", made / "0.3.0", "--yes").returncode == 0
    assert place("history", "--json").returncode == 0, "the new version upgrades the database"
    back = place("update", "rollback", "--json")
    aside = json.loads(back.stdout)["update"]["set_aside"]
    assert Path(aside).is_file()
    assert place("--version").stdout.strip().endswith("0.1.0")
    with Store.open(place.home / "elearn.sqlite3") as store:
        assert len(store.records()) == len(demo_records())


def test_a_version_that_does_not_start_is_not_switched_to(place, made):
    done = place("update", "install", made / "0.4.0", "--yes", "--json")
    assert done.returncode == 2
    assert "新版無法啟動" in json.loads(done.stdout)["error"]["message"] or "無法讀取" in done.stdout
    assert (place.root / "current.txt").read_text() == "0.1.0\n"
    assert sorted(each.name for each in (place.root / "versions").iterdir()) == ["0.1.0"]


def test_never_while_a_run_holds_the_lock(place, made):
    with hold(Home(place.home)):
        done = place("update", "install", made / "0.2.0", "--json")
        assert (done.returncode, json.loads(done.stdout)["error"]["kind"]) == (15, "locked")
    assert (place.root / "current.txt").read_text() == "0.1.0\n"


def test_a_file_that_antivirus_took_is_named(place):
    (place.root / "versions/0.1.0/app/scrapers/guard.py").unlink()
    done = place("update", "status", "--json")
    assert (done.returncode, json.loads(done.stdout)["damaged"]) == (3, ["app/scrapers/guard.py"])


# -- the parts ---------------------------------------------------------------------------------------------------------------


def test_this_checkout_is_no_portable_folder_and_says_how_to_update(run_elearn):
    done = run_elearn("update", "check", "--json", env=REPLICA_ENV)
    assert done.code == 2
    assert "uv tool install" in done.json()["error"]["remedy"]
    with pytest.raises(ConfigError):
        installed()


def taken_out(folder: Path) -> None:
    (folder / "app/agent/cli.py").unlink()


def changed_file(folder: Path) -> None:
    (folder / "app/agent/cli.py").write_text("import os\n")


def added(folder: Path) -> None:
    (folder / "app/agent/extra.py").write_text("")


def no_list(folder: Path) -> None:
    (folder / SUMS).unlink()


def no_number(folder: Path) -> None:
    (folder / "app/agent/__init__.py").write_text("")
    write_sums(folder)


def a_strange_number(folder: Path) -> None:
    (folder / "app/agent/__init__.py").write_text('__version__ = "../../evil"\n')
    write_sums(folder)


@pytest.mark.parametrize("spoil", [taken_out, changed_file, added, no_list, no_number, a_strange_number])
def test_a_version_that_is_not_whole_is_refused(made, tmp_path, spoil):
    folder = tmp_path / "0.2.0"
    shutil.copytree(made / "0.2.0", folder)
    spoil(folder)
    with pytest.raises(ConfigError), opened(folder, tmp_path):
        pass


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil"])
def test_a_zip_that_reaches_outside_is_refused(tmp_path, name):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ConfigError, match="不該有的路徑"), opened(path, tmp_path):
        pass
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.zip"]


def test_what_is_no_version_is_said_so(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "x.zip").write_bytes(b"no zip")
    for path in (empty, tmp_path / "x.zip"):
        with pytest.raises(ConfigError), opened(path, tmp_path):
            pass


def test_the_newest_of_several_dropped_zips_is_taken_and_doctor_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "installed", lambda: Installed(tmp_path))
    assert program.version().state == OK
    for number in ("0.9.0", "0.10.0", "0.2.0"):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr(f"x/versions/{number}/app/agent/__init__.py", "")
    (tmp_path / "other.zip").write_bytes(b"no zip")
    assert newest_dropped(tmp_path) == ("0.10.0", tmp_path / "0.10.0.zip")
    assert newest_dropped(tmp_path / "versions") is None
    notice = program.version()
    assert (notice.state, "新版 0.10.0" in notice.text, "elearn update check" in notice.remedy) == (
        WARN,
        True,
        True,
    )
    assert rank("0.10.0") > rank("0.9.9")


def test_a_copy_that_breaks_off_leaves_no_version(made, tmp_path, monkeypatch):
    (tmp_path / "versions").mkdir()
    with opened(made / "0.2.0", tmp_path) as parcel:
        monkeypatch.setattr(shutil, "copytree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            put_beside(parcel, tmp_path / "versions")
    assert list((tmp_path / "versions").iterdir()) == []


def test_the_pointer_notes_the_way_back_first(tmp_path, monkeypatch):
    """A power cut between the two leaves the old version starting."""
    place = Installed(tmp_path)
    for number in ("0.1.0", "0.2.0"):
        place.folder(number).mkdir(parents=True)
    place.point("0.1.0", "0.1.0")
    import agent.updating.places as places

    real, calls = places.write_private, []

    def once(path, data):
        calls.append(path.name)
        if len(calls) == 2:
            raise OSError("power cut")
        real(path, data)

    monkeypatch.setattr(places, "write_private", once)
    with pytest.raises(OSError, match="power cut"):
        place.point("0.2.0", "0.1.0")
    assert calls == ["previous.txt", "current.txt"]
    assert (place.current(), place.previous()) == ("0.1.0", "0.1.0")


def test_differences_are_named_by_their_place():
    one = {"benefits": [{"claimable": "4"}], "gone": 1, "same": [1, 2]}
    two = {"benefits": [{"claimable": "8"}], "same": [1, 2], "new": "x"}
    assert _differences(one, two) == ["benefits › 0 › claimable：4 → 8", "gone：1 → null", "new：null → x"]


def test_a_whole_version_has_no_damage(made):
    assert damaged(made / "0.1.0") == []
