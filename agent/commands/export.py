"""`elearn export`: the records, as JSON (which `elearn import` takes back), CSV, or a spreadsheet."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from agent import clock
from agent.commands.frame import ChineseCommand, opened
from agent.exports.csv_table import write_csv
from agent.home import write_private
from agent.records_file import RecordsFile, write_json
from rules.errors import ConfigError


@click.command(
    "export",
    cls=ChineseCommand,
    help="匯出學習紀錄。JSON 可再匯入；CSV、XLSX、ODS 可用試算表開啟，文字一律是文字，不會成為公式。",
    epilog="範例：elearn export --format ods --out 學習紀錄.ods",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "csv", "xlsx", "ods"]),
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
    if as_json:
        kind = "json"
    if out is None and kind in ("xlsx", "ods") and sys.stdout.isatty():
        raise ConfigError(f"{kind} 檔無法印在畫面。", f"請以 --out 指定檔案，例如 --out 學習紀錄.{kind}。")
    with opened() as (_, _, store):
        read = store.newest_read()
        found = RecordsFile(
            source=read.source if read else "",
            taken_at=read.taken_at if read else None,
            total_stated=read.total_stated if read else None,
            records=tuple(store.records()),
            unread=tuple(store.unread()),
            is_test=store.holds_test_records(),
        )
    data = _made(kind, found)
    if out is None:
        click.echo(data, nl=False)
    else:
        write_private(out, data)
        click.echo(f"已匯出 {len(found.records)} 筆學習紀錄：{out.resolve()}", err=True)
    return 0


def _made(kind: str, found: RecordsFile) -> bytes:
    if kind == "json":
        return write_json(found).encode()
    if kind == "csv":
        return write_csv(found.records).encode()
    from agent.exports.sheets import workbook  # noqa: PLC0415 - only where a spreadsheet is asked for

    book = workbook(found, clock.now())
    if kind == "xlsx":
        from agent.exports.xlsx import xlsx  # noqa: PLC0415

        return xlsx(book)
    from agent.exports.ods import ods  # noqa: PLC0415

    return ods(book)
