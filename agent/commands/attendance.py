"""`elearn attendance`: leave, overtime, roster and punches from the files that an attendance system exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from agent.attendance.kept import Import, added, keep, kept, read_files, with_attendance
from agent.attendance.kinds import Kind
from agent.clock import today
from agent.commands.asking import YES, agreed, forgotten, usable
from agent.commands.frame import (
    JSON,
    ON,
    ChineseCommand,
    ChineseGroup,
    Day,
    day_or_today,
    opened,
    paths,
    show,
)
from agent.screens.attendance_screen import count, kept_text, read_text
from agent.screens.changes_screen import changes_text
from agent.settings.agency import kept_agency
from agent.settings.in_force import settings_with
from agent.settings.rejudging import Changes, changes
from rules.errors import ConfigError
from rules.work import Work

if TYPE_CHECKING:
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store

_KINDS, _WORDS = (
    click.Choice([str(each) for each in Kind]),
    "leave 請假、overtime 加班、roster 勤務表、punches 刷卡",
)


@click.group(
    "attendance",
    cls=ChineseGroup,
    help="出勤資料：匯入差勤系統匯出的請假、加班、勤務表與刷卡 CSV 檔。只保存日期、時間與假別，不保存姓名與證號。",
    epilog="範例：elearn attendance import 請假明細.csv",
)
def command() -> None:
    """The group."""


@command.command(
    "import",
    cls=ChineseCommand,
    short_help="匯入差勤系統的 CSV 檔",
    help="匯入差勤系統匯出的 CSV 檔 FILE（可多個）：有任何一格看不懂就全部不匯入並逐處說明；會改變判斷結果時先詢問。",
    epilog="範例：elearn attendance import 請假明細.csv 刷卡紀錄.csv",
)
@click.argument("files", nargs=-1, required=True)
@click.option("--kind", type=_KINDS, default=None, help=f"種類：{_WORDS}；預設由欄位名稱判斷。")
@click.option(
    "--covers",
    nargs=2,
    type=Day(),
    default=None,
    help="勤務表涵蓋的起迄日（例：--covers 112/1/1 112/6/30）；預設只含表上列出的日子。",
)
@ON
@YES
@JSON
def import_(
    files: tuple[str, ...],
    kind: str | None,
    covers: tuple[date, date] | None,
    on: date | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Read everything, show what changes, ask, keep."""
    new, read = read_files(paths(files), Kind(kind) if kind else None, today())
    new = [_covering(each, covers) for each in new]
    with opened(locked=True) as (home, before, store):
        click.echo(read_text(read), err=True)
        after, found, saved = _apply(home, before, store, added(kept(home), new), day_or_today(on), yes=yes)
    roster = any(each.kind is Kind.ROSTER for each in new) and not after.work.shift_worker
    hint = "要依勤務表判斷，請在 config.toml 的 [work] 寫 shift_worker = true。" if roster else ""
    document = {
        "files": [
            {
                "file": name,
                "kind": str(each.kind),
                "rows": each.rows,
                "facts": count(each),
                "notes": list(each.notes),
            }
            for name, each in read
        ],
        **found.json(),
        "saved": saved,
    }
    done = "已匯入出勤資料。" if saved else "沒有變更。"
    show(document, lambda: "\n".join(filter(None, (done, hint))), as_json=as_json)
    return 0


def _covering(each: Import, covers: tuple[date, date] | None) -> Import:
    """A roster that speaks for all days from the first to the last named."""
    if covers is None:
        return each
    if covers[0] > covers[1] or each.kind is not Kind.ROSTER:
        raise ConfigError("--covers 應為先起後迄的兩個日期，且只用於勤務表。", "請核對日期與檔案種類。")
    return replace(
        each, facts={**each.facts, "roster_covers": [[covers[0].isoformat(), covers[1].isoformat()]]}
    )


def _apply(
    home: Home, before: Settings, store: Store, imports: Sequence[Import], day: date, *, yes: bool
) -> tuple[Settings, Changes, bool]:
    after = replace(settings_with(home, kept_agency(home), imports), calendar=before.calendar)
    found = changes(store, before, after, day)
    click.echo(changes_text(found), err=True)
    saved = found.is_empty or agreed("要套用嗎？", yes=yes)
    if saved:
        keep(home, imports)
    return after, found, saved


@command.command(
    "show",
    cls=ChineseCommand,
    short_help="顯示已匯入的出勤資料",
    help="顯示已匯入的出勤資料：每次匯入的筆數與每一筆的日期時間。",
    epilog="範例：elearn attendance show",
)
@JSON
def show_(as_json: bool) -> int:
    """What is kept."""
    with opened() as (home, _, _):
        imports = kept(home)
    work = with_attendance(Work(), imports)
    show(_document(imports), lambda: kept_text(imports, work), as_json=as_json)
    return 0


def _document(imports: Sequence[Import]) -> dict[str, Any]:
    return {
        "imports": [
            {"kind": str(each.kind), "on": each.on.isoformat(), "sha256": each.sha256, **each.facts}
            for each in imports
        ]
    }


@command.command(
    "clear",
    cls=ChineseCommand,
    short_help="移除已匯入的出勤資料",
    help="移除已匯入的出勤資料（config.toml 裡的不動）；會改變判斷結果時先詢問。",
    epilog="範例：elearn attendance clear --kind punches",
)
@click.option("--kind", type=_KINDS, default=None, help=f"只移除這一種：{_WORDS}；預設全部移除。")
@ON
@YES
@JSON
def clear(kind: str | None, on: date | None, yes: bool, as_json: bool) -> int:
    """Forget all of it, or one kind."""
    if not usable():
        forgotten(lambda home: keep(home, ()))
        show({"removed": None, **Changes().json()}, lambda: "已移除全部出勤資料。", as_json=as_json)
        return 0
    with opened(locked=True) as (home, before, store):
        imports = kept(home)
        left = [each for each in imports if kind is not None and each.kind != kind]
        _, found, saved = _apply(home, before, store, left, day_or_today(on), yes=yes)
    removed = len(imports) - len(left) if saved else 0
    show(
        {"removed": removed, **found.json()}, lambda: f"已移除 {removed} 次匯入的出勤資料。", as_json=as_json
    )
    return 0
