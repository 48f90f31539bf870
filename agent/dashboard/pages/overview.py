"""總覽: one sentence, one number, the one button, what waits, each set as a bar, the deadline, freshness, this week."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.dashboard.buttons import button
from agent.dashboard.desk import Desk
from agent.dashboard.failures import Failure, failure
from agent.dashboard.looks import SCHEMES, SIZES, ago
from agent.dashboard.now import Moment, this_moment
from agent.dashboard.pages.running import begin
from agent.dashboard.progress import Progress
from agent.dashboard.standing import View, look
from agent.dashboard.states import Link
from agent.schedule.age_check import run_if_due
from agent.schedule.timetable import Answer
from agent.screens.explain_screen import set_reasons
from agent.screens.verdict_screen import done
from rules import bundled
from rules.duty import Days
from rules.verdict import State
from rules.wording import hours

if TYPE_CHECKING:
    from rules.verdict import BenefitVerdict, SetVerdict, Verdict

_LOCAL = "/"


@dataclass(frozen=True, slots=True)
class Bar:
    """One set: how far it is, and the nearest thing it lacks. `choice` names the sets of which one is enough."""

    title: str
    clause: str
    state: State
    done: str
    of: str
    percent: int
    lacks: tuple[str, ...]
    choice: str


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
    return desk.page(
        "overview.html",
        "/",
        "總覽",
        view=view,
        standing=view.standing,
        button=button(view.standing),
        progress=progress,
        failure=_failure(progress, view),
        owner="" if desk.looks.hide_name else _masked(person.name),
        agency=""
        if desk.looks.hide_name
        else " ".join(each for each in (person.agency, person.unit) if each),
        bars=bars(view.verdict, view.leave) if view.verdict else (),
        waiting=_waiting(view),
        days_left=(view.leave.deadline - desk.today).days if view.leave else None,
        others=[each for each in view.verdict.benefits if each is not view.leave] if view.verdict else [],
        fresh=ago(view.read.taken_at if view.read else None, desk.now),
        moment=_moment(desk, view),
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


def _moment(desk: Desk, view: View) -> Moment:
    city = view.plan.city if view.plan else ""
    return this_moment(
        Days(view.settings.work, view.settings.calendar, bundled.suspensions(), city), desk.now
    )


def bars(verdict: Verdict, leave: BenefitVerdict | None) -> tuple[Bar, ...]:
    """Every set of the plan as a bar."""
    return tuple(_bar(verdict, leave, each) for each in verdict.sets)


def _bar(verdict: Verdict, leave: BenefitVerdict | None, each: SetVerdict) -> Bar:
    reached, asked = done(each), each.required_hours
    percent = 100 if not asked else int(min(Decimal(100), reached * 100 / asked))
    lacks = (
        set_reasons(verdict, leave, each.key, named=False) if leave and each.state is not State.MET else []
    )
    return Bar(
        each.title, each.clause, each.state, hours(reached), hours(asked), percent, tuple(lacks),
        _choice(verdict, leave, each.key),
    )  # fmt: skip


def _choice(verdict: Verdict, leave: BenefitVerdict | None, key: str) -> str:
    grants = [each for each in (leave.grants if leave else ()) if key in each.sets and len(each.sets) > 1]
    others = [verdict.set_of(one).title for one in (grants[0].sets if grants else ()) if one != key]
    return f"與「{'、'.join(others)}」任 1 套" if others else ""


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
