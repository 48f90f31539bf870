"""What ends a run besides the faults of `tests/faults`: before it begins, by another run, and how a person sets it free."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from whole_runs import EVIL, PASSWORD, ROOT, Behaviour, few, state, tables

from scrapers.mode import REAL
from scrapers.replica import Fault, Replica


@dataclass(frozen=True)
class Case:
    """One way to end."""

    name: str
    code: int
    kind: str
    sent: int
    switches: dict[str, Any] = field(default_factory=dict)
    gateway: str = "ecpa"


def at(path: str, **what: Any) -> dict[str, Any]:
    return {"faults": {path: Fault(**what)}}


def test_a_captcha_before_the_password_stops_nothing(desk):
    """A captcha seen before anything was sent ends in 11, and the next run looks again."""
    here = desk(state(few(), captcha_in_form=True))
    assert here.sync().code == 11
    here.replica.state.behaviour = Behaviour()
    assert here.sync().code == 0


def test_a_landing_that_fails_is_tried_again(desk):
    """Once the gateway had accepted, the trouble is the portal's: the next run goes ahead by itself."""
    here = desk(state(few(), faults={"/sso_verify.php": Fault(status=503, times=1)}))
    assert here.sync().code == 12
    assert here.sync().code == 0


OUT = f"https://{EVIL}/away"


LEAVING = Case("entry 302", 18, "left_hosts", 0, at("/uIAM/clogin.asp", redirect=OUT))


def _resolving(case):
    shown = state(few(), **case.switches)
    shown.extra_hosts = (EVIL, f"ecpa.dgpa.gov.tw.{EVIL}")
    return shown


def test_a_foreign_host_that_resolves_would_be_seen(desk, monkeypatch):
    """Without the guard the request does arrive: the test above would notice."""
    from scrapers.guard import Decision, Guard

    monkeypatch.setattr(Guard, "decide", lambda self, wish: Decision.ALLOW)
    here = desk(_resolving(LEAVING), patience=4)
    here.sync()
    assert {each.host for each in here.foreign} == {EVIL}


def test_no_socket_worker_or_beacon_reaches_a_foreign_host(desk, monkeypatch):
    """What is no navigation is kept from a foreign host as well: a socket, a beacon, a prefetch, and whatever a worker, also
    one of a frame that was made just now, would ask for."""
    from scrapers.replica import egov_site

    shown = state(few())
    shown.extra_hosts = (EVIL,)
    here = desk(shown)
    form = egov_site._form
    script = f"""
      new WebSocket('wss://{EVIL}/socket');
      new Worker(URL.createObjectURL(new Blob([`fetch('https://{EVIL}/worker', {{mode: 'no-cors'}})`])));
      new Worker(URL.createObjectURL(new Blob([`new WebSocket('wss://{EVIL}/worker-socket')`])));
      const inner = document.body.appendChild(document.createElement('iframe'));
      new inner.contentWindow.Worker(URL.createObjectURL(new Blob([`new WebSocket('wss://{EVIL}/inner-socket')`])));
      new SharedWorker('data:text/javascript,' + encodeURIComponent(`new WebSocket('wss://{EVIL}/shared-socket')`));
      if (self.RTCPeerConnection || self.WebTransport) new WebSocket('wss://{EVIL}/peers');
      navigator.sendBeacon('https://{EVIL}/beacon', 'x');
      const link = document.createElement('link'); link.rel = 'prefetch'; link.href = 'https://{EVIL}/prefetch';
      document.head.append(link);"""

    def opening(replica, **values):
        found = form(replica, **values)
        found.body = found.body.replace("</body>", f"<script>{script}</script></body>")
        return found

    monkeypatch.setattr(egov_site, "_form", opening)
    ended = here.sync("egov")
    assert ended.error is None, ended.message
    refused = {each["path"] for each in ended.report.refused_requests}
    assert {"/socket", "/beacon"} <= refused
    assert not {"/worker", "/peers"} & refused
    assert here.foreign == []


def test_no_course_page_is_opened(desk, monkeypatch):
    """A script on the record page that leads to a course goes nowhere: nothing is asked for, it is listed, all is read."""
    from scrapers.replica import portal_site

    here = desk(state(few()))
    table = portal_site.record_page

    def leading_away(*args):
        found = table(*args)
        found.body = found.body.replace(
            "</body>",
            "<script>addEventListener('load', () => setTimeout(() => { location.href = '/info/10000001'; }, 50));</script></body>",
        )
        return found

    monkeypatch.setattr(portal_site, "record_page", leading_away)
    ended = here.sync()
    assert ended.error is None, ended.message
    assert ended.report.records == 4
    assert {
        "method": "GET",
        "host": "elearn.hrd.gov.tw",
        "path": "/info/10000001",
        "kind": "page",
    } in ended.report.refused_requests
    assert "/info/10000001" not in {each.path for each in here.replica.requests}


def test_foreign_pictures_are_only_blocked(desk, monkeypatch):
    """A picture, script or frame of another host on the record page is not fetched, and is listed in the run's report."""
    from scrapers.replica import portal_site

    shown = state(few())
    shown.extra_hosts = (EVIL,)
    here = desk(shown)
    table = portal_site.record_page

    def decorated(*args):
        found = table(*args)
        more = f'<img src="https://{EVIL}/p.png"><script src="https://{EVIL}/s.js"></script><iframe src="{OUT}"></iframe>'
        found.body = found.body.replace("</body>", more + "</body>")
        return found

    monkeypatch.setattr(portal_site, "record_page", decorated)
    ended = here.sync()
    assert ended.error is None, ended.message
    assert {(each["host"], each["path"]) for each in ended.report.refused_requests} == {
        (EVIL, "/p.png"),
        (EVIL, "/s.js"),
        (EVIL, "/away"),
    }
    assert here.foreign == []


def test_root_is_refused_on_the_real_portal(desk, monkeypatch):
    """The real portal is not visited as root: 2, before a browser is started."""
    from scrapers.browser import launching

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(launching, "sync_playwright", None)  # whoever starts one fails otherwise
    here = desk()
    ended = here.sync(mode=REAL)
    assert (ended.code, ended.kind) == (2, "config"), ended.message
    assert "root" in ended.message
    assert here.replica.requests == []


# -- by command line ------------------------------------------------------------------------------------------------

FROZEN = [
    Case("refused", 10, "refused", 1, {"answer": "alert:帳號或密碼錯誤"}),
    Case("person", 11, "person_needed", 1, {"consent": True}),
]


@pytest.mark.parametrize("case", FROZEN, ids=lambda case: case.name)
def test_exit_codes_of_the_command(elearn, case):
    """One error document on standard output, one sentence on the other; nothing is kept.

    10 and 11 end the next run too, without a request, until `credentials set` with the same password frees it.
    """
    shown = state(few(), **case.switches)
    with Replica(shown) as replica:
        run = elearn(replica)
        run.configure(case.gateway)
        run.put_credential(case.gateway)
        done = run("sync", "--json")
        assert done.code == case.code, done.stderr
        assert set(done.error) == {"code", "kind", "message", "remedy", "evidence"}
        assert (done.error["code"], done.error["kind"]) == (case.code, case.kind)
        assert done.error["message"] in done.stderr
        assert tables(run.home / "elearn.sqlite3")["record"] == []
        assert replica.submissions(case.gateway) == case.sent
        _freed(run, replica, case)


def _freed(run, replica, case):
    asked, replica.state.behaviour = len(replica.requests), Behaviour()
    again = run("sync", "--json")
    assert (again.code, again.error["kind"], len(replica.requests)) == (case.code, case.kind, asked)
    frozen = {
        each["key"]: each["frozen"] for each in run("credentials", "status", "--json").json()["gateways"]
    }
    assert frozen == {"ecpa": True, "egov": False}
    assert run.set_credential(case.gateway).json()["gateways"][0]["frozen"] is False
    assert run("sync", "--json").code == 0
    assert replica.submissions(case.gateway) == 2


def test_an_unexpected_error_keeps_its_traceback(elearn):
    """A file of the run that cannot be written ends in 1; the traceback is in the named log, private, and not on screen."""
    with Replica(state(few())) as replica:
        run = elearn(replica)
        run.configure()
        run.set_credential()
        (run.home / "runs" / "000001" / "2023-1.html" / "taken").mkdir(parents=True)
        done = run("sync", "--json")
    assert (done.code, done.error["kind"]) == (1, "unexpected")
    log = Path(done.error["evidence"])
    assert "Traceback" in log.read_text("utf-8")
    assert "Traceback" not in done.stderr
    assert log.stat().st_mode & 0o777 == 0o600
    assert run("export").json()["records"] == []


HOLD = """\
import sys, pathlib
from agent.home import hold, open_home
with hold(open_home(pathlib.Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_home_is_held_by_one_run(elearn):
    """While another process holds the home, whatever writes ends in 15, and what reads goes on; then it is free again."""
    run = elearn(**NOBODY_ANSWERS)
    run("check")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run.home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"held\n"
        for words in (
            ("sync",),
            ("import", "x.json"),
            ("claim", "--offline"),
            ("claim", "mark", "x", "submitted"),
        ):
            done = run(*words, "--json")
            assert (done.code, done.error["kind"]) == (15, "locked"), words
        assert run("check", "--json").code == 0
    finally:
        holder.communicate()
    assert run("import", "x.json").code == 2


# Towards a replica root may run; nobody answers there.
NOBODY_ANSWERS = {"ELEARN_REPLICA": "127.0.0.1:9", "ELEARN_REPLICA_KEY": "A" * 43 + "="}
FAIL, NULL = "keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"
KEY = NOBODY_ANSWERS["ELEARN_REPLICA_KEY"]
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
BEFORE_A_BROWSER = [
    ("no credential", NOBODY_ANSWERS, 16, "credentials set"),
    ("no keyring", {"PYTHON_KEYRING_BACKEND": FAIL, **NOBODY_ANSWERS}, 16, "保管密碼"),
    ("a keyring that forgets", {"PYTHON_KEYRING_BACKEND": NULL, **NOBODY_ANSWERS}, 16, "保管密碼"),
    ("the real portal", {}, 2 if AS_ROOT else 16, "root" if AS_ROOT else "保管密碼"),
    ("key alone", {"ELEARN_REPLICA_KEY": KEY}, 2, "ELEARN_REPLICA"),
    ("no key", {"ELEARN_REPLICA": "127.0.0.1:9"}, 2, "ELEARN_REPLICA_KEY"),
    ("a name", {"ELEARN_REPLICA": "localhost:9", "ELEARN_REPLICA_KEY": KEY}, 2, "localhost:9"),
    ("another machine", {"ELEARN_REPLICA": "10.0.0.1:443", "ELEARN_REPLICA_KEY": KEY}, 2, "10.0.0.1"),
    ("127.0.0.2", {"ELEARN_REPLICA": "127.0.0.2:443", "ELEARN_REPLICA_KEY": KEY}, 2, "127.0.0.2"),
    ("no port", {"ELEARN_REPLICA": "127.0.0.1", "ELEARN_REPLICA_KEY": KEY}, 2, "127.0.0.1"),
    ("port 0", {"ELEARN_REPLICA": "127.0.0.1:0", "ELEARN_REPLICA_KEY": KEY}, 2, "127.0.0.1:0"),
    ("port 65536", {"ELEARN_REPLICA": "127.0.0.1:65536", "ELEARN_REPLICA_KEY": KEY}, 2, "65536"),
    ("a rule more", {"ELEARN_REPLICA": "127.0.0.1:9,MAP * 10.0.0.1", "ELEARN_REPLICA_KEY": KEY}, 2, "MAP"),
    ("a line more", {"ELEARN_REPLICA": "127.0.0.1:9\n", "ELEARN_REPLICA_KEY": KEY}, 2, "127.0.0.1:9"),
    ("half a key", {"ELEARN_REPLICA": "127.0.0.1:9", "ELEARN_REPLICA_KEY": "QUJD"}, 2, "ELEARN_REPLICA_KEY"),
    ("two keys", {"ELEARN_REPLICA": "127.0.0.1:9", "ELEARN_REPLICA_KEY": f"{KEY},{KEY}"}, 2, "ELEARN_REPLICA_KEY"),
    ("key in Chinese", {"ELEARN_REPLICA": "127.0.0.1:9", "ELEARN_REPLICA_KEY": "金鑰"}, 2, "ELEARN_REPLICA_KEY"),
    ("no browser", {"ELEARN_BROWSER": "/no/such/browser"}, None, "/no/such/browser"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "env", "code", "said"), BEFORE_A_BROWSER, ids=lambda each: each if isinstance(each, str) else ""
)
def test_what_ends_a_run_before_it_begins(elearn, name, env, code, said):
    """A wrong environment is 2, a missing credential or keyring 16: one sentence, no traceback, no password asked for."""
    if name == "no browser":
        with Replica(state(few())) as replica:
            run = elearn(replica)
            run.set_credential()
            done, code = run("sync", "--json", env=env), 2
    else:
        done = elearn()("sync", "--json", env=env)
    assert done.code == code, done.stdout + done.stderr
    assert said in done.error["message"] + done.error["remedy"]
    assert "Traceback" not in done.stderr


def test_a_password_is_never_put_into_a_keyring_that_is_not_one(elearn):
    """Outside of a replica `credentials set` refuses a keyring that keeps in clear or not at all (16), and keeps nothing."""
    for backend in (FAIL, NULL, "kept_in_a_file.Keyring"):
        run = elearn(PYTHON_KEYRING_BACKEND=backend)
        done = run.set_credential()
        assert (done.code, done.error["kind"]) == (16, "no_credential")
        assert PASSWORD not in done.stdout + done.stderr
        assert not os.path.exists(run.env["KEPT_IN_A_FILE"])


def test_two_credentials_need_a_choice(elearn):
    """With a password for both gateways and none chosen the run ends in 2 and names both."""
    with Replica(state(few())) as replica:
        run = elearn(replica)
        run.set_credential("ecpa")
        run.set_credential("egov")
        done = run("sync", "--json")
        assert done.code == 2
        assert "ecpa" in done.error["message"]
        assert "egov" in done.error["message"]
        assert replica.requests == []
