"""Setting up: every question also an option, present values kept, comments kept, the password in the keyring alone."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest
from stored_homes import REPLICA_ENV, demo_records, new_home, save

from agent.clock import TAIPEI
from agent.documents.it_sheet import hosts, it_sheet_html, program_sha256
from agent.setting_up import reading
from agent.setting_up.questions import QUESTIONS
from agent.setting_up.words import INTRODUCTION
from agent.settings.changing import changed
from agent.settings.config import parse_settings
from agent.syncing import portal_hosts
from rules.errors import ConfigError
from scrapers import gateways, portals

ROOT = Path(__file__).parents[1]
SECRET = "pä ss+Wörd/測試%21"
BACKEND = "from stored_homes import FileKeyring\nfrom pathlib import Path\nimport os\nclass Keyring(FileKeyring):\n    def __init__(self):\n        super().__init__(Path(os.environ['KEPT_IN_A_FILE']))\n"


@pytest.fixture
def env(tmp_path) -> dict[str, str]:
    """The world of a replica that nobody answers for, with a keyring in a file outside of the home."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "kept_in_a_file.py").write_text(BACKEND)
    places = (tmp_path / "backend", Path(__file__).parent, ROOT)
    return {
        **REPLICA_ENV,
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "KEPT_IN_A_FILE": str(tmp_path / "kept.json"),
    }


# -- without a terminal: options alone ---------------------------------------------------------------------------------------


def test_everything_can_be_answered_by_options(run_elearn, elearn_home, env, tmp_path):
    (tmp_path / "機關.toml").write_text(
        'name = "○○區公所"\nissued_on = 2023-06-01\nlunch_is_off_duty = false\n', "utf-8"
    )
    done = run_elearn(
        *("setup", "--json", "--computer", "own", "--gateway", "ecpa", "--account", "demo-tester"),
        *("--password-stdin", "--name", "測試員", "--agency", "高雄市○○區公所", "--unit", "人事室"),
        *(
            "--job-title",
            "課員",
            "--category",
            "1",
            "--hours",
            "0830-1230、13:30～17:30",
            "--lunch-off",
            "是",
        ),
        *("--flexible", "08:00-08:30", "--city", "高雄市", "--district", "左營區"),
        *("--unpaid-leave", "112/3/1~1120831", "--own-holidays", "2023-08-03、112年8月4日"),
        *("--agency-file", tmp_path / "機關.toml", "--plan", "kaohsiung-112", "--no-sync"),
        env=env,
        input=f"{SECRET}\n",
    )
    assert done.code == 0, done.stderr
    said = done.json()["setup"]
    assert said["credentials"] == [{"key": "ecpa", "account_masked": "de********r"}]
    assert tomllib.loads((elearn_home / "config.toml").read_text("utf-8")) == {
        "gateway": "ecpa",
        "plan": "kaohsiung-112",
        "person": {
            "name": "測試員",
            "agency": "高雄市○○區公所",
            "unit": "人事室",
            "job_title": "課員",
            "category": "編制內公務人員",
        },
        "work": {
            "hours": [["08:30", "12:30"], ["13:30", "17:30"]],
            "flexible": [["08:00", "08:30"]],
            "city": "高雄市",
            "district": "左營區",
            "unpaid_leave": [["2023-03-01", "2023-08-31"]],
            "own_holidays": ["2023-08-03", "2023-08-04"],
        },
    }
    assert (elearn_home / "agency.json").exists()
    kept = json.loads((tmp_path / "kept.json").read_text())["elearn-agent-replica/ecpa"]
    assert json.loads(kept)["password"] == SECRET
    for path in elearn_home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
    assert SECRET not in done.stdout + done.stderr


def test_the_first_words_say_that_it_only_reads(run_elearn, env):
    done = run_elearn("setup", env=env)
    assert done.code == 0
    assert done.stderr.splitlines()[: len(INTRODUCTION)] == list(INTRODUCTION)
    assert "只讀取" in INTRODUCTION[0]
    assert "無隸屬關係" in done.stderr
    assert "存在哪裡：" in done.stdout
    assert "elearn purge" in done.stdout


def test_an_office_computer_ends_here(run_elearn, elearn_home, env):
    done = run_elearn("setup", "--computer", "office", "--name", "某人", env=env)
    assert done.code == 0
    assert "公務電腦未經核准不得安裝非公務用軟體" in done.stderr
    assert not (elearn_home / "config.toml").exists()


BAD_PLAN, ITS_OWN = "bad.toml", "own.toml"
OWN_PLAN = (
    (ROOT / "rules" / "plans" / "kaohsiung-112.toml")
    .read_text("utf-8")
    .replace('"kaohsiung-112"', '"own-112"', 1)
)
BAD = {
    "hours that overlap": (("--hours", "08:00-12:00、11:00-17:00"), "重疊"),
    "hours that are none": (("--hours", "早上"), "08:00-12:00"),
    "a day that does not exist": (("--own-holidays", "112/2/29"), "2 月沒有 29 日"),
    "a span the wrong way round": (("--unpaid-leave", "112/8/31~112/3/1"), "之後"),
    "an unknown plan": (("--plan", "nowhere-1"), "沒有這個計畫"),
    "neither yes nor no": (("--lunch-off", "也許"), "是"),
    "a category that has no number": (("--category", "99"), "1 到"),
    "an account for no gateway": (("--account", "me"), "--gateway"),
    "a gateway without an account": (("--gateway", "egov"), "--account"),
}


@pytest.mark.parametrize(("options", "words"), BAD.values(), ids=BAD.keys())
def test_an_option_that_cannot_be_used_is_named_and_nothing_is_kept(
    run_elearn, elearn_home, env, options, words
):
    done = run_elearn("setup", *options, "--json", env=env)
    error = done.json()["error"]
    assert (done.code, error["kind"]) == (2, "config")
    assert words in error["message"] + error["remedy"]
    assert not (elearn_home / "config.toml").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--plan", "nowhere-1"),
        ("--agency-file", "nowhere.toml"),
        ("--agency-file", BAD_PLAN),
        ("--agency-file", ITS_OWN, "--plan", "own-112"),
        ("--hours", "早上"),
    ],
)
def test_the_password_is_not_kept_before_every_option_is_known_to_be_good(
    run_elearn, elearn_home, env, options, tmp_path
):
    """Nor is a plan known before the file that brings it along is in the home."""
    for name, text in (("bad", "key = 1\n"), ("own", OWN_PLAN)):
        (tmp_path / f"{name}-plan.toml").write_text(text, "utf-8")
        file = f'name = "甲"\nissued_on = 2023-06-01\nplans = ["{name}-plan.toml"]\n'
        (tmp_path / f"{name}.toml").write_text(file, "utf-8")
    options = [str(tmp_path / each) if each in (BAD_PLAN, ITS_OWN) else each for each in options]
    way_in = ("--gateway", "ecpa", "--account", "A000000000", "--password-stdin")
    done = run_elearn("setup", *way_in, *options, "--json", input="not-a-password\n", env=env)
    assert done.code == 2
    assert not Path(env["KEPT_IN_A_FILE"]).exists()


def test_asked_again_it_keeps_the_rest_and_every_comment(run_elearn, elearn_home, env):
    text = '# 我的設定\nplan = ""  # 不指定\n\n[person]\nname = "甲"  # 我\n\n[work]\n# 夏令\nhours = [["08:00", "12:00"], ["13:30", "17:30"]]\n'
    (elearn_home / "config.toml").write_text(text, "utf-8")
    assert run_elearn("setup", "--unit", "人事室", env=env).code == 0
    assert (elearn_home / "config.toml").read_text("utf-8") == text.replace(
        "  # 我\n", '  # 我\nunit = "人事室"\n'
    )
    assert run_elearn("setup", "--name", "甲", "--hours", "08:00-12:00、13:30-17:30", env=env).code == 0
    assert 'unit = "人事室"' in (elearn_home / "config.toml").read_text("utf-8")


def test_what_would_change_a_verdict_is_shown_and_asked_first(run_elearn, elearn_home, env):
    """With records stored, other hours change a verdict: without --yes nobody can be asked, and nothing is kept."""
    home = new_home(elearn_home)
    save(home, demo_records(), datetime(2023, 7, 3, tzinfo=TAIPEI))
    before = home.config.read_text("utf-8")
    done = run_elearn("setup", "--category", "教師", env=env)
    assert (done.code, "--yes" in done.stderr) == (2, True)
    assert "會改變的判斷結果" in done.stderr
    assert home.config.read_text("utf-8") == before
    assert run_elearn("setup", "--category", "教師", "--yes", env=env).code == 0
    assert 'category = "教師"' in home.config.read_text("utf-8")


def test_by_hand_stores_no_password(run_elearn, env, tmp_path):
    done = run_elearn("setup", "--gateway", "hand", "--no-sync", env=env)
    assert done.code == 0
    assert "不儲存密碼" in done.stderr
    assert not (tmp_path / "kept.json").exists()


def test_by_hand_with_a_password_stored_says_how_to_remove_it(run_elearn, env):
    done = run_elearn(
        "setup", "--gateway", "egov", "--account", "demo", "--password-stdin", input="x\n", env=env
    )
    assert done.code == 0
    done = run_elearn("setup", "--gateway", "hand", "--json", env=env)
    assert "elearn credentials clear egov" in done.stderr
    assert done.json()["setup"]["credentials"][0]["key"] == "egov"


# -- on a terminal ----------------------------------------------------------------------------------------------------------


class Terminal:
    """`elearn` in a terminal of its own: what is shown is waited for, then answered."""

    def __init__(self, words: tuple[str, ...], env: dict[str, str], folder: Path) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "agent", *words], env)
        self.shown = ""
        self._from = 0

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + 60
        while text not in self.shown[self._from :]:
            assert time.monotonic() < until, f"no {text!r} in {self.shown[self._from :]!r}"
            if select.select([self.fd], [], [], 1)[0]:
                self._read()
        self._from = self.shown.index(text, self._from) + len(text)

    def _read(self) -> bool:
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def answer(self, *pairs: tuple[str, str]) -> None:
        for text, typed in pairs:
            self.wait_for(text)
            os.write(self.fd, f"{typed}\n".encode())

    def end(self) -> int:
        while select.select([self.fd], [], [], 60)[0] and self._read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def terminal(env, elearn_home, tmp_path):
    own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    own |= {**env, "ELEARN_HOME": str(elearn_home), "HOME": str(tmp_path), "TERM": "dumb", "LANG": "C.UTF-8"}
    return lambda *words: Terminal(words, own, tmp_path)


def test_the_questions_one_by_one_then_again_with_enter_alone(terminal, elearn_home, tmp_path):
    """The first time answers; the second only presses Enter: the file stays as it is, byte by byte."""
    first = terminal("setup")
    first.answer(
        ("請選擇", "1"),
        ("請選擇", "1"),
        ("帳號：", "demo-tester"),
        ("密碼（不會顯示）", SECRET),
        ("再輸入一次", SECRET),
    )
    first.answer(
        ("姓名", "測試員"),
        ("服務機關全銜", ""),
        ("服務單位", "人事室"),
        ("職稱", ""),
        ("人員類別", "1"),
        ("上班時間［08:00-12:00、13:30-17:30］", ""),
        ("午休視為公餘時間嗎（是／否）［是］", "也許"),
        ("請回答", "否"),
        ("彈性上下班的時段", ""),
        ("服務機關所在縣市", ""),
        ("服務機關所在行政區", ""),
        ("留職停薪期間", "112/2/29"),
        ("2 月沒有 29 日", "112.3.1~2023-08-31"),
        ("→ 112 年 3 月 1 日 至 112 年 8 月 31 日", ""),
        ("檔案路徑", ""),
        ("計畫代號［all］", ""),
        ("現在試著更新一次嗎", "否"),
    )
    assert first.end() == 0
    assert SECRET not in first.shown
    text = (elearn_home / "config.toml").read_text("utf-8")
    assert tomllib.loads(text) == {
        "gateway": "ecpa",
        "person": {"name": "測試員", "unit": "人事室", "category": "編制內公務人員"},
        "work": {"lunch_is_off_duty": False, "unpaid_leave": [["2023-03-01", "2023-08-31"]]},
    }
    kept = (tmp_path / "kept.json").read_text()
    again = terminal("setup")
    again.answer(("請選擇", ""), ("請選擇", ""), ("目前儲存的帳號：de********r", ""))
    again.answer(*((f"{each.asked}", "") for each in QUESTIONS))
    again.answer(("檔案路徑", ""), ("計畫代號", ""), ("現在試著更新一次嗎", "否"))
    assert again.end() == 0
    assert "姓名［測試員］" in again.shown
    assert "［112 年 3 月 1 日 至 112 年 8 月 31 日］" in again.shown
    assert (elearn_home / "config.toml").read_text("utf-8") == text
    assert (tmp_path / "kept.json").read_text() == kept


def test_by_hand_on_a_terminal_the_stored_password_goes(terminal, run_elearn, env, tmp_path):
    stored = ("setup", "--gateway", "egov", "--account", "demo", "--password-stdin")
    assert run_elearn(*stored, input="x\n", env=env).code == 0
    shown = terminal("setup", "--computer", "own", "--gateway", "hand", "--plan", "all", "--no-sync")
    shown.answer(
        ("要移除嗎（是／否）［是］", ""), *((each.asked, "") for each in QUESTIONS), ("檔案路徑", "")
    )
    assert shown.end() == 0
    assert json.loads((tmp_path / "kept.json").read_text()) == {}


def test_who_logs_in_by_hand_is_shown_so_and_stays_so_with_enter_alone(terminal, run_elearn, env):
    """Asked again, the way in that was chosen is the present value: no account and no password is asked for."""
    first = run_elearn("setup", "--gateway", "hand", "--name", "測試員", "--no-sync", env=env)
    assert "登入方式：由您親自登入，不儲存密碼" in first.stdout
    shown = terminal("setup", "--computer", "own", "--plan", "all", "--no-sync")
    shown.answer(("請選擇［3］", ""), *((each.asked, "") for each in QUESTIONS), ("檔案路徑", ""))
    assert shown.end() == 0
    assert "帳號：" not in shown.shown


# -- reading and writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "112/3/1~112/8/31",
        "1120301～1120831",
        "2023-03-01 至 2023/8/31",
        "112年3月1日到112.8.31",
        "１１２/３/１~112/8/31",
    ],
)
def test_days_in_any_form_are_one(typed):
    found = reading.day_spans(typed)
    assert found == [["2023-03-01", "2023-08-31"]]
    assert reading.show_day_spans(found) == "112 年 3 月 1 日 至 112 年 8 月 31 日"


@pytest.mark.parametrize("each", QUESTIONS, ids=lambda each: each.option)
def test_what_a_question_shows_is_what_it_reads(each):
    """Whatever stands in brackets can be typed again."""
    samples = {
        "hours": [["08:30", "12:30"], ["13:30", "17:30"]],
        "flexible": [["07:30", "08:30"]],
        "lunch_is_off_duty": False,
        "unpaid_leave": [["2023-03-01", "2023-08-31"]],
        "own_holidays": ["2023-08-03", "2023-09-01"],
    }
    value = samples.get(each.place[1], "編制內公務人員")
    assert each.read(each.show(value)) == value


CHANGES = {
    "an empty file": ("", {("", "gateway"): "ecpa", ("person", "name"): "甲"}),
    "only comments": ("# 一\n# 二\n", {("", "plan"): "kaohsiung-112"}),
    "a section, a key for the top": ('[person]\nname = "甲"\n', {("", "gateway"): "ecpa"}),
    "a list over several lines": (
        'gateway = "ecpa"\n[work]\nhours = [\n  ["08:00", "12:00"],  # 上午\n]\ncity = "臺北市"\n',
        {("work", "hours"): [["09:00", "12:00"]]},
    ),
    "tables of leave behind": (
        '[work]\ncity = ""\n[[work.leave]]\nfrom = "2023-03-08"\nto = "2023-03-08"\nkind = "休假"\n',
        {("work", "district"): "左營區", ("person", "name"): '引號 " 與 \\'},
    ),
    "dotted keys": ('person.name = "甲"\n', {("person", "unit"): "課"}),
    "taken out": ('plan = "x"  # 註\ngateway = "ecpa"\n', {("", "plan"): None}),
    "never there": ("# 一\n", {("work", "city"): None}),
    "line ends of Windows": ('gateway = "ecpa"\r\n# 註\r\n', {("", "gateway"): "egov"}),
}


@pytest.mark.parametrize(("text", "changes"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_changes_nothing_else(text, changes):
    made = changed(text, "config.toml", changes)
    parse_settings(made, "config.toml")
    found, before = tomllib.loads(made), tomllib.loads(text)
    for (section, key), value in changes.items():
        for data in (found, before):
            table = data.setdefault(section, {}) if section else data
            table.pop(key, None) if value is None else table.update({key: value})
    assert found == {key: value for key, value in before.items() if value != {} or key in found}
    comments = re.findall(
        r"#.*", text.replace("# 上午", "").replace("  # 註", "") if "plan" in text or "上午" in text else text
    )
    assert all(each.rstrip() in made for each in comments)


def test_a_file_that_cannot_be_read_is_not_touched():
    with pytest.raises(ConfigError, match="第 2 行"):
        changed('gateway = "ecpa"\nnonsense = 1\n', "config.toml", {("", "plan"): ""})


# -- the sheet for the IT department ----------------------------------------------------------------------------------------


def test_the_hosts_on_the_sheet_are_those_the_guard_allows():
    allowed = portal_hosts(portals.load()).union(*(gateways.load(key).hosts for key in gateways.names()))
    assert set(hosts()) == allowed
    shown = set(re.findall(r"\b(?:[\w-]+\.)+gov\.tw\b", it_sheet_html(date(2023, 7, 3))))
    assert shown == allowed


def test_the_sheet_is_made_by_the_command_and_one_page_of_it_is_stamped(run_elearn, tmp_path, env):
    done = run_elearn("setup", "--it-sheet", tmp_path / "軟體 申請說明.html", "--json", env=env)
    assert done.json() == {"it_sheet": str(tmp_path / "軟體 申請說明.html")}
    text = (tmp_path / "軟體 申請說明.html").read_text("utf-8")
    assert all(
        each in text for each in ("資訊單位（核章）", program_sha256(), "127.0.0.1", "不需要系統管理者權限")
    )
    assert run_elearn("setup", "--it-sheet", tmp_path / "x.docx", env=env).code == 2


def test_the_sheet_prints(run_elearn, tmp_path, env):
    """By the real browser; read back as text."""
    out = tmp_path / "軟體申請說明.pdf"
    assert run_elearn("setup", "--it-sheet", out, env=env).code == 0
    text = subprocess.run(["pdftotext", "-raw", out, "-"], capture_output=True, text=True, check=True).stdout
    assert all(each in text for each in ("軟體申請說明", *hosts()))
