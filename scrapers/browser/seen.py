"""What the pages of a run did: alerts, statuses, the document that stands there, what is under way and what failed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from scrapers.browser.hops import STAYS
from scrapers.browser.launching import BrowserContext, BrowserTrouble, Dialog, Page, Request, Response
from scrapers.guard import Guard, host_of

_BAD_CERTIFICATE = ("ERR_CERT_", "ERR_SSL_")


@dataclass(slots=True)
class PageSeen:
    """What one page did so far. `is_lacking`: its own script asked for something since the document came, and got an error
    or nothing."""

    dialogs: list[str] = field(default_factory=list)
    status: int | None = None
    document: Response | None = None
    answered: int = 0  # documents that came
    is_lacking: bool = False
    under_way: set[Request] = field(default_factory=set)
    broken_off: set[Request] = field(default_factory=set)  # navigations whose answer began and did not end

    def arrived_whole(self) -> bool:
        """Whether the page's document ends as one that began does: a cut-off answer lacks the closing tag.

        The browser mends a cut-off document in silence, so the answer itself is looked at. What cannot be had is not judged.
        """
        if self.document is None:
            return True
        with contextlib.suppress(BrowserTrouble):
            # The text of an answer that is still coming would be waited for without an end.
            if self.document.request in self.broken_off | self.under_way:
                return False
            body = self.document.text().lower()
            return "<html" not in body or "</html" in body
        return True


class Seen:
    """Notes every page of a context. `bad_certificate` is the first host whose certificate was refused."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._pages: dict[Page, PageSeen] = {}
        self.bad_certificate: str | None = None

    def watch(self, context: BrowserContext) -> None:
        """Every page that comes to be from now on."""
        context.on("page", self._note_page)

    def _note_page(self, page: Page) -> None:
        self.of(page)

    def of(self, page: Page) -> PageSeen:
        """What this page did; a page not seen before is noted from now on."""
        known = self._pages.get(page)
        if known is not None:
            return known
        seen = self._pages[page] = PageSeen()
        page.on("dialog", lambda dialog: _note_dialog(seen, dialog))
        page.on("response", lambda response: self._note_response(page, seen, response))
        page.on("requestfailed", lambda request: self._note_failure(seen, request))
        # The driver cannot wrap a built-in method, so each stands in a lambda of its own.
        page.on("request", lambda request: seen.under_way.add(request))  # noqa: PLW0108
        page.on("requestfinished", lambda request: seen.under_way.discard(request))  # noqa: PLW0108
        page.on("requestfailed", lambda request: seen.under_way.discard(request))  # noqa: PLW0108
        return seen

    def _note_response(self, page: Page, seen: PageSeen, response: Response) -> None:
        with contextlib.suppress(BrowserTrouble):
            if response.request.is_navigation_request() and response.frame == page.main_frame:
                if response.status == STAYS:
                    return
                seen.status = response.status
                seen.document = response
                seen.answered += 1
                seen.is_lacking = False
            elif response.status >= 400 and self._is_for_content(response.request):
                seen.is_lacking = True

    def _note_failure(self, seen: PageSeen, request: Request) -> None:
        failure = request.failure or ""
        with contextlib.suppress(BrowserTrouble):
            if self._is_for_content(request):
                seen.is_lacking = True
            if request.is_navigation_request():
                seen.broken_off.add(request)
            if request.is_navigation_request() and any(each in failure for each in _BAD_CERTIFICATE):
                self.bad_certificate = self.bad_certificate or host_of(request.url)

    def _is_for_content(self, request: Request) -> bool:
        """Whether a page's script asked an allowed host for this: refused requests to others change nothing."""
        return request.resource_type in ("xhr", "fetch") and host_of(request.url) in self._guard.hosts


def _note_dialog(seen: PageSeen, dialog: Dialog) -> None:
    """An alert's text is read and kept; it is never agreed to."""
    seen.dialogs.append(dialog.message)
    with contextlib.suppress(BrowserTrouble):
        dialog.dismiss()
