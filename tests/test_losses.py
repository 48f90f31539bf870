"""Rows the portal no longer shows: 19 until a person says row by row that they are gone, and kept for ever."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from store_samples import DAY, UNREAD, A, B, C, page, path_of, save, tables, year

from agent.records_file import RecordsFile, read_json, write_json
from agent.store import Shrink, Store, YearRead
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.record import Origin
from rules.verdict import OffDuty, ReasonCode, State

NIGHT = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with Store.open(path_of(tmp_path)) as found:
        yield found
        assert found.integrity() == []


def lacking(store: Store, *years: YearRead, at: datetime) -> Shrink:
    """A run that ends in 19."""
    run = store.start_run("sync", at)
    with pytest.raises(Shrink) as why:
        store.save_read(run, years, at=at, report={})
    store.finish_run(run, outcome="shrink", exit_code=19, at=at, report={})
    return why.value


def gone(store: Store) -> dict[str, date | None]:
    return {each.title: each.gone_since for each in store.records()}


def test_accepted_row_by_row_the_next_run_reads_on_and_the_row_stays(store, tmp_path):
    """Nothing is deleted, every version stays, and the page it stood on is named."""
    save(store, year(page(A, B), page(C, number=2)))
    first = page(A, B)
    lacking(store, year(page(A, at=DAY + NIGHT)), at=DAY + NIGHT)
    lacking(store, year(page(A, at=DAY + 2 * NIGHT)), at=DAY + 2 * NIGHT)
    pending = store.pending_losses()
    assert [(each.record, each.year, each.gone_since) for each in pending] == [
        (B, 2023, DAY + NIGHT),
        (C, 2023, DAY + NIGHT),
    ]
    assert pending[0].page == first.pdf.path
    before = tables(path_of(tmp_path), "sighting", "loss")
    assert store.accept_losses(pending, DAY + 2 * NIGHT) == 2
    assert tables(path_of(tmp_path), "sighting", "loss") == before
    assert store.pending_losses() == []
    saved = save(store, year(page(A, at=DAY + 3 * NIGHT)), at=DAY + 3 * NIGHT)
    assert (saved.records, saved.new, saved.changed) == (3, 0, 0)
    assert store.records() == [A, B, C]
    assert gone(store) == {A.title: None, B.title: date(2023, 8, 2), C.title: date(2023, 8, 2)}
    assert [each.accepted_at for each in store.accepted_losses()] == [DAY + 2 * NIGHT] * 2


def test_only_what_was_named_is_accepted(store):
    """One more row missing later is 19 again."""
    save(store, year(page(A, B, C)))
    lacking(store, year(page(A, C)), at=DAY + NIGHT)
    store.accept_losses(store.pending_losses(), DAY + NIGHT)
    why = lacking(store, year(page(A)), at=DAY + 2 * NIGHT)
    assert "少 1 筆（『人工智慧導論』）" in why.message
    assert "accept-loss" in why.remedy
    assert [each.record for each in store.pending_losses()] == [C]


def test_a_row_that_comes_back_counts_as_before(store):
    """And may be lost again later, with the new day."""
    save(store, year(page(A, B)))
    lacking(store, year(page(A)), at=DAY + NIGHT)
    store.accept_losses(store.pending_losses(), DAY + NIGHT)
    save(store, year(page(A, at=DAY + 2 * NIGHT)), at=DAY + 2 * NIGHT)
    save(store, year(page(A, B, at=DAY + 3 * NIGHT)), at=DAY + 3 * NIGHT)
    assert gone(store) == {A.title: None, B.title: None}
    assert [each.returned_at for each in store.accepted_losses()] == [DAY + 3 * NIGHT]
    lacking(store, year(page(A, at=DAY + 4 * NIGHT)), at=DAY + 4 * NIGHT)
    store.accept_losses(store.pending_losses(), DAY + 4 * NIGHT)
    assert gone(store)[B.title] == date(2023, 8, 5)


def test_what_a_later_read_shows_again_waits_for_nobody(store):
    """A page half loaded, and whole the night after."""
    save(store, year(page(A, B)))
    lacking(store, year(page(A)), at=DAY + NIGHT)
    assert len(store.pending_losses()) == 1
    save(store, year(page(A, B, at=DAY + 2 * NIGHT)), at=DAY + 2 * NIGHT)
    assert store.pending_losses() == []


def test_every_year_that_lacks_rows_is_told_at_once(store):
    """Not one year a night."""
    save(store, year(page(A), of=2022), year(page(B, C), of=2023))
    why = lacking(store, year(page(), of=2022, total=0), year(page(C), of=2023), at=DAY + NIGHT)
    assert "111、112 年的紀錄比先前少 2 筆" in why.message
    assert [(each.year, each.record) for each in store.pending_losses()] == [(2022, A), (2023, B)]
    assert {key: len(ids) for key, ids in why.lost.items()} == {2022: 1, 2023: 1}


def test_a_row_still_shown_under_another_year_is_not_gone(store):
    """It only left one of its filters."""
    save(store, year(page(A, B), of=2023), year(page(B), of=2024))
    lacking(store, year(page(A), of=2023), at=DAY + NIGHT)
    store.accept_losses(store.pending_losses(), DAY + NIGHT)
    assert gone(store) == {A.title: None, B.title: None}
    save(store, year(page(A, at=DAY + 2 * NIGHT), of=2023), at=DAY + 2 * NIGHT)


def test_a_row_that_could_not_be_read_is_not_lost(store):
    """It may be the one that stood there."""
    known = replace(A, title="怪列", code="PKCG112100777")
    save(store, year(page(A, known)))
    save(store, year(page(A, unread=[UNREAD])))
    assert store.pending_losses() == []


def test_a_page_without_years_can_lose_rows_too(store):
    """Its key is no year."""
    save(store, year(page(A, B), of=None))
    lacking(store, year(page(A), of=None), at=DAY + NIGHT)
    (each,) = store.pending_losses()
    assert (each.year, each.record) == (None, B)
    assert store.accept_losses([each], DAY + NIGHT) == 1
    save(store, year(page(A, at=DAY + 2 * NIGHT), of=None), at=DAY + 2 * NIGHT)


def verdict_of(records):
    plan = bundled.plan("kaohsiung-112")
    about = Circumstances(person=Person(category="編制內公務人員"))
    return judge(records, plan, bundled.calendar(), date(2023, 8, 31), about)


def test_a_row_the_portal_no_longer_shows_never_yields_leave_without_review():
    """A set complete with it is 待認定, for both benefits; off duty or not stays what the times say."""
    plan = bundled.plan("kaohsiung-112")
    whole = [
        replace(
            A,
            title=course.title,
            code=f"PKCG1121{at:05}",
            start=datetime(2023, 1, 1, 8) + timedelta(hours=at),
            end=datetime(2023, 1, 1, 9) + timedelta(hours=at),
            certified_hours=course.hours,
        )
        for at, course in enumerate(plan.sets[0].courses)
    ]
    sound = verdict_of(whole)
    assert (sound.sets[0].state, str(sound.benefits[0].claimable)) == (State.MET, "4")
    one_gone = verdict_of([replace(whole[0], gone_since=date(2023, 8, 2)), *whole[1:]])
    assert (one_gone.sets[0].state, one_gone.sets[0].award_state) == (State.REVIEW, State.REVIEW)
    assert (str(one_gone.benefits[0].claimable), str(one_gone.benefits[0].pending_review)) == ("0", "4")
    course = one_gone.sets[0].courses[0]
    assert (course.state, course.off_duty) == (State.REVIEW, OffDuty.PASS)
    (reason,) = [each for each in course.reasons if each.code is ReasonCode.GONE_FROM_PORTAL]
    assert "112 年 8 月 2 日" in reason.text


def test_a_gone_row_counts_for_nothing_where_another_row_of_the_course_is_sound():
    """The best row of a course counts, and that one is still shown."""
    both = [
        replace(A, gone_since=date(2023, 8, 2)),
        replace(A, start=datetime(2023, 6, 3, 20), end=datetime(2023, 6, 3, 21)),
    ]
    course = next(each for each in verdict_of(both).sets[0].courses if each.title == A.title)
    assert course.state is State.MET


def test_exported_and_imported_the_row_is_still_marked(store, tmp_path):
    """So an empty home judges the same."""
    text = write_json(RecordsFile("", DAY, 2, (A, replace(B, gone_since=date(2023, 8, 2))), ()))
    assert [each.get("gone_since") for each in json.loads(text)["records"]] == [None, "2023-08-02"]
    found = read_json(text, "x.json")
    read = YearRead(None, 2, False, (page(*found.records, origin=Origin.RECORDS_FILE, kept=True),))
    save(store, read)
    assert gone(store) == {A.title: None, B.title: date(2023, 8, 2)}
    save(store, year(page(A, B, at=DAY + NIGHT)), at=DAY + NIGHT)
    assert gone(store) == {A.title: None, B.title: None}


def test_a_file_says_nothing_about_a_row_the_portal_shows(store):
    """It may be older than the last look."""
    save(store, year(page(A, B)))
    marked = page(replace(B, gone_since=date(2023, 8, 2)), origin=Origin.RECORDS_FILE, kept=True)
    save(store, YearRead(None, None, False, (marked,)))
    assert gone(store) == {A.title: None, B.title: None}


@pytest.fixture
def shrunk_home(elearn_home: Path) -> Path:
    """A home whose last run lacked one row."""
    with Store.open(path_of(elearn_home)) as store:
        store.bind_mode("real")
        save(store, year(page(A, B)))
        lacking(store, year(page(A)), at=DAY + NIGHT)
    return elearn_home


def test_the_command_lists_asks_and_enters(run_elearn, shrunk_home):
    """Without anybody to ask it changes nothing (2); with --yes each row is shown, and a backup made before."""
    listed = run_elearn("records", "lost")
    assert listed.code == 0
    for shown in (
        "臺灣的海洋（PKCG112100138）",
        "112/3/5（日）20:00:00",
        "已通過",
        "112 年 8 月 2 日起",
        "accept-loss",
    ):
        assert shown in listed.stdout
    refused = run_elearn("records", "accept-loss")
    assert (refused.code, "--yes" in refused.stderr) == (2, True)
    assert len(run_elearn("records", "lost", "--json").json()["pending"]) == 1
    done = run_elearn("records", "accept-loss", "--yes", "--json")
    assert (done.code, done.json()["accepted"]) == (0, 1)
    assert "臺灣的海洋" in done.stderr
    assert list((shrunk_home / "backups").glob("*.sqlite3"))
    after = run_elearn("records", "lost", "--json").json()
    assert (after["pending"], len(after["accepted"])) == ([], 1)
    assert run_elearn("records", "accept-loss").stdout.startswith("沒有等待確認的紀錄。")
    rows = list(csv.reader(run_elearn("export", "--format", "csv").stdout.lstrip("\ufeff").splitlines()))
    assert [row[-1] for row in rows] == ["平臺不再顯示（自）", "", "2023-08-02"]
    exported = run_elearn("export", "--format", "json").stdout
    assert [each.get("gone_since") for each in json.loads(exported)["records"]] == [None, "2023-08-02"]


def test_times_are_those_of_taipei(store):
    """A read at 20:00 UTC was made on the next day there."""
    save(store, year(page(A, B)))
    evening = datetime(2023, 8, 5, 20, tzinfo=UTC)
    lacking(store, year(page(A)), at=evening)
    store.accept_losses(store.pending_losses(), evening)
    assert gone(store)[B.title] == date(2023, 8, 6)
