"""One run: log in, read every record, save, judge. The same function serves the nightly run, the click and the command."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from agent import clock
from agent.access.attempts import StoredLedger
from agent.access.displaced import forget_displaced, must_not_disturb, note_displaced
from agent.access.page_loads import PageLoads
from agent.access.person_binding import bind_person
from agent.access.sessions import Sessions
from agent.errors import NoCredential
from agent.home import Home
from agent.keeping import save
from agent.logs import RunLog
from agent.run_endings import ending
from agent.settings.config import Settings
from agent.settings.config_limits import Limits
from agent.store import Store
from agent.upkeep.evidence_files import Failure, keep_evidence
from agent.upkeep.repairing import Repair, repair
from rules.errors import ConfigError, ElearnError
from scrapers import gateways, portals
from scrapers.browser import GuardedBrowser, Page, PaperPrinter, StorageState
from scrapers.credential import Credential, CredentialSource
from scrapers.errors import Displaced, PersonNeeded
from scrapers.evidence import Documents, gather
from scrapers.gateways.gateway import Gateway
from scrapers.guard import Guard
from scrapers.log_in import LogIn
from scrapers.mode import Mode
from scrapers.page_loads import watch_loads
from scrapers.portals.portal import Portal, ReadOrder, ReadYear

Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. `years` are Gregorian; `refused_requests` were not made; `repaired` is what a killed run had left."""

    id: int
    outcome: str
    records: int = 0
    new: int = 0
    changed: int = 0
    unread: int = 0
    years: tuple[int, ...] = ()
    refused_requests: tuple[dict[str, str], ...] = ()
    repaired: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do. `tell(step, detail)` reports progress; `patience` and `pause` are seconds.

    `attended`: a person at this machine asked for it just now. Only such a run goes while their own session is left alone.
    `printer` prints the papers that follow, in the run's own browser.
    """

    home: Home
    settings: Settings
    mode: Mode
    credentials: CredentialSource
    gateway: str
    years: tuple[int, ...] = ()
    headed: bool = False
    browser: Path | None = None
    sessions: Sessions | None = None
    tell: Tell = field(default=lambda step, detail: None)
    attended: bool = False
    printer: PaperPrinter | None = None

    @property
    def limits(self) -> Limits | None:
        """What a day may ask of the hosts; None towards a replica, unless the settings state other than the defaults."""
        found = self.settings.limits
        return None if self.mode.is_replica and found == Limits() else found

    @property
    def pause(self) -> float:
        """Politeness between two pages: at least a second on the real hosts, none towards a replica."""
        return 0.0 if self.mode.is_replica else max(1.0, self.settings.pause)


def sync(store: Store, order: Order, *, command: str = "sync") -> RunReport:
    """One run, from the log-in to the saved records. The caller holds the home's lock.

    Raises the named error of whatever went wrong; the run is entered in the store either way, with its kind.
    """
    store.bind_mode(order.mode.name)
    run = store.start_run(command, clock.now())
    with RunLog(order.home, run) as log:
        log.begin(run=run, command=command, mode=order.mode.name, gateway=order.gateway, headed=order.headed)
        return _entered(store, replace(order, tell=both(log.tell, order.tell)), run, log)


def both(one: Tell, other: Tell) -> Tell:
    """Progress told twice."""

    def tell(step: str, detail: str) -> None:
        one(step, detail)
        other(step, detail)

    return tell


def _entered(store: Store, order: Order, run: int, log: RunLog) -> RunReport:
    """The run, with its ending in the book of runs and in the log, whichever it is."""
    repaired = repair(store, order.home, run, clock.now())
    for each in repaired:
        order.tell("整理上次中斷的執行", each.text)
    with ending(store, run, log):
        report = replace(_run(store, order, run, log), repaired=repaired)
    log.end("ok", 0, **counts(report), repaired=[each.key for each in repaired])
    return report


def counts(report: RunReport) -> dict[str, Any]:
    """What a run's log says of what it read."""
    return {key: getattr(report, key) for key in ("records", "new", "changed", "unread", "years")}


def _run(store: Store, order: Order, run: int, log: RunLog) -> RunReport:
    portal, gateway = portals.load(), gateways.load(order.gateway)
    limits = order.limits
    ledger = StoredLedger(store, order.credentials, order.mode, limits.log_ins_a_day if limits else None)
    ledger.must_be_open(gateway)
    if not order.attended:
        must_not_disturb(store, order.settings.limits.hours_after_displaced)
    loads = PageLoads(store, limits.page_loads_a_day if limits else None)
    loads.must_be_left()
    session = order.sessions.read() if order.sessions else None
    credential = _never_logged(log, _credential(order, gateway, session))
    guard = Guard(
        portal_hosts(portal) | gateway.hosts, {portal.host: portal.posts}, pages={portal.host: portal.pages}
    )
    order.tell("開啟瀏覽器", "")
    with contextlib.ExitStack() as stack:
        browser = stack.enter_context(_browser(order, guard, session))
        seen = Documents(browser)
        watch_loads(browser, loads.note)
        stack.enter_context(_left_alone(store))
        stack.callback(lambda: log.requests(guard.made, seen.shown, len(guard.refused)))
        stack.enter_context(_evidence(order.home, run, browser, seen, log))
        order.tell(f"登入{gateway.title}", "")
        page = LogIn(browser, portal, gateway, ledger, credential, _pause(order, loads)).run()
        store_owner(store, portal, browser, page, log)
        read = _read(store, order, portal, browser, page, loads)
        if session is not None and order.sessions is not None:
            order.sessions.write(browser.session_state())
        else:
            _log_out(browser, portal, page)
    order.tell("儲存紀錄", "")
    refused = tuple(asdict(each) for each in guard.refused)
    saved = save(
        store, order.home, run, read, {"refused_requests": list(refused), "requests_made": made(guard)}
    )
    return RunReport(
        id=run,
        outcome="ok",
        records=saved.records,
        new=saved.new,
        changed=saved.changed,
        unread=saved.unread,
        years=tuple(each.year for each in read if each.year is not None),
        refused_requests=refused,
    )


def _never_logged(log: RunLog, ask: Callable[[], Credential]) -> Callable[[], Credential]:
    """The same credential; from the moment it is known the log can hold neither part of it."""

    def found() -> Credential:
        credential = ask()
        log.hide(credential.account, credential.password)
        return credential

    return found


@contextlib.contextmanager
def _evidence(home: Home, run: int, browser: GuardedBrowser, seen: Documents, log: RunLog) -> Iterator[None]:
    """On a known error, what can be shown of the pages without anything personal, in the run's folder."""
    try:
        yield
    except ElearnError as why:
        failed = Failure(why, log.step, browser.guard, seen.browser_version)
        with contextlib.suppress(OSError, ConfigError):  # a full disk must not hide what went wrong
            why.evidence = str(keep_evidence(home, run, failed, gather(browser, seen)))
        raise


def _credential(order: Order, gateway: Gateway, session: StorageState | None) -> Callable[[], Credential]:
    """What gives the credential when a form asks for it. Without a kept session it must be there before a browser opens."""
    if session is None:
        found = order.credentials.read(gateway.key)
        return lambda: found

    def ask() -> Credential:
        try:
            return order.credentials.read(gateway.key)
        except NoCredential as why:
            raise PersonNeeded("先前親自登入的狀態已失效。", "請再執行一次 elearn login。") from why

    return ask


def portal_hosts(portal: Portal) -> frozenset[str]:
    """The hosts a portal itself needs."""
    return frozenset({portal.host})


def _browser(
    order: Order, guard: Guard, session: StorageState | None = None
) -> AbstractContextManager[GuardedBrowser]:
    return GuardedBrowser(
        order.mode,
        guard,
        clock=clock.now,
        executable=order.browser,
        headed=order.headed,
        patience=order.settings.patience,
        session=session,
        pace=order.pause,
        printer=order.printer,
    )


@contextlib.contextmanager
def _left_alone(store: Store) -> Iterator[None]:
    """A run displaced by the person's own session leaves that alone for some hours; one that went through ends them."""
    try:
        yield
    except Displaced:
        note_displaced(store, clock.now())
        raise
    forget_displaced(store)


def _pause(order: Order, loads: PageLoads) -> Callable[[Page], None]:
    def pause(page: Page) -> None:
        loads.must_be_left()
        if order.pause:
            page.wait_for_timeout(order.pause * 1000)

    return pause


def store_owner(store: Store, portal: Portal, browser: GuardedBrowser, page: Page, log: RunLog) -> None:
    """Bind the home to the person on the page at the first read; another person's page ends the run."""
    owner = portal.owner(browser.snapshot(page))
    log.hide(owner.name, owner.platform_id)
    bind_person(store, owner)


def _read(
    store: Store, order: Order, portal: Portal, browser: GuardedBrowser, page: Page, loads: PageLoads
) -> list[ReadYear]:
    """Every year of the record table; a page whose table was kept before is not printed again."""
    known = {key: kept.content_sha256 for key, kept in store.known_pages().items() if kept.pdf_path}
    step = "讀取學習紀錄"
    order.tell(step, "")
    reading = ReadOrder(
        years=order.years,
        is_kept=lambda year, number, content: known.get((year, number)) == content,
        pause=_pause(order, loads),
        tell=lambda detail: order.tell(step, detail),
    )
    return list(portal.read(browser, page, reading))


def _log_out(browser: GuardedBrowser, portal: Portal, page: Page) -> None:
    """An ordinary run leaves no session behind; what was read stays read if logging out fails."""
    try:
        browser.go(page, portal.log_out)
    except ElearnError:
        return


def made(guard: Guard) -> list[dict[str, Any]]:
    """Which addresses were visited, without their queries, and how often: for the person to see."""
    return [
        {"method": method, "host": host, "path": path, "count": count}
        for (method, host, path), count in guard.made.items()
    ]
