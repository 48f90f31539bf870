"""總覽: one sentence, one number, the one button, what waits, each set as a bar, the deadline, freshness, this week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.claims.ledger import days_left, use_by
from agent.dashboard.bars import bars, still_lacks
from agent.dashboard.buttons import UPDATE, button
from agent.dashboard.desk import Desk
from agent.dashboard.failures import Failure, failure
from agent.dashboard.looks import SCHEMES, SIZES, ago
from agent.dashboard.now import this_moment
from agent.dashboard.pages.running import begin
from agent.dashboard.progress import Progress
from agent.dashboard.recent import recent
from agent.dashboard.standing import View, look
from agent.dashboard.states import Link
from agent.dashboard.uploads import uploads
from agent.dashboard.week import ROW, TOP, newest_week, week
from agent.dashboard.weekend import last_weekend, weekend_words
from agent.schedule.age_check import run_if_due
from agent.schedule.timetable import Answer
from rules import bundled
from rules.duty import Days
from rules.wording import hours

if TYPE_CHECKING:
    from rules.verdict import BenefitVerdict

_LOCAL = "/"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the person: one sentence and one way on."""

    text: str
    way: Link


def show(desk: Desk, request: Request) -> Response:
    """The first page."""
    del request
    view = look(desk)
    if desk.just_opened:
        desk.just_opened = False
        if _run_if_due(desk, view):
            view = look(desk)
    progress = desk.worker.progress
    person = view.settings.person
    days = _days(view)
    with desk.store() as store:
        records, lately = store.records(), recent(store.changes())
    rows = view.verdict.rows if view.verdict else ()
    monday = newest_week(rows, desk.today)
    return desk.page(
        "overview.html",
        "/",
        "總覽",
        view=view,
        standing=view.standing,
        button=button(view.standing),
        progress=progress,
        patience=int(view.settings.patience),
        failure=_failure(progress, view),
        owner="" if desk.looks.hide_name else _masked(person.name),
        agency=""
        if desk.looks.hide_name
        else " ".join(each for each in (person.agency, person.unit) if each),
        bars=bars(view.verdict, view.leave) if view.verdict else (),
        waiting=_waiting(view),
        days_left=(view.leave.deadline - desk.today).days if view.leave else None,
        weekend=_weekend(view, days, desk.today),
        others=_others(view),
        to_take=_to_take(view, desk.today),
        uploads=uploads(records, desk.today),
        lately=lately,
        can_update=_can_update(view, progress),
        days=week(monday, days, rows),
        monday=monday,
        row=ROW,
        top=TOP,
        fresh=ago(view.read.taken_at if view.read else None, desk.now),
        moment=this_moment(days, desk.now),
        is_first=not view.standing.is_set_up,
    )


def _run_if_due(desk: Desk, view: View) -> bool:
    """As the page is opened: an update where the last one is too old and nothing else may start one (schedule, age check)."""
    s = view.standing
    if desk.on is not None or s.blocked or s.trouble or view.read is None or desk.worker.is_busy:
        return False
    with desk.opened() as (home, settings, store):
        found = run_if_due(home, store, settings, lambda: _update(desk), clock.now())
    return found.answer is Answer.RUN


def _update(desk: Desk) -> None:
    begin(desk, "update")


def _failure(progress: Progress | None, view: View) -> Failure | None:
    if progress is None or progress.ended is None or progress.ended.code == 0:
        return None
    return failure(progress.ended, read_on=view.read_on, nearest=view.nearest)


def _masked(name: str) -> str:
    """A name for the screen: the first character, circles for the rest."""
    return name[:1] + "○" * (len(name) - 1)


def _days(view: View) -> Days:
    city = view.plan.city if view.plan else ""
    return Days(view.settings.work, view.settings.calendar, bundled.suspensions(), city)


def _weekend(view: View, days: Days, today: date) -> str:
    """The last weekend for what is still missing, in words."""
    if view.leave is None or view.verdict is None or not view.verdict.next:
        return ""
    saturday = last_weekend(days, today, view.leave.deadline)
    return weekend_words(saturday) if saturday else ""


def _others(view: View) -> list[tuple[BenefitVerdict, str]]:
    """The benefits besides leave, each with what it lacks."""
    if view.verdict is None:
        return []
    return [
        (each, still_lacks(view.verdict, each)) for each in view.verdict.benefits if each is not view.leave
    ]


def _to_take(view: View, today: date) -> list[tuple[str, date, int]]:
    """Approved leave that can still be taken: hours, the last day, and how many days are left."""
    years = view.settings.use_by_years
    found = [(each, use_by(each, years), days_left(each, years, today)) for each in view.claims]
    return [
        (hours(claim.counted_hours), last, left)
        for claim, last, left in found
        if last is not None and left is not None and left >= 0
    ]


def _can_update(view: View, progress: Progress | None) -> bool:
    """Whether a fresh read is offered beside the one button: where nothing speaks against it, and the button is not it."""
    s = view.standing
    if not s.is_set_up or s.blocked or s.trouble or (progress is not None and progress.ended is None):
        return False
    shown = button(s)
    return UPDATE not in (shown.main, *shown.links)


def _waiting(view: View) -> list[Waiting]:
    """At most three things, the nearest to a claim first."""
    found: list[Waiting] = []
    s = view.standing
    if view.name_differs:
        text = "設定的姓名與平臺頁面上的不同，請先確認是否為您本人的紀錄"
        found.append(Waiting(text, Link("修改姓名", "/setup?step=4")))
    if view.questions:
        text = f"{view.questions} 門課的名稱與計畫所列寫法相近，是不是同一門課？"
        found.append(Waiting(text, Link("確認", "/titles")))
    if s.pending_sets:
        found.append(Waiting(f"{s.pending_sets} 套待人事單位認定", Link("查看", "/why")))
    if s.prepared:
        found.append(Waiting("申請文件已準備好，尚未送出", Link("開啟", f"/claims/{s.prepared}")))
    if s.submitted:
        found.append(Waiting(f"{hours(s.submitted)} 小時等待核定", Link("標記結果", "/claims")))
    return found[:3]


def looks(desk: Desk, form: FormData) -> Response:
    """How the page should look from now on, and which plan it shows."""
    given = {name: str(form[name]) for name in ("size", "scheme", "hide_name", "plan") if name in form}
    changes: dict[str, object] = {}
    if given.get("size") in SIZES:
        changes["size"] = given["size"]
    if given.get("scheme") in SCHEMES:
        changes["scheme"] = given["scheme"]
    if "hide_name" in given:
        changes["hide_name"] = given["hide_name"] == "1"
    if "plan" in given:
        changes["plan"] = given["plan"]
    desk.keep_looks(**changes)
    then = str(form.get("then", _LOCAL))
    return desk.go(then if then.startswith("/") and not then.startswith("//") else _LOCAL)
