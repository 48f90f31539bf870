"""What the fault suite shares: a home that has read once, and a fresh copy of it with a replica for every test."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from fault_runs import BEFORE, Bench, new_bench
from whole_runs import BACKEND, few, state

from scrapers.replica import State


def keyring_in(folder: Path) -> dict[str, str]:
    """An environment with a keyring in a file of this folder, which is not searched for the password."""
    folder.mkdir(exist_ok=True)
    (folder / "kept_in_a_file.py").write_text(BACKEND)
    return {
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": str(folder),
        "KEPT_IN_A_FILE": str(folder / "kept.json"),
    }


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has read four records, once for all workers; never used itself."""
    root = tmp_path_factory.getbasetemp()
    room = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root  # what the workers share
    folder, made = room / "template", room / "template-made"
    with FileLock(room / "template.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            made.write_text(str(_read_once(folder)), "utf-8")
    return Path(made.read_text("utf-8"))


def _read_once(folder: Path) -> Path:
    given = state(few(BEFORE))
    given.page_size = 3
    bench = new_bench(folder, given, "ecpa", None, keyring_in(folder / "keyring"))
    done = bench.sync()
    bench.replica.__exit__(None, None, None)
    assert done.code == 0, done.stdout + done.stderr
    return bench.home


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder of the test's own with a short name: below it Chromium makes a socket, and such paths have 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="fault-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bench(short_path: Path, template: Path) -> Iterator[Callable[[State, str], Bench]]:
    """`bench(state, gateway)`: a copy of the template before a replica in this state."""
    made: list[Bench] = []

    def make(given: State, gateway: str) -> Bench:
        found = new_bench(short_path, given, gateway, template, keyring_in(short_path / "keyring"))
        made.append(found)
        return found

    yield make
    for each in made:
        each.replica.__exit__(None, None, None)
