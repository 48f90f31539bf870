"""The pieces of work the page starts: the one click and its parts, each the same functions that the commands call."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from agent import mode
from agent.access.logging_in import Turn, log_in_by_hand
from agent.access.sessions import Sessions
from agent.claims.claiming import Request, prepare
from agent.claims.news import is_news
from agent.commands.frame import choose_gateway
from agent.dashboard.desk import Desk
from agent.dashboard.progress import Ended
from agent.dashboard.standing import acted, plan_shown
from agent.dashboard.work import RUN_STEPS, Tell
from agent.errors import Locked
from agent.home import Home, hold
from agent.judging import LEAVE, judge_stored
from agent.syncing import Order, sync
from agent.upkeep.backups import make_backup
from rules.plan import Plan
from scrapers import gateways
from scrapers.browser import PaperPrinter, refuse_root

if TYPE_CHECKING:
    from agent.settings.config import Settings
    from agent.store import Store

STEPS = {
    "claim": RUN_STEPS,
    "update": RUN_STEPS,
    "offline": RUN_STEPS[3:],
    "review": RUN_STEPS[3:],
    "demo": RUN_STEPS,
    "login": ("請在開啟的視窗親自登入",),
    "password": ("請在另外開啟的視窗輸入密碼",),
    "program": ("用複製的資料試用新版", "切換"),
}
_WAIT = 0.3  # seconds between two looks at another run's lock


@contextlib.contextmanager
def held(desk: Desk, tell: Tell) -> Iterator[tuple[Home, Settings, Store]]:
    """The home under its lock; while another run has it, this one waits, and can be stopped."""
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(hold(desk.home))
                break
            except Locked:
                tell.wait()
                time.sleep(_WAIT)
        yield stack.enter_context(desk.opened())


def claim(desk: Desk, tell: Tell) -> Ended:
    """The one click: a fresh read, the verdict, the papers. Nothing is submitted."""
    return _run(desk, tell, fresh=True, only_news=False)


def update(desk: Desk, tell: Tell) -> Ended:
    """A fresh read and the verdict; papers only where something new became claimable."""
    return _run(desk, tell, fresh=True, only_news=True)


def offline(desk: Desk, tell: Tell) -> Ended:
    """The papers from the records that are kept."""
    return _run(desk, tell, fresh=False, only_news=False)


def review(desk: Desk, tell: Tell, include: tuple[str, ...]) -> Ended:
    """The papers with the sets under review that the person ticked, and no other."""
    return _run(desk, tell, fresh=False, only_news=False, include=include)


def _run(
    desk: Desk, tell: Tell, *, fresh: bool, only_news: bool, include: tuple[str, ...] | None = None
) -> Ended:
    with (
        held(desk, tell) as (home, settings, store),
        PaperPrinter(mode.browser_path()) as printer,
    ):
        if fresh:
            tell("開啟瀏覽器", "")
            sync_now(desk, home, settings, store, tell, printer)
        tell("比對計畫與公餘時間", "")
        plan = plan_of(desk, settings)
        if plan is None:
            return _ended_without_papers("紀錄已更新。尚無今天的計畫資料。", only_news=only_news)
        verdict = judge_stored(store, settings, plan, desk.today)
        leave = verdict.benefit(LEAVE)
        if leave is None or not (leave.claimable or include):
            return _ended_without_papers("紀錄已更新。", only_news=only_news)
        if only_news and not is_news(store, verdict):
            return Ended(said="紀錄已更新，可申請的補休與已準備的文件相同。")
        tell("製作文件", "")
        request = Request(plan, verdict, desk.today, include_review=include)
        prepared = prepare(store, home, settings, request, printer)
    return Ended(claim=prepared.claim.id, folder=prepared.claim.folder, next=f"/claims/{prepared.claim.id}")


def _ended_without_papers(said: str, *, only_news: bool) -> Ended:
    """Nothing to prepare: no failure where only an update was asked for."""
    return Ended(said=said) if only_news else Ended(3, "nothing", said=said)


def sync_now(
    desk: Desk,
    home: Home,
    settings: Settings,
    store: Store,
    tell: Tell,
    printer: PaperPrinter,
) -> None:
    """The run itself, and the backup after it where it brought something."""
    refuse_root(desk.world)
    keyring = desk.keyring
    sessions = Sessions(home, keyring)
    gateway = choose_gateway(settings, lambda key: keyring.account(key) is not None, session=sessions.is_kept)
    order = Order(
        home,
        settings,
        desk.world,
        keyring,
        gateway,
        browser=mode.browser_path(),
        sessions=sessions,
        tell=tell,
        attended=True,
        printer=printer,
    )
    report = sync(store, order, command="claim")
    acted(store)
    if report.new or report.changed:
        make_backup(home)


def plan_of(desk: Desk, settings: Settings) -> Plan | None:
    """The plan the page shows."""
    return plan_shown(desk, desk.home, settings)[0]


def login(desk: Desk, tell: Tell) -> Ended:
    """The person's own turn in a visible browser; the program types and clicks nothing."""
    refuse_root(desk.world)
    with held(desk, tell) as (home, settings, store):
        chosen = gateways.load(settings.gateway or gateways.names()[0])
        order = Order(
            home, settings, desk.world, desk.keyring, chosen.key, browser=mode.browser_path(), tell=tell
        )
        log_in_by_hand(store, Turn(order, Sessions(home, desk.keyring)))
        acted(store)
    return Ended(said="已登入。登入狀態已加密保存，之後更新會直接使用。")


def demo(desk: Desk, tell: Tell) -> Ended:
    """The whole job with the bundled test records, in a home that is thrown away; the papers go to the page's own folder."""
    from agent.demonstrating import demonstrate  # noqa: PLC0415 - the replica is needed here alone

    folder = demo_folder(desk)
    shown = demonstrate(folder, tell)
    return Ended(kind="demo", claim=shown.prepared.claim.id, folder=str(folder), next="/demo")


def demo_folder(desk: Desk) -> Path:
    """Where the demonstration's papers lie: a folder of this start alone."""
    folder = Path(tempfile.gettempdir()) / f"elearn-demo-{desk.door.host.partition('.')[0]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


JOBS = {"claim": claim, "update": update, "offline": offline, "demo": demo, "login": login}
