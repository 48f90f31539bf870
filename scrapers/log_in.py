"""One log-in: from the portal's chooser through a gateway to a page that shows the signs of being logged in.

The password is sent at most once. Before it is sent, trouble is the service's (12) or a page's (11, 18); afterwards
anything unclear is for the person, until the gateway has accepted: that is, until the landing on the portal was reached.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from rules.errors import ElearnError
from scrapers.browser import BrowserTrouble, GuardedBrowser, Page, Request, answers
from scrapers.credential import AttemptLedger, Credential
from scrapers.errors import Displaced, GatewayRefused, PersonNeeded, Unavailable
from scrapers.gateways.gateway import Gateway
from scrapers.log_in_form import FormFinder, FoundForm, type_into
from scrapers.outcome import (
    BEFORE_THE_PASSWORD,
    DECISIVE,
    DISPLACED,
    LEFT_ALONE,
    Outcome,
    error_for,
    in_person,
)
from scrapers.portals.portal import Portal, Standing
from scrapers.snapshot import Snapshot

_REST = 3.0  # seconds a form's page may still be filled by its own scripts
_POLL = 20  # milliseconds between two looks at the pages


@dataclass
class LogIn:
    """One log-in through one gateway to one portal. `run` is called once.

    `credential` is asked only when a form is there; `pause` waits between pages. Same tab, new window and frame are alike.
    """

    browser: GuardedBrowser
    portal: Portal
    gateway: Gateway
    ledger: AttemptLedger
    credential: Callable[[], Credential]
    pause: Callable[[Page], None]
    landed: bool = False

    def run(self) -> Page:
        """A page of the portal on which the person is logged in. Raises the error of the outcome otherwise."""
        page = self.browser.new_page()
        self.browser.context.on("request", self._note_landing)
        home = self.browser.visit(page, self.portal.home)
        match self.portal.standing(home):
            case Standing.LOGGED_IN:
                return self._home(page)
            case Standing.UNAVAILABLE:
                raise Unavailable("平臺目前無法使用（維護中或系統錯誤）。", "不用處理，稍後會再試。")
            case Standing.DISPLACED:  # a kept session whose person is using the portal just now
                raise Displaced(DISPLACED, LEFT_ALONE)
        self.pause(page)
        gateway = self.gateway
        with self.browser.within():
            self.portal.choose(self.browser, page, gateway.chooser_words, gateway.chooser_href, gateway.entry)
        with self.browser.within():
            found = self._until_form()
        return self._submit(found) if found else self._home(self.browser.pages()[-1])

    # -- before the password -----------------------------------------------------------------------------------------

    def _until_form(self) -> FoundForm | None:
        """Wait for the form; None when the gateway's own session was alive and it bounced straight back, logged in."""
        finder = FormFinder(self.gateway)
        for _ in self._looks():
            for page in self.browser.pages():
                seen = self.browser.snapshot(page)
                if self.landed and seen.host == self.portal.host and self._is_in(seen, submitted=False):
                    return None
                if seen.url.startswith("chrome-error:"):
                    raise self._silent()
                outcome = self._gateway_outcome(page, seen, None)
                if outcome in BEFORE_THE_PASSWORD:
                    raise self._error(outcome, submitted=False)
                found = finder.find(page)
                if found is not None:
                    self._rest(found)
                    return found
        there = [page for page in self.browser.pages() if urlsplit(page.url).hostname == self.gateway.host]
        if not all(map(self.browser.arrived_whole, there)):
            raise self._cut_off()
        if any(answers(page.main_frame) for page in there):
            raise self._error(Outcome.UNKNOWN, submitted=False)
        raise self._silent()

    def _rest(self, found: FoundForm) -> None:
        """Wait a moment for what the form's page still asks for. Raises Unavailable where its document was cut off."""
        end = time.monotonic() + min(_REST, self.browser.patience)
        while not self.browser.is_quiet(found.page) and time.monotonic() < end:
            found.page.wait_for_timeout(_POLL)
        if found.frame == found.page.main_frame and not self.browser.arrived_whole(found.page):
            raise self._cut_off()

    def _cut_off(self) -> Unavailable:
        return Unavailable(f"{self.gateway.title}的頁面沒有傳送完整。", "不用處理，稍後會再試。")

    def _silent(self) -> Unavailable:
        return Unavailable(
            f"{self.gateway.title}沒有在 {self.browser.patience:.0f} 秒內回應。", "不用處理，稍後會再試。"
        )

    # -- the one submission ------------------------------------------------------------------------------------------

    def _submit(self, found: FoundForm) -> Page:
        """Type, enter the ledger, press the button once, and read what follows."""
        credential = self.credential()
        with self.browser.within():
            before = self.browser.frame_snapshot(found.page, found.frame)
            type_into(found, found.form.account, credential.account, self.gateway, self.browser.guard.hosts)
            type_into(found, found.form.password, credential.password, self.gateway, self.browser.guard.hosts)
        self.browser.check()
        attempt = self.ledger.submit(self.gateway.key, credential)
        outcome = "person_needed"
        try:
            with self.browser.within():
                found.frame.locator(found.form.submit).first.click(no_wait_after=True)
                page = self._until_home(found, before)
            outcome = "accepted"
            return page
        except GatewayRefused:
            outcome = "refused"
            raise
        except PersonNeeded:
            raise
        except ElearnError:
            outcome = "accepted" if self.landed else outcome
            raise
        except BrowserTrouble as why:
            self.browser.check()
            raise self._broken() from why
        finally:
            self.ledger.answer(attempt, outcome)

    def _until_home(self, found: FoundForm, before: Snapshot) -> Page:
        """Wait for the portal. What the gateway shows meanwhile is read by its table; silence ends with the person."""
        for _ in self._looks():
            for page in self.browser.pages():
                seen = self.browser.snapshot(page)
                if seen.url.startswith("chrome-error:"):
                    raise self._broken()
                if seen.host == self.portal.host:
                    in_frame = page == found.page and found.frame != page.main_frame
                    if (in_frame or page != found.page) and not self.landed:
                        pass  # the page around or behind the gateway still shows a guest
                    elif in_frame or self._is_in(seen, submitted=True):
                        return self._home(page)
                outcome = self._gateway_outcome(page, seen, before)
                if outcome in DECISIVE:
                    raise self._error(outcome, submitted=True)
        raise self._shown_at_last(before)

    def _shown_at_last(self, before: Snapshot) -> ElearnError:
        """Patience ended: what stands there now says more than that it ended."""
        for page in self.browser.pages():
            if not self.landed and answers(page.main_frame):
                outcome = self._gateway_outcome(page, self.browser.snapshot(page), before)
                at_gateway = urlsplit(page.url).hostname == self.gateway.host
                if outcome is Outcome.FORM or (outcome is Outcome.UNKNOWN and at_gateway):
                    return self._error(outcome, submitted=True)
        return self._broken()

    def _broken(self) -> ElearnError:
        """Silence after the password: the service's trouble once the gateway had accepted, the person's turn before."""
        if self.landed:
            return Unavailable("登入後，平臺沒有在時限內回應。", "不用處理，稍後會再試。")
        return PersonNeeded(
            f"送出密碼後，{self.gateway.title}沒有在時限內給出本程式認得的回應，無法確定是否登入成功；為避免重複送出，已停止。",
            in_person(self.gateway.key),
        )

    # -- reading pages -----------------------------------------------------------------------------------------------

    def _is_in(self, seen: Snapshot, *, submitted: bool) -> bool:
        """Whether the portal shows somebody logged in; False while it is only passing through. Raises what it means else."""
        match self.portal.standing(seen):
            case Standing.LOGGED_IN:
                return True
            case Standing.GUEST if seen.path in self.portal.landings:
                return False
            case Standing.GUEST:
                raise self._error(Outcome.GUEST if submitted else Outcome.UNKNOWN, submitted=submitted)
            case Standing.NOT_OFFICIAL:
                raise self._error(Outcome.NOT_OFFICIAL, submitted=submitted)
            case Standing.CONSENT:
                raise self._error(Outcome.CONSENT, submitted=submitted)
            case Standing.UNAVAILABLE:
                raise Unavailable("登入後，平臺目前無法使用（維護中或系統錯誤）。", "不用處理，稍後會再試。")
            case Standing.DISPLACED:
                raise Displaced(DISPLACED, LEFT_ALONE)
            case Standing.IDLE | Standing.UNKNOWN:
                return False

    def _gateway_outcome(self, page: Page, seen: Snapshot, before: Snapshot | None) -> Outcome:
        """What the gateway's own page, window or frame means; UNKNOWN for anything that is not the gateway's."""
        if seen.host == self.gateway.host:
            return self.gateway.read(seen, before)
        for frame in page.frames[1:]:
            if urlsplit(frame.url).hostname == self.gateway.host:
                with contextlib.suppress(BrowserTrouble):
                    return self.gateway.read(self.browser.frame_snapshot(page, frame), before)
        return Outcome.UNKNOWN

    def _home(self, page: Page) -> Page:
        """Settle on the portal's home page in one page, with the signs of being logged in."""
        seen = self.browser.snapshot(page)
        if self.portal.standing(seen) is not Standing.LOGGED_IN:
            seen = self.browser.visit(page, self.portal.home)
        if not self._is_in(seen, submitted=True):
            raise self._error(Outcome.UNKNOWN, submitted=True)
        self.browser.guard.log_in = False
        for other in self.browser.pages():
            if other != page:
                other.close()
        return page

    def _error(self, outcome: Outcome, *, submitted: bool) -> ElearnError:
        gateway = self.gateway
        return error_for(outcome, gateway.title, gateway.key, gateway.help_line, submitted=submitted)

    def _note_landing(self, request: Request) -> None:
        """The landing was reached: from here on trouble is the portal's, and the password was good."""
        parts = urlsplit(request.url)
        if parts.hostname == self.portal.host and parts.path in self.portal.landings:
            self.landed = True

    def _looks(self) -> Iterator[None]:
        """Look at the pages again and again until patience ends."""
        end = time.monotonic() + self.browser.patience
        while time.monotonic() < end:
            yield
            pages = self.browser.pages()
            if not pages:  # the browser died, or the last window closed itself
                return
            pages[0].wait_for_timeout(_POLL)
