"""`elearn claim`: prepare the leave claim. What it does is in `claim_run`; what becomes of a claim, in `claim_ledger`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from agent import mode
from agent.commands.frame import JSON, ON, PLAN, ChineseGroup
from scrapers.root import refuse_root


class _Claims(ChineseGroup):
    """The verbs of the ledger, imported when one is called: the claim itself does not wait for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [str(each.name) for each in self._verbs()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return next((each for each in self._verbs() if each.name == cmd_name), None)

    def help_line(self, name: str) -> str:
        return next(each.get_short_help_str(80) for each in self._verbs() if each.name == name)

    def _verbs(self) -> tuple[click.Command, ...]:
        from agent.commands.claim_ledger import VERBS  # noqa: PLC0415

        return VERBS


@click.group(
    "claim",
    cls=_Claims,
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
@click.option(
    "--include-review",
    "include",
    metavar="SET",
    multiple=True,
    help="把待人事單位認定的這一套課程也列入申請，可重複；預設一律不列入。",
)
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    plan_key: str | None,
    on: date | None,
    offline: bool,
    out: Path | None,
    include: tuple[str, ...],
    as_json: bool,
) -> int:
    """The claim itself, unless one of the verbs below was named."""
    if ctx.invoked_subcommand is not None:
        return 0
    if not offline:
        refuse_root(mode.mode())
    from agent.commands.ahead import ahead  # noqa: PLC0415 - imports the driver, which the ledger does without

    with ahead("agent.commands.claim_run", "agent.claims.claiming") as begun:
        code: int = begun.rest.run(
            begun, plan_key, on, offline=offline, out=out, include=include, as_json=as_json
        )
    return code
