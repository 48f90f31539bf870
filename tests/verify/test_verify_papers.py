"""The papers of a claim read again: none says something else than what is judged again, and none escapes being read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from claim_samples import CLERK, bench, copied, pdf_of, sure
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from verify_samples import ALL, FORM, SHEET, signed

from agent import __version__
from agent.claims import printed
from agent.claims.verifying import verify
from agent.documents.bind import bind

EDITS = [
    (FORM, "申請補休8小時", "申請補休20小時", "：申請補休、合計"),
    (FORM, "本次8，上限16", "本次8，上限20", "：申請補休"),
    (FORM, "姓名王小明", "姓名陳大文", "：姓名"),
    (FORM, "人員類別編制內公務人員", "人員類別約聘人員", "：人員類別"),
    (FORM, "申請日期112年8月31日", "申請日期112年8月3日", "：申請日期"),
    (FORM, "☐e興盎然學專業", "☑e興盎然學專業", "：申請項目「☐ e興盎然學專業 4 小時」"),
    (FORM, "112/1/1日10:00:00112/1/1日11:00:00例假日是", "112/1/2日10:00:00112/1/2日11:00:00例假日是", "：第 3 列「走訪新興探尋大港埔故事」"),
    (FORM, "友善職場（e見鍾情戀高雄，本次申請）", "", "：請人事單位認定「友善職場"),
    (FORM, "合計（15門）2020.0", "合計（16門）2020.0", "：合計"),
    (FORM, "待認定1", "待認定0", "：核對摘要"),
    ("給單位主管.pdf", "申請補休8小時", "申請補休20小時", "：申請時數與課程"),
    ("給單位主管.pdf", "其中4小時（1門）待人事單位認定", "沒有待人事單位認定的課程", "：待認定"),
    (SHEET, "待認定上班日", "符合例假日", "：第 26 列「"),
    (ALL, "112/3/7二20:15:03", "112/3/5日20:15:03", "：第 26 列「友善職場」"),
    (ALL, "1-15共15筆", "1-14共14筆", "：平臺學習紀錄第 1 頁"),
    (ALL, "申請補休8小時", "申請補休20小時", "：申請補休、合計"),
    (ALL, "待認定上班日", "符合例假日", "：第 26 列「"),
]  # fmt: skip


def text_of(path: Path) -> str:
    return "".join("".join(each.extract_text().split()) for each in PdfReader(path).pages)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"), EDITS, ids=[f"{each[0][0]}-{each[2]}" for each in EDITS]
)
def test_an_edited_paper_is_named_with_what_differs(spoiled, name, old, new, said):
    """Although every hash agrees, as a careful forger leaves it."""
    text = text_of(spoiled / name)
    assert old in text
    (spoiled / name).write_bytes(pdf_of(text.replace(old, new)))
    problems = verify(signed(spoiled)).problems
    assert len(problems) == 1
    assert problems[0].startswith(f"{name} 與重新判讀的結果不同{said}"), problems


def called_something_else(folder):
    """The edited form stands in the manifest as a kind that no check reads."""
    (folder / FORM).write_bytes(pdf_of(text_of(folder / FORM).replace("申請補休8小時", "申請補休20小時")))
    signed(folder, lambda manifest: listed(manifest, FORM).update(kind="note"))
    return "缺少補休申請表", f"檔案 {FORM} 的種類「note」不是本程式製作的，沒有檢核"


def put_beside(folder):
    """A paper of one's own beside the true ones."""
    (folder / "補休申請表（更正）.pdf").write_bytes(pdf_of("申請補休20小時"))
    row = {"path": "補休申請表（更正）.pdf", "kind": "form_pdf"}
    signed(folder, lambda manifest: manifest["files"].append(row))
    return ("檔案 補休申請表（更正）.pdf 的種類「form_pdf」不是本程式製作的，沒有檢核",)


def left_out(name):
    def spoil(folder):
        (folder / name).unlink()
        signed(folder, lambda manifest: manifest["files"].remove(listed(manifest, name)))
        return (f"缺少{name.removesuffix('.pdf').lstrip('123-')}",)

    spoil.__name__ = f"{name} left out"
    return spoil


def said_not_to_be_printed(folder):
    """The true form under the name that it has where the agency's cannot be printed, and another before the papers in one."""
    other = "1-補休申請表（程式版面）.pdf"
    (folder / FORM).rename(folder / other)
    (folder / ALL).write_bytes(pdf_of(text_of(folder / ALL).replace("申請補休8小時", "申請補休20小時")))
    signed(folder, lambda manifest: listed(manifest, FORM).update(path=other))
    return (f"{ALL} 與重新判讀的結果不同：申請補休、合計",)


def listed(manifest, path):
    return next(each for each in manifest["files"] if each["path"] == path)


EVASIONS = (
    called_something_else, put_beside, said_not_to_be_printed,
    *map(left_out, (FORM, SHEET, ALL, "2-平臺學習紀錄.pdf")),
)  # fmt: skip


@pytest.mark.parametrize("spoil", EVASIONS, ids=lambda each: each.__name__)
def test_no_paper_escapes_by_what_the_manifest_calls_it(spoiled, spoil):
    said = spoil(spoiled)
    assert verify(spoiled).problems == said


def test_a_print_of_the_portals_page_without_a_row_is_noted(spoiled):
    """A note: the print is the browser's, and how the real portal prints is not known for sure."""
    name = "2-平臺學習紀錄.pdf"
    (spoiled / name).write_bytes(pdf_of(text_of(spoiled / name).replace("友善職場", "友善的職場")))
    found = verify(signed(spoiled))
    assert found.problems == (f"{ALL} 與重新判讀的結果不同：平臺學習紀錄第 1 頁",)
    assert f"{name} 與重新判讀的結果不同：「友善職場」；請與存檔的網頁對照" in found.notes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("8 小時", "20 小時", "：申請補休、合計"),
        ("王小明", "陳大文", "：姓名"),
        ("112/1/1 日", "112/1/2 一", "：第 1 列「政府數位轉型新視界」、第 2 列"),
        ("政府數位轉型新視界", "別的課", "：第 1 列「政府數位轉型新視界」"),
    ],
)
def test_an_edited_editable_form_is_named_with_what_differs(spoiled, old, new, said):
    path = spoiled / "1-補休申請表.odt"
    repack(path, lambda name, data: data.replace(old.encode(), new.encode()))
    problems = verify(signed(spoiled)).problems
    assert len(problems) == 1
    assert problems[0].startswith(f"{path.name} 與重新判讀的結果不同{said}"), problems


def repack(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in parts.items():
            archive.writestr(each, change(each, data))


def macro(name: str, data: bytes) -> bytes:
    return data.replace(b"<office:body>", b"<office:scripts><office:script/></office:scripts><office:body>")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (FORM, b"hello", "無法讀取，沒有比對"),
        (FORM, b"%PDF-1.7\n" + b"\0" * 5000, "無法讀取，沒有比對"),
        (FORM, pdf_of(""), "沒有可以比對的文字"),
        (FORM, pdf_of("核對碼 0B1C-33D4"), "核對碼、服務單位、姓名、人員類別等 "),
        ("1-補休申請表.odt", b"hello", "不是可以使用的文件：不是可以讀取的 .odt 或 .docx 檔"),
        ("1-補休申請表.odt", macro, "不是可以使用的文件：content.xml 含有巨集"),
        (ALL, b"%PDF-1.7", "無法讀取，沒有比對"),
    ],
)  # fmt: skip
def test_a_paper_that_says_nothing_or_cannot_be_read_is_named(spoiled, name, data, said):
    if callable(data):
        repack(spoiled / name, data)
    else:
        (spoiled / name).write_bytes(data)
    problems = verify(signed(spoiled)).problems
    assert len(problems) == 1
    assert name in problems[0]
    assert said in problems[0]


def test_a_portal_that_shows_all_years_on_one_page_makes_long_papers_that_hold_together(spoiled):
    """Two thousand rows are printed on 183 pages by the browser, and stand in the papers in one once more."""
    first = spoiled / "2-平臺學習紀錄.pdf"
    rest = [pdf_of(f"{at} 別的課程") for at in range(2, 260)]
    first.write_bytes(bind([first.read_bytes(), *rest], "平臺學習紀錄"))
    parts = [(spoiled / name).read_bytes() for name in (FORM, first.name, SHEET)]
    (spoiled / ALL).write_bytes(bind(parts, "全部"))
    assert verify(signed(spoiled)).problems == ()
    (spoiled / ALL).write_bytes(bind([parts[0], *rest[:-1], parts[2]], "全部"))
    assert verify(signed(spoiled)).problems[0].endswith("：平臺學習紀錄第 1 頁、平臺學習紀錄第 259 頁")


def test_a_paper_of_another_program_version_says_that_this_may_be_why(spoiled):
    (spoiled / FORM).write_bytes(pdf_of(text_of(spoiled / FORM).replace("例假日是", "放假日是")))
    problems = verify(signed(spoiled, lambda each: each["versions"].update(program="0.0.9"))).problems
    assert problems[-1] == f"不同的原因可能是：程式不是同一版（申請時 0.0.9，這裡 {__version__}）"


def test_a_character_that_no_font_had_is_no_difference(tmp_path):
    """𠮷 printed as a box is read back as zero, by Chromium's print; another name is one all the same."""
    with bench(tmp_path / "h") as it:
        it.settings = replace(it.settings, person=replace(CLERK, name="王𠮷明"))
        it.read(sure(), name="王𠮷明")
        folder = copied(it.claim(), tmp_path / "補休申請")
    assert verify(folder).problems == ()
    text = text_of(folder / FORM)
    (folder / FORM).write_bytes(pdf_of(text.replace("王𠮷明", "王\0明")))
    assert verify(signed(folder)).problems == ()
    (folder / FORM).write_bytes(pdf_of(text.replace("王𠮷明", "王大明")))
    assert any("：姓名" in each for each in verify(signed(folder)).problems)


def a_form_drawn_without_end() -> bytes:
    writer, made = PdfWriter(), BytesIO()
    drawn = DecodedStreamObject()
    drawn.set_data(b"0 0 m " * 10_000_000)
    writer.add_blank_page(595, 842)[NameObject("/Contents")] = writer._add_object(drawn.flate_encode())
    writer.write(made)
    return made.getvalue()


def a_form_of_forms_in_forms() -> bytes:
    """Ten times itself at each of ten levels."""
    writer, made, name = PdfWriter(), BytesIO(), NameObject
    page = writer.add_blank_page(595, 842)
    inner = None
    for _ in range(10):
        form = DecodedStreamObject()
        form.update({name("/Type"): name("/XObject"), name("/Subtype"): name("/Form")})
        if inner is not None:
            form[name("/Resources")] = DictionaryObject(
                {name("/XObject"): DictionaryObject({name("/X"): inner})}
            )
        form.set_data(b"/X Do " * 10)
        inner = writer._add_object(form)
    page[name("/Resources")] = DictionaryObject({name("/XObject"): DictionaryObject({name("/X"): inner})})
    drawn = DecodedStreamObject()
    drawn.set_data(b"/X Do")
    page[name("/Contents")] = writer._add_object(drawn)
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("make", "said"),
    [(a_form_drawn_without_end, "無法讀取，沒有比對"), (a_form_of_forms_in_forms, "沒有可以比對的文字")],
)
def test_a_paper_made_to_take_for_ever_takes_seconds(spoiled, make, said):
    (spoiled / FORM).write_bytes(make())
    began = perf_counter()
    assert verify(signed(spoiled)).problems == (f"{FORM} {said}",)
    assert perf_counter() - began < 60


def _drawn_within(text: str) -> bytes:
    """A PDF whose page draws nothing but a drawing, which holds the text of `pdf_of`."""
    writer, made = PdfWriter(clone_from=BytesIO(pdf_of(text))), BytesIO()
    page = writer.pages[0]
    inner = DecodedStreamObject()
    inner.set_data(page.get_contents().get_data())
    inner |= {
        NameObject("/Type"): NameObject("/XObject"),
        NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/Resources"): page["/Resources"],
    }
    drawing = DictionaryObject({NameObject("/X"): writer._add_object(inner)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawing})
    outer = DecodedStreamObject()
    outer.set_data(b"/X Do")
    page[NameObject("/Contents")] = writer._add_object(outer)
    writer.write(made)
    return made.getvalue()


def test_papers_that_draw_alike_and_say_different_things_are_both_read():
    """An honest paper must not lend its words to a forged one that draws the same drawing by name."""
    reader = printed._Reader()
    said = [*reader.texts(_drawn_within("申請補休4小時")), *reader.texts(_drawn_within("申請補休20小時"))]
    assert said == ["申請補休4小時", "申請補休20小時"]
