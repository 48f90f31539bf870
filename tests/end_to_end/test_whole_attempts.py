"""The one submission: two at once, a kill in mid-answer, another home, another password, and what a day may see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from whole_runs import PASSWORD, ROOT, Behaviour, OneCredential, few, in_thread, state

from agent import clock
from agent.access.attempts import StoredLedger
from agent.access.displaced import forget_displaced, left_alone_until, must_not_disturb, note_displaced
from agent.access.shared_book import SharedBook
from agent.settings.config_limits import Limits
from agent.store import Store
from agent.syncing import Order, sync
from rules.errors import ElearnError
from scrapers import gateways
from scrapers.browser.hops import Hops
from scrapers.credential import Credential
from scrapers.mode import Mode
from scrapers.replica import Replica

# One process of several that come to the same point at the same moment: all set up, then held until the gate opens.
AT_THE_GATE = """
import sys, time, pathlib
from agent.access.attempts import StoredLedger
from agent.access.shared_book import SharedBook
from agent.store import Store
from rules.errors import ElearnError
from scrapers.credential import Credential
from scrapers.mode import Mode

home, gate, book = map(pathlib.Path, sys.argv[1:4])
class Source:
    def read(self, gateway): return Credential("a", "p")
    def fingerprint(self, gateway): return sys.argv[4]
mode = Mode("127.0.0.1:9", "k")
with Store.open(home / "elearn.sqlite3") as store:
    ledger = StoredLedger(store, Source(), mode, book=SharedBook(mode, book))
    print("ready", flush=True)
    while not gate.exists():
        time.sleep(0.001)
    try:
        ledger.submit("ecpa", Credential("a", "p"))
        print("submitted", flush=True)
        time.sleep(1)  # the answer takes its time
    except ElearnError as why:
        print(why.code, flush=True)
"""


@pytest.mark.parametrize(
    ("homes", "key"), [(1, ""), (1, "same"), (4, "same")], ids=["no print", "one home", "four homes"]
)
def test_of_processes_that_submit_at_the_same_moment_one_does(tmp_path: Path, homes: int, key: str) -> None:
    """In one home by the transaction, over several homes by the book they share; the others end in 11 or 15."""
    folders = [tmp_path / f"home {at % homes}" for at in range(4)]
    for each in set(folders):
        each.mkdir()
        Store.open(each / "elearn.sqlite3").close()
    gate, book = tmp_path / "gate", tmp_path / "book"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", AT_THE_GATE, each, gate, book, key],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in folders
    ]
    assert [each.stdout.readline() for each in running if each.stdout] == ["ready\n"] * 4
    gate.touch()
    said = sorted(each.communicate(timeout=30)[0].strip() for each in running)
    assert said.count("submitted") == 1, said
    assert set(said) <= {"submitted", "11", "15"}


def test_a_second_home_cannot_submit_what_the_first_is_just_submitting(elearn, tmp_path):
    """Two homes of one person at once: one submission, the other ends in 15 and sends nothing."""
    with Replica(state(few(1), answer="hang")) as replica:
        first = elearn(replica)
        second = replace(first, home=first.home.with_name(f"{first.home.name} two"))
        first.configure(patience=20)  # the second has time to start, also on a busy machine
        second.configure(patience=6)
        first.put_credential()
        running = _start(first, tmp_path)
        _until(lambda: replica.submissions("ecpa") == 1)
        done = second("sync", "--json")
        assert (done.code, done.error["kind"]) == (15, "locked")
        assert running.wait(60) == 11
        assert replica.submissions("ecpa") == 1
        again = second("sync", "--json")
        assert (again.code, again.error["kind"]) == (11, "person_needed")
        assert replica.submissions("ecpa") == 1


def test_a_kill_between_submission_and_answer_counts_and_needs_a_person(elearn, tmp_path):
    """Power gone after the password was sent: later runs end in 11 before a browser opens, until it is entered anew."""
    with Replica(state(few(1), answer="hang")) as replica:
        run = elearn(replica)
        run.configure()
        run.put_credential()
        running = _start(run, tmp_path)
        _until(lambda: replica.submissions("ecpa") == 1)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(10)
        replica.state.behaviour = Behaviour()
        asked = len(replica.requests)
        for home in (run.home, run.home.with_name(f"{run.home.name} two")):
            other = replace(run, home=home)
            other.configure()
            done = other("sync", "--json")
            assert (done.code, done.error["kind"]) == (11, "person_needed"), done.stderr
            assert "credentials set ecpa" in done.error["remedy"]
        assert "程式就中斷了" in run("sync", "--json").error["message"]
        assert len(replica.requests) == asked
        assert run.set_credential().code == 0
        assert run("sync", "--json").code == 0
        assert replica.submissions("ecpa") == 2


def test_a_refused_password_stays_refused_in_a_second_home_and_is_freed_in_both(elearn):
    """The password lies in the keyring, which all homes share; so does what became of it."""
    with Replica(state(few(1))) as replica:
        run = elearn(replica)
        other = replace(run, home=run.home.with_name(f"{run.home.name} two"))
        for each in (run, other):
            each.configure()
        run.put_credential(password="wrong")
        assert run("sync", "--json").code == 10
        asked = len(replica.requests)
        done = other("sync", "--json")
        assert (done.code, done.error["kind"]) == (10, "refused")
        assert "只試了 1 次" in done.error["message"]
        status = other("credentials", "status", "--json").json()["gateways"]
        assert [each["frozen"] for each in status] == [True, False]
        assert len(replica.requests) == asked
        assert other.set_credential().code == 0
        assert run("sync", "--json").code == 0
        assert replica.submissions("ecpa") == 2


class Source:
    """A keyring with one password, known by this fingerprint."""

    def __init__(self, key: str) -> None:
        self.key = key

    def read(self, gateway: str) -> Credential:
        return Credential("demo-tester", PASSWORD)

    def fingerprint(self, gateway: str) -> str:
        return self.key


@pytest.mark.parametrize("outcome", ["refused", "person_needed", None])
def test_another_password_is_known_though_it_was_not_entered_here(tmp_path, outcome):
    """The keyring's own window, or another home: the fingerprint is another, so a person has acted; the same one is not."""
    mode, gateway = Mode("127.0.0.1:9", "k"), gateways.load("ecpa")
    with Store.open(tmp_path / "elearn.sqlite3") as store:
        book = SharedBook(mode, tmp_path / "state")
        first = StoredLedger(store, Source("a" * 64), mode, book=book)
        attempt = first.submit("ecpa", Source("").read("ecpa"))
        if outcome:
            first.answer(attempt, outcome)
        else:
            book.release()  # as the end of its process would
        for work in (
            lambda: first.must_be_open(gateway),
            lambda: first.submit("ecpa", Source("").read("ecpa")),
        ):
            with pytest.raises(ElearnError) as stopped:
                work()
            assert stopped.value.code == (10 if outcome == "refused" else 11)
        other = StoredLedger(store, Source("b" * 64), mode, book=book)
        other.must_be_open(gateway)
        assert other.stopped(gateway) is None
        other.answer(other.submit("ecpa", Source("").read("ecpa")), "accepted")
        assert store.open_block("ecpa") is None
        with pytest.raises(ElearnError):  # the first one stays what it was: the book knows
            first.must_be_open(gateway)


# -- what a day may see ----------------------------------------------------------------------------------------------


def test_after_a_days_log_ins_nothing_is_sent(desk):
    """The cap ends a run in 2 before a browser opens: nothing is unavailable, and no retry would help today."""
    here = desk(state(few(1)))
    here.settings = replace(here.settings, limits=Limits(log_ins_a_day=1))
    assert here.sync().code == 0
    opened = here.opened
    ended = here.sync()
    assert (ended.code, ended.kind) == (2, "config")
    assert "log_ins_a_day" in ended.error.remedy
    assert here.opened == opened


def test_page_loads_of_a_day_are_counted_and_end_a_run_between_two_pages(desk):
    """Never between the password and its answer: the log-in is answered, then nothing more is asked for."""
    here = desk(state(few(1)))
    here.settings = replace(here.settings, limits=Limits(page_loads_a_day=5))
    ended = here.sync()
    assert (ended.code, ended.kind) == (2, "config"), ended.message
    assert "page_loads_a_day" in ended.error.remedy
    assert here.replica.submissions("ecpa") == 1
    with Store.open(here.home.database) as store:
        assert store.open_block("ecpa") is None
        assert store.records() == []
    opened = here.opened
    assert here.sync().code == 2
    assert here.opened == opened


def test_pages_follow_one_another_no_faster_than_the_pace(desk, monkeypatch):
    """At least the pace lies between two pages, whatever led to them: an address, a click or a script."""
    here, let_go = desk(state(few())), []
    keep_pace = Hops._keep_pace

    def noted(hops: Hops) -> None:
        keep_pace(hops)
        let_go.append(hops._last_page)

    monkeypatch.setattr(Hops, "_keep_pace", noted)
    monkeypatch.setattr(Order, "pause", property(lambda self: 0.3))
    assert here.sync("egov").error is None
    pages = [
        each for each in here.replica.requests if not each.path.endswith((".png", ".ico", ".css", ".js"))
    ]
    hops = (
        "/egov_login.php",
        "/mooc/index.php",
        "/mooc/index.php",
    )  # the landing, home after it and after log-out
    assert len(let_go) == len(pages) - len(hops) > 5, [each.path for each in pages]
    assert min(later - earlier for earlier, later in pairwise(let_go)) >= 0.3


# -- displaced by the person's own session -----------------------------------------------------------------------------


def _attended(here, attended: bool):
    def run():
        mode = Mode(here.replica.address, here.replica.key)
        order = Order(here.home, here.settings, mode, OneCredential(), "ecpa", attended=attended)
        with Store.open(here.home.database) as store:
            try:
                sync(store, order)
            except ElearnError as why:
                return why
        return None

    return in_thread(run)


def test_a_displaced_run_says_so_once_and_then_leaves_the_person_alone(desk):
    """14 once; then 15 without a browser, naming until when; asked for by the person it goes, and that ends the wait."""
    here = desk(state(few(), lose_session_after=2, displace=True))
    here.replica.state.page_size = 3
    first = _attended(here, attended=False)
    assert (first.code, first.kind) == (14, "incomplete")
    assert "別處登入" in first.message
    here.replica.state.behaviour = Behaviour()
    opened = here.opened
    for _ in range(2):
        later = _attended(here, attended=False)
        assert (later.code, later.kind) == (15, "locked")
        assert "之前不會自動更新" in later.message
    assert here.opened == opened
    assert _attended(here, attended=True) is None
    assert _attended(here, attended=False) is None


@pytest.mark.parametrize(
    ("ago", "hours", "stops"),
    [(0.1, 6.0, True), (5.9, 6.0, True), (6.1, 6.0, False), (0.1, 0.0, False), (-48.0, 6.0, False)],
    ids=["just now", "almost over", "over", "no wait wanted", "noted under a clock that ran ahead"],
)
def test_how_long_the_persons_own_session_is_left_alone(tmp_path, ago, hours, stops):
    """Until the hours of the settings are over; the sentence names the moment."""
    with Store.open(tmp_path / "elearn.sqlite3") as store:
        must_not_disturb(store, hours)
        note_displaced(store, clock.now() - timedelta(hours=ago))
        if stops:
            with pytest.raises(ElearnError) as stopped:
                must_not_disturb(store, hours)
            until = left_alone_until(store, hours)
            assert f"{until:%H:%M} 之前不會自動更新" in stopped.value.message
        else:
            must_not_disturb(store, hours)
        forget_displaced(store)
        must_not_disturb(store, hours)


# -- what these tests share ------------------------------------------------------------------------------------------


def _start(run, folder: Path) -> subprocess.Popen[bytes]:
    """`elearn sync`, left running in a session of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    own |= {"XDG_STATE_HOME": str(run.traces.folder / "state"), "ELEARN_HOME": str(run.home), **run.env}
    return subprocess.Popen(
        [sys.executable, "-m", "agent", "sync", "--json"],
        cwd=ROOT,
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _until(there: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def test_a_kill_between_two_entries_leaves_no_home_that_knows_more_than_the_book(tmp_path, monkeypatch):
    """Before a submission the home knows first, after it last: whatever was cut off between, the home itself waits for a person."""
    entered = []
    for kind, name in ((Store, "reserve_attempt"), (Store, "answer_attempt"), (SharedBook, "enter")):
        before = getattr(kind, name)

        def noted(*given, before=before, name=name):
            entered.append(name)
            return before(*given)

        monkeypatch.setattr(kind, name, noted)
    mode = Mode("127.0.0.1:9", "k")
    with Store.open(tmp_path / "elearn.sqlite3") as store:
        ledger = StoredLedger(store, Source("f" * 64), mode, book=SharedBook(mode, tmp_path / "state"))
        ledger.answer(ledger.submit("ecpa", Source("").read("ecpa")), "accepted")
    assert entered == ["reserve_attempt", "enter", "enter", "answer_attempt"]


def test_the_book_holds_nothing_readable(tmp_path):
    """Keyed fingerprints and moments only, for its owner alone."""
    mode, book = Mode("127.0.0.1:9", "k"), SharedBook(Mode("127.0.0.1:9", "k"), tmp_path / "state")
    with Store.open(tmp_path / "elearn.sqlite3") as store:
        ledger = StoredLedger(store, Source("f" * 64), mode, book=book)
        ledger.answer(ledger.submit("ecpa", Source("").read("ecpa")), "refused")
        with pytest.raises(ElearnError) as stopped:
            ledger.must_be_open(gateways.load("ecpa"))
    assert stopped.value.code == 10
    file = tmp_path / "state" / "submissions-replica.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert {key: set(each) for key, each in json.loads(file.read_text()).items()} == {
        "f" * 64: {"gateway", "outcome", "at"}
    }
    file.write_text("{")
    with Store.open(tmp_path / "other.sqlite3") as store, pytest.raises(ElearnError) as damaged:
        StoredLedger(store, Source("f" * 64), mode, book=book).must_be_open(gateways.load("ecpa"))
    assert (damaged.value.code, "沒有送出密碼" in damaged.value.message) == (2, True)
    book.forget("ecpa")
    assert json.loads(file.read_text()) == {}
