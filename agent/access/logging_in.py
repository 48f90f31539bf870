"""The person's turn: a visible browser in which the person logs in; the program types and clicks nothing.

Logged in is proved by the page's own signs, as ever. The session is then kept for later runs, and whatever had stopped
the automatic log-ins is over.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from agent import clock
from agent.access.attempts import person_acted
from agent.access.displaced import forget_displaced
from agent.access.person_binding import bind_person
from agent.access.sessions import Sessions
from agent.access.waiting import LOGIN_WANTED
from agent.store import Store
from agent.syncing import Order, portal_hosts
from scrapers import gateways, portals
from scrapers.browser import BrowserTrouble, GuardedBrowser, Page
from scrapers.errors import PersonNeeded
from scrapers.guard import Guard
from scrapers.policies import automation_forbidden, forbidden
from scrapers.portals.portal import Portal, Standing

_POLL = 500  # milliseconds between two looks
_SCREEN = 3.0  # seconds a screen may take to answer
WAIT = 900.0  # seconds a person is given


@dataclass(frozen=True, slots=True)
class Turn:
    """What the person's turn needs. `wait` is how long the person is given, in seconds."""

    order: Order
    sessions: Sessions
    wait: float = WAIT


def log_in_by_hand(store: Store, turn: Turn) -> str:
    """The key of the gateway whose log-ins are free again ("": all of them were). The caller holds the home's lock.

    Raises PersonNeeded when the window was closed or the time ran out, ConfigError where no window can be shown.
    """
    must_be_allowed()
    try:
        must_have_display()
    except PersonNeeded:
        store.set_meta(LOGIN_WANTED, clock.now().isoformat())  # shown as a task until it is done
        raise
    order, portal = turn.order, portals.load()
    every = [gateways.load(key) for key in gateways.names()]
    hosts = portal_hosts(portal).union(*(each.hosts | each.person_hosts for each in every))
    components = frozenset[str]().union(*(each.person_components for each in every))
    guard = Guard(hosts, loopback=True, components=components)
    browser = GuardedBrowser(
        order.mode,
        guard,
        clock=clock.now,
        executable=order.browser,
        headed=True,
        patience=order.settings.patience,
    )
    with browser:
        page = browser.new_page()
        browser.visit(page, portal.home)
        order.tell("請在開啟的視窗親自登入", "登入完成後視窗會自動關閉")
        found = _until_logged_in(browser, portal, turn.wait)
        bind_person(store, portal.owner(browser.snapshot(found)))
        turn.sessions.write(browser.session_state())
    for key in gateways.names():
        person_acted(store, order.mode, key, "login")
    forget_displaced(store)
    store.drop_meta(LOGIN_WANTED)
    return order.gateway


def _until_logged_in(browser: GuardedBrowser, portal: Portal, wait: float) -> Page:
    end = time.monotonic() + wait
    while time.monotonic() < end:
        if not browser.is_open():
            break
        with contextlib.suppress(
            BrowserTrouble, IndexError
        ):  # a window was closed just now: looked at again at once
            for page in browser.pages():
                if portal.standing(browser.snapshot(page)) is Standing.LOGGED_IN:
                    return page
            browser.pages()[0].wait_for_timeout(_POLL)
    else:
        raise PersonNeeded(
            f"等候 {wait / 60:.0f} 分鐘，還沒有登入完成。{_blocked(browser.guard)}",
            "請再執行一次 elearn login。",
        )
    raise PersonNeeded(
        f"登入視窗已關閉，還沒有登入完成。{_blocked(browser.guard)}", "請再執行一次 elearn login。"
    )


def _blocked(guard: Guard) -> str:
    """What the person's way to log in may have wanted and did not get."""
    hosts = sorted({each.host for each in guard.refused if each.host})
    return f"期間擋下了不在名單內的連線：{'、'.join(hosts)}。" if hosts else ""


def must_have_display() -> None:
    """Raise PersonNeeded where no window can be shown: the person has to come to a desktop."""
    if sys.platform in ("win32", "darwin") or _screen_answers():
        return
    raise PersonNeeded("這裡沒有桌面可以顯示瀏覽器視窗。", "請在桌面環境的終端機執行 elearn login。")


def _screen_answers() -> bool:
    """Whether the screen named in the environment is really there: a browser would wait for one that is gone."""
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and _listens(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland))):
        return True
    host, colon, number = os.environ.get("DISPLAY", "").rpartition(":")
    number = number.partition(".")[0]
    if not colon or not number.isdigit():
        return False
    if host not in ("", "unix"):
        return _listens((host.strip("[]"), 6000 + int(number)))
    return _listens(f"/tmp/.X11-unix/X{number}") or _listens(f"\0/tmp/.X11-unix/X{number}")  # noqa: S108 - X11's own place


def _listens(address: str | tuple[str, int]) -> bool:
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with contextlib.suppress(OSError, ValueError), socket.socket(family) as probe:
        probe.settimeout(_SCREEN)
        probe.connect(address)
        return True
    return False


def must_be_allowed() -> None:
    """Raise ConfigError where a policy of this machine forbids programs to drive the browser."""
    where = automation_forbidden()
    if where is not None:
        raise forbidden(where)
