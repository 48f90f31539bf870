"""人事服務網 eCPA: the form, its background POSTs, and the page that posts itself back to the portal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, page, redirect
from scrapers.replica.gateway_answers import unusual

if TYPE_CHECKING:
    from scrapers.replica.server import Replica, Request

_FORM = "/webform/clogin.aspx"
_BACK = "https://elearn.hrd.gov.tw/sso_verify.php"


def answer(replica: Replica, request: Request) -> Answer:
    """What eCPA answers at this path."""
    match request.path:
        case "/uIAM/clogin.asp":
            return redirect(f"{_FORM}?returnUrl={_BACK}&destid=CrossHRD")
        case "/webform/clogin.aspx":
            return _form(replica, request)
        case "/Home/GetUID":
            return Answer("{}", content_type="application/json")
        case "/Home/GetApTicketV2":
            return _ticket(replica, request)
        case "/Home/EnterTwoWayLog" | "/Home/EnterApplicationTwoWay":
            return Answer("1", content_type="text/plain")
        case "/Home/CardLogIn":
            account = next(each for each in replica.state.accounts if each.gateway == "ecpa")
            return page("self_post.html", action=_BACK, fields={"ticket": _new_ticket(replica, account)})
        case "/Home/Leave":
            return page("self_post.html", action=_BACK, fields={"ticket": request.query.get("ticket", "")})
        case "/Home/Message":
            return page("ecpa_message.html", text=request.query.get("text", ""))
    return Answer("<html><body>404</body></html>", 404)


def _form(replica: Replica, request: Request) -> Answer:
    session = replica.sessions.get(request.cookies.get("ecpa_sso", ""))
    if session is not None:  # still logged in there: straight back, without a form
        ticket = _new_ticket(replica, session)
        return page("self_post.html", action=_BACK, fields={"ticket": ticket})
    return page("ecpa_login.html", b=replica.state.behaviour, text="")


def _ticket(replica: Replica, request: Request) -> Answer:
    """A long hex ticket for a right password; a short text, shown by the page as an alert, for anything else."""
    account = replica.state.account("ecpa", request.form.get("aliasid", ""), request.form.get("pas", ""))
    if account is None:
        return Answer("帳號或密碼錯誤，請重新輸入", content_type="text/plain; charset=utf-8")
    behaviour = replica.state.behaviour.answer
    if behaviour != "ok":
        return unusual(behaviour, as_script=True)
    session = secrets.token_hex(16)
    replica.sessions[session] = account
    found = Answer(_new_ticket(replica, account), content_type="text/plain")
    found.cookies["ecpa_sso"] = session
    return found


def _new_ticket(replica: Replica, account: object) -> str:
    ticket = secrets.token_hex(64)
    replica.sessions[ticket] = account
    return ticket
