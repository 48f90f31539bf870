"""A claim on a row that the portal no longer shows: the page it stood on last goes with it, and every paper says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from claim_samples import ON, PLAN, Bench, bench, blank_paper, doubtful, sure, whole_set
from test_verify import read, signed, write

from agent import clock
from agent.claims.claiming import Prepared, Request, prepare
from agent.claims.verifying import verify
from agent.roc import roc_short
from agent.store import Shrink
from rules.record import LearningRecord
from rules.verdict import ReasonCode

ROWS = [
    *sure(),
    *whole_set("vision", doubtful()[-1].end.replace(day=12, month=2, hour=8, minute=0, second=0), 21),
]
GONE = ROWS[-1]


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

    def printer(html: str) -> bytes:
        printed.append(html)
        return blank_paper(html)

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
    assert f"附件 第 2／2 頁　{today} 讀取（{today} 起平臺不再顯示其中的紀錄）　申請人存檔的網頁" in stamps
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
