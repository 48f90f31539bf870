"""Every hop of every request is decided here, by the guard's answer.

`context.route` does not see the later hops of a redirect, and a page's own session sees neither a frame of another site,
which lives in a process of its own, nor the first request of a window that is just being opened (tried: a 307 in such a
frame carried the password on). So the browser as a whole is paused at `Fetch.requestPaused`: it sees every hop of all of
them, once. Sockets are no requests in this sense: they are routed apart. What a worker opens cannot be routed at all (tried:
its socket reached a host that is on no list), nor a peer connection or a transport: pages here have none of these.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

from scrapers.browser.launching import BrowserContext, BrowserTrouble, CDPSession, WebSocketRoute
from scrapers.guard import Decision, Guard, Wish

# A worker may be made and spoken to, and does nothing: a page that makes one goes on.
_INERT = """(() => {
  for (const each of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'WebSocketStream']) delete self[each];
  class Idle extends EventTarget {
    postMessage() {}
    terminate() {}
    start() {}
    close() {}
    get port() { return this; }
  }
  for (const each of ['Worker', 'SharedWorker'])
    Object.defineProperty(self, each, {value: Idle, writable: false, configurable: false});
})();"""
_FAIL = ("Fetch.failRequest", {"errorReason": "BlockedByClient"})
_ANSWERS: dict[Decision, tuple[str, dict[str, Any]]] = {
    Decision.ALLOW: ("Fetch.continueRequest", {}),
    Decision.BLOCK: _FAIL,
    Decision.STOP: _FAIL,
}
# A page that is not opened leaves the one before where it stands; failed, the browser would put its own error page there.
STAYS = 204
_STAY: tuple[str, dict[str, Any]] = ("Fetch.fulfillRequest", {"responseCode": STAYS})


class Hops:
    """Asks the guard for each hop. `pace`: seconds that pass from page to page at least."""

    def __init__(self, guard: Guard, pace: float) -> None:
        self._guard = guard
        self._pace = pace
        self._last_page = 0.0
        self._main_frames: set[str] = set()  # a page's main frame has the page's own target id
        self._asked: set[str] = set()  # network ids seen: the same id again is the next hop of a redirect

    def watch(self, whole: CDPSession, context: BrowserContext) -> None:
        """From now on nothing leaves the browser of this session undecided."""
        context.add_init_script(_INERT)
        context.route_web_socket("**/*", self._socket)
        whole.on("Target.targetCreated", lambda event: self._note_target(event["targetInfo"]))
        whole.on("Fetch.requestPaused", lambda event: self._decide(whole, event))
        whole.send("Target.setDiscoverTargets", {"discover": True})
        whole.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def _note_target(self, target: dict[str, Any]) -> None:
        """A page or window came to be: it is told before its first request."""
        if target["type"] == "page":
            self._main_frames.add(target["targetId"])

    def _decide(self, whole: CDPSession, event: dict[str, Any]) -> None:
        """One hop of one request, of whatever page, frame, window or worker."""
        request, network = event["request"], event.get("networkId", "")
        if _is_icon(event["resourceType"], request["url"]):
            with contextlib.suppress(BrowserTrouble):
                whole.send(_FAIL[0], {"requestId": event["requestId"], **_FAIL[1]})
            return
        wish = Wish(
            url=request["url"],
            method=request["method"],
            is_document=event["resourceType"] == "Document",
            is_main=event.get("frameId") in self._main_frames,
            is_redirect=bool(network) and network in self._asked,
        )
        answer = self._guard.decide(wish)
        self._asked.add(network)
        is_page = wish.is_main and wish.is_document
        if answer is Decision.ALLOW and is_page and not wish.is_redirect:
            self._keep_pace()
        command, details = _STAY if answer is Decision.BLOCK and is_page else _ANSWERS[answer]
        with contextlib.suppress(BrowserTrouble):  # the page may be gone by now
            whole.send(command, {"requestId": event["requestId"], **details})

    def _keep_pace(self) -> None:
        """Hold a page back until the one before it is old enough, whatever led to it: an address, a click or a script."""
        if self._pace:
            time.sleep(max(0.0, self._last_page + self._pace - time.monotonic()))
            self._last_page = time.monotonic()

    def _socket(self, socket: WebSocketRoute) -> None:
        """A socket a page wants to open: only to this machine, where a person drives; any other is closed unopened."""
        address = socket.url.replace("ws", "http", 1)
        wish = Wish(address, "SOCKET", is_document=False, is_main=False)
        if self._guard.decide(wish) is Decision.ALLOW:
            socket.connect_to_server()
        else:
            socket.close()


def _is_icon(kind: str, address: str) -> bool:
    """The tab's icon, which nobody sees here: asked for by the browser itself, and led on to the portal's own home page."""
    return kind == "Other" and urlsplit(address).path == "/favicon.ico"
