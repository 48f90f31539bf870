"""The log-in form on a live page: finding it in the gateway's own frames, and typing into it safely."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scrapers.browser import BrowserTrouble, Frame, Locator, Page, answers
from scrapers.errors import LeftHosts, PersonNeeded
from scrapers.gateways.gateway import Form, Gateway
from scrapers.outcome import in_person

# Types one field after checking, in the same step, that the document is the known host's over HTTPS and that the form
# would be sent to an allowed host: nothing can change between the check and the typing.
_TYPE = """(field, [host, allowed, value]) => {
  if (location.protocol !== 'https:' || location.host !== host) return 'page ' + location.host;
  const action = field.form && field.form.getAttribute('action');
  const target = action ? new URL(action, location.href) : location;
  if (target.protocol !== 'https:' || !allowed.includes(target.host)) return 'target ' + target.protocol + '//' + target.host;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, value);
  field.dispatchEvent(new Event('input', {bubbles: true}));
  field.dispatchEvent(new Event('change', {bubbles: true}));
  return 'typed';
}"""


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form as found: the page and frame it stands in, and which known generation it is."""

    page: Page
    frame: Frame
    form: Form


_AGAIN = 3.0  # seconds after which a way that was chosen in vain is chosen once more in the same document
_LOOK = 5000  # milliseconds one look may take
# Which document this is, and whether all of it is there.
_DOCUMENT = "() => [performance.timeOrigin, document.readyState !== 'loading']"


@dataclass(slots=True)
class FormFinder:
    """Finds a gateway's form, in a document that is there to its end: a notice that came after the first look would be read
    as the answer to the password (「密碼錯誤達五次，帳號將停用」).

    Where the gateway first offers several ways to log in, the one with account and password is chosen: not again while its
    answer is awaited. Choosing asks the gateway for a new page, so choosing at every look would ask a slow one for it again
    and again, and never see it.
    """

    gateway: Gateway
    _chosen: dict[float, float] = field(default_factory=dict)  # when, by document

    def find(self, page: Page) -> FoundForm | None:
        """The visible log-in form of a known generation, in a frame that is the gateway's own; None while there is none."""
        for frame in page.frames:
            if urlsplit(frame.url).hostname != self.gateway.host or not answers(frame):
                continue
            with contextlib.suppress(BrowserTrouble):
                document, whole = frame.locator(":root").evaluate(_DOCUMENT, timeout=_LOOK)
                if not whole:
                    continue
                for form in self.gateway.forms:
                    if _is_shown(frame, form):
                        return FoundForm(page, frame, form)
                self._choose(frame, document)
        return None

    def _choose(self, frame: Frame, document: float) -> None:
        now = time.monotonic()
        if now >= self._chosen.get(document, -_AGAIN) + _AGAIN:
            for form in self.gateway.forms:
                if _reveal(frame, form):
                    self._chosen[document] = now
                    return


def _is_shown(frame: Frame, form: Form) -> bool:
    """Whether this generation's fields are there to be typed into; fields that stand there twice are not it."""
    with contextlib.suppress(BrowserTrouble):
        return frame.locator(form.password).is_visible() and frame.locator(form.account).is_visible()
    return False


def _reveal(frame: Frame, form: Form) -> bool:
    choices: list[Locator] = [frame.locator(form.reveal)] if form.reveal else []
    if form.reveal_words:
        words = form.reveal_words
        choices += [
            frame.get_by_role("link", name=words),
            frame.get_by_role("button", name=words),
            frame.get_by_role("tab", name=words),
        ]
    for choice in choices:
        if choice.count() == 1 and choice.is_visible():
            with contextlib.suppress(BrowserTrouble):  # pressed, whatever becomes of it
                choice.click(timeout=2000, no_wait_after=True)
            return True
    return False


def type_into(found: FoundForm, selector: str, value: str, gateway: Gateway, allowed: Iterable[str]) -> None:
    """Type into one field of the form. Raises LeftHosts before typing when page or form target is not an allowed host."""
    said = str(found.frame.locator(selector).first.evaluate(_TYPE, [gateway.host, sorted(allowed), value]))
    if said == "typed":
        return
    if said.startswith("target "):
        raise LeftHosts(
            f"登入表單要把資料送往不在名單內的網址「{said.removeprefix('target ')}」，在輸入密碼之前就停止了。",
            "請勿自行在該頁登入；請保留本訊息並洽資訊單位。",
        )
    raise PersonNeeded(
        f"輸入密碼之前，頁面已不是{gateway.title}（{said.removeprefix('page ')}），已停止，沒有送出任何資料。",
        in_person(gateway.key),
    )
