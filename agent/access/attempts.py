"""The book of submissions, kept in the store: what was refused or unclear ends later runs before a browser opens."""

from __future__ import annotations

from agent import clock
from agent.store import Store
from rules.errors import ElearnError
from scrapers.credential import Credential, CredentialSource
from scrapers.errors import GatewayRefused, PersonNeeded
from scrapers.gateways.gateway import Gateway
from scrapers.mode import Mode
from scrapers.outcome import in_person


class StoredLedger:
    """The ledger of one home and mode."""

    def __init__(self, store: Store, credentials: CredentialSource, mode: Mode) -> None:
        self._store = store
        self._credentials = credentials
        self._mode = mode

    def must_be_open(self, gateway: Gateway) -> None:
        """Raise as the earlier attempt ended when it still needs a person; a submission never answered counts too."""
        block = self._store.open_block(gateway.key)
        if block is not None:
            raise blocked(gateway, block.outcome)

    def submit(self, gateway: str, credential: Credential) -> int:
        """Enter one submission, committed before it is made."""
        source = self._credentials
        key = source.fingerprint(gateway) if hasattr(source, "fingerprint") else ""
        return self._store.submit_attempt(gateway, key, self._mode.name, clock.now())

    def answer(self, attempt: int, outcome: str) -> None:
        """Enter what became of it."""
        self._store.answer_attempt(attempt, outcome, clock.now())


def blocked(gateway: Gateway, outcome: str | None) -> ElearnError:
    """The error of a run that does not start because of an earlier attempt."""
    if outcome == "refused":
        return GatewayRefused(
            f"{gateway.title}先前沒有接受儲存的密碼（可能已更換）。為避免帳號被鎖，本程式只試了 1 次，已暫停自動登入。",
            f"請執行 elearn credentials set {gateway.key} 重新輸入密碼（相同的也可以）。{gateway.help_line}",
        )
    return PersonNeeded(
        f"先前登入{gateway.title}時需要您親自處理，或送出密碼後沒有得到明確回應；為避免重複送出，已暫停自動登入。",
        in_person(gateway.key),
    )
