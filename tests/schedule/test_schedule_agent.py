"""The agent as a process: one a home, the runs it starts and stops, and how it is installed and taken away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from schedule_samples import NIGHT, REPLICA, enter

from agent.home import hold
from agent.schedule.child import Child
from agent.schedule.presence import ask_to_stop, is_running, present
from agent.schedule.resident import Resident
from agent.store import Store


def test_the_second_agent_is_told_which_one_runs(home, run_elearn):
    """15, with the process that runs; the first is not disturbed, and its number is not believed once it is gone."""
    with present(home):
        assert is_running(home)
        second = run_elearn("agent", "run", env=REPLICA)
        assert (second.code, f"行程 {os.getpid()}" in second.stderr) == (15, True)
    assert not is_running(home)
    assert ask_to_stop(home, within=0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root would be root")
def test_as_root_no_agent_of_the_real_portal_starts(run_elearn):
    """2, before anything runs."""
    assert run_elearn("agent", "run").code == 2


def test_a_process_that_hangs_is_ended_with_all_it_started(home, tmp_path, monkeypatch):
    """Asked first; when it does not heed that, it and its own children are killed."""
    (tmp_path / "deaf.py").write_text(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['sleep', '300'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid, file=open(sys.argv[1], 'w'), flush=True)\n"
        "time.sleep(300)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child(home, patience=0.5, limit=1.5)
    ended = child.run("deaf", str(tmp_path / "pid"))
    assert ended.code < 0
    inner = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{inner}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_asked_to_stop_the_agent_asks_the_run_under_way_and_waits_for_it(home, tmp_path, monkeypatch, number):
    """The run is not left behind: it ends at its own next step, then the agent does, as one that was asked to."""
    (tmp_path / "willing.py").write_text(
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), sys.exit(1)))\n"
        "os.kill(os.getppid(), int(sys.argv[1]))\n"
        "time.sleep(300)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child(home)
    run = child.run
    monkeypatch.setattr(child, "run", lambda *words: run("willing", str(int(number))))
    enter(home, NIGHT - timedelta(days=2))
    told = []
    assert Resident(home, "replica", told.append, child, now=lambda: NIGHT).run() is None
    assert told == [
        "每晚更新已啟動。",
        "開始：補上錯過的更新。",
        "更新沒有完成（代碼 1）。",
        "每晚更新已停止。",
    ]


def test_a_home_of_the_other_world_is_refused(home, run_elearn):
    """2: its records are the real portal's, and the environment names a replica."""
    with Store.open(home.database) as store:
        store.bind_mode("real")
    assert run_elearn("agent", "run", env=REPLICA).code == 2


def test_the_morning_word_runs_as_a_process(home):
    """`python -m agent.schedule.telling` ends well, with something to look at and without."""
    home.config.write_text("[notices]\ndesktop = false\n", "utf-8")
    words = [sys.executable, "-P", "-m", "agent.schedule.telling"]
    own = {**os.environ, **REPLICA, "ELEARN_HOME": str(home.path)}
    assert subprocess.run(words, env=own, check=False).returncode == 0
    enter(home, NIGHT)
    assert subprocess.run(words, env=own, check=False).returncode == 0


def test_the_lock_of_the_agent_is_not_the_lock_of_a_run(home):
    """An idle agent keeps nobody from updating by hand."""
    with present(home), hold(home):
        assert json.loads((home.path / "agent.json").read_text())["pid"] == os.getpid()


def test_installed_it_is_found_by_status_and_purge_and_taken_away(home, run_elearn, tmp_path):
    """By command, with the folders of a person of its own: the unit starts this interpreter with this home."""
    done = run_elearn("agent", "install", "--json", env=REPLICA)
    place = Path(done.json()["installed"]["place"])
    assert (done.code, place.is_relative_to(tmp_path / "person")) == (0, True)
    text = place.read_text("utf-8")
    assert f'"{sys.executable}" "-P" "-m" "agent" "agent" "run"' in text
    assert f"ELEARN_HOME={home.path}" in text
    status = run_elearn("agent", "status", "--json", env=REPLICA).json()
    assert [each["place"] for each in status["installed"]] == [str(place)]
    keyring = {**REPLICA, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    purged = run_elearn("purge", "--yes", "--json", env=keyring).json()
    assert [each["place"] for each in purged["removed"]["autostart"]] == [str(place)]
    assert purged["left"]["autostart"] == []
    assert not place.exists()
    assert run_elearn("agent", "install", env=REPLICA).code == 0
    assert run_elearn("agent", "uninstall", "--json", env=REPLICA).json()["removed"][0]["place"] == str(place)
    assert [each for each in (tmp_path / "person").rglob("*") if "elearn-agent" in each.name] == []


def test_purge_of_a_home_that_installed_nothing_leaves_anothers_alone(home, run_elearn, tmp_path):
    """Somebody else's nightly run goes on."""
    other = {**REPLICA, "ELEARN_HOME": str(tmp_path / "other")}
    place = Path(run_elearn("agent", "install", "--json", env=other).json()["installed"]["place"])
    keyring = {**REPLICA, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert run_elearn("purge", "--yes", "--json", env=keyring).json()["removed"]["autostart"] == []
    assert place.exists()
