"""申請案: the list with each claim's state, its papers, and what became of it, by click."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.claims.calendar_file import calendar_file
from agent.claims.ledger import Paper, add_paper, days_left, use_by
from agent.dashboard.desk import Desk
from agent.dashboard.jobs import demo_folder, plan_of
from agent.dashboard.papers import open_folder, papers_in
from agent.dashboard.sending import download, file_answer
from agent.home import hold
from agent.judging import LEAVE, plans_for
from agent.plans import found as plans
from agent.roc import parse_date
from agent.screens.claim_screen import STATE_WORD, UNPRINTED_TEXT, no_glyph_text
from agent.store import Mark
from rules.errors import ConfigError
from rules.grants import leaves
from rules.wording import hours, roc_short

if TYPE_CHECKING:
    from agent.settings.config import Settings
    from agent.store import Claim
    from rules.plan import Plan

# What may be clicked from a state: the state after it, the button's words, and a question where it cannot be taken back.
STEPS = {
    "prepared": (("submitted", "我已送件"), ("withdrawn", "不申請了（撤回）")),
    "submitted": (("approved", "人事已核定"), ("rejected", "被退回"), ("withdrawn", "撤回")),
}
_HOURS = re.compile(r"\d{1,4}(\.\d{1,2})?")  # as `elearn claim mark --hours` takes them
_BRING = (
    "申請表（已簽名、已勾選聲明）",
    "平臺學習紀錄",
    "逐筆檢核表",
    "單位主管核章後送人事單位",
    "回來按「我已送件」",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim with its words and steps."""

    claim: Claim
    title: str
    word: str
    steps: tuple[tuple[str, str], ...]
    reason: str
    use_by: date | None
    days_left: int | None


def show(desk: Desk, request: Request) -> Response:
    """The list."""
    del request
    with desk.opened() as (_, settings, store):
        rows = [_row(each, settings, desk.today) for each in reversed(store.claims())]
        plan = plan_of(desk, settings)
    leave = next((each for each in plan.benefits if each.key == LEAVE), None) if plan else None
    keys = dict.fromkeys(key for grant in leave.grants for key in leaves(grant.needs)) if leave else {}
    return desk.page(
        "claims.html",
        "/claims",
        "申請案",
        rows=rows,
        years=settings.use_by_years,
        plan=plan,
        sets=[plan.set_of(key) for key in keys] if plan else [],
    )


def _row(claim: Claim, settings: Settings, today: date) -> Row:
    plan: Plan | None = None
    with suppress(ConfigError):
        plan = plans_for(settings, claim.plan, claim.prepared_on)[0]
    title = (plan.short or plan.title) if plan else claim.plan
    return Row(
        claim,
        title,
        STATE_WORD.get(claim.state, claim.state),
        STEPS.get(claim.state, ()),
        _reason(claim, plan),
        use_by(claim, settings.use_by_years),
        days_left(claim, settings.use_by_years, today),
    )


def _reason(claim: Claim, plan: Plan | None) -> str:
    """The line that the office copies into its attendance system."""
    if plan is None:
        return ""
    names = "、".join(plan.set_of(key).title for key in claim.sets)
    year = plan.covers[0].year - 1911
    short = plan.short or plan.title
    return f"{year}年度「{short}」公餘數位學習補休（{names}）{hours(claim.hours)}小時，{plan.document}"


def one(desk: Desk, request: Request) -> Response:
    """A claim with its papers in the page."""
    with desk.opened() as (_, settings, store):
        row = _row(store.claim(request.path_params["id"]), settings, desk.today)
    return _papers(desk, request, row.claim.folder, f"/claims/{row.claim.id}", row)


def demo(desk: Desk, request: Request) -> Response:
    """The demonstration's papers."""
    return _papers(desk, request, str(demo_folder(desk)), "/demo", None)


def _papers(desk: Desk, request: Request, folder: str, address: str, row: Row | None) -> Response:
    problem, found = "", None
    try:
        found = papers_in(Path(folder))
    except ConfigError as why:
        problem = f"{why.message}{why.remedy}"
    shown = found.shown if found else []
    wanted = request.query_params.get("show", "")
    chosen = next((each for each in shown if each.kind == wanted), shown[0] if shown else None)
    return desk.page(
        "claim.html",
        "/claims" if row else "",
        "申請文件" if row else "示範的申請文件",
        row=row,
        papers=found,
        chosen=chosen,
        problem=problem,
        no_glyph=no_glyph_text,
        unprinted=UNPRINTED_TEXT,
        address=address,
        bring=_BRING if row is not None else _BRING[:-1],
        link=lambda name: f"{address}/file/{quote(name)}",
    )


def file(desk: Desk, request: Request) -> Response:
    """One listed file of a claim."""
    with desk.store() as store:
        folder = store.claim(request.path_params["id"]).folder
    return file_answer(papers_in(Path(folder)), request.path_params["name"])


def demo_file(desk: Desk, request: Request) -> Response:
    """One listed file of the demonstration."""
    return file_answer(papers_in(demo_folder(desk)), request.path_params["name"])


def zipped(desk: Desk, request: Request) -> Response:
    """The claim as one file."""
    with desk.store() as store:
        claim = store.claim(request.path_params["id"])
    return download(papers_in(Path(claim.folder)).zipped(claim.id), f"{quote(claim.id)}.zip")


def days(desk: Desk, request: Request) -> Response:
    """The days to keep in mind, for the person's own calendar."""
    del request
    with desk.opened() as (home, settings, store):
        found = [each for each in plans.every(home) if each.covers[1] >= desk.today]
        data = calendar_file(store.claims(), found, settings.use_by_years, clock.now())
    return download(data, "elearn.ics")


def folder(desk: Desk, form: FormData) -> Response:
    """Show the claim's folder in the file manager."""
    claim_id = str(form.get("id", ""))
    with desk.store() as store:
        claim = store.claim(claim_id)
    open_folder(Path(claim.folder))
    return desk.go(f"/claims/{claim.id}", f"資料夾：{claim.folder}")


def mark(desk: Desk, form: FormData) -> Response:
    """What became of a claim. The same click again changes nothing and is no error."""
    claim_id, state = str(form.get("id", "")), str(form.get("state", ""))
    with desk.store() as store:
        known = store.claim(claim_id)
        if known.state == state:
            return desk.go("/claims", f"{_named(known)}已是「{STATE_WORD[state]}」。")
        what = Mark(state, _day(form, "on") or clock.today())
        if state == "approved":
            filled = _day(form, "use_from"), _day(form, "use_by")
            what = Mark(state, what.on, _hours(form), *filled)
        store.mark_claim(claim_id, what, clock.now())
    return desk.go("/claims", f"{_named(known)}已標記為「{STATE_WORD[state]}」。")


def _named(claim: Claim) -> str:
    """A claim as people tell it from others."""
    return f"{roc_short(claim.prepared_on)} 補休 {hours(claim.hours)} 小時的申請案"


def use(desk: Desk, form: FormData) -> Response:
    """The use-by days of approved leave, where the office filled them in later or they were typed wrongly."""
    claim_id = str(form.get("id", ""))
    with desk.store() as store:
        store.fill_in_use(claim_id, _day(form, "use_from"), _day(form, "use_by"))
        known = store.claim(claim_id)
    return desk.go("/claims", f"{_named(known)}的補休期限已更新。")


def add(desk: Desk, form: FormData) -> Response:
    """Leave that was claimed on paper and approved: from now on it is not offered again."""
    amount, approved = _hours(form), _day(form, "approved")
    if amount is None or approved is None:
        raise ConfigError("還沒有填核定的時數或日期。", "請回上一頁補上。")
    sets = tuple(str(each) for each in form.getlist("set"))
    paper = Paper(amount, sets, approved, _day(form, "use_from"), _day(form, "use_by"))
    with hold(desk.home), desk.opened() as (home, _, store):
        claim = add_paper(store, plans.named(home, str(form.get("plan", ""))), paper, clock.now())
    return desk.go("/claims", f"已補登 {hours(claim.hours)} 小時，不會再重複計算。")


def _day(form: FormData, name: str) -> date | None:
    """The day typed under this name, None for nothing."""
    text = str(form.get(name, "")).strip()
    try:
        return parse_date(text) if text else None
    except ValueError as why:
        raise ConfigError(str(why), "請回上一頁修改日期。") from why


def _hours(form: FormData) -> Decimal | None:
    text = str(form.get("hours", "")).strip()
    if not text:
        return None
    if not _HOURS.fullmatch(text) or not Decimal(text):
        raise ConfigError(f"「{text}」不是時數。", "請輸入數字，例如 4；全部核定時可以空白。")
    return Decimal(text)
