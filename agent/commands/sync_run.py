"""What `elearn sync` does: a run, its backup, and the papers of what became claimable with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.access.person_binding import NAME_DIFFERS, name_differs
from agent.access.sessions import Sessions
from agent.claims.news import is_news
from agent.clock import today
from agent.commands.frame import Progress, choose_gateway, opened, show
from agent.judging import judge_stored, plans_for
from agent.notices import told
from agent.screens.claim_screen import claim_document, claim_text
from agent.screens.run_screen import run_document, run_text
from agent.stopping import heeding
from agent.syncing import Order, Tell, sync
from agent.upkeep.backups import make_backup
from scrapers.browser import PaperPrinter

if TYPE_CHECKING:
    from agent.claims.claiming import Prepared
    from agent.commands.ahead import Ahead
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store


def run(begun: Ahead, years: tuple[int, ...], *, headed: bool, as_json: bool) -> int:
    """Log in, read every record, save; the exit code."""
    world = mode.mode()
    keyring = Keyring(world)
    progress = Progress()
    with (
        opened(locked=True) as (home, settings, store),
        told(home),
        heeding(progress) as tell,
        begun.until,
        PaperPrinter(mode.browser_path(), begun.driver) as printer,
    ):
        sessions = Sessions(home, keyring)
        gateway = choose_gateway(
            settings, lambda key: keyring.account(key) is not None, session=sessions.is_kept
        )
        order = Order(
            home=home,
            settings=settings,
            mode=world,
            credentials=keyring,
            gateway=gateway,
            years=years,
            headed=headed,
            browser=mode.browser_path(),
            sessions=sessions,
            tell=tell,
            attended=sys.stdin.isatty(),
            printer=printer,
        )
        try:
            report = sync(store, order)
            if report.new or report.changed:
                make_backup(home)
            prepared = _prepare_news(store, home, settings, tell, printer)
            differs = name_differs(store, settings.person.name)
        finally:
            progress.done()
    if differs:
        click.echo(f"！ {NAME_DIFFERS}", err=True)
    document = {**run_document(report), "claims": [claim_document(each)["claim"] for each in prepared]}
    show(
        document,
        lambda: "\n\n".join((run_text(report), *(claim_text(each) for each in prepared))),
        as_json=as_json,
    )
    return 0


def _prepare_news(
    store: Store, home: Home, settings: Settings, tell: Tell, printer: PaperPrinter
) -> list[Prepared]:
    """The papers of what became claimable with this run, under every plan of the day; nothing is submitted."""
    day, found = today(), []
    for plan in plans_for(settings, None, day):
        verdict = judge_stored(store, settings, plan, day)
        if is_news(store, verdict):
            from agent.claims.claiming import Request, prepare  # noqa: PLC0415 - most nights bring no papers

            tell("製作文件", plan.short)
            found.append(prepare(store, home, settings, Request(plan, verdict, day), printer))
    return found
