"""From a record page's HTML to records, against bare reading of the same cells and against other ways to read a table."""

from __future__ import annotations

import io
import os
import shutil

from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser

from benchmarks.line import Line, at_least, at_most
from benchmarks.measure import functions, processor_ratio
from benchmarks.pages import record_page
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.snapshot import Snapshot

ROWS = 2000
RUNS = 7
WORK = f"{ROWS:,} rows from HTML to records"


def run() -> list[Line]:
    """Against bare selectolax and for ten times the rows; against pandas, BeautifulSoup and a locator a cell."""
    html, longer, short = record_page(ROWS), record_page(10 * ROWS), record_page(200)
    ours, bare = functions([lambda: _records(html), lambda: _bare(html)], RUNS)
    many, bare_many = functions([lambda: _records(longer), lambda: _bare(longer)], 3)
    frame, soup, again = functions([lambda: _pandas(html), lambda: _soup(html), lambda: _records(html)], 3)
    growth, bare_growth = processor_ratio(many, ours) / 10, processor_ratio(bare_many, bare) / 10
    return [
        at_most(WORK, "bare selectolax text of the same cells", processor_ratio(ours, bare), 3),
        at_most(
            f"{10 * ROWS:,} rows",
            "the same; linear, as far as the machine's memory is",
            processor_ratio(many, bare_many),
            3,
            f" (a row costs {growth:.2f} ×, in bare selectolax {bare_growth:.2f} ×)",
        ),
        at_least(WORK, "pandas.read_html", processor_ratio(frame, again), 2),
        at_least(WORK, "BeautifulSoup", processor_ratio(soup, again), 10),
        _locators(short),
    ]


def _records(html: str) -> int:
    records, unread = LearningRecordPage(Snapshot(html)).rows()
    if unread:
        raise RuntimeError("the bench's own page has rows that are not understood")
    return len(records)


def _bare(html: str) -> int:
    rows = LexborHTMLParser(html).css("tr")
    return len([[cell.text() for cell in row.css("td")] for row in rows])


def _pandas(html: str) -> int:
    import pandas as pd  # noqa: PLC0415 - a yardstick, slow to import

    return len(pd.read_html(io.StringIO(html))[0])


def _soup(html: str) -> int:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a yardstick

    rows = BeautifulSoup(html, "html.parser").find_all("tr")
    return len([[cell.get_text() for cell in row.find_all("td")] for row in rows])


def _locators(html: str) -> Line:
    """One locator a cell asks the browser 2,400 times; our way asks it once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ELEARN_BROWSER") or shutil.which("chromium"),
            chromium_sandbox=os.geteuid() != 0,
        )
        page = browser.new_page()
        page.set_content(html)

        def each_cell() -> int:
            rows = page.locator("#pc_data tr")
            return len(
                [
                    rows.nth(at).locator("td").nth(cell).inner_text()
                    for at in range(1, 201)
                    for cell in range(12)
                ]
            )

        slow, ours = functions([each_cell, lambda: _records(page.content())], 2)
        browser.close()
    return at_least(
        "200 rows in the browser to records", "one locator a cell", slow.median / ours.median, 100
    )
