"""One browser for a run and the papers after it: by then nothing of the run is in it, and nothing goes out of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent import clock
from scrapers.browser import GuardedBrowser, PaperPrinter, guarded, paper
from scrapers.errors import Unavailable
from scrapers.guard import Guard
from scrapers.mode import Mode
from scrapers.replica.state import State

HOST = "elearn.hrd.gov.tw"
PAGE = f"https://{HOST}/mooc/index.php"
# Asks for what the run was allowed to ask for, in each way that a page without scripts has.
PAPER = (
    f'<link rel="stylesheet" href="{PAGE}?style"><link rel="prefetch" href="{PAGE}?later">'
    f'<img src="{PAGE}?image"><iframe src="{PAGE}?frame"></iframe><p>申請表</p>'
)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who started a browser, in order."""
    found: list[str] = []
    for module in (guarded, paper):

        def noted(*args: Any, _module: Any = module, _real: Any = module.launched, **kwargs: Any) -> Any:
            found.append(_module.__name__.rpartition(".")[2])
            return _real(*args, **kwargs)

        monkeypatch.setattr(module, "launched", noted)
    return found


def alone(work: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:  # the driver wants a thread without another event loop
        return pool.submit(work).result()


def test_the_papers_are_printed_in_the_browser_of_the_run_and_ask_for_nothing(
    replica: Callable[..., Any], started: list[str]
) -> None:
    running, guard = replica(State.demo()), Guard(frozenset({HOST}))

    def work() -> None:
        with PaperPrinter() as printer:
            with GuardedBrowser(
                Mode(running.address, running.key), guard, clock=clock.now, printer=printer
            ) as browser:
                browser.visit(browser.new_page(), PAGE)
                whole = browser.context.browser
            assert whole is not None
            assert whole.contexts == [], "cookies and pages of the run are gone"
            before = len(running.to_host(HOST))
            assert before
            assert all(printer(PAPER).startswith(b"%PDF-") for _ in range(2))
            assert started == ["guarded"]
            assert len(running.to_host(HOST)) == before
            assert printer(PAPER, ("", "")).startswith(b"%PDF-")
            assert printer(PAPER).startswith(b"%PDF-")
            assert started == ["guarded", "paper"], "a page that others wrote has a browser of its own"
            assert not whole.is_connected()
            assert len(running.to_host(HOST)) == before
            assert running.leaks() == []

    alone(work)
    assert guard.left is None


def test_a_run_that_fails_hands_on_no_browser(replica: Callable[..., Any], started: list[str]) -> None:
    running = replica(State.demo())

    def work() -> None:
        with PaperPrinter() as printer:
            mode, guard = Mode(running.address, running.key), Guard(frozenset({HOST}))
            browser = GuardedBrowser(mode, guard, clock=clock.now, printer=printer)
            with contextlib.suppress(Unavailable), browser:
                raise Unavailable("x", "")
            assert printer(PAPER).startswith(b"%PDF-")

    alone(work)
    assert started == ["guarded", "paper"]


def test_a_browser_that_died_after_the_run_is_replaced(
    replica: Callable[..., Any], started: list[str]
) -> None:
    running = replica(State.demo())

    def work() -> None:
        with PaperPrinter() as printer:
            mode, guard = Mode(running.address, running.key), Guard(frozenset({HOST}))
            with GuardedBrowser(mode, guard, clock=clock.now, printer=printer) as browser:
                whole = browser.context.browser
            assert whole is not None
            whole.close()
            assert printer(PAPER).startswith(b"%PDF-")

    alone(work)
    assert started == ["guarded", "paper"]
