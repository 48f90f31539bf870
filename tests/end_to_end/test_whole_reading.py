"""What runs, one after another, do to the records of one home."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from whole_runs import accounts, few, state, tables

from agent.store import Store


def test_one_home_through_its_runs(desk):
    """First read, nothing new, a changed row, a new row, rows gone, another person: each does what it should and no more.

    A run that reads the same changes no table but its own book and when the page was read.
    """
    here = desk(state(few(4)))
    rows = here.replica.state.rows["TEST-000001"]

    first = here.sync()
    assert (first.code, first.report.new, first.report.changed) == (0, 4, 0)
    files = _but_logs(here)
    before = _but_times(here)
    assert here.sync().report.new == 0
    assert _but_times(here) == before
    assert _but_logs(here) == files

    rows[1] = replace(rows[1], upload="失敗")
    changed = here.sync().report
    assert (changed.records, changed.new, changed.changed) == (4, 0, 1)
    assert [each.upload_status for each in here.records].count("失敗") == 1
    assert len(tables(here.home.database)["version"]) == 5
    rows.append(few(5)[4])
    grown = here.sync().report
    assert (grown.records, grown.new, grown.changed) == (5, 1, 0)

    kept, stood = here.records, _but_times(here)
    del rows[2:]
    shrunk = here.sync()
    assert (shrunk.code, shrunk.kind) == (19, "shrink")
    assert few(3)[2].title.split(" (")[0] in shrunk.message
    assert here.records == kept
    aside = tables(here.home.database)["set_aside"]
    assert aside
    assert few(1)[0].title.split(" (")[0] in json.dumps(aside, ensure_ascii=False)
    after = _but_times(here)
    assert {name: after[name] for name in after if name != "set_aside"} == {
        name: stood[name] for name in stood if name != "set_aside"
    }

    here.replica.state.accounts = accounts("TEST-000002")
    here.replica.state.rows["TEST-000002"] = few(6)
    other = here.sync()
    assert (other.code, other.kind) == (20, "other_person")
    assert _but_times(here) == after
    assert "TEST-00000" not in other.message


def _but_logs(here):
    """The files of runs without each run's own log."""
    return sorted(each for each in here.home.runs.rglob("*.*") if each.name != "log.jsonl")


def _but_times(here):
    """The tables without the books of runs and submissions, and without when the newest read was."""
    found = tables(here.home.database, "run", "attempt", "read_year", "meta")
    with sqlite3.connect(here.home.database) as connection:
        found["read_year"] = connection.execute("select year, total_stated, pages from read_year").fetchall()
        found["meta"] = sorted(connection.execute("select key, value from meta").fetchall())
    connection.close()
    return found


def test_the_year_filter(desk):
    """`--year` reads that year alone, and a later whole run adds the others; a year not offered saves nothing."""
    rows = [*few(3), replace(few(5)[4], year=2024)]
    here = desk(state(rows))
    unknown = here.sync(years=(1999,))
    assert unknown.code in (2, 13)
    assert "1999" in unknown.message
    assert here.records == []
    only = here.sync(years=(2023,)).report
    assert (only.years, only.records) == ((2023,), 3)
    assert {each.form.get("curYear") for each in here.replica.requests if each.form.get("curYear")} == {
        "2023"
    }
    every = here.sync().report
    assert (set(every.years), every.records, every.new) == ({2023, 2024}, 4, 1)


def test_a_row_that_is_not_understood_is_kept(desk):
    """A row with hours that are no number is kept as unread and reported; the run ends in 0."""
    rows = few(3)
    rows[1] = replace(rows[1], hours="二")
    here = desk(state(rows))
    report = here.sync().report
    assert (report.records, report.unread) == (2, 1)
    with Store.open(here.home.database) as store:
        (unread,) = store.unread()
    assert "二" in unread.reason
    assert unread.title == rows[1].title.split(" (")[0]


def test_a_person_without_records(desk):
    """No rows with a stated total of 0 are believed: the run ends in 0."""
    here = desk(state([]))
    ended = here.sync()
    assert ended.error is None, ended.message
    assert (ended.report.records, here.records) == (0, [])
