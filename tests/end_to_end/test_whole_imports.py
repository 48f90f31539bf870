"""Pages saved by hand and exported records through the same pipeline as a run."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from whole_runs import PLAN, in_thread, tables

from agent.home import open_home
from agent.importing import import_files
from agent.judging import judge_stored
from agent.roc import parse_date
from agent.settings.config import read_settings
from agent.store import Store
from agent.verdict_json import verdict_json
from rules import bundled
from rules.errors import ElearnError
from rules.record import Origin
from scrapers.installed import find_browser

ADDRESS = "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"


@pytest.fixture(scope="module")
def pages(job) -> list[Path]:
    """The pages that the main job's run kept, of several years and several pages a year."""
    found = sorted((job.elearn.home / "runs").rglob("*.html"))
    assert len({page.name.split("-")[0] for page in found}) > 2
    assert any(page.name.endswith("-3.html") for page in found)
    return found


@pytest.fixture(scope="module")
def single_files(job, pages, tmp_path_factory) -> list[Path]:
    """The same pages saved by Chromium as 「網頁，單一檔案」 at the portal's address."""
    folder = tmp_path_factory.mktemp("saved")

    def save():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
            page = browser.new_page()
            session = page.context.new_cdp_session(page)
            for each in pages:
                page.route("**/*", partial(_answered, html=each.read_text("utf-8")))
                page.goto(f"{ADDRESS}?ticket=secret")
                data = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
                (folder / f"{each.stem}.mhtml").write_bytes(data.encode())
                page.unroute("**/*")
            browser.close()

    in_thread(save)
    return sorted(folder.glob("*.mhtml"))


def _answered(route, *, html):
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.fixture
def imported(traces, job):
    """`imported(*files)`: these files as one read into a fresh home with the main job's settings; gives home and store."""
    opened = []

    def go(*files, into=None):
        home = into[0] if into else open_home(traces.folder / f"import {len(list(traces.folder.iterdir()))}")
        shutil.copy(job.elearn.home / "config.toml", home.config)
        store = into[1] if into else Store.open(home.database)
        opened.append(store)
        store.bind_mode("replica")
        return (home, store), import_files(store, home, list(files))

    yield go
    for store in opened:
        store.close()


def _verdict(home, store):
    on = parse_date(PLAN[3])
    return verdict_json(judge_stored(store, read_settings(home.config), bundled.plan(PLAN[1]), on))


def _same_as(job, home, store):
    """The home of an import against what the main job found."""
    assert _verdict(home, store) == job["check"].json()
    assert {each.origin for each in store.records()} == {Origin.SAVED_PAGE}
    exported = json.loads((job.folder / "records.json").read_text("utf-8"))
    assert [each.title for each in store.records()] == [each["title"] for each in exported["records"]]


def test_kept_html_pages_give_the_same_verdict(job, pages, imported):
    """Several years and pages in one call, in any order, one of them twice: the same records and the same verdict."""
    (home, store), report = imported(*reversed(pages), pages[0])
    assert set(report.years) == set(job["sync"].json()["run"]["years"])
    _same_as(job, home, store)


def test_single_files_saved_by_chromium_give_the_same_verdict(job, single_files, imported):
    """Pages saved by Chromium as .mhtml: the same records and verdict; the ticket in their address is not kept."""
    (home, store), _ = imported(*single_files)
    _same_as(job, home, store)
    assert {page.url for page in store.known_pages().values()} == {ADDRESS}
    assert "ticket=secret" not in repr(tables(home.database))


def test_imported_twice_changes_nothing(pages, imported):
    """The same pages again bring nothing new."""
    into, _ = imported(*pages)
    _, report = imported(*pages, into=into)
    assert (report.new, report.changed) == (0, 0)


def _changed(page: Path, folder: Path, old: str, new: str) -> Path:
    made = folder / page.name
    text = page.read_text("utf-8")
    assert old in text
    made.write_text(text.replace(old, new), encoding="utf-8")
    return made


BAD = [
    ("a page is missing in the middle", 14, "缺第 2 頁"),
    ("the last page is missing", 14, "缺第 3 頁"),
    ("two persons in one call", 20, "同一個人"),
    ("a heading renamed", 13, "認證時數"),
    ("not the record page", 13, "表格"),
    ("an empty page", 2, "空.html"),
    ("a picture named mhtml", 2, "圖.mhtml"),
    ("an unknown kind", 2, "筆記.txt"),
    ("a file that is not there", 2, "沒有.html"),
    ("a folder", 2, "夾.html"),
    ("other json", 2, "別的.json"),
    ("broken json", 2, "壞的.json"),
    ("json that is no text", 2, "亂.json"),
]


@pytest.mark.parametrize(
    ("name", "code", "said"), BAD, ids=lambda each: each if isinstance(each, str) else ""
)
def test_what_cannot_be_imported(pages, imported, tmp_path, name, code, said):
    """Missing pages, another person's page, a changed page, garbage: the code, a sentence that names it, nothing saved."""
    files = _bad(name, {page.name: page for page in pages}, tmp_path)
    (home, store), _ = imported(*[page for page in pages if page.name.startswith("2024")])
    before = tables(home.database, "run", "meta")
    with pytest.raises(ElearnError) as caught:
        imported(*files, into=(home, store))
    assert caught.value.code == code, caught.value.message
    assert said in caught.value.message
    assert tables(home.database, "run", "meta") == before
    assert store.runs(1)[0].exit_code == code


def _bad(name, pages, folder):
    match name:
        case "a page is missing in the middle":
            return [pages["2023-1.html"], pages["2023-3.html"]]
        case "the last page is missing":
            return [pages["2023-1.html"], pages["2023-2.html"]]
        case "two persons in one call":
            return [
                pages["2022-1.html"],
                _changed(pages["2021-1.html"], folder, "TEST-000001", "TEST-000009"),
            ]
        case "a heading renamed":
            return [_changed(pages["2021-1.html"], folder, "認證時數", "核發時數")]
    made, data = {
        "not the record page": ("首頁.html", b"<html><body><p>hello</p></body></html>"),
        "an empty page": ("空.html", b""),
        "a picture named mhtml": ("圖.mhtml", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        "an unknown kind": ("筆記.txt", b"hello"),
        "a file that is not there": ("沒有.html", None),
        "a folder": ("夾.html", None),
        "other json": ("別的.json", b'{"schema": "other/1", "records": []}'),
        "broken json": ("壞的.json", b'{"schema": '),
        "json that is no text": ("亂.json", b"\xff\xfe\xff\xfe\x80"),
    }[name]
    if data is not None:
        (folder / made).write_bytes(data)
    elif name == "a folder":
        (folder / made).mkdir()
    return [folder / made]


def test_another_persons_page_is_refused(pages, imported, tmp_path):
    """A home that knows its person refuses another person's saved page (20) and keeps what it has."""
    (home, store), _ = imported(*pages)
    before = tables(home.database, "run")
    with pytest.raises(ElearnError) as caught:
        imported(_changed(pages[0], tmp_path, "TEST-000001", "TEST-000009"), into=(home, store))
    assert (caught.value.code, caught.value.kind) == (20, "other_person")
    assert "TEST-0000" not in caught.value.message
    assert tables(home.database, "run") == before


def test_a_records_file_never_shrinks(job, pages, imported):
    """An exported file beside the pages adds history: after it every page still stands under the records."""
    (home, store), first = imported(*pages)
    on = len(store.pages_for(store.records()))
    assert on > 0
    _, second = imported(job.folder / "records.json", into=(home, store))
    assert (second.records, second.new, second.changed) == (first.records, 0, 0)
    assert len(store.pages_for(store.records())) == on


def test_pages_after_a_records_file_are_a_record_page(job, pages, imported):
    """Records known from a file first and then seen on pages are as good as any: the claim finds their pages."""
    (home, store), _ = imported(job.folder / "records.json")
    assert store.pages_for(store.records()) == []
    imported(*pages, into=(home, store))
    assert len(store.pages_for(store.records())) == len(pages)
    assert {each.origin for each in store.records()} == {Origin.SAVED_PAGE}


@pytest.mark.parametrize("kind", ["json", "pages"])
def test_a_claim_on_what_was_imported(job, pages, elearn, kind):
    """A claim on a records file says 「資料來源：匯入檔案」 and has no record page; on saved pages it has their print."""
    run = elearn(job.replica)
    run.configure()
    files = [job.folder / "records.json"] if kind == "json" else pages
    assert run("import", *files, "--json").code == 0
    done = run("claim", *PLAN, "--offline", "--json")
    assert done.code == 0, done.stderr
    claim = done.json()["claim"]
    assert claim["hours"] == job["claim"].json()["claim"]["hours"]
    kinds = [each["kind"] for each in claim["files"]]
    assert kinds.count("record_page") == (0 if kind == "json" else 1)
    assert ("html" in kinds) == (kind == "pages")
    form = next(each["path"] for each in claim["files"] if each["kind"] == "form")
    said = "".join(page.extract_text() for page in PdfReader(Path(claim["folder"]) / form).pages)
    said = "".join(said.split())
    assert ("資料來源：匯入檔案" in said) == (kind == "json")
    assert "測試" in said  # this home belongs to a replica
    assert run("verify", claim["folder"], "--json").json()["problems"] == []
