"""總覽: one sentence, one number, the one button, what waits, each set as a bar, the deadline, freshness, this week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.dashboard.bars import bars
from agent.dashboard.buttons import UPDATE, button
from agent.dashboard.dates import dates
from agent.dashboard.desk import Desk
from agent.dashboard.failures import Failure, again, failure
from agent.dashboard.looks import SCHEMES, SIZES, ago
from agent.dashboard.now import this_moment
from agent.dashboard.pages.running import begin
from agent.dashboard.plainly import plainly
from agent.dashboard.progress import Ended, Progress
from agent.dashboard.recent import recent
from agent.dashboard.standing import View, look
from agent.dashboard.states import Link
from agent.dashboard.week import Picture, newest_week, week
from agent.schedule.age_check import run_if_due
from agent.schedule.timetable import Answer
from rules import bundled
from rules.duty import Days
from rules.wording import hours

if TYPE_CHECKING:
    from rules.person import Person

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
    with desk.store() as store:
        records, lately = store.records(), recent(store.changes())
    progress, days = view.progress, _days(view)
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
        bars=bars(view.verdict, view.leave) if view.verdict else (),
        waiting=_waiting(view),
        dates=dates(view, days, records, desk.today),
        lately=lately,
        can_update=_can_update(view, progress),
        fresh=ago(view.read.taken_at if view.read else None, desk.now),
        moment=this_moment(days, desk.now),
        is_first=not view.standing.is_set_up,
        owner=_owner(desk, view.settings.person),
        picture=_picture(view, days, desk.today),
    )


def _owner(desk: Desk, person: Person) -> str:
    """Whose page it is, masked; nothing where the person wants no name on the screen."""
    if desk.looks.hide_name:
        return ""
    agency = " ".join(each for each in (person.agency, person.unit) if each)
    return "　".join(each for each in (_masked(person.name), agency) if each)


def _picture(view: View, days: Days, today: date) -> Picture:
    """The week of the newest session."""
    rows = view.verdict.rows if view.verdict else ()
    monday = newest_week(rows, today)
    return Picture(monday, week(monday, days, rows))


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
    """What went wrong with the work of this page, or with the last run while no page was open."""
    if progress is not None:
        ended = progress.ended
    elif view.failed is not None:
        last = view.failed
        message = str(last.report.get("message", ""))
        ended = Ended(last.exit_code or 0, last.outcome or "", message)
    else:
        ended = None
    if ended is None or ended.code == 0:
        return None
    kind = progress.kind if progress is not None else "update"
    found = failure(ended, read_on=view.read_on, nearest=view.nearest, once_more=again(kind))
    if kind == "program" and ended.code == 2:  # the file of a new version, not the settings
        kept = "目前的版本與資料都沒有變動。"
        return replace(found, means=kept, todo=plainly(ended.remedy) or "請洽協助您的人。", way=again(kind))
    return found


def _masked(name: str) -> str:
    """A name for the screen: the first character, circles for the rest."""
    return name[:1] + "○" * (len(name) - 1)


def _days(view: View) -> Days:
    city = view.plan.city if view.plan else ""
    return Days(view.settings.work, view.settings.calendar, bundled.suspensions(), city)


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
    if view.leave and view.leave.pending_review and not view.settings.person.category:
        text = "還沒有設定人員類別，所以是否適用這個計畫列為待認定"
        found.append(Waiting(text, Link("設定", "/setup?step=4")))
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
