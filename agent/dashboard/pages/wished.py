"""A change of the settings by the page: what it would do to verdicts and claims is said first, and asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.forms.own_form import keep_form
from agent.home import Home, write_private
from agent.setting_up.keeping import settings_after
from agent.settings.agency import AgencyFile, keep_agency
from agent.settings.changing import changed
from agent.settings.rejudging import Changes, changes

if TYPE_CHECKING:
    from agent.dashboard.desk import Desk


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be kept for the answer of one step: settings by their place, or the agency's file (what the home keeps of
    it, and its form).
    """

    step: int
    settings: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    agency: tuple[AgencyFile, bytes, bytes | None] | None = None


def would_change(desk: Desk, wish: Wish) -> Changes:
    """What it does to what is stored, as of today. Raises ConfigError for a settings file that cannot be used."""
    fresh = _text(desk.home, wish)
    with desk.opened() as (home, before, store):
        agency = wish.agency[0] if wish.agency else before.agency
        return changes(store, before, settings_after(home, fresh, agency, before), desk.today)


def keep(desk: Desk, wish: Wish) -> None:
    """Keep it."""
    if wish.settings:
        write_private(desk.home.config, _text(desk.home, wish).encode())
    if wish.agency is not None:
        agency, kept, form = wish.agency
        keep_form(desk.home, agency, form)
        keep_agency(desk.home, kept)


def _text(home: Home, wish: Wish) -> str:
    path = home.config
    text = path.read_text("utf-8-sig") if path.exists() else ""
    return changed(text, path.name, wish.settings)
