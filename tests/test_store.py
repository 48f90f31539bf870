"""The store: what was read stays, nothing is counted twice, and the file survives what happens to files."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest

from agent.store import Claim, DatabaseUnusable, KeptFile, PageRead, Shrink, Store, YearRead
from agent.store.database import HEAD
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin, UnreadRow

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")

DAY = datetime(2023, 8, 1, 2, 30, tzinfo=UTC)
URL = "https://elearn.hrd.gov.tw/mooc/user/learning_record.php"
A = LearningRecord(
    title="政府數位轉型新視界",
    course_type="開放式",
    code="PCENTER112100461",
    start=datetime(2023, 1, 1, 8),
    end=datetime(2023, 1, 1, 9),
    reading=timedelta(hours=1),
    exam="100",
    survey="已填",
    condition="課程測驗：75 分(含)以上",
    status="已通過",
    certified_hours=Decimal("1.0"),
    upload_status="成功",
    uploaded_at=datetime(2023, 1, 2, 12),
    number="1",
)
B = replace(A, title="臺灣的海洋", code="PKCG112100138", start=datetime(2023, 3, 5, 20), number="2")
C = replace(A, title="人工智慧導論", code="PKCG112100139", start=datetime(2023, 5, 6, 9), number="3")
UNREAD = UnreadRow(("4", "怪列", "二"), "認證時數「二」不是數字", "怪列")


def path_of(folder: Path) -> Path:
    return folder / "elearn.sqlite3"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return path_of(tmp_path)


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Path:
    """A database just made: making the schema takes longer than most of what is tested here."""
    found = path_of(tmp_path_factory.mktemp("empty"))
    with Store.open(found):
        pass
    return found


@pytest.fixture
def store(path, empty):
    shutil.copyfile(empty, path)
    with Store.open(path) as found:
        yield found
        assert found.integrity() == []


def page(
    *rows: LearningRecord, number=1, at=DAY, origin=Origin.PORTAL, unread=(), kept=False, url=URL
) -> PageRead:
    """A page of these rows. `kept`: its files were kept before, so it brings none."""
    says = [replace(each, number=None, origin=Origin.PORTAL) for each in rows]
    content = hashlib.sha256(repr((says, unread)).encode()).hexdigest()
    name = f"runs/{number}-{content[:8]}"
    return PageRead(
        number=number,
        url=url,
        taken_at=at,
        origin=origin,
        content_sha256=content,
        records=rows,
        unread=tuple(unread),
        html=None if kept else KeptFile.of(f"{name}.html", content.encode()),
        pdf=None if kept else KeptFile.of(f"{name}.pdf", content.encode()),
    )


def year(
    *pages: PageRead, of: int | None = 2023, total: int | None = None, complete: bool = True
) -> YearRead:
    return YearRead(of, total, complete, pages)


def records_file(*rows: LearningRecord, at=DAY, total=None, unread=()) -> YearRead:
    """As `importing` makes one of an exported file: no year, no files, not complete."""
    found = page(*rows, at=at, origin=Origin.RECORDS_FILE, unread=unread, kept=True)
    return YearRead(None, total, False, (found,))


def save(store: Store, *years: YearRead, at: datetime = DAY):
    return store.save_read(store.start_run("sync", at), years, at=at, report={})


def tables(path: Path, *but: str) -> dict[str, list[tuple]]:
    """Every table whole, except those named."""
    with closing(sqlite3.connect(path)) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(raw.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name not in but
        }


def versions(path: Path) -> list[tuple]:
    """(record, newest, status, hours) in the order they were written."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(
            "SELECT record_id, newest, status, certified_hours FROM version ORDER BY id"
        ).fetchall()


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
    assert "2023 年的紀錄比先前少 1 筆（『臺灣的海洋』）" in why.value.message
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


# -- records files -----------------------------------------------------------------------------------------------------


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


# -- runs --------------------------------------------------------------------------------------------------------------


def test_runs_come_newest_first_and_stay_as_they_ended(store):
    """One under way has no outcome; one that saved is not turned into a failure by what came after."""
    first = store.start_run("sync", DAY)
    store.save_read(first, [year(page(A))], at=DAY, report={"refused_requests": ["甲"]})
    store.finish_run(first, outcome="unexpected", exit_code=1, at=DAY, report={})
    second = store.start_run("import", DAY + timedelta(days=1))
    newest, oldest = store.runs()
    assert (newest.id, newest.command, newest.outcome, newest.exit_code) == (second, "import", None, None)
    assert (oldest.outcome, oldest.exit_code, oldest.report) == ("ok", 0, {"refused_requests": ["甲"]})
    assert (oldest.started_at, oldest.finished_at) == (DAY, DAY)
    assert [each.id for each in store.runs(1)] == [second]


# -- submissions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [None, "refused", "person_needed"])
def test_a_submission_that_needs_a_person_blocks_until_one_acted(store, outcome):
    """Also one never answered: the machine may have lost power after the password was sent."""
    attempt = store.submit_attempt("ecpa", "key", "real", DAY)
    if outcome:
        store.answer_attempt(attempt, outcome, DAY)
    block = store.open_block("ecpa")
    assert (block.id, block.gateway, block.submitted_at, block.outcome) == (attempt, "ecpa", DAY, outcome)
    assert store.open_block("egov") is None
    store.clear_attempts("egov", "credentials set", DAY)
    assert store.open_block("ecpa") == block
    store.clear_attempts("ecpa", "credentials set", DAY)
    assert store.open_block("ecpa") is None


@pytest.mark.parametrize("outcome", ["accepted", "unavailable", "not_official_account"])
def test_a_submission_with_another_end_blocks_nothing(store, outcome):
    """Nothing a person must do before the next one."""
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), outcome, DAY)
    assert store.open_block("ecpa") is None


def test_a_later_accepted_submission_lifts_an_earlier_block(store):
    """A person logged in by hand: the password is good. A new refusal blocks anew, also after a clearing."""
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), "refused", DAY)
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), "accepted", DAY)
    assert store.open_block("ecpa") is None
    store.clear_attempts("ecpa", "credentials set", DAY)
    again = store.submit_attempt("ecpa", "key", "real", DAY)
    assert store.open_block("ecpa").id == again


# -- claims ------------------------------------------------------------------------------------------------------------


def claim(claim_id: str, *, plan="kaohsiung-112", hours="4", sets=("policy",), on=date(2023, 8, 31)) -> Claim:
    return Claim(claim_id, plan, Decimal(hours), "prepared", on, f"/claims/{claim_id}", sets, "7F3A-91C2")


def test_preparing_again_replaces_the_claim_under_its_id(store):
    """One open prepared claim a plan."""
    first = store.open_claim_id("kaohsiung-112")
    assert first == "kaohsiung-112-1"
    store.put_prepared(claim(first), DAY)
    assert store.open_claim_id("kaohsiung-112") == first
    again = claim(first, hours="8", sets=("policy", "vision"), on=date(2023, 9, 1))
    store.put_prepared(again, DAY)
    assert store.claims() == [again]
    assert store.claim(first) == again


def test_the_next_claim_after_a_submission_has_the_next_id(store):
    """Two plans count apart; ten come after nine."""
    for number in range(1, 12):
        claim_id = store.open_claim_id("kaohsiung-112")
        assert claim_id == f"kaohsiung-112-{number}"
        store.put_prepared(claim(claim_id), DAY)
        store.mark_claim(claim_id, "submitted", DAY)
    assert store.open_claim_id("kaohsiung-113") == "kaohsiung-113-1"
    assert [each.id for each in store.claims()] == [f"kaohsiung-112-{number}" for number in range(1, 12)]


STATES = ("prepared", "submitted", "approved", "rejected", "withdrawn")
ALLOWED = {
    ("prepared", "submitted"),
    ("prepared", "withdrawn"),
    ("submitted", "approved"),
    ("submitted", "rejected"),
    ("submitted", "withdrawn"),
}
WORDS = dict(zip(STATES, ("已準備", "已送件", "已核定", "退回", "撤回"), strict=True))


def bring_to(store: Store, state: str) -> str:
    """A claim in this state."""
    claim_id = store.open_claim_id("kaohsiung-112")
    store.put_prepared(claim(claim_id), DAY)
    for step in {"approved": ["submitted"], "rejected": ["submitted"], "prepared": []}.get(state, []):
        store.mark_claim(claim_id, step, DAY)
    if state != "prepared":
        store.mark_claim(claim_id, state, DAY)
    return claim_id


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_claim_takes_only_the_steps_there_are(store, before, after):
    """A refused step says where the claim stands and what it may become, and changes nothing."""
    claim_id = bring_to(store, before)
    if (before, after) in ALLOWED:
        store.mark_claim(claim_id, after, DAY)
        assert store.claim(claim_id).state == after
        return
    with pytest.raises(ConfigError) as why:
        store.mark_claim(claim_id, after, DAY)
    assert why.value.message == f"申請案 {claim_id} 目前為「{WORDS[before]}」，不能改為「{WORDS[after]}」。"
    may = "、".join(each for each in STATES if (before, each) in ALLOWED) or "（已是最後狀態）"
    assert why.value.remedy == f"可改為：{may}。"
    assert store.claim(claim_id).state == before


@pytest.mark.parametrize("state", STATES[1:])
def test_a_claim_that_went_on_is_not_prepared_again(store, state):
    """What was handed in stays as it was."""
    claim_id = bring_to(store, state)
    with pytest.raises(ConfigError, match="不能重新準備"):
        store.put_prepared(claim(claim_id, hours="8"), DAY)
    assert store.claim(claim_id).hours == 4


def test_an_unknown_claim_is_answered_with_those_there_are(store):
    """Also where there are none."""
    with pytest.raises(ConfigError, match="x-1") as why:
        store.mark_claim("x-1", "submitted", DAY)
    assert "還沒有申請案" in why.value.remedy
    claim_id = bring_to(store, "prepared")
    with pytest.raises(ConfigError) as why:
        store.claim("x-1")
    assert claim_id in why.value.remedy


def test_submitted_and_approved_claims_are_claimed(store):
    """Prepared, rejected and withdrawn ones are not, nor another plan's."""
    for state in ("approved", "submitted", "rejected", "withdrawn", "prepared"):
        claim_id = store.open_claim_id("kaohsiung-112")
        store.put_prepared(claim(claim_id, hours="4.5", sets=(state, "policy")), DAY)
        for step in {"approved": ("submitted", state), "rejected": ("submitted", state), "prepared": ()}.get(
            state, (state,)
        ):
            store.mark_claim(claim_id, step, DAY)
    assert store.claimed_sets("kaohsiung-112") == (
        Decimal("9.0"),
        frozenset({"approved", "submitted", "policy"}),
    )
    assert store.claimed_sets("kaohsiung-113") == (Decimal(0), frozenset())


# -- what the home is bound to -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "other"), [("real", "replica"), ("replica", "real")])
def test_a_home_belongs_to_the_mode_of_its_first_run(store, first, other):
    """The other one is refused in words, and the same one goes on."""
    store.bind_mode(first)
    with pytest.raises(ConfigError, match="不能用於") as why:
        store.bind_mode(other)
    assert why.value.code == 2
    assert "ELEARN_HOME" in why.value.remedy
    store.bind_mode(first)


def test_single_values_are_kept(path):
    """None before the first; the last one holds, also after closing."""
    with Store.open(path) as store:
        assert store.get_meta("x") is None
        assert store.person_key() is None
        store.set_meta("x", "一")
        store.set_meta("x", "二")
        store.bind_person("hash")
    with Store.open(path) as store:
        assert (store.get_meta("x"), store.person_key()) == ("二", "hash")


# -- the file ----------------------------------------------------------------------------------------------------------


@posix
def test_the_file_and_its_companions_are_private(path):
    """-wal and -shm too, whatever the mask."""
    before = os.umask(0)
    try:
        with Store.open(path) as store:
            save(store, year(page(A)))
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)


@pytest.mark.parametrize("name", ["王 小明", "100%", "what?x=1", "a#b", "a&b=c", "%41"])
def test_a_home_may_have_any_name(tmp_path, name):
    """The database is the file of that path, not what an address of those signs would mean."""
    folder = tmp_path / name
    folder.mkdir()
    with Store.open(path_of(folder)) as store:
        save(store, year(page(A)))
    assert path_of(folder).stat().st_size > 0
    assert {each.name for each in tmp_path.rglob("*")} == {name, "elearn.sqlite3"}


def test_a_newer_database_is_refused(path):
    """2, with what to do, and the file as it was."""
    with Store.open(path):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = tables(path)
    with pytest.raises(DatabaseUnusable, match=r"較新版本.*9999") as why:
        Store.open(path)
    assert (why.value.code, why.value.remedy) == (2, "請更新本程式。")
    assert tables(path) == before
    assert list(path.parent.glob("*.bak")) == []


@pytest.mark.parametrize("damage", ["text", "cut", "folder"])
def test_a_file_that_is_no_database_is_named(path, damage):
    """2 and a sentence; nothing is removed or overwritten."""
    if damage == "folder":
        path.mkdir()
    elif damage == "text":
        path.write_text("這不是資料庫" * 1000)
    else:
        with Store.open(path) as store:
            save(store, year(page(*(replace(A, title=f"課程{at}") for at in range(200)))))
        path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DatabaseUnusable) as why, Store.open(path) as store:
        store.records()
    assert why.value.code == 2
    assert str(path) in why.value.message
    assert "elearn restore" in why.value.remedy
    assert before is None or path.read_bytes() == before


def test_damage_found_later_is_named_too(path):
    """The first page is whole, so the file opens; a table further in is not."""
    with Store.open(path) as store:
        save(store, year(page(*(replace(A, title=f"課程{at}") for at in range(500)))))
    data = bytearray(path.read_bytes())
    leaf = data.index("課程300".encode()) // 4096 * 4096
    data[leaf : leaf + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with Store.open(path) as store:
        with pytest.raises(DatabaseUnusable, match="無法使用"):
            store.records()
        assert store.integrity() != []


def test_a_database_another_program_holds_is_named(path):
    """Not a traceback, and nobody is told to restore a backup."""
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store._engine.connect() as connection:  # not five seconds, as a person would wait
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        with pytest.raises(DatabaseUnusable, match="locked") as why:
            store.set_meta("x", "y")
        assert "另一個程式" in why.value.remedy
        other.rollback()
        store.set_meta("x", "y")


def test_an_empty_file_becomes_a_database(path):
    """As a broken-off first start leaves one."""
    path.write_bytes(b"")
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.records() == [A]


def test_a_first_start_that_broke_off_is_made_good(path, monkeypatch):
    """The schema comes whole or not at all: the next start makes it."""
    from alembic import op

    create, made = op.create_table, []

    def break_off(name, *columns, **more):
        made.append(name)
        if len(made) == 5:
            raise KeyboardInterrupt
        return create(name, *columns, **more)

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(KeyboardInterrupt):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.integrity() == []


def test_the_migrated_schema_is_the_one_in_the_code(path):
    """Alembic finds nothing to add, and the newest revision is the one the code asks for."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from agent.store.tables import metadata

    with Store.open(path):
        pass
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_damage_is_found(path):
    """A row that points nowhere, and a page of the file that is broken."""
    with Store.open(path) as store:
        save(store, year(page(A)))
        assert store.integrity() == []
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO claim_event (claim_id, state, at) VALUES ('none', 'prepared', 'x')")
        raw.commit()
    with Store.open(path) as store:
        assert store.integrity() == ["foreign key: claim_event"]


WRITER = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine

sys.path.insert(0, "tests")
from test_store import A, B, C, DAY, page, save, year
from dataclasses import replace
from agent.store import Store

with Store.open(Path(sys.argv[1])) as store:
    save(store, year(page(A, B)))
    run = store.start_run("sync", DAY)
    seen = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def count(connection, cursor, statement, *_):
        global seen
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen == int(sys.argv[2]):
                os.kill(os.getpid(), signal.SIGKILL)

    store.save_read(run, [year(page(replace(A, status="未通過"), B, C, number=1))], at=DAY, report={})
    print("saved")
"""


@posix
@pytest.mark.parametrize("step", [1, 4, 7])
def test_a_run_killed_while_saving_leaves_the_last_good_state(path, step):
    """`kill -9` after so many written statements: all of the earlier read, nothing of this one, a sound file."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(path), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Store.open(path) as store:
        assert store.integrity() == []
        assert store.records() == [A, B]
        assert len(versions(path)) == 2
        newest = store.runs()[0]
        assert (newest.outcome, newest.finished_at) == (None, None)
        assert save(store, year(page(A, B, C))).new == 1


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


def test_a_run_that_brought_nothing_is_forgotten_after_a_while_and_no_other(path, store):
    """The book grows with what changed: what a run refers to, failed runs and the last ninety days stay."""
    found = page(A)
    save(store, year(found), at=DAY)
    again = year(replace(found, html=None, pdf=None))
    for night in range(1, 200):
        save(store, again, at=DAY + timedelta(days=night))
        if night == 5:
            failed = store.start_run("sync", DAY + timedelta(days=night))
            store.finish_run(
                failed, outcome="unavailable", exit_code=12, at=DAY + timedelta(days=night), report={}
            )
    nights = sorted((each.started_at - DAY).days for each in store.runs())
    assert nights == [0, 5, *range(109, 200)], "the first read, the failure, and ninety days"
    assert store.integrity() == []
