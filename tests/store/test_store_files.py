"""Records files and pages saved by hand in the store: history, and never a word over the portal's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from store_samples import DAY, UNREAD, A, B, C, page, records_file, save, tables, versions, year

from agent.store import Shrink
from rules.record import Origin


def test_a_records_file_into_an_empty_home_is_all_there_is(store):
    """In its own order, with its total and the time of its read."""
    saved = save(store, records_file(B, A, total=2, unread=[UNREAD]))
    assert (saved.new, saved.unread) == (2, 1)
    assert store.records() == [B, A]
    assert {each.origin for each in store.records()} == {Origin.RECORDS_FILE}
    assert store.unread() == [UNREAD]
    read = store.newest_read()
    assert (read.taken_at, read.total_stated, read.years) == (DAY, 2, ())
    assert store.pages_for([A, B]) == []
    assert store.known_pages() == {}


def test_an_older_records_file_adds_history_and_no_more(path, store):
    """A row the portal no longer shows is new; a row it shows otherwise now keeps its newest content."""
    save(store, year(page(A, B), total=2))
    gone = replace(C, start=datetime(2021, 5, 6, 9))
    older = records_file(replace(A, status="補登中"), gone, at=DAY - timedelta(days=90), total=2)
    saved = save(store, older)
    assert (saved.records, saved.new, saved.changed) == (3, 1, 1)
    assert store.records() == [A, B, gone]
    assert [row[1:3] for row in versions(path) if row[0] == 1] == [(1, "已通過"), (0, "補登中")]
    assert store.newest_read().taken_at == DAY


def test_a_file_older_than_the_last_look_overwrites_nothing(store):
    """The portal showed the same in June and in August: what a file of July says is not the newest."""
    save(store, year(page(A, at=DAY - timedelta(days=60))))
    save(store, year(page(A, at=DAY, kept=True)))
    save(store, records_file(replace(A, status="未通過"), at=DAY - timedelta(days=30)))
    assert store.records()[0].status == "已通過"


def test_a_file_read_twice_adds_one_version(path, store):
    """Also an older one, whose content is not the newest."""
    save(store, year(page(A)))
    older = records_file(replace(A, status="補登中"), at=DAY - timedelta(days=90))
    assert save(store, older).changed == 1
    before = tables(path, "run")
    assert save(store, older).changed == 0
    assert tables(path, "run") == before


def test_a_newer_file_brings_newer_content(store):
    """Exported on another machine after this one read last; the next portal read decides again."""
    save(store, year(page(replace(A, status="補登中"))))
    save(store, records_file(A, at=DAY + timedelta(days=1)))
    assert store.records()[0].status == "已通過"
    assert store.records()[0].origin is Origin.RECORDS_FILE
    save(store, year(page(replace(A, status="未通過"), at=DAY + timedelta(days=2))))
    assert (store.records()[0].status, store.records()[0].origin) == ("未通過", Origin.PORTAL)


@pytest.mark.parametrize("of", [2023, None], ids=["by year", "without a year filter"])
@pytest.mark.parametrize("days", [-30, 0, 30])
def test_a_records_file_hides_no_page(store, of, days):
    """Exported and imported again, earlier or later: the rows still stand on the portal's page, in its order."""
    save(store, year(page(A, B), of=of, total=2))
    pages = store.pages_for([A])
    save(
        store,
        records_file(replace(B, number="9"), replace(A, number="8"), at=DAY + timedelta(days=days), total=2),
    )
    assert store.pages_for([A]) == pages
    assert pages[0].html_path
    assert [(each.title, each.number) for each in store.records()] == [(A.title, "1"), (B.title, "2")]
    assert store.newest_read().total_stated == 2
    assert set(store.known_pages()) == {(of, 1)}


def test_a_row_first_known_from_a_file_is_the_portals_once_the_portal_showed_it(path, store):
    """The same in every cell: no change to report, but a claim on it rests on the portal now, and stays so."""
    save(store, records_file(A))
    saved = save(store, year(page(A, at=DAY + timedelta(days=1))))
    assert (saved.new, saved.changed) == (0, 0)
    assert store.records()[0].origin is Origin.PORTAL
    save(store, records_file(A, at=DAY + timedelta(days=2)))
    save(store, year(page(A, at=DAY + timedelta(days=3), kept=True)))
    assert store.records()[0].origin is Origin.PORTAL
    assert len(versions(path)) == 2


def test_the_portals_own_word_counts_whatever_the_clock_said_before(store):
    """A clock that was years ahead at one read must not make every later read old."""
    save(store, year(page(A, at=DAY + timedelta(days=3650))))
    save(store, year(page(replace(A, status="未通過"), at=DAY)))
    assert store.records()[0].status == "未通過"
    assert store.newest_read().taken_at == DAY


def test_a_page_saved_long_ago_is_history(store):
    """Imported after a portal read it neither counts as rows gone nor says how things stand."""
    save(store, year(page(A, B)))
    old = page(replace(A, status="補登中"), at=DAY - timedelta(days=100), origin=Origin.SAVED_PAGE)
    save(store, year(old))
    assert store.records() == [A, B]
    assert store.newest_read().taken_at == DAY
    with pytest.raises(Shrink):
        save(store, year(replace(old, taken_at=DAY + timedelta(days=1))))
