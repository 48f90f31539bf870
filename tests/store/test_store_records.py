"""Reads of the portal in the store: what was read stays, nothing is counted twice, nothing goes in silence."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from time import perf_counter

import pytest
from store_samples import DAY, UNREAD, URL, A, B, C, page, save, tables, versions, year

from agent.store import Shrink
from rules.record import Origin, UnreadRow

# -- the same again ----------------------------------------------------------------------------------------------------


def test_what_was_saved_is_given_back(store):
    """Every cell, in the portal's order, with its number and origin."""
    saved = save(store, year(page(B, A), page(C, number=2), total=3))
    assert (saved.records, saved.new, saved.changed, saved.unread) == (3, 3, 0, 0)
    assert store.records() == [B, A, C]
    assert [each.number for each in store.records()] == ["2", "1", "3"]
    assert {each.origin for each in store.records()} == {Origin.PORTAL}


@pytest.mark.parametrize("kept", [True, False], ids=["page known", "page printed again"])
def test_a_repeated_read_changes_nothing(path, store, kept):
    """Every table but the runs is the same to the byte when the page brings no files; else only a page is added."""
    read = year(page(A, B, unread=[UNREAD]), page(C, number=2), total=4)
    save(store, read)
    before = tables(path, "run")
    again = year(page(A, B, unread=[UNREAD], kept=kept), page(C, number=2, kept=kept), total=4)
    saved = save(store, again)
    assert (saved.new, saved.changed, saved.unread) == (0, 0, 1)
    if kept:
        assert tables(path, "run") == before
    else:
        assert tables(path, "run", "page", "read_year") == {
            name: rows for name, rows in before.items() if name not in {"page", "read_year"}
        }


def test_a_later_read_of_the_same_moves_only_the_time_of_the_read(path, store):
    """No version, no page, no sighting is written; the read's own time is."""
    save(store, year(page(A, B)))
    before = tables(path, "run", "read_year")
    save(store, year(page(A, B, at=DAY + timedelta(days=1), kept=True)), at=DAY + timedelta(days=1))
    assert tables(path, "run", "read_year") == before
    assert store.newest_read().taken_at == DAY + timedelta(days=1)


def test_the_order_of_rows_is_no_change(path, store):
    """A row higher up is the same record; the list follows the portal."""
    save(store, year(page(A, B, C)))
    saved = save(store, year(page(C, A, B)))
    assert (saved.new, saved.changed) == (0, 0)
    assert store.records() == [C, A, B]
    assert len(versions(path)) == 3


# -- what changes ------------------------------------------------------------------------------------------------------


def test_a_changed_status_is_a_new_version_of_the_same_record(path, store):
    """The old one is kept as it was."""
    save(store, year(page(replace(A, status="補登中", certified_hours=None), B)))
    saved = save(store, year(page(A, B, at=DAY + timedelta(days=1))))
    assert (saved.records, saved.new, saved.changed) == (2, 0, 1)
    assert store.records() == [A, B]
    assert versions(path) == [(1, 0, "補登中", None), (2, 1, "已通過", "1.0"), (1, 1, "已通過", "1.0")]


def test_a_second_run_of_a_course_is_a_second_record(store):
    """It has another start."""
    again = replace(A, start=datetime(2023, 6, 1, 20), end=datetime(2023, 6, 1, 21))
    save(store, year(page(A)))
    saved = save(store, year(page(A, again)))
    assert (saved.records, saved.new, saved.changed) == (2, 1, 0)
    assert store.records() == [A, again]


def test_a_missing_code_is_no_new_record(store):
    """Whichever side lacks it."""
    bare = replace(A, code=None)
    save(store, year(page(bare)))
    assert save(store, year(page(A))).new == 0
    saved = save(store, year(page(bare)))
    assert (saved.records, saved.new, saved.changed) == (1, 0, 1)


def test_another_spelling_is_no_new_record(store):
    """The title is shown as it was read last."""
    save(store, year(page(replace(B, title="台灣的海洋"))))
    saved = save(store, year(page(B)))
    assert (saved.records, saved.new) == (1, 0)
    assert store.records()[0].title == "臺灣的海洋"


def test_identical_rows_stay_as_many_as_they_are(store):
    """Two stay two, a third is new."""
    save(store, year(page(A, A)))
    assert save(store, year(page(A, A))).new == 0
    assert save(store, year(page(A, A, A))).new == 1
    assert store.records() == [A, A, A]


def test_two_years_are_read_side_by_side(store):
    """In the order of the years, whichever was read first; reading one leaves the other as it is."""
    old = replace(B, start=datetime(2022, 3, 5, 20))
    save(store, year(page(A)), year(page(old), of=2022))
    assert store.records() == [old, A]
    save(store, year(page(A, C)))
    assert store.records() == [old, A, C]
    assert store.newest_read().years == (2022, 2023)


def test_a_record_shown_under_two_years_is_one_record(path, store):
    """A course over New Year: two sightings, listed once under the first, and missed where it goes from either."""
    save(store, year(page(A, B), of=2022), year(page(C, A)))
    assert store.records() == [A, B, C]
    assert len(tables(path)["record"]) == 3
    assert [row[:2] for row in tables(path)["sighting"] if row[0] == 1] == [(1, 2022), (1, 2023)]
    with pytest.raises(Shrink):
        save(store, year(page(C)))


def test_a_page_without_a_year_filter_is_a_read_of_its_own(store):
    """Its pages have no year, and what goes from it is missed too."""
    save(store, year(page(A, B), of=None, total=2))
    assert store.records() == [A, B]
    assert set(store.known_pages()) == {(None, 1)}
    assert store.newest_read().years == ()
    with pytest.raises(Shrink, match="平臺上紀錄比先前少 1 筆"):
        save(store, year(page(A), of=None))


# -- rows not understood -----------------------------------------------------------------------------------------------


def test_unread_rows_are_kept_until_the_next_read_of_their_year(store):
    """Another year's read does not touch them."""
    saved = save(store, year(page(A, unread=[UNREAD])))
    assert saved.unread == 1
    save(store, year(page(B), of=2022))
    assert store.unread() == [UNREAD]
    other = UnreadRow(("x",), "起日不明")
    save(store, year(page(A, unread=[other])))
    assert store.unread() == [other]
    save(store, year(page(A)))
    assert store.unread() == []


def test_a_known_row_that_is_not_understood_any_more_is_not_gone(store):
    """It stands on the page: it is reported as unread, keeps its record, and is not missed until it really goes."""
    save(store, year(page(A, B)))
    unread = UnreadRow(("2", "台灣的海洋", "二"), "認證時數「二」不是數字", "台灣的海洋")
    saved = save(store, year(page(A, unread=[unread])))
    assert (saved.records, saved.new, saved.unread) == (2, 0, 1)
    assert store.records() == [A, B]
    assert save(store, year(page(A, B))).new == 0
    save(store, year(page(A, unread=[UnreadRow(("?",), "看不懂")])))
    with pytest.raises(Shrink, match="少 1 筆（『臺灣的海洋』）"):
        save(store, year(page(A)))


def test_an_unread_row_excuses_one_row_and_only_of_its_title(store):
    """Two gone and one not understood: one is missing. Another title is another row."""
    save(store, year(page(A, B, C)))
    with pytest.raises(Shrink, match="少 1 筆"):
        save(store, year(page(A, unread=[UnreadRow(("?",), "看不懂")])))
    with pytest.raises(Shrink, match="少 2 筆"):
        save(store, year(page(A, unread=[UNREAD])))


# -- rows gone ---------------------------------------------------------------------------------------------------------


def test_rows_gone_from_a_whole_year_end_the_run_and_change_nothing(path, store):
    """19: how many, which; every table stays but the page set aside, and the run says what its caller enters."""
    save(store, year(page(A, B)), year(page(C), of=2022))
    before = tables(path, "run", "set_aside")
    run = store.start_run("sync", DAY)
    new = replace(C, title="全新課程", start=datetime(2022, 9, 1))
    with pytest.raises(Shrink) as why:
        store.save_read(run, [year(page(C, new), of=2022), year(page(A))], at=DAY, report={})
    assert (why.value.code, why.value.kind) == (19, "shrink")
    assert "112 年的紀錄比先前少 1 筆（『臺灣的海洋』）" in why.value.message
    assert why.value.remedy
    assert tables(path, "run", "set_aside") == before
    aside = tables(path)["set_aside"]
    assert [(row[1], row[2]) for row in aside] == [(run, 2022), (run, 2023)]
    assert "全新課程" in aside[0][4]
    store.finish_run(run, outcome="shrink", exit_code=19, at=DAY, report={"message": why.value.message})
    assert (store.runs()[0].outcome, store.runs()[0].exit_code) == ("shrink", 19)


def test_many_rows_gone_are_counted_and_three_named(store):
    """A sentence, not a list."""
    rows = [replace(A, title=f"課程{at}") for at in range(10)]
    save(store, year(page(*rows)))
    with pytest.raises(Shrink, match="少 8 筆（『課程2』、『課程3』、『課程4』…）"):
        save(store, year(page(*rows[:2])))


def test_an_empty_year_where_rows_were_is_a_shrink(store):
    """And an empty one where none were is none."""
    save(store, year(page(), of=2021, total=0))
    save(store, year(page(), of=2021, total=0))
    save(store, year(page(A)))
    with pytest.raises(Shrink, match="少 1 筆"):
        save(store, year(page(), total=0))


def test_a_row_that_the_same_read_lists_under_another_year_is_not_gone(store):
    """It moved between the filters; read apart, it is missed under the year it stood in."""
    save(store, year(page(A, B)))
    save(store, year(page(A)), year(page(B), of=2024))
    assert len(store.records()) == 2
    with pytest.raises(Shrink):
        save(store, year(page(), total=0))


def test_a_read_not_to_its_end_is_never_a_shrink(store):
    """What it lacks stays where it stood."""
    save(store, year(page(A, B)))
    assert save(store, replace(year(page(A)), complete=False)).new == 0
    assert store.records() == [A, B]


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_pages_of_records_are_those_they_stand_on(store):
    """In order of year and page, each once; a page without a row asked for is not among them."""
    old = replace(B, start=datetime(2022, 3, 5, 20))
    save(store, year(page(A), page(B, number=2), page(C, number=3)), year(page(old), of=2022))
    places = [(each.year, each.number) for each in store.pages_for([C, A, old, C])]
    assert places == [(2022, 1), (2023, 1), (2023, 3)]
    assert store.pages_for([]) == []
    assert store.pages_for([replace(A, status="?")]) == []


def test_a_page_is_kept_anew_only_where_its_content_is(store):
    """The known pages are those of the newest read; a page that is no more is not among them."""
    save(store, year(page(A, B), page(C, number=2)))
    first = store.known_pages()
    save(store, year(page(A, B, kept=True), page(replace(C, status="未通過"), number=2)))
    second = store.known_pages()
    assert set(second) == {(2023, 1), (2023, 2)}
    assert second[2023, 1] == first[2023, 1]
    assert second[2023, 2].id != first[2023, 2].id
    assert second[2023, 2].html_path != first[2023, 2].html_path
    save(store, year(page(A, B, replace(C, status="未通過"))))
    assert set(store.known_pages()) == {(2023, 1)}


def test_the_newest_read_adds_up_what_the_years_state(store):
    """None where no page states a total; the source and the time are the newest read's."""
    assert store.newest_read() is None
    save(store, year(page(A), of=2023))
    assert store.newest_read().total_stated is None
    later = DAY + timedelta(hours=1)
    save(store, year(page(B, at=later, url=f"{URL}?y"), of=2022, total=1), year(page(A, kept=True), total=8))
    read = store.newest_read()
    assert (read.source, read.taken_at, read.total_stated, read.years) == (f"{URL}?y", later, 9, (2022, 2023))


# -- over time ---------------------------------------------------------------------------------------------------------


def test_fifty_nights_cost_as_many_rows_as_there_were_changes(path, store):
    """A year's table, read every night, shuffled; a row is added on some nights and one changed on others."""
    chance = random.Random(112)
    rows = [replace(A, title=f"課程{at}", start=A.start + timedelta(days=at)) for at in range(30)]
    kept: set[str] = set()
    changes = len(rows)
    for night in range(50):
        if night and night % 7 == 0:
            rows.append(replace(A, title=f"新課程{night}"))
            changes += 1
        if night and night % 5 == 0:
            at = chance.randrange(len(rows))
            rows[at] = replace(rows[at], exam=str(night))
            changes += 1
        found = page(*rows, at=DAY + timedelta(days=night))
        found = replace(found, html=None, pdf=None) if found.content_sha256 in kept else found
        kept.add(found.content_sha256)
        save(store, year(found, total=len(rows)), at=DAY + timedelta(days=night))
    assert store.records() == rows
    assert len(versions(path)) == changes
    assert len(tables(path)["record"]) == len(tables(path)["sighting"]) == len(rows)
    assert (
        len(tables(path)["page"]) == len(kept) == 1 + 15
    )  # nights 5, 7, 10, … on which the table said something new
    assert len(store.runs()) == 50


def test_two_thousand_rows_are_saved_and_given_back_in_a_moment(store):
    """Measured at under two seconds, the bound is for slow machines."""
    rows = [
        replace(A, title=f"課程{at % 700}", code=None, start=A.start + timedelta(hours=at))
        for at in range(2000)
    ]
    pages = [page(*rows[at : at + 50], number=at // 50 + 1) for at in range(0, 2000, 50)]
    began = perf_counter()
    save(store, year(*pages, total=2000))
    save(store, year(*(replace(each, html=None, pdf=None) for each in pages), total=2000))
    assert len(store.records()) == 2000
    assert len(store.pages_for(rows)) == 40
    assert perf_counter() - began < 30
