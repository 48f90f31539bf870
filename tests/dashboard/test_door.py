"""Who is let in: one host name, one session, one token a change; and what never leaves the server."""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from agent.dashboard.door import OPEN, Door
from agent.dashboard.routes import CHANGES, FILES, PAGES

STATIC = Path(__file__).parents[2] / "agent" / "dashboard"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def pages() -> list[str]:
    return [path for path in PAGES if "{" not in path]


def test_without_the_session_every_page_says_only_that_it_has_expired(site):
    site.configure()
    for path in [*pages(), *FILES, "/claims/kaohsiung-112-1", "/claims/x/file/manifest.json", "/nothing"]:
        answer = site.get(path, cookie=False)
        assert answer.status == 403
        assert "此頁已過期" in answer.text
        assert "測試員" not in answer.text


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:{port}", "localhost:{port}", "{name}", "{name}:{port}.", "x{name}:{port}", "{name}:1", "evil.example:{port}",
     "0123456789abcdef.localhost:{port}", "", "{name}:{port}, {name}:{port}", "user@{name}:{port}"],
)  # fmt: skip
def test_any_other_host_name_is_turned_away(site, host):
    """Also with the session in hand: another name for this port is another site (DNS rebinding)."""
    named = host.format(name=site.door.host, port=site.door.port)
    for path in ("/", "/static/page.css", "/open"):
        assert site.get(path, host=named).status in (400, 421)
    assert site.post(OPEN, {"token": "x"}, host=named).status in (400, 421)


def test_a_change_needs_the_token_of_its_own_form_and_the_pages_own_origin(site):
    """Every change there is, tried in every wrong way: nothing happens."""
    site.configure()
    before = sorted(each for each in site.home.path.rglob("*") if "dashboard" not in str(each))
    wrong_origins = (None, "null", "http://127.0.0.1", f"http://127.0.0.1:{site.door.port}", "http://evil.example",
                     f"http://{site.door.host}", f"https://{site.door.authority}")  # fmt: skip
    for path in CHANGES:
        other = next(each for each in CHANGES if each != path)
        body = urlencode({"state": "submitted", "size": "l"}).encode()
        assert site.ask("POST", path, body).status == 403
        for token in (site.door.token(other), "", "a.b", site.door.token(path)[:-1], Door.new(1).token(path)):
            assert site.post(path, {"token": token}).status == 403
        for origin in wrong_origins:
            assert site.post(path, Origin=origin).status == 403
        for where in ("cross-site", "same-site", "none"):
            assert site.post(path, Sec_Fetch_Site=where).status == 403
        assert site.post(path, cookie=False).status == 403
        assert site.get(path).status in (200, 405, 409)  # a claim of that name
    assert site.served.desk.worker.progress is None
    assert site.served.desk.looks.size == "m"
    assert sorted(each for each in site.home.path.rglob("*") if "dashboard" not in str(each)) == before


def test_what_a_page_of_another_origin_asks_for_is_refused_with_the_session_too(site):
    """A page at another port of the very same name is the same site: the browser would send the cookie along."""
    for where in ("cross-site", "same-site"):
        for path in ("/", "/progress", "/static/page.css"):
            assert site.get(path, Sec_Fetch_Site=where).status == 403
    for where in ("none", "same-origin", None):
        assert site.get("/", Sec_Fetch_Site=where).status == 200


def test_a_change_of_unbounded_or_enormous_size_is_refused_before_it_is_read(site):
    answer = site.ask("POST", "/office", b"", Content_Length="999999999999")
    assert answer.status in (400, 413)


def test_the_opening_file_is_private_and_lets_in_once(site):
    path = site.running.new_opening(site.door.authority)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    token = re.search(r'name="token" value="([^"]+)"', path.read_text("utf-8"))[1]
    assert token not in path.name
    body = urlencode({"token": token}).encode()
    first = site.ask("POST", OPEN, body, cookie=False, Origin="null")
    assert first.status == 200
    cookie = first.headers["set-cookie"]
    assert cookie == f"elearn_page={site.door.session}; Path=/; HttpOnly; SameSite=Strict"
    assert not path.exists()
    second = site.ask("POST", OPEN, body, cookie=False, Origin="null")
    assert (second.status, "set-cookie" in second.headers) == (403, False)


def test_an_opening_file_older_than_a_minute_lets_nobody_in(site):
    path = site.running.new_opening(site.door.authority)
    token = re.search(r'name="token" value="([^"]+)"', path.read_text("utf-8"))[1]
    then = time.time() - 61
    os.utime(path, (then, then))
    answer = site.ask("POST", OPEN, urlencode({"token": token}).encode(), cookie=False, Origin="null")
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "x", "../running", "a" * 10_000, "%00"])
def test_a_made_up_token_lets_nobody_in(site, token):
    site.running.new_opening(site.door.authority)
    answer = site.ask("POST", OPEN, urlencode({"token": token}).encode(), cookie=False, Origin="null")
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)


def test_every_answer_carries_a_policy_without_inline_and_without_any_other_host(site):
    for answer in (site.get("/"), site.get("/", cookie=False), site.get("/", host="x"), site.get("/static/page.css"),
                   site.get("/nothing"), site.post("/looks", {"size": "m"})):  # fmt: skip
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert not re.search(r"unsafe|http|\*|data:|blob:", policy)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_the_page_asks_no_other_host_and_runs_no_script_but_its_own_file():
    for path in sorted(STATIC.rglob("*")):
        if path.suffix not in (".html", ".css", ".js", ".svg") or path.name == "opening.html":
            continue  # the opening file is not served: it lies on the disk, and posts to this page alone
        text = path.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?://|//[a-z]+\.|@import|url\((?!#)", text), path
        assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\son\w+=|\sstyle=|javascript:", text), (
            path
        )


def test_the_server_listens_on_this_machine_alone(site):
    assert site.served._socket.getsockname()[0] == "127.0.0.1"


def test_text_of_the_portal_is_text_on_every_page(site):
    site.configure()
    site.import_records({"title": SCRIPT, "code": SCRIPT, "start": "2023-08-30T20:00:00", "end": "2023-08-30T21:00:00",
                         "certified_hours": "1.0", "status": SCRIPT})  # fmt: skip
    seen = 0
    for path in [*pages(), "/records?q=script", f"/records?q={SCRIPT.replace(' ', '%20')}"]:
        text = site.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        seen += "&lt;script&gt;alert" in text
    assert seen >= 3


def test_no_secret_is_ever_sent_to_the_page(site):
    """Neither the password, nor the session's or the tokens' keys, on any page or header but the one cookie."""
    site.configure()
    site.put_credential()
    for path in [*pages(), "/setup?step=2", "/static/page.js"]:
        site.get(path)
    said = b"\n".join(site.seen)
    kept = "".join(site.keyring.kept.values())
    for secret in ("pä ss", "W\\u00f6rd", site.door.session, site.door.key.hex(), "00" * 32):
        assert secret.encode() not in said
    assert "demo-tester" not in said.decode("utf-8", "replace")
    assert kept


def test_the_help_of_the_command_loads_no_web_server(run_elearn):
    import subprocess
    import sys

    code = (
        "import sys\nfrom agent.cli import elearn\n"
        "try: elearn.main(args=['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "from agent.commands import dashboard, shortcut\n"
        "print(sorted({'starlette', 'uvicorn', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
