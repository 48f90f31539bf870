"""The TLS server: the hosts on one port, a book of every request that arrived, and faults before any page."""

from __future__ import annotations

import socket
import struct
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapers.replica.answer import Answer
from scrapers.replica.behaviour import Fault
from scrapers.replica.certificate import certificate
from scrapers.replica.request import Request, Sessions
from scrapers.replica.sites import HOSTS, answer_for
from scrapers.replica.state import State


class Replica:
    """The running replica. Use as a context manager; `state` may be changed while it runs."""

    def __init__(self, state: State | None = None, port: int = 0) -> None:
        self.state = state if state is not None else State.demo()
        self.requests: list[Request] = []
        self.sessions = Sessions()
        self.refused: dict[str, int] = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.troubles: list[str] = []
        self._faults_met: dict[str, int] = {}
        context, self.key = certificate((*HOSTS, *self.state.extra_hosts))
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.replica = self
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """Where it listens: 127.0.0.1:PORT."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Replica:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop at once: answers that were waiting are dropped, open connections closed.

        Raises RuntimeError when a page could not be made: a test must not take that for the portal's behaviour.
        """
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        if self.troubles and kind is None:
            raise RuntimeError("the replica failed:\n" + "\n".join(self.troubles))

    def submissions(self, gateway: str) -> int:
        """How many times a password was sent to this gateway."""
        name, host = {"ecpa": ("pas", HOSTS[1]), "egov": ("password", HOSTS[2])}[gateway]
        return sum(1 for each in list(self.requests) if each.host == host and each.form.get(name))

    def to_host(self, host: str) -> list[Request]:
        """Every request that reached this host."""
        return [each for each in list(self.requests) if each.host == host]

    def leaks(self) -> list[Request]:
        """Every request that carried one of the accounts' passwords to a host that is none of the gateways."""
        passwords = {each.password for each in self.state.accounts}
        foreign = [each for each in list(self.requests) if each.host not in HOSTS[1:]]
        return [each for each in foreign if passwords & {*each.form.values(), *each.query.values()}]

    def fault(self, request: Request) -> Fault | None:
        """The fault that is due at this path now, counted."""
        found = self.state.behaviour.fault(request.host, request.path)
        if found is None:
            return None
        with self.lock:
            met = self._faults_met[request.path] = self._faults_met.get(request.path, 0) + 1
        due = met > found.after and (not found.times or met <= found.after + found.times)
        return found if due else None


class _Server(ThreadingHTTPServer):
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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

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
                answer.delay, answer.cut = answer.delay + fault.delay, fault.cut
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
        self.wfile.write(body[: len(body) // 2] if answer.cut else body)
        if answer.cut:
            self._reset()

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


def _cookies(header: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part)
