"""A page of the portal on paper, as Chrome prints it: A4 landscape, fitted so that nothing is cut off at the right."""

from __future__ import annotations

from scrapers.browser.launching import Page
from scrapers.printing import fit_to_width


def print_portal_page(page: Page, header: str, footer: str) -> bytes:
    """The open page as PDF, with these in the margins."""
    page.emulate_media(media="print")
    scale = fit_to_width(page.evaluate("() => document.documentElement.scrollWidth"))
    pdf = page.pdf(
        format="A4",
        landscape=True,
        scale=scale,
        print_background=True,
        display_header_footer=True,
        header_template=header,
        footer_template=footer,
        margin={"top": "16mm", "bottom": "14mm", "left": "10mm", "right": "10mm"},
    )
    page.emulate_media(media="null")
    return pdf
