"""The program itself: which version runs, and whether a newer one lies ready. Nobody is asked for one."""

from __future__ import annotations

from agent import __version__
from agent.updating.parcel import newest_dropped
from agent.updating.places import installed, rank
from agent.upkeep.checks.check import OK, WARN, Check
from rules.errors import ConfigError


def version() -> Check:
    """A notice only: a zip that somebody put into the portable folder is neither unpacked nor tried here."""
    try:
        dropped = newest_dropped(installed().root)
    except ConfigError:  # installed in another way
        dropped = None
    if dropped is None or rank(dropped[0]) <= rank(__version__):
        return Check("version", OK, f"程式版本：{__version__}")
    return Check(
        "version",
        WARN,
        f"程式資料夾裡有新版 {dropped[0]}（目前為 {__version__}）。",
        "看更新內容：elearn update check；試過再切換：elearn update install。",
    )
