"""What a page can mean during a log-in. Every outcome has one consequence; the match is exhaustive."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from rules.errors import ElearnError
from scrapers.errors import GatewayRefused, NotOfficialAccount, PersonNeeded, Unavailable


class Outcome(Enum):
    """What the page shown means. `FORM` and `UNKNOWN` decide nothing by themselves: what follows, or the time-out, does."""

    LOGGED_IN = "logged in"
    FORM = "the log-in form"
    WRONG = "account or password refused"
    LOCKED = "the account is locked"
    GUEST = "sent back as a guest"
    EXPIRED = "the password has expired"
    ACTIVATION = "the account must be activated"
    CAPTCHA = "a captcha"
    ONE_TIME_CODE = "a one-time code"
    CONSENT = "consent to terms"
    NOT_OFFICIAL = "not a civil servant's account"
    MAINTENANCE = "maintenance or a server error"
    UNKNOWN = "a page not known"


def in_person(key: str) -> str:
    """What to do where only the person can: log in by hand, which also frees the automatic log-ins."""
    return (
        "請執行 elearn login，由您親自登入一次（會開啟瀏覽器視窗）；"
        f"或以自己的瀏覽器完成該步驟後，執行 elearn credentials set {key} 重新輸入密碼。"
    )


# When the person's own session has ended this one: said alike wherever in a run it shows.
DISPLACED = "同一帳號在別處登入（可能是您自己正在使用平臺），這次更新已停止，沒有儲存。"
LEFT_ALONE = "不用處理；為免互相登出，接下來幾小時不會自動更新。"


DECISIVE = frozenset(Outcome) - {Outcome.LOGGED_IN, Outcome.FORM, Outcome.UNKNOWN}
# Where no password was sent yet, what a page says of passwords and accounts is a notice to everybody.
BEFORE_THE_PASSWORD = frozenset({Outcome.CAPTCHA, Outcome.MAINTENANCE})


def error_for(outcome: Outcome, gateway: str, key: str, help_line: str, *, submitted: bool) -> ElearnError:
    """The error an outcome ends the run with. `gateway` is its name for people, `help_line` whom to call.

    After the password was sent, what is unclear is for the person: nothing is sent again by itself.
    """
    again = f"請執行 elearn credentials set {key} 重新輸入密碼"
    person = in_person(key)
    match outcome:
        case Outcome.WRONG:
            return GatewayRefused(
                f"{gateway}沒有接受目前儲存的密碼（可能已更換）。為避免帳號被鎖，本程式只試了 1 次，已停止。",
                f"{again}。{help_line}",
            )
        case Outcome.LOCKED:
            return GatewayRefused(
                f"{gateway}表示帳號已被鎖定。本程式已停止，不會再試。",
                f"請先向{gateway}解除鎖定，再{again[1:]}。{help_line}",
            )
        case Outcome.GUEST:
            return GatewayRefused(
                f"{gateway}登入後被送回平臺的未登入頁面，沒有說明原因。為避免帳號被鎖，本程式只試了 1 次，已停止。",
                f"{again}。{help_line}",
            )
        case Outcome.EXPIRED:
            return PersonNeeded(
                f"{gateway}要求先變更密碼。", f"請至{gateway}變更密碼，再{again[1:]}。{help_line}"
            )
        case Outcome.ACTIVATION:
            return PersonNeeded(f"{gateway}要求先啟用帳號。", f"請至{gateway}完成啟用。{person}{help_line}")
        case Outcome.CAPTCHA if not submitted:
            return PersonNeeded(
                f"{gateway}在登入前要求輸入圖形驗證碼，本程式不代您操作，也沒有送出密碼。",
                "請用自己的瀏覽器親自登入平臺一次；下次更新時會再看一次。",
            )
        case Outcome.CAPTCHA:
            return PersonNeeded(f"{gateway}要求輸入圖形驗證碼，本程式不代您操作。", person)
        case Outcome.ONE_TIME_CODE:
            return PersonNeeded(f"{gateway}要求輸入一次性驗證碼，本程式不代您操作。", person)
        case Outcome.CONSENT:
            return PersonNeeded("平臺要求同意會員規範條款，本程式不會代您按同意。", person)
        case Outcome.NOT_OFFICIAL:
            return NotOfficialAccount(
                "您登入的是一般民眾帳號（非公務帳號），用這個帳號上的課不會登錄公務人員終身學習時數。",
                f"請改用公務帳號，或改由人事服務網 eCPA 登入。{help_line}",
            )
        case Outcome.MAINTENANCE if not submitted:
            return Unavailable(f"{gateway}目前無法使用（維護中或系統錯誤）。", "不用處理，稍後會再試。")
        case Outcome.MAINTENANCE:
            return PersonNeeded(
                f"送出密碼後，{gateway}沒有正常回應，無法確定是否登入成功；為避免重複送出，已停止。",
                person,
            )
        case Outcome.FORM if submitted:
            return PersonNeeded(
                f"送出密碼後，{gateway}仍停在登入表單，沒有說明原因；為避免重複送出，已停止。", person
            )
        case Outcome.UNKNOWN | Outcome.FORM | Outcome.LOGGED_IN:
            when = "送出密碼後，" if submitted else ""
            return PersonNeeded(f"{when}{gateway}顯示了本程式不認得的頁面，已停止。", person)
        case _:
            assert_never(outcome)
