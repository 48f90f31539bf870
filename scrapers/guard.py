"""What the browser may ask for: a pure decision on one request, made for every hop of every redirect.

Read-only by construction: the portal gets no POST but the landing after log-in and the record table's own filter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import SplitResult, urlsplit


class Decision(Enum):
    """What to do with a request."""

    ALLOW = "allow"
    BLOCK = "block"  # a subresource: not fetched, listed in the run's report
    STOP = "stop"  # a navigation, log-in frame, form target or redirect of these: the run ends


@dataclass(frozen=True, slots=True)
class Wish:
    """One request before it is made. `is_document` covers frames, `is_main` is the page itself, `is_redirect` a later hop."""

    url: str
    method: str
    is_document: bool
    is_main: bool
    is_redirect: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was not made, without its query: queries carry tickets."""

    method: str
    host: str
    path: str
    kind: str


_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_INLINE = ("about", "blob", "data", "chrome-error")


@dataclass
class Guard:
    """Decides by exact host name. `posts` maps a host to the paths that may be posted to (all below one that ends in /);
    a host not in it is free.

    `pages` maps a host to the paths (likewise) that may be opened as a page once the person is logged in: no course page, no
    enrolment, whatever a script or a link leads to; a host not in it is free.
    `loopback` lets pages talk to this machine itself: a person's certificate and card components listen there. `components`
    are further names of it, each with its port (iccert.nhi.gov.tw:7777): the browser is told to find them here.
    `made` counts every request let through by method, host and path. `log_in` is true until the person is known to be logged in: a foreign frame then ends the run, afterwards it is blocked.
    `is_over` is true once the run has ended: no address on any network is let through then.
    """

    hosts: frozenset[str]
    posts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    log_in: bool = True
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    loopback: bool = False
    components: frozenset[str] = frozenset()
    refused: list[Refused] = field(default_factory=list)
    left: str | None = None
    is_over: bool = False
    made: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def decide(self, wish: Wish) -> Decision:
        """The decision on one request; refusals are remembered, and `left` names the first address that ends the run."""
        parts = _parts(wish.url)
        if parts.scheme in _INLINE:
            return Decision.ALLOW
        host = parts.hostname or ""
        if self.is_over:
            return self._refuse(wish, host, parts.path, "over")
        if parts.scheme == "https" and host in self.hosts and parts.port in (None, 443):
            if wish.is_main and wish.is_document and not self._may_open(host, parts.path):
                return self._refuse(wish, host, parts.path, "page")
            if wish.method in ("GET", "HEAD") or self._may_send(wish.method, host, parts.path):
                key = (wish.method, host, parts.path.partition(";")[0])
                self.made[key] = self.made.get(key, 0) + 1
                return Decision.ALLOW
            return self._refuse(wish, host, parts.path, "post")
        if self.loopback and not wish.is_main and self._is_here(parts.scheme, host, parts.port):
            return Decision.ALLOW
        decision = self._refuse(wish, host, parts.path, "foreign")
        carries_on = wish.is_redirect and wish.method != "GET"  # a 307 that would carry the password on
        if (wish.is_document and (wish.is_main or self.log_in)) or (carries_on and self.log_in):
            self.left = self.left or f"{parts.scheme}://{host}{parts.path}"
            return Decision.STOP
        return decision

    def _is_here(self, scheme: str, host: str, port: int | None) -> bool:
        return host in _LOOPBACK or (scheme == "https" and f"{host}:{port}" in self.components)

    def _may_send(self, method: str, host: str, path: str) -> bool:
        allowed = self.posts.get(host)
        if allowed is None:
            return True
        return method == "POST" and _is_among(path, allowed)

    def _may_open(self, host: str, path: str) -> bool:
        allowed = self.pages.get(host)
        return self.log_in or allowed is None or _is_among(path, allowed)

    def _refuse(self, wish: Wish, host: str, path: str, why: str) -> Decision:
        self.refused.append(Refused(wish.method, host, path, why))
        return Decision.BLOCK


def _is_among(path: str, allowed: tuple[str, ...]) -> bool:
    """Whether a path is one of these, or below one that ends in /; never where it climbs."""
    below = any(path == each or (each.endswith("/") and path.startswith(each)) for each in allowed)
    return below and ".." not in path


def host_of(address: str) -> str:
    """The host an address names; the address itself where it names none."""
    return _parts(address).hostname or address


def _parts(url: str) -> SplitResult:
    """The parts of an address; none at all for one that two readers could read differently, which is then foreign."""
    nothing = SplitResult("", "", "", "", "")
    try:
        parts = urlsplit(url)
        return nothing if "\\" in parts.netloc or parts.port == 0 else parts
    except ValueError:
        return nothing
