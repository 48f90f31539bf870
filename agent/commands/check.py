"""`elearn check`: the verdict from what is stored; no network, no browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from agent.commands.frame import JSON, ON, PLAN, ChineseCommand, day_or_today, opened, show
from agent.judging import judge_stored, plans_for
from agent.screens.claim_screen import claim_row, use_by_text
from agent.screens.explain_screen import explain_text
from agent.screens.verdict_screen import no_plan_text, verdict_text
from agent.verdict_json import verdict_json


@click.command(
    "check",
    cls=ChineseCommand,
    help="依計畫判斷目前儲存的紀錄：可申請幾小時、每一套還差什麼、為什麼。不連線、不開瀏覽器。",
    epilog="範例：elearn check --plan kaohsiung-112 --on 112/8/31",
)
@PLAN
@ON
@click.option("--explain", is_flag=True, help="逐項說明：為什麼是這個時數、怎樣才會更多。")
@click.option(
    "--people",
    is_flag=True,
    help="改為判斷許多人的紀錄檔（檔案、資料夾或每行一人的 .jsonl），輸出一張 CSV 表。",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="（--people）表格存到這裡，預設為標準輸出。",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="（--people）同時使用幾個核心，預設全部。")
@JSON
@click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path))
def command(
    plan_key: str | None,
    on: date | None,
    explain: bool,
    people: bool,
    out: Path | None,
    jobs: int | None,
    as_json: bool,
    files: tuple[Path, ...],
) -> int:
    """One verdict for one plan, else one for every plan of the day."""
    day = day_or_today(on)
    if people:
        from agent.commands.people import check_people  # noqa: PLC0415 - another job, with parts of its own

        return check_people(files, plan_key, day, out, jobs, as_json=as_json)
    if files or out or jobs:
        raise click.UsageError("檔案、--out 與 --jobs 只用於 --people。")
    with opened() as (_, settings, store):
        plans = plans_for(settings, plan_key, day)
        verdicts = [judge_stored(store, settings, plan, day) for plan in plans]
        claims, years = store.claims(), settings.use_by_years
    leave = [claim_row(each, years, day) for each in claims if each.state == "approved"]
    document = (
        verdict_json(verdicts[0])
        if len(verdicts) == 1
        else {"verdicts": [verdict_json(each) for each in verdicts]}
    )
    if leave:
        document["approved_leave"] = [
            {key: each[key] for key in ("id", "approved_hours", "use_by", "days_left")} for each in leave
        ]
    told = [*map(explain_text if explain else verdict_text, verdicts)] or [no_plan_text(day)]
    left = "\n".join(filter(None, (use_by_text(each, years, day) for each in claims)))
    show(document, lambda: "\n\n".join(filter(None, (*told, left))), as_json=as_json)
    return 0
