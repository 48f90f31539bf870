"""Checking claims: forged choices, foreign calendars and plans, other people's pages, bombs; and many claims, one line each."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil
import pytest
from claim_samples import CLERK, PLAN, bench, copied, doubtful, page_of, pdf_of, sure
from odfdo import Document
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from agent import __version__
from agent.claims import batch, printed
from agent.claims.batch import check_all, claims_in, compared
from agent.claims.files import check_code
from agent.claims.office_table import HEADINGS
from agent.claims.own import Own, own_of
from agent.claims.verifying import verify
from agent.documents.bind import bind
from rules import bundled
from rules.calendar import Calendar
from rules.errors import ConfigError


@pytest.fixture(scope="module")
def claim(tmp_path_factory) -> Path:
    """A claim of one sure set and one under review, included by choice."""
    with bench(tmp_path_factory.mktemp("home") / "h", doubtful()) as it:
        made = it.claim("vision")
        return copied(made, tmp_path_factory.mktemp("claim") / "補休申請")


@pytest.fixture
def spoiled(claim, tmp_path) -> Path:
    return Path(shutil.copytree(claim, tmp_path / "補休申請"))


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def signed(folder: Path, change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> Path:
    """Hashes, 核對碼 and the zip made to agree with the files as they are, as a careful forger would."""
    manifest = read(folder / "manifest.json")
    change(manifest)
    for each in manifest["files"]:
        data = (folder / each["path"]).read_bytes()
        each |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    manifest["check_code"] = check_code(
        (each["kind"], each["path"], each["sha256"]) for each in manifest["files"]
    )
    write(folder / "manifest.json", manifest)
    for each in folder.glob("*.zip"):
        each.unlink()
    return folder


# -- what a claim says of itself ---------------------------------------------------------------------------------------


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


# -- the papers --------------------------------------------------------------------------------------------------------

FORM, SHEET, ALL = "1-補休申請表.pdf", "3-逐筆檢核表.pdf", "全部列印.pdf"
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


# -- own plan and calendar ---------------------------------------------------------------------------------------------


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


# -- bombs -------------------------------------------------------------------------------------------------------------


def test_a_file_that_bursts_is_not_opened(tmp_path):
    """Fifty million zeros in fifty thousand bytes: under every limit of size, but no page shrinks like that."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    before = psutil.Process().memory_info().rss
    with pytest.raises(ConfigError, match="壓縮比例異常"):
        verify(path)
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_a_bomb_within_the_zip_of_a_folder_is_not_opened_either(spoiled):
    (path,) = spoiled.glob("*.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    with pytest.raises(ConfigError, match="壓縮比例異常"):
        verify(spoiled)


# -- zips of other programs --------------------------------------------------------------------------------------------


class Raw(zipfile.ZipInfo):
    """A member whose name is written as these bytes, without the flag that it is UTF-8."""

    charset = "cp950"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own
        return self.filename.encode(self.charset), self.flag_bits


class Finder(Raw):
    charset = "utf-8"


@pytest.mark.parametrize("how", [Raw, Finder, zipfile.ZipInfo])
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_a_claim_zipped_by_any_desktop_holds_together(claim, tmp_path, how, separator):
    """Explorer of a Taiwanese Windows (Big5), Finder with what it leaves beside, .NET with its backslashes."""
    path = tmp_path / "送件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(claim.rglob("*")):
            if each.is_file() and each.suffix != ".zip":
                name = how(f"補休申請/{each.relative_to(claim).as_posix()}")
                name.filename = name.filename.replace("/", separator)
                archive.writestr(name, each.read_bytes())
        archive.writestr("__MACOSX/補休申請/._manifest.json", b"x")
        archive.writestr("補休申請/.DS_Store", b"x")
    assert verify(path).problems == ()


def test_what_a_desktop_leaves_in_the_folder_is_no_difference(spoiled):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._1-補休申請表.pdf", ".~lock.1-補休申請表.odt#"):
        (spoiled / name).write_bytes(b"x")
    assert verify(spoiled).problems == ()
    (spoiled / "Thumbs.db.exe").write_bytes(b"x")
    assert "多出檔案 Thumbs.db.exe" in verify(spoiled).problems


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


# -- many --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def inbox(claim, tmp_path) -> Path:
    """What an office gets: a folder, its zip, a spoiled one, and files that are no claim at all."""
    folder = tmp_path / "收件夾"
    shutil.copytree(claim, folder / "1 資料夾")
    shutil.copy(next(claim.glob("*.zip")), folder / "2 正確.zip")
    signed(
        Path(shutil.copytree(claim, folder / "3 改過")), lambda manifest: manifest["claim"].update(hours="16")
    )
    (folder / "4 壞檔.zip").write_bytes(b"PK\x03\x04 no more")
    (folder / "5 空資料夾").mkdir()
    (folder / "說明.txt").write_text("not a claim")
    (folder / "__MACOSX").mkdir()
    (folder / "6 整個磁碟").symlink_to("/")
    huge = Path(shutil.copytree(claim, folder / "7 太大"))
    with (huge / "records.json").open("ab") as file:
        file.truncate(70_000_000)
    many = Path(shutil.copytree(claim, folder / "8 太多"))
    for at in range(1001):
        (many / f"{at}.txt").touch()
    os.mkfifo(Path(shutil.copytree(claim, folder / "9 管線")) / "pipe")
    return folder


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
