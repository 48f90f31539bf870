"""Five claims with an error planted on paper, as an officer might be handed them: form, record page and sheet each.

`python tests/planted_errors.py FOLDER` prints them there, to be looked at.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from claim_samples import page_of
from document_samples import CODE, make_case, manual_rows

from agent.claims.record_print import record_print, stamps
from agent.documents.bind import page_count
from agent.documents.case import ClaimCase
from agent.documents.form import form_html
from agent.documents.sheet import sheet_html
from agent.documents.stamp import stamped
from agent.home import open_home
from agent.store import KeptPage
from rules.record import LearningRecord, Origin
from scrapers.browser import PaperPrinter
from scrapers.installed import find_browser

HONEST = ("policy",)


@dataclass(frozen=True)
class Papers:
    """What lies on the counter, and what gives the error away: texts that cannot all be true, and the paper each stands on.

    `page_code` is the 核對碼 stamped beneath the portal's page.
    """

    form: str
    record_page: str
    sheet: str
    clues: tuple[tuple[str, str], ...]
    page_code: str = CODE


def _rows_with(at: int, start: datetime) -> list[LearningRecord]:
    """The manual's rows, one of them at another time; another on a later day, so that days lie between."""
    rows = manual_rows()
    rows[at] = replace(rows[at], start=start, end=start.replace(hour=start.hour + 1))
    return rows


def _papers(
    case: ClaimCase, rows: list[LearningRecord], *clues: tuple[str, str], name: str = "王小明"
) -> Papers:
    return Papers(form_html(case), page_of(rows, name=name), sheet_html(case), clues)


def wrong_weekday() -> Papers:
    """A Wednesday afternoon at the desk, printed on the form as a Sunday."""
    rows = _rows_with(3, datetime(2023, 3, 8, 14, 5))
    found = _papers(
        make_case(rows, HONEST),
        rows,
        ("form", "112/3/8日14:05:00112/3/8日15:05:00例假日是"),
        ("sheet", "不符合上班日（三）"),
        ("record_page", "2023-03-0814:05:00"),
    )
    form = (
        found.form.replace("112/3/8 三", "112/3/8 日")
        .replace(">上班日<", ">例假日<")
        .replace(">否\n上班時間<", ">是<")
        .replace(">否<", ">是<")
    )
    return replace(found, form=form)


def makeup_saturday() -> Papers:
    """A worked Saturday, claimed as a day off."""
    rows = _rows_with(3, datetime(2023, 2, 18, 14, 5))
    found = _papers(
        make_case(rows, HONEST),
        rows,
        ("form", "112/2/18六14:05:00112/2/18六15:05:00例假日是"),
        ("form", "其間補行上班日：112/1/7（六）、112/2/4（六）、112/2/18（六）"),
        ("sheet", "不符合補行上班日（六）"),
    )
    form = (
        found.form.replace(">補行上班日<", ">例假日<")
        .replace(">否\n上班時間<", ">是<")
        .replace(">否<", ">是<")
    )
    return replace(found, form=form)


def missing_row() -> Papers:
    """Eight courses on the form, seven on the portal's page."""
    rows = manual_rows()
    return _papers(
        make_case(rows, HONEST, total_stated=7),
        rows[:7],
        ("form", "通過課程8／8門"),
        ("form", "認識日常生活中的「隱微」歧視"),
        ("record_page", "共7筆"),
        ("sheet", "已讀8筆≠平臺顯示7筆"),
    )


def twenty_hours() -> Papers:
    """Twenty hours where sixteen are the most, and the sets ticked bring four."""
    case = make_case(manual_rows(), HONEST, hours=Decimal(20))
    return _papers(
        case,
        manual_rows(),
        ("form", "20小時（本年度已申請0＋本次20，上限16）"),
        ("form", "☑e馬當先育職能4小時☐e興盎然學專業4小時☐e見鍾情戀高雄4小時☐e猶未盡上課趣（任1套以上）4小時"),
    )


def another_persons_page() -> Papers:
    """Everything in order, but the portal's page is a colleague's, out of his own claim."""
    found = _papers(
        make_case(manual_rows(), HONEST),
        manual_rows(),
        ("form", "姓名王小明"),
        ("sheet", "姓名：王小明"),
        ("form", f"核對碼{CODE}"),
        ("record_page", "網頁姓名陳大文核對碼0B1C-33D4"),
        name="陳大文",
    )
    return replace(found, page_code="0B1C-33D4")


PLANTED: dict[str, Callable[[], Papers]] = {
    each.__name__: each
    for each in (wrong_weekday, makeup_saturday, missing_row, twenty_hours, another_persons_page)
}


def print_all(folder: Path) -> None:
    """Every paper of every planted error as `error-paper.pdf` in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with PaperPrinter(find_browser()) as printer:
        for name, make in PLANTED.items():
            papers = make()
            made = {
                "form": printer(papers.form),
                "record_page": _stamped(papers, printer),
                "sheet": printer(papers.sheet),
            }
            for paper, pdf in made.items():
                (folder / f"{name}-{paper}.pdf").write_bytes(pdf)


def _stamped(papers: Papers, printer: PaperPrinter) -> bytes:
    """The portal's page as it lies in a claim: printed as it was read, with the line beneath it."""
    with tempfile.TemporaryDirectory() as place:
        home = open_home(Path(place) / "h")
        (home.path / "page.html").write_text(papers.record_page, "utf-8")
        at = datetime(2023, 7, 4, 23, 42, 10, tzinfo=UTC)
        address = "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"
        page = KeptPage(1, 2023, 1, address, at, Origin.PORTAL, "", "page.html", None)
        printed = record_print(page, home, printer, test=False)
        return stamped(
            printed, stamps([page] * page_count(printed), home, papers.page_code, test=False), printer
        )


if __name__ == "__main__":
    print_all(Path(sys.argv[1]))
