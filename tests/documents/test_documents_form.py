"""The form and the page for the head of the unit: printed by a real browser, then read back as the officer and a program would."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from document_samples import (
    CASES,
    CLERK,
    Printed,
    every_case,
    html_cells,
    make_case,
    manual_rows,
    outside_rows,
    squeezed,
)

from agent.documents.form import form_html
from agent.documents.glyphs import rare_in, unprintable
from agent.documents.view import form_view
from rules.record import Origin
from scrapers.browser import PaperPrinter
from scrapers.installed import find_browser


@every_case
def test_every_paper_is_a4_with_embedded_clean_fonts(name: str, printed: dict[str, Printed]) -> None:
    for kind, size in (("form", (595, 842)), ("sheet", (842, 595))):
        paper = printed[f"{kind}-{name}"]
        assert {
            (round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in paper.reader.pages
        } == {size}
        assert paper.fonts
        for font in paper.fonts:
            assert "Type 3" not in font
            assert font.split()[-5] == "yes", font
        assert any("Kai" in font for font in paper.fonts)


@every_case
def test_every_page_carries_name_check_code_and_page_number(name: str, printed: dict[str, Printed]) -> None:
    case = CASES[name]()
    for kind, title in (("form", case.plan.form_title), ("sheet", "逐筆檢核表")):
        pages = printed[f"{kind}-{name}"].pages
        for number, text in enumerate(pages, 1):
            assert title in text
            assert "核對碼7F3A-91C2" in text
            assert f"第{number}／{len(pages)}頁" in text
            assert ("測試" in text) is case.test


@every_case
def test_the_form_prints_every_string_of_its_view(name: str, printed: dict[str, Printed]) -> None:
    case = CASES[name]()
    html, text = form_html(case), printed[f"form-{name}"].text
    missing = [cell for cell in html_cells(html) if cell not in text and "𠮷" not in cell]
    assert missing == []
    for course_set in case.claimed_sets:
        for course in course_set.courses:
            assert squeezed(course.title) in text
            assert course.record is not None
            assert f"{course.record.start:%H:%M:%S}" in text
    assert squeezed(f"{case.hours} 小時（本年度已申請 0＋本次 {case.hours}，上限 16）") in text


@every_case
def test_no_paper_decides_for_the_office(name: str, printed: dict[str, Printed]) -> None:
    for kind in ("form", "sheet"):
        text = printed[f"{kind}-{name}"].text
        assert "核准" not in text
        assert "None" not in text
    form = printed[f"form-{name}"].text
    assert form.count("核定") == 1
    assert squeezed("核定 ＿＿＿＿ 小時") in form
    assert form.count("☑") == len(CASES[name]().sets)
    assert form.count("☐上列課程起迄均為公餘時間☐期間未留職停薪☐未以同一課程重複申請補休") == 1


def test_the_manuals_eight_rows_fit_on_one_page_each(printed: dict[str, Printed]) -> None:
    assert len(printed["form-manual"].pages) == 1
    assert len(printed["sheet-manual"].pages) == 1


def test_the_manuals_claim_adds_up_on_paper(printed: dict[str, Printed]) -> None:
    text = printed["form-manual"].text
    for said in (
        "高雄市前金區公所112年度",
        "（112年2月24日高市府人考字第11230165300號函）陸、六",
        "組裝課程1套通過課程8／8門認證時數合計10.0（應達10）待認定0",
        "最早112/1/1（日）08:00:00最晚112/1/1（日）18:00:00期限112/8/31",
        "起迄均為公餘8／8（例假日8、放假日0、下班後0、午休0）",
        "☑e馬當先育職能4小時",
        "☐e猶未盡上課趣（任1套以上）4小時",
        "合計（8門）1010.0申請補休4小時",
        "註1認證時數與計畫表列時數不同，該套合計仍達10小時。",
        "請人事單位認定：無",
        "平臺學習紀錄1頁、逐筆檢核表1頁",
        "是否核給由服務機關認定",
    ):
        assert said in text, said


def test_long_claims_repeat_their_heading_and_keep_the_stamps_together(printed: dict[str, Printed]) -> None:
    for name in ("four_sets", "forty_rows"):
        pages = printed[f"form-{name}"].pages
        assert len(pages) == 2
        assert all("No.課程名稱" in text for text in pages)
        assert sum("申請人（簽章）單位主管（核章）人事單位（核章）" in text for text in pages) == 1
        assert "本人聲明" in pages[-1]
        assert "補休期限" in pages[-1]
    sheet = printed["sheet-forty_rows"].pages
    assert len(sheet) > 2
    assert all("通過條件" in text and "判定" in text for text in sheet)


@every_case
def test_no_letter_is_smaller_than_twelve_points(name: str, printed: dict[str, Printed]) -> None:
    for kind in ("form", "sheet"):
        sizes: set[float] = set()

        def note(text: str, page: list[float], line: list[float], _: object, size: float) -> None:
            if text.strip():
                sizes.add(round(abs(size * line[3] * page[3]), 1))  # noqa: B023 - called within the loop

        for page in printed[f"{kind}-{name}"].reader.pages:
            page.extract_text(visitor_text=note)
        assert sizes
        assert min(sizes) >= 12, sizes


def test_worked_saturdays_between_the_first_and_the_last_row_are_named(printed: dict[str, Printed]) -> None:
    assert (
        "其間補行上班日：112/1/7（六）、112/2/4（六）、112/2/18（六）" in printed["form-review_included"].text
    )
    assert "補行上班日" not in printed["form-manual"].text


def test_the_amount_applied_for_says_how_much_of_it_the_office_must_judge(
    printed: dict[str, Printed],
) -> None:
    assert "8小時（本年度已申請0＋本次8，上限16）含待認定4小時" in printed["form-review_included"].text


def test_a_workday_row_says_what_time_it_was_and_a_worked_saturday_is_named(
    printed: dict[str, Printed],
) -> None:
    text = printed["form-forty_rows"].text
    assert "補行上班日是下班後" in text
    assert "上班日是午休" in text
    assert "上班前5" in text


def test_a_doubtful_row_is_put_to_the_office_and_stays_outside_the_claim(printed: dict[str, Printed]) -> None:
    text = printed["form-review"].text
    assert (
        "起迄均為公餘時間，但期間跨越上班時間：112/3/8（三）、112/3/9（四）（2個上班日），請人事單位認定。"
        in text
    )
    assert "☐採計☐不採計" in text
    assert "（e見鍾情戀高雄，未列入本次申請）" in text
    assert "☐e見鍾情戀高雄4小時" in text
    assert "含待認定" not in text


def test_a_doubtful_set_included_by_choice_is_marked_in_the_total(printed: dict[str, Printed]) -> None:
    text = printed["form-review_included"].text
    assert "申請補休8小時（含待認定4小時）" in text
    assert "待認定認定1" in text
    assert "（e見鍾情戀高雄，本次申請）" in text
    assert "待認定1" in text


def test_an_unknown_category_is_a_question_and_the_whole_amount_waits_for_it() -> None:
    case = make_case(
        manual_rows(), ("policy",), person=replace(CLERK, category="實務訓練人員"), review_included=True
    )
    view = form_view(case)
    assert case.pending == 4
    assert view.totals[3] == "申請補休 4 小時（含待認定 4 小時）"
    assert [each[2] for each in view.questions] == ["人員類別"]


def test_records_from_a_file_are_named_as_such(printed: dict[str, Printed]) -> None:
    text = printed["form-file"].text
    assert "資料來源：匯入檔案" in text
    assert "無平臺學習紀錄頁" in text
    assert "依匯入檔案預填" in text
    assert "平臺學習紀錄1頁" not in text
    assert "資料來源：匯入檔案" in printed["sheet-file"].text


def test_a_file_that_brought_one_row_of_the_claim_is_named_and_no_other() -> None:
    rows = manual_rows()
    rows[7] = replace(rows[7], origin=Origin.RECORDS_FILE)
    view = form_view(make_case(rows, ("policy",), origin="mixed"))
    assert view.attachments == "平臺學習紀錄 1 頁、逐筆檢核表 1 頁。資料來源：部分為匯入檔案"
    outside = [replace(each, origin=Origin.RECORDS_FILE) for each in outside_rows(2, 9)]
    assert "匯入" not in form_html(make_case([*manual_rows(), *outside], ("policy",)))


def test_unknown_facts_are_blanks_to_fill_by_hand(printed: dict[str, Printed]) -> None:
    text = printed["form-blank"].text
    assert "服務單位職稱姓名人員類別編制內公務人員" in text
    assert "平臺學習紀錄＿＿頁、逐筆檢核表＿＿頁" in text
    assert "讀取）" not in text


def test_long_names_and_rare_characters_are_printed_whole(printed: dict[str, Printed]) -> None:
    text = printed["form-long"].text
    assert "高雄市政府經濟發展局工業輔導及招商產業園區管理辦公室籌備處112年度" in text
    assert "招商及產業園區開發推動科第二股（兼辦人事查核）" in text
    assert "堃喆峯" in text
    assert "KalitangTjaravuljane" in text
    assert "機關設定檔：經發局人事室112/6/1" in text
    # The glyph is the printing machine's: where it has none, the paper says which box is which character.
    assert "印成方框者請以手寫補正：" in text
    assert "（U+20BB7）。" in text
    assert "手寫補正" not in printed["form-manual"].text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "manual",
            (
                "民政課課員王小明申請補休4小時：依「高雄市政府112年度推動數位學習－「雄心高飛·e表人才」實施計畫」（高市府人考字第11230165300號函），"
                "完成e馬當先育職能（8門，認證10.0小時）。學習期間112/1/1日，期限112/8/31；起迄均為公餘時間8／8門。"
                "沒有待人事單位認定的課程。請在申請表的「單位主管（核章）」欄核章"
            ),
        ),
        ("review_included", "其中4小時（1門）待人事單位認定，問題列在申請表的「請人事單位認定」。"),
    ],
)
def test_the_head_of_the_unit_reads_one_paragraph_on_one_page(
    name: str, said: str, printed: dict[str, Printed]
) -> None:
    paper = printed[f"supervisor-{name}"]
    assert len(paper.pages) == 1
    assert said in paper.text


def test_what_no_font_of_the_machine_has_is_found_by_printing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the one Kai of the common characters alone 𠮷 is a box, and so is a private character; 峯 and 堃 are not."""
    kai = subprocess.run(
        ["fc-list", "AR PL UKai TW", "file"], check=True, capture_output=True, text=True
    ).stdout.partition(":")[0]
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<?xml version='1.0'?><fontconfig><dir>{Path(kai).parent}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))

    def look() -> tuple[str, ...]:
        with PaperPrinter(find_browser()) as printer:
            return unprintable(rare_in("王𠮷峯堃\ue000 e等公務園⁺☑"), printer)

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(look).result() == ("\ue000", "𠮷")
