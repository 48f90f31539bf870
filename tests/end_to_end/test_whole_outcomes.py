"""Every way a run can end badly: its exit code, what was sent, and that what was known stays as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from whole_runs import EVIL, PASSWORD, ROOT, Behaviour, accounts, few, state, tables

from agent.importing import import_files
from agent.store import Store
from scrapers.mode import REAL
from scrapers.replica import Fault, Replica

RECORDS_FILE = {
    "schema": "elearn-records/1",
    "source": "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php",
    "taken_at": "2022-09-01T02:30:00+08:00",
    "total_stated": 1,
    "records": [
        {"title": "先前的課程 (OLD111100001)", "start": "2022-01-01T08:00:00", "end": "2022-01-01T09:00:00"}
    ],
}
# What a run that saves nothing may still write: its own entry, the submission, and whose home and what mode it is.
BOOKS = ("run", "attempt", "meta")


@dataclass(frozen=True)
class Case:
    """One way to end. `again`: the second run ends with the same code before a browser opens."""

    name: str
    code: int
    kind: str
    sent: int
    switches: dict[str, Any] = field(default_factory=dict)
    gateway: str = "ecpa"
    patience: float = 15
    again: bool = False
    said: str = ""
    official: bool = True

    @property
    def param(self) -> Any:
        """The case as a parameter; what another test shows as well, or only with other words, runs with `make soak`."""
        return pytest.param(self, id=self.name, marks=[pytest.mark.soak] if self.name in LONG else [])


LONG = {
    "another port",
    "chooser 302",
    "displaced",
    "doubled",
    "dropped",
    "ecpa activation",
    "ecpa captcha before",
    "ecpa citizen",
    "ecpa code",
    "ecpa consent",
    "ecpa expired",
    "ecpa form target",
    "ecpa frame",
    "ecpa locked",
    "ecpa unknown",
    "ecpa wrong",
    "egov 503",
    "egov captcha after",
    "egov captcha before",
    "egov entry 302",
    "egov guest",
    "egov iframe wrong",
    "egov locked",
    "home 302",
    "landing 302",
    "landing 503",
    "left",
    "maintenance",
    "no table",
    "one too many stated",
    "page 2 silent",
    "portal 503",
    "portal slow",
    "renamed",
    "rows hidden",
    "same page again",
}


def at(path: str, **what: Any) -> dict[str, Any]:
    return {"faults": {path: Fault(**what)}}


STAT, HOME = "/mooc/user/learn_stat.php", "/mooc/index.php"
CASES = [
    # refused
    Case("ecpa wrong", 10, "refused", 1, {"answer": "alert:帳號或密碼錯誤"}, again=True),
    Case("ecpa inline", 10, "refused", 1, {"answer": "inline:密碼不正確，請重新輸入"}, again=True),
    Case("ecpa locked", 10, "refused", 1, {"answer": "alert:密碼錯誤次數過多，帳號已鎖定"}, again=True, said="鎖定"),
    Case("ecpa guest", 10, "refused", 1, {"answer": "land:/mooc/user/login.php"}, again=True),
    Case("egov wrong", 10, "refused", 1, {"answer": "alert:帳號或密碼不正確"}, "egov", again=True),
    Case("egov locked", 10, "refused", 1, {"answer": "page:您的帳號已停用"}, "egov", again=True),
    Case("egov guest", 10, "refused", 1, {"answer": "land:/mooc/user/login.php"}, "egov", again=True),
    Case("egov iframe wrong", 10, "refused", 1, {"answer": "alert:帳號或密碼不正確", "egov_opens": "iframe"}, "egov", again=True),
    # for the person
    Case("ecpa captcha after", 11, "person_needed", 1, {"answer": "captcha"}, again=True, said="驗證碼"),
    Case("ecpa code", 11, "person_needed", 1, {"answer": "page:請輸入簡訊驗證碼（OTP）"}, again=True),
    Case("ecpa expired", 11, "person_needed", 1, {"answer": "alert:密碼已過期，請變更密碼"}, again=True, said="變更密碼"),
    Case("ecpa activation", 11, "person_needed", 1, {"answer": "page:您的帳號尚未啟用"}, again=True, said="啟用"),
    Case("ecpa unknown", 11, "person_needed", 1, {"answer": "page:歡迎光臨"}, patience=4, again=True),
    Case("ecpa hang", 11, "person_needed", 1, {"answer": "hang"}, patience=4, again=True),
    Case("ecpa consent", 11, "person_needed", 1, {"consent": True}, again=True, said="同意"),
    Case("egov captcha after", 11, "person_needed", 1, {"answer": "captcha"}, "egov", again=True, said="驗證碼"),
    Case("egov hang", 11, "person_needed", 1, {"answer": "hang"}, "egov", patience=4, again=True),
    Case("ecpa captcha before", 11, "person_needed", 0, {"captcha_in_form": True}, said="沒有送出密碼"),
    Case("egov captcha before", 11, "person_needed", 0, {"captcha_in_form": True}, "egov", said="沒有送出密碼"),
    # unavailable
    Case("portal 503", 12, "unavailable", 0, at(HOME, status=503)),
    Case("portal reset", 12, "unavailable", 0, at(HOME, reset=True)),
    Case("portal slow", 12, "unavailable", 0, at(HOME, delay=20), patience=3),
    Case("maintenance", 12, "unavailable", 0, at(HOME, status=200, body="<html><body>系統維護中</body></html>")),
    Case("ecpa 503", 12, "unavailable", 0, at("/webform/clogin.aspx", status=503)),
    Case("egov 503", 12, "unavailable", 0, at("/portal/Clogin.aspx", status=503), "egov"),
    Case("landing 503", 12, "unavailable", 1, at("/sso_verify.php", status=503)),
    Case("records 503", 12, "unavailable", 1, at(STAT, status=503)),
    Case("egov silent before", 12, "unavailable", 0, at("/portal/Clogin.aspx", delay=300, after=1), "egov", patience=4),
    Case("page 2 silent", 14, "incomplete", 1, at(STAT, delay=300, after=2), patience=6),
    # the page is not as known
    Case("renamed", 13, "page_changed", 1, {"rename_heading": {"認證時數": "核發時數"}}, said="「認證時數」欄，最接近的是「核發時數」"),
    Case("dropped", 13, "page_changed", 1, {"drop_heading": ("通過狀態",)}, said="通過狀態"),
    Case("doubled", 13, "page_changed", 1, {"extra_heading": ("認證時數",)}, said="認證時數"),
    Case("no table", 13, "page_changed", 1, {"no_table": True}, patience=4),
    Case("year ignored", 13, "page_changed", 1, {"ignore_year": True}, said="2023"),
    # fewer rows than stated
    Case("one too many stated", 14, "incomplete", 1, {"total_offset": 1}),
    Case("rows hidden", 14, "incomplete", 1, {"hide_rows": 2}),
    Case("same page again", 14, "incomplete", 1, {"repeat_page": True}, said="同一頁"),
    Case("session lost", 14, "incomplete", 1, {"lose_session_after": 2}),
    Case("displaced", 14, "incomplete", 1, {"lose_session_after": 2, "displace": True}),
    Case("cut off", 14, "incomplete", 1, {"truncate": True}),
    # a citizen's account
    Case("ecpa citizen", 17, "not_official_account", 1, official=False),
    Case("egov citizen", 17, "not_official_account", 1, gateway="egov", official=False),
]  # fmt: skip


@pytest.mark.parametrize("case", [case.param for case in CASES])
def test_how_a_run_ends(desk, tmp_path, case):
    """Each trouble has its code and kind, sends the password so often, and leaves every record as it was.

    Where a person must act, the next run ends in the same code without a browser or a request, until the person acted.
    """
    here = desk(state(few(), **case.switches), case.patience)
    here.replica.state.page_size = 3
    here.replica.state.accounts = accounts(official=case.official)
    if case.name == "year ignored":  # the year that is shown for every other must have rows
        here.replica.state.rows["TEST-000001"][0] = replace(few(1)[0], year=2024)
    _know_something(here, tmp_path)
    before = tables(here.home.database, *BOOKS)
    ended = here.sync(case.gateway)
    assert (ended.code, ended.kind) == (case.code, case.kind), ended.message
    assert case.said in ended.message + ended.error.remedy
    assert here.replica.submissions(case.gateway) == case.sent
    assert tables(here.home.database, *BOOKS) == before
    assert here.foreign == []
    assert _run(here) == (case.kind, case.code)
    if case.again:
        _again(here, case)


def _know_something(here, folder):
    file = folder / "earlier.json"
    file.write_text(json.dumps(RECORDS_FILE), encoding="utf-8")
    with Store.open(here.home.database) as store:
        store.bind_mode("replica")
        import_files(store, here.home, [file])


def _run(here):
    with Store.open(here.home.database) as store:
        newest = store.runs(1)[0]
        return newest.outcome, newest.exit_code


def _again(here, case):
    opened, asked = here.opened, len(here.replica.requests)
    here.replica.state.behaviour = Behaviour()
    ended = here.sync(case.gateway)
    assert (ended.code, ended.kind) == (case.code, case.kind)
    assert f"credentials set {case.gateway}" in ended.error.remedy
    assert (here.opened, len(here.replica.requests)) == (opened, asked)


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


@pytest.mark.parametrize("gateway", ["ecpa", "egov"])
def test_a_broken_connection_after_the_password_is_for_the_person(desk, gateway):
    """A connection that breaks after the password was sent ends in 11; the program itself never sends it again.

    Chromium may repeat a request whose kept connection broke before it was answered; that is below this program.
    """
    here = desk(state(few(), answer="reset"), patience=4)
    assert here.sync(gateway).code == 11
    sent = here.replica.submissions(gateway)
    assert sent in (1, 2)
    assert here.sync(gateway).code == 11
    assert here.replica.submissions(gateway) == sent


OUT = f"https://{EVIL}/away"
LEAVING = [
    Case("entry 302", 18, "left_hosts", 0, at("/uIAM/clogin.asp", redirect=OUT)),
    Case("egov entry 302", 18, "left_hosts", 0, at("/portal/Clogin.aspx", redirect=OUT), "egov"),
    Case("chooser 302", 18, "left_hosts", 0, at("/mooc/co_login_dialog.php", redirect=OUT)),
    Case("home 302", 18, "left_hosts", 0, at(HOME, redirect=OUT)),
    Case("record page 302", 18, "left_hosts", 1, at(STAT, redirect=OUT)),
    Case("landing 302", 18, "left_hosts", 1, at("/sso_verify.php", redirect=OUT)),
    Case("ecpa 307 with the password", 18, "left_hosts", 1, {"answer": f"redirect:{OUT}"}, again=True),
    Case("egov 307 with the password", 18, "left_hosts", 1, {"answer": f"redirect:{OUT}"}, "egov", again=True),
    Case("egov 307 in a frame of its own process", 18, "left_hosts", 1, {"answer": f"redirect:{OUT}", "egov_opens": "iframe"}, "egov", again=True),
    Case("egov 307 in a new window", 18, "left_hosts", 1, {"answer": f"redirect:{OUT}", "egov_opens": "new_window"}, "egov", again=True),
    Case("ecpa frame", 18, "left_hosts", 0, {"foreign_frame": OUT}),
    Case("egov frame", 18, "left_hosts", 0, {"foreign_frame": OUT}, "egov"),
    Case("ecpa form target", 18, "left_hosts", 0, {"form_action": OUT}),
    Case("egov form target", 18, "left_hosts", 0, {"form_action": OUT}, "egov"),
    Case("plain http", 18, "left_hosts", 0, at("/uIAM/clogin.asp", redirect="http://ecpa.dgpa.gov.tw/webform/clogin.aspx")),
    Case("another port", 18, "left_hosts", 0, at("/uIAM/clogin.asp", redirect="https://ecpa.dgpa.gov.tw:8443/x")),
    Case("a longer name", 18, "left_hosts", 0, at("/uIAM/clogin.asp", redirect=f"https://ecpa.dgpa.gov.tw.{EVIL}/x")),
    Case("egov window", 18, "left_hosts", 0, {"egov_opens": "new_window", **at("/portal/Clogin.aspx", redirect=OUT)}, "egov"),
    Case("egov iframe", 18, "left_hosts", 0, {"egov_opens": "iframe", **at("/portal/Clogin.aspx", redirect=OUT)}, "egov"),
]  # fmt: skip


@pytest.mark.parametrize("case", [case.param for case in LEAVING])
def test_nothing_reaches_a_foreign_host(desk, tmp_path, case):
    """A redirect, frame, window or form that leaves the allowed hosts ends in 18; a host that resolves got no request.

    Where the name does not resolve it is the same, as the tests by command line show.
    """
    here = desk(_resolving(case))
    _know_something(here, tmp_path)
    before = tables(here.home.database, *BOOKS)
    ended = here.sync(case.gateway)
    assert (ended.code, ended.kind) == (case.code, case.kind), ended.message
    assert here.foreign == []
    assert here.replica.submissions(case.gateway) == case.sent
    assert tables(here.home.database, *BOOKS) == before


def _resolving(case):
    shown = state(few(), **case.switches)
    shown.extra_hosts = (EVIL, f"ecpa.dgpa.gov.tw.{EVIL}")
    return shown


def test_a_foreign_host_that_resolves_would_be_seen(desk, monkeypatch):
    """Without the guard the request does arrive: the test above would notice."""
    from scrapers.guard import Decision, Guard

    monkeypatch.setattr(Guard, "decide", lambda self, wish: Decision.ALLOW)
    here = desk(_resolving(LEAVING[0]), patience=4)
    here.sync()
    assert [each.host for each in here.foreign] == [EVIL]


def test_a_foreign_window_gets_no_request(desk, monkeypatch):
    """A page that opens a window on a foreign host ends the run in 18; the host got no request."""
    from scrapers.replica import egov_site

    shown = state(few())
    shown.extra_hosts = (EVIL,)
    here = desk(shown)
    form = egov_site._form

    def opening(replica, **values):
        found = form(replica, **values)
        found.body = found.body.replace("</body>", f"<script>window.open('{OUT}')</script></body>")
        return found

    monkeypatch.setattr(egov_site, "_form", opening)
    ended = here.sync("egov")
    assert (ended.code, ended.kind) == (18, "left_hosts"), ended.message
    assert here.foreign == []
    assert here.replica.submissions("egov") == 0


def test_no_socket_worker_or_beacon_reaches_a_foreign_host(desk, monkeypatch):
    """What is no navigation is kept from a foreign host as well: a socket, a worker's request, a beacon, a prefetch."""
    from scrapers.replica import egov_site

    shown = state(few())
    shown.extra_hosts = (EVIL,)
    here = desk(shown)
    form = egov_site._form
    script = f"""
      new WebSocket('wss://{EVIL}/socket');
      new Worker(URL.createObjectURL(new Blob([`fetch('https://{EVIL}/worker', {{mode: 'no-cors'}})`])));
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
    assert {"/socket", "/worker", "/beacon"} <= {each["path"] for each in ended.report.refused_requests}
    assert here.foreign == []


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


def test_a_certificate_of_another_key_ends_in_18(desk):
    """A replica that has not the key that was promised is not spoken to; nothing is typed."""
    here = desk(state(few()))
    ended = here.sync(key="A" * 43 + "=")
    assert (ended.code, ended.kind) == (18, "left_hosts"), ended.message
    assert "憑證" in ended.message
    assert here.replica.requests == []


def test_root_is_refused_on_the_real_portal(desk, monkeypatch):
    """The real portal is not visited as root: 2, before a browser is started."""
    from scrapers import browser

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser, "sync_playwright", None)  # whoever starts one fails otherwise
    here = desk()
    ended = here.sync(mode=REAL)
    assert (ended.code, ended.kind) == (2, "config"), ended.message
    assert "root" in ended.message
    assert here.replica.requests == []


# -- the same by command line: each exit code once from a real process -----------------------------------------------

WITH_A_BROWSER = [
    Case("refused", 10, "refused", 1, {"answer": "alert:帳號或密碼錯誤"}),
    Case("person", 11, "person_needed", 1, {"consent": True}),
    Case("unavailable", 12, "unavailable", 0, at(HOME, status=503)),
    Case("changed", 13, "page_changed", 1, {"rename_heading": {"認證時數": "核發時數"}}, said="核發時數"),
    Case("incomplete", 14, "incomplete", 1, {"total_offset": 1}),
    Case("citizen", 17, "not_official_account", 1, official=False),
    Case("left", 18, "left_hosts", 0, {"foreign_frame": OUT}),
    Case("left by 307", 18, "left_hosts", 1, {"answer": f"redirect:{OUT}"}),
]


@pytest.mark.parametrize("case", [case.param for case in WITH_A_BROWSER])
def test_exit_codes_of_the_command(elearn, case):
    """The process ends in the contract's code, with one error document on standard output and one sentence on the other.

    10 and 11 end the next run too, without a request, until `credentials set` with the same password frees it.
    """
    shown = state(few(), **case.switches)
    shown.accounts = accounts(official=case.official)
    with Replica(shown) as replica:
        run = elearn(replica)
        run.configure(case.gateway)
        run.put_credential(case.gateway)
        done = run("sync", "--json")
        assert done.code == case.code, done.stderr
        assert set(done.error) == {"code", "kind", "message", "remedy", "evidence"}
        assert (done.error["code"], done.error["kind"]) == (case.code, case.kind)
        assert done.error["message"] in done.stderr
        assert case.said in done.error["message"]
        assert tables(run.home / "elearn.sqlite3")["record"] == []
        assert replica.submissions(case.gateway) == case.sent
        if case.code in (10, 11):
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


def test_shrink_other_person_and_other_mode_by_command(elearn):
    """19, 20 and 2 from real processes: rows gone, another person, a home of the other mode. The records stay."""
    with Replica(state(few())) as replica:
        run = elearn(replica)
        run.configure()
        run.set_credential()
        assert run("sync").code == 0
        kept = run("export").stdout
        replica.state.rows["TEST-000001"] = few(3)
        done = run("sync", "--json")
        assert (done.code, done.error["kind"]) == (19, "shrink")
        replica.state.accounts = accounts("TEST-000002")
        replica.state.rows["TEST-000002"] = few()
        done = run("sync", "--json")
        assert (done.code, done.error["kind"]) == (20, "other_person")
        assert "TEST-00000" not in done.stdout + done.stderr
        assert run("export").stdout == kept
    done = run("check", "--json", env={"ELEARN_REPLICA": "", "ELEARN_REPLICA_KEY": ""})
    assert (done.code, done.error["kind"]) == (2, "config")


def test_an_unexpected_error_keeps_its_traceback(elearn):
    """A file of the run that cannot be written ends in 1; the traceback is in the named log, private, and not on screen."""
    with Replica(state(few())) as replica:
        run = elearn(replica)
        run.configure()
        run.set_credential()
        (run.home / "runs" / "000001" / ".2023-1.html.new").mkdir(parents=True)
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
