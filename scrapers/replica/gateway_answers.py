"""What a gateway does with a right password when it does not simply let the person in."""

from __future__ import annotations

from scrapers.replica.answer import Answer, page, redirect

PORTAL = "https://elearn.hrd.gov.tw"
_LONG = 3600.0


def unusual(answer: str, *, as_script: bool) -> Answer:
    """The answer named by `Behaviour.answer`. `as_script`: the page asked in the background and follows what it is told."""
    kind, _, rest = answer.partition(":")
    match kind:
        case "hang":
            return Answer("", delay=_LONG)
        case "reset":
            return Answer(reset=True)
        case "redirect":
            return redirect(rest, 307)
        case "land":
            target = PORTAL + rest
            return _told(f"GO {target}") if as_script else redirect(target)
        case "page":
            return _told(f"PAGE {rest}") if as_script else page("egov_message.html", text=rest)
        case "inline":
            return _told(f"INLINE {rest}")
        case "captcha":
            return _told("CAPTCHA")
        case _:
            return _told(rest)


def _told(text: str) -> Answer:
    return Answer(text, content_type="text/plain; charset=utf-8")
