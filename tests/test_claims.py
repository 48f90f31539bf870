"""What a claim applies for, what its folder holds, and the ledger: nothing is claimed twice, and approved leave runs out."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from claim_samples import CLERK, ON, PLAN, bench, doubtful, plain_paper, sure, whole_set
from pypdf import PdfReader

from agent.claims.calendar_file import calendar_file
from agent.claims.choosing import choose
from agent.claims.claiming import Request, prepare
from agent.claims.files import check_code
from agent.claims.ledger import Paper, add_paper, days_left, use_by
from agent.claims.needed import needed_work
from agent.claims.news import is_news
from agent.claims.papers import case_of
from agent.claims.verifying import verify
from agent.dashboard.papers import papers_in
from agent.errors import NothingToDo
from agent.screens.claim_screen import claim_document, claim_text
from agent.store import Claim, Mark
from rules.errors import ConfigError
from rules.work import Leave, Period, Span, Work

LATER = datetime(2023, 9, 5, 4, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "王 小明的資料夾"


# -- sets under review -------------------------------------------------------------------------------------------------


def test_a_set_under_review_is_never_included_by_itself(folder):
    with bench(folder, doubtful()) as it:
        claim = it.claim().claim
    assert (claim.hours, claim.sets, claim.review_sets, claim.review_hours) == (4, ("policy",), (), 0)


def test_a_set_under_review_is_included_by_choice_and_kept_in_the_claim(folder):
    with bench(folder, doubtful()) as it:
        made = it.claim("vision")
        kept = it.store.claim(made.claim.id)
    assert kept == made.claim
    assert (kept.hours, kept.sets, kept.review_sets, kept.review_hours) == (
        8,
        ("policy", "vision"),
        ("vision",),
        4,
    )
    manifest = json.loads(next(each.data for each in made.files if each.kind == "manifest"))
    assert manifest["claim"]["include_review"] == ["vision"]
    assert (manifest["claim"]["hours"], manifest["claim"]["review_hours"]) == ("8", "4")


def test_the_choice_changes_the_check_code(folder):
    with bench(folder, doubtful()) as it:
        assert it.claim().claim.check_code != it.claim("vision").claim.check_code


@pytest.mark.parametrize("key", ["policy", "english_a", "nonsense"])
def test_what_is_not_under_review_cannot_be_included(folder, key):
    with bench(folder, doubtful()) as it, pytest.raises(ConfigError) as why:
        it.claim(key)
    assert key in why.value.message
    assert why.value.remedy == "可列入的：vision。"


def test_only_doubtful_hours_are_nothing_to_claim_until_they_are_chosen(folder):
    with bench(folder, doubtful()[8:]) as it:
        with pytest.raises(NothingToDo) as why:
            it.claim()
        assert "另有 4 小時待人事單位認定" in why.value.message
        assert "--include-review（vision）" in why.value.remedy
        assert it.claim("vision").claim.hours == 4


def test_an_unknown_category_puts_everything_under_review(folder):
    with bench(folder, sure()) as it:
        it.settings = replace(it.settings, person=replace(CLERK, category=""))
        with pytest.raises(NothingToDo):
            it.claim()
        claim = it.claim("policy").claim
        assert (claim.hours, claim.review_hours) == (4, 4)
        assert verify(Path(claim.folder)).problems == ()


def test_a_run_that_asks_nobody_keeps_the_choice_made_before(folder):
    with bench(folder, doubtful()) as it:
        it.claim("vision")
        assert not is_news(it.store, it.verdict())
        assert it.claim(automatic=True).claim.review_sets == ("vision",)
        it.claim()
        assert it.claim(automatic=True).claim.review_sets == ()


# -- the folder --------------------------------------------------------------------------------------------------------


def test_the_zip_holds_every_file_of_the_folder_and_the_same_files_give_the_same_bytes(folder):
    with bench(folder, sure()) as it:
        made = it.claim()
        again = it.claim()
    inside = zipfile.ZipFile(io.BytesIO(made.files[-1].data))
    assert made.files[-1].kind == "zip"
    assert {name: inside.read(name) for name in inside.namelist()} == {
        each.path: each.data for each in made.files[:-1]
    }
    assert [each.sha256 for each in again.files if each.kind != "manifest"][:4] == [
        each.sha256 for each in made.files[:4]
    ]
    on_disk = {
        path.relative_to(made.claim.folder).as_posix()
        for path in Path(made.claim.folder).rglob("*")
        if path.is_file()
    }
    assert on_disk == {each.path for each in made.files}


def test_the_manifest_names_who_what_and_by_which_versions(folder):
    with bench(folder, sure()) as it:
        made = it.claim()
    manifest = json.loads(next(each.data for each in made.files if each.kind == "manifest"))
    assert manifest["applicant"] == {"name": "王小明", "unit": "民政課"}
    assert manifest["origin"] == "saved_page"
    assert set(manifest["versions"]) == {"program", "plan", "calendar", "agency_file"}
    assert manifest["check_code"] == made.claim.check_code
    rows = [(each["kind"], each["path"], each["sha256"]) for each in manifest["files"]]
    assert check_code(rows) == made.claim.check_code


def test_a_character_that_cannot_be_printed_is_named_everywhere(folder):
    """On the screen, on the form and to the page; a claim without one says nothing of it."""

    def poor(html: str, margins: tuple[str, str] | None = None) -> bytes:
        return plain_paper(html.replace("𠮷", ""), margins)

    with bench(folder, sure()) as it:
        assert it.claim().unprintable == ()
        it.settings = replace(it.settings, person=replace(CLERK, name="王𠮷明"))
        made = prepare(it.store, it.home, it.settings, Request(PLAN, it.verdict(), ON), poor)
    assert made.unprintable == ("𠮷",)
    assert "沒有字型可以印出𠮷（U+20BB7），文件上是方框。" in claim_text(made)
    assert claim_document(made)["claim"]["unprintable"] == ["𠮷"]
    form = PdfReader(next(Path(made.claim.folder).glob("1-*.pdf"))).pages[0].extract_text()
    assert "請以手寫補正：" in form
    assert papers_in(Path(made.claim.folder)).unprintable == ("𠮷",)
    assert verify(Path(made.claim.folder)).problems == ("網頁上的姓名「王小明」與申請人「王𠮷明」不同",)


def test_the_papers_name_the_job_of_the_day_they_are_made_on(folder):
    """A period states another unit and category for a time: it is judged by these, and they are printed."""
    july = Period(
        date(2023, 7, 1),
        date(2023, 9, 30),
        Work(hours=((time(7), time(11)), (time(12), time(16)))),
        replace(CLERK, unit="社會課", category="約僱人員"),
    )
    with bench(folder, sure(), Work(periods=(july,))) as it:
        made = it.claim()
        case = case_of(it.store, it.settings, PLAN, it.verdict(), choose(it.verdict()), made.claim)
    manifest = json.loads(next(each.data for each in made.files if each.kind == "manifest"))
    assert manifest["applicant"]["unit"] == "社會課"
    assert (case.person.unit, case.person.category, case.work_hours_text) == (
        "社會課",
        "約僱人員",
        "07:00–11:00、12:00–16:00",
    )


def _day(month: int, day: int) -> Span:
    return Span.whole_days(date(2023, month, day), date(2023, month, day))


WORK = Work(
    leave=(Leave(_day(1, 2), "病假"), Leave(_day(3, 8), "休假"), Leave(_day(5, 15), "病假")),
    punches={date(2023, month, 9): (time(8), time(17, 30)) for month in (3, 6)},
    overtime=(Span(datetime(2023, 4, 12, 18), datetime(2023, 4, 12, 20)),),
    own_holidays=frozenset({date(2023, 8, 3)}),
    unpaid_leave=((date(2021, 3, 1), date(2021, 8, 31)),),
)


def test_a_claim_carries_the_duty_of_the_days_it_is_judged_on_and_no_other(folder):
    """A sick leave in May is nobody's business; that of the second of January is a day beside a row."""
    with bench(folder, doubtful(), WORK) as it:
        made = it.claim("vision")
    judged_with = json.loads(next(each.data for each in made.files if each.kind == "judged_with"))["work"]
    assert [each["from"][:10] for each in judged_with["leave"]] == ["2023-01-02", "2023-03-08"]
    assert list(judged_with["punches"]) == ["2023-03-09"]
    assert (judged_with["overtime"], judged_with["own_holidays"], judged_with["unpaid_leave"]) == ([], [], [])
    assert verify(Path(made.claim.folder)).problems == ()


def test_records_without_times_need_no_day():
    assert needed_work(WORK, [replace(sure()[0], start=None, end=None)]).leave == ()


# -- the ledger --------------------------------------------------------------------------------------------------------


def paper(hours: str = "4", sets: tuple[str, ...] = ("policy",), **more) -> Paper:
    return Paper(Decimal(hours), sets, **{"approved": date(2023, 6, 30), **more})


def test_leave_claimed_on_paper_is_not_claimed_again(folder):
    with bench(folder, sure()) as it:
        claim = add_paper(it.store, PLAN, paper(), LATER)
        assert (claim.id, claim.state, claim.folder) == ("kaohsiung-112-1", "approved", "")
        assert it.store.claims() == [claim]
        benefit = it.verdict().benefit("compensatory_leave")
        assert (benefit.claimable, benefit.claimed) == (0, 4)
        with pytest.raises(NothingToDo):
            it.claim()


REFUSED = [
    ("a set claimed before", paper(sets=("policy",)), "已經申請過"),
    ("the other set of a portion claimed before", paper(sets=("english_b",)), "已經申請過"),
    ("a set the plan does not have", paper(sets=("nonsense",)), "沒有課程套「nonsense」"),
    ("more than the cap leaves", paper("9", ("professional", "vision")), "上限 16 小時，已申請 8 小時"),
    ("nothing", paper("0", ("vision",)), "0 小時不能補登"),
    ("a day that has not come", paper(sets=("vision",), approved=date(2023, 9, 6)), "在今天之後"),
    ("leave that ends before it begins", paper(sets=("vision",), use_from=date(2023, 9, 2), use_by=date(2023, 9, 1)), "起日在迄日之後"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "said"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_paper_that_cannot_be_added(folder, what, said):
    with bench(folder) as it:
        add_paper(it.store, PLAN, paper("8", ("policy", "english_a")), LATER)
        with pytest.raises(ConfigError) as why:
            add_paper(it.store, PLAN, what, LATER)
        assert said in why.value.message
        assert len(it.store.claims()) == 1


def test_papers_printed_before_another_claim_are_not_submitted(folder):
    """They print 「本年度已申請 0」, and their set was claimed on paper meanwhile."""
    with bench(folder, sure()) as it:
        claim = it.claim().claim
        add_paper(it.store, PLAN, paper(sets=("policy",)), LATER)
        with pytest.raises(ConfigError) as why:
            it.store.mark_claim(claim.id, "submitted", LATER)
        assert "先前已申請 0 小時，現在是 4 小時" in why.value.message
        assert it.store.claim(claim.id).state == "prepared"
        it.store.mark_claim(claim.id, "withdrawn", LATER)


def test_a_rejected_claim_before_leaves_the_papers_as_good(folder):
    """What was claimed before became less: nothing would be claimed twice."""
    with bench(folder, [*sure(), *whole_set("professional", datetime(2023, 2, 12, 8), 41)[:3]]) as it:
        first = it.claim().claim
        it.store.mark_claim(first.id, "submitted", LATER)
        it.read([*sure(), *whole_set("professional", datetime(2023, 2, 12, 8), 41)])
        second = it.claim().claim
        assert (second.sets, second.before_hours, second.before_sets) == (("professional",), 4, ("policy",))
        it.store.mark_claim(first.id, "rejected", LATER)
        it.store.mark_claim(second.id, "submitted", LATER)


def test_every_step_has_its_day_and_the_office_may_approve_less(folder):
    with bench(folder, sure()) as it:
        claim = it.claim().claim
        it.store.mark_claim(claim.id, Mark("submitted", date(2023, 9, 1)), LATER)
        it.store.mark_claim(
            claim.id, Mark("approved", date(2023, 9, 4), Decimal(3), date(2023, 9, 10)), LATER
        )
        found = it.store.claim(claim.id)
        assert (found.submitted_on, found.decided_on) == (date(2023, 9, 1), date(2023, 9, 4))
        assert (found.hours, found.approved_hours, found.counted_hours) == (4, 3, 3)
        assert it.store.claimed_sets(PLAN.key) == (3, frozenset({"policy"}))
        assert use_by(found, 2) == date(2025, 9, 9)


WRONG_MARKS = [
    ("a day before the papers were made", Mark("submitted", date(2023, 8, 30)), "早於"),
    ("a day that has not come", Mark("submitted", date(2023, 9, 6)), "在今天之後"),
    ("hours with a submission", Mark("submitted", date(2023, 9, 1), Decimal(4)), "只在核定時輸入"),
    (
        "a use-by date with a rejection",
        Mark("withdrawn", date(2023, 9, 1), use_by=date(2025, 9, 1)),
        "只在核定時輸入",
    ),
]


@pytest.mark.parametrize(
    ("mark", "said"), [each[1:] for each in WRONG_MARKS], ids=[each[0] for each in WRONG_MARKS]
)
def test_a_mark_that_cannot_be_is_refused_and_changes_nothing(folder, mark, said):
    with bench(folder, sure()) as it:
        claim = it.claim().claim
        with pytest.raises(ConfigError, match=said):
            it.store.mark_claim(claim.id, mark, LATER)
        assert it.store.claim(claim.id) == claim


@pytest.mark.parametrize("hours", ["0", "4.5", "16"])
def test_approved_hours_lie_above_nothing_and_within_those_applied_for(folder, hours):
    with bench(folder, sure()) as it:
        claim = it.claim().claim
        it.store.mark_claim(claim.id, "submitted", LATER)
        with pytest.raises(ConfigError, match="不超過申請的 4 小時"):
            it.store.mark_claim(claim.id, Mark("approved", LATER.date(), Decimal(hours)), LATER)


# -- use by ------------------------------------------------------------------------------------------------------------


def approved(**more) -> Claim:
    base = Claim(
        "x-1", "x", Decimal(4), "approved", date(2023, 7, 5), "", ("policy",), "", decided_on=date(2023, 9, 5)
    )
    return replace(base, **more)


USE_BY = [
    ("two years less a day from the approval", approved(), 2, date(2025, 9, 4)),
    ("from the start that the office filled in", approved(use_from=date(2023, 10, 1)), 2, date(2025, 9, 30)),
    ("to the end that the office filled in", approved(use_by=date(2024, 12, 31)), 2, date(2024, 12, 31)),
    ("by the setting", approved(), 1, date(2024, 9, 4)),
    ("from a leap day to the last of February", approved(use_from=date(2024, 2, 29)), 2, date(2026, 2, 28)),
    (
        "from a first of January to the last of December",
        approved(use_from=date(2024, 1, 1)),
        2,
        date(2025, 12, 31),
    ),
    ("of a year that was mistyped", approved(use_from=date(9999, 3, 1)), 2, date.max),
    ("of a claim approved before the day was entered", approved(decided_on=None), 2, date(2025, 7, 4)),
    ("of a claim that is not approved", approved(state="submitted"), 2, None),
]


@pytest.mark.parametrize(
    ("claim", "years", "last"), [each[1:] for each in USE_BY], ids=[each[0] for each in USE_BY]
)
def test_the_last_day_of_approved_leave(claim, years, last):
    assert use_by(claim, years) == last
    assert days_left(claim, years, date(2023, 9, 5)) == (last and (last - date(2023, 9, 5)).days)


def test_the_calendar_file_holds_the_deadlines_and_every_use_by_day():
    text = calendar_file([approved(), approved(id="x-2", state="rejected")], [PLAN], 2, LATER).decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    unfolded = text.replace("\r\n ", "")
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 3
    assert "DTSTART;VALUE=DATE:20250904\r\n" in unfolded
    assert "DTSTART;VALUE=DATE:20230831\r\n" in unfolded
    assert "補休 4 小時的期限（x-1）" in unfolded
    assert "x-2" not in unfolded
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert calendar_file([], [], 2, LATER).count(b"VEVENT") == 0


# -- by command line ---------------------------------------------------------------------------------------------------


def test_the_ledger_by_command(run_elearn, elearn_home, tmp_path):
    """Added, refused a second time, listed with the days left, and seen by `check`."""
    (elearn_home / "config.toml").write_text(
        'use_by_years = 10\n[person]\ncategory = "編制內公務人員"\n', "utf-8"
    )
    words = ("claim", "add", "--plan", PLAN.key, "--hours", "4", "--set", "policy", "--approved", "112/6/30")
    added = run_elearn(*words, "--json")
    assert (added.code, added.json()["claim"]["use_by"]) == (0, "2033-06-29")
    assert "已經申請過" in run_elearn(*words).stderr
    listed = run_elearn("claim", "list", "--ics", tmp_path / "期限.ics")
    assert "紙本申請、112/6/30 核定" in listed.stdout
    assert "補休期限 122/6/29，" in listed.stdout

    assert b"20330629" in (tmp_path / "期限.ics").read_bytes()
    assert run_elearn("claim", "list", "--json").json()["claims"][0]["approved_hours"] == "4"
    verdict = run_elearn("check", "--plan", PLAN.key, "--on", "112/8/31", "--json").json()
    assert verdict["benefits"][0]["claimed"] == "4"
    refused = run_elearn("claim", "mark", "kaohsiung-112-1", "approved", "--hours", "nonsense")
    assert (refused.code, "時數" in refused.stderr) == (2, True)
