"""列入待認定項目？ The sets the office has still to judge: none is applied for unless the person ticks it."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.claims.choosing import open_to_choice
from agent.dashboard import jobs
from agent.dashboard.desk import Desk
from agent.dashboard.standing import look
from agent.screens.explain_screen import set_reasons


def show(desk: Desk, request: Request) -> Response:
    """Each such set with its reasons, none ticked."""
    del request
    view = look(desk)
    verdict, leave = view.verdict, view.leave
    keys = open_to_choice(verdict) if verdict else ()
    rows = [
        (key, verdict.set_of(key).title, set_reasons(verdict, leave, key, named=False))
        for key in keys
        if verdict and leave
    ]
    general = [reason.text for reason in leave.reasons] if leave else []
    asks_category = bool(rows) and not view.settings.person.category
    return desk.page(
        "review.html", "/", "列入待認定項目？", rows=rows, general=general, asks_category=asks_category
    )


def start(desk: Desk, form: FormData) -> Response:
    """Prepare with what was ticked."""
    chosen = tuple(str(each) for each in form.getlist("set"))
    if not chosen:
        return desk.go("/review", "沒有勾選任何一套，沒有準備文件。")
    begun = desk.worker.start("review", jobs.STEPS["review"], lambda tell: jobs.review(desk, tell, chosen))
    return desk.go("/", "" if begun else "另一項工作正在進行，請等它完成。")
