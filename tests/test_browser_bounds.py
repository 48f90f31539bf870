"""Nothing a run asks of its browser lasts without an end, also while the page it goes to does not answer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent import clock
from scrapers.browser import BrowserTimeout, GuardedBrowser, Page, answers, html_of
from scrapers.errors import Unavailable
from scrapers.guard import Guard
from scrapers.mode import Mode
from scrapers.replica.behaviour import Behaviour, Fault
from scrapers.replica.state import State

PORTAL = "https://elearn.hrd.gov.tw"
GATEWAY = "https://www.cp.gov.tw"
SILENT = "/portal/Clogin.aspx"


@pytest.fixture
def opened(replica: Callable[..., Any]) -> Callable[..., Any]:
    """`opened(work, patience)`: what this work gives for a browser whose page stands on the portal; the gateway is silent."""
    running = replica(State.demo(Behaviour(faults={SILENT: Fault(delay=60)})))
    hosts = frozenset({"elearn.hrd.gov.tw", "www.cp.gov.tw"})

    def run(work: Callable[[GuardedBrowser, Page], Any], patience: float) -> Any:
        mode = Mode(running.address, running.key)
        with GuardedBrowser(mode, Guard(hosts), clock=clock.now, patience=patience) as browser:
            page = browser.new_page()
            browser.visit(page, f"{PORTAL}/mooc/index.php")
            return work(browser, page)

    def alone(work: Callable[[GuardedBrowser, Page], Any], patience: float = 5) -> Any:
        with ThreadPoolExecutor(1) as pool:  # the driver wants a thread without another event loop
            return pool.submit(run, work, patience).result()

    return alone


def leave(page: Page) -> None:
    """Start for a page that does not answer, as a click does: without waiting for it."""
    page.evaluate(f"() => {{ setTimeout(() => location.assign('{GATEWAY}{SILENT}'), 0) }}")
    page.wait_for_timeout(500)


def test_a_look_has_an_end(opened: Callable[..., Any]) -> None:
    """The portal's page still stands there, and cannot be looked into."""

    def look(browser: GuardedBrowser, page: Page) -> tuple[bool, bool, float]:
        before = answers(page.main_frame)
        leave(page)
        began = time.monotonic()
        after = answers(page.main_frame, 0.5)
        with pytest.raises(BrowserTimeout):
            html_of(page.main_frame, 0.5)
        return before, after, time.monotonic() - began

    before, after, lasted = opened(look)
    assert (before, after) == (True, False)
    assert lasted < 10


def test_a_look_is_the_whole_document(opened: Callable[..., Any]) -> None:
    def look(browser: GuardedBrowser, page: Page) -> str:
        page.set_content("<!DOCTYPE html><html lang='zh'><body><p id='a'>一 &amp; 二</p></body></html>")
        return html_of(page.main_frame, 5)

    assert opened(look) == (
        '<!DOCTYPE html><html lang="zh"><head></head><body><p id="a">一 &amp; 二</p></body></html>'
    )


def test_a_page_that_forbids_scripts_of_strings_can_be_looked_into(opened: Callable[..., Any]) -> None:
    def look(browser: GuardedBrowser, page: Page) -> str:
        policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self'\">"
        page.set_content(f"<html><head>{policy}</head><body>看得到</body></html>")
        return html_of(page.main_frame, 5)

    assert "看得到" in opened(look)


def test_a_step_without_an_end_ends_the_browser(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the driver waits for never comes: the run ends as one whose browser did nothing in time."""
    monkeypatch.setattr("scrapers.browser.guarded._SLOW", 1.0)

    def wait(browser: GuardedBrowser, page: Page) -> None:
        leave(page)
        with browser.within():
            page.content()

    began = time.monotonic()
    with pytest.raises(Unavailable, match="沒有在 2 秒內完成動作"):
        opened(wait, 2)
    assert time.monotonic() - began < 30


def test_a_page_that_is_held_back_for_its_pace_is_given_that_time_too() -> None:
    """A long pause is no browser that does nothing."""
    given: list[float] = []

    class Noted:
        def within(self, seconds: float) -> Any:
            given.append(seconds)
            return contextlib.nullcontext()

    for pace in (0.0, 60.0):
        mode = Mode("127.0.0.1:9", "k")
        browser = GuardedBrowser(mode, Guard(frozenset()), clock=clock.now, patience=10, pace=pace)
        browser._bound = Noted()
        with browser.within():
            pass
    assert given[1] - given[0] == 180


def test_an_answer_that_is_still_coming_is_not_whole(opened: Callable[..., Any]) -> None:
    """It is not waited for either."""

    def look(browser: GuardedBrowser, page: Page) -> bool:
        browser._seen.of(page).under_way.add(browser._seen.of(page).document.request)
        return browser.arrived_whole(page)

    assert opened(look) is False
