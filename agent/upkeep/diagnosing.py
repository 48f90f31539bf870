"""Diagnosis: what this program needs of the machine, looked at one by one. Nothing is changed, and no site is contacted
unless the person asks for it (`--online`)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date

from agent.access.credentials import Keyring
from agent.home import Home
from agent.settings.config import Settings
from agent.settings.in_force import settings_of
from agent.upkeep.checks import machine, network, nightly, program, records, secrets, typefaces
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from rules.errors import ElearnError

__all__ = ["FAIL", "OK", "WARN", "Check", "diagnose"]


def diagnose(home: Home, keyring: Keyring, today: date, *, online: bool = False) -> list[Check]:
    """Every check, in the order a person would mend things. A check that itself goes wrong is a failed check."""
    try:
        settings = settings_of(home)
    except ElearnError:  # named by its own check
        settings = Settings()
    checks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("version", program.version),
        ("modules", machine.modules),
        ("browser", machine.browser),
        ("browser_policy", machine.policy),
        ("fonts", lambda: typefaces.fonts(settings)),
        ("keyring", lambda: secrets.keyring_here(keyring)),
        ("keyring_scheduled", secrets.keyring_at_night),
        ("credentials", lambda: secrets.credentials(home, keyring)),
        ("left_alone", lambda: secrets.left_alone(home, settings)),
        ("proxy", network.proxy),
        ("tls", lambda: network.inspection(online=online)),
        ("settings", lambda: records.settings_file(home)),
        ("home", lambda: records.folder(home)),
        ("disk", lambda: machine.disk(home)),
        ("database", lambda: records.database(home)),
        ("clock", lambda: machine.right_time(home)),
        ("calendar", lambda: records.calendar(settings, today)),
        ("plan", lambda: records.plan(home, today)),
        ("agent", lambda: nightly.agent(home)),
        ("last_run", lambda: records.last_run(home)),
    )
    return [_safely(key, look) for key, look in checks]


def _safely(key: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except ElearnError as why:
        return Check(key, FAIL, why.message, why.remedy)
    except (OSError, ValueError, subprocess.SubprocessError) as why:
        return Check(key, FAIL, f"無法檢查（{type(why).__name__}）。", "請將本頁內容交給維護者。")
