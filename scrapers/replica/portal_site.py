"""e等公務園⁺: home, chooser, landings, 個人專區, 學習紀錄, log-out. A cookie of its own tells who is logged in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, page, redirect
from scrapers.replica.record_table import record_page, record_rows

if TYPE_CHECKING:
    from scrapers.replica.server import Replica, Request
    from scrapers.replica.state import Account

_SESSION = "PHPSESSID"
_HOME = "/mooc/index.php"
_RECORDS = ("/mooc/user/learn_stat.php", "/mooc/user/learn_dashboard_ga.php")
_NOT_OFFICIAL = (
    "您目前所登入的帳號身分為一般民眾(非公務帳號)，不允許由公務人員登入區進行登入!! "
    "如您確為公務人員，請於「我的e政府」使用公務帳號進行登入，或改由「人事服務網eCPA」登入。"
)


def answer(replica: Replica, request: Request) -> Answer:
    """What the portal answers at this path, to a guest or to somebody logged in."""
    person: Account | None = replica.sessions.get(request.cookies.get(_SESSION, ""))
    behaviour = replica.state.behaviour
    match request.path:
        case "/":
            return redirect(_HOME)
        case "/mooc/index.php" | "/mooc/explorer.php" | "/mooc/user/login.php":
            found = page("home.html", person=person, b=behaviour)
            if person is None:
                found.cookies |= {"idx": "0", "suc": "1"}  # stale cookies that prove nothing
            return found
        case "/mooc/co_login_dialog.php":
            busy = behaviour.busy_notice and not request.query.get("go")
            return page("busy.html" if busy else "chooser.html")
        case "/mooc/co_gov_login_guide.php":
            return page("guide.html", opens=behaviour.egov_opens)
        case "/sso_verify.php" | "/egov_login.php":
            return _land(replica, request)
        case "/sso_home.php":
            return redirect(_HOME)
        case "/mooc/consent.php":
            return page("consent.html")
        case "/connect_lost.php":
            return page("connect_lost.html")
        case "/logout.php":
            replica.sessions.pop(request.cookies.get(_SESSION, ""), None)
            return redirect(_HOME)
        case "/mooc/co_news_dialog.php":
            return page("news.html")
    if person is None:
        return redirect(_HOME)
    match request.path:
        case "/mooc/user/learn_dashboard.php":
            return page("dashboard.html", person=person, b=behaviour)
        case path if path in _RECORDS:
            if behaviour.link_dead and path == _RECORDS[0]:
                return page("dashboard.html", person=person, b=behaviour)
            return _records(replica, request, person)
        case "/mooc/user/record_rows.php":
            return record_rows(replica, request, person)
    return Answer("<html><body>404</body></html>", 404)


def _land(replica: Replica, request: Request) -> Answer:
    """A ticket from a gateway opens a session, unless the account or the terms stand in the way."""
    ticket = request.form.get("ticket") or request.query.get("ticket", "")
    account: Account | None = replica.sessions.pop(ticket, None)
    if account is None:
        return redirect("/mooc/user/login.php")
    if not account.official:
        return page("alert.html", text=_NOT_OFFICIAL, then=_HOME)
    if replica.state.behaviour.consent:
        return redirect("/mooc/consent.php")
    session = secrets.token_hex(16)
    replica.sessions[session] = account
    target = "/sso_home.php?ssoid=7" if request.path == "/sso_verify.php" else _HOME
    found = redirect(target)
    found.cookies[_SESSION] = session
    return found


def _records(replica: Replica, request: Request, person: Account) -> Answer:
    """The record page; a session may be lost or displaced after some pages."""
    behaviour = replica.state.behaviour
    session = request.cookies.get(_SESSION, "")
    with replica.lock:
        seen = replica.sessions[f"pages {session}"] = replica.sessions.get(f"pages {session}", 0) + 1
    if behaviour.lose_session_after and seen > behaviour.lose_session_after:
        replica.sessions.pop(session, None)
        return redirect("/connect_lost.php" if behaviour.displace else _HOME)
    return record_page(replica, request, person)
