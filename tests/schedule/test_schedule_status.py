"""How the nightly runs stand, what waits for the person, and settings that cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from schedule_samples import NIGHT, WORLD, enter

from agent.access.attempts import StoredLedger
from agent.access.shared_book import SharedBook
from agent.clock import TAIPEI
from agent.schedule.age_check import due, due_on_page, run_if_due
from agent.schedule.installing import install, places_of, way_of
from agent.schedule.machine import Answered, Machine
from agent.schedule.past import mark_since
from agent.schedule.planned import next_planned
from agent.schedule.presence import present
from agent.schedule.status import status_of
from agent.schedule.timetable import Answer, Timetable
from agent.screens.schedule_screen import status_document, status_text
from agent.settings.config import Settings, read_settings
from agent.store import Store
from rules.errors import ConfigError
from scrapers.credential import Credential


def deny(words, more):
    return Answered(1, "denied")


class Source:
    """A stored password, known by its fingerprint alone."""

    def read(self, gateway):
        return Credential("demo-tester", "p")

    def fingerprint(self, gateway):
        return f"{gateway}-k" * 8


def shared_book(home):
    """The book that every home of this user shares."""
    return SharedBook(WORLD, home.path.parent / "state")


def standing(home, now, settings=None):
    """The status at that moment, on a machine with nothing installed."""
    with Store.open(home.database) as store:
        return status_of(
            home,
            settings or read_settings(home.config),
            store,
            StoredLedger(store, Source(), WORLD, book=shared_book(home)),
            Machine("linux", home.path / "user", {}, deny),
            now,
        )


def test_the_status_of_a_good_night(home):
    """When it last ran; nothing waits; no agent runs, so nothing is promised."""
    enter(home, NIGHT)
    found = standing(home, NIGHT + timedelta(hours=8))
    document = status_document(found)
    assert document["last_success"] == "2023-07-03T02:33:00+08:00"
    assert (document["last_outcome"], document["next_run"], document["waiting_for_person"]) == (
        "ok",
        None,
        [],
    )
    assert "112/7/3" in status_text(found, None)


@pytest.mark.parametrize(("code", "key"), [(10, "frozen"), (13, "page_changed"), (16, "no_credential")])
def test_what_waits_for_the_person_is_told_with_what_to_do(home, code, key):
    """A refused password, a changed page, no credential: in words, each with its remedy."""
    enter(home, NIGHT, code)
    if code == 10:
        with Store.open(home.database) as store:
            store.answer_attempt(
                store.submit_attempt("ecpa", Source().fingerprint("ecpa"), "real", NIGHT), "refused", NIGHT
            )
    waiting = standing(home, NIGHT + timedelta(hours=1)).waiting
    assert [each.key for each in waiting] == [key]
    assert all(each.text and each.remedy for each in waiting)


@pytest.mark.parametrize(("outcome", "key"), [("refused", "frozen"), (None, "person_needed")])
def test_what_another_home_was_refused_waits_for_the_person_here_as_well(home, outcome, key):
    """The stored password is the same one: this home's nights would end before a browser opens."""
    enter(home, NIGHT)
    assert not standing(home, NIGHT + timedelta(hours=1)).waiting
    shared_book(home).enter(Source().fingerprint("ecpa"), "ecpa", outcome, NIGHT)
    (told,) = standing(home, NIGHT + timedelta(hours=1)).waiting
    assert (told.key, "人事服務網" in told.text, "ecpa" in told.remedy) == (key, True, True)


def test_silent_for_two_days_is_3(home, run_elearn):
    """Counted from the last success, and from the first day where there never was one; a home just made is 0."""
    assert run_elearn("agent", "status", "--json").code == 0
    with Store.open(home.database) as store:
        mark_since(store, datetime.now(TAIPEI) - timedelta(days=3))
    assert run_elearn("agent", "status").code == 3
    enter(home, datetime.now(TAIPEI) - timedelta(hours=1))
    assert run_elearn("agent", "status").code == 0


def test_an_import_is_no_success_of_a_run(home):
    """It read no portal: the records are as old as before."""
    enter(home, NIGHT - timedelta(days=3))
    enter(home, NIGHT, command="import")
    found = standing(home, NIGHT + timedelta(hours=8))
    assert found.is_silent
    assert [each.key for each in found.waiting] == ["catch_up"]


def test_the_next_run_is_told_while_an_agent_runs(home, clockwork):
    """From the kept plan; a pause moves it to its day."""
    clockwork()
    now = datetime.now(TAIPEI)
    with present(home):
        (home.database).touch(0o600)
        enter(home, now - timedelta(hours=2))
        assert standing(home, now).next_run == next_planned(home)
        until = now.date() + timedelta(days=9)
        paused = Settings(schedule=Timetable(jitter=timedelta(), paused_until=until))
        assert standing(home, now, paused).next_run.date() == until


def test_the_age_check_for_the_page(home):
    """By day it asks; where nothing else may start a run, opening the page is the word for it."""
    now = NIGHT + timedelta(hours=7)
    started = []
    with Store.open(home.database) as store:
        settings = read_settings(home.config)
        assert due(store, settings, now).answer is Answer.ASK
        assert run_if_due(home, store, settings, lambda: started.append(1), now).answer is Answer.ASK
        assert install(home, Machine("darwin", home.path / "user", {}, deny)).key == "page"
        assert way_of(home) == "page"
        assert places_of(home, Machine("darwin", home.path / "user", {}, deny)) == []
        assert due_on_page(home, store, settings, now).answer is Answer.RUN
        run_if_due(home, store, settings, lambda: started.append(1), now)
    assert started == [1]
    enter(home, now)
    with Store.open(home.database) as store:
        assert due_on_page(home, store, settings, now + timedelta(hours=2)).answer is Answer.REST


# -- the settings ------------------------------------------------------------------------------------------------------

WRONG = [
    'at = "25:00"',
    "jitter_minutes = 1440",
    "jitter_minutes = true",
    'quiet_windows = ["00:00"]',
    'quiet_windows = [["00:00", "07:00", "08:00"]]',
    "retry_minutes = [1]",
    "retry_minutes = [30, 10]",
    "retry_minutes = [10, 10, 10, 10, 10, 10]",
    'paused_until = "soon"',
    'hour = "02:30"',
]


@pytest.mark.parametrize("line", WRONG)
def test_a_setting_that_cannot_be_is_named_with_its_line(home, line):
    """Line 2 of the file."""
    home.config.write_text(f"[schedule]\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match="第 2 行"):
        read_settings(home.config)
