"""Claims made from records alone: a kept page is written, imported and claimed; the papers say their words on one page each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from selectolax.lexbor import LexborHTMLParser

from agent.calendars import calendar_of
from agent.claims.claiming import Prepared, Request, prepare
from agent.documents.sheet_view import portal_cells
from agent.home import Home, open_home
from agent.importing import import_files
from agent.judging import judge_stored
from agent.settings.config import Settings
from agent.store import Store
from rules import bundled
from rules.person import Person
from rules.record import LearningRecord
from rules.verdict import Verdict
from rules.work import Work

PLAN = bundled.plan("kaohsiung-112")
ON = date(2023, 8, 31)
CLERK = Person("王小明", "高雄市前金區公所", "民政課", "課員", "編制內公務人員")
HEADINGS = ("No.", "課程類型", "課程名稱", "上課期間", "閱讀時數", "測驗", "問卷", "通過條件", "通過狀態", "認證時數",
            "終身學習上傳狀態", "終身學習時數上傳時間")  # fmt: skip


def passed(title: str, start: datetime, number: int, hours: str = "1.0", minutes: int = 60) -> LearningRecord:
    """A passed row in the portal's words."""
    return LearningRecord(
        title=title,
        course_type="開放式",
        code=f"PKCG112{number:06d}",
        start=start,
        end=start + timedelta(minutes=minutes),
        reading=timedelta(minutes=minutes),
        exam="100",
        survey="已填",
        condition="課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
        status="已通過",
        certified_hours=Decimal(hours),
        upload_status="成功",
        uploaded_at=start + timedelta(days=1),
        number=str(number),
    )


def whole_set(key: str, start: datetime, number: int) -> list[LearningRecord]:
    """Every course of one set, an hour each, one after another."""
    return [
        passed(each.title, start + timedelta(hours=at), number + at, f"{each.hours}.0")
        for at, each in enumerate(PLAN.set_of(key).courses)
    ]


def page_of(rows: Sequence[LearningRecord], name: str = "王小明", person: str = "TEST-000001") -> str:
    """A page of the portal with these rows, as a browser saves it."""
    head = "".join(f"<th>{each}</th>" for each in HEADINGS)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in portal_cells(each))}</tr>" for each in rows)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>學習紀錄</title></head><body>'
        f'<a href="/mooc/user/learn_stat.php">個人專區</a> <a href="/logout">登出</a>'
        f'<span class="co-realname">{name}</span> <span class="co-username">平台識別碼：{person}</span>'
        f'<table id="pc_data"><tr>{head}</tr>{body}</table><p>1-{len(rows)} 共 {len(rows)} 筆</p></body></html>'
    )


SUNDAY = datetime(2023, 1, 1, 8)


def sure() -> list[LearningRecord]:
    """One set on a Sunday."""
    return whole_set("policy", SUNDAY, 1)


def doubtful() -> list[LearningRecord]:
    """One set on a Sunday, and another with a course over two workdays, which the office has to judge."""
    vision = whole_set("vision", datetime(2023, 2, 12, 8), 21)
    vision[5] = replace(vision[5], start=datetime(2023, 3, 7, 20, 15, 3), end=datetime(2023, 3, 9, 19, 2, 44))
    return [*sure(), *vision]


def plain_paper(html: str, margins: tuple[str, str] | None = None) -> bytes:
    """A real PDF of one page that says the words of the paper, and those in its margins; how they look is another file's concern."""
    boxes = [
        re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), each)
        for each in re.findall(r'content: "([^"]*)"', html)
    ]
    body = LexborHTMLParser(html).body
    return pdf_of("".join([*boxes, body.text() if body else "", *(margins or ())]))


def pdf_of(text: str) -> bytes:
    """A PDF of one page with this text, each UTF-16 unit its own glyph."""
    writer, made = PdfWriter(), BytesIO()
    page = writer.add_blank_page(595, 842)
    glyphs = text.encode("utf-16-be", "surrogatepass")
    used = sorted({glyphs[at : at + 2].hex() for at in range(0, len(glyphs), 2)})
    meanings = "\n".join(f"<{each}> <{each}>" for each in used)
    units = DecodedStreamObject()
    units.set_data(
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{len(used)} beginbfchar\n{meanings}\nendbfchar".encode()
    )
    name = NameObject
    font = DictionaryObject(
        {name("/Type"): name("/Font"), name("/Subtype"): name("/Type0"), name("/BaseFont"): name("/None"),
         name("/Encoding"): name("/Identity-H"), name("/ToUnicode"): writer._add_object(units)}
    )  # fmt: skip
    page[name("/Resources")] = DictionaryObject({name("/Font"): DictionaryObject({name("/F"): font})})
    drawn = DecodedStreamObject()
    drawn.set_data(b"BT /F 1 Tf <" + glyphs.hex().encode() + b"> Tj ET")
    page[name("/Contents")] = writer._add_object(drawn)
    writer.write(made)
    return made.getvalue()


@dataclass
class Bench:
    """A home with records, and what is needed to claim in it."""

    home: Home
    store: Store
    settings: Settings

    def read(self, rows: Sequence[LearningRecord], **more: str) -> None:
        """These rows as a page saved by hand."""
        path = self.home.path / "saved.html"
        path.write_text(page_of(rows, **more), encoding="utf-8")
        import_files(self.store, self.home, [path])
        path.unlink()

    def verdict(self) -> Verdict:
        """Under the plan, on its last day."""
        return judge_stored(self.store, self.settings, PLAN, ON)

    def claim(self, *include: str, automatic: bool = False) -> Prepared:
        """The claim, with these sets under review."""
        request = Request(PLAN, self.verdict(), ON, include_review=None if automatic else include)
        return prepare(self.store, self.home, self.settings, request, plain_paper)


@contextmanager
def bench(folder: Path, rows: Sequence[LearningRecord] = (), work: Work | None = None) -> Iterator[Bench]:
    """A fresh home in this folder that has read these rows."""
    home = open_home(folder)
    settings = Settings(person=CLERK, work=work or Work(), calendar=calendar_of(home))
    with Store.open(home.database) as store:
        found = Bench(home, store, settings)
        if rows:
            found.read(rows)
        yield found


def copied(claim: Prepared, to: Path) -> Path:
    """The claim's folder, to be spoiled."""
    shutil.copytree(claim.claim.folder, to)
    return to
