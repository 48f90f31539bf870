"""What the measured commands run against: a replica in a process of its own, a fresh home, a keyring in a file."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Command
from scrapers.replica import DEMO_ACCOUNT, DEMO_PASSWORD

# A keyring of the replica's mode alone, where any back end is accepted: the Secret Service's own time is not this program's.
_KEYRING = """
import json, os
from keyring.backend import KeyringBackend
class Kept(KeyringBackend):
    priority = 1
    def _all(self):
        try:
            with open(os.environ["BENCH_KEYRING"]) as file: return json.load(file)
        except FileNotFoundError: return {}
    def _keep(self, data):
        with open(os.environ["BENCH_KEYRING"], "w") as file: json.dump(data, file)
    def get_password(self, service, name): return self._all().get(f"{service} {name}")
    def set_password(self, service, name, value): self._keep({**self._all(), f"{service} {name}": value})
    def delete_password(self, service, name):
        self._keep({key: each for key, each in self._all().items() if key != f"{service} {name}"})
"""


# Without a staff category nothing is claimable, and a claim of nothing makes no documents.
_SETTINGS = """[person]
name = "測試員"
agency = "高雄市示範區公所"
unit = "示範課"
job_title = "課員"
category = "編制內公務人員"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A home that has a credential, and the environment that points a command at it and at the replica."""

    home: Path
    env: dict[str, str]

    def elearn(self, *words: str, codes: tuple[int, ...] = (0,)) -> Command:
        """The command `elearn` with these words, in this home."""
        return Command(("-m", "agent", *words), self.env, codes)


@contextlib.contextmanager
def stage(years: str = "") -> Iterator[Stage]:
    """A running replica of the demonstration and a home with its account. `years`: a state file for another replica."""
    with tempfile.TemporaryDirectory(prefix="elearn-bench-") as name:
        folder = Path(name)
        (folder / "kept_keyring.py").write_text(_KEYRING)
        state = ["--state", years] if years else []
        replica = subprocess.Popen(
            [sys.executable, "-m", "scrapers.replica", *state], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            if replica.stdout is None:
                raise RuntimeError("the replica does not say where it is")
            pointed = dict(replica.stdout.readline().strip().split("=", 1) for _ in range(2))
            env = {
                **pointed,
                "ELEARN_HOME": str(folder / "home"),
                "PYTHON_KEYRING_BACKEND": "kept_keyring.Kept",
                "PYTHONPATH": str(folder),
                "BENCH_KEYRING": str(folder / "keyring.json"),
                "BENCH_ACCOUNT": DEMO_ACCOUNT,
                "BENCH_PASSWORD": DEMO_PASSWORD,
            }
            made = Stage(folder / "home", env)
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "agent",
                    "credentials",
                    "set",
                    "ecpa",
                    "--account",
                    DEMO_ACCOUNT,
                    "--password-stdin",
                ],
                cwd=ROOT,
                env={**os.environ, **env},
                input=DEMO_PASSWORD,
                text=True,
                check=True,
                capture_output=True,
            )
            (made.home / "config.toml").write_text(_SETTINGS, encoding="utf-8")
            yield made
        finally:
            replica.terminate()
            replica.wait(10)
