"""The papers as files: HTML that asks for nothing, an editable form that says the same, and PDFs bound and stamped."""

from __future__ import annotations

import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest
from document_samples import CASES, Printed, every_case, html_cells, manual_case, odt_cells, squeezed
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from agent.documents.bind import bind, page_count
from agent.documents.form import form_html
from agent.documents.form_odt import MIMETYPE, form_odt
from agent.documents.sheet import sheet_html
from agent.documents.stamp import stamped
from agent.documents.supervisor import supervisor_html
from rules.person import Person
from scrapers.browser import PaperPrinter
from scrapers.installed import find_browser


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
