"""`elearn sync`: one run."""

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
from agent.commands.frame import JSON, ChineseCommand, Progress, choose_gateway, opened, show
from agent.judging import judge_stored, plans_for
from agent.notices import told
from agent.screens.claim_screen import claim_document, claim_text
from agent.screens.run_screen import run_document, run_text
from agent.stopping import heeding
from agent.syncing import Order, Tell, sync
from agent.upkeep.backups import make_backup
from scrapers.browser import PaperPrinter, refuse_root

if TYPE_CHECKING:
    from agent.claims.claiming import Prepared
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store


@click.command(
    "sync",
    cls=ChineseCommand,
    help="登入平臺，讀取全部學習紀錄，儲存並判斷。只讀取，不上課、不作答、不按同意。",
    epilog="範例：elearn sync --year 2023",
)
@click.option("--year", "years", type=int, multiple=True, help="只讀這一年（西元），可重複；預設全部。")
@click.option("--headed", is_flag=True, help="顯示瀏覽器視窗。")
@JSON
def command(years: tuple[int, ...], headed: bool, as_json: bool) -> int:
    """Log in, read every record, save."""
    world = mode.mode()
    refuse_root(world)
    keyring = Keyring(world)
    progress = Progress()
    with (
        opened(locked=True) as (home, settings, store),
        told(home),
        heeding(progress) as tell,
        PaperPrinter(mode.browser_path()) as printer,
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
