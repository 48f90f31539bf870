"""The one button in each of its states, as the design has it; and every exit code in three parts with one way on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from agent.dashboard.buttons import button
from agent.dashboard.failures import FAILURES, failure
from agent.dashboard.progress import Ended
from agent.dashboard.questions import QUESTIONS
from agent.dashboard.routes import CHANGES, PAGES
from agent.dashboard.states import Blocked, Standing

D = Decimal
READ = date(2023, 7, 2)
# The state, what makes it, the label, what the line holds, where the button leads (None: it cannot be used).
STATES = [
    ("not_set_up", {"is_set_up": False}, "開始設定", "約 5 分鐘，可先用示範資料看看", "/setup"),
    ("claimable", {"claimable": D(4), "sets": 1}, "準備我的補休申請", "可申請 4 小時（1 套）・會先更新紀錄，約 1 分鐘", "/run/claim"),
    ("review", {"pending": D(4), "pending_sets": 1}, "準備我的補休申請", "0 小時可直接申請，1 套待人事單位認定", "/review"),
    ("never_read", {}, "準備我的補休申請", "還沒有更新過紀錄・會先更新，約 1 分鐘", "/run/claim"),
    ("nothing", {"short_by": "3 小時", "read_on": READ}, "更新我的學習紀錄", "目前沒有可申請的補休；最接近的一套還差 3 小時", "/run/update"),
    ("prepared", {"claimable": D(4), "prepared": "k-1", "prepared_on": date(2023, 7, 3)}, "開啟申請文件", "112/7/3 已準備，尚未標記送件", "/claims/k-1"),
    ("submitted", {"submitted": D(4), "submitted_on": date(2023, 7, 5)}, "查看申請案", "112/7/5 送件，等待核定 4 小時", "/claims"),
    ("all_claimed", {"is_all_claimed": True}, "查看申請案", "本計畫可申請的補休都已申請", "/claims"),
    ("running", {"step": 3, "step_text": "讀取學習紀錄 第 2 頁"}, "準備中…（3/5）", "讀取學習紀錄 第 2 頁", None),
    ("running", {"step": 2, "step_text": "登入人事服務網", "is_stopping": True}, "準備中…（2/5）", "正在登入，完成後停止", None),
    ("running", {"step": 3, "step_text": "讀取學習紀錄", "is_stopping": True}, "準備中…（3/5）", "到可以停的地方就停止", None),
    ("waiting", {"waiting": 12.4, "step": 1}, "等候另一次更新完成", "完成後自動開始（已等 12 秒）", None),
    ("refused", {"trouble": 10}, "輸入新密碼", "只試 1 次，已暫停，避免帳號被鎖", "/password"),
    ("person_needed", {"trouble": 11}, "由我親自登入一次", "平臺要求驗證（或同意條款），程式不代您操作", "/run/login"),
    ("not_official", {"trouble": 17}, "查看帳號說明", "目前登入的是一般民眾帳號，時數不會上傳", "/help#official-account"),
    ("no_credential", {"trouble": 16}, "輸入密碼", "這台電腦沒有可用的密碼", "/password"),
    ("no_credential", {"blocked": Blocked.NO_CREDENTIAL}, "輸入密碼", "這台電腦沒有可用的密碼", "/password"),
    ("later", {"trouble": 12, "next_run": "今天 03:10", "read_on": READ}, "稍後再試", "下次自動重試 今天 03:10；先用先前的紀錄準備", "/run/update"),
    ("later", {"trouble": 14, "retry_from": "07:52"}, "稍後再試", "07:52 後可再試", None),
    ("stopped", {"trouble": 13, "read_on": READ}, "用先前的紀錄準備", "為免誤判已停止，資料未變動", "/run/offline"),
    ("stopped", {"trouble": 18, "read_on": READ}, "用先前的紀錄準備", "不在名單內的網站", "/run/offline"),
    ("stopped", {"trouble": 19, "read_on": READ}, "用先前的紀錄準備", "比先前少", "/run/offline"),
    ("stopped", {"trouble": 20, "read_on": READ}, "用先前的紀錄準備", "另一個人", "/run/offline"),
    ("stopped", {"trouble": 13}, "產生求助檔", "資料未變動", "/bundle"),
    ("no_browser", {"blocked": Blocked.NO_BROWSER}, "從存檔的網頁準備", "不允許程式操作瀏覽器", "/saved-pages"),
    ("past", {"is_past": True, "deadline": date(2023, 8, 31)}, "更新我的學習紀錄", "112 年度期限已過（8/31）", "/run/update"),
    ("no_plan", {"has_plan": False, "year": 114}, "更新我的學習紀錄", "尚無 114 年度計畫資料", "/run/update"),
    ("demo", {"is_demo": True}, "準備示範申請", "測試資料", "/run/demo"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "given", "label", "line", "leads"), STATES)
def test_the_button_says_and_does_what_the_design_has(key, given, label, line, leads):
    found = button(Standing(**given))
    assert (found.key, found.label) == (key, label)
    assert line in found.line
    assert (found.main.href if found.main else None) == leads


@pytest.mark.parametrize(("key", "given", "label", "line", "leads"), STATES)
def test_every_state_leaves_a_way_on_that_exists(key, given, label, line, leads):
    """No state is a dead end, and every address it names is a page or a change."""
    found = button(Standing(**given))
    ways = [*([found.main] if found.main else []), *found.links]
    assert ways or found.key in ("running", "later")
    for way in ways:
        address = re.sub(r"/claims/k-1$", "/claims/{id}", way.href.partition("#")[0])
        assert address in (CHANGES if way.sends else PAGES)


@pytest.mark.parametrize("wins", ["running", "waiting", "not_set_up", "refused"])
def test_the_most_pressing_state_wins(wins):
    everything = {"claimable": D(4), "prepared": "k-1", "prepared_on": READ, "pending": D(4), "is_past": True}
    more = {
        "running": {"step": 2, "trouble": 10, "is_set_up": False},
        "waiting": {"waiting": 1.0, "step": 1, "trouble": 13},
        "not_set_up": {"is_set_up": False, "trouble": 10},
        "refused": {"trouble": 10},
    }[wins]
    assert button(Standing(**everything, **more)).key == wins


CODES = [1, 2, 3, *range(10, 21)]
NOT_SAID = ("爬蟲", "抓取", "同步", "token", "session", "快取", "hash", "例外", "逾時錯誤", "凍結", "違規", "合格", "核准",
            "保證", "颱風假", "Traceback")  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_every_exit_code_has_three_parts_and_one_way_on(code):
    found = failure(
        Ended(code, "kind", "平臺顯示共 19 筆，只讀到 18 筆。", "請執行 elearn sync。"), read_on=READ
    )
    said = (found.happened, found.means, found.todo)
    assert all(said)
    assert not any("elearn " in each for each in said)  # commands are for the folded details
    assert not any(word in each for word in NOT_SAID for each in said)
    assert found.way is not None
    assert found.way.href.partition("#")[0] in (CHANGES if found.way.sends else PAGES)
    assert f"代碼 {code}" in found.details


def test_the_table_names_each_code_of_the_contract_once():
    assert sorted(FAILURES) == CODES


@pytest.mark.parametrize(("code", "phone"), [(10, "02-2397-9108"), (11, "02-2397-9108"), (12, "02-2397-9108"), (17, "02-2192-7111")])  # fmt: skip
def test_where_people_call_the_number_is_given(code, phone):
    assert phone in failure(Ended(code, "kind", "…")).todo


def test_without_records_nothing_is_offered_from_them():
    assert failure(Ended(13, "page_changed", "…")).way.href == "/run/update"
    assert failure(Ended(13, "page_changed", "…"), read_on=READ).way.href == "/run/offline"


def test_a_message_with_braces_is_said_as_it_is():
    assert failure(Ended(14, "incomplete", "少了 {kept} 筆")).happened == "少了 {kept} 筆"


def test_the_help_answers_in_few_words():
    assert len(QUESTIONS) >= 20
    assert all(len(each.answer) <= 110 and each.asked.endswith("？") for each in QUESTIONS)
    assert not any(word in each.answer for word in NOT_SAID if word != "違規" for each in QUESTIONS)
