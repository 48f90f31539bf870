"""逐筆檢核表 as a page to print: A4 landscape, every row of the portal with its verdict, reason and clause."""

from __future__ import annotations

from agent.documents.case import ClaimCase
from agent.documents.render import render
from agent.documents.sheet_view import sheet_view


def sheet_html(case: ClaimCase) -> str:
    """The sheet as complete HTML: styles inline, no script, nothing from outside."""
    return render("sheet.html", sheet=sheet_view(case))
