"""The replica running: the hosts on one port, a book of every request that arrived, and the faults that are due."""

from __future__ import annotations

import ssl
import threading
from types import TracebackType
from typing import Any

from scrapers.replica.behaviour import Fault
from scrapers.replica.certificate import certificate
from scrapers.replica.connection import Handler, Server
from scrapers.replica.request import Request, Sessions
from scrapers.replica.sites import HOSTS
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
        hosts = (*HOSTS, *self.state.extra_hosts)
        context, self.key = certificate(hosts)
        context.sni_callback = self._greet
        self._other = certificate(hosts)[0]
        self._server = Server(("127.0.0.1", port), Handler)
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

    def _greet(self, connection: Any, name: str | None, _: ssl.SSLContext) -> None:  # noqa: ANN401 - TLS's own
        """Which host a new connection is for, and whether that one shows another certificate."""
        connection.named = name or ""
        if name in self.state.behaviour.other_certificate:
            connection.context = self._other

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
