"""檢查: what this program needs of the machine, one by one, with what to do where something is missing.

The checks are written for the terminal too: their commands are folded away, and where a click does the same, it is offered instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.buttons import SAVED_PAGES
from agent.dashboard.desk import Desk
from agent.dashboard.plainly import plainly
from agent.dashboard.states import Link
from agent.schedule.presence import OTHER_REMEDY
from agent.upkeep.diagnosing import FAIL, OK, WARN, Check, diagnose

SIGN = {OK: ("✔", "正常", "met"), WARN: ("！", "留意", "review"), FAIL: ("✖", "需處理", "failed")}
_FILE = "請把下方「給資訊人員看的細節」交給協助您的人。"
_MACHINE, _HOME = Link("每晚更新與備份", "/machine"), Link("回總覽", "/")


@dataclass(frozen=True, slots=True)
class Way:
    """What to do by click about a check that is not in order, in place of its words for the terminal; `text`: what was found, plainly."""

    todo: str
    link: Link | None = None
    text: str = ""


WAYS = {
    "version": Way("可以先試過，再切換到新版。", Link("更新程式", "/update")),
    "browser": Way("請安裝 Chrome 或 Edge；不能安裝時，請改用存檔的網頁。", SAVED_PAGES),
    "browser_policy": Way("請改用存檔的網頁，或洽資訊單位。", SAVED_PAGES),
    "keyring_scheduled": Way(
        "請登入桌面後，再設定一次每晚自動更新；沒有設定也可以隨時按「現在更新」。",
        _MACHINE,
        "每晚自動更新時，可能讀不到儲存的密碼。",
    ),
    "credentials": Way("請輸入一次密碼；不想儲存密碼的，可改由您親自登入。", Link("輸入密碼", "/password")),
    "left_alone": Way("不用處理。您現在沒有使用平臺的話，可以回總覽按「現在更新」。", _HOME),
    "tls": Way("不放心時，請先洽資訊單位，再輸入密碼。", None, "這台電腦的網路可能會檢查加密的連線。"),
    "settings": Way("請依上面所說修改設定。", Link("修改設定", "/setup")),
    "database": Way("請從備份檔還原；沒有備份檔時，" + _FILE, Link("從備份檔還原", "/machine#restore")),
    "plan": Way("請向人事單位索取計畫檔，再加入。", Link("加入計畫檔", "/plans")),
    "agent": Way("可以設定登入電腦時自動開始。", _MACHINE),
    "last_run": Way("請回總覽更新一次紀錄。", _HOME),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One check as the page says it: its state, what was found, what to do about it, and where that is done by click."""

    state: str
    text: str
    todo: str = ""
    way: Link | None = None


def show(desk: Desk, request: Request) -> Response:
    """What is not in order first and by itself; what is, in one line that can be opened."""
    del request
    checks = diagnose(desk.home, desk.keyring, desk.today)
    return desk.page(
        "doctor.html",
        "/doctor",
        "檢查",
        wrong=[shown(each) for state in (FAIL, WARN) for each in checks if each.state == state],
        right=[shown(each) for each in checks if each.state == OK],
        sign=SIGN,
        details="\n".join(f"{SIGN[each.state][0]} {each.text}{_remedy(each)}" for each in checks),
    )


def shown(check: Check) -> Shown:
    """The check in the page's words."""
    text = plainly(check.text)
    if check.state == OK:
        return Shown(check.state, text)
    way = WAYS.get(check.key, Way(""))
    if check.key == "agent" and check.remedy == OTHER_REMEDY:  # another version runs: that mends itself
        way = Way("")
    return Shown(check.state, way.text or text, way.todo or plainly(check.remedy) or _FILE, way.link)


def _remedy(check: Check) -> str:
    return f"\n    → {check.remedy}" if check.remedy else ""
