"""What a claim says of itself, judged again with the plan and calendar of whoever checks."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from claim_samples import bench, page_of, sure
from verify_samples import read, signed, write

from agent.claims.own import Own, own_of
from agent.claims.verifying import verify
from rules import bundled
from rules.calendar import Calendar


def test_a_claim_with_a_set_under_review_holds_together_and_says_so(claim):
    found = verify(claim)
    assert found.problems == ()
    assert (found.name, found.unit, found.hours, found.review_hours) == ("王小明", "民政課", "8", "4")
    assert found.sets == ("e馬當先育職能", "e見鍾情戀高雄")
    assert found.notes == ("紀錄來自申請人存檔的網頁",)


def choice_hidden(folder):
    signed(folder, lambda manifest: manifest["claim"].update(include_review=[], review_hours="0"))
    return "含待認定 0 小時，重新判斷為 4 小時"


def choice_taken_out_of_the_evidence(folder):
    path = folder / "judged_with.json"
    write(path, {key: each for key, each in read(path).items() if key != "include_review"})
    signed(folder)
    return "申請 8 小時，重新判斷為 4 小時"


def choice_of_a_sure_set(folder):
    path = folder / "judged_with.json"
    write(path, read(path) | {"include_review": ["policy"]})
    signed(folder)
    return "（policy）重新判斷後不是待認定"


def another_name(folder):
    signed(folder, lambda manifest: manifest["applicant"].update(name="陳大文"))
    return "網頁上的姓名「王小明」與申請人「陳大文」不同"


def a_page_of_somebody_else(folder):
    """Another person's page beside one's own: every row is in the records, the 平臺識別碼 is not one's own."""
    more = page_of(sure(), name="王小明", person="TEST-000002")
    (folder / "pages" / "page-2.html").write_text(more, encoding="utf-8")
    row = {"path": "pages/page-2.html", "kind": "html"}
    signed(folder, lambda manifest: manifest["files"].append(row))
    return "分屬不同的人"


def a_zip_of_something_else(folder):
    (path,) = folder.glob("*.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", b"{}")
    return f"檔案 {path.name} 與資料夾內的檔案不同"


def a_zip_that_is_none(folder):
    (path,) = folder.glob("*.zip")
    path.write_bytes(b"hello")
    return f"檔案 {path.name} 與資料夾內的檔案不同"


def an_amount_of_a_billion_figures(folder):
    path = folder / "judged_with.json"
    write(path, read(path) | {"claimed": {"compensatory_leave": {"amount": "1E+999999999", "sets": []}}})
    signed(folder)
    return "不合理"


def certified_hours_of_a_billion_figures(folder):
    path = folder / "records.json"
    records = read(path)
    records["records"][0]["certified_hours"] = "1E-999999999"
    write(path, records)
    signed(folder)
    return "records.json 不同"


def deep_json(folder):
    (folder / "judged_with.json").write_text("[" * 100_000 + "]" * 100_000)
    signed(folder)
    return "無法重新判讀"


SPOILS = (
    choice_hidden, choice_taken_out_of_the_evidence, choice_of_a_sure_set, another_name, a_page_of_somebody_else,
    a_zip_of_something_else, a_zip_that_is_none, an_amount_of_a_billion_figures, certified_hours_of_a_billion_figures,
    deep_json,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda each: each.__name__)
def test_what_was_forged_is_named(spoiled, spoil):
    said = spoil(spoiled)
    problems = verify(spoiled).problems
    assert any(said in each for each in problems), problems


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        ("王小明", True),
        ("王○明", True),
        ("王 小 明", True),
        ("", True),
        ("陳大文", False),
        ("王小明明", False),
    ],
)
def test_a_masked_or_missing_name_is_no_other_person(tmp_path, shown, same):
    with bench(tmp_path / "h") as it:
        it.read(sure(), name=shown)
        assert verify(Path(it.claim().claim.folder)).ok is same


def own_calendar(**changed: Any) -> Calendar:
    """The calendar of 2023 in another issue."""
    year = replace(bundled.calendar().years[2023], issue="自行匯入的 112 年辦公日曆表", revision=9, **changed)
    return Calendar.of([*bundled.calendar().kept, year])


def test_another_issue_of_the_calendar_that_changes_nothing_is_a_note(claim):
    found = verify(claim, Own(calendar=own_calendar()))
    assert found.problems == ()
    assert any("112 年的辦公日曆表不是同一版" in each for each in found.notes)


def test_another_issue_of_the_calendar_that_changes_the_verdict_is_named_as_its_cause(claim):
    """The first of January a working day: the whole set was studied on duty."""
    worked = {**bundled.calendar().years[2023].makeup_workdays, date(2023, 1, 1): None}
    found = verify(claim, Own(calendar=own_calendar(makeup_workdays=worked)))
    assert any("重新判斷的結果與申請文件所載不同：e馬當先育職能" in each for each in found.problems)
    assert any("不同的原因可能是：112 年的辦公日曆表不是同一版" in each for each in found.problems)


@pytest.mark.parametrize(
    "year", ["明年", "", "²", "1" * 5000], ids=["a word", "nothing", "a sign", "too long"]
)
def test_a_calendar_of_a_year_that_is_none_is_named_as_it_stands(spoiled, year):
    """It comes from the file that was handed in: whatever stands there must not end the check."""
    kept = read(spoiled / "verdict.json")
    write(spoiled / "verdict.json", {**kept, "calendar": {**kept["calendar"], year: "自編"}})
    found = verify(signed(spoiled))
    assert not any("無法重新判讀" in each for each in found.problems)
    assert any(f"「{year[:20]}」的辦公日曆表不是同一版（申請時依「自編」" in each for each in found.notes)


def test_a_plan_of_ones_own_home_is_judged_by_and_named(claim, spoiled, tmp_path):
    """With the office's own plan file a claim under it is judged again; without it, it is named."""
    text = (Path(bundled.__file__).parent / "plans" / "kaohsiung-112.toml").read_text("utf-8")
    home = tmp_path / "office"
    (home / "plans").mkdir(parents=True)
    (home / "plans" / "own.toml").write_text(text.replace('"kaohsiung-112"', '"own-112"'), "utf-8")
    signed(spoiled, lambda manifest: manifest["claim"].update(plan="own-112"))
    assert any("這台電腦也沒有這個計畫檔" in each for each in verify(spoiled).problems)
    found = verify(spoiled, own_of(home))
    assert "計畫「own-112」不是內建計畫，依這台電腦的計畫檔判斷" in found.notes
    assert not any("計畫檔" in each for each in found.problems)
    assert verify(claim, own_of(home)).ok
    assert own_of(tmp_path / "nowhere") == Own()
