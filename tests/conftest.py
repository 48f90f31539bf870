"""What the tests share: a home of one's own, the command as a process, the replica, a browser, and no network."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from scrapers.replica import Replica, State

BROWSERS = ("google-chrome", "google-chrome-stable", "microsoft-edge", "chromium", "chromium-browser")
# The tests' own browser sees this machine alone, and starts no errand of its own.
QUIET = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1",
    "--no-proxy-server",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# How long an example takes says something of the machine's other work only.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Without the private Secret Service of `make test`, no test may find the keyring of who runs it.

    Several workers have one each: a keyring is one person's, and a test may empty or lock its own.
    """
    if os.environ.get("ELEARN_TEST_SECRET_SERVICE") != "private":
        os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    elif hasattr(config, "workerinput"):
        config.add_cleanup(_own_secret_service())


def _own_secret_service() -> Callable[[], None]:
    """Start one more private bus and keyring, and point this process at it; what ends it is given back."""
    names = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "HOME")
    tell = "; ".join(f"echo ${name}" for name in names)
    room = Path(__file__).parents[1] / "scripts" / "with-secret-service"
    service = subprocess.Popen(
        [room, "sh", "-c", f"{tell}; exec sleep 86400"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the shell's word on being ended
        text=True,
        process_group=0,
    )
    assert service.stdout
    found = {name: service.stdout.readline().strip() for name in names}
    assert all(found.values()), f"no Secret Service for this worker: run {room.name} by hand"
    os.environ.update(found)

    def end() -> None:
        os.killpg(service.pid, signal.SIGTERM)
        service.wait(10)

    return end


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the whole main job comes first, so that one worker does it once and nobody takes such a test from it.

    Tests with the `page` of pytest-playwright come last: it stays, and Playwright starts once in a thread.
    """
    items.sort(key=lambda item: ("job" not in _needs(item), "playwright" in _needs(item)))


def _needs(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


@dataclass(frozen=True)
class Ran:
    """What a finished `elearn` process left: its exit code and what it wrote."""

    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Standard output read as JSON; a test fails with both outputs in view when it is none."""
        try:
            return json.loads(self.stdout)
        except ValueError:
            pytest.fail(f"not JSON (exit code {self.code}):\n{self.stdout}\n--- stderr\n{self.stderr}")


@pytest.fixture
def elearn_home(tmp_path: Path) -> Path:
    """An empty home whose path has Chinese characters and a blank in it, as people's folders do."""
    home = tmp_path / "王 小明的資料夾"
    home.mkdir()
    return home


@pytest.fixture
def run_elearn(elearn_home: Path, tmp_path: Path) -> Callable[..., Ran]:
    """`run_elearn("check", "--json")`: the command in a process of its own, with `elearn_home` as its home.

    `env` is added last; a value of None removes a name. Of the person running the tests no ELEARN_* gets in and no
    folder is reached; it runs in an empty one. The session bus is that of the tests.
    """
    person = tmp_path / "person"
    own = {
        "HOME": person,
        "USERPROFILE": person,
        "XDG_CONFIG_HOME": person / "config",
        "XDG_DATA_HOME": person / "data",
        "XDG_STATE_HOME": person / "state",
        "XDG_CACHE_HOME": person / "cache",
        "XDG_RUNTIME_DIR": person / "runtime",
        "ELEARN_HOME": elearn_home,
    }
    for folder in (person, person / "runtime", person / "desk"):
        folder.mkdir(mode=0o700)

    def run(
        *args: str | Path,
        env: Mapping[str, str | None] | None = None,
        input: str | None = None,  # noqa: A002 - as subprocess.run calls it
        timeout: float = 120,
    ) -> Ran:
        found = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
        private = {name: str(path) for name, path in own.items()}
        wanted: dict[str, str | None] = {**found, **private, **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "agent", *map(str, args)],
            cwd=person / "desk",
            env={name: value for name, value in wanted.items() if value is not None},
            input=input if input is not None else "",
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def replica() -> Iterator[Callable[..., Replica]]:
    """`replica(state)`: a running replica of the portal and both gateways, stopped after the test."""
    from scrapers.replica import Replica

    with ExitStack() as running:

        def start(state: State | None = None) -> Replica:
            return running.enter_context(Replica(state))

        yield start


@pytest.fixture
def replica_env() -> Callable[[Replica], dict[str, str]]:
    """`replica_env(r)`: the environment that points `elearn` at this replica."""
    return lambda running: {"ELEARN_REPLICA": running.address, "ELEARN_REPLICA_KEY": running.key}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The installed browser instead of a downloaded one; without the sandbox for root, who cannot have it."""
    found = os.environ.get("ELEARN_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        **browser_type_launch_args,
        **({"executable_path": found} if found else {}),
        "args": [*browser_type_launch_args.get("args", []), *QUIET, *(["--no-sandbox"] if as_root else [])],
    }


class NetworkForbidden(AssertionError):
    """A test reached for an address outside this machine."""


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """In this process no socket goes further than this machine, and no outside name is looked up."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
            if host is not None:
                _refuse_outside(host)
            return look_up(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(sock: socket.socket, *args: Any) -> Any:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and args and isinstance(args[-1], tuple):
            _refuse_outside(args[-1][0])
        return method(sock, *args)

    return guarded


def _refuse_outside(host: str | bytes) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {"localhost", ""}:
        return
    try:
        inside = ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise NetworkForbidden(f"a test reached for {name}")
