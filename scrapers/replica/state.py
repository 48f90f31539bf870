"""What the replica knows and how it behaves, as data: a test says what goes wrong in one line."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from scrapers.replica.behaviour import Behaviour, Fault

DEMO_ACCOUNT = "demo-tester"
DEMO_PASSWORD = "not-a-real-password-0000"  # noqa: S105 - the replica's own, known to everybody
DEMO_PLATFORM_ID = "TEST-000001"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of one gateway. `platform_id` tells whose records it opens; `official` False is a citizen's account."""

    gateway: str
    login: str = DEMO_ACCOUNT
    password: str = field(default=DEMO_PASSWORD, repr=False)
    name: str = "測試員"
    platform_id: str = DEMO_PLATFORM_ID
    official: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the record table in the printed cells' own words; `year` is the filter year it is listed under.

    The twelfth printed cell, No., is counted by the page. A line break in a cell is a line break on the page.
    """

    year: int
    course_type: str
    title: str
    period: str
    reading: str
    exam: str
    survey: str
    condition: str
    status: str
    hours: str
    upload: str
    uploaded: str
    course_id: str


@dataclass
class State:
    """Everything the replica serves. `rows` is by platform id; `years` are further filter years, empty ones; `extra_hosts`
    are further names its certificate is good for. May be changed while the replica runs: every request reads it anew.
    """

    accounts: list[Account] = field(default_factory=lambda: [Account("ecpa"), Account("egov")])
    rows: dict[str, list[Row]] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    page_size: int = 10
    years: tuple[int, ...] = ()
    extra_hosts: tuple[str, ...] = ()

    @classmethod
    def demo(cls, behaviour: Behaviour | None = None, **switches: Any) -> State:  # noqa: ANN401 - those of Behaviour
        """The demonstration's person and records, with these switches of Behaviour."""
        behaves = replace(behaviour or Behaviour(), **switches)
        return cls(rows={DEMO_PLATFORM_ID: demo_rows()}, behaviour=behaves)

    def behave(self, **switches: Any) -> None:  # noqa: ANN401 - the switches of Behaviour by name
        """Change these switches, leave the others: takes effect with the next request."""
        self.behaviour = replace(self.behaviour, **switches)

    def account(self, gateway: str, login: str, password: str) -> Account | None:
        """The account that this log-in opens."""
        for each in self.accounts:
            if (each.gateway, each.login, each.password) == (gateway, login, password):
                return each
        return None


def demo_rows() -> list[Row]:
    """The bundled records: the manual's eight rows as printed, and enough others to need paging."""
    text = files("scrapers.replica").joinpath("demo_records.toml").read_text("utf-8")
    return [Row(**each) for each in tomllib.loads(text)["row"]]


def load_state(path: Path) -> State:
    """A state from a .toml or .json file; what it leaves out is the demonstration's. Raises TypeError for an unknown key."""
    text = path.read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    plain = State.demo()
    if "accounts" in found:
        found["accounts"] = [Account(**each) for each in found["accounts"]]
    if "behaviour" in found:
        found["behaviour"] = _behaviour(found["behaviour"])
    found["rows"] = {
        person: [Row(**each) for each in rows] for person, rows in found.get("rows", {}).items()
    } or plain.rows
    for name in ("years", "extra_hosts"):
        found[name] = tuple(found.get(name, ()))
    return replace(plain, **found)


def dump_state(state: State, path: Path) -> None:
    """Write a state as JSON, passwords too: they are the replica's own."""
    path.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _behaviour(found: dict[str, Any]) -> Behaviour:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
    }
    plain["faults"] = {path: Fault(**each) for path, each in found.get("faults", {}).items()}
    return Behaviour(**plain)
