"""Preparing a claim: from a verdict to a folder of papers and evidence. Nothing here submits anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent import __version__, clock
from agent.claims.choosing import Choice, choose, chosen_sets, open_to_choice
from agent.claims.evidence import evidence
from agent.claims.files import UNPRINTED, ClaimFile, code_of, manifest, write_folder, zip_of
from agent.claims.news import kept_choice
from agent.claims.papers import case_of, counted, origin_of, papers
from agent.claims.printed import form_entry
from agent.clock import TAIPEI
from agent.documents.case import ClaimCase
from agent.documents.form import form_html
from agent.documents.glyphs import rare_in, unprintable
from agent.documents.printer import Printer
from agent.documents.sheet import sheet_html
from agent.errors import NothingToDo
from agent.forms.fields import subject
from agent.forms.own_form import OwnForm, own_form
from agent.home import Home
from agent.judging import LEAVE
from agent.settings.config import Settings
from agent.store import Claim, Store
from rules.plan import Plan
from rules.verdict import Verdict
from rules.wording import hours

__all__ = ["Prepared", "Printer", "Request", "chosen_sets", "origin_of", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claim as prepared, and the files in its folder. `subject` is the reason to type into the attendance system.

    `unprintable` are characters of the papers that no font of this computer has.
    """

    claim: Claim
    files: tuple[ClaimFile, ...]
    subject: str = ""
    unprintable: tuple[str, ...] = ()

    @property
    def is_form_printed(self) -> bool:
        """Whether the papers in one begin with the form: the agency's own can only be printed where LibreOffice is."""
        return not any(UNPRINTED in each.path for each in self.files)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the verdict to claim under, and where the folder goes (None: the home's `claims/`).

    `include_review` are the sets under review that the person wants in, never any by itself. None, where nobody was asked:
    what was chosen for the plan's prepared claim stands as far as it is still under review.
    """

    plan: Plan
    verdict: Verdict
    on: date
    out: Path | None = None
    include_review: Sequence[str] | None = None


def prepare(store: Store, home: Home, settings: Settings, request: Request, printer: Printer) -> Prepared:
    """The claim of what is claimable now, as a folder. Works out every file first, then writes all or none.

    Raises NothingToDo when nothing is claimable, ConfigError for a set to include that is not under review.
    """
    include = (
        kept_choice(store, request.verdict) if request.include_review is None else request.include_review
    )
    choice = choose(request.verdict, include)
    if not choice.hours:
        raise _nothing(request.verdict)
    own = own_form(home, settings.agency, request.plan.key)
    pages = store.pages_for(counted(request.verdict, choice.sets))
    files = evidence(store, home, settings, request.plan, request.verdict, pages, choice.review_sets)
    claim = _claim(store, home, request, choice, code_of(files))
    case = case_of(store, settings, request.plan, request.verdict, choice, claim)
    case = replace(case, unprintable=unprintable(rare_in(form_html(case) + sheet_html(case)), printer))
    files += papers(case, pages, home, printer, own)
    files.append(manifest(files, _about(store, settings, request, choice, case, own)))
    files.append(zip_of(files, claim.id))
    write_folder(Path(claim.folder), files)
    store.put_prepared(claim, clock.now())
    return Prepared(claim, tuple(files), subject(case), case.unprintable)


def _claim(store: Store, home: Home, request: Request, choice: Choice, code: str) -> Claim:
    claim_id = store.open_claim_id(request.plan.key)
    spent, spent_sets = store.claimed_sets(request.plan.key)
    return Claim(
        id=claim_id,
        plan=request.plan.key,
        hours=choice.hours,
        state="prepared",
        prepared_on=request.on,
        folder=str((request.out or home.claims / claim_id).resolve()),
        sets=choice.sets,
        check_code=code,
        review_sets=choice.review_sets,
        review_hours=choice.review_hours,
        before_hours=spent,
        before_sets=tuple(sorted(spent_sets)),
    )


def _nothing(verdict: Verdict) -> NothingToDo:
    benefit = verdict.benefit(LEAVE)
    nearest = verdict.next[0].text if verdict.next else ""
    pending = benefit.pending_review if benefit else Decimal(0)
    waiting = f"另有 {hours(pending)} 小時待人事單位認定。" if pending else ""
    could = "、".join(open_to_choice(verdict))
    choice = f"要列入待認定的課程套請加 --include-review（{could}）。" if could else ""
    return NothingToDo(
        f"目前沒有可申請的補休。{waiting}", choice or nearest or "請執行 elearn check 查看每一套課程的情形。"
    )


def _about(
    store: Store, settings: Settings, request: Request, choice: Choice, case: ClaimCase, own: OwnForm | None
) -> dict[str, Any]:
    read, plan = store.newest_read(), request.plan
    person = settings.work.person_on(request.on, settings.person)
    return {
        "claim": {
            "id": case.claim_id,
            "plan": plan.key,
            "on": request.on.isoformat(),
            "hours": hours(choice.hours),
            "sets": list(choice.sets),
            "include_review": list(choice.review_sets),
            "review_hours": hours(choice.review_hours),
        },
        "applicant": {"name": person.name, "unit": person.unit},
        "taken_at": read.taken_at.astimezone(TAIPEI).isoformat() if read else None,
        "origin": origin_of(counted(request.verdict, choice.sets)),
        "test": store.holds_test_records(),
        **({"form": form_entry(own.name, own.form.used)} if own else {}),
        **({"unprintable": list(case.unprintable)} if case.unprintable else {}),
        "versions": {
            "program": __version__,
            "plan": {"key": plan.key, "source": plan.source, "sha256": plan.sha256},
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
