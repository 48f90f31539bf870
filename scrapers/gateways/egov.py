"""我的e政府, the national portal's account service."""

from __future__ import annotations

from scrapers.gateways.gateway import CAPTCHA_FIELD, LOCKED, Form, Gateway, Sign
from scrapers.outcome import Outcome

_SIMPLE = "#AccountPassword_simple_"
_OLDER = "#ctl00_ContentPlaceHolder1_AccountPassword1_"
_REVEAL = ("a#accountlinkbt", "我的E政府帳號登入")

GATEWAY = Gateway(
    key="egov",
    title="我的e政府",
    host="www.cp.gov.tw",
    entry="https://www.cp.gov.tw/portal/Clogin.aspx?ReturnUrl=https://elearn.hrd.gov.tw/egov_login.php",
    chooser_words="我的e政府",
    chooser_href="co_gov_login_guide.php?identity=1",
    forms=(
        Form(f"{_SIMPLE}txt_account", f"{_SIMPLE}txt_password", f"{_SIMPLE}btn_LoginHandler", *_REVEAL),
        Form(f"{_OLDER}txt_account", f"{_OLDER}txt_password", f"{_OLDER}btn_LoginHandler", *_REVEAL),
    ),
    # Official FAQ of 2014: after the third wrong password a captcha, after the fifth the account is disabled.
    signs=(
        Sign(Outcome.LOCKED, text=LOCKED),
        Sign(Outcome.EXPIRED, text=r"密碼(已)?(過期|逾期|到期)|(請|須|需)(先)?(變更|修改|更換)密碼"),
        Sign(
            Outcome.WRONG,
            text=r"(帳號|密碼|帳密).{0,10}(錯誤|不正確|不符|有誤|不存在)|登入失敗|驗證失敗|查無此帳號",
        ),
        Sign(Outcome.CAPTCHA, text=r"圖形驗證|驗證碼圖|請輸入(圖形)?驗證碼", selector=CAPTCHA_FIELD),
        Sign(Outcome.ONE_TIME_CODE, text=r"一次性(密碼|驗證碼)|簡訊(驗證|密碼)|OTP|動態密碼"),
        Sign(Outcome.ACTIVATION, text=r"(帳號|尚未).{0,6}啟用|啟用帳號"),
        Sign(Outcome.MAINTENANCE, text=r"系統維護|維護中|暫停服務|Service Unavailable|系統忙碌"),
    ),
    help_line="我的e政府客服 02-2192-7111。",
    source="the city's manual of 2023 (telephone); public sources of 2023–2026 for addresses and field names",
)
