"""Every answer of the application: what was asked for, or in its place what went wrong, in three parts and with one way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from agent.dashboard.away import NOT_THERE, UNREADABLE, turned_away
from agent.dashboard.door import OPEN, STATIC
from agent.dashboard.pages.settings_file import is_broken
from agent.dashboard.progress import Ended
from agent.dashboard.refused import BY_BUTTON, TOO_MANY, page_of, refused
from agent.dashboard.routes import PAGES
from agent.logs import keep_traceback
from rules.errors import ElearnError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from agent.dashboard.desk import Desk

_CONFLICT = 409


def said(desk: Desk, answer: Callable[[], Response], request: Request) -> Response:
    """The answer, or in its place the three sentences of whatever went wrong."""
    try:
        return answer()
    except HTTPException:  # a page that does not exist
        raise
    except ElearnError as why:
        ended = Ended(why.code, why.kind, why.message, why.remedy, why.evidence)
        return refuse(desk, ended, request, _CONFLICT)
    except Exception as why:  # what nobody foresaw
        return unforeseen(desk)(request, why)


def refuse(desk: Desk, ended: Ended, request: Request, status: int) -> Response:
    """The page that says so, with the way back to where the request came from."""
    sent = request.method == "POST"
    back = page_of(request.url.path, PAGES, sent=sent)
    is_config = ended.code == 2 and status == _CONFLICT and is_broken(desk)
    found = refused(ended, back, sent=sent, is_config=is_config)
    return desk.page("failed.html", "", "無法完成", status, failure=found, folder=str(desk.home.path))


def unforeseen(desk: Desk) -> Callable[[Request, Exception], Response]:
    """A defect of the program: kept for whoever mends it, and said without its traceback."""

    def answer(request: Request, why: Exception) -> Response:
        try:
            raise why  # it is handled in another thread than the one that met it
        except Exception:
            kept = keep_traceback(desk.error_log)
        if _is_for_anybody(request):
            return turned_away(replace(UNREADABLE, status=500))
        return refuse(desk, Ended(1, "unexpected", "程式發生未預期的問題。", evidence=kept), request, 500)

    return answer


def other(desk: Desk) -> Callable[[Request, Exception], Response]:
    """What the routes themselves refuse: an address that is not there, one that is only sent to, a form that is none."""

    def answer(request: Request, why: Exception) -> Response:
        status, detail = (why.status_code, why.detail) if isinstance(why, HTTPException) else (500, "")
        if _is_for_anybody(request):
            return turned_away(replace(NOT_THERE if status == 404 else UNREADABLE, status=status))
        if status == 404:
            said_so = detail if detail and detail != "Not Found" else "沒有這一頁。"
            return desk.page("nothing.html", "", "找不到", 404, said=said_so)
        return refuse(desk, BY_BUTTON if status == 405 else TOO_MANY, request, status)

    return answer


def _is_for_anybody(request: Request) -> bool:
    """Whether this address is answered without the session, and so must hold nothing of the page's own."""
    return request.url.path == OPEN or request.url.path.startswith(STATIC)
