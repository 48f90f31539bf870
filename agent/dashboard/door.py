"""Who may come in: one random host name, one session, one token for each change.

A cookie of 127.0.0.1 is sent to every port of 127.0.0.1 (tried, 2026-11), so another local program's page would receive it,
and could send its own. A host name of our own that nobody can guess has its own cookies; `*.localhost` is loopback by RFC 6761.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.dashboard.away import EXPIRED, FROM_ELSEWHERE, NOT_OWN, OTHER_NAME, turned_away

COOKIE = "elearn_page"
OPEN = "/open"
STATIC = "/static/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": the browser would then send our own forms with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
_READ = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Door:
    """One start of the page: its host name and port, the session's secret, and the key of its tokens."""

    host: str
    port: int
    session: str
    key: bytes

    @classmethod
    def new(cls, port: int) -> Door:
        """A door with a name, a session and a key that nobody has seen."""
        host = f"{secrets.token_hex(8)}.localhost"
        return cls(host, port, secrets.token_urlsafe(32), secrets.token_bytes(32))

    @property
    def authority(self) -> str:
        """What the Host header must say."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """What the Origin header of a change must say."""
        return f"http://{self.authority}"

    def token(self, action: str) -> str:
        """A token for one form on one page: good for this address alone, and for this start of the page."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._mac(nonce, action)}"

    def is_token(self, action: str, token: str) -> bool:
        """Whether this token was made here for this address."""
        nonce, _, mac = token.partition(".")
        return hmac.compare_digest(mac.encode(), self._mac(nonce, action).encode())

    def has_session(self, cookies: str) -> bool:
        """Whether the Cookie header carries the session."""
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.session.encode())

    def cookie(self) -> str:
        """The Set-Cookie header: no Domain, so it stays with this one name; gone when the browser is closed."""
        return f"{COOKIE}={self.session}; Path=/; HttpOnly; SameSite=Strict"

    def _mac(self, nonce: str, action: str) -> str:
        return hmac.new(self.key, f"{nonce}\0{action}".encode(), hashlib.sha256).hexdigest()


class Guarded:
    """The application behind its door: every request is looked at before any page sees it, every answer gets the headers."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # there are none
            return
        await self._answer(scope)(scope, receive, _with_headers(send))

    def _answer(self, scope: Scope) -> ASGIApp:
        headers, door = Headers(scope=scope), self._door
        if headers.getlist("host") != [door.authority]:
            return turned_away(OTHER_NAME)
        if scope["path"] == OPEN and scope["method"] == "POST":
            return self._app  # from the private file, whose origin is "null": its token is the proof
        if not _is_from_here(headers):
            return turned_away(FROM_ELSEWHERE)
        if scope["method"] not in _READ and not _is_own(headers, door):
            return turned_away(NOT_OWN)
        if not scope["path"].startswith(STATIC) and not door.has_session(headers.get("cookie", "")):
            return turned_away(EXPIRED)
        return self._app


def _is_from_here(headers: Headers) -> bool:
    """Not asked for by a page of another origin: one at another port of this very name would be sent with the cookie."""
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _is_own(headers: Headers, door: Door) -> bool:
    return headers.getlist("origin") == [door.origin] and headers.get("sec-fetch-site", "same-origin") == (
        "same-origin"
    )


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            more = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
            message["headers"] = [*message["headers"], *(each for each in more if each[0] not in given)]
        await send(message)

    return sending
