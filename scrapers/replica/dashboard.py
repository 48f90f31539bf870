"""個人專區: the person's courses as cards, with tabs and paging of its own. No record is read here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, page

if TYPE_CHECKING:
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica
    from scrapers.replica.state import Account

_TABS = {"1": "未完成", "2": "已完成", "3": "全部", "4": "組裝"}
_SIZE = 6


def dashboard(replica: Replica, request: Request, person: Account) -> Answer:
    """One tab; a tab that does not exist is 403."""
    tab = request.query.get("tab", "1")
    if tab not in _TABS:
        return page("notice.html", 403, title="403 Forbidden", text="403 Forbidden")
    rows = replica.state.rows.get(person.platform_id, [])
    passed = {"已通過", "通過"}
    found = {
        "1": [row for row in rows if row.status not in passed],
        "2": [row for row in rows if row.status in passed],
        "3": rows,
        "4": [],
    }[tab]
    number = int(request.query.get("page") or 1)
    return page(
        "dashboard.html",
        person=person,
        b=replica.state.behaviour,
        tabs=_TABS,
        tab=tab,
        courses=found[(number - 1) * _SIZE : number * _SIZE],
        number=number,
        pages=max(1, -(-len(found) // _SIZE)),
        first=(number - 1) * _SIZE + 1,
        last=min(number * _SIZE, len(found)),
        total=len(found),
    )
