"""Asking before something that is already judged or claimed changes."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from agent import mode
from agent.home import Home, hold, open_home
from agent.settings.in_force import settings_of
from rules.errors import ConfigError

YES = click.option("--yes", is_flag=True, help="不詢問，直接套用。")


def agreed(question: str, *, yes: bool) -> bool:
    """Whether the person agrees. Raises ConfigError where nobody can be asked and --yes was not given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError("這裡無法詢問，什麼都沒有變更。", "請看過上列變更後，加上 --yes 再執行一次。")
    return bool(click.confirm(question, default=False, err=True))


def usable() -> bool:
    """Whether the settings of the home can be read. Where not, putting something away must still work: it may be the remedy."""
    try:
        settings_of(open_home(mode.home_path()))
    except ConfigError:
        return False
    return True


def forgotten(forget: Callable[[Home], None]) -> None:
    """Put something away under the home's lock, judging nothing."""
    home = open_home(mode.home_path())
    with hold(home):
        forget(home)
