"""Stand-ins for a run and for both clocks, and runs entered into the store of a home."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.clock import TAIPEI
from agent.schedule import nightly
from agent.schedule.child import Child, Ended
from agent.store import Store
from scrapers.mode import Mode

REPLICA = {
    "ELEARN_REPLICA": "127.0.0.1:9",
    "ELEARN_REPLICA_KEY": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
}
WORLD = Mode("127.0.0.1:9", "k")
NIGHT = datetime(2023, 7, 3, 2, 30, tzinfo=TAIPEI)
CONFIG = '[schedule]\nat = "02:30"\njitter_minutes = 0\n'


class FakeChild(Child):
    """Stands in for a run: says how it ended, and enters it as the run would have."""

    def __init__(self, home, clock, codes=(0,), enters=True):
        super().__init__(home)
        self.clock, self.codes, self.enters = clock, list(codes), enters
        self.started = []

    def run(self, *words):
        if words[0] != "agent":
            self.started.append(words[0])
            return Ended(0)
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        self.started.append(f"{self.clock.now:%d %H:%M}")
        if self.enters:
            enter(self.home, self.clock.now, code)
        return Ended(code, "說明")

    @property
    def home(self):
        return self._home


class FakeClock:
    """Wall and steady clock go together, unless somebody sets the wall clock."""

    def __init__(self, now=NIGHT):
        self.now, self.steady = now, 1000.0

    def go(self, **more):
        self.now += timedelta(**more)
        self.steady += timedelta(**more).total_seconds()


KIND = {
    0: "ok",
    10: "refused",
    12: "unavailable",
    13: "page_changed",
    14: "incomplete",
    16: "no_credential",
    None: None,
}


def enter(home, at, code=0, command="sync"):
    """A run in the store, as of then."""
    with Store.open(home.database) as store:
        run = store.start_run(command, at)
        if code is not None:
            store.finish_run(
                run,
                outcome=KIND[code],
                exit_code=code,
                at=at + timedelta(minutes=3),
                report={"message": "怎麼了"},
            )


def calls():
    """How often the stored job called since asked last."""
    found = 0
    while not nightly.CALLS.empty():
        found += nightly.CALLS.get() == nightly.NIGHT
    return found
