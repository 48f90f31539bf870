"""說明: what people ask, whom to call, which keys to press."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.failures import ECPA_PHONE, EGOV_PHONE
from agent.dashboard.questions import QUESTIONS


def show(desk: Desk, request: Request) -> Response:
    """All of it."""
    del request
    return desk.page("help.html", "/help", "說明", questions=QUESTIONS, phones=(ECPA_PHONE, EGOV_PHONE))
