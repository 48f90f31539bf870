"""What the answers do: the settings as they would be, and what holds afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent import mode
from agent.access.credentials import Keyring, masked
from agent.attendance.kept import Import
from agent.attendance.kept import kept as kept_attendance
from agent.errors import NoCredential
from agent.home import Home
from agent.setting_up import words
from agent.setting_up.asking import value_of
from agent.setting_up.questions import QUESTIONS
from agent.settings.agency import AgencyFile
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


def state_of(home: Home) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What holds now, as JSON and in lines: the answers, and what lies where."""

    present = current(home.config.read_text("utf-8-sig")) if home.config.exists() else {}
    try:
        keyring = Keyring(mode.mode())
        stored = {key: masked(found) for key in gateways.names() if (found := keyring.account(key))}
    except NoCredential:
        stored = {}
    values = {each.place: value_of(each, present) for each in QUESTIONS}
    way = present.get("gateway")
    lines = [f"  登入方式：{gateways.load(way).title if way else '（沒有指定）'}"]
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
