"""Many claims, one line each: a broken one is not the end, and what only shows side by side is said."""

from __future__ import annotations

import csv
import io
import shutil
import time
from pathlib import Path

import psutil
import pytest
from claim_samples import PLAN, bench, doubtful
from odfdo import Document
from verify_samples import signed

from agent.claims import batch
from agent.claims.batch import Line, check_all, claims_in, compared, total_hours
from agent.claims.office_table import HEADINGS


def test_a_broken_file_is_one_line_and_not_the_end(inbox):
    lines = list(check_all(claims_in([inbox]), None))
    assert [(each.file, each.state) for each in lines] == [
        ("1 資料夾", "ok"),
        ("2 正確.zip", "ok"),
        ("3 改過", "differs"),
        ("4 壞檔.zip", "unreadable"),
        ("5 空資料夾", "unreadable"),
        ("6 整個磁碟", "unreadable"),
        ("7 太大", "unreadable"),
        ("8 太多", "unreadable"),
        ("9 管線", "ok"),
    ]
    assert "申請 16 小時，重新判斷為 8 小時" in lines[2].differences
    assert all(each.differences for each in lines[2:-1])


def test_several_processes_say_the_same_in_the_same_order(inbox):
    paths = claims_in([inbox])
    assert list(check_all(paths, None, jobs=2)) == list(check_all(paths, None, jobs=1))


def test_nothing_that_a_file_does_stops_the_others(inbox, monkeypatch):
    def burst(path, own):
        raise MemoryError

    monkeypatch.setattr(batch, "verify", burst)
    lines = list(check_all(claims_in([inbox]), None, jobs=1))
    assert [each.state for each in lines] == ["unreadable"] * 9
    assert lines[0].differences == ("檔案無法檢核（MemoryError）。",)


def test_one_set_claimed_twice_by_one_person_shows_when_the_claims_lie_side_by_side(tmp_path):
    lines = []
    for at, include in enumerate(((), ("vision",))):
        with bench(tmp_path / str(at), doubtful()) as it:
            lines += check_all([Path(it.claim(*include).claim.folder)], None)
    found = compared(lines)
    assert [each.state for each in found] == ["differs", "differs"]
    assert found[0].differences == ("「e馬當先育職能」在「kaohsiung-112-1」也有申請",)
    assert compared(lines[:1]) == lines[:1]


def test_one_page_handed_in_by_two_people_shows(claim, spoiled):
    """Also where the page names nobody."""
    for page in spoiled.glob("pages/*.html"):
        page.write_text(page.read_text("utf-8").replace("王小明", ""), "utf-8")
    other = Path(shutil.copytree(spoiled, spoiled.with_name("另一人")))
    signed(spoiled)
    signed(other, lambda manifest: manifest["applicant"].update(name="陳大文"))
    found = compared(check_all([spoiled, other], None))
    assert [each.state for each in found] == ["differs", "differs"]
    assert found[0].differences[-1] == "附的平臺網頁與「另一人」（陳大文）的相同"


def test_the_office_gets_a_line_each_and_a_table(run_elearn, inbox, tmp_path):
    """Exit code 3 where one does not hold together; no home is made for it."""
    done = run_elearn("verify", inbox, "--format", "csv", "--out", tmp_path / "檢核.csv")
    assert done.code == 3
    assert "✔ 1 資料夾　王小明　民政課　e馬當先育職能、e見鍾情戀高雄　8 小時（待認定 4）" in done.stdout
    assert "共 9 件：3 件一致（合計 8 小時），6 件需要處理。" in done.stdout
    assert "附註：與「1 資料夾」是同一件申請，時數不重複計算" in done.stdout
    assert "不等於平臺官方證明" in done.stdout
    rows = list(csv.reader(io.StringIO((tmp_path / "檢核.csv").read_text("utf-8-sig"))))
    assert tuple(rows[0]) == HEADINGS
    assert [row[1] for row in rows[1:]] == ["一致", "一致", "不一致", *["無法讀取"] * 5, "一致"]
    assert rows[1][2:9] == [
        "王小明",
        "民政課",
        PLAN.key,
        "kaohsiung-112-1",
        "e馬當先育職能、e見鍾情戀高雄",
        "8",
        "4",
    ]


def test_the_table_for_spreadsheets_holds_no_formula(run_elearn, claim, tmp_path):
    folder = tmp_path / "收件夾" / "公式"
    shutil.copytree(claim, folder)
    signed(
        folder, lambda manifest: manifest["applicant"].update(name='=HYPERLINK("http://evil.example.test")')
    )
    done = run_elearn("verify", folder.parent, "--format", "ods", "--out", tmp_path / "檢核.ods", "--json")
    assert done.code == 3
    assert [each["file"] for each in done.json()["claims"]] == ["公式"]
    document = Document(tmp_path / "檢核.ods")
    rows = [row.get_values() for row in document.body.get_table(0).traverse()]
    assert rows[1][2] == '\'=HYPERLINK("http://evil.example.test")'
    assert rows[1][7] == 8
    assert "table:formula" not in document.body.serialize()


def test_a_format_wants_a_file_and_a_file_a_format(run_elearn, inbox, tmp_path):
    for words in (("--format", "csv"), ("--out", tmp_path / "x.csv")):
        done = run_elearn("verify", inbox, *words)
        assert (done.code, "要同時指定" in done.stderr) == (2, True)
    assert not (tmp_path / "x.csv").exists()


def test_one_claim_answers_as_it_always_did(run_elearn, claim):
    done = run_elearn("verify", claim, "--json")
    assert done.code == 0
    assert done.json()["ok"] is True
    assert done.json()["problems"] == []
    assert "✔ 檔案完整・重新判讀與申請表一致・8 小時，含待認定 4 小時" in run_elearn("verify", claim).stdout


@pytest.mark.soak
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_thousand_claims_take_no_more_memory_than_a_hundred(claim, tmp_path, jobs):
    """The peak of all processes together while the last nine hundred are checked stays where the first hundred brought it."""
    source = next(claim.glob("*.zip"))
    paths = [Path(shutil.copy(source, tmp_path / f"{at:04}.zip")) for at in range(1000)]
    first = most = 0
    me = psutil.Process()
    for at, line in enumerate(check_all(paths, None, jobs=jobs), 1):
        assert line.state == "ok"
        if at % 10 == 0:
            now = sum(each.memory_info().rss for each in (me, *me.children(recursive=True)))
            most = max(most, now)
            first = most if at <= 100 else first
    assert most < first * 1.1, (first, most)


def test_many_lines_are_compared_in_a_moment():
    """A city's: each with the ones before it would be a thousand million looks."""
    lines = [
        Line(f"{at}.zip", "ok", name=f"人{at % 20_000}", claim="x-1", hours="4", code=f"{at % 20_000:08X}")
        for at in range(40_000)
    ]
    started = time.perf_counter()
    found = compared(lines)
    assert time.perf_counter() - started < 10
    assert [bool(each.notes) for each in found] == [False] * 20_000 + [True] * 20_000
    assert found[20_000].notes == ("與「0.zip」是同一件申請，時數不重複計算",)
    assert total_hours(found) == "80000"
