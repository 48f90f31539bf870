"""Doctor: each check on a machine where the thing is right, and where it is not; one line, a remedy, and no site contacted."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from claim_samples import pdf_of

from agent import clock
from agent.access.displaced import note_displaced
from agent.home import Home, open_home
from agent.settings.config import Settings
from agent.store import Store
from agent.upkeep import diagnosing
from agent.upkeep.checks import machine, network, nightly, records, secrets, typefaces
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from rules.person import Person
from scrapers import gateways
from scrapers.credential import Credential

DAY = date(2023, 8, 31)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ELEARN_HOME", str(tmp_path / "王 小明"))
    return open_home(tmp_path / "王 小明")


class OneEntry:
    """A keyring with one credential, in memory."""

    def account(self, gateway: str) -> str | None:
        return "demo-tester" if gateway == "ecpa" else None

    def fingerprint(self, gateway: str) -> str:
        return "f" * 64

    def read(self, gateway: str) -> Credential:
        return Credential("demo-tester", "x")

    def backend_name(self) -> str:
        return "keyring.backends.SecretService.Keyring"


# -- compiled files ----------------------------------------------------------------------------------------------------


def blocked(why: BaseException) -> Callable[[str], object]:
    def load(name: str) -> object:
        if name == "selectolax.lexbor":
            raise why
        return object()

    return load


def by_policy() -> OSError:
    """As Windows raises it; elsewhere the number has no place in an OSError of its own."""
    error = OSError(22, "An Application Control policy has blocked this file", r"C:\elearn\lexbor.pyd")
    error.winerror = 4551  # type: ignore[attr-defined]
    return error


BLOCKED = [
    (by_policy(), ["4551", "lexbor.pyd", "不是您的操作錯誤"]),
    (ImportError("DLL load failed: [WinError 4551]", path=r"C:\elearn\lexbor.pyd"), ["4551", "lexbor.pyd"]),
    (ImportError("DLL load failed", path=r"C:\elearn\lexbor.pyd"), ["lexbor.pyd", "防毒軟體"]),
    (ModuleNotFoundError("No module named 'selectolax'"), ["selectolax", "重新安裝"]),
]


@pytest.mark.parametrize(
    ("why", "said"), BLOCKED, ids=["policy", "policy by its text", "no DLL", "removed by antivirus"]
)
def test_a_blocked_file_is_named(why: BaseException, said: list[str]) -> None:
    found = machine.modules(load=blocked(why))
    assert found.state == FAIL
    assert all(each in found.text + found.remedy for each in said)


def test_every_compiled_package_of_this_program_is_tried() -> None:
    """What is installed with a compiled file in it and imported by this program stands in the list."""
    assert machine.modules().state == OK
    tried = {module.partition(".")[0] for module, _ in machine.COMPILED}
    assert {
        "greenlet",
        "playwright",
        "selectolax",
        "cryptography",
        "sqlalchemy",
        "markupsafe",
        "psutil",
    } <= tried


# -- browser, clock, disk ----------------------------------------------------------------------------------------------


def test_a_browser_that_does_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("ELEARN_BROWSER", str(broken))
    found = machine.browser()
    assert (found.state, "127" in found.text) == (FAIL, True)


def test_a_policy_against_automation_fails_and_names_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "automation_forbidden", lambda: "/etc/opt/chrome/policies/managed/a.json")
    found = machine.policy()
    assert (found.state, "a.json" in found.text) == (FAIL, True)


def test_a_rare_character_of_the_name_is_tried_in_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without one starts no browser; one that cannot be printed is named with what to install."""

    def none(html: str) -> bytes:
        raise AssertionError(html)

    monkeypatch.setattr(typefaces, "_printer", lambda: none)
    assert typefaces.fonts(Settings(person=Person("王小明"))).state == OK
    monkeypatch.setattr(typefaces, "_printer", lambda: pdf_of)
    found = typefaces.fonts(Settings(person=Person("王𠮷明")))
    assert (found.state, "罕用字𠮷（U+20BB7）可以印出。" in found.text) == (OK, True)
    monkeypatch.setattr(typefaces, "_printer", lambda: lambda html: pdf_of(html.replace("𠮷", "")))
    found = typefaces.fonts(Settings(person=Person("王𠮷明")))
    assert (found.state, found.text) == (
        WARN,
        "這台電腦沒有字型可以印出𠮷（U+20BB7），文件上會是方框。",
    )
    assert "fonts-cns11643-kai" in found.remedy


@pytest.mark.parametrize(
    ("kai", "rare", "state", "said"),
    [
        ("", "", FAIL, "沒有楷體字型"),
        (r"TW\-Kai,全字庫正楷體", r"TW\-Kai\-Ext\-B", OK, "申請表字型：TW-Kai。"),
        ("AR PL UKai TW", "", OK, "申請表字型：AR PL UKai TW。沒有罕用字（如 𠮷）的字型"),
    ],
)
def test_the_kai_of_this_machine_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kai: str, rare: str, state: str, said: str
) -> None:
    """fc-list writes a hyphen with a backslash before it."""
    lister = tmp_path / "fc-list"
    lister.write_text(
        f"#!/bin/sh\ncase $1 in :charset*) printf '%s' '{rare}' ;; *) printf '%s' '{kai}' ;; esac\n"
    )
    lister.chmod(0o700)
    monkeypatch.setattr(typefaces.shutil, "which", lambda _: str(lister))
    found = typefaces.fonts(Settings())
    assert (found.state, found.text.startswith(said)) == (state, True), found


@pytest.mark.parametrize(
    ("ahead", "state"), [(timedelta(days=400), FAIL), (timedelta(minutes=1), OK)], ids=["far", "a little"]
)
def test_a_clock_behind_the_newest_run_is_wrong(
    home: Home, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, state: str
) -> None:
    monkeypatch.setenv("TZ", "Asia/Taipei")
    monkeypatch.setattr(machine, "_built", lambda: None)
    with Store.open(home.database) as store:
        store.start_run("sync", clock.now() + ahead)
    found = machine.right_time(home)
    assert found.state in (state, WARN if state == OK else state)
    assert ("電腦的時間不對" in found.text) is (state == FAIL)


def test_a_clock_before_this_program_was_made_is_wrong(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.clock, "now", lambda: datetime(2001, 1, 1, tzinfo=clock.TAIPEI))
    assert machine.right_time(home).state == FAIL


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_fails(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**6))
    assert machine.disk(home).state == FAIL


# -- keyring and credentials -------------------------------------------------------------------------------------------


def test_the_nightly_run_is_asked_in_its_own_environment(tmp_path: Path) -> None:
    """A process without the desktop's bus sees no keyring: a warning that says so, whatever this session sees."""
    found = secrets.keyring_at_night(
        {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": "/x"}
    )
    assert (found.state, "16" in found.remedy) == (WARN, True)


def test_the_environment_of_a_service_is_no_more_than_a_service_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/tmp/somewhere")
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")
    found = secrets.scheduled_environment()
    assert "SECRET_OF_THE_SHELL" not in found
    assert found.get("DBUS_SESSION_BUS_ADDRESS") != "unix:path=/tmp/somewhere"


def test_a_stopped_password_is_told_with_its_one_step(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets.credentials(home, OneEntry()).state == OK  # type: ignore[arg-type]
    with Store.open(home.database) as store:
        attempt = store.submit_attempt("ecpa", "f" * 64, "real", clock.now())
        store.answer_attempt(attempt, "refused", clock.now())
    found = secrets.credentials(home, OneEntry())  # type: ignore[arg-type]
    assert found.state == FAIL
    assert "沒有接受目前儲存的密碼（可能已更換）" in found.text
    assert "只試了 1 次" in found.text
    assert "elearn credentials set ecpa" in found.remedy


def test_a_person_left_alone_is_told_until_when(home: Home) -> None:
    assert secrets.left_alone(home, Settings()).state == OK
    with Store.open(home.database) as store:
        note_displaced(store, clock.now())
    found = secrets.left_alone(home, Settings())
    assert (found.state, "之前不會自動更新" in found.text) == (WARN, True)
    with Store.open(home.database) as store:
        note_displaced(store, clock.now() + timedelta(days=300))  # under a clock that ran ahead
    assert secrets.left_alone(home, Settings()).state == OK


# -- network -----------------------------------------------------------------------------------------------------------


def test_a_proxy_and_a_further_authority_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in network._AUTHORITIES:
        monkeypatch.delenv(name, raising=False)
    assert network.inspection(online=False).state == OK
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/etc/agency.pem")
    assert (network.proxy().state, network.inspection(online=False).state) == (WARN, WARN)


def test_online_a_certificate_nobody_trusts_is_told_with_who_signed_it(
    replica: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a proxy that reads what is encrypted shows it: here the replica, whose authority this machine does not know."""
    running = replica()
    for name, value in {"ELEARN_REPLICA": running.address, "ELEARN_REPLICA_KEY": running.key}.items():
        monkeypatch.setenv(name, value)
    before = len(running.requests)
    found = network.inspection(online=True)
    assert found.state == FAIL
    assert "trustme" in found.text
    assert "請勿在這個網路輸入密碼" in found.remedy
    assert len(running.requests) == before  # a handshake, no request


def test_online_a_trusted_certificate_is_told_with_who_signed_it(
    replica: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = replica()
    host, _, port = running.address.rpartition(":")
    context = ssl.create_default_context
    monkeypatch.setenv("ELEARN_REPLICA", running.address)
    monkeypatch.setenv("ELEARN_REPLICA_KEY", running.key)

    def trusting() -> ssl.SSLContext:
        made = context()
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
        return made

    monkeypatch.setattr(ssl, "create_default_context", trusting)
    found = network.inspection(online=True)
    assert (found.state, "trustme" in found.text) == (OK, True)
    assert network.issuer("elearn.hrd.gov.tw", host, int(port)) in found.text


def test_online_a_host_that_does_not_answer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_address", lambda host: ("127.0.0.1", 9))
    found = network.inspection(online=True)
    assert (found.state, "連不到" in found.text) == (FAIL, True)


# -- calendar, plan, settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "calendar", "plan"),
    [
        (date(2023, 9, 30), OK, OK),
        (date(2023, 10, 1), OK, WARN),
        (date(2027, 9, 30), OK, WARN),
        (date(2027, 10, 1), WARN, WARN),
    ],
    ids=str,
)
def test_from_october_on_the_next_year_is_wanted(home: Home, on: date, calendar: str, plan: str) -> None:
    assert records.calendar(Settings(), on).state == calendar
    assert records.plan(home, on).state == plan


def test_a_settings_file_that_cannot_be_used_is_one_failed_check(home: Home) -> None:
    home.config.write_text("nonsense = 1\n", encoding="utf-8")
    found = {each.key: each for each in diagnosing.diagnose(home, OneEntry(), DAY)}  # type: ignore[arg-type]
    assert found["settings"].state == FAIL
    assert "第 1 行" in found["settings"].text
    assert {key for key, each in found.items() if "nonsense" in each.text} == {"settings"}


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_every_check_is_one_line_with_a_remedy_where_one_is_needed(home: Home) -> None:
    found = diagnosing.diagnose(home, OneEntry(), DAY)  # type: ignore[arg-type]
    assert len({each.key for each in found}) == len(found) >= 17
    for each in found:
        assert each.state in (OK, WARN, FAIL)
        assert each.text
        assert "\n" not in each.text + each.remedy
        assert bool(each.remedy) is (each.state != OK), each
        assert "Traceback" not in each.text


def test_a_check_that_goes_wrong_itself_is_a_failed_check() -> None:
    def broken() -> Check:
        raise PermissionError("no")

    found = diagnosing._safely("disk", broken)
    assert (found.key, found.state, bool(found.remedy)) == ("disk", FAIL, True)


def test_hosts_asked_online_are_those_a_run_goes_to() -> None:
    assert set(network.hosts()) == {"elearn.hrd.gov.tw"} | {
        gateways.load(key).host for key in gateways.names()
    }


# -- the nightly runs ----------------------------------------------------------------------------------------------------

UNIT = [("systemd", "/somewhere/elearn.service")]
NIGHTLY = {
    "nobody asked for them": ("", [], False, OK, "沒有設定每晚更新"),
    "installed and running": ("systemd", UNIT, True, OK, "正在執行（systemd）"),
    "installed and not running": ("systemd", UNIT, False, WARN, "目前沒有在執行"),
    "running in a terminal": ("", [], True, WARN, "不會自動開始"),
    "taken away by somebody": ("systemd", [], False, WARN, "已不在"),
    "none was allowed": ("page", [], False, OK, "開啟本頁時會自動更新"),
}


@pytest.mark.parametrize(("way", "places", "runs", "state", "said"), NIGHTLY.values(), ids=NIGHTLY.keys())
def test_whether_the_nights_are_looked_after(
    home: Home, monkeypatch: pytest.MonkeyPatch, way: str, places: list, runs: bool, state: str, said: str
) -> None:
    (home.path / "autostart").write_text(way)
    monkeypatch.setattr(nightly, "places_of", lambda home: places)
    monkeypatch.setattr(nightly, "is_running", lambda home: runs)
    found = nightly.agent(home)
    assert (found.key, found.state) == ("agent", state)
    assert said in found.text
    assert bool(found.remedy) is (state is WARN)
