"""After a run and in the morning: what is new is entered in the ledger, and told once, between 07:30 and 21:00 in Taipei."""

from __future__ import annotations

import contextlib
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from agent import clock, mode
from agent.access.credentials import Keyring
from agent.home import Home, write_private
from agent.notices.deciding import decide
from agent.notices.situation import gather, looked_at
from agent.notices.wording import Detail, compose
from agent.settings.in_force import settings_of
from agent.store import Notice, Store
from rules.errors import ElearnError

FROM, TO = time(7, 30), time(21)  # Taipei; a toast at half past two is never seen, or frightens
_TOO_LATE = timedelta(days=3)
_FAILED = "notices_failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What was done: notices entered and told now, those that wait, and the services that could not be reached."""

    entered: int = 0
    told: int = 0
    waiting: int = 0
    failed: tuple[str, ...] = ()


def after_run(home: Home, *, error: ElearnError | None = None, now: datetime | None = None) -> Report:
    """What a run that has just ended gives to tell. `error` is what ended it, also where it never came to be entered.

    Never raises: what goes wrong here is written to `runs/notices.log`, and the run ends as it ended.
    """
    return _look(home, error.kind if error is not None else "", now or clock.now())


@contextlib.contextmanager
def told(home: Home) -> Iterator[None]:
    """Around a run: however it ends, what there is to tell is told, and it ends so."""
    try:
        yield
    except ElearnError as why:
        after_run(home, error=why)
        raise
    after_run(home)


def due(home: Home, now: datetime | None = None) -> Report:
    """What waits since the night, a deadline that has come near, and silence. For the scheduler, every morning; never raises."""
    return _look(home, "", now or clock.now())


def _look(home: Home, error: str, now: datetime) -> Report:
    try:
        if not home.database.exists():
            return Report()
        with Store.open(home.database) as store:
            store.bind_mode(mode.mode().name)
            return _tell(home, store, error, now.astimezone(clock.TAIPEI))
    except Exception:  # a notice that cannot be given must not turn a good run into a failed one
        _log(home)
        return Report()


def _tell(home: Home, store: Store, error: str, now: datetime) -> Report:
    settings = settings_of(home)
    seen = gather(store, settings, now.date(), error=error)
    entered = store.enter_notices(decide(seen, now))
    looked_at(store)
    waiting = _fresh(store, now)
    if not waiting or not FROM <= now.time() < TO:
        return Report(entered, waiting=len(waiting))
    world = mode.mode()
    message = compose(waiting, Detail(settings.notices.detail), now.date(), test=world.is_replica)
    from agent.notices.delivering import deliver  # noqa: PLC0415 - Apprise is slow to load

    done = deliver(message, Keyring(world).notice_addresses(), desktop=settings.notices.desktop)
    if done.failed:
        failure = {"at": now.isoformat(), "services": list(done.failed)}
        store.set_meta(_FAILED, json.dumps(failure, ensure_ascii=False))
    if not done.reached:
        return Report(entered, waiting=len(waiting), failed=done.failed)
    store.close_notices([each.key for each in waiting], "told", now)
    return Report(entered, told=len(waiting), failed=done.failed)


def _fresh(store: Store, now: datetime) -> list[Notice]:
    """What nobody was told of yet; what could not be told for three days is no news any more."""
    untold = store.untold_notices()
    stale = [each.key for each in untold if now - each.found_at > _TOO_LATE]
    if stale:
        store.close_notices(stale, "expired", now)
    return [each for each in untold if each.key not in stale]


def last_failure(store: Store) -> tuple[datetime, tuple[str, ...]] | None:
    """When a service could last not be reached, and which; None where that never happened."""
    kept = store.get_meta(_FAILED)
    if kept is None:
        return None
    found = json.loads(kept)
    return datetime.fromisoformat(found["at"]), tuple(found["services"])


def _log(home: Home) -> None:
    try:
        write_private(home.runs / "notices.log", traceback.format_exc().encode())
    except OSError:
        return
