"""`elearn history`: what changed, run by run, and how one record came to be as it is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from agent.commands.frame import JSON, ChineseCommand, opened, show
from agent.screens.history_screen import history_document, history_text
from agent.screens.record_screen import record_document, record_text
from agent.store import RecordChange
from rules.errors import ConfigError
from rules.titles import normalise


@click.command(
    "history",
    cls=ChineseCommand,
    help="每次更新變了什麼，由新到舊；或一筆紀錄的變化（--record 課程名稱、其中一段，或課程代碼）。不連線。",
    epilog="範例：elearn history --record 友善職場",
)
@click.option("--record", "wanted", default=None, help="只看課程名稱含這段文字、或課程代碼相同的紀錄。")
@click.option("--limit", type=click.IntRange(1), default=None, help="最多列出幾次，預設全部。")
@JSON
def command(wanted: str | None, limit: int | None, as_json: bool) -> int:
    """Every run with what it changed, or one record's history."""
    with opened() as (_, _, store):
        runs, changes = store.runs(), store.changes()
        losses = store.accepted_losses()
    if wanted is None:
        shown = runs[:limit]
        show(history_document(shown, changes), lambda: history_text(shown, changes), as_json=as_json)
        return 0
    of_record = _of(changes, wanted)
    if not of_record:
        known = len({each.record for each in changes})
        raise ConfigError(f"找不到「{wanted}」。", f"共有 {known} 筆紀錄；請以課程名稱的一段或課程代碼尋找。")
    concerned = {each.run for each in of_record}
    document = {
        **history_document([run for run in runs if run.id in concerned][:limit], of_record),
        "records": record_document(of_record, losses),
    }
    show(document, lambda: record_text(of_record, losses), as_json=as_json)
    return 0


def _of(changes: Sequence[RecordChange], wanted: str) -> list[RecordChange]:
    """Everything about the records whose title holds the text or whose code it is, whenever it was so."""
    text = normalise(wanted)
    found = {
        each.record
        for each in changes
        if (text and text in normalise(each.after.title))
        or (each.after.code or "").upper() == wanted.strip().upper()
    }
    return [each for each in changes if each.record in found]
