"""What both gateways share: who gets a ticket, and the pages that stand between a right password and the portal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scrapers.replica.answer import Answer, page, redirect
from scrapers.replica.request import Session

if TYPE_CHECKING:
    from scrapers.replica.server import Replica
    from scrapers.replica.state import Account

PORTAL = "https://elearn.hrd.gov.tw"
ENDLESS = 3600.0
STEPS = ("page", "change", "code")


def ticket(replica: Replica, account: Account, stays: str = "in") -> str:
    """A long hex string that opens one session at the portal."""
    found = secrets.token_hex(64)
    replica.sessions[found] = Session(account, stays if account.official else "citizen:alert", at="ticket")
    return found


def stays(kind: str, text: str) -> str | None:
    """How the portal will treat somebody this gateway lets in; None when it does not let in."""
    return {"ok": "in", "notice": "in", "terms": "terms", "citizen": f"citizen:{text}"}.get(kind)


def at_entry(replica: Replica, gateway: str, title: str) -> Answer | None:
    """What the gateway's address answers instead of itself, if anything."""
    kind, text = replica.state.behaviour.outcome(gateway)
    if kind != "entry":
        return None
    if text.startswith("https:"):
        return redirect(text)
    return page(
        "gateway_step.html",
        int(text),
        title=title,
        kind="page",
        text="系統維護中，暫停服務，造成不便敬請見諒。",
    )


def step(kind: str, text: str, title: str) -> Answer:
    """A page after the password that is neither the form nor the portal."""
    return page("gateway_step.html", title=title, kind=kind, text=text)


def step_address(kind: str, text: str) -> str:
    """Where eCPA shows such a page."""
    return "/Home/Message?" + urlencode({"kind": kind, "text": text})
