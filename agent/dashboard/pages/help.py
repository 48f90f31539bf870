"""說明: what people ask, whom to call, which keys to press."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.failures import ECPA_PHONE, EGOV_PHONE
from agent.dashboard.questions import CONFIRMED_ON, QUESTIONS
from agent.dashboard.uploads import uploads
from rules.errors import ElearnError


def show(desk: Desk, request: Request) -> Response:
    """All of it; also where the home cannot be opened, and somebody needs it most."""
    del request
    habit = ""
    with suppress(ElearnError), desk.store() as store:
        habit = uploads(store.records(), desk.today).habit
    return desk.page(
        "help.html",
        "/help",
        "說明",
        questions=QUESTIONS,
        phones=(ECPA_PHONE, EGOV_PHONE),
        habit=habit,
        confirmed_on=CONFIRMED_ON,
    )
