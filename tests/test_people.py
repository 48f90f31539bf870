"""Many people at once: the same verdicts as one by one, one line for what cannot be judged, and nothing of the own person's in it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from time import sleep
from typing import Any

import psutil
import pytest

from agent.on_all_cores import on_all_cores
from agent.people.files import Document, documents
from agent.people.judging import Case, Line, lines_of
from agent.people.table import HEADINGS, Summary, judged, row, rows_of, write_table
from agent.records_file import read_json
from agent.settings.config import Settings, parse_settings
from benchmarks.people import PLAN, lines, records_of, write_people
from rules import bundled
from rules.engine import Circumstances, judge
from rules.errors import ConfigError, ElearnError
from rules.person import Person
from rules.work import Leave, Span, Work

ON = date(2023, 8, 31)
CASE = Case.of(Settings(), (bundled.plan(PLAN),), ON)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_persons_verdict_is_the_judges_own():
    person = Person(name="", category="編制內公務人員")
    about = Circumstances(person=person, suspensions=bundled.suspensions())
    for number, text in enumerate(lines(range(60))):
        (line,) = lines_of(CASE, Document(str(number), text.encode()))
        assert line.verdict == judge(records_of(number), CASE.plans[0], bundled.calendar(), ON, about), number


def test_several_processes_write_the_table_that_one_writes():
    told = [Document(str(at), text.encode()) for at, text in enumerate(lines(range(100)))]
    tables = []
    for jobs in (1, 2):
        out, summary = io.StringIO(newline=""), Summary()
        assert len(list(write_table(out, judged(CASE, told, jobs), summary))) == 100
        assert (summary.people, summary.troubled) == (100, 0)
        tables.append(out.getvalue())
    assert tables[0] == tables[1]
    assert len(rows(tables[0])) == 100


def test_the_stream_is_read_only_a_little_ahead():
    """A million people must not be in memory because the first of them are slow."""
    taken = 0

    def stream():
        nonlocal taken
        for taken in range(1, 5001):
            yield Document(str(taken), b"{}")

    found = judged(CASE, stream(), 2)
    next(found)
    assert taken < 1000
    found.close()


OWN = {
    "nothing of their own": "",
    "leave and a trip": """leave = [{ from = 2023-02-01, to = 2023-04-10, kind = "休假" },
        { from = 2023-05-01T08:00:00, to = 2023-05-20T17:30:00, kind = "公差" }]""",
    "a roster": """shift_worker = true
        roster = [["2023-03-01T20:00", "2023-03-02T08:00"]]
        roster_covers = [["2023-02-01", "2023-06-30"]]""",
    "other hours for a time": """[[work.period]]
        from = 2023-04-01
        to = 2023-08-31
        lunch_is_off_duty = false""",
    "unpaid leave and overtime": """unpaid_leave = [["2023-06-01", "2023-08-15"]]
        overtime = [["2023-03-06T18:00", "2023-03-06T22:00"]]""",
}
AGENCY = """hours = [["09:00", "12:00"], ["13:00", "18:00"]]
flexible = [["08:30", "09:00"]]
span_policy = "whole"
"""


def odd(number: int) -> list[dict[str, Any]]:
    """A person's records, some of them as no honest export would hold them."""
    found = json.loads(next(iter(lines(range(number, number + 1)))))["records"]
    found[number % 40] |= {"certified_hours": "二"}
    found[(number + 7) % 40] |= {"end": None, "gone_since": "2023-06-30"}
    found[(number + 11) % 40] |= {"title": f"{found[number % 40]['title']}x", "status": "審核中"}
    return [*found, found[(number + 3) % 40], "no record"]


def test_many_at_once_say_what_each_persons_own_settings_file_says():
    """Whatever a document holds: one process, several, and a home of that person's with the agency's hours in it."""
    case = Case.of(parse_settings(f"[work]\n{AGENCY}", "config.toml"), CASE.plans, ON)
    told, expected, mattered = [], [], set()
    for number in range(70):
        kind = list(OWN)[number % len(OWN)]
        own = OWN[kind]
        category = ("編制內公務人員", "約僱人員", "技工", "")[number % 4]
        person = f'[person]\nname = "測試員{number}"\ncategory = "{category}"\n'
        settings = parse_settings(f"{person}[work]\n{AGENCY}{own}\n", "config.toml")
        document = {"schema": "elearn-records/1", "records": odd(number)}
        tables = tomllib.loads(f"{person}[work]\n{own}\n")
        text = json.dumps(document | tables, default=lambda each: each.isoformat())
        found = read_json(json.dumps(document), "x.json")
        about = Circumstances(
            settings.person, settings.work, suspensions=bundled.suspensions(), unread=found.unread
        )
        verdict = judge(found.records, case.plans[0], bundled.calendar(), ON, about)
        told.append(Document(str(number), text.encode()))
        assert lines_of(case, told[-1])[0].verdict == verdict
        by_agency = replace(about, work=case.settings.work)
        if verdict.rows != judge(found.records, case.plans[0], bundled.calendar(), ON, by_agency).rows:
            mattered.add(kind)
        expected.append([row(Line(str(number), settings.person.name, category, verdict))])
    for jobs in (1, 2):
        assert list(judged(case, told, jobs)) == expected
    assert mattered == set(OWN) - {"nothing of their own"}


def dies(given: None, item: int) -> int:
    if item == 100:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.mark.parametrize("chunk", [1, 32])
def test_a_process_that_is_killed_ends_the_run(chunk):
    """It must not wait for ever for an answer that never comes."""
    with pytest.raises(ElearnError, match="被系統中止"):
        list(on_all_cores(dies, None, range(1000), 2, chunk=chunk, few=4))


@pytest.mark.parametrize(
    ("sign", "code", "says"), [(signal.SIGINT, 1, "已中止。"), (signal.SIGKILL, -signal.SIGKILL, "")]
)
def test_no_process_outlives_the_first(elearn_home: Path, tmp_path: Path, sign, code, says):
    """Ctrl-C, which a terminal sends to all of them, or the first process alone killed by the system."""
    people, table = tmp_path / "people.jsonl", tmp_path / "table.csv"
    write_people(people, range(100))
    words = ["check", "--people", *[str(people)] * 300, "--plan", PLAN, "--on", "2023-08-31", "--jobs", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent", *words, "--out", str(table)],
        env={**os.environ, "ELEARN_HOME": str(elearn_home)},
        stderr=subprocess.PIPE,
        start_new_session=True,
        # as a terminal's shell starts it; where the tests run in the background Ctrl-C is ignored, and that is inherited
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as made:
        try:
            part = table.with_name(f".{table.name}.part")
            while not (part.exists() and part.stat().st_size):
                assert made.poll() is None
                sleep(0.05)
            children = psutil.Process(made.pid).children(recursive=True)
            if sign is signal.SIGINT:
                os.killpg(made.pid, sign)
            else:
                made.send_signal(sign)
            assert not psutil.wait_procs(children, timeout=40)[1]
            _, said = made.communicate(timeout=20)
        finally:
            made.kill()
    assert (made.returncode, says in said.decode(), b"Traceback" in said) == (code, True, False)
    assert not table.exists()
    assert part.exists() is (sign is signal.SIGKILL)


def test_somebody_at_a_terminal_sees_how_far_it_is(elearn_home: Path, tmp_path: Path):
    """Also where the table goes to a file, and the terminal gets nothing else."""
    people = tmp_path / "people.jsonl"
    write_people(people, range(100))
    screen, slave = os.openpty()
    words = ["check", "--people", str(people), "--plan", PLAN, "--on", "2023-08-31", "--jobs", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent", *words, "--out", str(tmp_path / "table.csv")],
        env={**os.environ, "ELEARN_HOME": str(elearn_home), "TERM": "xterm", "COLUMNS": "80"},
        stdout=slave,
        stderr=slave,
    ) as made:
        os.close(slave)
        seen = b""
        with contextlib.suppress(OSError):  # what Linux says at the end of a terminal
            while part := os.read(screen, 65536):
                seen += part
    os.close(screen)
    assert made.returncode == 0
    before, bar, after = seen.decode().rpartition("判斷 100 人")
    assert (bool(bar), "共 100 人" in before, "共 100 人" in after) == (True, False, True)


@pytest.mark.soak
@pytest.mark.parametrize("jobs", [1, 2])
def test_four_thousand_people_take_no_more_memory_than_four_hundred(tmp_path: Path, jobs: int):
    """The peak of all processes together stays where the first tenth brought it, from the file to the table."""
    people, table = tmp_path / "people.jsonl", tmp_path / "table.csv"
    write_people(people, range(4000))
    me, summary, first, most = psutil.Process(), Summary(), 0, 0
    with table.open("w", encoding="utf-8", newline="") as out:
        written = write_table(out, judged(CASE, documents([people]), jobs), summary)
        for at, _ in enumerate(written, 1):
            if at % 20 == 0:
                now = sum(each.memory_info().rss for each in (me, *me.children(recursive=True)))
                most = max(most, now)
                first = most if at <= 400 else first
    assert summary.people == 4000
    assert most < first * 1.1, (first, most)


def test_the_command_says_of_each_what_import_and_check_say(
    run_elearn: Callable[..., Any], elearn_home: Path, tmp_path: Path
):
    """The table beside three people's own homes, by the commands themselves."""
    people = tmp_path / "people.jsonl"
    people.write_text("".join(f"{each}\n" for each in lines(range(8, 11))), encoding="utf-8")
    (elearn_home / "config.toml").write_text('[person]\ncategory = "編制內公務人員"\n', encoding="utf-8")
    asked = ("--plan", PLAN, "--on", "2023-08-31")
    table = rows(run_elearn("check", "--people", people, *asked).stdout)
    for line, document in zip(table, lines(range(8, 11)), strict=True):
        home = tmp_path / line["姓名"]
        home.mkdir()
        (home / "config.toml").write_text('[person]\ncategory = "編制內公務人員"\n', encoding="utf-8")
        (home / "r.json").write_text(document, encoding="utf-8")
        assert run_elearn("import", home / "r.json", env={"ELEARN_HOME": str(home)}).code == 0
        own = run_elearn("check", "--json", *asked, env={"ELEARN_HOME": str(home)}).json()
        leave = next(each for each in own["benefits"] if each["key"] == "compensatory_leave")
        assert (line["可申請補休（小時）"], line["補休待認定（小時）"]) == (
            leave["claimable"],
            leave["pending_review"],
        )
        assert (
            line["符合的課程套"].split("、")
            == [each["title"] for each in own["sets"] if each["state"] == "met"]
            or not line["符合的課程套"]
        )
        assert line["最接近的一步"] == (own["next"][0]["text"] if own["next"] else "")


TROUBLE = {
    "no json": ("{", "不是正確的 JSON"),
    "another format": ('{"schema": "elearn-records/9", "records": []}', "不是 elearn-records/1"),
    "an unknown key of a person": (
        json.dumps({"schema": "elearn-records/1", "records": [], "person": {"shoe_size": "42"}}),
        "shoe_size",
    ),
    "a person that is a word": (
        json.dumps({"schema": "elearn-records/1", "records": [], "person": "測試員"}),
        "person",
    ),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_a_document_that_cannot_be_judged_is_one_line_with_the_reason(name: str):
    text, reason = TROUBLE[name]
    (line,) = lines_of(CASE, Document("a.json", text.encode()))
    assert line.verdict is None
    assert reason in line.trouble
    assert dict(zip(HEADINGS, row(line).cells, strict=True))["無法判斷的原因"] == line.trouble


def test_one_broken_file_is_not_the_end(run_elearn: Callable[..., Any], tmp_path: Path):
    folder = tmp_path / "收件"
    folder.mkdir()
    (folder / "甲.json").write_text(next(iter(lines(range(1)))), encoding="utf-8")
    (folder / "乙.json").write_text("{", encoding="utf-8")
    (folder / "丙.json").write_bytes(b"\xff\xfe\x00")
    out = tmp_path / "表.csv"
    ended = run_elearn("check", "--people", folder, "--plan", PLAN, "--out", out, "--json")
    assert ended.code == 3
    assert (ended.json()["people"]["count"], ended.json()["people"]["troubled"]) == (3, 2)
    table = {each["檔案"]: each for each in rows(out.read_text("utf-8"))}
    assert table["甲.json"]["補休狀態"]
    assert table["乙.json"]["無法判斷的原因"]
    assert "無法讀取" in table["丙.json"]["無法判斷的原因"]
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_own_persons_leave_and_category_are_nobody_elses():
    leave = Leave(Span(datetime(2023, 1, 1), datetime(2023, 12, 31)), "休假")
    own = Settings(
        person=Person(category="技工"), work=replace(Work(), leave=(leave,), lunch_is_off_duty=False)
    )
    case = Case.of(own, CASE.plans, ON)
    assert case.settings.person.category == ""
    assert case.settings.work.leave == ()
    assert case.settings.work.lunch_is_off_duty is False, "the agency's lunch is everybody's"


def test_a_document_may_bring_its_own_duty():
    """Leave in a person's own document makes the rows of those days a question for the office, as in a home of theirs."""
    document = json.loads(next(iter(lines(range(8, 9)))))
    document["work"] = {"leave": [{"from": "2023-01-01", "to": "2023-12-31", "kind": "休假"}]}
    (line,) = lines_of(CASE, Document("a", json.dumps(document).encode()))
    (without,) = lines_of(CASE, Document("a", next(iter(lines(range(8, 9)))).encode()))
    assert line.verdict is not None
    assert without.verdict is not None
    assert {each.off_duty for each in line.verdict.rows} != {each.off_duty for each in without.verdict.rows}


def test_a_name_that_is_a_formula_stays_a_text():
    document = json.dumps(
        {
            "schema": "elearn-records/1",
            "records": [],
            "person": {"name": "=1+1", "category": "編制內公務人員"},
        }
    )
    out = io.StringIO(newline="")
    list(write_table(out, [rows_of(CASE, Document("a.json", document.encode()))], Summary()))
    assert rows(out.getvalue())[0]["姓名"] == "'=1+1"


def test_a_path_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"沒有這個\.json"):
        list(documents([Path("沒有這個.json")]))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--people",), "至少一個"),
        (("--people", "a.json", "--json"), "--out"),
        (("a.json",), "--people"),
        (("--jobs", "2"), "--people"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(
    run_elearn: Callable[..., Any], words: tuple[str, ...], said: str
):
    ended = run_elearn("check", *words)
    assert ended.code == 2
    assert said in ended.stderr + ended.stdout
