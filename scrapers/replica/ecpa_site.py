"""人事服務網 eCPA: the form, its background POSTs, and the page that posts itself back to the portal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, not_found, page, redirect, text
from scrapers.replica.log_in import ENDLESS, PORTAL, STEPS, at_entry, stays, step, step_address, ticket
from scrapers.replica.request import Session

if TYPE_CHECKING:
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica

_TITLE = "人事服務網eCPA"
_FORM = "/webform/clogin.aspx"
_BACK = f"{PORTAL}/sso_verify.php"
_COOKIE = "ecpa_sso"


def answer(replica: Replica, request: Request) -> Answer:
    """What eCPA answers at this path."""
    match request.path.lower():
        case "/uiam/clogin.asp":
            return at_entry(replica, "ecpa", _TITLE) or redirect(f"{_FORM}?returnUrl={_BACK}&destid=CrossHRD")
        case "/webform/clogin.aspx":
            return _form(replica, request)
        case "/home/getuid":
            return Answer("{}", content_type="application/json")
        case "/home/getapticketv2":
            return _ticket(replica, request)
        case "/home/entertwowaylog" | "/home/enterapplicationtwoway":
            return text("1")
        case "/home/cardlogin":
            account = next(each for each in replica.state.accounts if each.gateway == "ecpa")
            return page("self_post.html", action=_BACK, fields={"ticket": ticket(replica, account)})
        case "/home/message":
            return step(request.query.get("kind", "page"), request.query.get("text", ""), _TITLE)
    return not_found()


def _form(replica: Replica, request: Request) -> Answer:
    session = replica.sessions.get(request.cookies.get(_COOKIE, ""))
    if session is not None:  # still logged in there: straight back, without a form
        fields = {"ticket": ticket(replica, session.account, session.stays)}
        return page("self_post.html", action=_BACK, fields=fields)
    behaviour = replica.state.behaviour
    kind, form = behaviour.outcome("ecpa")
    form = form if kind == "form" else ""
    return page(
        "ecpa_login.html",
        back=_BACK,
        b=behaviour,
        captcha=behaviour.captcha_in_form or form == "captcha",
        action=behaviour.form_action or (form if form.startswith("https:") else ""),
        framed=form == "frame",
    )


def _ticket(replica: Replica, request: Request) -> Answer:
    """A long hex ticket for a right password; a short text, shown by the page as an alert, for anything else."""
    account = replica.state.account("ecpa", request.form.get("aliasid", ""), request.form.get("pas", ""))
    if account is None:
        return text("帳號或密碼錯誤，請重新輸入！")
    kind, said = replica.state.behaviour.outcome("ecpa")
    let_in_as = stays(kind, said)
    if let_in_as is None:
        return _refusal(kind, said)
    session = secrets.token_hex(16)
    replica.sessions[session] = Session(account, let_in_as, at="gateway")
    hexes = ticket(replica, account, let_in_as)
    found = text(f"NOTICE {said} {hexes}" if kind == "notice" else hexes)
    found.cookies[_COOKIE] = session
    return found


def _refusal(kind: str, said: str) -> Answer:
    """What the background request is told; the page's script follows it."""
    match kind:
        case "hang":
            return Answer(delay=ENDLESS)
        case "reset":
            return Answer(reset=True)
        case "redirect":
            return redirect(said, 307)
        case "land":
            return text(f"GO {PORTAL}{said}")
        case "inline":
            return text(f"INLINE {said}")
        case "captcha" | "form":
            return text("CAPTCHA")
        case _ if kind in STEPS:
            return text("GO " + step_address(kind, said))
    return text(said)
