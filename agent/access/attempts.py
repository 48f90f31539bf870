"""The book of submissions, kept in the store: what was refused or unclear ends later runs before a browser opens.

Each submission is entered before it is made and answered afterwards; one never answered (power cut, kill) needs a person as
well. The stored password is known by its keyed fingerprint: another password is another matter, the same one in another
home is the same matter.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, time

from agent import clock
from agent.access.shared_book import SharedBook
from agent.errors import NoCredential
from agent.store import Attempt, Store
from rules.errors import ConfigError, ElearnError
from scrapers import gateways
from scrapers.credential import Credential, CredentialSource
from scrapers.errors import GatewayRefused, PersonNeeded
from scrapers.gateways.gateway import Gateway
from scrapers.mode import Mode
from scrapers.outcome import in_person


class StoredLedger:
    """The ledger of one home and mode. `most` is how many submissions a day may see, None for no cap.

    A credential source without fingerprints (the demo's, a test's) shares nothing with other homes.
    """

    def __init__(
        self,
        store: Store,
        credentials: CredentialSource,
        mode: Mode,
        most: int | None = None,
        book: SharedBook | None = None,
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._mode = mode
        self._most = most
        self._book = book or SharedBook(mode)
        self._keys: dict[int, tuple[str, str]] = {}

    def must_be_open(self, gateway: Gateway) -> None:
        """Raise as the earlier attempt ended when it still needs a person, here or in another home; Locked while another
        home submits this very password, ConfigError where the day's submissions are used up.
        """
        key = self._key(gateway.key)
        why = self.stopped(gateway, key)
        if why is not None:
            if why.kind == "person_needed" and key:
                self._must_not_be_under_way(key)
            raise why
        self._must_be_left(gateway)

    def stopped(self, gateway: Gateway, key: str | None = None) -> ElearnError | None:
        """What stops this gateway's stored password, None where nothing does. `key` is its fingerprint, looked up without."""
        found = self._key(gateway.key) if key is None else key
        block = self._store.open_block(gateway.key)
        if block is not None and block.is_of(found):
            return blocked(gateway, block.outcome)
        held = self._book.find(found) if found else None
        return blocked(gateway, held.outcome) if held is not None else None

    def submit(self, gateway: str, credential: Credential) -> int:
        """Enter one submission, committed before it is made. Raises as `must_be_open` does: things may have changed."""
        found, key = gateways.load(gateway), self._key(gateway)
        if key:
            self._book.take()
        try:
            if key and (held := self._book.find(key)) is not None:
                raise blocked(found, held.outcome)
            self._must_be_left(found)
            wish = Attempt(0, gateway, clock.now(), None, key)
            made = self._store.reserve_attempt(wish, self._mode.name, _day())
            if made.attempt is None:
                raise blocked(found, made.block.outcome if made.block else None)
            if key:
                self._book.enter(key, gateway, None, clock.now())
        except BaseException:
            self._book.release()
            raise
        self._keys[made.attempt] = (key, gateway)
        return made.attempt

    def answer(self, attempt: int, outcome: str) -> None:
        """Enter what became of it: in the home last, so that a home never knows of an answer which the book still waits for."""
        key, gateway = self._keys.pop(attempt, ("", ""))
        with contextlib.ExitStack() as then:
            then.callback(self._book.release)
            then.callback(self._store.answer_attempt, attempt, outcome, clock.now())
            if key:
                self._book.enter(key, gateway, outcome, clock.now())

    def _key(self, gateway: str) -> str:
        """The fingerprint of the stored password, "" where it cannot be told: without one nothing will be submitted either."""
        source = self._credentials
        with contextlib.suppress(NoCredential):
            return str(source.fingerprint(gateway)) if hasattr(source, "fingerprint") else ""
        return ""

    def _must_not_be_under_way(self, key: str) -> None:
        """Not answered, perhaps, because it was sent just now: then its process lives and has the turn (Locked)."""
        held = self._book.find(key)
        if held is not None and held.outcome is None:
            self._book.take()
            self._book.release()

    def _must_be_left(self, gateway: Gateway) -> None:
        if self._most is not None and self._store.attempts_since(gateway.key, _day()) >= self._most:
            raise ConfigError(
                f"今天已向{gateway.title}登入 {self._most} 次，達到設定的每日上限；這次沒有送出任何資料。",
                "明天會自動恢復；確有需要時，可調高 config.toml 的 [limits] log_ins_a_day。",
            )


def person_acted(store: Store, mode: Mode, gateway: str, by: str) -> None:
    """A person entered the password anew (`credentials`) or logged in (`login`): nothing is stopped any more."""
    store.clear_attempts(gateway, by, clock.now())
    SharedBook(mode).forget(gateway)


def _day() -> datetime:
    """When today began in Taipei."""
    return datetime.combine(clock.today(), time(), clock.TAIPEI)


def blocked(gateway: Gateway, outcome: str | None) -> ElearnError:
    """The error of a run that does not start because of an earlier attempt."""
    if outcome == "refused":
        return GatewayRefused(
            f"{gateway.title}沒有接受目前儲存的密碼（可能已更換）。為避免帳號被鎖，本程式只試了 1 次，已暫停自動登入。",
            f"請執行 elearn credentials set {gateway.key} 重新輸入密碼（相同的也可以）。{gateway.help_line}",
        )
    if outcome is None:
        return PersonNeeded(
            f"上次送出密碼後程式就中斷了，不知道{gateway.title}的回應；為避免重複送出，已暫停自動登入。",
            in_person(gateway.key),
        )
    return PersonNeeded(
        f"先前登入{gateway.title}時需要您親自處理，或送出密碼後沒有得到明確回應；為避免重複送出，已暫停自動登入。",
        in_person(gateway.key),
    )
