"""人事服務網 eCPA, the personnel services network of the central personnel agency."""

from __future__ import annotations

from scrapers.gateways.gateway import CAPTCHA_FIELD, LOCKED, Form, Gateway, Sign
from scrapers.outcome import Outcome

GATEWAY = Gateway(
    key="ecpa",
    title="人事服務網",
    host="ecpa.dgpa.gov.tw",
    entry="https://ecpa.dgpa.gov.tw/uIAM/clogin.asp?destid=CrossHRD",
    chooser_words="eCPA",
    chooser_href="ecpa.dgpa.gov.tw",
    forms=(
        Form(
            account="#aliasid",
            password="#pas",  # noqa: S106 - a selector
            submit="button[onclick*='startIdPas']",
            reveal_words="帳號密碼登入",
        ),
    ),
    # The exact texts of its alerts are not public, so each row is a word that any such text must contain. Order matters:
    # a locked account is named before a wrong password, since such texts speak of both.
    signs=(
        Sign(Outcome.LOCKED, text=LOCKED),
        Sign(
            Outcome.EXPIRED,
            text=r"密碼(已)?(過期|逾期|到期)|(請|須|需)(先)?(變更|修改|更換)密碼|密碼.{0,8}天未(變更|更換)",
        ),
        Sign(Outcome.WRONG, text=r"(帳號|密碼|帳密).{0,10}(錯誤|不正確|不符|有誤|不存在)|登入失敗|驗證失敗"),
        Sign(Outcome.CAPTCHA, text=r"圖形驗證|驗證碼圖|請輸入(圖形)?驗證碼", selector=CAPTCHA_FIELD),
        Sign(Outcome.ONE_TIME_CODE, text=r"一次性(密碼|驗證碼)|簡訊(驗證|密碼)|OTP|動態密碼"),
        Sign(Outcome.ACTIVATION, text=r"(帳號|尚未).{0,6}啟用|啟用帳號|首次登入"),
        Sign(Outcome.MAINTENANCE, text=r"系統維護|維護中|暫停服務|Service Unavailable|系統忙碌"),
    ),
    help_line="人事服務網客服 02-2397-9108（9:00–12:00、14:00–17:00）。",
    source="the city's manual of 2023 (form, telephone); captured traffic of 2026 for addresses and field names",
)
