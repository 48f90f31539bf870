"""`elearn claim`: prepare the leave claim, list the claims, say what became of one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import clock, mode
from agent.access.credentials import Keyring
from agent.access.sessions import Sessions
from agent.claims.claiming import Request, prepare
from agent.commands.frame import (
    JSON,
    ON,
    PLAN,
    ChineseCommand,
    ChineseGroup,
    Progress,
    choose_gateway,
    day_or_today,
    opened,
    show,
)
from agent.errors import NothingToDo
from agent.judging import judge_stored, plans_for
from agent.screens.claim_screen import claim_document, claim_text, claims_text
from agent.screens.verdict_screen import no_plan_text
from agent.syncing import Order, sync
from rules.errors import ConfigError
from rules.plan import Plan
from scrapers.browser import PaperPrinter, refuse_root

if TYPE_CHECKING:
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store

STATES = ("submitted", "approved", "rejected", "withdrawn")


@click.group(
    "claim",
    cls=ChineseGroup,
    invoke_without_command=True,
    help="準備我的補休申請：先更新紀錄，再把申請表、平臺學習紀錄與逐筆檢核表放進一個資料夾。只準備文件，不會送件。",
    epilog="範例：elearn claim --offline --plan kaohsiung-112",
)
@PLAN
@ON
@click.option("--offline", is_flag=True, help="不連線，用已儲存的紀錄。")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="文件放在這個資料夾。"
)
@JSON
@click.pass_context
def command(
    ctx: click.Context, plan_key: str | None, on: date | None, offline: bool, out: Path | None, as_json: bool
) -> int:
    """The claim itself, unless one of the verbs below was named."""
    if ctx.invoked_subcommand is not None:
        return 0
    day = day_or_today(on)
    progress = Progress()
    with opened(locked=True) as (home, settings, store):
        plan = _one_plan(settings, plan_key, day)
        try:
            if not offline:
                _fresh(home, settings, store, progress)
            progress("比對計畫與公餘時間", "")
            verdict = judge_stored(store, settings, plan, day)
            progress("製作文件", "")
            request = Request(plan, verdict, day, out)
            with PaperPrinter(mode.browser_path()) as printer:
                prepared = prepare(store, home, settings, request, printer)
        finally:
            progress.done()
    show(claim_document(prepared), lambda: claim_text(prepared), as_json=as_json)
    return 0


def _one_plan(settings: Settings, key: str | None, day: date) -> Plan:
    plans = plans_for(settings, key, day)
    if not plans:
        raise NothingToDo(no_plan_text(day), "可用 --plan 指定計畫（elearn plan list）。")
    if len(plans) > 1:
        raise ConfigError("當日有多個計畫。", f"請以 --plan 指定：{'、'.join(each.key for each in plans)}。")
    return plans[0]


def _fresh(home: Home, settings: Settings, store: Store, progress: Progress) -> None:
    world = mode.mode()
    refuse_root(world)
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
    )
    sync(store, order, command="claim")


@command.command(
    "list",
    cls=ChineseCommand,
    short_help="列出申請案",
    help="列出申請案與狀態。",
    epilog="範例：elearn claim list",
)
@JSON
def list_(as_json: bool) -> int:
    """Every claim of this home."""
    with opened() as (_, _, store):
        claims = store.claims()
    rows = [
        {
            "id": each.id,
            "plan": each.plan,
            "hours": str(each.hours),
            "state": each.state,
            "prepared_on": each.prepared_on.isoformat(),
            "folder": each.folder,
        }
        for each in claims
    ]
    show({"claims": rows}, lambda: claims_text(claims), as_json=as_json)
    return 0


@command.command(
    "mark",
    cls=ChineseCommand,
    short_help="標記申請案的狀態",
    help="標記申請案 ID：submitted 已送件、approved 已核定、rejected 退回、withdrawn 撤回。",
    epilog="範例：elearn claim mark kaohsiung-112-1 submitted",
)
@click.argument("claim_id", metavar="ID")
@click.argument("state", type=click.Choice(STATES))
@JSON
def mark(claim_id: str, state: str, as_json: bool) -> int:
    """Enter what became of a claim."""
    with opened(locked=True) as (_, _, store):
        store.mark_claim(claim_id, state, clock.now())
        claim = store.claim(claim_id)
    show({"claim": {"id": claim.id, "state": claim.state}}, lambda: claims_text([claim]), as_json=as_json)
    return 0
