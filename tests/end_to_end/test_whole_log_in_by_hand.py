"""`elearn login` in a real visible browser: the person acts, the program types nothing, later runs use the session."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scrapers.replica import State


@pytest.fixture
def display() -> Iterator[str]:
    """A screen that nobody sees."""
    server = shutil.which("Xvfb")
    assert server, "Xvfb is installed by make test"
    read, write = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as number:
        name = f":{number.readline().strip()}"
    yield name
    process.terminate()
    process.wait(10)


def _waiting(run_elearn: Callable[..., Any], env: dict[str, str]) -> set[str]:
    return {
        each["key"] for each in run_elearn("agent", "status", "--json", env=env).json()["waiting_for_person"]
    }


def test_the_session_of_a_person_serves_later_runs(
    replica: Callable[..., Any],
    replica_env: Callable[[Any], dict[str, str]],
    run_elearn: Callable[..., Any],
    elearn_home: Path,
    display: str,
) -> None:
    served = replica(State.demo(person_acts=True))
    env = replica_env(served)
    without = run_elearn("login", "--wait", "0.1", env={**env, "DISPLAY": None, "WAYLAND_DISPLAY": None})
    assert without.code == 11
    assert "桌面" in without.stderr
    gone = run_elearn("login", "--wait", "0.1", env={**env, "DISPLAY": ":987", "WAYLAND_DISPLAY": None})
    assert gone.code == 11
    assert "login" in _waiting(run_elearn, env)  # a task until it is done
    for gateway in (
        "ecpa",
        "egov",
    ):  # the keyring is the session's: another test may have left its credential there
        run_elearn("credentials", "clear", gateway, env=env)
    assert run_elearn("sync", env=env).code == 16
    logged_in = run_elearn("login", "--json", "--wait", "3", env={**env, "DISPLAY": display})
    assert logged_in.code == 0, logged_in.stderr
    assert "login" not in _waiting(run_elearn, env)
    kept = elearn_home / "session.bin"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"PHPSESSID" not in kept.read_bytes()
    for _ in range(2):
        run = run_elearn("sync", "--json", env=env)
        assert run.code == 0, run.stderr
        assert run.json()["run"]["records"] == 39
    assert served.submissions("ecpa") == 0
    served.sessions.clear()
    served.state.behave(person_acts=False)
    ended = run_elearn("sync", "--json", env=env)
    assert ended.json()["error"]["kind"] == "person_needed"
    assert "elearn login" in ended.json()["error"]["remedy"]
