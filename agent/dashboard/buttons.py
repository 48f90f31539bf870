"""The main button in each of its states: a pure function from how things stand to what the one button says and does."""

from __future__ import annotations

from datetime import date

from agent.dashboard.states import Blocked, Button, Link, Standing
from rules.wording import hours, roc_short

PREPARE = Link("準備我的補休申請", "/run/claim", sends=True)
UPDATE = Link("更新我的學習紀錄", "/run/update", sends=True)
PASSWORD = Link("輸入新密碼", "/password")
BY_HAND = Link("由我親自登入一次", "/run/login", sends=True)
SAVED_PAGES = Link("從存檔的網頁準備", "/saved-pages")
HELP_FILE = Link("產生求助檔", "/bundle")
_STOP = Link("停止", "/run/stop", sends=True)


def offline(read_on: date | None, label: str = "") -> tuple[Link, ...]:
    """To prepare with the records that are kept; nothing where none are."""
    if read_on is None:
        return ()
    return (Link(label or f"用 {roc_short(read_on)} 的紀錄準備", "/run/offline", sends=True),)


def button(s: Standing) -> Button:
    """The button for this state (users' design §4.2). Only one state holds: the first that applies, most pressing first."""
    return under_way(s) or _blocked(s) or _troubled(s) or _claims(s) or _nothing(s)


def under_way(s: Standing) -> Button | None:
    """The button while work goes on, None where none does."""
    if s.waiting is not None:
        line = f"完成後自動開始（已等 {s.waiting:.0f} 秒）"
        return Button("waiting", "等候另一次更新完成", line, None, (Link("取消", _STOP.href, sends=True),))
    if s.step:
        label = f"準備中…（{s.step}/{s.steps}）"
        stopping = "正在登入，完成後停止" if s.step_text.startswith("登入") else "到可以停的地方就停止"
        line = stopping if s.is_stopping else s.step_text
        return Button("running", label, line, None, () if s.is_stopping else (_STOP,))
    return None


def _blocked(s: Standing) -> Button | None:
    if s.is_demo:
        return Button("demo", "準備示範申請", "測試資料", Link("準備示範申請", "/run/demo", sends=True))
    if not s.is_set_up:
        return Button(
            "not_set_up", "開始設定", "約 5 分鐘，可先用示範資料看看", Link("開始設定", "/setup"),
            (Link("先用示範資料看看", "/run/demo", sends=True),),
        )  # fmt: skip
    if s.blocked is Blocked.NO_BROWSER:
        line = "這台電腦不允許程式操作瀏覽器，或沒有 Chrome、Edge"
        return Button("no_browser", SAVED_PAGES.label, line, SAVED_PAGES, offline(s.read_on))
    return None


def _troubled(s: Standing) -> Button | None:
    kept = offline(s.read_on)
    if s.trouble == 10:
        return Button(
            "refused", PASSWORD.label, "只試 1 次，已暫停，避免帳號被鎖", PASSWORD, (BY_HAND, *kept)
        )
    if s.trouble == 11:
        line = "平臺要求驗證（或同意條款），程式不代您操作"
        return Button("person_needed", BY_HAND.label, line, BY_HAND, (PASSWORD, *kept))
    if s.trouble == 17:
        line = "目前登入的是一般民眾帳號，時數不會上傳"
        ways = (Link("改用另一種登入方式", "/setup"),)
        return Button(
            "not_official", "查看帳號說明", line, Link("查看帳號說明", "/help#official-account"), ways
        )
    if s.trouble == 16 or s.blocked is Blocked.NO_CREDENTIAL:
        line = "這台電腦沒有可用的密碼"
        enter = Link("輸入密碼", "/password")
        return Button(
            "no_credential", "輸入密碼", line, enter, (Link("改用親自登入", BY_HAND.href, sends=True), *kept)
        )
    if s.trouble in (12, 14):
        return _later(s)
    if s.trouble in (1, 2, 13, 18, 19, 20):
        line = _STOPPED[s.trouble]
        if kept:
            main = Link("用先前的紀錄準備", "/run/offline", sends=True)
            return Button("stopped", main.label, line, main, (HELP_FILE, _again(s)))
        return Button("stopped", HELP_FILE.label, line, HELP_FILE, (_again(s),))
    return None


_STOPPED = {
    1: "上次更新時程式發生問題，資料未變動",
    2: "設定無法使用，資料未變動",
    13: "平臺頁面與已知不同，為免誤判已停止，資料未變動",
    18: "頁面要前往不在名單內的網站，已停止，資料未變動",
    19: "平臺上的紀錄比先前少，為免誤判已停止，資料未變動",
    20: "頁面上是另一個人的資料，已停止，資料未變動",
}


def _again(s: Standing) -> Link:
    return Link("現在再試", (PREPARE if s.claimable else UPDATE).href, sends=True)


def _later(s: Standing) -> Button:
    """The portal is down: trying again at once helps nobody, so for ten minutes it cannot be done from here."""
    what = "下次自動重試 " + s.next_run if s.next_run else "過一會兒再試"
    kept = offline(s.read_on)
    line = f"平臺暫時無法使用；{what}" + ("；先用先前的紀錄準備" if kept else "")
    if s.retry_from:
        return Button("later", "稍後再試", f"{line}。{s.retry_from} 後可再試", None, kept)
    return Button("later", "稍後再試", line, Link("稍後再試", _again(s).href, sends=True), kept)


def _claims(s: Standing) -> Button | None:
    if not s.has_plan:
        line = f"尚無 {s.year} 年度計畫資料"
        return Button("no_plan", UPDATE.label, line, UPDATE, (Link("加入計畫檔", "/plans"),))
    if s.prepared and s.prepared_on is not None:
        line = f"{roc_short(s.prepared_on)} 已準備，尚未標記送件"
        claim = (("id", s.prepared), ("state", "submitted"))
        ways = (
            Link("重新準備", PREPARE.href, sends=True),
            Link("我已送件", "/claims/mark", sends=True, fields=claim),
        )
        return Button("prepared", "開啟申請文件", line, Link("開啟申請文件", f"/claims/{s.prepared}"), ways)
    if s.claimable > 0:
        line = f"可申請 {hours(s.claimable)} 小時（{s.sets} 套）・會先更新紀錄，約 1 分鐘。只準備文件，不會送件。"
        return Button(
            "claimable", PREPARE.label, line, PREPARE, offline(s.read_on, "不連線，用已儲存的紀錄準備")
        )
    return None


def _nothing(s: Standing) -> Button:
    claims = Link("查看申請案", "/claims")
    if s.submitted > 0:
        sent = f"{roc_short(s.submitted_on)} 送件，" if s.submitted_on else "已送件，"
        return Button(
            "submitted", claims.label, f"{sent}等待核定 {hours(s.submitted)} 小時", claims, (UPDATE,)
        )
    if s.pending > 0:
        line = f"0 小時可直接申請，{s.pending_sets} 套待人事單位認定"
        return Button("review", PREPARE.label, line, Link(PREPARE.label, "/review"), (UPDATE,))
    if s.is_all_claimed:
        return Button("all_claimed", claims.label, "本計畫可申請的補休都已申請", claims, (UPDATE,))
    if s.is_past and s.deadline is not None:
        line = f"{s.deadline.year - 1911} 年度期限已過（{s.deadline.month}/{s.deadline.day}）"
        return Button("past", UPDATE.label, line, UPDATE)
    if s.read_on is None:
        line = "還沒有更新過紀錄・會先更新，約 1 分鐘。只準備文件，不會送件。"
        return Button("never_read", PREPARE.label, line, PREPARE, (SAVED_PAGES,))
    nearest = f"；最接近的一套還差 {s.short_by}" if s.short_by else ""
    return Button("nothing", UPDATE.label, f"目前沒有可申請的補休{nearest}", UPDATE)
