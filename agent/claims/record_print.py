"""The portal's pages on paper: the print made when a page was read, and what is stamped beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.clock import TAIPEI
from agent.documents.printer import Printer
from agent.home import Home
from agent.roc import roc_short
from agent.store import KeptPage
from rules.record import Origin
from scrapers.portals.elearn.signs import owner
from scrapers.printing import page_footer, page_header
from scrapers.snapshot import Snapshot


def record_print(page: KeptPage, home: Home, printer: Printer, *, test: bool) -> bytes:
    """The print made when the page was read; a page saved by hand is printed as it is, with its own day and address."""
    if page.pdf_path:
        return (home.path / page.pdf_path).read_bytes()
    header = page_header(page.taken_at.astimezone(TAIPEI), "存檔", test=test)
    return printer(_html(page, home), (header, page_footer(page.url)))


def stamps(sheets: Sequence[KeptPage], home: Home, code: str, *, test: bool) -> list[str]:
    """What stands beneath each sheet: whose page it is, the 核對碼, which sheet of how many; then what is special about it.

    `sheets` are the pages, each as often as it has sheets. The name is that of the page itself, beside the 核對碼 and as
    large: a page of somebody else is seen at a glance.
    """
    names = {page.id: owner(Snapshot(_html(page, home))).name for page in sheets}
    found = []
    for at, page in enumerate(sheets, 1):
        first = [
            f"網頁姓名 {names[page.id] or '（未顯示）'}",
            f"核對碼 {code}",
            f"附件 第 {at}／{len(sheets)} 頁",
            *(["測試"] if test else []),
        ]
        special = []
        if page.gone_since is not None:
            read, gone = (each.astimezone(TAIPEI).date() for each in (page.taken_at, page.gone_since))
            special.append(f"{roc_short(read)} 讀取（{roc_short(gone)} 起平臺不再顯示其中的紀錄）")
        if page.origin is Origin.SAVED_PAGE:
            special.append("申請人存檔的網頁")
        found.append("\n".join("　".join(each) for each in (first, special) if each))
    return found


def _html(page: KeptPage, home: Home) -> str:
    return (home.path / (page.html_path or "")).read_text("utf-8", "replace")
