"""What may not stand in a log or support file is taken out by key, by shape and by value; what helps is left."""

from __future__ import annotations

import base64
import html
import json
import logging
import time
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from agent import clock, logs
from agent.home import Home, open_home
from agent.logs import ERROR, KEPT, LOG, RunLog
from agent.store import Store
from agent.upkeep.bundle import bundle, save
from agent.upkeep.diagnosing import Check
from rules.errors import ConfigError
from scrapers.redaction import HIDDEN, Redactor, is_id_number

PASSWORD = "pä ss+Wörd/測試%21"
NAME, ACCOUNT, PLATFORM = "王小明", "demo-tester", "TEST-000001"
# Built from pieces: no valid number stands in a file of this project. All of them fit their checksum.
VALID = {
    "citizen": "A" + "123456789",
    "resident since 2021": "A" + "800000014",
    "resident before": "AC" + "01234567",
}
WRITTEN = {
    "as it is": PASSWORD,
    "in an address": quote(PASSWORD, safe=""),
    "in an address, small": quote(PASSWORD, safe="").lower(),
    "in a form": quote_plus(PASSWORD),
    "json": json.dumps(PASSWORD)[1:-1],
    "html": html.escape(PASSWORD),
    "python": repr(PASSWORD.encode())[2:-1],
    "hex": PASSWORD.encode().hex(),
    "utf-16 hex": PASSWORD.encode("utf-16-le").hex().upper(),
    "base64": base64.b64encode(PASSWORD.encode()).decode(),
    "base64 inside": base64.b64encode(b"x" + PASSWORD.encode() + b"yz").decode(),
    "base64url inside": base64.urlsafe_b64encode(b"xy" + PASSWORD.encode() + b"z").decode(),
}


@pytest.mark.parametrize("written", WRITTEN, ids=str)
def test_a_known_value_is_hidden_in_every_spelling(written):
    """Also in the middle of a word, where nothing but its own letters says what it is."""
    redactor = Redactor([PASSWORD])
    text = redactor.text(f"abc{WRITTEN[written]}xyz")
    assert WRITTEN[written] not in text
    assert HIDDEN in text
    assert Redactor(["another"]).text("nothing here") == "nothing here"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Set-Cookie: PHPSESSID=abc; path=/", "abc"),
        ("cookie = a=1; b=2", "b=2"),
        ("Authorization: Basic dGVzdDp0ZXN0", "dGVzdDp0ZXN0"),
        ("使用 bearer abc.def-ghi 登入", "abc.def"),
        ("password=hunter2&x=1", "hunter2"),
        ('{"pwd": "hunter2"}', "hunter2"),
        ("帳號：tester、密碼: hunter2", "hunter2"),
        ("x_token: 'abc123'", "abc123"),
        ("https://elearn.hrd.gov.tw/sso_verify.php?ticket=abcdef#x", "abcdef"),
        ("https://elearn.hrd.gov.tw/a;jsessionid=abcdef", "abcdef"),
        ("https://user:pass@elearn.hrd.gov.tw/a", "pass"),
        ("平台識別碼：TEST-000001", "TEST-000001"),
        ("平臺識別碼 TEST-000001", "000001"),
        ("寄到 tester@example.test 了", "tester@"),
        ("tester%40example.test", "tester"),
        ("電話 0912-345-678", "345"),
        ("/home/wangxm/.local/share", "wangxm"),
        ("C:\\Users\\王小明\\AppData", "王小明"),
        ("file eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 x", "eyJhbGci"),
        *((f"編號 {number}。", number) for number in VALID.values()),
        (f"編號 {VALID['citizen'].lower()}", VALID["citizen"].lower()),
    ],
)
def test_what_looks_like_a_secret_or_a_person_is_hidden(text, secret):
    assert secret not in Redactor().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "讀取學習紀錄：第 2 頁，共 4 頁，已讀 10 筆",
        "GET elearn.hrd.gov.tw/mooc/user/learn_stat.php 200",
        "學習紀錄頁與已知格式不同：找不到「認證時數」欄，最接近的是「核發時數」。",
        "agent/upkeep/evidence_files.py:57 keep_evidence",
        "2023-08-31T02:30:00+08:00",
        "PCENTER112100461",
        "scrapers.errors.PageChanged",
    ],
)
def test_what_helps_is_left(text):
    assert Redactor().text(text) == text


def test_keys_hide_their_values_whatever_they_are():
    """In any depth; numbers, times and the like stay."""
    found = Redactor().value(
        {
            "step": "登入",
            "Password": "x1",
            "deep": [{"session_id": ["a"], "name": "王小明", "count": 3}],
            "cookie": None,
        }
    )
    assert found == {
        "step": "登入",
        "Password": HIDDEN,
        "deep": [{"session_id": HIDDEN, "name": HIDDEN, "count": 3}],
        "cookie": None,
    }


@pytest.mark.parametrize("number", VALID.values(), ids=VALID)
def test_a_valid_number_is_one_and_with_one_digit_off_is_none(number):
    """Citizen, and resident certificates of both formats."""
    assert is_id_number(number)
    assert is_id_number(number.lower())
    assert not is_id_number(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert not is_id_number(number + "0")


# -- the log of a run --------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path) -> Home:
    return open_home(tmp_path / "家")


def lines(home: Home, run: int = 1) -> list[dict]:
    return [json.loads(line) for line in (home.run_folder(run) / LOG).read_text("utf-8").splitlines()]


def test_a_log_is_lines_of_json_private_and_redacted(home):
    """What is hidden is hidden from then on, in every value and key."""
    with RunLog(home, 1) as log:
        log.begin(run=1, command="sync", mode="replica")
        log.hide(PASSWORD, NAME)
        log.tell("登入", f"{NAME} {PASSWORD}")
        log.requests({("GET", "elearn.hrd.gov.tw", "/a"): 2}, [("elearn.hrd.gov.tw/a", 200)], 1)
        log("odd", password="x9", note=f"ticket={PASSWORD}")
        log.end("ok", 0, records=4)
    found = lines(home)
    assert [each["event"] for each in found] == [
        "begin",
        "step",
        "requests",
        "document",
        "refused",
        "odd",
        "end",
    ]
    assert all(each["at"].endswith("+08:00") for each in found)
    assert (found[1]["step"], found[1]["detail"]) == ("登入", f"{HIDDEN} {HIDDEN}")
    assert (found[2]["method"], found[2]["host"], found[2]["count"]) == ("GET", "elearn.hrd.gov.tw", 2)
    assert (found[3]["status"], found[5]["password"], found[6]["records"]) == (200, HIDDEN, 4)
    path = home.run_folder(1) / LOG
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text("utf-8")
    assert not any(each in text for each in (*WRITTEN.values(), NAME, "x9"))


def test_a_log_that_cannot_be_written_hinders_nothing(home, monkeypatch):
    """Neither where it cannot be opened nor where the disk is full later."""
    home.run_folder(2).write_text("a file in its place")
    with RunLog(home, 2) as log:
        log.tell("登入", "")
    with RunLog(home, 3) as log:
        for handler in log._logger.handlers:
            monkeypatch.setattr(handler.stream, "write", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
        log.tell("登入", "")
        monkeypatch.setattr(logs, "write_private", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        assert log.keep_traceback() is None


def test_no_other_logging_reaches_it_or_is_changed(home):
    """A library that logs a request line with its query logs elsewhere."""
    before = list(logging.getLogger().handlers)
    with RunLog(home, 1) as log:
        logging.getLogger("httpx").warning("https://host/?ticket=abc")
        log.tell("登入", "")
    assert logging.getLogger().handlers == before
    assert [each["event"] for each in lines(home)] == ["step"]


def test_a_traceback_is_kept_without_what_its_message_says(home):
    """The places in the code stay."""
    said = f"https://host/a?ticket=abc {PASSWORD} wang@example.test"
    with RunLog(home, 1) as log:
        log.hide(PASSWORD)
        try:
            raise ValueError(said)
        except ValueError:
            path = Path(log.keep_traceback())
    text = path.read_text("utf-8")
    assert "test_redaction.py" in text
    assert "ValueError" in text
    assert PASSWORD not in text
    assert "@example.test" not in text
    assert "ticket=abc" not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_oldest_logs_go_and_pages_stay(home):
    for run in range(1, KEPT + 4):
        home.run_folder(run).mkdir()
        (home.run_folder(run) / LOG).write_text("x")
    (home.run_folder(2) / "2023-1.html").write_text("x")
    with RunLog(home, KEPT + 4) as log:
        log.tell("登入", "")
    assert sorted(each.parent.name for each in home.runs.glob(f"*/{LOG}"))[0] == "000005"
    assert [each.name for each in sorted(home.runs.iterdir())][:2] == ["000002", "000005"]
    assert [each.name for each in home.run_folder(2).iterdir()] == ["2023-1.html"]


# -- the support file --------------------------------------------------------------------------------------------------

PLANTED = {
    **WRITTEN,
    "cookie": "PHPSESSIDabcdef0123456789",
    "name": NAME,
    "account": ACCOUNT,
    "platform": PLATFORM,
    "mail": "wang@example.test",
    "ticket": "ST-4711-inventedabcdefgh",
    **VALID,
}


def plant(home: Home, secret: str) -> None:
    """The secret in every place that a support file is made from, also where nothing of ours would put it."""
    home.config.write_text(
        f'plan = ""\n[person]\nname = {json.dumps(secret)}\nunit = "某課"\n[work]\ncity = {json.dumps(secret)}\nleave = [{{kind = {json.dumps(secret)}}}]\n',
        "utf-8",
    )
    with Store.open(home.database) as store:
        for outcome in ("page_changed", secret):
            run = store.start_run("sync", clock.now())
            store.finish_run(
                run, outcome=outcome, exit_code=13, at=clock.now(), report={"message": secret, "x": secret}
            )
        store.start_run(secret, clock.now())
    folder = home.run_folder(1)
    (folder / "evidence").mkdir(parents=True)
    rows = [
        {"event": "step", "step": secret, "detail": secret, "seconds": 1.5},
        {"event": secret, "path": f"/a/{secret}"},
    ]
    rows += [
        {secret: secret, "cookie": secret, "outcome": secret, "host": secret, "at": secret, "years": [secret]}
    ]
    (folder / LOG).write_text("\n".join((*map(json.dumps, rows), secret, json.dumps(secret))), "utf-8")
    trace = f'Traceback (most recent call last):\n  File "/home/{secret}/agent/syncing.py", line 7, in {secret}\n    x = "{secret}"\nValueError: {secret}\n'
    (folder / ERROR).write_text(trace, "utf-8")
    (home.runs / ERROR).write_text(trace + f"{secret}: {secret}\n", "utf-8")
    page = f"<html><head><title>{secret}</title></head><body><h1>{secret}</h1><a href='/?t={secret}'>{secret}</a><th>{secret}</th><p>{secret}</p><input value='{secret}'><button id='{secret}'>{secret}</button><!-- {secret} --></body></html>"
    (folder / "evidence" / "page-1.html").write_text(page, "utf-8")
    report = {"kind": secret, "message": f"少 1 筆（『{secret}』）", "step": secret, "contacted": [f"GET host/{secret}"], "refused": [secret], "pages": [{"place": f"host/a?{secret}", "class": secret}], "versions": {"x": secret}, secret: secret}  # fmt: skip
    (folder / "evidence" / "report.json").write_text(json.dumps(report), "utf-8")


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_secret_is_in_no_line_of_the_support_file(home, tmp_path, planted):
    """Whatever its spelling and wherever it was put; what this process knows are the password and the account."""
    secret = PLANTED[planted]
    plant(home, secret)
    checks = [Check("home", "fail", f"資料夾「/home/{secret}/家」他人可以讀取。", secret)]
    files = bundle(home, checks, [PASSWORD, ACCOUNT])
    save(files, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [name for name, text in texts.items() if secret in text or json.dumps(secret)[1:-1] in text] == []
    assert len(texts) >= 9
    assert "agent/syncing.py:7" in texts["error-000001.txt"]
    assert "ValueError" in texts["error-000001.txt"]
    assert '"seconds": 1.5' in texts["log-000001.jsonl"]
    assert '"outcome": "page_changed"' in texts["runs.json"]
    assert '"person.name": "（有填）"' in texts["settings.json"]


def test_a_support_file_never_replaces_a_file(home, tmp_path):
    (tmp_path / "x.zip").write_text("mine")
    with pytest.raises(ConfigError, match="已經存在"):
        save(bundle(home, [], []), tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_text() == "mine"


@pytest.mark.parametrize("broken", ["config.toml", "elearn.sqlite3"])
def test_a_home_that_is_broken_still_has_a_support_file(home, broken):
    """It is then that one is asked for."""
    (home.path / broken).write_text("\x00 not what it should be")
    names = [each.name for each in bundle(home, [], [])]
    assert {"versions.json", "runs.json", "settings.json"} <= set(names)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a1b" * 30_000, "a." * 50_000, "a@" * 50_000, "帳號" * 50_000, "/" * 100_000]
)
def test_a_long_line_takes_no_long_time(text):
    """A page that is one line, or what somebody sends to slow us down: the time grows with its length, not its square."""
    began = time.perf_counter()
    Redactor([PASSWORD]).text(text)
    assert time.perf_counter() - began < 20
