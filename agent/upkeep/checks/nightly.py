"""The nightly runs: whether something starts them at log-in, and whether they run now."""

from __future__ import annotations

from agent.home import Home
from agent.schedule.installing import places_of, way_of
from agent.schedule.ladder import PAGE, PAGE_SENTENCE
from agent.schedule.presence import OTHER, OTHER_REMEDY, is_running, other_version
from agent.upkeep.checks.check import OK, WARN, Check

_INSTALL = "要每晚自動更新，請執行 elearn agent install。"


def agent(home: Home) -> Check:
    """Whoever runs `elearn sync` by hand lacks nothing; who installed the nightly runs and has none is told."""
    titles = "、".join(title for title, _ in places_of(home))
    if other := other_version(home):
        return Check("agent", WARN, OTHER.format(other), OTHER_REMEDY)
    if is_running(home):
        if titles:
            return Check("agent", OK, f"每晚更新正在執行（{titles}）。")
        return Check("agent", WARN, "每晚更新正在執行，但登入電腦時不會自動開始。", _INSTALL)
    if titles:
        return Check(
            "agent",
            WARN,
            f"已設定登入電腦時自動開始（{titles}），但每晚更新目前沒有在執行。",
            "請登出再登入一次，或執行 elearn agent run。",
        )
    if way_of(home) == PAGE:
        return Check("agent", OK, PAGE_SENTENCE)
    if way_of(home):
        return Check("agent", WARN, "先前設定的登入時自動開始已不在。", _INSTALL)
    return Check("agent", OK, "沒有設定每晚更新（要設定請執行 elearn agent install）。")
