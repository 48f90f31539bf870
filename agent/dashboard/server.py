"""The page's server: one function builds the application from its table of pages and changes; one serves it on loopback alone."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.dashboard.desk import Desk
from agent.dashboard.door import OPEN, Door, Guarded
from agent.dashboard.failures import failure
from agent.dashboard.looks import render
from agent.dashboard.opening import Running
from agent.dashboard.progress import Ended
from agent.dashboard.routes import CHANGES, FILES, PAGES
from agent.home import Home
from agent.logs import keep_traceback
from rules.errors import ConfigError, ElearnError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
LARGEST = 300_000_000  # bytes of one upload: a few claims, or a year of saved pages
_MOST_FILES = 200
_LINGER = 45.0  # seconds in which a run under way may come to a safe place when the page is closed

Show = Callable[[Desk, Request], Response]
Change = Callable[[Desk, FormData], Response]


def application(desk: Desk, running: Running) -> ASGIApp:
    """The page as one application behind its door."""
    routes: list[BaseRoute] = [
        Route(OPEN, _opening(desk, running), methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        *(Route(path, _page(desk, show), methods=["GET"]) for path, show in {**FILES, **PAGES}.items()),
        *(Route(path, _change(desk, path, change), methods=["POST"]) for path, change in CHANGES.items()),
    ]

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(desk.worker.finish, _LINGER)

    app = Starlette(routes=routes, lifespan=life, exception_handlers={404: _not_found(desk)})
    return Guarded(app, desk.door, HTMLResponse(render("expired.html"), 403))


def _opening(desk: Desk, running: Running) -> Callable[[Request], object]:
    """Let in whoever brings the token of an opening file that lies here."""

    async def opening(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=4)
        if not await run_in_threadpool(running.redeem, str(form.get("token", ""))):
            return HTMLResponse(render("expired.html"), 403)
        desk.just_opened = True
        # The cookie is for this site only, and this request came from a file: the page itself has to go on to the next.
        return HTMLResponse(render("opened.html"), headers={"Set-Cookie": desk.door.cookie()})

    return opening


def _page(desk: Desk, show: Show) -> Callable[[Request], object]:
    async def page(request: Request) -> Response:
        return await run_in_threadpool(_said, desk, lambda: show(desk, request))

    return page


def _change(desk: Desk, path: str, change: Change) -> Callable[[Request], object]:
    """A change: only with the token that this page's own form carried, and of bounded size."""

    async def changing(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST:
            return PlainTextResponse("413 送出的檔案太大。", 413)
        async with request.form(max_files=_MOST_FILES, max_fields=200) as form:
            if not desk.door.is_token(path, str(form.get("token", ""))):
                return PlainTextResponse(
                    "403 這項變更不是從本頁送出的，沒有執行。請回上一頁重新整理後再試。", 403
                )
            return await run_in_threadpool(_said, desk, lambda: change(desk, form))

    return changing


def _said(desk: Desk, answer: Callable[[], Response]) -> Response:
    """The answer, or in its place the three sentences of whatever went wrong."""
    try:
        return answer()
    except HTTPException:  # a page that does not exist
        raise
    except ElearnError as why:
        ended = Ended(why.code, why.kind, why.message, why.remedy, why.evidence)
        return desk.page(
            "failed.html", "", "無法完成", 409, failure=failure(ended), folder=str(desk.home.path)
        )
    except Exception:  # what nobody foresaw is kept for whoever mends it, and said without its traceback
        kept = keep_traceback(desk.error_log)
        ended = Ended(1, "unexpected", "程式發生未預期的問題。", evidence=kept)
        return desk.page(
            "failed.html", "", "無法完成", 500, failure=failure(ended), folder=str(desk.home.path)
        )


def _not_found(desk: Desk) -> Callable[[Request, Exception], Response]:
    def not_found(request: Request, why: Exception) -> Response:
        del request
        detail = (
            why.detail if isinstance(why, HTTPException) and why.detail != "Not Found" else "沒有這一頁。"
        )
        return desk.page("nothing.html", "", "找不到", 404, said=detail)

    return not_found


class Served:
    """A page being served from `start` to `stop`, in a thread of its own."""

    def __init__(self, home: Home, running: Running, port: int, on: date | None) -> None:
        self._socket = _listen(port)
        self.door = Door.new(self._socket.getsockname()[1])
        self.desk = Desk.of(home, self.door, on)
        config = uvicorn.Config(
            application(self.desk, running),
            log_config=None,
            access_log=False,
            ws="none",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self.desk.end = self._end
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended, after at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End, once a run under way has come to a safe place."""
        self._end()
        self._thread.join(_LINGER + 5)
        self._socket.close()

    def _end(self) -> None:
        self._server.should_exit = True


def _listen(port: int) -> socket.socket:
    """A socket of this machine alone. Raises ConfigError where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.bind((LOOPBACK, port))
        found.listen(128)  # from now on a browser waits instead of being refused
    except (OSError, OverflowError) as why:
        found.close()
        raise ConfigError(
            f"埠號 {port} 無法使用（已被占用，或不允許）。", "請改用別的 --port，或不指定。"
        ) from why
    return found
