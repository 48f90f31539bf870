"""The leave form as text, worked out once: the printed form and the editable one can then never disagree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from agent.documents.case import ClaimCase
from agent.documents.columns import COLUMNS, QUESTION_COLUMNS, Column
from agent.documents.form_rows import Group, Remarks, groups, open_questions, plain
from agent.documents.provenance import rare_text, settings_text, source_text
from agent.roc import roc, roc_datetime, roc_short, weekday
from rules.verdict import CourseVerdict, OffDuty, State
from rules.wording import hours

BLANK = "＿＿"
KINDS = ("例假日", "放假日", "下班後", "午休")
STAMPS = ("申請人（簽章）", "單位主管（核章）", "人事單位（核章）")
OFFICE = (
    "核定 ＿＿＿＿ 小時　　差勤登錄 ＿＿＿＿＿＿＿＿＿＿",
    "補休期限 自 ＿＿＿ 年 ＿＿ 月 ＿＿ 日 至 ＿＿＿ 年 ＿＿ 月 ＿＿ 日",
)


@dataclass(frozen=True, slots=True)
class FormView:
    """Every string of the form, top to bottom. A line break inside a string is a line break on paper."""

    title: str
    heading: str
    check: str
    mark: str
    basis: str
    person: tuple[tuple[str, str], ...]
    applied_on: tuple[str, str]
    applied: tuple[str, str, str]
    summary: tuple[str, ...]
    boxes: tuple[str, ...]
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    totals: tuple[str, str, str, str]
    notes: tuple[str, ...]
    question_title: str
    question_columns: tuple[Column, ...]
    questions: tuple[tuple[str, ...], ...]
    declarations: tuple[str, ...]
    attachments: str
    stamps: tuple[str, ...]
    office_label: str
    office: tuple[str, ...]
    foot: tuple[str, ...]


def form_view(case: ClaimCase) -> FormView:
    """The form's text for this case: clause 陸、六 and 附件3 of the plan, figures in Arabic, days in ROC years."""
    remarks = Remarks()
    rows = groups(case, remarks)
    open_questions(case, remarks)
    none = "" if remarks.questions else "：無"
    return FormView(
        title=case.plan.form_title,
        heading=f"{case.person.agency or '＿' * 12} {case.plan.year} 年度",
        check=f"核對碼 {case.check_code}",
        mark="測試" if case.test else "",
        basis=_basis(case),
        person=(
            ("服務單位", case.person.unit),
            ("職稱", case.person.job_title),
            ("姓名", case.person.name),
            ("人員類別", case.person.category),
        ),
        applied_on=("申請日期", roc(case.prepared_on)),
        applied=(f"申請{case.rule.title}", f"{hours(case.hours)} 小時", _before(case)),
        summary=_summary(case),
        boxes=_boxes(case),
        columns=COLUMNS,
        groups=rows,
        totals=_totals(case),
        notes=tuple(f"註{at} {text}" for at, text in enumerate(remarks.notes, 1)),
        question_title=f"請人事單位認定{none}",
        question_columns=QUESTION_COLUMNS,
        questions=tuple(remarks.questions),
        declarations=_declarations(case),
        attachments=_attachments(case),
        stamps=STAMPS,
        office_label="人事單位\n填寫",
        office=OFFICE,
        foot=_foot(case),
    )


def _basis(case: ClaimCase) -> str:
    """The plan by title, date, document number and clause."""
    plan = case.plan
    issuer = "" if plan.title.startswith(plan.issuer) else plan.issuer
    return f"依據：{plan.title}（{issuer}{roc(plan.issued_on)}{plan.document}）{plan.form_clause}"


def _before(case: ClaimCase) -> str:
    """Before and now against the cap, so that the officer adds nothing up."""
    before, now, cap = (hours(each) for each in (case.claimed_before, case.hours, case.rule.cap))
    pending = f"含待認定 {hours(case.pending)} 小時" if case.pending else ""
    return f"（本年度已申請 {before}＋本次 {now}，上限 {cap}）{pending}"


def _courses(case: ClaimCase) -> list[CourseVerdict]:
    return [course for each in case.claimed_sets for course in each.courses]


def _summary(case: ClaimCase) -> tuple[str, ...]:
    """The check strip: every number as n／n, so that nobody has to count."""
    courses, sets = _courses(case), case.claimed_sets
    passed = sum(each.state is not State.MISSING for each in courses)
    certified = sum((each.certified_hours for each in sets), Decimal(0))
    required = sum((each.required_hours for each in sets), Decimal(0))
    records = [each.record for each in courses if each.record]
    starts = [each.start for each in records if each.start]
    ends = [each.end for each in records if each.end]
    first = roc_datetime(min(starts)) if starts else "－"
    last = roc_datetime(max(ends)) if ends else "－"
    off = [each for each in courses if each.off_duty is OffDuty.PASS]
    review = sum(each.state is State.REVIEW for each in courses)
    unread = f"未能判讀 {case.unread} 筆，未計入上列各數（見逐筆檢核表）"
    between = [
        each
        for each in case.makeup_days
        if starts and ends and min(starts).date() <= each <= max(ends).date()
    ]
    makeup = f"其間補行上班日：{'、'.join(f'{roc_short(each)}（{weekday(each)}）' for each in between)}"
    total = f"認證時數合計 {plain(certified)}（應達 {hours(required)}）"
    return (
        f"組裝課程 {len(sets)} 套　通過課程 {passed}／{len(courses)} 門　{total}　待認定 {review}",
        f"最早 {first}　最晚 {last}　期限 {roc_short(case.judged.deadline)}",
        f"起迄均為公餘 {len(off)}／{len(courses)}（{_kinds(off)}）",
        *((makeup,) if between else ()),
        *((unread,) if case.unread else ()),
    )


def _kinds(courses: list[CourseVerdict]) -> str:
    """How many rows of each kind of time; the four usual kinds also where there are none."""
    count = Counter(each.kind_of_time for each in courses)
    return "、".join(f"{kind} {count[kind]}" for kind in dict.fromkeys((*KINDS, *sorted(count))))


def _boxes(case: ClaimCase) -> tuple[str, ...]:
    """A box for each portion of the benefit, ticked where this claim applies for it."""
    found = []
    for rule, grant in zip(case.rule.grants, case.judged.grants, strict=True):
        ticked = set(grant.sets) & set(case.sets)
        title = rule.title or "、".join(case.plan.set_of(key).title for key in grant.sets)
        before = "（已申請）" if grant.claimed and not ticked else ""
        found.append(f"{'☑' if ticked else '☐'} {title} {hours(grant.amount)} 小時{before}")
    return tuple(found)


def _totals(case: ClaimCase) -> tuple[str, str, str, str]:
    courses = _courses(case)
    planned = sum((each.plan_hours for each in courses), Decimal(0))
    certified = sum((each.certified_hours for each in case.claimed_sets), Decimal(0))
    pending = f"（含待認定 {hours(case.pending)} 小時）" if case.pending else ""
    applied = f"申請{case.rule.title} {hours(case.hours)} 小時{pending}"
    return f"合計（{len(courses)} 門）", hours(planned), plain(certified), applied


def _declarations(case: ClaimCase) -> tuple[str, ...]:
    """What only the person can declare; never ticked by the program."""
    rule = case.rule
    return (
        *(("☐ 上列課程起迄均為公餘時間",) if rule.off_duty else ()),
        *(() if rule.unpaid_leave_counts else ("☐ 期間未留職停薪",)),
        f"☐ 未以同一課程重複申請{rule.title}",
    )


def _attachments(case: ClaimCase) -> str:
    """What lies behind the form. Records from a file have no page of the portal behind them, and the paper says so."""
    sheet = f"逐筆檢核表 {case.sheet_pages or BLANK} 頁"
    if case.imported and not case.record_pages:
        return f"{sheet}。資料來源：匯入檔案，無平臺學習紀錄頁；請申請人自平臺列印後檢附 {BLANK} 頁"
    imported = "。資料來源：部分為匯入檔案" if case.imported else ""
    older = f"（末 {case.older_pages} 頁為先前讀取，平臺現已不再顯示）" if case.older_pages else ""
    return f"平臺學習紀錄 {case.record_pages or BLANK} 頁{older}、{sheet}{imported}"


def _foot(case: ClaimCase) -> tuple[str, ...]:
    """By whom it was filled in, what it rests on, the plan's own remarks; versions and hashes stand on the sheet."""
    read = "匯入檔案" if case.imported else "平臺紀錄"
    notes = " ".join(f"{at}. {text}" for at, text in enumerate(case.plan.form_notes, 1))
    purpose = f"本表由申請人電腦依{read}預填，僅供申請；是否核給由服務機關認定。"
    ground = f"{source_text(case)}。{settings_text(case)}。"
    return (purpose + ground, *((f"附註：{notes}",) if notes else ()), *rare_text(case))
