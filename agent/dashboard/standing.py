"""How things stand: everything the first page shows, gathered from the store, the judge and the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from agent import clock
from agent.access.attempts import StoredLedger
from agent.access.person_binding import name_differs
from agent.access.sessions import Sessions
from agent.clock import TAIPEI
from agent.dashboard.claimable import with_claims, with_verdict
from agent.dashboard.denied import still_open
from agent.dashboard.desk import Desk
from agent.dashboard.looks import ago
from agent.dashboard.progress import Progress
from agent.dashboard.states import Blocked, Standing
from agent.errors import NoCredential
from agent.judging import LEAVE, judge_stored, plans_for
from agent.plans import found as plans
from agent.schedule.planned import next_planned
from agent.schedule.presence import is_running
from agent.stopping import Stopped
from scrapers import gateways
from scrapers.installed import find_browser
from scrapers.policies import automation_forbidden

if TYPE_CHECKING:
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Claim, ReadInfo, Run, Store
    from rules.plan import Plan
    from rules.verdict import BenefitVerdict, Verdict

ACTED = (
    "dashboard_acted_at"  # when a person last did something about a failed run, in the store's single values
)
_READ = "dashboard_read_run"  # the failed run of which the person has said 知道了
_LIVE = ("sync", "claim")
_COOL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class View:
    """All of it. `plans` are those that may be shown, `plan` the one that is; both verdict and plan may be lacking."""

    standing: Standing
    plans: tuple[Plan, ...]
    plan: Plan | None
    verdict: Verdict | None
    leave: BenefitVerdict | None
    settings: Settings
    read: ReadInfo | None
    runs: tuple[Run, ...]
    claims: tuple[Claim, ...]
    unread: int
    questions: int  # titles that are nearly a course's, about which nobody has said yes or no
    name_differs: bool  # the portal shows another name than the settings have
    failed: Run | None  # the last run, where it failed and nobody has read or mended that
    progress: Progress | None  # the work, looked at once: all that the page says of it is of one moment

    @property
    def nearest(self) -> str:
        """What is nearest to be claimed, in one sentence."""
        return self.verdict.next[0].text if self.verdict and self.verdict.next else ""

    @property
    def read_on(self) -> date | None:
        """The day of the newest records."""
        return self.standing.read_on

    @property
    def is_stale(self) -> bool:
        """Whether the newest records are older than two days."""
        return self.read is not None and clock.now() - self.read.taken_at > timedelta(days=2)


def look(desk: Desk) -> View:
    """How things stand now. The work is looked at first: where it ends meanwhile, the page still shows it, and then follows it."""
    progress = desk.worker.progress
    with desk.opened() as (home, settings, store):
        plan, known = plan_shown(desk, home, settings)
        verdict = judge_stored(store, settings, plan, desk.today) if plan else None
        read, runs, claims = store.newest_read(), tuple(store.runs(50)), tuple(store.claims())
        found = Standing(
            is_set_up=True,
            has_plan=plan is not None,
            year=desk.today.year - 1911,
            next_run=_next(home, desk.now),
            read_on=read.taken_at.astimezone(TAIPEI).date() if read else None,
        )
        found = _ready(found, desk, home, store, settings)
        found = _trouble(found, runs, store)
        if verdict is not None and plan is not None:
            found = with_claims(with_verdict(found, verdict, desk.today), store, verdict, claims)
        found = at_work(found, progress)
        leave = verdict.benefit(LEAVE) if verdict else None
        unread = len(store.unread())
        asked = len(still_open(store, verdict.questions)) if verdict else 0
        other = name_differs(store, settings.person.name)
        failed = _failed(runs, store)
        if failed is not None and store.get_meta(_READ) == str(failed.id):
            failed = None
    return View(
        found,
        known,
        plan,
        verdict,
        leave,
        settings,
        read,
        runs,
        claims,
        unread,
        asked,
        other,
        failed,
        progress,
    )


def _next(home: Home, now: datetime) -> str:
    """When the next nightly run is planned, where an agent runs; "" where none does."""
    planned = next_planned(home) if is_running(home) else None
    return ago(planned, now) if planned else ""


def plan_shown(desk: Desk, home: Home, settings: Settings) -> tuple[Plan | None, tuple[Plan, ...]]:
    """The plan to show, and all there are: the one chosen on the page while it is there, else the settings' or the day's."""
    known = plans.every(home)
    chosen = next((each for each in known if each.key == desk.looks.plan), None)
    if chosen is None:
        chosen = next(iter(plans_for(settings, None, desk.today)), None)
    return chosen, known


def _ready(found: Standing, desk: Desk, home: Home, store: Store, settings: Settings) -> Standing:
    """Whether a run could be made at all."""
    blocked: Blocked | None = None
    session = Sessions(home, desk.keyring).is_kept
    try:
        stored = [key for key in gateways.names() if desk.keyring.account(key) is not None]
    except NoCredential:
        stored = []
    wanted = [settings.gateway] if settings.gateway else stored
    if not session and not any(key in stored for key in wanted):
        blocked = Blocked.NO_CREDENTIAL
    if automation_forbidden() is not None or not (find_browser() or _named_browser()):
        blocked = Blocked.NO_BROWSER
    is_set_up = bool(stored or session or found.read_on or home.config.exists())
    ledger = StoredLedger(store, desk.keyring, desk.world)
    stopped = next((why for key in stored if (why := ledger.stopped(gateways.load(key)))), None)
    trouble = stopped.code if stopped is not None else 0
    return replace(found, blocked=blocked, is_set_up=is_set_up, trouble=trouble)


def _named_browser() -> bool:
    from agent import mode  # noqa: PLC0415 - its own error is the page's to show

    return mode.browser_path() is not None


def _trouble(found: Standing, runs: tuple[Run, ...], store: Store) -> Standing:
    """How the last run ended, where nobody has done anything about it since."""
    last = _failed(runs, store)
    if found.trouble or last is None or last.finished_at is None:
        return found
    if last.exit_code == 10:
        return found  # the book of attempts says better whether it still holds
    again = (last.finished_at + _COOL).astimezone(TAIPEI)
    wait = f"{again:%H:%M}" if again > clock.now() else ""
    return replace(found, trouble=last.exit_code or 0, retry_from=wait)


def _failed(runs: Sequence[Run], store: Store) -> Run | None:
    """The last run, where it failed and nobody has done anything about it since."""
    last = next((each for each in runs if each.command in _LIVE and each.finished_at is not None), None)
    if last is None or last.finished_at is None or not last.exit_code or last.outcome == Stopped.kind:
        return None
    acted = store.get_meta(ACTED)
    return None if acted and datetime.fromisoformat(acted) >= last.finished_at else last


def set_aside(store: Store) -> None:
    """The person has read how the last run failed: it is not said at length again."""
    failed = _failed(store.runs(50), store)
    if failed is not None:
        store.set_meta(_READ, str(failed.id))


def acted(store: Store) -> None:
    """A person did something about it: an earlier failure blocks nothing any more."""
    store.set_meta(ACTED, clock.now().isoformat())


def at_work(found: Standing, progress: Progress | None) -> Standing:
    """The same standing, with the work that goes on."""
    if progress is None or progress.ended is not None:
        return found
    now = progress.now
    text = " ".join(each for each in (now.name, now.detail) if each) if now else ""
    return replace(
        found,
        step=max(1, progress.place),
        steps=len(progress.steps),
        step_text=text,
        waiting=progress.waiting,
        is_stopping=progress.stopping,
    )


def nearest_of(desk: Desk) -> tuple[date | None, str]:
    """The day of the records and what is nearest to be claimed, for an error's sentences; nothing where it cannot be had."""
    view = look(desk)
    return view.read_on, view.nearest
