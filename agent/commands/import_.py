"""`elearn import`: pages saved by hand, or an exported records file."""

from __future__ import annotations

import click

from agent.commands.frame import JSON, ChineseCommand, opened, paths, show
from agent.importing import import_files
from agent.screens.run_screen import run_document, run_text
from agent.upkeep.backups import make_backup


@click.command(
    "import",
    cls=ChineseCommand,
    help="匯入手動存檔的學習紀錄網頁（.html、.mhtml）或匯出的紀錄檔（.json）。多個檔案算同一次讀取，請一次選齊。",
    epilog="範例：elearn import 學習紀錄-1.mhtml 學習紀錄-2.mhtml",
)
@click.argument("files", nargs=-1, required=True)
@JSON
def command(files: tuple[str, ...], as_json: bool) -> int:
    """The same pipeline as a run, from files."""
    with opened(locked=True) as (home, _, store):
        report = import_files(store, home, paths(files))
        if report.new or report.changed:
            make_backup(home)
    show(run_document(report), lambda: run_text(report), as_json=as_json)
    return 0
