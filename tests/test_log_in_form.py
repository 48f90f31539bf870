"""The log-in form is taken up only when its page is there to the end: what comes later is no answer to a password."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent import clock
from scrapers import gateways
from scrapers.browser import GuardedBrowser
from scrapers.guard import Guard
from scrapers.log_in_form import FormFinder
from scrapers.mode import Mode
from scrapers.replica.behaviour import Behaviour, Fault
from scrapers.replica.state import State

FORMS = {"ecpa": "/webform/clogin.aspx", "egov": "/portal/Clogin.aspx"}
NOTICE = "帳號已停用者，請洽客服中心。"


@pytest.mark.parametrize("key", gateways.names())
def test_a_form_is_found_when_its_last_words_are_there(replica: Callable[..., Any], key: str) -> None:
    gateway = gateways.load(key)
    slow = Fault(drip=3, insert=f"<p>{NOTICE}</p>")
    running = replica(State.demo(Behaviour(faults={FORMS[key]: slow})))

    def find() -> str:
        mode = Mode(running.address, running.key)
        with GuardedBrowser(mode, Guard(frozenset({gateway.host})), clock=clock.now) as browser:
            page = browser.new_page()
            page.goto(gateway.entry, wait_until="commit")
            finder, end = FormFinder(gateway), time.monotonic() + 30
            while finder.find(page) is None and time.monotonic() < end:
                page.wait_for_timeout(20)
            assert finder.find(page) is not None
            return browser.snapshot(page).text

    with ThreadPoolExecutor(1) as pool:
        assert NOTICE in pool.submit(find).result()
