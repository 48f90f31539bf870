"""Notices: told on a change of state, once, in the daytime, and with no more about the person than was chosen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keyring
import pytest
from stored_homes import CONFIG, REPLICA_ENV, FileKeyring, demo_records, end_badly, new_home, save

from agent import notices
from agent.access.credentials import Keyring
from agent.clock import TAIPEI
from agent.home import Home
from agent.notices.addresses import add_address
from agent.notices.deciding import BenefitSeen, DeadlineSeen, Portion, RunSeen, Situation, decide
from agent.notices.desktop import mac, show_on_desktop, windows
from agent.notices.telling import last_failure
from agent.notices.wording import Detail, Message, compose
from agent.store import Notice, RecordChange, Store
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin
from scrapers.mode import Mode

NOW = datetime(2023, 7, 3, 8, tzinfo=TAIPEI)
COURSE = LearningRecord(title="友善職場", status="未通過", certified_hours=None, upload_status="--")
PASSED = replace(COURSE, status="已通過", certified_hours=Decimal("1.0"))
UPLOADED = replace(PASSED, upload_status="成功")
FAILED = replace(PASSED, upload_status="上傳失敗")


def change(before: LearningRecord | None, after: LearningRecord, *, late: bool = False) -> RecordChange:
    return RecordChange(1, 2, NOW, before, after, is_new=before is None and not late, is_late=late)


def ran(*outcomes: str, ago: timedelta = timedelta(hours=1)) -> tuple[RunSeen, ...]:
    """Runs of these outcomes, newest first, a day apart."""
    return tuple(
        RunSeen(len(outcomes) - at, outcome, NOW - ago - timedelta(days=at))
        for at, outcome in enumerate(outcomes)
    )


LEAVE = BenefitSeen(
    "kaohsiung-112",
    "compensatory_leave",
    "補休",
    "hour",
    Decimal(4),
    (Portion(("policy",), ("e馬當先育職能",), Decimal(4)),),
    "kaohsiung-112-1",
    "/home/王 小明/claims/kaohsiung-112-1",
)
SOON = DeadlineSeen("kaohsiung-112", "…實施計畫", date(2023, 7, 3), ("再完成『友善職場』1 小時。",))


def due_in(days: int) -> DeadlineSeen:
    return replace(SOON, by=NOW.date() + timedelta(days=days))


# What is seen, the keys of what is told, and its words without, with some, and with every detail.
TABLE = {
    "nothing changed": (Situation(runs=ran("ok", "ok")), [], None, None, None),
    "newly claimable, the papers ready": (
        Situation(runs=ran("ok"), benefits=(LEAVE,)),
        ["claimable:kaohsiung-112:compensatory_leave:policy:4"],
        "有新的補休可以申請。文件已備妥，尚未送出，放在 claims/kaohsiung-112-1。",
        "目前可申請補休 4 小時。文件已備妥，尚未送出，放在 claims/kaohsiung-112-1。",
        "目前可申請補休 4 小時（新增：「e馬當先育職能」）。文件已備妥，尚未送出，放在 /home/王 小明/claims/kaohsiung-112-1。",
    ),
    "a commendation has no papers": (
        Situation(
            benefits=(
                replace(
                    LEAVE, key="commendation", title="嘉獎", unit="award", claimable=Decimal(1), claim=""
                ),
            )
        ),
        ["claimable:kaohsiung-112:commendation:policy:4"],
        "有新的嘉獎可以申請。",
        "目前可申請嘉獎 1 次。",
        "目前可申請嘉獎 1 次（新增：「e馬當先育職能」）。",
    ),
    "nothing claimable any more": (
        Situation(benefits=(replace(LEAVE, claimable=Decimal(0), portions=()),)),
        [],
        None,
        None,
        None,
    ),
    "a course was passed": (
        Situation(changes=(change(COURSE, PASSED),)),
        ["course_passed:1:2"],
        "有課程已通過。",
        "有 1 門課程已通過。",
        "『友善職場』已通過。",
    ),
    "a course seen for the first time is passed": (
        Situation(changes=(change(None, PASSED),)),
        ["course_passed:1:2"],
        "有課程已通過。",
        "有 1 門課程已通過。",
        "『友善職場』已通過。",
    ),
    "a course not passed yet": (Situation(changes=(change(None, COURSE),)), [], None, None, None),
    "an old file brought it": (Situation(changes=(change(None, PASSED, late=True),)), [], None, None, None),
    "a records file brought it": (
        Situation(changes=(change(None, replace(PASSED, origin=Origin.RECORDS_FILE)),)),
        [],
        None,
        None,
        None,
    ),
    "passed before, other things changed": (
        Situation(changes=(change(PASSED, replace(PASSED, exam="100")),)),
        [],
        None,
        None,
        None,
    ),
    "uploaded": (
        Situation(changes=(change(PASSED, UPLOADED),)),
        ["upload_confirmed:1:2"],
        "有學習時數已上傳成功。",
        "有 1 門課的時數已上傳成功。",
        "『友善職場』的時數已上傳成功。",
    ),
    "the upload failed": (
        Situation(changes=(change(PASSED, FAILED),)),
        ["upload_failed:1:2"],
        "有學習時數沒有上傳成功。請在平臺上確認。",
        "有 1 門課的時數沒有上傳成功。請在平臺上確認。",
        "『友善職場』沒有上傳成功。請在平臺上確認。",
    ),
    "31 days left": (Situation(deadlines=(due_in(31),)), [], None, None, None),
    "30 days left": (
        Situation(deadlines=(due_in(30),)),
        ["deadline:kaohsiung-112:2023-08-02:30"],
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還有未完成的項目。",
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還有 1 項未完成。",
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還差 1 項：再完成『友善職場』1 小時。",
    ),
    "12 days left, the 30th was missed": (
        Situation(deadlines=(due_in(12),)),
        ["deadline:kaohsiung-112:2023-07-15:30"],
        "計畫完成期限 112 年 7 月 15 日還有 12 天，還有未完成的項目。",
        None,
        None,
    ),
    "7 days left": (
        Situation(deadlines=(due_in(7),)),
        ["deadline:kaohsiung-112:2023-07-10:7"],
        "計畫完成期限 112 年 7 月 10 日還有 7 天，還有未完成的項目。",
        None,
        None,
    ),
    "1 day left": (
        Situation(deadlines=(due_in(1),)),
        ["deadline:kaohsiung-112:2023-07-04:1"],
        "計畫完成期限 112 年 7 月 4 日還有 1 天，還有未完成的項目。",
        None,
        None,
    ),
    "the last day itself": (
        Situation(deadlines=(SOON,)),
        ["deadline:kaohsiung-112:2023-07-03:1"],
        "計畫完成期限 112 年 7 月 3 日就是今天，還有未完成的項目。",
        None,
        None,
    ),
    "the deadline has passed": (Situation(deadlines=(due_in(-1),)), [], None, None, None),
    "nothing is missing": (Situation(deadlines=(replace(due_in(7), missing=()),)), [], None, None, None),
    "refused, and the same attempt still blocks": (
        Situation(runs=ran("refused", "refused", "ok"), block=7),
        ["person:refused:attempt 7"],
        "登入網站沒有接受儲存的密碼（可能已更換）。為避免鎖帳號，只試了 1 次，已停止。請執行 elearn credentials set 輸入新密碼，或 elearn login 親自登入。",
        None,
        None,
    ),
    "a person is needed": (
        Situation(runs=ran("person_needed", "ok"), block=8),
        ["person:person_needed:attempt 8"],
        "登入時需要您本人操作（驗證、憑證、變更密碼或同意條款），程式不代您操作。請執行 elearn login 親自登入一次。",
        None,
        None,
    ),
    "a captcha before anything was sent": (
        Situation(runs=ran("person_needed", "person_needed", "ok")),
        ["person:person_needed:1"],
        None,
        None,
        None,
    ),
    "no keyring before a run could be entered": (
        Situation(runs=ran("ok"), error="no_credential"),
        ["person:no_credential:1"],
        "這台電腦的密碼保管功能無法使用，或沒有儲存密碼。請執行 elearn credentials set，或 elearn login 親自登入。",
        None,
        None,
    ),
    "the page changed, night after night": (
        Situation(runs=ran("page_changed", "page_changed", "ok")),
        ["drift:1"],
        "平臺的學習紀錄頁與已知格式不同，為免誤判已停止，先前的紀錄不變。請執行 elearn sync 看是哪裡不同，並留意新版程式。",
        None,
        None,
    ),
    "the page changed, and a night without the portal lies between": (
        Situation(runs=ran("page_changed", "unavailable", "page_changed", "ok")),
        ["drift:1"],
        None,
        None,
        None,
    ),
    "no keyring, and the scheduler entered the nights as runs": (
        Situation(runs=ran("no_credential", "no_credential", "ok"), error="no_credential"),
        ["person:no_credential:1"],
        None,
        None,
        None,
    ),
    "unavailable for a night": (Situation(runs=ran("unavailable", "ok")), [], None, None, None),
    "incomplete for a night": (Situation(runs=ran("incomplete", "ok")), [], None, None, None),
    "silent for two days and an hour": (
        Situation(runs=ran("ok", ago=timedelta(days=2, hours=1))),
        ["silent:1"],
        "已經 2 天沒有成功更新，紀錄停在 112/7/1。請執行 elearn doctor 檢查。",
        None,
        None,
    ),
    "silent for two days less a minute": (
        Situation(runs=ran("ok", ago=timedelta(days=2, minutes=-1))),
        [],
        None,
        None,
        None,
    ),
    "never succeeded": (
        Situation(runs=ran("unavailable", "unavailable", "unavailable", "unavailable")),
        ["silent:never"],
        "已經 3 天都沒有更新成功過。請執行 elearn doctor 檢查。",
        None,
        None,
    ),
    "a person is needed and told so, not of the silence too": (
        Situation(runs=ran("refused", "refused", "refused", "refused", "ok"), block=7),
        ["person:refused:attempt 7"],
        None,
        None,
        None,
    ),
}


@pytest.mark.parametrize(("seen", "keys", "none", "hours", "everything"), TABLE.values(), ids=TABLE.keys())
def test_what_is_told_and_in_which_words(seen, keys, none, hours, everything):
    found = decide(seen, NOW)
    assert [each.key for each in found] == keys
    for detail, words in ((Detail.NONE, none), (Detail.HOURS, hours), (Detail.ALL, everything)):
        if words is not None:
            assert compose(found, detail, NOW.date(), test=False) == Message("我的數位學習補休", words)


@pytest.mark.parametrize(("seen", "keys", "none", "hours", "everything"), TABLE.values(), ids=TABLE.keys())
def test_without_details_no_title_hour_or_folder_is_said(seen, keys, none, hours, everything):
    del none, hours, everything
    if keys:
        said = compose(decide(seen, NOW), Detail.NONE, NOW.date(), test=False).body
        assert not any(each in said for each in ("友善職場", "e馬當先", "小時", "王 小明"))


def test_several_are_one_digest_what_needs_the_person_first():
    seen = Situation(
        runs=ran("refused", "ok"),
        changes=tuple(
            replace(change(COURSE, replace(PASSED, title=f"課程{at}")), record=at) for at in range(5)
        ),
        benefits=(LEAVE,),
    )
    said = compose(decide(seen, NOW), Detail.ALL, NOW.date(), test=True)
    assert said.title == "我的數位學習補休（測試）"
    first, second, third = said.body.splitlines()
    assert first.startswith("・登入網站沒有接受")
    assert second.startswith("・目前可申請補休 4 小時")
    assert third == "・『課程0』、『課程1』、『課程2』等 5 門已通過。"


def test_what_was_told_of_one_set_does_not_come_again_with_the_next():
    more = replace(
        LEAVE,
        claimable=Decimal(8),
        portions=(*LEAVE.portions, Portion(("vision",), ("e見鍾情戀高雄",), Decimal(4))),
    )
    one, two = (decide(Situation(benefits=(each,)), NOW) for each in (LEAVE, more))
    assert [each.key for each in two if each.key not in {known.key for known in one}] == [
        "claimable:kaohsiung-112:compensatory_leave:vision:4"
    ]


# -- told once, from a home ------------------------------------------------------------------------------------------------


class Inbox:
    """A real HTTP server on this machine that takes what Apprise posts; `works` False: it answers 500."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.works = True
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if inbox.works:
                    inbox.got.append(json.loads(body))
                self.send_response(200 if inbox.works else 500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self.server.server_port}/a-secret-path"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def said(self) -> list[str]:
        return [each["message"] for each in self.got]


@pytest.fixture
def inbox(monkeypatch) -> Iterator[Inbox]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = Inbox()
    yield found
    found.server.shutdown()
    found.server.server_close()


QUIET = "[notices]\ndesktop = false\n"


@pytest.fixture
def home(tmp_path, monkeypatch, inbox) -> Iterator[Home]:
    """A home whose notices go to the inbox alone, in the world of a replica."""
    found = new_home(tmp_path / "王 小明", CONFIG + QUIET)
    monkeypatch.setenv("ELEARN_HOME", str(found.path))
    for name, value in REPLICA_ENV.items():
        monkeypatch.setenv(name, value)
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring(tmp_path / "keyring.json"))
    Keyring(Mode(*REPLICA_ENV.values())).keep_notice_addresses((inbox.address,))
    yield found
    keyring.set_keyring(before)


def at(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2023, month, day, hour, minute, tzinfo=TAIPEI)


def test_what_happens_at_night_is_told_in_the_morning_once(home, inbox):
    """The first run finds something claimable at 02:30; it is told at 07:30, and never again."""
    save(home, demo_records(), at(3, 2, 30))
    night = notices.after_run(home, now=at(3, 2, 31))
    assert (night.told, inbox.got) == (0, [])
    assert night.waiting == night.entered > 0
    assert notices.due(home, at(3, 7, 29)).told == 0
    assert notices.due(home, at(3, 7, 30)).told == night.waiting
    (only,) = inbox.got
    assert only["title"] == "我的數位學習補休（測試）"
    assert "有新的補休可以申請。" in only["message"]
    assert "通過" not in only["message"], "courses of the very first read are no news"
    assert notices.due(home, at(3, 7, 31)).told == 0
    assert notices.after_run(home, now=at(3, 12)).told == 0
    assert len(inbox.got) == 1


def test_it_is_told_once_even_by_another_process(home, inbox, tmp_path):
    """The agent was ended and started again between two mornings."""
    save(home, demo_records(), at(3, 10))
    assert notices.after_run(home, now=at(3, 10, 1)).told
    program = (
        "import sys, keyring; sys.path.insert(0, 'tests')\n"
        "from datetime import datetime; from pathlib import Path; from stored_homes import FileKeyring\n"
        "from agent import clock, notices; from agent.home import open_home\n"
        "keyring.set_keyring(FileKeyring(Path(sys.argv[1])))\n"
        "now = datetime(2023, 7, 4, 8, tzinfo=clock.TAIPEI)\n"
        "print(notices.due(open_home(Path(sys.argv[2])), now))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "keyring.json"), str(home.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ},
    )
    assert "told=0, waiting=0" in done.stdout
    assert len(inbox.got) == 1


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(3, 7, 29), False),
        (at(3, 7, 30), True),
        (at(3, 20, 59), True),
        (at(3, 21), False),
        (at(3, 0), False),
    ],
)
def test_only_between_half_past_seven_and_nine(home, inbox, now, told):
    save(home, demo_records(), at(2, 12))
    assert bool(notices.after_run(home, now=now.astimezone(UTC)).told) is told


def test_a_course_passed_and_uploaded_is_said_when_a_later_run_sees_it(home, inbox):
    rows = demo_records()
    open_one = next(each for each in rows if each.status == "未通過")
    save(home, rows, at(3, 10))
    notices.after_run(home, now=at(3, 10, 1))
    inbox.got.clear()
    home.config.write_text(CONFIG + QUIET + 'detail = "all"\n', "utf-8")
    done = replace(open_one, status="已通過", upload_status="成功", certified_hours=Decimal(1))
    save(home, [done if each is open_one else each for each in rows], at(4, 10))
    notices.after_run(home, now=at(4, 10, 1))
    (said,) = inbox.said
    assert f"『{open_one.title}』已通過。" in said
    assert f"『{open_one.title}』的時數已上傳成功。" in said


def test_a_service_that_is_down_is_tried_again_and_then_told_once(home, inbox):
    save(home, demo_records(), at(3, 10))
    inbox.works = False
    first = notices.after_run(home, now=at(3, 10, 1))
    assert (first.told, first.failed) == (0, ("JSON",))
    with Store.open(home.database) as store:
        assert last_failure(store) == (at(3, 10, 1), ("JSON",))
    inbox.works = True
    assert notices.due(home, at(4, 8)).told
    assert notices.due(home, at(4, 9)).told == 0
    assert len(inbox.got) == 1


def test_what_could_not_be_told_for_three_days_is_no_news(home, inbox):
    save(home, demo_records(), at(3, 10))
    inbox.works = False
    waiting = notices.after_run(home, now=at(3, 10, 1)).waiting
    inbox.works = True
    later = notices.due(home, at(6, 10, 2))
    with Store.open(home.database) as store:
        assert [each.outcome for each in store.notices()][:waiting] == ["expired"] * waiting
    assert all("可以申請" not in each for each in inbox.said)
    assert later.told == len(inbox.got) == 1, "by then it is the silence that is told"


def test_the_deadline_comes_by_itself_without_a_run(home, inbox):
    save(home, demo_records(), at(31, 10))
    notices.after_run(home, now=at(31, 10, 1))
    inbox.got.clear()
    assert notices.due(home, at(1, 8, month=8)).told == 1
    assert inbox.said == ["計畫完成期限 112 年 8 月 31 日還有 30 天，還有未完成的項目。"]
    assert notices.due(home, at(2, 8, month=8)).told == 0


def test_two_nights_refused_are_told_once_and_a_new_refusal_again(home, inbox):
    save(home, demo_records(), at(1, 10))
    notices.after_run(home, now=at(1, 10, 1))
    inbox.got.clear()

    def refuse(day: int, attempt: bool) -> None:
        if attempt:
            with Store.open(home.database) as store:
                entry = store.submit_attempt("ecpa", "hash", "replica", at(day, 2))
                store.answer_attempt(entry, "refused", at(day, 2))
        end_badly(home, "refused", 10, at(day, 2))
        notices.after_run(home, now=at(day, 2, 1))
        notices.due(home, at(day, 7, 30))

    refuse(2, attempt=True)
    refuse(3, attempt=False)
    assert len(inbox.got) == 1
    with Store.open(home.database) as store:
        store.clear_attempts("ecpa", "credentials", at(3, 9))
    refuse(4, attempt=True)
    assert len(inbox.got) == 2


def test_trouble_with_notices_never_troubles_the_run(home):
    """A database that cannot be read is a line in a log, not an error of the run."""
    home.database.write_bytes(b"no database at all" * 100)
    assert notices.after_run(home, now=NOW) == notices.Report()
    assert "Traceback" in (home.runs / "notices.log").read_text("utf-8")


def test_the_ledger_keeps_the_first_of_a_key(home):
    with Store.open(home.database) as store:
        entry = Notice("a", "drift", {"n": 1}, NOW)
        assert store.enter_notices([entry, replace(entry, data={"n": 2})]) == 1
        assert store.enter_notices([entry]) == 0
        assert [each.data for each in store.untold_notices()] == [{"n": 1}]
        store.close_notices(["a"], "told", NOW)
        assert store.untold_notices() == []
        assert store.enter_notices([entry]) == 0


# -- the command -------------------------------------------------------------------------------------------------------------

BACKEND = "from stored_homes import FileKeyring\nfrom pathlib import Path\nimport os\nclass Keyring(FileKeyring):\n    def __init__(self):\n        super().__init__(Path(os.environ['KEPT_IN_A_FILE']))\n"


@pytest.fixture
def env(tmp_path) -> dict[str, str]:
    """The world of a replica, with a keyring in a file."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "kept_in_a_file.py").write_text(BACKEND)
    places = (tmp_path / "backend", Path(__file__).parent, Path(__file__).parents[1])
    return {
        **REPLICA_ENV,
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "KEPT_IN_A_FILE": str(tmp_path / "kept.json"),
    }


def test_an_address_is_added_tried_listed_and_removed_and_never_shown(
    run_elearn, env, elearn_home, inbox, tmp_path
):
    (elearn_home / "config.toml").write_text(QUIET, "utf-8")
    runs = [run_elearn("notify", "add", "--address-stdin", "--json", input=f"{inbox.address}\n", env=env)]
    assert runs[0].json() == {"services": [{"number": 1, "name": "JSON", "scheme": "json"}]}
    runs.append(run_elearn("notify", "test", "--json", env=env))
    assert runs[-1].json() == {"reached": ["JSON"], "failed": []}
    assert inbox.said == ["這是一則試送的通知。"]
    runs.append(run_elearn("notify", "list", env=env))
    assert runs[-1].stdout == "1　JSON（json://…）\n桌面通知：關\n"
    inbox.works = False
    runs.append(run_elearn("notify", "test", "--json", env=env))
    assert (runs[-1].code, runs[-1].json()["error"]["kind"]) == (12, "unavailable")
    runs.append(run_elearn("notify", "remove", "2", env=env))
    assert (runs[-1].code, "現有：1。" in runs[-1].stderr) == (2, True)
    runs.append(run_elearn("purge", env=env, input=""))
    assert "密碼保管功能：通知網址" in runs[-1].stdout + runs[-1].stderr
    runs.append(run_elearn("notify", "remove", "1", "--json", env=env))
    assert runs[-1].json() == {"services": []}
    assert (tmp_path / "kept.json").read_text() == "{}"
    assert not any("a-secret-path" in each.stdout + each.stderr for each in runs)
    kept = [path for path in elearn_home.rglob("*") if path.is_file()]
    assert not any(b"a-secret-path" in path.read_bytes() for path in kept)


def test_what_is_no_address_is_refused_without_repeating_it(run_elearn, env):
    done = run_elearn("notify", "add", "--address-stdin", input="foo://bar\n", env=env)
    assert (done.code, "foo" in done.stdout + done.stderr) == (2, False)


@pytest.mark.parametrize("given", ["nothing", "https-//x", "file:///etc/passwd", ""])
def test_only_services_that_reach_somebody_are_taken(home, given):
    with pytest.raises(ConfigError) as refused:
        add_address(Keyring(Mode(*REPLICA_ENV.values())), given)
    assert not given or given not in refused.value.message


def test_a_run_that_is_stopped_before_a_browser_opens_is_told(run_elearn, env, elearn_home, inbox, tmp_path):
    """`sync` with a refused password: 10 twice, one notice in the ledger."""
    home = new_home(elearn_home, CONFIG + QUIET)
    save(home, demo_records(), datetime.now(UTC))
    with Store.open(home.database) as store:
        entry = store.submit_attempt("ecpa", "", "replica", NOW)
        store.answer_attempt(entry, "refused", NOW)
    stored = {"account": "demo-tester", "password": "x", "key": "00"}
    kept = {"elearn-agent-replica/ecpa": json.dumps(stored)}
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    assert [run_elearn("sync", env=env).code for _ in range(2)] == [10, 10]
    with Store.open(home.database) as store:
        told = [each.key for each in store.notices() if each.kind == "person"]
    assert told == [f"person:refused:attempt {entry}"]
    assert not (home.runs / "notices.log").exists()


def test_the_addresses_live_in_the_keyring_of_the_system(run_elearn, env, elearn_home, inbox):
    """With the private Secret Service of `make test`: the real one takes and gives them."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        real = {**env, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        done = run_elearn("notify", "add", "--address-stdin", input=f"{inbox.address}\n", env=real)
        assert (done.code, "密碼" in done.stderr) == (16, True)
        return
    (elearn_home / "config.toml").write_text(QUIET, "utf-8")
    real = {**env, "PYTHON_KEYRING_BACKEND": None}
    assert run_elearn("notify", "add", "--address-stdin", input=f"{inbox.address}\n", env=real).code == 0
    assert run_elearn("notify", "test", "--json", env=real).json()["reached"] == ["JSON"]
    assert run_elearn("notify", "remove", "--all", "--json", env=real).json() == {"services": []}


# -- the desktop -------------------------------------------------------------------------------------------------------------

TRICKY = Message('標題 "a"', "第一行 'b' \\ $(x) `y` %q\n第二行；\"; beep")


def test_the_desktop_gets_it_over_the_session_bus(tmp_path, monkeypatch):
    """A bus of the test's own, on it a desktop that shows notifications: title and text arrive whole."""
    from jeepney import message_bus, new_method_return
    from jeepney.io.blocking import Proxy, open_dbus_connection

    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:dir={tmp_path}"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        desktop = open_dbus_connection(bus="SESSION")
        Proxy(message_bus, desktop).RequestName("org.freedesktop.Notifications")
        shown: list[tuple[str, str]] = []

        def answer() -> None:
            asked = desktop.receive(timeout=10)
            while asked.header.fields.get(3) != "Notify":  # 3: the member
                asked = desktop.receive(timeout=10)
            shown.append((asked.body[3], asked.body[4]))
            desktop.send(new_method_return(asked, "u", (1,)))

        waiting = threading.Thread(target=answer)
        waiting.start()
        assert show_on_desktop(TRICKY) is True
        waiting.join(timeout=10)
        assert shown == [(TRICKY.title, TRICKY.body)]
        desktop.close()
    finally:
        bus.terminate()
        bus.wait(timeout=10)
    assert show_on_desktop(TRICKY) is False, "the bus is gone"


def test_on_windows_and_macos_the_text_is_no_command():
    """Written after their documentation, not tried there: nothing of the text stands outside of its place."""
    script = windows(TRICKY)
    assert not any(each in script for each in ("beep", "$(x)", "第一行", "標題"))
    assert script.count("FromBase64String('") == 2
    said = mac(TRICKY)
    assert said.count("\n") == 1
    assert said == (
        'display notification "第一行 \'b\' \\\\ $(x) `y` %q\\n第二行；\\"; beep" with title "標題 \\"a\\""\n'
    )
