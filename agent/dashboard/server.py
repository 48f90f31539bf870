"""The page's server: one function builds the application from its table of pages and changes; one serves it on loopback alone."""

from __future__ import annotations

import contextlib
import os
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
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.dashboard.answers import other, refuse, said, unforeseen
from agent.dashboard.away import EXPIRED, turned_away
from agent.dashboard.desk import Desk
from agent.dashboard.door import OPEN, Door, Guarded
from agent.dashboard.looks import render
from agent.dashboard.opening import Running
from agent.dashboard.refused import LARGEST, NO_TOKEN, TOO_LARGE
from agent.dashboard.routes import CHANGES, FILES, PAGES
from agent.home import Home
from rules.errors import ConfigError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
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

    app = Starlette(
        routes=routes, lifespan=life, exception_handlers={HTTPException: other(desk), 500: unforeseen(desk)}
    )
    return Guarded(app, desk.door)


def _opening(desk: Desk, running: Running) -> Callable[[Request], object]:
    """Let in whoever brings the token of an opening file that lies here."""

    async def opening(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=4)
        if not await run_in_threadpool(running.redeem, str(form.get("token", ""))):
            return turned_away(EXPIRED)
        desk.just_opened = True
        # The cookie is for this site only, and this request came from a file: the page itself has to go on to the next.
        return HTMLResponse(render("opened.html"), headers={"Set-Cookie": desk.door.cookie()})

    return opening


def _page(desk: Desk, show: Show) -> Callable[[Request], object]:
    async def page(request: Request) -> Response:
        return await run_in_threadpool(said, desk, lambda: show(desk, request), request)

    return page


def _change(desk: Desk, path: str, change: Change) -> Callable[[Request], object]:
    """A change: only with the token that this page's own form carried, and of bounded size."""

    async def changing(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST:
            return refuse(desk, TOO_LARGE, request, 413)
        async with request.form(max_files=_MOST_FILES, max_fields=200) as form:
            if not desk.door.is_token(path, str(form.get("token", ""))):
                return refuse(desk, NO_TOKEN, request, 403)
            return await run_in_threadpool(said, desk, lambda: change(desk, form), request)

    return changing


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
    if (
        os.name == "posix"
    ):  # so that a page that goes on as a newer program has its port again; on Windows it would share it
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((LOOPBACK, port))
        found.listen(128)  # from now on a browser waits instead of being refused
    except (OSError, OverflowError) as why:
        found.close()
        raise ConfigError(
            f"埠號 {port} 無法使用（已被占用，或不允許）。", "請改用別的 --port，或不指定。"
        ) from why
    return found
