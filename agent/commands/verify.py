"""`elearn verify`: a claim folder or zip, or many of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import platformdirs

from agent import mode
from agent.claims.batch import Line, check_all, claims_in, compared, is_batch
from agent.claims.office_table import FORMATS
from agent.claims.own import own_of
from agent.claims.verifying import LIMITS, verify
from agent.commands.frame import JSON, ChineseCommand, show
from agent.home import write_private
from agent.screens.verify_screen import line_document, lines_text, verification_text
from rules.errors import ConfigError


@click.command(
    "verify",
    cls=ChineseCommand,
    help="檢核申請文件：檔案是否完整未改、重新判讀網頁、以自己的計畫與日曆重新判斷、申請表與檢核表所寫的是否相同。可一次檢核許多資料夾與 zip 檔，每件一行。\n\n"
    + LIMITS,
    epilog="範例：elearn verify 收件夾 --format ods --out 檢核結果.ods",
)
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice(sorted(FORMATS)), default=None, help="存成表格檔（csv、ods）。"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="表格檔存到這裡。")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="同時檢核幾件；預設用全部的核心。")
@JSON
def command(
    paths: tuple[Path, ...], kind: str | None, out: Path | None, jobs: int | None, as_json: bool
) -> int:
    """0 when every claim holds together, 3 when one does not."""
    named = [each.expanduser() for each in paths]
    if (kind is None) is not (out is None):
        raise ConfigError("表格檔要同時指定格式與檔名。", "例如：--format ods --out 檢核結果.ods")
    if kind is None and not is_batch(named):
        return _one(named[0], as_json=as_json)
    found = claims_in(named)
    lines = compared(_watched(check_all(found, _home(), jobs), len(found)))
    if kind is not None and out is not None:
        write_private(out.expanduser(), FORMATS[kind](lines))
    document = {
        "ok": all(each.state == "ok" for each in lines),
        "claims": [line_document(each) for each in lines],
        "limits": LIMITS,
    }
    show(document, lambda: lines_text(lines, out), as_json=as_json)
    return 0 if document["ok"] else 3


def _home() -> Path | None:
    """The home of whoever checks, where there is one; none is made for this."""
    return mode.home_path() or Path(platformdirs.user_data_dir("elearn-agent", appauthor=False))


def _one(path: Path, *, as_json: bool) -> int:
    found = verify(path, own_of(_home()))
    document = {
        "ok": found.ok,
        "problems": list(found.problems),
        "notes": list(found.notes),
        "check_code": found.code,
        "limits": LIMITS,
    }
    show(document, lambda: verification_text(found), as_json=as_json)
    return 0 if found.ok else 3


def _watched(lines: Iterable[Line], total: int) -> Iterator[Line]:
    """The lines as they come, with a bar on the terminal where somebody watches."""
    if not sys.stderr.isatty():
        yield from lines
        return
    from rich.console import Console  # noqa: PLC0415 - only where it is seen
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("檢核"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(lines, total=total)
