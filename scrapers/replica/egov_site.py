"""我的e政府: the chooser, the form in two generations, and the way back to the portal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, page, redirect
from scrapers.replica.gateway_answers import PORTAL, unusual

if TYPE_CHECKING:
    from scrapers.replica.server import Replica, Request

_PATHS = ("/portal/clogin.aspx", "/portal/portallogin.aspx")
_NAMES = {
    "simple": "AccountPassword_simple_",
    "older": "ctl00_ContentPlaceHolder1_AccountPassword1_",
}


def answer(replica: Replica, request: Request) -> Answer:
    """What 我的e政府 answers at this path."""
    if request.path.lower() in _PATHS:
        if request.method == "POST" and request.form.get("password"):
            return _log_in(replica, request)
        shown = request.query.get("ver") == "Simple" or request.form.get("__EVENTTARGET") == "accountlinkbt"
        return _form(replica, shown=shown)
    return Answer("<html><body>404</body></html>", 404)


def _form(replica: Replica, *, shown: bool, text: str = "", alert: str = "", captcha: bool = False) -> Answer:
    behaviour = replica.state.behaviour
    return page(
        "egov_login.html",
        shown=shown,
        text=text,
        alert=alert,
        captcha=captcha or behaviour.captcha_in_form,
        ids=_NAMES[behaviour.egov_generation],
        action=behaviour.form_action,
        foreign_frame=behaviour.foreign_frame,
    )


def _log_in(replica: Replica, request: Request) -> Answer:
    account = replica.state.account("egov", request.form.get("account", ""), request.form["password"])
    if account is None:
        return _form(replica, shown=True, alert="帳號或密碼不正確，請重新輸入")
    kind, _, rest = replica.state.behaviour.answer.partition(":")
    match kind:
        case "ok":
            ticket = secrets.token_hex(32)
            replica.sessions[ticket] = account
            return redirect(f"{PORTAL}/egov_login.php?ticket={ticket}")
        case "alert":
            return _form(replica, shown=True, alert=rest)
        case "inline":
            return _form(replica, shown=True, text=rest)
        case "captcha":
            return _form(replica, shown=True, captcha=True)
    return unusual(replica.state.behaviour.answer, as_script=False)
