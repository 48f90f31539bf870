"""The papers of a claim: form, record page and sheet, and all of them in counter order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from agent import __version__
from agent.access.person_binding import name_differs
from agent.claims.choosing import Choice
from agent.claims.files import UNPRINTED, ClaimFile
from agent.claims.record_print import record_print, stamps
from agent.clock import TAIPEI
from agent.documents.bind import bind, page_count
from agent.documents.case import ClaimCase
from agent.documents.form import form_html
from agent.documents.form_odt import form_odt
from agent.documents.printer import Printer
from agent.documents.sheet import sheet_html
from agent.documents.stamp import stamped
from agent.documents.supervisor import TITLE, supervisor_html
from agent.forms.converting import as_pdf, find_office
from agent.forms.own_form import OwnForm, filled
from agent.home import Home
from agent.judging import LEAVE, circumstances
from agent.settings.config import Settings
from agent.store import Claim, KeptPage, Store
from rules.plan import Plan
from rules.record import LearningRecord
from rules.verdict import Verdict
from rules.wording import clock as clock_text

_FORM, _RECORD_PAGE, _SHEET, _ALL = "1-補休申請表", "2-平臺學習紀錄", "3-逐筆檢核表", "全部列印"


def papers(
    case: ClaimCase, pages: Sequence[KeptPage], home: Home, printer: Printer, own: OwnForm | None = None
) -> list[ClaimFile]:
    """Record page, sheet and form; the form last, since it states how many pages the others have.

    `own` is the agency's form, filled in instead of ours. Where no LibreOffice can print it, ours is printed beside it, and
    the papers in one do not hold a form.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        return _papers(case, pages, home, printer, own, beside)


def _papers(
    case: ClaimCase,
    pages: Sequence[KeptPage],
    home: Home,
    printer: Printer,
    own: OwnForm | None,
    beside: ThreadPoolExecutor,
) -> list[ClaimFile]:
    """Papers are put together `beside`, while the browser prints the next one."""
    prints = [record_print(page, home, printer, test=case.test) for page in pages]
    record_page = beside.submit(bind, prints, "平臺學習紀錄") if prints else None
    sheets = [page for page, each in zip(pages, prints, strict=True) for _ in range(page_count(each))]
    older = sum(each.gone_since is not None for each in sheets)
    case = replace(case, record_pages=len(sheets), older_pages=older)
    sheet = printer(sheet_html(case))
    case = replace(case, sheet_pages=page_count(sheet))
    found, form = _form(case, own, printer)
    parts = [(case.plan.form_title, form)] if form is not None else []
    if record_page is not None:
        kept = record_page.result()
        marked = stamped(kept, stamps(sheets, home, case.check_code, test=case.test), printer)
        found.append(ClaimFile(f"{_RECORD_PAGE}.pdf", "record_page", kept))
        parts.append(("平臺學習紀錄", marked))
    parts.append(("逐筆檢核表", sheet))
    bound = beside.submit(
        bind, [each for _, each in parts], case.plan.form_title, [name for name, _ in parts]
    )
    found += [ClaimFile(f"{_SHEET}.pdf", "sheet", sheet), _slip(case, printer)]
    return [*found, ClaimFile(f"{_ALL}.pdf", "print_all", bound.result())]


def _slip(case: ClaimCase, printer: Printer) -> ClaimFile:
    """What the head of the unit stamps, in ten seconds; not among the papers in one, which go to the personnel office."""
    return ClaimFile(f"{TITLE}.pdf", "supervisor", printer(supervisor_html(case)))


def _form(case: ClaimCase, own: OwnForm | None, printer: Printer) -> tuple[list[ClaimFile], bytes | None]:
    """The form's files, and the form as it goes before the other papers (None: it could not be printed)."""
    if own is None:
        form = printer(form_html(case))
        ours = [
            ClaimFile(f"{_FORM}.pdf", "form", form),
            ClaimFile(f"{_FORM}.odt", "form_odt", form_odt(case)),
        ]
        return ours, form
    document = filled(own, case)
    files = [ClaimFile(f"{_FORM}.{own.form.kind}", f"form_{own.form.kind}", document)]
    office = find_office()
    printed = as_pdf(document, own.form.kind, office) if office else None
    if printed is None:
        return [ClaimFile(f"{_FORM}{UNPRINTED}.pdf", "form", printer(form_html(case))), *files], None
    bound = printed
    if "核對碼" not in own.form.used:
        pages = page_count(printed)
        bound = stamped(
            printed, [f"核對碼 {case.check_code}　第 {at}／{pages} 頁" for at in range(1, pages + 1)], printer
        )
    return [ClaimFile(f"{_FORM}.pdf", "form", printed), *files], bound


def case_of(
    store: Store, settings: Settings, plan: Plan, verdict: Verdict, choice: Choice, claim: Claim
) -> ClaimCase:
    """All that the papers print. The page counts are still 0."""
    read, records, unread = store.newest_read(), store.records(), len(store.unread())
    taken_on = read.taken_at.astimezone(TAIPEI).date() if read else claim.prepared_on
    work = circumstances(store, settings, plan).work
    person = work.person_on(claim.prepared_on, settings.person)  # as judged: a period may state another job
    benefit = verdict.benefit(LEAVE)
    return ClaimCase(
        claim_id=claim.id,
        plan=plan.for_category(person.category),
        verdict=verdict,
        person=person,
        benefit=LEAVE,
        sets=choice.sets,
        hours=choice.hours,
        claimed_before=benefit.claimed if benefit else choice.hours * 0,
        review_included=bool(choice.review_sets),
        prepared_on=claim.prepared_on,
        taken_at=read.taken_at.astimezone(TAIPEI) if read else None,
        check_code=claim.check_code,
        rows_read=len(records) + unread,
        total_stated=read.total_stated if read else None,
        unread=unread,
        rows_gone=sum(each.gone_since is not None and each.gone_since <= taken_on for each in records),
        origin=origin_of(counted(verdict, choice.sets)),
        test=store.holds_test_records(),
        calendar_text="；".join(verdict.calendar.values()),
        work_hours_text="、".join(
            f"{clock_text(start)}–{clock_text(end)}" for start, end in work.on(claim.prepared_on).hours
        ),
        program_version=__version__,
        agency_file=settings.agency.label if settings.agency else None,
        name_differs=name_differs(store, person.name),
        makeup_days=tuple(
            sorted(day for year in settings.calendar.years.values() for day in year.makeup_workdays)
        ),
    )


def counted(verdict: Verdict, sets: Sequence[str]) -> list[LearningRecord]:
    """The records that these sets rest on."""
    return [course.record for key in sets for course in verdict.set_of(key).courses if course.record]


def origin_of(records: Sequence[LearningRecord]) -> str:
    """Where the counted rows were read; `mixed` where they come from several places."""
    origins = {str(each.origin) for each in records}
    return origins.pop() if len(origins) == 1 else "mixed"
