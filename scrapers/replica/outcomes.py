"""The named outcomes of a log-in: one line each, so that a new way to fail is a new line."""

from __future__ import annotations

FOREIGN = "https://evil.example.test"

# name → what the gateway does. The part before the colon is the kind that the gateways' pages know:
#   ok        let in                         alert    a native alert over the form
#   inline    the form again, with the text  page     a page with the text and nothing to fill in
#   change    a page that wants a new password          code     a page that wants a one-time code
#   captcha   the form, now with a captcha   notice   a native alert first, then let in
#   raw       eCPA's background answer word for word    land     to that path of the portal, without vouching
#   hang      no answer                      reset    the connection breaks before any answer; "reused": a kept-alive one, and
#             then Chromium itself sends the form, password and all, a second time (also where a navigation was given a
#             connection opened ahead of need, which no server can prevent)
#   redirect  a 307 that carries the password on        citizen  let in as 一般民眾: the portal objects
#   terms     let in, but the portal asks for consent first
# Before any password: `entry` answers at the gateway's address (a status, or a redirect to an address), `form` changes the form.
OUTCOMES = {
    "ok": "ok:",
    "wrong_password": "alert:帳號或密碼錯誤，請重新輸入！",
    "wrong_password_zero": "raw:0",
    "wrong_password_inline": "inline:帳號或密碼錯誤，請重新輸入。",
    "locked": "alert:密碼連續輸入錯誤次數過多，您的帳號已被鎖定，請洽服務機關人事人員。",
    "locked_inline": "inline:此帳號因密碼錯誤達五次，已停用。",
    "expired_password": "change:您的密碼已逾使用期限，請變更密碼後再重新登入。",
    "activation": "page:您尚未啟用帳號，第一次使用請先完成帳號啟用作業。",
    "captcha_before": "form:captcha",
    "captcha_after": "captcha:",
    "one_time_code": "code:系統已將一次性驗證碼傳送至您登錄的電子郵件信箱，請於五分鐘內輸入。",
    "notice_alert": "notice:提醒您：請定期變更密碼，以維護帳號安全。",
    "not_official": "citizen:alert",
    "not_official_page": "citizen:page",
    "consent": "terms:",
    "guest_landing": "land:/mooc/user/login.php",
    "guest_explorer": "land:/mooc/explorer.php",
    "guest_home": "land:/mooc/index.php",
    "maintenance": "entry:503",
    "maintenance_page": "entry:200",
    "maintenance_after_submit": "page:系統維護中，暫停服務，造成不便敬請見諒。",
    "hang_after_submit": "hang:",
    "reset_after_submit": "reset:",
    "reset_after_submit_reused": "reset:reused",
    "unknown_page": "page:親愛的使用者您好，本網站近期調整服務內容，詳情請參閱說明。",
    "foreign_redirect_entry": f"entry:{FOREIGN}/login",
    "foreign_redirect_submit": f"redirect:{FOREIGN}/collect",
    "foreign_form_target": f"form:{FOREIGN}/collect",
    "foreign_iframe": "form:frame",
}


def spelled_out(outcome: str) -> tuple[str, str]:
    """Kind and text of an outcome given by its name, or spelled out as "alert:…". Raises ValueError for neither."""
    kind, colon, text = OUTCOMES.get(outcome, outcome).partition(":")
    if not colon and kind not in {"captcha", "hang", "reset"}:
        raise ValueError(f"no outcome {outcome!r}; known: {', '.join(OUTCOMES)}")
    return kind, text
