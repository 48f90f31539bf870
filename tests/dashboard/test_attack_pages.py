"""Pages of other programs and other sites, in a real browser that is logged in here: they read, change and show nothing."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator

import pytest
from page_cases import come_in
from playwright.sync_api import Page, expect

from agent.dashboard.door import COOKIE

# Everything a page can try on an address that it knows, with a token that is good for the change; each says how it went.
ATTACK = """<!DOCTYPE html><meta charset=utf-8><title>attack</title>
<iframe name=framed src="TARGET/"></iframe><iframe name=out></iframe><iframe name=looks></iframe>
<form id=claim method=post action="TARGET/run/claim" target=out><input name=token value="TOKEN"></form>
<form id=size method=post action="TARGET/looks" target=looks><input name=size value=l><input name=token value="LOOKS"></form>
<script>
const asked = (what) => what.then(() => "done", () => "refused");
const loaded = (kind, address, more = {}) => new Promise((tell) => {
  const each = Object.assign(document.createElement(kind), more);
  each.onload = () => tell("done"); each.onerror = () => tell("refused");
  if (kind === "link") each.href = address; else if (kind === "object") each.data = address; else each.src = address;
  document.body ? document.body.append(each) : document.head.append(each);
  setTimeout(() => tell("refused"), 1500);
});
const socket = () => new Promise((tell) => {
  const each = new WebSocket("TARGET/progress".replace("http", "ws"));
  each.onopen = () => tell("done"); each.onerror = () => tell("refused");
});
const stream = () => new Promise((tell) => {
  const each = new EventSource("TARGET/progress", {withCredentials: true});
  each.onmessage = each.onopen = () => tell("done"); each.onerror = () => tell("refused");
});
const posted = (type) => fetch("TARGET/run/claim", {method: "POST", credentials: "include", headers: {"Content-Type": type}, body: "token=TOKEN"});
document.cookie = "COOKIE=forged; path=/";
onload = async () => {
  document.getElementById("claim").submit(); document.getElementById("size").submit();
  const opened = window.open("TARGET/");
  const found = {
    page: await asked(fetch("TARGET/", {credentials: "include"})),
    progress: await asked(fetch("TARGET/progress", {credentials: "include"})),
    post: await asked(posted("application/x-www-form-urlencoded")),
    "post as text": await asked(posted("text/plain")),
    "post as json": await asked(posted("application/json")),
    put: await asked(fetch("TARGET/looks", {method: "PUT", credentials: "include", body: "x"})),
    image: await loaded("img", "TARGET/static/icon.svg"),
    script: await loaded("script", "TARGET/static/page.js"),
    style: await loaded("link", "TARGET/static/page.css", {rel: "stylesheet"}),
    socket: await socket(), stream: await stream(),
  };
  await fetch("TARGET/run/claim", {method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({token: "TOKEN"})}).catch(() => 0);
  navigator.sendBeacon("TARGET/run/claim", new URLSearchParams({token: "TOKEN"}));
  let title = ""; try { title = opened?.document.title ?? ""; } catch { title = ""; }
  document.title = JSON.stringify({...found, opened: title});
};
</script>"""
TRIED = [
    "page",
    "progress",
    "post",
    "post as text",
    "post as json",
    "put",
    "image",
    "script",
    "style",
    "socket",
    "stream",
]


class Handler(http.server.BaseHTTPRequestHandler):
    """Another program of this machine with a page of its own."""

    def do_GET(self) -> None:
        self.server.cookies.append((self.headers.get("Host") or "", self.headers.get("Cookie") or ""))
        body = self.server.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Set-Cookie", f"{COOKIE}=forged; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Quiet."""


@pytest.fixture
def attacker(site) -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.cookies = []
    given = {
        "TARGET": site.door.origin,
        "TOKEN": site.door.token("/run/claim"),
        "LOOKS": site.door.token("/looks"),
        "COOKIE": COOKIE,
    }
    server.page = ATTACK
    for name, value in given.items():
        server.page = server.page.replace(name, value)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def victim(browser, site) -> Iterator[Page]:
    """A tab that is let in."""
    site.configure()
    context = browser.new_context(locale="zh-TW")
    page = context.new_page()
    come_in(page, site)
    yield page
    context.close()


# From where: another port of 127.0.0.1, another site of this machine, and another port of the page's own secret name.
@pytest.mark.parametrize("where", ["127.0.0.1", "evil.localhost", "the page's own name"])
def test_no_other_page_reads_changes_or_shows_anything(site, victim, attacker, where):
    """In the browser that is let in, with the address and good tokens in hand, which no other page has."""
    host = site.door.host if where == "the page's own name" else where
    page = victim.context.new_page()
    page.goto(f"http://{host}:{attacker.server_address[1]}/")
    page.wait_for_function("document.title != 'attack'", timeout=20_000)
    found = json.loads(page.title())
    assert {each: found[each] for each in TRIED} == dict.fromkeys(TRIED, "refused")
    assert found["opened"] == ""
    for frame in page.frames[1:]:
        assert "我的數位學習補休" not in frame.content()
    assert site.served.desk.worker.progress is None
    assert site.served.desk.looks.size == "m"
    if (
        where != "the page's own name"
    ):  # a cookie knows no ports: only that nobody else is told the name keeps it
        assert not any(site.door.session in cookie for _, cookie in attacker.cookies)
    assert attacker.cookies


def test_a_name_that_was_bound_to_this_machine_finds_another_site(site, victim):
    """DNS rebinding: the address of the page under another name, even with the session's cookie under that name."""
    context = victim.context
    for host in ("evil.localhost", "127.0.0.1", "0123456789abcdef.localhost"):
        origin = f"http://{host}:{site.door.port}"
        context.add_cookies([{"name": COOKIE, "value": site.door.session, "url": origin}])
        page = context.new_page()
        assert page.goto(f"{origin}/").status == 421
        assert "我的數位學習補休" not in page.content()


def test_the_cookie_of_one_page_opens_no_other(site, victim, new_site):
    """Another person's page on another port of this machine: a stolen session, and a token, are good for their own only."""
    other = new_site()
    other.configure()
    victim.context.add_cookies([{"name": COOKIE, "value": site.door.session, "url": other.door.origin}])
    page = victim.context.new_page()
    assert page.goto(f"{other.door.origin}/").status == 403
    expect(page.locator("h1")).to_have_text("此頁已過期")
    assert other.post("/looks", {"size": "l", "token": site.door.token("/looks")}).status == 403
    assert other.served.desk.looks.size == "m"
