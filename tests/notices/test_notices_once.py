"""Notices from a home: told once, in the daytime, by whichever process is there; what could not be told is tried again."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from notice_samples import NOW, QUIET
from stored_homes import CONFIG, demo_records, end_badly, save

from agent import notices
from agent.clock import TAIPEI
from agent.notices.telling import last_failure
from agent.store import Notice, Store


def at(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2023, month, day, hour, minute, tzinfo=TAIPEI)


def test_what_happens_at_night_is_told_in_the_morning_once(home, inbox):
    """The first run finds something claimable at 02:30; it is told at 07:30, and never again."""
    save(home, demo_records(), at(3, 2, 30))
    night = notices.after_run(home, now=at(3, 2, 31))
    assert (night.told, inbox.got) == (0, [])
    assert night.waiting == night.entered > 0
    assert notices.due(home, at(3, 7, 29)).told == 0
    assert notices.due(home, at(3, 7, 30)).told == night.waiting
    (only,) = inbox.got
    assert only["title"] == "我的數位學習補休（測試）"
    assert "有新的補休可以申請。" in only["message"]
    assert "通過" not in only["message"], "courses of the very first read are no news"
    assert notices.due(home, at(3, 7, 31)).told == 0
    assert notices.after_run(home, now=at(3, 12)).told == 0
    assert len(inbox.got) == 1


def test_it_is_told_once_even_by_another_process(home, inbox, tmp_path):
    """The agent was ended and started again between two mornings."""
    save(home, demo_records(), at(3, 10))
    assert notices.after_run(home, now=at(3, 10, 1)).told
    program = (
        "import sys, keyring; sys.path.insert(0, 'tests')\n"
        "from datetime import datetime; from pathlib import Path; from stored_homes import FileKeyring\n"
        "from agent import clock, notices; from agent.home import open_home\n"
        "keyring.set_keyring(FileKeyring(Path(sys.argv[1])))\n"
        "now = datetime(2023, 7, 4, 8, tzinfo=clock.TAIPEI)\n"
        "print(notices.due(open_home(Path(sys.argv[2])), now))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "keyring.json"), str(home.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ},
    )
    assert "told=0, waiting=0" in done.stdout
    assert len(inbox.got) == 1


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(3, 7, 29), False),
        (at(3, 7, 30), True),
        (at(3, 20, 59), True),
        (at(3, 21), False),
        (at(3, 0), False),
    ],
)
def test_only_between_half_past_seven_and_nine(home, inbox, now, told):
    save(home, demo_records(), at(2, 12))
    assert bool(notices.after_run(home, now=now.astimezone(UTC)).told) is told


def test_a_course_passed_and_uploaded_is_said_when_a_later_run_sees_it(home, inbox):
    rows = demo_records()
    open_one = next(each for each in rows if each.status == "未通過")
    save(home, rows, at(3, 10))
    notices.after_run(home, now=at(3, 10, 1))
    inbox.got.clear()
    home.config.write_text(CONFIG + QUIET + 'detail = "all"\n', "utf-8")
    done = replace(open_one, status="已通過", upload_status="成功", certified_hours=Decimal(1))
    save(home, [done if each is open_one else each for each in rows], at(4, 10))
    notices.after_run(home, now=at(4, 10, 1))
    (said,) = inbox.said
    assert f"『{open_one.title}』已通過。" in said
    assert f"『{open_one.title}』的時數已上傳成功。" in said


def test_a_service_that_is_down_is_tried_again_and_then_told_once(home, inbox):
    save(home, demo_records(), at(3, 10))
    inbox.works = False
    first = notices.after_run(home, now=at(3, 10, 1))
    assert (first.told, first.failed) == (0, ("JSON",))
    with Store.open(home.database) as store:
        assert last_failure(store) == (at(3, 10, 1), ("JSON",))
    inbox.works = True
    assert notices.due(home, at(4, 8)).told
    assert notices.due(home, at(4, 9)).told == 0
    assert len(inbox.got) == 1


def test_what_could_not_be_told_for_three_days_is_no_news(home, inbox):
    save(home, demo_records(), at(3, 10))
    inbox.works = False
    waiting = notices.after_run(home, now=at(3, 10, 1)).waiting
    inbox.works = True
    later = notices.due(home, at(6, 10, 2))
    with Store.open(home.database) as store:
        assert [each.outcome for each in store.notices()][:waiting] == ["expired"] * waiting
    assert all("可以申請" not in each for each in inbox.said)
    assert later.told == len(inbox.got) == 1, "by then it is the silence that is told"


def test_the_deadline_comes_by_itself_without_a_run(home, inbox):
    save(home, demo_records(), at(31, 10))
    notices.after_run(home, now=at(31, 10, 1))
    inbox.got.clear()
    assert notices.due(home, at(1, 8, month=8)).told == 1
    assert inbox.said == ["計畫完成期限 112 年 8 月 31 日還有 30 天，還有未完成的項目。"]
    assert notices.due(home, at(2, 8, month=8)).told == 0


def test_two_nights_refused_are_told_once_and_a_new_refusal_again(home, inbox):
    save(home, demo_records(), at(1, 10))
    notices.after_run(home, now=at(1, 10, 1))
    inbox.got.clear()

    def refuse(day: int, attempt: bool) -> None:
        if attempt:
            with Store.open(home.database) as store:
                entry = store.submit_attempt("ecpa", "hash", "replica", at(day, 2))
                store.answer_attempt(entry, "refused", at(day, 2))
        end_badly(home, "refused", 10, at(day, 2))
        notices.after_run(home, now=at(day, 2, 1))
        notices.due(home, at(day, 7, 30))

    refuse(2, attempt=True)
    refuse(3, attempt=False)
    assert len(inbox.got) == 1
    with Store.open(home.database) as store:
        store.clear_attempts("ecpa", "credentials", at(3, 9))
    refuse(4, attempt=True)
    assert len(inbox.got) == 2


def test_trouble_with_notices_never_troubles_the_run(home):
    """A database that cannot be read is a line in a log, not an error of the run."""
    home.database.write_bytes(b"no database at all" * 100)
    assert notices.after_run(home, now=NOW) == notices.Report()
    assert "Traceback" in (home.runs / "notices.log").read_text("utf-8")


def test_the_ledger_keeps_the_first_of_a_key(home):
    with Store.open(home.database) as store:
        entry = Notice("a", "drift", {"n": 1}, NOW)
        assert store.enter_notices([entry, replace(entry, data={"n": 2})]) == 1
        assert store.enter_notices([entry]) == 0
        assert [each.data for each in store.untold_notices()] == [{"n": 1}]
        store.close_notices(["a"], "told", NOW)
        assert store.untold_notices() == []
        assert store.enter_notices([entry]) == 0
