"""No fixture holds a person: each kind of thing is refused where it stands, and a real page becomes a fixture without one."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fixture_tools.making import INSPECT, make_fixture, sanitise
from fixture_tools.personal import find, invented_names, is_like_a_name
from fixtures_html import Case

from agent.home import open_home
from agent.upkeep.evidence_files import Failure, keep_evidence
from rules.errors import ConfigError
from scrapers.errors import PageChanged
from scrapers.evidence import Evidence, strip
from scrapers.guard import Guard
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.snapshot import Snapshot

ROOT = Path(__file__).parents[1]
# Put together from pieces: nothing that this test refuses stands whole in a file of the project.
CITIZEN, RESIDENT, OLD = "A" + "123456789", "A" + "800000014", "AC" + "01234567"
SOMEBODY = "林" + "志明"
SECRET = "k3jq" + "8f0z1v6t2m9x"
INVENTED = frozenset({"測試員"})


def kinds(name: str, text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [each.kind for each in find(name, data, INVENTED)]


@pytest.mark.parametrize("number", [CITIZEN, RESIDENT, OLD, CITIZEN.lower()])
@pytest.mark.parametrize("name", ["a.html", "a.json", "a.toml", "a.csv", "a.py", "a.md"])
def test_a_valid_id_number_is_refused_in_any_text(name: str, number: str):
    """Old and new resident numbers as well; with one digit off it is nobody's."""
    assert kinds(name, f"<p>\n編號：{number}</p>") == ["id number"]
    assert kinds(name, f"編號：{number[:-1]}{(int(number[-1]) + 1) % 10}") == []
    assert [each.line for each in find(name, f"\n\n{number}".encode(), INVENTED)] == [3]
    assert number not in str(find(name, number.encode(), INVENTED))


def test_full_width_digits_and_old_encodings_hide_no_number():
    wide = "".join(chr(ord(each) + 0xFEE0) for each in CITIZEN)
    assert kinds("a.html", f"<td>{wide}</td>") == ["id number"]
    assert kinds("a.html", f"<meta charset=big5><p>編號{CITIZEN}</p>".encode("big5")) == ["id number"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"Set-Cookie: anything={SECRET}; path=/"),
        ("a.html", f"<script>document.cookie = 'k={SECRET}'</script>"),
        ("a.json", json.dumps({"cookies": [{"name": "x", "value": "y"}]})),
        ("a.html", f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{SECRET}">'),
        ("a.html", f'<a href="/sso_verify.php?ticket={SECRET}">x</a>'),
        ("a.toml", f'PHPSESSID = "{SECRET}"'),
        ("a.py", f'COOKIE = {{"Cookie": "k={SECRET}"}}'),
        ("a.py", f'ticket = "{SECRET}"'),
    ],
)
def test_a_cookie_or_session_value_is_refused(name: str, text: str):
    assert kinds(name, text) == ["cookie"]
    assert SECRET not in str(find(name, text.encode(), INVENTED))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<a href="/x?ticket=invented-0001">x</a>'),
        ("a.html", '<input name="__VIEWSTATE" value="">'),
        ("a.py", 'ticket = request.query["ticket"]'),
        ("a.py", 'COOKIE = "PHPSESSID"'),
        ("a.txt", "Cookie 是什麼？"),
    ],
)
def test_what_says_it_is_invented_or_is_only_a_name_of_one_is_let_pass(name: str, text: str):
    assert kinds(name, text) == []


@pytest.mark.parametrize("name", ["a.har", "trace.webm", "run.trace"])
def test_a_recording_is_refused_unseen(name: str):
    assert kinds(name, b"") == ["recording"]


NAMED = {
    "element.html": '<span class="co-realname"> {name} </span>',
    "label.html": "<p>姓名：<b>{name}</b></p>",
    "applicant.txt": "申請人: {name}",
    "beside.html": "<table><tr><td>真實姓名</td><td>{name}</td></tr></table>",
    "column.html": "<table><tr><th>單位</th><th>姓名</th><th>時數</th></tr><tr><td>課</td><td>{name}</td><td>1</td></tr></table>",
    "leave.csv": "單位,姓名,假別\n某課,{name},休假\n",
    "greeting.html": "<a>{name} 您好</a>",
    "polite.html": "<p>{name}先生</p>",
    "config.toml": '[person]\nname = "{name}"\n',
    "expected.json": '{"owner": {"name": "{name}"}}',
    "test_x.py": 'Person("{name}", "某課")',
    "test_y.py": 'State(name="{name}")',
}


@pytest.mark.parametrize("file", NAMED)
def test_a_name_that_nobody_invented_is_refused(file: str):
    """Wherever the rules of `personal` look; an invented one, or one that shows it is none, is let pass."""
    assert set(kinds(file, NAMED[file].replace("{name}", SOMEBODY))) == {"name"}
    assert kinds(file, NAMED[file].replace("{name}", "測試員")) == []
    assert kinds(file, NAMED[file].replace("{name}", "林○○")) == []


@pytest.mark.parametrize(
    "text",
    [
        'name = "機關"',
        'name = "高雄市○○區公所人事室"',
        '"name": "the manual\'s own"',
        "各位先生女士您好",
        "姓名：（自填）",
    ],
)
def test_what_is_no_name_is_let_pass(text: str):
    assert kinds("a.toml", text) == []


@pytest.mark.parametrize("blind", ["running.txt", "latin.toml", "rare.toml"])
def test_what_the_look_cannot_find_is_as_stated(blind: str):
    """Running text, Latin letters, a rare surname in a setting: known limits, so that nobody trusts it with them."""
    text = {
        "running.txt": f"昨天{SOMEBODY}來過",
        "latin.toml": 'name = "Lin"',
        "rare.toml": 'name = "仝志明"',
    }[blind]
    assert kinds(blind, text) == []


def test_surnames_decide_what_may_be_a_name():
    assert [
        each
        for each in ("林志明", "歐陽明", "張簡大同", "陳明", "機關", "年度", "申請表名稱")
        if is_like_a_name(each)
    ] == [
        "林志明",
        "歐陽明",
        "張簡大同",
        "陳明",
    ]


def test_files_inside_of_files_are_looked_into(tmp_path: Path):
    """A zip, a document, a page in a single-file save."""
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("content.xml", f"<text>{CITIZEN}</text>")
    assert kinds("a.odt", (tmp_path / "a.odt").read_bytes()) == ["id number"]
    body = base64.encodebytes(
        f"<html><body><i class='co-realname'>{SOMEBODY}</i></body></html>".encode()
    ).decode()
    saved = f"Content-Type: multipart/related; boundary=e\n\n--e\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n{body}\n--e--\n"
    assert kinds("a.mhtml", saved) == ["name"]


def test_no_tracked_file_holds_anything_of_it():
    """What `make check` runs; by command, so that its exit code is seen too."""
    done = subprocess.run(
        [sys.executable, "-m", "fixture_tools", "check"],
        cwd=ROOT / "tests", capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "fixture_tools check" in (ROOT / "Makefile").read_text("utf-8")


def test_the_check_fails_by_its_exit_code(tmp_path: Path):
    (tmp_path / "page.html").write_text(f"<p>{CITIZEN}</p>", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "fixture_tools", "check", tmp_path / "page.html"],
        cwd=ROOT / "tests", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "page.html:1: id number: A*********" in done.stderr
    assert CITIZEN not in done.stderr


# -- making one --------------------------------------------------------------------------------------------------------

KNOWN = ROOT / "tests" / "fixtures_html" / "elearn" / "records_2023_with_phone_copy"


def real_page() -> str:
    """A known page as somebody might save it: another person's, with what a browser and a portal leave in one."""
    html = (KNOWN / "page.html").read_text("utf-8")
    extras = f"""<!-- saved for {SOMEBODY} --><meta name="csrf-token" content="{SECRET}">
      <script>var ticket = "{SECRET}";</script><input type="hidden" name="token" value="{SECRET}">
      <a href="/mooc/user/profile.php?id={SECRET}#x">{SOMEBODY} 您好</a><p>身分證：{CITIZEN}、{OLD}，{RESIDENT}</p>
      <p>someone@agency.example，0912-345-678</p><div data-user="{SOMEBODY}">{SOMEBODY}</div></body>"""
    return html.replace("測試員", SOMEBODY).replace("invented-0001", "9f8e7d6c").replace("</body>", extras)


def test_a_saved_page_becomes_a_fixture_without_its_person(tmp_path: Path):
    """The rows are understood as before, the draft says so, and nothing of whose it was is left."""
    (tmp_path / "mine.html").write_text(real_page(), "utf-8")
    folder = make_fixture(tmp_path / "mine.html", tmp_path / "elearn" / "records_new")
    text = (folder / "page.html").read_text("utf-8")
    for gone in (
        SOMEBODY,
        SECRET,
        CITIZEN,
        OLD,
        RESIDENT,
        "9f8e7d6c",
        "someone@",
        "345-678",
        "<script",
        "csrf",
    ):
        assert gone not in text
    assert find("page.html", text.encode(), invented_names()) == []
    drafted = json.loads((folder / "expected.json").read_text("utf-8"))
    known = json.loads((KNOWN / "expected.json").read_text("utf-8"))
    for key in (
        "records",
        "unread",
        "stated_total",
        "span",
        "years",
        "selected_year",
        "says_empty",
        "standing",
    ):
        assert drafted[key] == known[key], key
    assert drafted["owner"] == {"name": "測試員", "platform_id": "TEST-000001"}
    assert LearningRecordPage(Case(folder).snapshot()).rows()[0]
    with pytest.raises(ConfigError, match="已經存在"):
        make_fixture(tmp_path / "mine.html", folder)


def test_evidence_of_a_failed_run_becomes_a_fixture_that_names_its_error(tmp_path: Path):
    """The folder that a run left: its address is in the report, its headings in the markup."""
    html = (KNOWN.parent / "records_heading_renamed" / "page.html").read_text("utf-8")
    place = "elearn.hrd.gov.tw/mooc/user/learn_stat.php"
    failed = Failure(PageChanged("找不到「認證時數」欄。"), "讀取學習紀錄", Guard(frozenset()))
    evidence = keep_evidence(open_home(tmp_path / "家"), 1, failed, [Evidence(place, strip(html), None)])
    folder = make_fixture(evidence, tmp_path / "elearn" / "records_renamed")
    drafted = json.loads((folder / "expected.json").read_text("utf-8"))
    assert drafted["url"] == f"https://{place}"
    assert drafted["error"]["kind"] == "page_changed"
    assert {"認證時數", "核發時數"} <= set(drafted["error"]["message_contains"])


def test_a_gateways_page_is_drafted_with_its_outcome(tmp_path: Path):
    page = tmp_path / "gateway.html"
    page.write_text("<html><body><p>系統維護中</p></body></html>", "utf-8")
    folder = make_fixture(page, tmp_path / "ecpa" / "maintenance_new")
    assert json.loads((folder / "expected.json").read_text("utf-8"))["outcome"] == "MAINTENANCE"


def test_a_clean_page_stays_as_it_is_understood():
    """Cleaning twice changes nothing more."""
    once = sanitise(real_page())
    assert sanitise(once) == once
    assert Snapshot(once).text


def test_whoever_makes_one_is_told_to_look_for_himself():
    assert "請自行逐行看過" in INSPECT
