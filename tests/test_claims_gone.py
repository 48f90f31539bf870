"""A claim on a row that the portal no longer shows: the page it stood on last goes with it, and every paper says so."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from claim_samples import ON, PLAN, Bench, bench, doubtful, page_of, plain_paper, sure, whole_set
from pypdf import PdfReader
from verify_samples import read, signed, write

from agent import clock
from agent.claims.claiming import Prepared, Request, prepare
from agent.claims.record_print import record_print, stamps
from agent.claims.verifying import verify
from agent.documents.bind import page_count
from agent.documents.stamp import stamped
from agent.roc import roc_short
from agent.store import KeptPage, Shrink
from rules.record import LearningRecord, Origin
from rules.verdict import ReasonCode
from scrapers.browser import PaperPrinter
from scrapers.installed import find_browser

ROWS = [
    *sure(),
    *whole_set("vision", doubtful()[-1].end.replace(day=12, month=2, hour=8, minute=0, second=0), 21),
]
GONE = ROWS[-1]
ADDRESS = "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"


@dataclass
class Made:
    claim: Prepared
    printed: list[str]
    folder: Path
    last_shown: LearningRecord

    def paper(self, word: str) -> str:
        return next(each for each in self.printed if word in each)


def lose(it: Bench, row: LearningRecord, rest: list[LearningRecord]) -> None:
    """The portal shows the rest alone; a person says that the row is gone; the page is read once more."""
    with pytest.raises(Shrink):
        it.read(rest)
    shown = it.store.pending_losses()
    assert [each.record for each in shown] == [row]
    assert it.store.accept_losses(shown, clock.now()) == 1
    it.read(rest)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    """Two sets, the last row of one gone since, and that set claimed by choice. Another row of the old page changed too."""
    printed: list[str] = []

    def printer(html: str, margins: tuple[str, str] | None = None) -> bytes:
        printed.append(html)
        return plain_paper(html)

    with bench(tmp_path_factory.mktemp("home") / "h", ROWS) as it:
        lose(it, GONE, [replace(ROWS[0], exam="95"), *ROWS[1:-1]])
        verdict = it.verdict()
        assert it.claim().claim.sets == ("policy",)  # never by itself
        request = Request(PLAN, verdict, ON, include_review=("vision",))
        claim = prepare(it.store, it.home, it.settings, request, printer)
        folder = Path(shutil.copytree(claim.claim.folder, tmp_path_factory.mktemp("claim") / "f"))
    return Made(claim, printed, folder, GONE)


@pytest.fixture
def spoiled(made, tmp_path) -> Path:
    return Path(shutil.copytree(made.folder, tmp_path / "f"))


def test_the_older_page_goes_with_the_claim_and_the_claim_holds_together(made):
    kinds = {each.path: each.kind for each in made.claim.files if each.path.startswith("pages/")}
    assert sorted(kinds.values()) == ["html", "older_html"]
    older = next(path for path, kind in kinds.items() if kind == "older_html")
    assert GONE.title in (made.folder / older).read_text("utf-8")
    assert GONE.title not in (made.folder / "pages" / "page-1.html").read_text("utf-8")
    found = verify(made.folder)
    assert found.problems == ()
    assert (found.hours, found.review_hours) == ("8", "4")
    assert len(found.pages) == 2


def test_every_paper_says_what_the_older_page_is(made):
    """The form counts it among the attachments and puts the question, the page itself bears both days, the sheet adds up."""
    today = roc_short(clock.now().date())
    form = made.paper("公餘時間完成數位學習補休申請表</h1>")
    assert "平臺學習紀錄 2 頁（末 1 頁為先前讀取，平臺現已不再顯示）" in form
    assert "不再顯示這筆紀錄" in form
    assert "含待認定 4 小時" in form
    stamps = made.paper("附件 第 1／2 頁")
    assert f"附件 第 2／2 頁\n{today} 讀取（{today} 起平臺不再顯示其中的紀錄）　申請人存檔的網頁" in stamps
    assert stamps.count("不再顯示其中") == 1
    sheet = made.paper("逐筆檢核表</span>")
    assert f"已讀 {len(ROWS)} 筆＝平臺顯示 {len(ROWS) - 1} 筆＋平臺不再顯示 1 筆" in sheet


def without_the_page(folder: Path) -> str:
    next(each for each in (folder / "pages").iterdir() if each.name != "page-1.html").unlink()

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"] = [each for each in manifest["files"] if each["kind"] != "older_html"]

    signed(folder, change)
    return f"申請所依據的紀錄不在存檔的網頁上：{GONE.title}"


def the_row_said_to_stand_still(folder: Path) -> str:
    """Without the mark the row is not for review; then an older page is no page for it."""
    path = folder / "records.json"
    records = read(path)
    for each in records["records"]:
        each.pop("gone_since", None)
    write(path, records)
    signed(folder)
    return f"申請所依據的紀錄不在存檔的網頁上：{GONE.title}"


def a_standing_page_called_older(folder: Path) -> str:
    """So that its rows need not agree with the records: then it shows none of them."""
    signed(
        folder,
        lambda manifest: [
            each.update(kind="older_html") for each in manifest["files"] if each["kind"] == "html"
        ],
    )
    return "申請所依據的紀錄不在存檔的網頁上"


def an_older_page_of_somebody_else(folder: Path) -> str:
    path = next(each for each in (folder / "pages").iterdir() if each.name != "page-1.html")
    path.write_text(path.read_text("utf-8").replace("TEST-000001", "TEST-000002"), "utf-8")
    signed(folder)
    return "存檔的網頁分屬不同的人"


@pytest.mark.parametrize(
    "spoil",
    [
        without_the_page,
        the_row_said_to_stand_still,
        a_standing_page_called_older,
        an_older_page_of_somebody_else,
    ],
    ids=lambda each: each.__name__,
)
def test_an_older_page_is_no_way_around(spoiled, spoil: Callable[[Path], str]):
    said = spoil(spoiled)
    problems = verify(spoiled).problems
    assert any(said in each for each in problems), problems


def test_a_row_accepted_but_still_on_the_newest_page_needs_no_older_one(tmp_path):
    """Between a person's word and the next read the page that stands is the one that shows it."""
    with bench(tmp_path / "h", ROWS) as it:
        with pytest.raises(Shrink):
            it.read(ROWS[:-1])
        it.store.accept_losses(it.store.pending_losses(), clock.now())
        assert ReasonCode.GONE_FROM_PORTAL in {
            reason.code for each in it.verdict().rows for reason in each.reasons
        }
        claim = it.claim("vision")
        assert [each.kind for each in claim.files if each.path.startswith("pages/")] == ["html"]
        assert verify(Path(claim.claim.folder)).ok


def test_a_row_that_returned_stands_on_the_newest_page_again(tmp_path):
    with bench(tmp_path / "h", ROWS) as it:
        lose(it, GONE, ROWS[:-1])
        it.read(ROWS)
        claim = it.claim()
        assert claim.claim.sets == ("policy", "vision")
        assert [each.kind for each in claim.files if each.path.startswith("pages/")] == ["html"]
        assert "gone_since" not in json.dumps(read(Path(claim.claim.folder) / "records.json"))


def test_a_page_saved_by_hand_is_printed_as_the_browser_prints_the_portals(tmp_path):
    """A4 landscape with margins for its day, its address and the 核對碼: nothing of the table lies beneath those."""
    rows = [replace(each, number=str(at)) for at, each in enumerate(ROWS * 2, 1)]
    html = page_of(rows)
    with bench(tmp_path / "h") as it:
        (it.home.path / "page.html").write_text(html, "utf-8")
        at = datetime(2023, 7, 4, 23, 42, 10, tzinfo=UTC)
        page = KeptPage(1, None, 1, ADDRESS, at, Origin.SAVED_PAGE, "", "page.html", None)

        def printed() -> bytes:
            with PaperPrinter(find_browser()) as printer:
                plain = record_print(page, it.home, printer, test=True)
                lines = stamps([page] * page_count(plain), it.home, "7F3A-91C2", test=True)
                return stamped(plain, lines, printer)

        with ThreadPoolExecutor(1) as thread:  # Playwright's own loop must not be this thread's
            made = thread.submit(printed).result()
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) > 2
    for each in pages:  # A4 lying, as Chrome rounds it
        assert float(each.mediabox.width) == pytest.approx(842, abs=1.5)
        assert float(each.mediabox.height) == pytest.approx(595, abs=1.5)
    for at, each in enumerate(pages, 1):
        text = "".join(each.extract_text().split())
        assert "112/7/5（三）07:42:10存檔" in text
        assert ADDRESS in text
        assert f"網頁姓名王小明核對碼7F3A-91C2附件第{at}／{len(pages)}頁測試申請人存檔的網頁" in text
    path = tmp_path / "made.pdf"
    path.write_bytes(made)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    table = [
        float(end) for end, word in re.findall(r'yMax="([\d.]+)">([^<]*)</word>', boxes) if word == "01:00:00"
    ]
    assert len(table) == len(rows)
    assert max(table) < 595 - 14 / 25.4 * 72
