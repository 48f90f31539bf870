"""`elearn agency`: the personnel office's file, imported, shown and put away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from agent.attendance.kept import kept as kept_attendance
from agent.commands.asking import YES, agreed, forgotten, usable
from agent.commands.frame import JSON, ON, ChineseCommand, ChineseGroup, day_or_today, opened, show
from agent.forms.own_form import beside, keep_form
from agent.plans.found import given
from agent.screens.agency_screen import agency_text
from agent.screens.changes_screen import changes_text
from agent.settings.agency import forget_agency, keep_agency, kept_agency, open_agency
from agent.settings.agency_file import AgencyFile, stated_json
from agent.settings.in_force import settings_with
from agent.settings.rejudging import Changes, changes


@click.group(
    "agency",
    cls=ChineseGroup,
    help="機關設定檔：由人事單位提供，讓同一機關的人用同一種判斷（上班時間、午休、彈性、停止上班…）。",
    epilog="範例：elearn agency import 區公所設定.toml",
)
def command() -> None:
    """The group."""


@command.command(
    "import",
    cls=ChineseCommand,
    short_help="匯入機關設定檔",
    help="匯入人事單位提供的設定檔 FILE：先檢查內容，列出會改變的判斷結果與申請案，有改變時先詢問。檔中所載優先於 config.toml 的同一項。",
    epilog="範例：elearn agency import 區公所設定.toml --yes",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@ON
@YES
@JSON
def import_(file: Path, on: date | None, yes: bool, as_json: bool) -> int:
    """Check, show what changes, ask, keep."""
    agency, kept = open_agency(file.expanduser())
    given(agency)  # a plan or form that cannot be used is refused before anything else is looked at
    form = beside(agency, file.expanduser().parent)
    return _apply(agency, kept, form, day_or_today(on), yes=yes, as_json=as_json)


@command.command(
    "clear",
    cls=ChineseCommand,
    short_help="不再使用機關設定檔",
    help="移除已匯入的機關設定檔，改回 config.toml 的設定；有改變時先詢問。",
    epilog="範例：elearn agency clear --yes",
)
@ON
@YES
@JSON
def clear(on: date | None, yes: bool, as_json: bool) -> int:
    """The person's own settings hold again."""
    if not usable():
        forgotten(forget_agency)
        show(
            {**_document(None), **Changes().json(), "saved": True},
            lambda: _done(None, saved=True),
            as_json=as_json,
        )
        return 0
    return _apply(None, b"", None, day_or_today(on), yes=yes, as_json=as_json)


def _apply(
    agency: AgencyFile | None, kept: bytes, form: bytes | None, day: date, *, yes: bool, as_json: bool
) -> int:
    with opened(locked=True) as (home, before, store):
        after = replace(settings_with(home, agency, kept_attendance(home)), calendar=before.calendar)
        found = changes(store, before, after, day)
        click.echo(_shown(agency, before.agency), err=True)
        click.echo(changes_text(found), err=True)
        saved = found.is_empty or agreed("要套用嗎？", yes=yes)
        if saved and agency is not None:
            keep_form(home, agency, form)
            keep_agency(home, kept)
        elif saved:
            forget_agency(home)
            keep_form(home, None, None)
    document = {**_document(agency), **found.json(), "saved": saved}
    show(document, lambda: _done(agency, saved=saved), as_json=as_json)
    return 0


def _shown(agency: AgencyFile | None, before: AgencyFile | None) -> str:
    if agency is None:
        return f"將移除：{before.label if before else '（沒有匯入過機關設定檔）'}"
    instead = f"\n（取代目前的 {before.label}）" if before else ""
    return agency_text(agency) + instead


def _done(agency: AgencyFile | None, *, saved: bool) -> str:
    if not saved:
        return "沒有變更。"
    return f"已套用機關設定檔：{agency.label}。" if agency else "已移除機關設定檔，改用 config.toml 的設定。"


def _document(agency: AgencyFile | None) -> dict[str, Any]:
    return {"agency": stated_json(agency) if agency else None}


@command.command(
    "show",
    cls=ChineseCommand,
    short_help="顯示已匯入的機關設定檔",
    help="顯示已匯入的機關設定檔：名稱、日期與所載的每一項。",
    epilog="範例：elearn agency show",
)
@JSON
def show_(as_json: bool) -> int:
    """The file in force."""
    with opened() as (home, _, _):
        agency = kept_agency(home)
    show(
        _document(agency),
        lambda: agency_text(agency) if agency else "沒有匯入機關設定檔，使用 config.toml 的設定。",
        as_json=as_json,
    )
    return 0
