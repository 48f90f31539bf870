"""History: what each run changed, and how one record came to be as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from stored_homes import REPLICA_ENV, demo_records, end_badly, new_home, save

from agent.clock import TAIPEI
from agent.screens.history_screen import history_document, history_text, shown
from agent.store import Store
from rules.record import Origin

OPEN = next(each for each in demo_records() if each.status == "未通過")
DONE = replace(OPEN, status="已通過", certified_hours=Decimal("1.0"))
UPLOADED = replace(DONE, upload_status="成功", uploaded_at=datetime(2023, 7, 5, 12))


def at(day: int, hour: int = 2) -> datetime:
    return datetime(2023, 7, day, hour, 30, tzinfo=TAIPEI)


def with_one(record):
    return [record if each is OPEN else each for each in demo_records()]


@pytest.fixture
def home(elearn_home):
    """Three reads that saw the course open, passed, uploaded; between them nothing, and a night without the portal."""
    found = new_home(elearn_home)
    save(found, with_one(OPEN), at(1))
    save(found, with_one(OPEN), at(2))
    save(found, with_one(DONE), at(3))
    end_badly(found, "unavailable", 12, at(4))
    save(found, with_one(UPLOADED), at(5))
    return found


def test_each_run_says_what_it_changed(home):
    with Store.open(home.database) as store:
        runs = history_document(store.runs(), store.changes())["runs"]
    assert [(each["id"], each["outcome"], each["new"], each["changed"]) for each in runs] == [
        (5, "ok", 0, 1),
        (4, "unavailable", 0, 0),
        (3, "ok", 0, 1),
        (2, "ok", 0, 0),
        (1, "ok", len(demo_records()), 0),
    ]
    (change,) = runs[2]["changes"]
    assert (change["title"], change["kind"]) == (OPEN.title, "changed")
    assert change["fields"] == [
        {"key": "status", "before": "未通過", "after": "已通過"},
        {"key": "certified_hours", "before": OPEN.certified_hours, "after": "1.0"},
    ]
    assert runs[0]["started_at"] == "2023-07-05T02:30:00+08:00"


def test_it_reads_in_plain_words(home):
    with Store.open(home.database) as store:
        shown = history_text(store.runs(), store.changes()).splitlines()
    assert shown[0] == "112/7/5（三）02:30:00　更新　成功，變更 1 筆"
    assert shown[1].startswith(f"　　變更：『{OPEN.title}』終身學習上傳狀態 ")
    assert "112/7/4（二）02:30:00　更新　平臺或登入網站沒有回應" in shown
    assert "112/7/2（日）02:30:00　更新　成功，沒有變化" in shown
    assert shown[-2] == f"112/7/1（六）02:30:00　更新　成功，新增 {len(demo_records())} 筆"
    assert shown[-1].endswith(f"等 {len(demo_records())} 筆")


def test_an_older_file_is_earlier_content_and_no_change_of_today(home):
    """A records file of the day before the first read: its one row stands before what is known."""
    before = replace(OPEN, exam="12", number=None)
    save(
        home,
        [before],
        datetime(2023, 6, 1, tzinfo=TAIPEI),
        command="import",
        origin=Origin.RECORDS_FILE,
        complete=False,
    )
    with Store.open(home.database) as store:
        found = [each for each in store.changes() if each.after.title == OPEN.title]
    ordered = sorted(found, key=lambda each: each.seen_at)
    assert [(each.after.exam, each.is_new, each.is_late) for each in ordered][:2] == [
        ("12", False, True),
        (OPEN.exam, False, False),
    ]
    with Store.open(home.database) as store:
        assert "補入較早的內容 1 筆" in history_text(store.runs(), store.changes())


def test_the_history_of_one_row(run_elearn, home):
    done = run_elearn("history", "--record", OPEN.title[:6], env=REPLICA_ENV)
    lines = [line for line in done.stdout.splitlines() if OPEN.title in line or line.startswith("　")]
    assert done.code == 0
    assert sum(line.startswith("　112/7/") for line in lines) >= 3
    found = run_elearn("history", "--record", OPEN.code, "--json", env=REPLICA_ENV).json()
    (record,) = found["records"]
    assert [each["differs"] for each in record["versions"]] == [
        [],
        ["status", "certified_hours"],
        ["upload_status", "uploaded_at"],
    ]
    assert [each["id"] for each in found["runs"]] == [5, 3, 1]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2023-01-02T12:00:00", "2023-01-02 12:00:00"),
        ("PCENTER112100461", "PCENTER112100461"),  # a T of its own
        ("IoT 與 AI", "IoT 與 AI"),
        (None, "空白"),
        ("", "空白"),
    ],
)
def test_only_a_time_loses_its_t(cell, said):
    assert shown(cell) == said


def test_what_is_not_there_is_said_with_how_many_there_are(run_elearn, home):
    done = run_elearn("history", "--record", "沒有這門", "--json", env=REPLICA_ENV)
    assert done.code == 2
    assert f"共有 {len(demo_records())} 筆紀錄" in done.json()["error"]["remedy"]


def test_an_empty_home_has_no_history(run_elearn):
    assert run_elearn("history", "--json", env=REPLICA_ENV).json() == {"runs": []}
    assert "還沒有更新過" in run_elearn("history", env=REPLICA_ENV).stdout
