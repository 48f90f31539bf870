"""Preparing a claim: from a verdict to a folder of papers and evidence. Nothing here submits anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent import __version__, clock
from agent.claims.files import ClaimFile, code_of, manifest, write_folder
from agent.clock import TAIPEI
from agent.documents.bind import bind, page_count
from agent.documents.case import ClaimCase
from agent.documents.form import form_html
from agent.documents.form_odt import form_odt
from agent.documents.sheet import sheet_html
from agent.errors import NothingToDo
from agent.home import Home
from agent.judging import LEAVE, circumstances
from agent.records_file import RecordsFile, write_json
from agent.settings.as_json import settings_json
from agent.settings.config import Settings
from agent.store import Claim, KeptPage, Store
from agent.verdict_json import verdict_json
from rules.plan import Plan
from rules.record import LearningRecord
from rules.verdict import BenefitVerdict, Verdict
from rules.wording import clock as clock_text
from rules.wording import hours

Printer = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claim as prepared, and the files in its folder."""

    claim: Claim
    files: tuple[ClaimFile, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the verdict to claim under, and where the folder goes (None: the home's `claims/`)."""

    plan: Plan
    verdict: Verdict
    on: date
    out: Path | None = None


def prepare(store: Store, home: Home, settings: Settings, request: Request, printer: Printer) -> Prepared:
    """The claim of what is claimable now, as a folder. Works out every file first, then writes all or none.

    Raises NothingToDo when nothing is claimable.
    """
    benefit = _claimable(request.verdict)
    sets = chosen_sets(benefit)
    claim_id = store.open_claim_id(request.plan.key)
    records = store.records()
    counted = _counted(request.verdict, sets)
    pages = _pages(store, counted)
    evidence = _evidence(store, settings, request, records, pages, home)
    files = [
        *evidence,
        *_papers(store, settings, request, benefit, sets, claim_id, evidence, pages, home, printer),
    ]
    about = _about(store, settings, request, benefit, sets, claim_id)
    files.append(manifest(files, about))
    folder = request.out or home.claims / claim_id
    write_folder(folder, files)
    claim = Claim(
        id=claim_id,
        plan=request.plan.key,
        hours=benefit.claimable,
        state="prepared",
        prepared_on=request.on,
        folder=str(folder.resolve()),
        sets=sets,
        check_code=code_of(files),
    )
    store.put_prepared(claim, clock.now())
    return Prepared(claim, tuple(files))


def is_news(store: Store, verdict: Verdict) -> bool:
    """Whether more, or something else, is claimable than the plan's prepared claim already asks for."""
    benefit = verdict.benefit(LEAVE)
    if benefit is None or not benefit.claimable:
        return False
    prepared = next(
        (each for each in store.claims() if each.plan == verdict.plan and each.state == "prepared"), None
    )
    return (
        prepared is None
        or set(prepared.sets) != set(chosen_sets(benefit))
        or prepared.hours != benefit.claimable
    )


def _claimable(verdict: Verdict) -> BenefitVerdict:
    benefit = verdict.benefit(LEAVE)
    if benefit is not None and benefit.claimable:
        return benefit
    nearest = verdict.next[0].text if verdict.next else ""
    pending = benefit.pending_review if benefit else Decimal(0)
    waiting = f"另有 {hours(pending)} 小時待人事單位認定。" if pending else ""
    raise NothingToDo(
        f"目前沒有可申請的補休。{waiting}", nearest or "請執行 elearn check 查看每一套課程的情形。"
    )


def chosen_sets(benefit: BenefitVerdict) -> tuple[str, ...]:
    """The sets a claim applies for: those that bring each claimable portion about, up to what may be claimed."""
    left, chosen = benefit.claimable, []
    for grant in benefit.grants:
        if grant.state == "met" and not grant.claimed and left > 0:
            chosen += list(grant.met_by)
            left -= grant.amount
    return tuple(dict.fromkeys(chosen))


def _counted(verdict: Verdict, sets: Sequence[str]) -> list[LearningRecord]:
    return [course.record for key in sets for course in verdict.set_of(key).courses if course.record]


def _pages(store: Store, counted: Sequence[LearningRecord]) -> list[KeptPage]:
    """The kept pages of the years that the counted rows stand in."""
    return store.pages_for(counted)


def _evidence(
    store: Store,
    settings: Settings,
    request: Request,
    records: Sequence[LearningRecord],
    pages: Sequence[KeptPage],
    home: Home,
) -> list[ClaimFile]:
    """The kept pages as they came, all records, the settings judged with, and the verdict."""
    read = store.newest_read()
    found = [
        ClaimFile(f"pages/{_page_name(page)}.html", "html", (home.path / page.html_path).read_bytes())
        for page in pages
        if page.html_path
    ]
    stated = RecordsFile(
        source=read.source if read else "",
        taken_at=read.taken_at if read else None,
        total_stated=read.total_stated if read else None,
        records=tuple(records),
        unread=tuple(store.unread()),
    )
    about = circumstances(store, settings, request.plan)
    judged_with = {
        **settings_json(about.person, about.work, about.aliases),
        "claimed": {
            key: {"amount": hours(each.amount), "sets": sorted(each.sets)}
            for key, each in about.claimed.items()
        },
    }
    return [
        *found,
        ClaimFile("records.json", "records", write_json(stated).encode()),
        ClaimFile("judged_with.json", "judged_with", _json(judged_with)),
        ClaimFile("verdict.json", "verdict", _json(verdict_json(request.verdict))),
    ]


def _page_name(page: KeptPage) -> str:
    return f"{page.year or 'page'}-{page.number}"


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _papers(
    store: Store,
    settings: Settings,
    request: Request,
    benefit: BenefitVerdict,
    sets: tuple[str, ...],
    claim_id: str,
    evidence: Sequence[ClaimFile],
    pages: Sequence[KeptPage],
    home: Home,
    printer: Printer,
) -> list[ClaimFile]:
    """Record page, sheet and form; the form last, since it states how many pages the others have."""
    prints = [_record_print(page, home, printer) for page in pages]
    record_page = bind(prints, "平臺學習紀錄") if prints else None
    case = _case(store, settings, request, benefit, sets, claim_id, code_of(evidence))
    case = replace(case, record_pages=page_count(record_page) if record_page else 0)
    sheet = printer(sheet_html(case))
    case = replace(case, sheet_pages=page_count(sheet))
    form = printer(form_html(case))
    parts = [part for part in (form, record_page, sheet) if part is not None]
    found = [
        ClaimFile("1-補休申請表.pdf", "form", form),
        ClaimFile("1-補休申請表.odt", "form_odt", form_odt(case)),
        ClaimFile("3-逐筆檢核表.pdf", "sheet", sheet),
        ClaimFile("全部列印.pdf", "print_all", bind(parts, request.plan.form_title)),
    ]
    if record_page is not None:
        found.insert(2, ClaimFile("2-平臺學習紀錄.pdf", "record_page", record_page))
    return found


def _record_print(page: KeptPage, home: Home, printer: Printer) -> bytes:
    """The print made when the page was read; a page saved by hand is printed as it is."""
    if page.pdf_path:
        return (home.path / page.pdf_path).read_bytes()
    return printer((home.path / (page.html_path or "")).read_text("utf-8"))


def _case(
    store: Store,
    settings: Settings,
    request: Request,
    benefit: BenefitVerdict,
    sets: tuple[str, ...],
    claim_id: str,
    code: str,
) -> ClaimCase:
    read = store.newest_read()
    records = store.records()
    about = circumstances(store, settings, request.plan)
    timetable = "、".join(f"{clock_text(start)}–{clock_text(end)}" for start, end in about.work.hours)
    return ClaimCase(
        claim_id=claim_id,
        plan=request.plan.for_category(settings.person.category),
        verdict=request.verdict,
        person=settings.person,
        benefit=LEAVE,
        sets=sets,
        hours=benefit.claimable,
        claimed_before=benefit.claimed,
        prepared_on=request.on,
        taken_at=read.taken_at.astimezone(TAIPEI) if read else None,
        check_code=code,
        rows_read=len(records) + len(store.unread()),
        total_stated=read.total_stated if read else None,
        unread=len(store.unread()),
        origin=origin_of(_counted(request.verdict, sets)),
        test=store.holds_test_records(),
        calendar_text="；".join(request.verdict.calendar.values()),
        work_hours_text=timetable,
        program_version=__version__,
        agency_file=settings.agency.label if settings.agency else None,
        record_pages=0,
        sheet_pages=0,
    )


def origin_of(records: Sequence[LearningRecord]) -> str:
    """Where the counted rows were read; `mixed` where they come from several places."""
    origins = {str(each.origin) for each in records}
    return origins.pop() if len(origins) == 1 else "mixed"


def _about(
    store: Store,
    settings: Settings,
    request: Request,
    benefit: BenefitVerdict,
    sets: tuple[str, ...],
    claim_id: str,
) -> dict[str, Any]:
    read = store.newest_read()
    return {
        "claim": {
            "id": claim_id,
            "plan": request.plan.key,
            "on": request.on.isoformat(),
            "hours": hours(benefit.claimable),
            "sets": list(sets),
        },
        "taken_at": read.taken_at.astimezone(TAIPEI).isoformat() if read else None,
        "origin": origin_of(_counted(request.verdict, sets)),
        "test": store.holds_test_records(),
        "versions": {
            "program": __version__,
            "plan": {"key": request.plan.key, "source": request.plan.source, "sha256": request.plan.sha256},
            "calendar": request.verdict.calendar,
            "agency_file": _agency(settings),
        },
    }


def _agency(settings: Settings) -> dict[str, str] | None:
    """The personnel office's file that decided the settings, for the manifest."""
    if settings.agency is None:
        return None
    return {
        "name": settings.agency.name,
        "issued_on": settings.agency.issued_on.isoformat(),
        "sha256": settings.agency.sha256,
    }
