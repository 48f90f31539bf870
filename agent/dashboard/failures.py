"""Every exit code in three parts for people: what happened, what it means for you, what to do; and one way on. All of it data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent.dashboard.buttons import BY_HAND, HELP_FILE, PASSWORD, SAVED_PAGES, UPDATE
from agent.dashboard.progress import Ended
from agent.dashboard.states import Link
from agent.stopping import Stopped
from rules.wording import roc_short

_MINE = "{message}"  # the error's own sentence says it best: a number, a heading, a host
_OFFLINE = Link("用先前的紀錄準備", "/run/offline", sends=True)
_AGAIN = Link("再試一次", UPDATE.href, sends=True)

# Telephone numbers as printed in the plan's manual (高市府人考字第11230165300號函, 112-02-24); 轉換 from service.gov.tw.
ECPA_PHONE = "人事資訊系統客服 02-2397-9108（9:00–12:00、14:00–17:00）"
EGOV_PHONE = "我的e政府客服 02-2192-7111"


@dataclass(frozen=True, slots=True)
class Failure:
    """The three parts and the way on. `details` are for the people who look after computers, folded away."""

    code: int
    happened: str
    means: str
    todo: str
    way: Link | None
    details: str = ""


_ALL: tuple[Failure, ...] = (
    Failure(1, "程式發生未預期的問題。", "原有紀錄沒有變動。", "請再試一次；仍發生請產生求助檔，交給協助您的人。", HELP_FILE),
    Failure(2, _MINE, "尚未執行任何動作。", "請依上面所說修改設定後再試。", Link("修改設定", "/setup")),
    Failure(3, "目前沒有可申請的補休。", "{nearest}", "可以看看每一套還差什麼。", Link("看還差什麼", "/why")),
    Failure(
        10, "登入網站沒有接受儲存的密碼（可能已更換）。", "本程式只送出 1 次，不會再試，帳號不會因此被鎖。{kept}",
        f"請輸入新密碼；忘記密碼請至登入網站修改後再回來。{ECPA_PHONE}；{EGOV_PHONE}", PASSWORD,
    ),
    Failure(
        11, _MINE, "程式不會代您驗證、也不會代您按同意，也不會再送出密碼。{kept}",
        f"請由您親自登入一次，之後的更新會沿用。{ECPA_PHONE}", BY_HAND,
    ),
    Failure(12, _MINE, "這次沒有更新。{kept}", f"不用處理，稍後會再試。急用可洽 {ECPA_PHONE}", _OFFLINE),
    Failure(13, _MINE, "為免判斷錯誤，這次沒有儲存。{kept}", "請等候新版；急用請用先前的紀錄。", _OFFLINE),
    Failure(14, _MINE, "這次沒有儲存。{kept}", "不用處理，稍後會再試。", _OFFLINE),
    Failure(15, "另一次更新正在進行。", "這次沒有開始。", "請等它完成，完成後再按一次。", _AGAIN),
    Failure(
        16, _MINE, "沒有送出任何資料。{kept}", "請輸入密碼，或改由您親自登入。", Link("輸入密碼", "/password"),
    ),
    Failure(
        17, "您登入的是一般民眾帳號（非公務帳號）。", "用這個帳號上的課，不會登錄公務人員終身學習時數。",
        f"請改用人事服務網，或將帳號轉為公務帳號。{EGOV_PHONE}", Link("公務帳號轉換說明", "/help#official-account"),
    ),
    Failure(
        18, _MINE, "在送出任何資料之前就停止了。{kept}", "請勿自行在該頁登入；請產生求助檔，並洽資訊單位。", HELP_FILE,
    ),
    Failure(19, _MINE, "先前的紀錄保留不變，沒有被覆蓋。", "請看少了哪一筆，並登入平臺確認。", Link("看少了哪一筆", "/losses")),
    Failure(
        20, _MINE, "這次沒有儲存，原有紀錄沒有變動。", "請確認登入的是您本人的帳號，再試一次。", Link("檢查登入方式", "/setup"),
    ),
)  # fmt: skip
FAILURES = {each.code: each for each in _ALL}
STOPPED = Failure(1, "已依您的要求停止。", "沒有儲存任何變動。", "需要時再按一次即可。", Link("回總覽", "/"))
NO_BROWSER = Failure(2, _MINE, "尚未執行任何動作。", "請改從存檔的網頁準備，或洽資訊單位。", SAVED_PAGES)


def again(kind: str) -> Link:
    """What tries this piece of work once more."""
    page = {"review": "/review", "password": "/password", "program": "/update"}.get(kind)
    if page is not None:
        return Link(_AGAIN.label, page)
    return Link(_AGAIN.label, f"/run/{kind}", sends=True)


def failure(
    ended: Ended, *, read_on: date | None = None, nearest: str = "", once_more: Link = _AGAIN
) -> Failure:
    """The sentences for this ending. `read_on` is the day of the records kept, `nearest` what is nearest to be claimed."""
    known = STOPPED if ended.kind == Stopped.kind else FAILURES.get(ended.code, FAILURES[1])
    if ended.code == 2 and "瀏覽器" in ended.message:
        known = NO_BROWSER
    kept = f"紀錄停在 {roc_short(read_on)}。" if read_on else ""
    filled = {"message": ended.message, "kept": kept, "nearest": nearest or "還沒有完成任何一套。"}

    def say(text: str) -> str:
        return text.format_map(filled)

    way = known.way
    if way == _AGAIN or (way == _OFFLINE and read_on is None):
        way = once_more
    details = "\n".join(
        each for each in (f"代碼 {ended.code}（{ended.kind}）", ended.message, ended.remedy) if each
    )
    if ended.evidence:
        details += f"\n{ended.evidence}"
    return Failure(known.code, say(known.happened), say(known.means), say(known.todo), way, details)
