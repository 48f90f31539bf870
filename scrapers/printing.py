"""How a portal page is put on paper: what Chrome prints in the margins, and the scale at which all columns fit."""

from __future__ import annotations

# A4 landscape less 10 mm at either side, in CSS pixels (96 to the inch).
PRINTABLE_WIDTH = (297 - 20) / 25.4 * 96
_SMALLEST = 0.1  # the least that Chromium accepts

_STYLE = "font-size:8px;width:100%;padding:0 10mm;display:flex;justify-content:space-between;font-family:sans-serif"
PAGE_FOOTER = (
    f'<div style="{_STYLE}"><span class="url"></span>'
    '<span><span class="pageNumber"></span>/<span class="totalPages"></span></span></div>'
)


def page_header(*, test: bool) -> str:
    """Date and title as Chrome prints them; a page of the replica also says 「測試」, in the margin."""
    mark = "<b>測試</b>" if test else ""
    return f'<div style="{_STYLE}"><span class="date"></span><span class="title"></span><span>{mark}</span></div>'


def fit_to_width(content: float) -> float:
    """The scale at which `content` CSS pixels fit the printable width; never larger than life."""
    return max(_SMALLEST, min(1.0, PRINTABLE_WIDTH / content)) if content > 0 else 1.0
