"""e等公務園⁺: home, chooser, landings, 個人專區, 學習紀錄, log-out. A cookie of its own tells who is logged in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, not_found, page, redirect
from scrapers.replica.dashboard import dashboard
from scrapers.replica.record_table import record_page, record_rows
from scrapers.replica.request import Session

if TYPE_CHECKING:
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica

_COOKIE = "PHPSESSID"
_HOME = "/mooc/index.php"
_LEARN_STAT, _LEARN_GA = "/mooc/user/learn_stat.php", "/mooc/user/learn_dashboard_ga.php"
_ENTRY = "https://www.cp.gov.tw/portal/{page}?ReturnUrl=https://elearn.hrd.gov.tw/egov_login.php{more}"
_ENTRIES = {
    "chooser": _ENTRY.format(page="Clogin.aspx", more=""),
    "simple": _ENTRY.format(page="Clogin.aspx", more="&ver=Simple&Level=1"),
    "portallogin": _ENTRY.format(page="portallogin.aspx", more=""),
}
_NOT_OFFICIAL = (
    "如果您是公務人員，您目前所使用的是一般民眾帳號，所閱讀的課程無法登錄為公務人員的終身學習時數，請您改用公務人員帳號進行登入。\n"
    "「您目前所登入的帳號身分為一般民眾(非公務帳號)，不允許由公務人員登入區進行登入!!\n"
    "如您確為公務人員，請於「我的e政府」使用公務帳號進行登入，或改由「人事服務網eCPA」登入，"
    "學習才得以計入公務人員終身學習時數。\n如您為一般民眾，請改由一般民眾登入區進行登入!」"
)


def answer(replica: Replica, request: Request) -> Answer:
    """What the portal answers at this path, to a guest or to somebody logged in."""
    behaviour = replica.state.behaviour
    if behaviour.maintenance:
        return page("notice.html", title="系統維護公告", text="系統維護中，暫停服務，造成不便敬請見諒。")
    session = replica.sessions.get(request.cookies.get(_COOKIE, ""))
    if session is not None and session.stays == "displaced":
        replica.sessions.pop(request.cookies[_COOKIE], None)
        return redirect("/connect_lost.php")
    return _open_to_all(replica, request, session) or _for_members(replica, request, session)


def _open_to_all(replica: Replica, request: Request, session: Session | None) -> Answer | None:
    behaviour = replica.state.behaviour
    match request.path:
        case "/":
            return redirect(_HOME)
        case "/mooc/index.php" | "/mooc/explorer.php" | "/mooc/user/login.php":
            found = page("home.html", person=session and session.account, b=behaviour, path=request.path)
            if session is None:
                found.cookies |= {"idx": "0", "suc": "1"}  # stale cookies that prove nothing
            return found
        case "/mooc/co_login_dialog.php":
            busy = behaviour.busy_notice and not request.query.get("go")
            return page("busy.html" if busy else "chooser.html")
        case "/mooc/co_gov_login_guide.php":
            return page("guide.html", opens=behaviour.egov_opens, entry=_ENTRIES[behaviour.egov_entry])
        case "/sso_verify.php" | "/egov_login.php":
            return _land(replica, request)
        case "/sso_home.php":
            return redirect(_HOME)
        case "/connect_lost.php":
            return page("connect_lost.html")
        case "/logout.php":
            replica.sessions.pop(request.cookies.get(_COOKIE, ""), None)
            return redirect(_HOME)
        case "/mooc/co_news_dialog.php":
            return page("news.html")
    return None


def _for_members(replica: Replica, request: Request, session: Session | None) -> Answer:
    if session is None:
        return redirect(_HOME)
    behaviour = replica.state.behaviour
    if request.path == "/mooc/consent.php":
        if request.form.get("agree") == "1":
            session.stays = "in"
            return redirect(_HOME)
        return page("consent.html")
    if session.stays == "terms":
        return redirect("/mooc/consent.php")
    match request.path:
        case "/mooc/user/learn_stat.php" if request.form.get("action") == "print":
            return Answer(b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
        case "/mooc/user/learn_stat.php" if behaviour.link_dead:
            return dashboard(replica, request, session.account)
        case path if path in {_LEARN_STAT, _LEARN_GA}:
            return _gone(replica, request, session) or record_page(replica, request, session.account)
        case "/mooc/user/record_rows.php":
            return _gone(replica, request, session) or record_rows(replica, request, session.account)
        case "/mooc/user/learn_dashboard.php":
            return dashboard(replica, request, session.account)
        case "/mooc/user/course_center.php" | "/mooc/user/goal.php":
            return page("notice.html", title="個人專區", text="本功能不在複製平臺的範圍內。")
    return not_found()


def _land(replica: Replica, request: Request) -> Answer:
    """A ticket from a gateway opens a session, unless the account or the terms stand in the way."""
    behaviour = replica.state.behaviour
    given = request.form.get("ticket") or request.query.get("ticket", "")
    session = replica.sessions.pop(given, None)
    if session is None:
        return redirect("/mooc/user/login.php")
    if session.stays == "citizen:page":
        return page("notice.html", title="e等公務園+學習平臺", text=_NOT_OFFICIAL)
    if session.stays.startswith("citizen"):
        return page("told.html", text=_NOT_OFFICIAL, then=_HOME)
    if behaviour.single_session:
        for other in list(replica.sessions.values()):
            if other.at == "portal" and other.account.platform_id == session.account.platform_id:
                other.stays = "displaced"
    name = secrets.token_hex(16)
    replica.sessions[name] = Session(session.account, "terms" if behaviour.consent else session.stays)
    target = "/sso_home.php?ssoid=7" if request.path == "/sso_verify.php" else _HOME
    if replica.sessions[name].stays == "terms":
        target = "/mooc/consent.php"
    framed = behaviour.egov_opens == "iframe" and request.path == "/egov_login.php"
    found = page("out_of_frame.html", then=target) if framed else redirect(target)
    found.cookies[_COOKIE] = name
    return found


def _gone(replica: Replica, request: Request, session: Session) -> Answer | None:
    """The session may be lost or displaced after some reads of the table."""
    behaviour = replica.state.behaviour
    reads_table = request.path == "/mooc/user/record_rows.php" or not behaviour.script_filled
    if reads_table:
        session.pages_read += 1
    if not behaviour.lose_session_after or session.pages_read <= behaviour.lose_session_after:
        return None
    replica.sessions.pop(request.cookies.get(_COOKIE, ""), None)
    if behaviour.idle_alert:
        return page("told.html", text="由於你的帳號閒置過久已被登出，請重新登入。", then=_HOME)
    return redirect("/connect_lost.php" if behaviour.displace else _HOME)
