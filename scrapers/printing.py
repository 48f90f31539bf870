"""How a portal page is put on paper: what stands in the margins, and the scale at which all columns fit."""

from __future__ import annotations

from datetime import datetime
from html import escape

from rules.wording import day_with_weekday

# A4 landscape less 10 mm at either side, in CSS pixels (96 to the inch).
PRINTABLE_WIDTH = (297 - 20) / 25.4 * 96
_SMALLEST = 0.1  # the least that Chromium accepts

_STYLE = "font-size:8px;width:100%;padding:0 10mm;display:flex;justify-content:space-between;font-family:sans-serif"


def page_header(at: datetime | None, what: str, *, test: bool) -> str:
    """When the page was printed or saved (`what`) and its title, as Chrome prints them; a page of the replica also says 「測試」.

    Chrome's own date is in American order whatever the language, and in the machine's time zone.
    """
    when = f"{day_with_weekday(at.date())}{at:%H:%M:%S} {what}" if at else ""
    mark = "<b>測試</b>" if test else ""
    return f'<div style="{_STYLE}"><span>{escape(when)}</span><span class="title"></span><span>{mark}</span></div>'


def page_footer(address: str | None = None) -> str:
    """The page's address (None: that of the page that is open) and which page of how many."""
    where = '<span class="url"></span>' if address is None else f"<span>{escape(address)}</span>"
    return (
        f'<div style="{_STYLE}">{where}'
        '<span><span class="pageNumber"></span>/<span class="totalPages"></span></span></div>'
    )


def fit_to_width(content: float) -> float:
    """The scale at which `content` CSS pixels fit the printable width; never larger than life."""
    return max(_SMALLEST, min(1.0, PRINTABLE_WIDTH / content)) if content > 0 else 1.0
