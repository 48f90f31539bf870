"""給單位主管: one paragraph on what the head of the unit is asked to stamp. It goes before nobody else, and into no file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.documents.case import ClaimCase
from agent.documents.form_rows import plain
from agent.documents.render import render
from agent.roc import roc_short, roc_weekday
from rules.verdict import OffDuty, State
from rules.wording import hours

TITLE = "給單位主管"


@dataclass(frozen=True, slots=True)
class SupervisorView:
    """Every string of the slip, top to bottom."""

    title: str
    check: str
    mark: str
    who: str
    paragraph: str
    doubt: str
    asked: str


def supervisor_view(case: ClaimCase) -> SupervisorView:
    """Who applies for how much, for what, and what is open; read in ten seconds."""
    courses = [course for each in case.claimed_sets for course in each.courses]
    records = [each.record for each in courses if each.record]
    days = sorted(at.date() for each in records for at in (each.start, each.end) if at)
    when = roc_weekday(days[0]) if days else "－"
    if days and days[-1] != days[0]:
        when += f" 至 {roc_weekday(days[-1])}"
    person = " ".join(each for each in (case.person.unit, case.person.job_title, case.person.name) if each)
    certified = plain(sum((each.certified_hours for each in case.claimed_sets), Decimal(0)))
    off = sum(each.off_duty is OffDuty.PASS for each in courses)
    review = sum(each.state is State.REVIEW for each in courses)
    sets = "、".join(each.title for each in case.claimed_sets)
    return SupervisorView(
        title=TITLE,
        check=f"核對碼 {case.check_code}",
        mark="測試" if case.test else "",
        who=person or "＿" * 6,
        paragraph=(
            f"申請{case.rule.title} {hours(case.hours)} 小時：依「{case.plan.title}」（{case.plan.document}），"
            f"完成{sets}（{len(courses)} 門，認證 {certified} 小時）。學習期間 {when}，期限 {roc_short(case.judged.deadline)}；"
            f"起迄均為公餘時間 {off}／{len(courses)} 門。"
        ),
        doubt=(
            f"其中 {hours(case.pending)} 小時（{review} 門）待人事單位認定，問題列在申請表的「請人事單位認定」。"
            if case.pending
            else "沒有待人事單位認定的課程。"
        ),
        asked="請在申請表的「單位主管（核章）」欄核章，交申請人送人事單位。逐筆核對與是否核給由人事單位認定。",
    )


def supervisor_html(case: ClaimCase) -> str:
    """The slip as complete HTML: styles inline, no script, nothing from outside."""
    return render("supervisor.html", slip=supervisor_view(case))
