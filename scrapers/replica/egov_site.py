"""我的e政府: the chooser, the form in two generations, and the way back to the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, not_found, page, redirect
from scrapers.replica.log_in import ENDLESS, PORTAL, STEPS, at_entry, stays, step, ticket

if TYPE_CHECKING:
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica

_TITLE = "我的E政府"
_PATHS = ("/portal/clogin.aspx", "/portal/portallogin.aspx")
_NAMES = {
    "simple": "AccountPassword_simple_",
    "older": "ctl00_ContentPlaceHolder1_AccountPassword1_",
}
# The gateway's own FAQ (2014): a captcha after the third wrong password, the account disabled after the fifth.
_CAPTCHA_AFTER, _DISABLED_AFTER = 3, 5


def answer(replica: Replica, request: Request) -> Answer:
    """What 我的e政府 answers at this path."""
    if request.path.lower() not in _PATHS:
        return not_found()
    if request.method == "POST" and request.form.get("password"):
        return _log_in(replica, request)
    shown = request.query.get("ver") == "Simple" or request.form.get("__EVENTTARGET") == "accountlinkbt"
    return at_entry(replica, "egov", _TITLE) or _form(replica, shown=shown)


def _form(replica: Replica, *, shown: bool, said: str = "", alert: str = "", captcha: bool = False) -> Answer:
    behaviour = replica.state.behaviour
    kind, form = behaviour.outcome("egov")
    form = form if kind == "form" else ""
    return page(
        "egov_login.html",
        shown=shown,
        text=said,
        alert=alert,
        captcha=captcha or behaviour.captcha_in_form or form == "captcha",
        ids=_NAMES[behaviour.egov_generation],
        action=behaviour.form_action or (form if form.startswith("https:") else ""),
        framed=form == "frame",
        foreign_frame=behaviour.foreign_frame,
    )


def _log_in(replica: Replica, request: Request) -> Answer:
    login = request.form.get("account", "")
    account = replica.state.account("egov", login, request.form["password"])
    if replica.refused.get(login, 0) >= _DISABLED_AFTER:
        return _form(replica, shown=True, alert="密碼錯誤達五次，此帳號已停用，請洽客服中心。")
    if account is None:
        with replica.lock:
            wrong = replica.refused[login] = replica.refused.get(login, 0) + 1
        return _form(
            replica, shown=True, alert="帳號或密碼不正確，請重新輸入", captcha=wrong >= _CAPTCHA_AFTER
        )
    kind, said = replica.state.behaviour.outcome("egov")
    let_in_as = stays(kind, said)
    if let_in_as is None:
        return _refusal(replica, kind, said)
    target = f"{PORTAL}/egov_login.php?ticket={ticket(replica, account, let_in_as)}"
    return page("told.html", text=said, then=target) if kind == "notice" else redirect(target)


def _refusal(replica: Replica, kind: str, said: str) -> Answer:
    match kind:
        case "hang":
            return Answer(delay=ENDLESS)
        case "reset":
            return Answer(reset=True)
        case "redirect":
            return redirect(said, 307)
        case "land":
            return redirect(PORTAL + said)
        case "inline":
            return _form(replica, shown=True, said=said)
        case "captcha" | "form":
            return _form(replica, shown=True, captcha=True)
        case _ if kind in STEPS:
            return step(kind, said, _TITLE)
    return _form(replica, shown=True, alert=said)
