"""The leave form (附件3) as a page to print: A4 portrait, black and white."""

from __future__ import annotations

from agent.documents.case import ClaimCase
from agent.documents.render import render
from agent.documents.view import form_view


def form_html(case: ClaimCase) -> str:
    """「公餘時間完成數位學習補休申請表」 as complete HTML: styles inline, no script, nothing from outside."""
    return render("form.html", form=form_view(case))
