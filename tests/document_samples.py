"""Cases for the papers: what a claim may look like, and a printed paper read back as the officer and a program would."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from agent.documents.case import ClaimCase
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.record import LearningRecord, Origin, UnreadRow
from rules.work import Work

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

every_case = pytest.mark.parametrize("name", CASES)
ODF_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


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


def html_cells(html: str) -> list[str]:
    """The text of every table cell that holds any."""
    cells = [squeezed(each.text()) for each in LexborHTMLParser(html).css("td, th")]
    return [each for each in cells if each]


def odt_cells(odt: bytes) -> list[str]:
    tree = ElementTree.fromstring(zipfile.ZipFile(BytesIO(odt)).read("content.xml"))
    cells = [squeezed("".join(each.itertext())) for each in tree.iter(f"{ODF_TABLE}table-cell")]
    return [each for each in cells if each]
