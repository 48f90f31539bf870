"""The papers for the personnel office: printed by a real browser, then read back as the officer and a program would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from agent.documents.bind import bind, page_count
from agent.documents.case import ClaimCase
from agent.documents.form import form_html
from agent.documents.form_odt import MIMETYPE, form_odt
from agent.documents.glyphs import rare_in, unprintable
from agent.documents.sheet import sheet_html
from agent.documents.sheet_view import SheetRow, counted_text, portal_cells, sheet_view
from agent.documents.stamp import stamped
from agent.documents.supervisor import supervisor_html
from agent.documents.view import form_view
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.record import LearningRecord, Origin, UnreadRow
from rules.work import Work
from scrapers.browser import PaperPrinter
from scrapers.installed import find_browser

LEAVE = "compensatory_leave"
SUNDAY = datetime(2023, 1, 1, 8)
CLERK = Person("王小明", "高雄市前金區公所", "民政課", "課員", "編制內公務人員")
PLAN = bundled.plan("kaohsiung-112")

# The eight rows that the manual prints: minutes of the period, certified hours, pass mark, code.
MANUAL = [
    ("政府數位轉型新視界", "PCENTER112100461", 60, "1.0", 75),
    ("來玩六龜，遛溜忘歸", "PKCG112100138", 60, "1.0", 75),
    ("走訪新興探尋大港埔故事", "PKCG112100110", 60, "1.0", 60),
    ("地方創生-產業永續與重生", "PKCG112100051", 60, "1.0", 75),
    ("台灣 2050 淨零排放路徑及政策", "PTAINAN112100075", 60, "1.0", 75),
    ("身心障礙者權利公約與我國身障福利政策展望", "PMOHW112100037", 120, "2.0", 75),
    ("我國性別平等政策綱領與重要議題", "PCENTER112100477", 120, "2.0", 75),
    ("認識日常生活中的「隱微」歧視", "PCENTER112100490", 60, "1.0", 75),
]

CODE = "7F3A-91C2"


def row(title: str, start: datetime, number: int, **other: object) -> LearningRecord:
    """A passed row of an hour, in the portal's words."""
    code, minutes, certified, mark = (
        other.pop(key, default)
        for key, default in (
            ("code", f"PKCG112{number:06d}"),
            ("minutes", 60),
            ("certified", "1.0"),
            ("mark", 75),
        )
    )
    end = start + timedelta(minutes=int(str(minutes)))
    need = "01:00:00" if Decimal(str(certified)) > 1 else "00:30:00"
    record = LearningRecord(
        title=title,
        course_type="開放式",
        code=str(code),
        start=start,
        end=end,
        reading=min(timedelta(hours=1), end - start),
        exam="100",
        survey="已填",
        condition=f"課程測驗：{mark} 分(含)以上 閱讀時數：{need}(含)以上 需填問卷：是",
        status="已通過",
        certified_hours=Decimal(str(certified)),
        upload_status="成功",
        uploaded_at=datetime(2023, 1, 2, 12)
        if start.year == 2023 and start.month == 1
        else end + timedelta(days=1),
        number=str(number),
    )
    return replace(record, **other)  # type: ignore[arg-type]


def manual_rows() -> list[LearningRecord]:
    found, at = [], SUNDAY
    for number, (title, code, minutes, certified, mark) in enumerate(MANUAL, 1):
        found.append(row(title, at, number, code=code, minutes=minutes, certified=certified, mark=mark))
        at += timedelta(minutes=minutes)
    return found


def set_rows(key: str, start: datetime, number: int, minutes: int = 60) -> list[LearningRecord]:
    """Every course of one set, one after another."""
    return [
        row(
            each.title,
            start + timedelta(minutes=minutes * at),
            number + at,
            minutes=minutes,
            certified=f"{each.hours}.0",
        )
        for at, each in enumerate(PLAN.set_of(key).courses)
    ]


def outside_rows(count: int, number: int) -> list[LearningRecord]:
    return [
        row(f"資通安全通識教育訓練（第 {at} 講）", datetime(2023, 3, 8, 14) + timedelta(days=at), number + at)
        for at in range(count)
    ]


def make_case(records: list[LearningRecord], sets: tuple[str, ...], **other: object) -> ClaimCase:
    person = other.pop("person", CLERK)
    unread = other.pop("unread_rows", ())
    work = other.pop("work", Work(city="高雄市"))
    assert isinstance(person, Person)
    assert isinstance(unread, tuple)
    assert isinstance(work, Work)
    about = Circumstances(person=person, work=work, suspensions=bundled.suspensions(), unread=unread)
    verdict = judge(records, PLAN, bundled.calendar(), date(2023, 7, 5), about)
    base = ClaimCase(
        claim_id="112-0001",
        plan=PLAN,
        verdict=verdict,
        person=person,
        benefit=LEAVE,
        sets=sets,
        hours=Decimal(4 * len(sets)),
        claimed_before=Decimal(0),
        prepared_on=date(2023, 7, 5),
        taken_at=datetime(2023, 7, 5, 7, 42, 10),
        check_code=CODE,
        rows_read=len(records),
        total_stated=len(records) + len(unread),
        unread=len(unread),
        origin=Origin.PORTAL,
        test=False,
        calendar_text="行政院人事行政總處 112 年辦公日曆表",
        work_hours_text="08:00–12:00、13:30–17:30",
        program_version="0.1.0",
        record_pages=1,
        sheet_pages=1,
        makeup_days=tuple(sorted(bundled.calendar().years[2023].makeup_workdays)),
    )
    return replace(base, **other)  # type: ignore[arg-type]


ALL = ("policy", "professional", "vision", "english_a")


def manual_case() -> ClaimCase:
    return make_case(manual_rows(), ("policy",))


def four_sets_rows() -> list[LearningRecord]:
    rows = manual_rows()
    for key, day in (
        ("professional", datetime(2023, 2, 4, 17, 30)),
        ("vision", datetime(2023, 2, 11, 8)),
        ("english_a", datetime(2023, 2, 27, 8)),
    ):
        rows += set_rows(key, day if day.hour == 8 else datetime(2023, 2, 25, 8), len(rows) + 1)
    return rows


def four_sets_case() -> ClaimCase:
    return make_case(four_sets_rows(), ALL, test=True, record_pages=2, sheet_pages=4)


def working_week_rows() -> list[LearningRecord]:
    """The four sets on workdays: before office hours, at noon, in the evening, and on a worked Saturday."""
    rows = four_sets_rows()
    days = [datetime(2023, 3, 6) + timedelta(days=at) for at in range(5)] + [datetime(2023, 2, 18)]
    clocks = [(12, 5), (17, 30), (6, 30), (19, 40)]
    for at in range(8, len(rows)):
        hour, minute = clocks[at % 4]
        start = days[at % 6].replace(hour=hour, minute=minute, second=at)
        rows[at] = replace(
            rows[at], start=start, end=start + timedelta(hours=1), uploaded_at=start + timedelta(days=1)
        )
    return rows


def forty_rows_case() -> ClaimCase:
    rows = working_week_rows()
    return make_case(
        [*rows, *outside_rows(40 - len(rows), len(rows) + 1)], ALL, record_pages=3, sheet_pages=5
    )


def review_rows() -> list[LearningRecord]:
    """The policy set on a Sunday; the vision set with one course over two workdays."""
    vision = set_rows("vision", datetime(2023, 2, 11, 8), 9)
    vision[5] = replace(vision[5], start=datetime(2023, 3, 7, 20, 15, 3), end=datetime(2023, 3, 9, 19, 2, 44))
    return [*manual_rows(), *vision]


def review_case() -> ClaimCase:
    return make_case(review_rows(), ("policy",))


def review_included_case() -> ClaimCase:
    return make_case(review_rows(), ("policy", "vision"), review_included=True)


def file_case() -> ClaimCase:
    rows = [replace(each, origin=Origin.RECORDS_FILE) for each in manual_rows()]
    return make_case(rows, ("policy",), origin=Origin.RECORDS_FILE, record_pages=0, sheet_pages=0)


def long_case() -> ClaimCase:
    person = Person(
        "堃喆峯𠮷・Kalitang Tjaravuljane",
        "高雄市政府經濟發展局工業輔導及招商產業園區管理辦公室籌備處",
        "招商及產業園區開發推動科第二股（兼辦人事查核）",
        "薦任第八職等至第九職等專員兼股長",
        "約聘人員",
    )
    rows = manual_rows()
    return make_case(
        rows, ("policy",), person=person, agency_file="經發局人事室 112/6/1", unprintable=("𠮷",)
    )


def blank_case() -> ClaimCase:
    return make_case(
        manual_rows(),
        ("policy",),
        person=Person(category="編制內公務人員"),
        test=True,
        record_pages=0,
        sheet_pages=0,
        taken_at=None,
    )


def unread_case() -> ClaimCase:
    unread = (
        UnreadRow(
            (
                "9",
                "開放式",
                "友善職場 (PKCG112100999)",
                "2023-02-30 08:00:00~",
                "01:00:00",
                "100",
                "已填",
                "",
                "已通過",
                "二",
                "成功",
                "",
            ),
            "認證時數「二」不是數字",
            "友善職場",
        ),
    )
    return make_case([*manual_rows(), *outside_rows(10, 10)], ("policy",), unread_rows=unread)


CASES = {
    "manual": manual_case,
    "four_sets": four_sets_case,
    "forty_rows": forty_rows_case,
    "review": review_case,
    "review_included": review_included_case,
    "file": file_case,
    "long": long_case,
    "blank": blank_case,
    "unread": unread_case,
}

ODF_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

# In a process of its own: Playwright's driver and the one of pytest-playwright do not share a thread.
PRINTER = """
import json, sys
from pathlib import Path
from playwright.sync_api import sync_playwright
from scrapers.installed import find_browser
folder = Path(sys.argv[1])
asked = []
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for html in sorted(folder.glob("*.html")):
        page.set_content(html.read_text("utf-8"), wait_until="load")
        page.pdf(path=html.with_suffix(".pdf"), prefer_css_page_size=True, print_background=True)
    browser.close()
print(json.dumps(asked))
"""


def squeezed(text: str) -> str:
    """The text without white space: paper breaks lines where it likes."""
    return "".join(text.split())


class Printed:
    """A PDF read back: text by page as pdftotext sees it."""

    def __init__(self, path: Path) -> None:
        self.bytes = path.read_bytes()
        self.reader = PdfReader(path)
        raw = subprocess.run(
            ["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        self.pages = [squeezed(each) for each in raw.split("\f")[:-1]]
        self.text = "".join(self.pages)
        self.fonts = subprocess.run(
            ["pdffonts", path], check=True, capture_output=True, text=True
        ).stdout.splitlines()[2:]


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """Form and sheet of every case, printed by a real browser with JavaScript off; nothing may be asked of any host."""
    folder = tmp_path_factory.mktemp("printed")
    for name, make in CASES.items():
        case = make()
        (folder / f"form-{name}.html").write_text(form_html(case), "utf-8")
        (folder / f"sheet-{name}.html").write_text(sheet_html(case), "utf-8")
        (folder / f"supervisor-{name}.html").write_text(supervisor_html(case), "utf-8")
    run = subprocess.run([sys.executable, "-c", PRINTER, folder], check=True, capture_output=True, text=True)
    assert json.loads(run.stdout) == []
    return {each.stem: Printed(each) for each in folder.glob("*.pdf")}


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """The editable form of every case, opened by LibreOffice and saved as PDF."""
    folder = tmp_path_factory.mktemp("converted")
    files = []
    for name, make in CASES.items():
        files.append(folder / f"{name}.odt")
        files[-1].write_bytes(form_odt(make()))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {each.stem: Printed(each) for each in folder.glob("*.pdf")}


def html_cells(html: str) -> list[str]:
    """The text of every table cell that holds any."""
    cells = [squeezed(each.text()) for each in LexborHTMLParser(html).css("td, th")]
    return [each for each in cells if each]


def odt_cells(odt: bytes) -> list[str]:
    tree = ElementTree.fromstring(zipfile.ZipFile(BytesIO(odt)).read("content.xml"))
    cells = [squeezed("".join(each.itertext())) for each in tree.iter(f"{ODF_TABLE}table-cell")]
    return [each for each in cells if each]


every_case = pytest.mark.parametrize("name", CASES)


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


@every_case
def test_the_sheet_shows_every_row_in_the_portals_words(name: str, printed: dict[str, Printed]) -> None:
    case = CASES[name]()
    text = printed[f"sheet-{name}"].text
    for each in case.verdict.rows:
        for cell in portal_cells(each.record):
            assert squeezed(cell) in text
    rows = sum(len(group.rows) for group in sheet_view(case).groups)
    assert rows == len(case.verdict.rows) + len(case.verdict.unread)
    assert squeezed(counted_text(case)) in text


def test_the_sheet_says_what_was_made_of_each_row(printed: dict[str, Printed]) -> None:
    assert "本次申請e馬當先育職能（陸、一）（8筆）" in printed["sheet-review"].text
    assert "本計畫課程，未列入本次申請（7筆）" in printed["sheet-review"].text
    assert "非本計畫課程（10筆）" in printed["sheet-unread"].text
    assert "未能判讀（1筆）" in printed["sheet-unread"].text
    assert "認證時數「二」不是數字" in printed["sheet-unread"].text


def test_the_sheet_counts_rows_as_they_are() -> None:
    case = manual_case()
    assert counted_text(case) == "已讀 8 筆＝平臺顯示 8 筆；未能判讀 0 筆"
    assert counted_text(replace(case, total_stated=9)) == "已讀 8 筆≠平臺顯示 9 筆；未能判讀 0 筆"
    assert counted_text(replace(case, total_stated=9, unread=1)) == "已讀 8 筆＋未能判讀 1 筆＝平臺顯示 9 筆"
    assert (
        counted_text(replace(case, rows_read=9, total_stated=9, unread=1))
        == "已讀 9 筆＝平臺顯示 9 筆；未能判讀 1 筆"
    )
    assert "無平臺顯示總筆數" in counted_text(replace(case, total_stated=None))


def test_a_row_after_the_day_of_the_verdict_is_not_called_foreign() -> None:
    late = row("友善職場", datetime(2023, 7, 8, 9), 9)
    headings = [group.heading for group in sheet_view(make_case([*manual_rows(), late], ("policy",))).groups]
    assert headings == ["本次申請　e馬當先育職能（陸、一）（8 筆）", "判定日（112/7/5）之後完成（1 筆）"]


def test_an_unknown_category_is_a_question_and_the_whole_amount_waits_for_it() -> None:
    case = make_case(
        manual_rows(), ("policy",), person=replace(CLERK, category="實務訓練人員"), review_included=True
    )
    view = form_view(case)
    assert case.pending == 4
    assert view.totals[3] == "申請補休 4 小時（含待認定 4 小時）"
    assert [each[2] for each in view.questions] == ["人員類別"]


def test_unread_cells_of_another_number_are_kept_in_one_cell() -> None:
    odd = (UnreadRow(("12", "開放式", "友善職場"), "欄數不符", "友善職場"),)
    group = sheet_view(make_case(manual_rows(), ("policy",), unread_rows=odd)).groups[-1]
    assert group.rows == (SheetRow(("12　｜　開放式　｜　友善職場", "未能判讀"), "欄數不符"),)


@every_case
def test_html_is_complete_black_and_white_and_asks_for_nothing(name: str) -> None:
    case = CASES[name]()
    for html in (form_html(case), sheet_html(case), supervisor_html(case)):
        assert not re.search(r"<script|<link|<img|url\(|@import|src=|href=|https?:|bold", html)
        assert set(re.findall(r"(?<!&)#[0-9a-f]{3,6}\b", html)) <= {"#000", "#fff"}


@every_case
def test_the_same_case_gives_the_same_bytes(name: str) -> None:
    for make in (form_html, sheet_html, supervisor_html, form_odt):
        assert make(CASES[name]()) == make(CASES[name]())


def test_what_people_type_cannot_break_out_of_the_papers() -> None:
    nasty = '</style><script>x</script>"\\A }&<b>\x0b'
    case = replace(
        manual_case(), check_code=nasty, person=Person(nasty, nasty, nasty, nasty, nasty), claim_id=nasty
    )
    for html in (form_html(case), sheet_html(case), supervisor_html(case)):
        assert "<script" not in html
        assert html.count("</style>") == 1
        assert LexborHTMLParser(html).css("b") == []
    assert squeezed('</style><script>x</script>"\\A}&<b>') in odt_cells(form_odt(case))


@every_case
def test_the_editable_form_says_the_same_as_the_printed_one(name: str) -> None:
    case = CASES[name]()
    assert odt_cells(form_odt(case)) == html_cells(form_html(case))


@every_case
def test_the_editable_form_is_a_proper_opendocument_package(name: str) -> None:
    package = zipfile.ZipFile(BytesIO(form_odt(CASES[name]())))
    first = package.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert package.read("mimetype").decode() == MIMETYPE
    assert {each.date_time for each in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    listed = re.findall(r'full-path="([^"]+)"', package.read("META-INF/manifest.xml").decode())
    assert set(listed) == {"/", *package.namelist()} - {"mimetype", "META-INF/manifest.xml"}
    for member in package.namelist()[1:]:
        ElementTree.fromstring(package.read(member))


@every_case
def test_libreoffice_opens_the_editable_form_with_the_same_words(
    name: str, converted: dict[str, Printed]
) -> None:
    case = CASES[name]()
    paper = converted[name]
    # Ballot boxes come from another font, and text is read back by fonts: their cells are compared by words.
    cells = [each for each in html_cells(form_html(case)) if "𠮷" not in each]
    words = [
        word
        for each in cells
        for word in (re.findall("[\u4e00-\u9fff]+", each) if set("☐☑") & set(each) else [each])
    ]
    assert [each for each in words if each not in paper.text] == []
    for box in "☐☑":
        assert paper.text.count(box) == sum(each.count(box) for each in cells)
    assert round(float(paper.reader.pages[0].mediabox.height)) == 842
    for number, text in enumerate(paper.pages, 1):
        assert "核對碼7F3A-91C2" in text
        assert f"第{number}／{len(paper.pages)}頁" in text
        assert ("測試" in text) is case.test
    assert "核准" not in paper.text


def test_the_editable_form_of_the_manuals_claim_is_one_page_too(converted: dict[str, Printed]) -> None:
    assert len(converted["manual"].pages) == 1


def test_all_papers_bind_into_one_in_counter_order(printed: dict[str, Printed]) -> None:
    parts = [printed[each].bytes for each in ("form-four_sets", "sheet-manual", "sheet-four_sets")]
    bound = bind(parts, "112-0001 補休申請", ["申請表", "平臺學習紀錄"])
    reader = PdfReader(BytesIO(bound))
    assert page_count(bound) == sum(page_count(each) for each in parts)
    marks = [(each.title, reader.get_destination_page_number(each)) for each in reader.outline]  # type: ignore[union-attr]
    assert marks == [("申請表", 0), ("平臺學習紀錄", 2), ("逐筆檢核表", 3)]
    assert reader.metadata is not None
    assert dict(reader.metadata) == {"/Title": "112-0001 補休申請", "/Producer": "elearn-agent"}
    assert bind(parts, "112-0001 補休申請", ["申請表", "平臺學習紀錄"]) == bound


@pytest.mark.parametrize("broken", [b"", b"not a PDF", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_refused_in_words(broken: bytes) -> None:
    with pytest.raises(ValueError, match="PDF"):
        page_count(broken)
    with pytest.raises(ValueError, match="PDF"):
        bind([broken], "x")
    with pytest.raises(ValueError, match="沒有可以合併的文件"):
        bind([], "x")


def test_a_stamped_copy_says_one_line_more_on_each_page_and_the_rest_stays(
    printed: dict[str, Printed],
) -> None:
    parts = [printed[each].bytes for each in ("sheet-manual", "form-four_sets")]
    pages = bind(parts, "平臺學習紀錄")
    lines = [f"核對碼 0000-000{at}　附件 第 {at}／3 頁" for at in (1, 2, 3)]

    def stamp() -> bytes:
        with PaperPrinter(find_browser()) as printer:
            return stamped(pages, lines, printer)

    with ThreadPoolExecutor(1) as thread:
        before, after = (PdfReader(BytesIO(each)).pages for each in (pages, thread.submit(stamp).result()))
    assert len(before) == len(after) == 3
    for one, two, line in zip(before, after, lines, strict=True):
        assert two.mediabox == one.mediabox
        assert squeezed(one.extract_text()) in squeezed(two.extract_text())
        assert squeezed(line) in squeezed(two.extract_text())
    others = [each for each in lines if squeezed(each) in squeezed(after[0].extract_text())]
    assert others == lines[:1]
