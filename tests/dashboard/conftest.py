"""A page being served in this process, with a keyring of its own, a plain HTTP client, and records made by hand."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import keyring
import pytest
from keyring.backend import KeyringBackend

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))  # the table of faults, and what it is made with
sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from page_cases import CONFIG, ON, PASSWORD, state, words

from agent.dashboard.opening import Running
from agent.dashboard.server import Served
from agent.home import Home, open_home
from scrapers.replica import DEMO_ACCOUNT, Replica


class OwnKeyring(KeyringBackend):
    """Keeps secrets in this process and nowhere else."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Site:
    """The page being served, and a client that speaks to it as it is told to."""

    served: Served
    running: Running
    home: Home
    keyring: OwnKeyring
    seen: list[bytes] = field(default_factory=list)

    @property
    def door(self):
        return self.served.door

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        host: str | None = None,
        cookie: bool = True,
        **headers: str | None,
    ) -> Answer:
        """One request; a header of None is left out."""
        sent: dict[str, str | None] = {"Cookie": f"elearn_page={self.door.session}" if cookie else None}
        if method == "POST":
            sent |= {"Origin": self.door.origin, "Content-Type": "application/x-www-form-urlencoded"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", self.door.authority if host is None else host)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        if method == "POST":
            connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body if method == "POST" else None)
        answer = connection.getresponse()
        found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        self.seen.append(repr(found.headers).encode() + found.body)
        return found

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, fields: dict[str, str] | None = None, **more: Any) -> Answer:
        """A change as the page's own form would send it."""
        given = {"token": self.door.token(path), **(fields or {})}
        return self.ask("POST", path, urlencode(given).encode(), **more)

    def upload(self, path: str, files: list[tuple[str, str, bytes]], **fields: str) -> Answer:
        """A change with files: (field, name, bytes)."""
        edge = "edge-of-the-parts"
        parts = []
        for name, value in {"token": self.door.token(path), **fields}.items():
            parts.append(
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            )
        for name, file, data in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
            parts.append(head.encode() + data + b"\r\n")
        body = b"".join([*parts, f"--{edge}--\r\n".encode()])
        return self.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}")

    def agree(self, asked: Answer) -> Answer:
        """The yes to the change that this page shows."""
        form = asked.text[asked.text.index('id="question"') :]
        action = re.search(r'<form method="post" action="([^"]+)">', form)[1]
        fields = re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]
        )
        return self.post(action, {name: unescape(value) for name, value in fields if name != "token"})

    def text(self, path: str) -> str:
        """The words of a page, without its markup."""
        return words(self.get(path).text)

    def put_credential(self) -> None:
        """The replica's credential, as the system's box would have put it into the keyring."""
        entry = {"account": DEMO_ACCOUNT, "password": PASSWORD, "key": "00" * 32}
        self.keyring.set_password("elearn-agent-replica", "ecpa", json.dumps(entry))

    def configure(self, more: str = "") -> None:
        self.home.config.write_text(CONFIG + more, encoding="utf-8")

    def import_records(
        self, *changes: dict[str, Any], stated: int | None = None, taken: str = "2023-08-01"
    ) -> None:
        """These rows as a records file taken on that day, dropped onto the page; what a row does not say is as usual."""
        base = {
            "course_type": "開放式", "course_id": None, "reading": "01:00:00", "exam": "100", "survey": "已填",
            "condition": None, "status": "已通過", "upload_status": "成功", "uploaded_at": "2023-01-02T12:00:00",
        }  # fmt: skip
        rows = [{**base, **each} for each in changes]
        document = {
            "schema": "elearn-records/1", "source": "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php",
            "taken_at": f"{taken}T02:30:00+08:00", "total_stated": stated, "records": rows, "unread": [],
        }  # fmt: skip
        done = self.upload("/saved-pages", [("files", "records.json", json.dumps(document).encode())])
        assert done.status == 303, done.text


@pytest.fixture(scope="module")
def own_keyring() -> Iterator[OwnKeyring]:
    before, own = keyring.get_keyring(), OwnKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def portal() -> Iterator[Replica]:
    """A running replica; its `state` is each test's to set."""
    with Replica(state()) as running:
        yield running


@pytest.fixture(scope="module")
def _environment(portal: Replica, own_keyring: OwnKeyring) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ELEARN_REPLICA", portal.address)
        patch.setenv("ELEARN_REPLICA_KEY", portal.key)
        yield patch


@contextlib.contextmanager
def serving(folder: Path, own_keyring: OwnKeyring, on: date | None = ON) -> Iterator[Site]:
    """A page served for the home in this folder, empty where it is not there yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ELEARN_HOME", str(folder))
        patch.setenv("XDG_STATE_HOME", str(folder.parent / "state"))  # what the homes of one person share
        home = open_home(folder)
        running = Running(home)
        assert running.claim()
        served = Served(home, running, 0, on)
        served.start()
        try:
            yield Site(served, running, home, own_keyring)
        finally:
            served.stop()
            running.release()


@pytest.fixture
def new_site(
    _environment: pytest.MonkeyPatch, own_keyring: OwnKeyring, tmp_path: Path
) -> Iterator[Callable[..., Site]]:
    """`new_site()`: a page served for an empty home, on the last day of the 112 plan."""
    own_keyring.kept.clear()
    with contextlib.ExitStack() as sites:
        numbers = iter(range(1000))

        def make(on: date | None = ON) -> Site:
            return sites.enter_context(serving(tmp_path / f"王 小明 {next(numbers)}", own_keyring, on))

        yield make


@pytest.fixture(scope="module")
def lasting_site(
    _environment: pytest.MonkeyPatch, own_keyring: OwnKeyring, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One page for a whole module, on the same day; each test says what its home holds."""
    own_keyring.kept.clear()
    with serving(tmp_path_factory.mktemp("lasting") / "王 小明", own_keyring) as site:
        yield site


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """One such page."""
    return new_site()
