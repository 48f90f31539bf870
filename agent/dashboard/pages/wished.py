"""A change of the settings by the page: what it would do to verdicts and claims is said first, and asked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.attendance.kept import Import
from agent.attendance.kept import keep as keep_attendance
from agent.forms.own_form import keep_form
from agent.home import Home, write_private
from agent.plans import found as plans
from agent.screens.changes_screen import changes_text
from agent.setting_up.keeping import settings_after
from agent.settings.agency import keep_agency
from agent.settings.agency_file import AgencyFile
from agent.settings.changing import changed
from agent.settings.rejudging import Changes, changes
from rules.errors import ConfigError

if TYPE_CHECKING:
    from starlette.responses import Response

    from agent.dashboard.desk import Desk


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be kept for one answer, `asked` being what it answers: settings by their place, the agency's file (what
    the home keeps of it, and its form), or all attendance data from now on.
    """

    asked: str
    key: str = field(default_factory=lambda: secrets.token_hex(8), kw_only=True)  # of this very asking
    settings: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    agency: tuple[AgencyFile, bytes, bytes | None] | None = None
    attendance: tuple[Import, ...] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Where the yes to a change is sent, with which fields (and `apply`), and where a no leads back to."""

    action: str
    fields: Mapping[str, str]
    back: str


def asked_first(desk: Desk, wish: Wish, way: Way) -> Response | None:
    """The page that says what the change would do and asks; None where it changes nothing, and is kept already.

    Raises ConfigError for a settings file that cannot be used.
    """
    found = _would_change(desk, wish)
    if found.is_empty:
        keep(desk, wish)
        return None
    desk.wish = wish
    shown = replace(way, fields={**way.fields, "apply": wish.key})
    return desk.page("changes.html", "", "會改變判斷結果", way=shown, lines=changes_text(found))


def confirmed(desk: Desk, asked: str, key: str) -> None:
    """Keep the change that was shown with this key, and no other. Raises ConfigError where it is not there any more, or was
    asked anew since (in a second tab).
    """
    wish = desk.wish
    if wish is None or (wish.asked, wish.key) != (asked, key):
        raise ConfigError("要套用的修改已經不在。", "請再填一次。")
    desk.wish = None
    keep(desk, wish)


def _would_change(desk: Desk, wish: Wish) -> Changes:
    """What it does to what is stored, as of today: to every plan of the day, and to the one that the page shows."""
    fresh = _text(desk.home, wish)
    with desk.opened() as (home, before, store):
        agency = wish.agency[0] if wish.agency else before.agency
        after = settings_after(home, fresh, agency, before, wish.attendance)
        known = desk.looks.plan in {each.key for each in plans.every(home)}
        return changes(store, before, after, desk.today, also=desk.looks.plan if known else "")


def keep(desk: Desk, wish: Wish) -> None:
    """Keep it."""
    if wish.settings:
        write_private(desk.home.config, _text(desk.home, wish).encode())
    if wish.agency is not None:
        agency, kept, form = wish.agency
        keep_form(desk.home, agency, form)
        keep_agency(desk.home, kept)
    if wish.attendance is not None:
        keep_attendance(desk.home, wish.attendance)


def _text(home: Home, wish: Wish) -> str:
    path = home.config
    text = path.read_text("utf-8-sig") if path.exists() else ""
    return changed(text, path.name, wish.settings)
