"""What `elearn claim` does: a fresh read, the verdict, and the papers."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.access.person_binding import NAME_DIFFERS, name_differs
from agent.access.sessions import Sessions
from agent.commands.claim_ledger import one_plan
from agent.commands.frame import Progress, choose_gateway, day_or_today, opened, show
from agent.judging import judge_stored
from agent.screens.claim_screen import claim_document, claim_text
from agent.syncing import Order, sync
from scrapers.browser import PaperPrinter

if TYPE_CHECKING:
    from agent.commands.ahead import Ahead
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store


def run(
    begun: Ahead,
    plan_key: str | None,
    on: date | None,
    *,
    offline: bool,
    out: Path | None,
    include: tuple[str, ...],
    as_json: bool,
) -> int:
    """A fresh read, the verdict, the papers; the exit code."""
    day = day_or_today(on)
    progress = Progress()
    with (
        opened(locked=True) as (home, settings, store),
        begun.until,
        PaperPrinter(mode.browser_path(), begun.driver) as printer,
    ):
        plan = one_plan(settings, plan_key, day)
        try:
            if not offline:
                _fresh(home, settings, store, progress, printer)
            progress("比對計畫與公餘時間", "")
            verdict = judge_stored(store, settings, plan, day)
            progress("製作文件", "")
            from agent.claims.claiming import Request, prepare  # noqa: PLC0415 - read while the browser was at work

            request = Request(plan, verdict, day, out, include)
            prepared = prepare(store, home, settings, request, printer)
            differs = name_differs(store, settings.person.name)
        finally:
            progress.done()
    if differs:
        click.echo(f"！ {NAME_DIFFERS}", err=True)
    show(claim_document(prepared), lambda: claim_text(prepared), as_json=as_json)
    return 0


def _fresh(home: Home, settings: Settings, store: Store, progress: Progress, printer: PaperPrinter) -> None:
    world = mode.mode()
    keyring = Keyring(world)
    sessions = Sessions(home, keyring)
    gateway = choose_gateway(settings, lambda key: keyring.account(key) is not None, session=sessions.is_kept)
    order = Order(
        home,
        settings,
        world,
        keyring,
        gateway,
        browser=mode.browser_path(),
        sessions=sessions,
        tell=progress,
        attended=sys.stdin.isatty(),
        printer=printer,
    )
    sync(store, order, command="claim")
