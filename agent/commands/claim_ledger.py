"""`elearn claim list`, `mark`, `add`: the ledger of claims."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent import clock
from agent.claims.calendar_file import calendar_file
from agent.claims.ledger import Paper, add_paper
from agent.commands.frame import JSON, PLAN, ChineseCommand, Day, day_or_today, opened, show
from agent.errors import NothingToDo
from agent.home import write_private
from agent.judging import plans_for
from agent.screens.claim_screen import claim_row, claims_text
from agent.screens.verdict_screen import no_plan_text
from agent.store import Mark
from rules.errors import ConfigError
from rules.plan import Plan

if TYPE_CHECKING:
    from agent.settings.config import Settings


class Hours(click.ParamType[Decimal]):
    """A number of hours above zero: 4, 1.5."""

    name = "時數"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:  # noqa: ANN401
        if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", str(value)) or not Decimal(str(value)):
            self.fail("應為大於 0 的時數，例如 4 或 1.5", param, ctx)
        return Decimal(str(value))


def one_plan(settings: Settings, key: str | None, day: date) -> Plan:
    """The plan that was named, or the only one of the day. Raises NothingToDo or ConfigError."""
    plans = plans_for(settings, key, day)
    if not plans:
        raise NothingToDo(no_plan_text(day), "可用 --plan 指定計畫（elearn plan list）。")
    if len(plans) > 1:
        raise ConfigError("當日有多個計畫。", f"請以 --plan 指定：{'、'.join(each.key for each in plans)}。")
    return plans[0]


STATES = ("submitted", "approved", "rejected", "withdrawn")


@click.command(
    "list",
    cls=ChineseCommand,
    short_help="列出申請案",
    help="列出申請案：狀態、時數，以及核定的補休還有幾天可以休。",
    epilog="範例：elearn claim list",
)
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="另存行事曆檔（.ics）：計畫的完成期限與各案的補休期限。",
)
@JSON
def list_(ics: Path | None, as_json: bool) -> int:
    """Every claim of this home."""
    today = clock.today()
    with opened() as (_, settings, store):
        claims = store.claims()
        if ics is not None:
            plans = plans_for(settings, None, today)
            write_private(ics.expanduser(), calendar_file(claims, plans, settings.use_by_years, clock.now()))
    years = settings.use_by_years
    show(
        {"claims": [claim_row(each, years, today) for each in claims]},
        lambda: claims_text(claims, years, today),
        as_json=as_json,
    )
    return 0


@click.command(
    "mark",
    cls=ChineseCommand,
    short_help="標記申請案的狀態",
    help="標記申請案 ID：submitted 已送件、approved 已核定、rejected 退回、withdrawn 撤回。",
    epilog="範例：elearn claim mark kaohsiung-112-1 approved --on 112/9/5 --use-from 112/9/6",
)
@click.argument("claim_id", metavar="ID")
@click.argument("state", type=click.Choice(STATES))
@click.option("--on", type=Day(), default=None, help="實際的日期，預設今天（例：112/9/5）。")
@click.option("--hours", type=Hours(), default=None, help="核定的時數，與申請的不同時才需要。")
@click.option("--use-from", type=Day(), default=None, help="人事單位所填補休期限的起日；預設核定日。")
@click.option(
    "--use-by", type=Day(), default=None, help="人事單位所填補休期限的迄日；預設起日後 2 年（use_by_years）。"
)
@JSON
def mark(
    claim_id: str,
    state: str,
    on: date | None,
    hours: Decimal | None,
    use_from: date | None,
    use_by: date | None,
    as_json: bool,
) -> int:
    """Enter what became of a claim."""
    named = (on, hours, use_from, use_by) != (None,) * 4
    what = Mark(state, day_or_today(on), hours, use_from, use_by) if named else state
    with opened(locked=True) as (_, settings, store):
        store.mark_claim(claim_id, what, clock.now())
        claim = store.claim(claim_id)
    today, years = clock.today(), settings.use_by_years
    show(
        {"claim": claim_row(claim, years, today)},
        lambda: claims_text([claim], years, today),
        as_json=as_json,
    )
    return 0


@click.command(
    "add",
    cls=ChineseCommand,
    short_help="補登以前用紙本申請並核定的補休",
    help="補登以前用紙本申請並已核定的補休，之後就不會再算進可申請的時數。",
    epilog="範例：elearn claim add --plan kaohsiung-112 --hours 4 --set policy --approved 112/6/30",
)
@PLAN
@click.option("--hours", type=Hours(), required=True, help="核定的時數。")
@click.option(
    "--set",
    "sets",
    metavar="KEY",
    multiple=True,
    required=True,
    help="課程套代號（elearn check --json 的 sets[].key），可重複。",
)
@click.option("--approved", type=Day(), required=True, help="核定的日期（例：112/6/30）。")
@click.option("--use-from", type=Day(), default=None, help="人事單位所填補休期限的起日；預設核定日。")
@click.option(
    "--use-by", type=Day(), default=None, help="人事單位所填補休期限的迄日；預設起日後 2 年（use_by_years）。"
)
@JSON
def add(
    plan_key: str | None,
    hours: Decimal,
    sets: tuple[str, ...],
    approved: date,
    use_from: date | None,
    use_by: date | None,
    as_json: bool,
) -> int:
    """Enter leave that was claimed on paper."""
    with opened(locked=True) as (_, settings, store):
        plan = one_plan(settings, plan_key, approved)
        claim = add_paper(store, plan, Paper(hours, sets, approved, use_from, use_by), clock.now())
    today, years = clock.today(), settings.use_by_years
    show(
        {"claim": claim_row(claim, years, today)},
        lambda: claims_text([claim], years, today),
        as_json=as_json,
    )
    return 0


VERBS = (list_, mark, add)
