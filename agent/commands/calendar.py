"""`elearn calendar`: official calendars imported as issues of their year; which issues there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from agent.calendars import Imported, joined, keep, read_official
from agent.clock import today
from agent.commands.asking import YES, agreed
from agent.commands.frame import JSON, ON, ChineseCommand, ChineseGroup, day_or_today, opened, show
from agent.screens.changes_screen import changes_text
from agent.settings.rejudging import changes
from rules.calendar import Calendar, CalendarYear
from rules.errors import ConfigError
from rules.wording import day_with_weekday

_SHOWN = 12


@click.group(
    "calendar",
    cls=ChineseGroup,
    help="辦公日曆表：列出各年度使用的版本，匯入人事行政總處公布的新年度或修正版。",
    epilog="範例：elearn calendar import 117年中華民國政府行政機關辦公日曆表.csv",
)
def command() -> None:
    """The group."""


@command.command(
    "import",
    cls=ChineseCommand,
    short_help="匯入官方辦公日曆表",
    help="匯入行政院人事行政總處的辦公日曆表 CSV 檔 FILE（政府資料開放平臺資料集 14718）：列出與目前使用版本不同的日子、"
    "會改變的判斷結果與申請案，有改變時先詢問。",
    epilog="範例：elearn calendar import 114年中華民國政府行政機關辦公日曆表修正版.csv",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--use", is_flag=True, help="即使目前使用的版本較新，也改用這一份。")
@ON
@YES
@JSON
def import_(file: Path, use: bool, on: date | None, yes: bool, as_json: bool) -> int:
    """Check every line, show what differs and what changes, ask, keep."""
    imported = read_official(_bytes(file.expanduser()), file.name)
    with opened(locked=True) as (home, before, store):
        current = before.calendar.years.get(imported.year.year)
        calendar = joined(before.calendar, imported, use=use)
        used = calendar.years[imported.year.year].issue == imported.year.issue
        differing = imported.year.differing(current) if current else ()
        same = current is not None and not differing
        kept = None
        found = changes(
            store,
            before,
            replace(before, calendar=calendar if not same else before.calendar),
            day_or_today(on),
        )
        if not same:
            click.echo(_about(imported, current, differing, used=used), err=True)
            click.echo(changes_text(found), err=True)
            if found.is_empty or agreed("要套用嗎？", yes=yes):
                kept = keep(home, imported, today(), use=use)
    document = {
        "calendar": {
            "year": imported.year.year,
            "issue": imported.year.issue if not same or current is None else current.issue,
            "sha256": imported.sha256,
            "days_off": imported.year.days_off(),
            "makeup_workdays": [each.isoformat() for each in sorted(imported.year.makeup_workdays)],
            "replaces": current.issue if current and used and not same else None,
            "differs": [_difference(imported.year, each) for each in differing],
            "in_use": used and kept is not None,
            "file": kept,
        },
        **found.json(),
        "saved": kept is not None,
    }
    show(document, lambda: _done(imported, kept, same=same, used=used), as_json=as_json)
    return 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except OSError as why:
        raise ConfigError(f"檔案「{path.name}」無法讀取（{why.strerror}）。", "請確認檔案可讀取。") from why


def _difference(year: CalendarYear, day: date) -> dict[str, Any]:
    return {"date": day.isoformat(), "is": str(year.kind(day)), "name": year.holidays.get(day)}


def _about(imported: Imported, current: CalendarYear | None, differing: Sequence[date], *, used: bool) -> str:
    year = imported.year
    lines = [f"{year.issue}：放假 {year.days_off()} 日，補行上班 {len(year.makeup_workdays)} 日。"]
    if current is not None:
        lines.append(f"與目前使用的「{current.issue}」有 {len(differing)} 日不同：")
        lines += [
            f"  {day_with_weekday(day)} {current.kind(day)} → {year.kind(day)}" for day in differing[:_SHOWN]
        ]
        lines += [f"  另有 {len(differing) - _SHOWN} 日"] if len(differing) > _SHOWN else []
        if not used:
            lines.append("目前使用的版本較新，這一份只會保存、不會採用；要改用這一份請加 --use。")
    return "\n".join(lines)


def _done(imported: Imported, kept: str | None, *, same: bool, used: bool) -> str:
    if same:
        return f"這份 {imported.year.year - 1911} 年辦公日曆表與目前使用的版本逐日相同，不需要匯入。"
    if kept is None:
        return "沒有變更。"
    return f"已匯入{'並採用' if used else '（未採用）'}：{imported.year.issue}（calendars/{kept}）。"


@command.command(
    "list",
    cls=ChineseCommand,
    short_help="列出各年度的版本",
    help="列出各年度的辦公日曆表：有哪些版本、使用哪一版。",
    epilog="範例：elearn calendar list",
)
@JSON
def list_(as_json: bool) -> int:
    """Every issue of every year."""
    with opened() as (_, settings, _):
        calendar = settings.calendar
    rows = [
        {
            "year": each.year,
            "issue": each.issue,
            "source": each.source,
            "revision": each.revision,
            "days_off": each.days_off(),
            "in_use": calendar.years[each.year] == each,
        }
        for each in _all(calendar)
    ]
    show(
        {"calendars": rows},
        lambda: "\n".join(_line(calendar, each) for each in _all(calendar)),
        as_json=as_json,
    )
    return 0


def _all(calendar: Calendar) -> list[CalendarYear]:
    return [each for year in sorted(calendar.years) for each in calendar.issues_of(year)]


def _line(calendar: Calendar, each: CalendarYear) -> str:
    sign = "✔" if calendar.years[each.year] == each else "–"
    return f"{sign} {each.year - 1911} 年　{each.issue}　放假 {each.days_off()} 日"
