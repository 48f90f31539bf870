"""What the answers do: the settings as they would be, and what holds afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent import mode
from agent.access.credentials import Keyring, masked
from agent.access.sessions import Sessions
from agent.attendance.kept import Import
from agent.attendance.kept import kept as kept_attendance
from agent.errors import NoCredential
from agent.home import Home
from agent.setting_up import words
from agent.setting_up.asking import value_of
from agent.setting_up.questions import HAND, QUESTIONS
from agent.settings.agency_file import AgencyFile
from agent.settings.changing import current
from agent.settings.config import Settings
from agent.settings.in_force import settings_with
from scrapers import gateways


def settings_after(
    home: Home,
    text: str,
    agency: AgencyFile | None,
    before: Settings,
    attendance: Sequence[Import] | None = None,
) -> Settings:
    """The settings as they would be: read from a home that holds this text alone, this agency's file, and these attendance data
    (None: those that are kept).
    """
    with tempfile.TemporaryDirectory(prefix="elearn-setup-") as folder:
        tried = Home(Path(folder))
        tried.config.write_text(text, "utf-8")
        present = kept_attendance(home) if attendance is None else attendance
        return replace(settings_with(tried, agency, present), calendar=before.calendar)


def present_way(home: Home, keyring: Keyring, configured: str) -> str:
    """How this person logs in now: the gateway of the settings, else one with a stored password, else by hand.

    By hand is what somebody chose who has a session or settings, and neither a gateway in them nor a password. "" where
    nothing was chosen yet.
    """
    stored = _stored(keyring)
    by_hand = Sessions(home, keyring).is_kept or (home.config.exists() and not configured)
    if not stored and by_hand:
        return HAND
    return configured if configured in gateways.names() else next(iter(stored), "")


def _stored(keyring: Keyring) -> dict[str, str]:
    """The gateways with a stored password, with their masked account; none where no keyring can be asked."""
    try:
        return {key: masked(found) for key in gateways.names() if (found := keyring.account(key))}
    except NoCredential:
        return {}


def state_of(home: Home) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What holds now, as JSON and in lines: the answers, and what lies where."""

    present = current(home.config.read_text("utf-8-sig")) if home.config.exists() else {}
    keyring = Keyring(mode.mode())
    stored = _stored(keyring)
    values = {each.place: value_of(each, present) for each in QUESTIONS}
    way = present_way(home, keyring, present.get("gateway", ""))
    titles = {HAND: "由您親自登入，不儲存密碼", "": "（沒有指定）"}
    lines = [f"  登入方式：{titles.get(way) or gateways.load(way).title}"]
    lines += [
        f"  {each.asked.removesuffix('嗎')}：{each.show(values[each.place]) or '（空白）'}"
        for each in QUESTIONS
    ]
    lines.append(f"  計畫：{present.get('plan') or '涵蓋當日的所有計畫'}")
    accounts = [f"{gateways.load(key).title} {account}" for key, account in stored.items()]
    document = {
        "setup": {
            "home": str(home.path),
            "gateway": present.get("gateway") or None,
            "plan": present.get("plan") or None,
            "credentials": [{"key": key, "account_masked": each} for key, each in stored.items()],
            "settings": {".".join(place): value for place, value in values.items()},
        }
    }
    return document, ("", "目前的設定：", *lines, "", *words.kept_where(home, accounts))
