"""What the whole runs share: traces searched at the end, a keyring, homes, and the main job done once by command line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from whole_runs import BACKEND, PLAN, Desk, Elearn, Ran, Traces, new_desk, state, with_password, zipped

import agent.syncing
from scrapers.replica import Replica, State


@pytest.fixture(scope="session")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traces]:
    """Where every whole run leaves its files and words. At the end of each worker no password stands in any of them."""
    found = Traces(tmp_path_factory.mktemp("traces"))
    yield found
    assert with_password(found) == []


@pytest.fixture(scope="session")
def file_keyring(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], dict[str, str]]:
    """An environment with an empty keyring in a file, outside of the traces."""
    folder = tmp_path_factory.mktemp("keyring")
    (folder / "kept_in_a_file.py").write_text(BACKEND)
    numbers = iter(range(1000))
    return lambda: {
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": str(folder),
        "KEPT_IN_A_FILE": str(folder / f"{next(numbers)}.json"),
    }


@pytest.fixture(scope="session")
def elearn(traces: Traces, file_keyring: Callable[[], dict[str, str]]) -> Callable[..., Elearn]:
    """`elearn(replica)`: the command with a home and a keyring of its own, pointed at this replica."""
    numbers = iter(range(1000))

    def make(replica: Replica | None = None, home: Path | None = None, **env: str) -> Elearn:
        pointed = {"ELEARN_REPLICA": replica.address, "ELEARN_REPLICA_KEY": replica.key} if replica else {}
        where = home or traces.folder / f"資料夾 {next(numbers)}"
        return Elearn(where, {**file_keyring(), **pointed, **env}, traces)

    return make


@pytest.fixture
def desk(traces: Traces, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """`desk(state)`: a fresh home and a running replica for runs in this process."""
    running: list[Replica] = []

    def make(shown: State | None = None, patience: float = 15) -> Desk:
        replica = Replica(shown or state()).__enter__()
        running.append(replica)
        folder = traces.folder / f"desk {len(list(traces.folder.iterdir()))}"
        made = new_desk(folder, replica, patience)
        monkeypatch.setattr(agent.syncing, "GuardedBrowser", made.browser)
        return made

    yield make
    for each in running:
        each.__exit__(None, None, None)


@dataclass
class Job:
    """The main job as it went: every step's process by name, and where things lie."""

    elearn: Elearn
    replica: Replica
    folder: Path
    steps: dict[str, Ran] = field(default_factory=dict)
    claim: Path = Path()

    def __getitem__(self, step: str) -> Ran:
        return self.steps[step]


@pytest.fixture(scope="session")
def job(traces: Traces, elearn: Callable[..., Elearn]) -> Iterator[Job]:
    """The main job by command line, once: from the password to an approved claim, then everything out and in again.

    With a session bus it uses the Secret Service (`make test` brings a private one), else a keyring in a file.
    """
    folder = traces.folder / "main job"
    folder.mkdir()
    with Replica(state()) as replica:
        command = elearn(replica)
        if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            real = {k: v for k, v in command.env.items() if k not in ("PYTHON_KEYRING_BACKEND", "PYTHONPATH")}
            command = Elearn(command.home, real, traces)
        command.configure()
        found = Job(command, replica, folder)
        _work(found)
        yield found
        command("credentials", "clear", "ecpa")


def _work(job: Job) -> None:
    run, steps, folder = job.elearn, job.steps, job.folder

    def step(name: str, *args: str | Path, **more: bool) -> Ran:
        steps[name] = run(*args, **more)
        return steps[name]

    steps["set"] = run.set_credential()
    step("status", "credentials", "status", "--json")
    step("sync", "sync", "--json", watch=True)
    step("check", "check", *PLAN, "--json")
    step("check text", "check", *PLAN)
    claim = step("claim", "claim", *PLAN, "--offline", "--json", watch=True).json()["claim"]
    job.claim = folder / "as prepared"
    shutil.copytree(claim["folder"], job.claim)
    zipped(job.claim, folder / "claim.zip")
    step("list", "claim", "list", "--json")
    step("verify", "verify", claim["folder"], "--json")
    step("verify zip", "verify", folder / "claim.zip", "--json")
    step("submitted", "claim", "mark", claim["id"], "submitted", "--json")
    step("check claimed", "check", *PLAN, "--json")
    step("claim again", "claim", *PLAN, "--offline", "--json")
    step("approved", "claim", "mark", claim["id"], "approved", "--json")
    step("list approved", "claim", "list", "--json")
    step("export", "export", "--format", "json", "--out", folder / "records.json")
    step("export csv", "export", "--format", "csv")
