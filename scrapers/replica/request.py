"""One request as it arrived, and the session it may belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapers.replica.state import Account


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. `form` may hold a password and stays in memory; its repr does not show it."""

    host: str
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str] = field(repr=False)
    cookies: dict[str, str] = field(repr=False)
    time: float = 0.0

    @property
    def form_keys(self) -> tuple[str, ...]:
        """The names of the fields that were sent, without what they held."""
        return tuple(self.form)

    @property
    def cookies_present(self) -> tuple[str, ...]:
        """The names of the cookies that were sent."""
        return tuple(self.cookies)


@dataclass(slots=True)
class Session:
    """Somebody logged in: at a gateway, on the way to the portal (a ticket), or at the portal.

    `stays` is how the portal treats the person: "in", "terms" (has to answer the member terms first), "citizen:alert",
    "citizen:page" (is told to leave), "displaced" (another log-in came after).
    """

    account: Account
    stays: str = "in"
    at: str = "portal"  # or "gateway", "ticket"
    pages_read: int = 0


class Sessions(dict[str, Session]):
    """The sessions by cookie or ticket. An account put in alone stands for somebody logged in."""

    def __setitem__(self, name: str, found: Session | Account) -> None:
        super().__setitem__(name, Session(found) if isinstance(found, Account) else found)
