"""檢查: what this program needs of the machine, one by one, with what to do where something is missing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.upkeep.diagnosing import FAIL, OK, WARN, diagnose

SIGN = {OK: ("✔", "正常", "met"), WARN: ("！", "留意", "review"), FAIL: ("✖", "需處理", "failed")}


def show(desk: Desk, request: Request) -> Response:
    """Every check, those that fail first."""
    del request
    checks = diagnose(desk.home, desk.keyring, desk.today)
    order = {FAIL: 0, WARN: 1, OK: 2}
    return desk.page(
        "doctor.html",
        "/doctor",
        "檢查",
        checks=sorted(checks, key=lambda each: order[each.state]),
        sign=SIGN,
    )
