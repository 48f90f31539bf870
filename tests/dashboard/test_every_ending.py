"""Every exit code of the contract, reached on the page by its one button, in a real run against the replica (endings.toml)."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from fault_runs import BEFORE, NOW, rows, shown
from page_cases import PASSWORD, SECOND, come_in, main_button, state
from playwright.sync_api import Page, expect

from agent.access.shared_book import SharedBook
from agent.errors import NoCredential
from agent.store import Store
from scrapers.replica import DEMO_ACCOUNT

ENDINGS = tomllib.loads(Path(__file__).with_name("endings.toml").read_text("utf-8"))["ending"]
FAULTS = {(each.where, each.key): each for each in rows()}
CODES = [1, 2, 3, *range(10, 21)]  # of the contract, besides 0


@pytest.fixture(scope="module")
def known(lasting_site, portal, tmp_path_factory) -> Path:
    """What a home holds that has read four records, once, by the page's own button."""
    site = lasting_site
    portal.state = state(BEFORE)
    site.configure()
    site.put_credential()
    assert site.post("/run/update").status == 303
    site.served.desk.worker._thread.join(60)
    assert site.served.desk.worker.progress.ended.code == 0
    folder = tmp_path_factory.mktemp("known")
    shutil.copytree(site.home.path, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dashboard"))
    return folder


@pytest.fixture
def site(lasting_site, known, monkeypatch) -> Any:
    """The page, its home as it was after that one read."""
    found, desk = lasting_site, lasting_site.served.desk
    empty(found)
    shutil.copytree(known, found.home.path, dirs_exist_ok=True)
    shutil.rmtree(found.home.path.parent / "state", ignore_errors=True)
    desk.draft.clear()
    found.keyring.kept.clear()
    found.put_credential()
    desk.worker.forget()
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.fixture(scope="module")
def seat(browser, lasting_site) -> Iterator[Page]:
    """One tab for the module, let in once."""
    context = browser.new_context(locale="zh-TW")
    page = context.new_page()
    come_in(page, lasting_site)
    yield page
    context.close()


def empty(site) -> None:
    for each in site.home.path.iterdir():
        if each.name != "dashboard":
            shutil.rmtree(each) if each.is_dir() else each.unlink()


# -- what no portal can do: done while the page with the button is open already ---------------------------------------


def a_file_of_the_run_cannot_be_written(site, patch) -> AbstractContextManager[object]:
    page = site.home.runs / "000002" / "2023-1.html"  # where a page with something new on it is to be kept
    (page / "taken").mkdir(parents=True)
    return nullcontext()


def two_ways_to_log_in(site, patch) -> AbstractContextManager[object]:
    site.configure()
    text = site.home.config.read_text("utf-8")
    site.home.config.write_text(text.replace('gateway = "ecpa"\n', ""), "utf-8")
    entry = {"account": DEMO_ACCOUNT, "password": PASSWORD, "key": "00" * 32}
    site.keyring.set_password("elearn-agent-replica", "egov", json.dumps(entry))
    return nullcontext()


def a_line_of_the_settings_is_wrong(site, patch) -> AbstractContextManager[object]:
    site.home.config.write_text('gateway = "ecpa"\nnonsense = 1\n', "utf-8")
    return nullcontext()


def an_empty_home(site, patch) -> AbstractContextManager[object]:
    empty(site)
    site.home.claims.mkdir()
    site.home.runs.mkdir()
    site.configure()
    return nullcontext()


@contextmanager
def another_home_submits_the_password(site, patch) -> Iterator[None]:
    book = SharedBook(site.served.desk.world)
    book.take()
    yield
    book.release()


def the_keyring_is_locked(site, patch) -> AbstractContextManager[object]:
    def locked(*words: str) -> None:
        raise NoCredential("這台電腦的密碼保管功能無法使用（已鎖定）。", "請解除鎖定後再試。")

    patch.setattr(site.keyring, "get_password", locked)
    return nullcontext()


ACTS: dict[str, Callable[..., AbstractContextManager[object]]] = {
    each.__name__: each
    for each in (
        a_file_of_the_run_cannot_be_written,
        two_ways_to_log_in,
        a_line_of_the_settings_is_wrong,
        an_empty_home,
        another_home_submits_the_password,
        the_keyring_is_locked,
    )
}


def test_every_code_of_the_contract_is_brought_about():
    assert sorted({each["code"] for each in ENDINGS}) == CODES


@pytest.mark.parametrize(
    "ending", ENDINGS, ids=[f"{e['code']}-{e.get('act') or e['fault'][1]}" for e in ENDINGS]
)
def test_what_the_page_says_of_an_ending(site, seat, portal, monkeypatch, ending):
    """The three parts, the details folded, exactly one way on and it leads somewhere; nothing saved, nothing sent twice."""
    portal.state = state(NOW)
    portal.requests.clear()
    if "fault" in ending:
        row = FAULTS[tuple(ending["fault"])]
        assert (row.code, row.kind, row.sent) == (ending["code"], ending["kind"], ending["sent"])
        portal.state = shown(row, "ecpa")
    if ending.get("act") == "an_empty_home":
        an_empty_home(site, monkeypatch)
    seat.goto(f"http://{site.door.authority}/")
    expect(main_button(seat)).to_have_text(ending.get("button", "更新我的學習紀錄"))
    around = ACTS[ending["act"]](site, monkeypatch) if "act" in ending else nullcontext()
    with around:
        main_button(seat).click()
        card = seat.locator(f".failure[data-code='{ending['code']}']")
        expect(card).to_be_visible(timeout=60 * SECOND)
        _three_parts(card, ending)
        assert portal.submissions("ecpa") == ending["sent"]
        if "next" in ending:
            assert site.served.desk.worker.progress.ended.kind == ending["kind"]
            expect(main_button(seat)).to_have_text(ending["next"])
        assert filled(seat) == [ending["way"]]
        assert "Traceback" not in seat.content()
        _way_on(seat, card, ending)
        assert portal.submissions("ecpa") == ending["sent"]
    if ending["code"] not in (2, 3):
        with Store.open(site.home.database) as store:
            assert len(store.records()) == BEFORE


def _three_parts(card, ending) -> None:
    expect(card.locator("h2")).to_contain_text(ending["happened"])
    assert card.locator("dt").all_inner_texts() == ["對您的影響", "下一步"]
    means, todo = card.locator("dd").all_inner_texts()
    assert ending["means"] in means
    assert ending["todo"] in todo
    assert "elearn " not in f"{card.locator('h2').inner_text()}{means}{todo}"
    assert not card.locator("details pre").is_visible()
    assert f"代碼 {ending['code']}（{ending['kind']}）" in card.locator("details pre").text_content()


def _way_on(seat: Page, card, ending) -> None:
    assert card.locator(".main-way").all_inner_texts() == [ending["way"]]
    with seat.expect_navigation():
        card.locator(".main-way").click()
    expect(seat.locator("main")).to_contain_text(ending["leads"], timeout=30 * SECOND)


def filled(page: Page) -> list[str]:
    """The words of the buttons that are painted as the one to press, once the page that turned by itself has its styles."""
    page.wait_for_load_state("load")
    return page.evaluate(
        """() => {
            const main = getComputedStyle(document.documentElement).getPropertyValue("--main").trim();
            const probe = document.createElement("i");
            probe.style.color = main;
            document.body.append(probe);
            const wanted = getComputedStyle(probe).color;
            probe.remove();
            return [...document.querySelectorAll("button, .button")]
                .filter((each) => each.offsetParent && getComputedStyle(each).backgroundColor === wanted)
                .map((each) => each.textContent.trim());
        }"""
    )
