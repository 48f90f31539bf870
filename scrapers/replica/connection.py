"""One connection: TLS, request after request, and what a fault does to an answer on its way out."""

from __future__ import annotations

import re
import socket
import struct
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from scrapers.replica.answer import Answer
from scrapers.replica.behaviour import Fault
from scrapers.replica.request import Request
from scrapers.replica.sites import answer_for, resets_unused

if TYPE_CHECKING:
    from scrapers.replica.server import Replica


class Server(ThreadingHTTPServer):
    """A thread a connection; knows which are open."""

    daemon_threads = True
    request_queue_size = 64
    replica: Replica

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[Any] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what is still open: a kept-alive connection would outlive the server."""
        for each in list(self._open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """A client that hangs up is no news."""


_IDLE = 0.15  # seconds


class Handler(BaseHTTPRequestHandler):
    """Answers as the replica says."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Server

    def handle(self) -> None:
        """Greet, then answer request after request.

        A browser opens connections ahead of need, and sends a request again by itself when such a one breaks, as with a
        kept one. Where a break has to mean one submission, a connection that is not used at once is closed at once.
        """
        self.connection.do_handshake()
        if resets_unused(self.server.replica, getattr(self.connection, "named", "")):
            self.connection.settimeout(_IDLE)
        super().handle()

    def parse_request(self) -> bool:
        """The first line has arrived: from here on there is time."""
        self.connection.settimeout(self.timeout)
        return super().parse_request()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer("GET", {})

    def do_POST(self) -> None:
        """Answer a POST."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        self._answer("POST", dict(parse_qsl(body, keep_blank_values=True)))

    def _answer(self, method: str, form: dict[str, str]) -> None:
        replica, parts = self.server.replica, urlsplit(self.path)
        request = Request(
            host=(self.headers.get("Host") or "").split(":")[0].lower(),
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            form=form,
            cookies=_cookies(self.headers.get("Cookie") or ""),
            time=time.time(),
        )
        replica.requests.append(request)
        fault = replica.fault(request)
        answer = _instead(fault) if fault is not None else None
        if answer is None:
            answer = self._page(request)
            if fault is not None:
                _spoil(answer, fault)
        if answer.delay and replica.stopping.wait(answer.delay):
            self.close_connection = True
        elif answer.reset:
            self._reset()
        else:
            self._send(answer)

    def _page(self, request: Request) -> Answer:
        try:
            return answer_for(self.server.replica, request)
        except Exception:  # whatever it is, it is told when the replica stops
            self.server.replica.troubles.append(f"{request!r}\n{traceback.format_exc()}")
            return Answer("<html><body>500</body></html>", 500)

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        for name, value in answer.cookies.items():
            # SameSite=None: 我的e政府 may be shown in a frame of the portal's page
            self.send_header("Set-Cookie", f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=None")
        self.end_headers()
        self._write(body[: len(body) // 2] if answer.cut else body, answer.drip)
        if answer.cut:
            self._reset()

    def _write(self, body: bytes, drip: float) -> None:
        """The body, at once or in twenty pieces over `drip` seconds."""
        size = -(-len(body) // 20) if drip else len(body)
        for start in range(0, len(body), max(size, 1)):
            self.wfile.write(body[start : start + size])
            if drip and self.server.replica.stopping.wait(drip / 20):
                break

    def _reset(self) -> None:
        """Break the connection the hard way."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's own
        """Silence: `requests` is the book."""


def _instead(fault: Fault) -> Answer | None:
    """The answer a fault puts in the place of the page's own; None when it only slows or cuts that one."""
    if fault.reset:
        return Answer(reset=True, delay=fault.delay)
    if fault.redirect:
        return Answer(status=fault.status or 302, headers={"Location": fault.redirect}, delay=fault.delay)
    if fault.status:
        body = fault.body or "<html><body>Service Unavailable</body></html>"
        return Answer(body, fault.status, delay=fault.delay)
    return None


def _spoil(answer: Answer, fault: Fault) -> None:
    """What a fault does to the page's own answer."""
    answer.delay, answer.cut, answer.drip = answer.delay + fault.delay, fault.cut, fault.drip
    if not isinstance(answer.body, str):
        return
    body = re.sub(fault.drop, "", answer.body) if fault.drop else answer.body
    body = body.replace("</body>", f"{fault.insert}</body>") if fault.insert else body
    answer.body = body.encode(fault.encoding, "replace") if fault.encoding else body


def _cookies(header: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part)
