"""A claim judged again: its kept pages read, its records judged with our own plan and calendar, and the answers compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from agent import __version__
from agent.claims.choosing import Choice, choose
from agent.claims.complete import incomplete
from agent.claims.kept_pages import KeptPages, from_files, pages_agree
from agent.claims.own import Own
from agent.claims.printed import agency_of, papers_agree
from agent.documents.case import ClaimCase
from agent.judging import LEAVE
from agent.records_file import RecordsFile, read_json
from agent.settings.as_json import read_settings_json
from agent.verdict_json import verdict_json
from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.errors import ConfigError
from rules.person import Person
from rules.plan import Plan
from rules.verdict import Verdict
from rules.wording import hours, year_word


@dataclass(slots=True)
class Findings:
    """What does not hold together, what to know besides, and the titles of the sets applied for."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sets: tuple[str, ...] = ()


def judge_again(
    files: Mapping[str, bytes],
    listed: Sequence[tuple[str, str, str]],
    stated: Mapping[str, Any],
    code: str,
    own: Own,
    found: Findings,
) -> None:
    """Fills `found`. Raises ValueError, TypeError, KeyError, AttributeError or ElearnError for contents that are not a claim's."""
    by_kind: dict[str, list[str]] = {}
    for kind, name, _ in listed:
        by_kind.setdefault(kind, []).append(name)
    for kind in ("records", "judged_with", "verdict"):
        if len(by_kind.get(kind, [])) != 1:
            found.problems.append(f"缺少 {kind} 檔，無法重新判斷")
            return
    records_name, settings_name, verdict_name = (
        by_kind[each][0] for each in ("records", "judged_with", "verdict")
    )
    found.problems += incomplete(by_kind)
    claim = table(stated.get("claim"))
    records = read_json(files[records_name].decode(), records_name)
    pages = KeptPages(files, by_kind.get("html", ()), by_kind.get("older_html", ()))
    shown = pages_agree(pages, records, table(stated.get("applicant")), found.problems)
    plan = _plan(claim, own, found)
    if plan is None:
        return
    judged_with = json.loads(files[settings_name])
    included = [str(each) for each in judged_with.pop("include_review", [])]
    about = _circumstances(judged_with, settings_name, records)
    again = judge(records.records, plan, own.calendar, date.fromisoformat(str(claim.get("on"))), about)
    choice = _choice(again, claim, included, found)
    found.sets = tuple(again.set_of(key).title for key in choice.sets)
    on_pages = frozenset(shown)
    shown |= from_files(files[records_name], stated.get("origin"))
    courses = [course for each in choice.sets for course in again.set_of(each).courses]
    rows = [each.record for each in courses if each.record is not None]
    unseen = [each.title for each in rows if each not in shown]
    if unseen:
        found.problems.append(f"申請所依據的紀錄不在存檔的網頁上：{'、'.join(unseen[:3])}")
    _compare(verdict_json(again), table(json.loads(files[verdict_name])), stated, plan, found)
    applicant = table(stated.get("applicant"))
    person = replace(
        about.work.person_on(again.on, about.person),
        name=str(applicant.get("name") or ""),
        unit=str(applicant.get("unit") or ""),
    )
    case, agency = _case(again, plan, person, choice, code), agency_of(stated.get("form"))
    papers, notes = papers_agree(files, by_kind, case, agency, [each for each in rows if each in on_pages])
    made_by = table(stated.get("versions")).get("program")
    if papers and made_by != __version__:
        papers.append(f"不同的原因可能是：程式不是同一版（申請時 {made_by}，這裡 {__version__}）")
    found.problems += papers
    found.notes += [*notes, *([agency.note] if agency else [])]
    if str(claim.get("hours")) != hours(choice.hours):
        found.problems.append(f"申請 {claim.get('hours')} 小時，重新判斷為 {hours(choice.hours)} 小時")


def _case(again: Verdict, plan: Plan, person: Person, choice: Choice, code: str) -> ClaimCase:
    """What the papers must show: all that follows from the verdict and the person; the rest is left blank."""
    benefit = again.benefit(LEAVE)
    return ClaimCase(
        claim_id="",
        plan=plan.for_category(person.category),
        verdict=again,
        person=person,
        benefit=LEAVE,
        sets=choice.sets,
        hours=choice.hours,
        claimed_before=benefit.claimed if benefit else Decimal(0),
        review_included=bool(choice.review_sets),
        prepared_on=again.on,
        taken_at=None,
        check_code=code,
        rows_read=0,
        total_stated=None,
        unread=0,
        origin="",
        test=False,
        calendar_text="",
        work_hours_text="",
        program_version="",
    )


def table(value: object) -> Mapping[str, Any]:
    """The value where it is a table, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def _plan(claim: Mapping[str, Any], own: Own, found: Findings) -> Plan | None:
    key = str(claim.get("plan"))
    plan = own.plan(key)
    if plan is None:
        found.problems.append(f"計畫「{key}」不是本程式內建的計畫，這台電腦也沒有這個計畫檔，無法重新判斷")
    elif key not in bundled.plan_keys():
        found.notes.append(f"計畫「{key}」不是內建計畫，依這台電腦的計畫檔判斷")
    return plan


def _circumstances(judged_with: Any, name: str, records: RecordsFile) -> Circumstances:  # noqa: ANN401 - what the file held
    claimed = judged_with.pop("claimed", {})
    settings = read_settings_json(judged_with, name)
    return Circumstances(
        settings.person,
        settings.work,
        bundled.suspensions(),
        {key: Claimed(_amount(each["amount"]), frozenset(each["sets"])) for key, each in claimed.items()},
        records.unread,
        settings.aliases,
    )


def _amount(text: object) -> Decimal:
    """Hours claimed before; a number that only a forger writes is refused before it is written out in full."""
    found = Decimal(str(text))
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or not -6 <= exponent <= 4 or not 0 <= found <= 10_000:
        raise ValueError(f"先前申請的時數「{str(text)[:20]}」不合理")
    return found


def _choice(again: Verdict, claim: Mapping[str, Any], included: Sequence[str], found: Findings) -> Choice:
    """What would be applied for now, with the same sets under review included where they still are."""
    try:
        choice = choose(again, included)
    except ConfigError:
        found.problems.append(f"列入的課程套（{'、'.join(included)}）重新判斷後不是待認定")
        choice = choose(again)
    if claim.get("sets") != list(choice.sets) or list(claim.get("include_review", [])) != list(
        choice.review_sets
    ):
        found.problems.append("申請的課程套數與重新判斷的不同")
    if str(claim.get("review_hours", "0")) != hours(choice.review_hours):
        found.problems.append(
            f"含待認定 {claim.get('review_hours', '0')} 小時，重新判斷為 {hours(choice.review_hours)} 小時"
        )
    return choice


def _compare(
    again: dict[str, Any],
    kept: Mapping[str, Any],
    stated: Mapping[str, Any],
    plan: Plan,
    found: Findings,
) -> None:
    """The verdict as kept against the verdict as judged now; where they differ, what was judged with may be the cause."""
    causes = _causes(again, kept, stated, plan)
    if {**again, "calendar": None} != {**kept, "calendar": None}:
        found.problems.append("重新判斷的結果與申請文件所載不同" + _difference(again, kept))
        found.problems += [f"不同的原因可能是：{each}" for each in causes]
    else:
        found.notes += causes


def _year(stated: str) -> str:
    """A year as people count it; what a file states besides is named as it stands."""
    return year_word(int(stated)) if re.fullmatch(r"[0-9]{4}", stated) else f"「{stated[:20]}」"


def _causes(
    again: Mapping[str, Any], kept: Mapping[str, Any], stated: Mapping[str, Any], plan: Plan
) -> list[str]:
    found = []
    before, now = table(kept.get("calendar")), table(again.get("calendar"))
    for year in sorted({*before, *now}):
        if before.get(year) != now.get(year):
            found.append(
                f"{_year(year)}的辦公日曆表不是同一版（申請時依「{before.get(year, '無')}」，這裡依「{now.get(year, '無')}」）"
            )
    version = table(table(stated.get("versions")).get("plan")).get("sha256")
    if version and plan.sha256 and version != plan.sha256:
        found.append(
            f"計畫「{plan.key}」的資料不是同一版（申請時 {str(version)[:8]}，這裡 {plan.sha256[:8]}）"
        )
    return found


def _difference(again: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """Which sets differ, for whoever must ask about them."""
    if not isinstance(kept.get("sets"), list):
        return ""
    before = {each.get("key"): each for each in kept["sets"] if isinstance(each, Mapping)}
    differ = [each["title"] for each in again["sets"] if before.get(each["key"]) != each]
    return f"：{'、'.join(differ)}" if differ else ""
