"""`elearn export`: the records, as JSON (which `elearn import` takes back) or CSV."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.frame import ChineseCommand, opened
from agent.home import write_private
from agent.records_file import RecordsFile, write_csv, write_json


@click.command(
    "export",
    cls=ChineseCommand,
    help="匯出學習紀錄。JSON 可再匯入；CSV 可用試算表開啟。",
    epilog="範例：elearn export --format json --out records.json",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="檔案格式。",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="寫入的檔案，預設印在畫面。"
)
@click.option("--json", "as_json", is_flag=True, help="同 --format json。")
def command(kind: str, out: Path | None, as_json: bool) -> int:
    """The records of this home; an empty home gives an empty file."""
    with opened() as (_, _, store):
        records, unread, read = store.records(), store.unread(), store.newest_read()
    if kind == "csv" and not as_json:
        text = write_csv(records)
    else:
        text = write_json(
            RecordsFile(
                source=read.source if read else "",
                taken_at=read.taken_at if read else None,
                total_stated=read.total_stated if read else None,
                records=tuple(records),
                unread=tuple(unread),
            )
        )
    if out is None:
        click.echo(text, nl=False)
    else:
        write_private(out, text.encode())
        click.echo(f"已匯出 {len(records)} 筆學習紀錄：{out.resolve()}", err=True)
    return 0
