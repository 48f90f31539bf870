"""The TLS server: one certificate for the hosts, a book of every request that arrived, and faults before any page."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import struct
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from scrapers.replica.answer import Answer
from scrapers.replica.sites import answer_for
from scrapers.replica.state import Fault, State

HOSTS = ("elearn.hrd.gov.tw", "ecpa.dgpa.gov.tw", "www.cp.gov.tw")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. `form` may hold a password and stays in memory; its repr does not show it."""

    host: str
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str] = field(repr=False)
    cookies: dict[str, str] = field(repr=False)


class Replica:
    """The running replica. Use as a context manager; `state` may be changed while it runs."""

    def __init__(self, state: State | None = None, port: int = 0) -> None:
        self.state = state if state is not None else State.demo()
        self.requests: list[Request] = []
        self.sessions: dict[str, Any] = {}
        self.lock = threading.Lock()
        self._faults_met: dict[str, int] = {}
        leaf = trustme.CA().issue_cert(*HOSTS, *self.state.extra_hosts)
        self.key = _spki(leaf)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.replica = self
        self._server.socket = _tls(leaf).wrap_socket(
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
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve in the foreground until the process is told to stop."""
        self._server.serve_forever(0.05)

    def submissions(self, gateway: str) -> int:
        """How many times a password was sent to this gateway."""
        field_of = {"ecpa": "pas", "egov": "password"}[gateway]
        return sum(1 for each in self.requests if each.form.get(field_of))

    def to_host(self, host: str) -> list[Request]:
        """Every request that reached this host."""
        return [each for each in self.requests if each.host == host]

    def fault(self, path: str) -> Fault | None:
        """The fault that is due at this path now, counted."""
        found = self.state.behaviour.faults.get(path)
        if found is None:
            return None
        with self.lock:
            met = self._faults_met[path] = self._faults_met.get(path, 0) + 1
        due = met > found.after and (not found.times or met <= found.after + found.times)
        return found if due else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    replica: Replica

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own
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
        replica = self.server.replica
        parts = urlsplit(self.path)
        request = Request(
            host=(self.headers.get("Host") or "").split(":")[0].lower(),
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            form=form,
            cookies=_cookies(self.headers.get("Cookie") or ""),
        )
        replica.requests.append(request)
        fault = replica.fault(request.path)
        if fault is not None:
            time.sleep(fault.delay)
            if fault.reset:
                self._reset()
                return
            if fault.redirect:
                self._send(Answer(status=fault.status or 302, headers={"Location": fault.redirect}))
                return
            if fault.status:
                self._send(
                    Answer(fault.body or "<html><body>Service Unavailable</body></html>", fault.status)
                )
                return
        answer = answer_for(replica, request)
        if answer.reset:
            self._reset()
            return
        time.sleep(answer.delay)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        for name, value in answer.cookies.items():
            self.send_header("Set-Cookie", f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=None")
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        """Break the connection the hard way."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's own
        """Silence: `requests` is the book."""


def _cookies(header: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part)


def _spki(leaf: trustme.LeafCert) -> str:
    """Base64 of the SHA-256 of the certificate's public key, as Chromium's switch wants it."""
    certificate = load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def _tls(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.write_bytes(
            leaf.private_key_pem.bytes() + b"".join(each.bytes() for each in leaf.cert_chain_pems)
        )
        context.load_cert_chain(chain)
    return context
