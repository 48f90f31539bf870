"""The books beside the records: notices, submissions of a password, claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from agent.store import claim_ledger, ledgers, notices
from agent.store.bound import Bound
from agent.store.values import Attempt, Claim, Mark, Notice, Reservation


class Books(Bound):
    """What was told, what was sent and what was claimed; every method is one transaction."""

    # -- notices -----------------------------------------------------------------------------------------------------

    def enter_notices(self, found: Iterable[Notice]) -> int:
        """Enter what is worth telling and was not entered before; how many that is."""
        with self._writing.begin() as connection:
            return notices.enter(connection, found)

    def untold_notices(self) -> list[Notice]:
        """What nobody was told of yet."""
        with self._engine.connect() as connection:
            return notices.untold(connection)

    def notices(self) -> list[Notice]:
        """The whole ledger of notices."""
        with self._engine.connect() as connection:
            return notices.every(connection)

    def close_notices(self, keys: Sequence[str], outcome: str, at: datetime) -> None:
        """Enter that these were told, or that it is too late for them."""
        with self._writing.begin() as connection:
            notices.close(connection, keys, outcome, at)

    # -- submissions -------------------------------------------------------------------------------------------------

    def submit_attempt(self, gateway: str, account_key: str, mode: str, at: datetime) -> int:
        """Enter one submission, durably, before it is made."""
        with self._writing.begin() as connection:
            return ledgers.enter_attempt(connection, gateway, account_key, mode, at)

    def reserve_attempt(self, wish: Attempt, mode: str, since: datetime) -> Reservation:
        """Enter a submission before it is made, unless an earlier one still needs a person; of two at once only one can."""
        with self._writing.begin() as connection:
            return ledgers.reserve_attempt(connection, wish, mode, since)

    def attempts_since(self, gateway: str, since: datetime) -> int:
        """How many submissions were entered since this moment."""
        with self._engine.connect() as connection:
            return ledgers.attempts_since(connection, gateway, since)

    def answer_attempt(self, attempt: int, outcome: str, at: datetime) -> None:
        """Enter what became of a submission."""
        with self._writing.begin() as connection:
            ledgers.answer_attempt(connection, attempt, outcome, at)

    def open_block(self, gateway: str) -> Attempt | None:
        """The submission that still needs a person, None when there is none."""
        with self._engine.connect() as connection:
            return ledgers.open_block(connection, gateway)

    def clear_attempts(self, gateway: str, by: str, at: datetime) -> None:
        """A person acted."""
        with self._writing.begin() as connection:
            ledgers.clear_attempts(connection, gateway, by, at)

    # -- claims ------------------------------------------------------------------------------------------------------

    def claims(self) -> list[Claim]:
        """Every claim."""
        with self._engine.connect() as connection:
            return claim_ledger.claims(connection)

    def claim(self, claim_id: str) -> Claim:
        """One claim. Raises ConfigError for an unknown id."""
        with self._engine.connect() as connection:
            return claim_ledger.claim(connection, claim_id)

    def open_claim_id(self, plan: str) -> str:
        """The id under which a claim of this plan is prepared."""
        with self._engine.connect() as connection:
            return claim_ledger.open_claim_id(connection, plan)

    def put_prepared(self, claim: Claim, at: datetime) -> None:
        """Enter a prepared claim."""
        with self._writing.begin() as connection:
            claim_ledger.put_prepared(connection, claim, at)

    def put_approved(self, claim: Claim, at: datetime) -> Claim:
        """Enter a claim that was made on paper and approved, under the plan's next id; it with that id."""
        with self._writing.begin() as connection:
            return claim_ledger.put_approved(connection, claim, at)

    def mark_claim(self, claim_id: str, what: str | Mark, at: datetime) -> None:
        """Enter what became of a claim: a state, as of today, or all that is known of it."""
        with self._writing.begin() as connection:
            claim_ledger.mark_claim(connection, claim_id, what, at)

    def fill_in_use(self, claim_id: str, use_from: date | None, use_by: date | None) -> None:
        """Enter from when to when approved leave can be taken; None: the office did not fill it in."""
        with self._writing.begin() as connection:
            claim_ledger.fill_in_use(connection, claim_id, use_from, use_by)

    def move_claims(self, folders: Mapping[str, str]) -> None:
        """Enter where the folders of these claims lie now, by id: the home was carried to another place."""
        with self._writing.begin() as connection:
            claim_ledger.move(connection, folders)

    def claimed_sets(self, plan: str) -> tuple[Decimal, frozenset[str]]:
        """Hours and sets of this plan that are submitted or approved."""
        with self._engine.connect() as connection:
            return claim_ledger.claimed_sets(connection, plan)
