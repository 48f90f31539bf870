"""The agency's own form: checked before it is used, filled without anything being evaluated, opened by LibreOffice."""

from __future__ import annotations

import re
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import form_samples as samples
import pytest
from claim_samples import CLERK, ON, PLAN, bench, sure
from document_samples import CASES, squeezed
from form_samples import BODY, DOCUMENT, docx, odt
from pypdf import PdfReader

from agent.claims import papers
from agent.claims.verifying import verify
from agent.forms.checking import form_of, read_form, usable
from agent.forms.converting import as_pdf, find_office
from agent.forms.fields import names, subject, values_of
from agent.forms.own_form import OwnForm, filled, own_form
from agent.home import open_home
from agent.screens.verify_screen import verification_text
from agent.settings.agency_file import AgencyFile
from rules.errors import ConfigError

KINDS = {"odt": odt, "docx": docx}
both = pytest.mark.parametrize("kind", KINDS)


def fill(data: bytes, case: str = "manual", kind: str = "odt", **changed: object) -> bytes:
    return filled(OwnForm("表", form_of(data, f"表.{kind}")), replace(CASES[case](), **changed))


def text_of(data: bytes, part: str = "") -> str:
    """All text of the parts that people read, without white space."""
    parts = (part,) if part else ("content.xml", "styles.xml", "word/document.xml", "word/footer1.xml")
    with zipfile.ZipFile(BytesIO(data)) as package:
        found = [package.read(each) for each in parts if each in package.namelist()]
    return squeezed("".join("".join(ElementTree.fromstring(each).itertext()) for each in found))


# -- the names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_documented_name_has_a_value_and_no_other(case):
    values = values_of(CASES[case]())
    assert set(values.fields) == {each.name for each in names().fields}
    assert set(values.lists) == {each.name for each in names().lists}
    for each in names().lists:
        for row in values.lists[each.name]:
            assert set(row) == {one.name for one in each.fields}
    assert len(set(names().every)) == len(names().every)


def test_the_subject_is_what_one_types_into_the_attendance_system():
    assert subject(CASES["manual"]()) == (
        f"112年度「{PLAN.short}」公餘數位學習補休（e馬當先育職能）4小時，高市府人考字第11230165300號"
    )


# -- checked -----------------------------------------------------------------------------------------------------------


@both
def test_a_good_form_lists_its_fields(kind):
    form = form_of(KINDS[kind](), f"表.{kind}")
    assert (form.ok, str(form.kind), form.unknown, form.problems, form.missing) == (True, kind, (), (), ())
    assert {"姓名", "課程名稱", "核對碼", "起"} <= set(form.used)
    assert "課程" in form.marks


WRONG = [
    ("an unknown name, with the nearest", "{{姓明}}", "{{姓明}}"),
    ("a brace that is not closed", "{{姓名}", "「{{姓名}」的大括號沒有成對"),
    (
        "a name of a row outside a marked row",
        "{{課程名稱}}",
        "{{課程名稱}} 只能用在標有 {{逐列：課程}} 的表格列",
    ),
    ("a mark outside a table", "{{逐列：課程}}", "重複標記 {{逐列：課程}} 不在表格的列裡"),
    ("an expression", "{{ 姓名.__class__ }}", "{{姓名.__class__}}"),
    ("a call", "{{print('x')}}", "{{print('x')}}"),
]


@pytest.mark.parametrize(("written", "said"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG])
def test_what_is_wrong_with_a_form_is_named(written, said):
    form = form_of(odt(samples._p(written.replace("'", "&apos;"))), "表.odt")
    assert not form.ok
    with pytest.raises(ConfigError) as why:
        usable(form, "表.odt")
    assert said in why.value.message


def test_a_row_of_one_list_takes_no_name_of_another():
    row = samples._row("{{逐列：課程套}}{{套名}}", "{{課程名稱}}")
    form = form_of(
        odt(f'<table:table><table:table-column table:number-columns-repeated="2"/>{row}</table:table>'), "表"
    )
    assert form.problems == ("{{課程名稱}} 只能用在標有 {{逐列：課程}} 的表格列",)
    other = samples._row("{{逐列：年金}}")
    assert (
        "沒有「年金」這個清單"
        in form_of(odt(f"<table:table><table:table-column/>{other}</table:table>"), "表").problems[0]
    )


# -- refused -----------------------------------------------------------------------------------------------------------

MACRO = '<office:event-listeners><script:event-listener script:language="ooo:script" xlink:href="x"/></office:event-listeners>'
FRAME = '<text:p><draw:frame><draw:image xlink:href="{}"/></draw:frame></text:p>'
LINK = '<Relationship Id="rId9" Type="x/image" Target="{}" TargetMode="External"/>'
FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE "http://evil.example.test/x.png"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
UTF16 = BOMB.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")

REFUSED = [
    ("a macro in the package", odt(more={"Basic/Standard/Module1.xml": b"<x/>"}), "含有巨集"),
    ("a Python script", odt(more={"Scripts/python/x.py": b"print()"}), "含有巨集"),
    ("an event that runs something", odt(MACRO + BODY), "巨集或事件"),
    ("a script element", odt("<office:script/>" + BODY), "巨集或程式碼"),
    ("a picture from elsewhere", odt(FRAME.format("http://evil.example.test/x.png") + BODY), "連到外部「http://evil"),
    ("a picture of this computer", odt(FRAME.format("file:///etc/passwd") + BODY), "連到外部「file:///etc/passwd"),
    ("a picture beside the file", odt(FRAME.format("../x.png") + BODY), "連到外部「../x.png"),
    ("a link", odt('<text:p><text:a xlink:href="https://evil.example.test">x</text:a></text:p>'), "連到外部"),
    ("a linked section", odt('<text:section text:name="s"><text:section-source xlink:href="x"/></text:section>'), "外部連結"),
    ("an embedded object", odt(more={"Object 1/content.xml": b"<x/>"}), "內嵌物件"),
    ("an embedded web page", odt('<text:p><draw:floating-frame xlink:href="#x"/></text:p>'), "內嵌網頁"),
    ("a picture that is a document", odt(more={"Pictures/x.svg": b"<svg/>"}), "x.svg"),
    ("a menu of its own", odt(more={"Configurations2/menubar/m.xml": b"<x/>"}), "自訂的選單"),
    ("a DTD", odt(more={"meta.xml": BOMB}), "DTD 或實體宣告"),
    ("a DTD in another encoding", odt(more={"meta.xml": UTF16}), "DTD 或實體宣告"),
    ("a DTD in a Word file", docx(more={"word/settings.xml": BOMB}), "DTD 或實體宣告"),
    ("a spreadsheet", odt(mimetype="spreadsheet"), "不是 .odt 或 .docx 文件"),
    ("a template", odt(mimetype="text-template"), "不是 .odt 或 .docx 文件"),
    ("what is no XML", odt("<text:p>"), "不是正確的 XML"),
    ("deep XML", odt("<text:span>" * 300 + "</text:span>" * 300), "太大或太深"),
    ("macros of Word", docx(more={"word/vbaProject.bin": b"x"}), "含有巨集"),
    ("a document of the macro kind", docx(main="document.macroEnabled.main"), "是含巨集的文件"),
    ("an embedded object of Word", docx(more={"word/embeddings/oleObject1.bin": b"x"}), "含有巨集、控制項或內嵌物件"),
    ("a control", docx(more={"word/activeX/activeX1.xml": b"<x/>"}), "含有巨集、控制項或內嵌物件"),
    ("a remote picture of Word", docx(relations=LINK.format("http://evil.example.test/x.png")), "連到外部「http://evil"),
    ("a remote template", docx(relations=LINK.format("\\\\evil.example.test\\x.dotm").replace("image", "attachedTemplate")), "連到外部"),
    ("a field that fetches, split over runs", docx(FIELD + DOCUMENT), "功能變數「INCLUDEPICTURE"),
    ("a field of the simple kind", docx('<w:p><w:fldSimple w:instr=" DDEAUTO cmd "/></w:p>'), "功能變數"),
    ("a chunk of another document", docx('<w:altChunk r:id="rId1"/>'), "內嵌文件"),
    ("a name that leads out", odt(more={"../evil.xml": b"<x/>"}), "指向外面的名稱"),
    ("no zip", b"hello", "不是可以讀取的"),
    ("a file that bursts", odt(more={"media.xml": b" " * 15_000_000}), "壓縮比例異常"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_could_run_or_reach_out_is_refused(data, said):
    with pytest.raises(ConfigError) as why:
        form_of(data, "表.odt")
    assert said in why.value.message


def test_pictures_and_page_fields_of_the_file_itself_are_fine():
    picture = {"Pictures/x.png": b"\x89PNG", "word/media/x.png": b"\x89PNG"}
    assert form_of(odt(FRAME.format("./Pictures/x.png") + BODY, more=picture), "表").ok
    page = '<w:p><w:fldSimple w:instr=" PAGE "/></w:p>'
    assert form_of(docx(page + DOCUMENT, more=picture), "表").ok


# -- filled ------------------------------------------------------------------------------------------------------------


@both
def test_every_place_is_filled_also_where_it_is_split(kind):
    text = text_of(fill(KINDS[kind](), kind=kind))
    assert "{{" not in text
    assert "}}" not in text
    for said in (
        "高雄市前金區公所",
        "112年度",
        "民政課",
        "課員",
        "王小明",
        "112年7月5日",
        "核對碼7F3A-91C2",
        "例假日",
    ):
        assert said in text, said
    for course in CASES["manual"]().claimed_sets[0].courses:
        assert squeezed(course.title) in text


@both
def test_a_marked_row_is_repeated_for_every_course_in_order(kind):
    case = CASES["forty_rows"]()
    text = text_of(fill(KINDS[kind](), "forty_rows", kind))
    titles = [squeezed(course.title) for each in case.claimed_sets for course in each.courses]
    assert len(titles) == 28
    places = [text.index(each) for each in titles]
    assert places == sorted(places)


def test_a_list_without_rows_leaves_one_blank_row():
    text = text_of(fill(odt()))
    assert "逐列" not in text
    assert "採計" not in text
    assert "☐採計☐不採計" in text_of(fill(odt(), "review"))


@both
def test_what_people_typed_stays_text(kind):
    """Markup, braces and names of fields in a value are shown as they are; characters that no XML holds are left out."""
    nasty = "<b>&amp; {{職稱}} 堃喆峯𠮷\x0b\ufffe"
    text = text_of(fill(KINDS[kind](), kind=kind, person=replace(CLERK, name=nasty)))
    assert squeezed("<b>&amp; {{職稱}} 堃喆峯𠮷") in text


@both
def test_the_same_form_and_claim_give_the_same_bytes(kind):
    assert fill(KINDS[kind](), kind=kind) == fill(KINDS[kind](), kind=kind)


def test_what_must_be_said_stands_at_the_top_of_a_form_without_a_place_for_it():
    bare = samples._p("{{姓名}} 申請 {{申請時數}} 小時")
    text = text_of(fill(odt(bare, footer=""), "review_included", test=True), "content.xml")
    assert text.startswith("核對碼7F3A-91C2測試含待認定4小時")
    assert text_of(fill(odt(bare, footer=""), "file"), "content.xml").startswith(
        "核對碼7F3A-91C2資料來源：匯入檔案"
    )
    whole = samples._p("{{核對碼}}{{測試字樣}}{{待認定時數}}{{資料來源}}")
    assert text_of(fill(odt(whole, footer=""), "manual"), "content.xml").startswith("7F3A-91C20")


def test_names_of_word_stay_bound_where_only_an_attribute_names_them():
    """mc:Ignorable names prefixes as text: a file whose prefix is gone is called damaged by Word."""
    with zipfile.ZipFile(BytesIO(fill(docx(), kind="docx"))) as package:
        data = package.read("word/document.xml").decode()
    assert 'mc:Ignorable="w14"' in data
    assert 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"' in data
    assert len(re.findall(r'w14:paraId="([^"]+)"', data)) >= 4


# -- opened by LibreOffice ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Path:
    found = find_office()
    assert found is not None
    return found


@both
def test_libreoffice_prints_the_filled_form_as_pdf_a_with_its_layout_kept(kind, office, tmp_path):
    """Twenty-eight rows on two pages: headings repeated, the code on each, stamps in one piece, a clean Kai font."""
    printed = as_pdf(fill(KINDS[kind](), "forty_rows", kind), kind, office)
    assert printed is not None
    assert b"<pdfaid:part>2</pdfaid:part>" in printed
    path = tmp_path / "form.pdf"
    path.write_bytes(printed)
    raw = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True).stdout
    pages = [squeezed(each) for each in raw.split("\f")[:-1]]
    assert len(pages) == 2
    assert all("No.課程" in each and "7F3A-91C2" in each for each in pages)
    assert sum("合計28門" in each or "附件：平臺學習紀錄3頁" in each for each in pages) == 1
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    assert "Kai" in fonts
    assert "Type 3" not in fonts
    assert "Bold" not in fonts


def test_a_file_as_a_real_word_processor_writes_it_is_filled(office, tmp_path):
    """Our form saved as .docx and as .odt by LibreOffice, with all that it adds."""
    (tmp_path / "form.odt").write_bytes(odt())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for ending in ("docx", "odt"):
        to = tmp_path / ending
        command = [
            office,
            profile,
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            to,
            tmp_path / "form.odt",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=100)
        form = read_form(to / f"form.{ending}")
        assert form.ok, (form.unknown, form.problems)
        done = filled(OwnForm("form", form), CASES["long"]())
        text = "".join(text_of(done, part) for part in form.filled)
        assert "堃喆峯𠮷・KalitangTjaravuljane" in text
        assert "認識日常生活中的「隱微」歧視" in text
        assert "{{" not in text


def test_what_libreoffice_cannot_open_is_no_paper(office):
    assert as_pdf(b"", "docx", Path("/nonexistent/soffice")) is None


# -- which form a home uses --------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path):
    found = open_home(tmp_path / "王 小明的資料夾")
    (found.path / "forms").mkdir()
    return found


def test_the_form_of_a_home(home):
    """None, the only one, the plan's own of several; several without one named for the plan are a question."""
    forms = home.path / "forms"
    assert own_form(home, None, PLAN.key) is None
    (forms / "~$x.docx").write_bytes(b"")
    (forms / "說明.txt").write_text("x")
    (forms / "一.odt").write_bytes(odt())
    assert own_form(home, None, PLAN.key).name == "一.odt"
    (forms / "二.docx").write_bytes(docx())
    with pytest.raises(ConfigError, match=r"一\.odt、二\.docx"):
        own_form(home, None, PLAN.key)
    (forms / f"{PLAN.key}.docx").write_bytes(docx())
    assert own_form(home, None, PLAN.key).name == f"{PLAN.key}.docx"


def test_a_form_that_cannot_be_filled_stops_the_claim_with_its_reason(home):
    (home.path / "forms" / "一.odt").write_bytes(odt(samples._p("{{姓明}}")))
    with pytest.raises(ConfigError, match=r"表單「一.odt」無法填寫：不認得的欄位 \{\{姓明\}\}"):
        own_form(home, None, PLAN.key)


def test_the_form_that_the_agencys_file_names_goes_first_and_must_be_there(home):
    agency = AgencyFile("人事室", ON, form_template="本所.odt")
    (home.path / "forms" / "一.odt").write_bytes(odt())
    with pytest.raises(ConfigError, match=r"「本所.odt」不在這台電腦"):
        own_form(home, agency, PLAN.key)
    (home.path / "forms" / "agency").mkdir()
    (home.path / "forms" / "agency" / "本所.odt").write_bytes(odt())
    assert own_form(home, agency, PLAN.key).name == "本所.odt"


def test_the_agencys_form_comes_with_its_file_and_goes_with_it(run_elearn, elearn_home, tmp_path):
    """It must lie beside the file and be usable: better told at the import than at the claim."""
    (tmp_path / "設定.toml").write_text(
        'name = "人事室"\nissued_on = "112/6/1"\nform_template = "本所.odt"\n', "utf-8"
    )
    missing = run_elearn("agency", "import", tmp_path / "設定.toml")
    assert (missing.code, "找不到表單" in missing.stderr) == (2, True)
    (tmp_path / "本所.odt").write_bytes(odt(samples._p("{{姓明}}")))
    assert run_elearn("agency", "import", tmp_path / "設定.toml").code == 2
    assert not (elearn_home / "agency.json").exists()
    (tmp_path / "本所.odt").write_bytes(odt())
    assert run_elearn("agency", "import", tmp_path / "設定.toml").code == 0
    kept = elearn_home / "forms" / "agency" / "本所.odt"
    assert kept.read_bytes() == odt()
    assert run_elearn("agency", "clear").code == 0
    assert not kept.exists()


@both
def test_a_claim_is_made_with_the_agencys_form(kind, tmp_path):
    with bench(tmp_path / "h", sure()) as it:
        (it.home.path / "forms").mkdir()
        (it.home.path / "forms" / f"本所.{kind}").write_bytes(KINDS[kind]())
        made = it.claim()
    files = {each.kind: each for each in made.files}
    assert made.is_form_printed
    assert f"form_{kind}" in files
    assert files[f"form_{kind}"].path == f"1-補休申請表.{kind}"
    printed = squeezed("".join(each.extract_text() for each in PdfReader(BytesIO(files["form"].data)).pages))
    assert f"核對碼{made.claim.check_code}" in printed
    assert len(PdfReader(BytesIO(files["print_all"].data)).pages) == 3
    checked = verify(Path(made.claim.folder))
    assert checked.problems == ()
    # The hours of such a form are not compared: nobody may be told that they agree.
    assert "與申請表一致" not in verification_text(checked)
    assert "時數請自行對照" in verification_text(checked)


def test_without_libreoffice_the_filled_form_is_there_and_ours_is_printed_beside_it(tmp_path, monkeypatch):
    """This machine has one, so that its absence is said by the one who looks for it."""
    monkeypatch.setattr(papers, "find_office", lambda: None)
    with bench(tmp_path / "h", sure()) as it:
        (it.home.path / "forms").mkdir()
        (it.home.path / "forms" / "本所.odt").write_bytes(odt())
        made = it.claim()
    assert not made.is_form_printed
    files = {each.kind: each for each in made.files}
    assert files["form"].path == "1-補休申請表（程式版面）.pdf"
    assert "王小明" in text_of(files["form_odt"].data)
    assert len(PdfReader(BytesIO(files["print_all"].data)).pages) == 2
    assert verify(Path(made.claim.folder)).problems == ()


def test_form_check_by_command(run_elearn, tmp_path):
    """0 with its fields, 2 with what is wrong, one JSON document."""
    (tmp_path / "好.odt").write_bytes(odt())
    (tmp_path / "壞.odt").write_bytes(odt(samples._p("{{姓明}}")))
    good = run_elearn("form", "check", tmp_path / "好.odt", "--json")
    assert (good.code, good.json()["ok"], good.json()["repeats"]) == (0, True, ["課程", "待認定"])
    bad = run_elearn("form", "check", tmp_path / "壞.odt")
    assert bad.code == 2
    assert "不認得 {{姓明}}，是不是" in bad.stdout
    assert "沒有用到：服務單位、職稱、姓名" in bad.stdout
    listed = run_elearn("form", "fields", "--json").json()
    assert {"姓名", "核對碼"} <= {each["name"] for each in listed["fields"]}
