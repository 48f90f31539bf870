"""The store as the rest of the program sees it: every method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from agent.store import claim_ledger, history, ledgers, losses, notices, reads, runs, saving
from agent.store import tables as t
from agent.store.database import integrity, open_engine, writing
from agent.store.errors import Shrink
from agent.store.values import (
    Attempt,
    Claim,
    KeptPage,
    Loss,
    Mark,
    Notice,
    ReadInfo,
    RecordChange,
    Reservation,
    Run,
    Saved,
    YearRead,
)
from rules.errors import ConfigError
from rules.record import LearningRecord, UnreadRow

_MODE = "mode"
_TEST = "test"
_PERSON = "person"
_MODE_WORD = {"real": "正式平臺", "replica": "複製平臺（測試）"}


class Store:
    """One open database. Use as a context manager."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    @classmethod
    def open(cls, path: Path) -> Store:
        """The store in this file, made (0600) or migrated where needed. Raises DatabaseUnusable otherwise."""
        return cls(open_engine(path))

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def integrity(self) -> list[str]:
        """What is wrong with the file; empty when nothing."""
        return integrity(self._engine)

    # -- what the home is bound to -----------------------------------------------------------------------------------

    def get_meta(self, key: str) -> str | None:
        """A single kept value, None where there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(t.meta.c.value).where(t.meta.c.key == key))

    def set_meta(self, key: str, value: str) -> None:
        """Keep a single value."""
        put = upsert(t.meta).values(key=key, value=value)
        with self._writing.begin() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def drop_meta(self, key: str) -> None:
        """Forget a single value."""
        with self._writing.begin() as connection:
            connection.execute(delete(t.meta).where(t.meta.c.key == key))

    def tally(self, what: str, on: str, more: int = 1) -> int:
        """Count `more` of something on this day; how many that makes. Only the newest day's count is kept."""
        key = f"tally {what}"
        with self._writing.begin() as connection:
            kept = connection.scalar(select(t.meta.c.value).where(t.meta.c.key == key)) or ""
            day, _, count = kept.partition(" ")
            made = (int(count) if day == on else 0) + more
            put = upsert(t.meta).values(key=key, value=f"{on} {made}")
            connection.execute(
                put.on_conflict_do_update(index_elements=["key"], set_={"value": f"{on} {made}"})
            )
        return made

    def bind_mode(self, mode: str) -> None:
        """A home belongs to one mode from its first run. Raises ConfigError in the other."""
        bound = self.get_meta(_MODE)
        if bound is None:
            self.set_meta(_MODE, mode)
        elif bound != mode:
            raise ConfigError(
                f"這個資料夾屬於{_MODE_WORD.get(bound, bound)}，不能用於{_MODE_WORD.get(mode, mode)}。",
                "請以 ELEARN_HOME 指定另一個資料夾。",
            )

    def mark_test(self) -> None:
        """From now on this home holds records of a replica: every paper says 「測試」, also where they came as a file."""
        self.set_meta(_TEST, "1")

    def holds_test_records(self) -> bool:
        """Whether any record here came from a replica, by log-in or by file."""
        return self.get_meta(_TEST) is not None or self.get_meta(_MODE) == "replica"

    def person_key(self) -> str | None:
        """The keyed hash of the person this home is bound to, None before the first read."""
        return self.get_meta(_PERSON)

    def bind_person(self, key: str) -> None:
        """Bind the home to a person."""
        self.set_meta(_PERSON, key)

    # -- runs and reads ----------------------------------------------------------------------------------------------

    def start_run(self, command: str, at: datetime) -> int:
        """Enter a run that begins; its id."""
        with self._writing.begin() as connection:
            return runs.start(connection, command, at)

    def note_run(self, run: int, more: dict[str, Any]) -> None:
        """Enter something in the report of a run under way; its ending adds to it."""
        with self._writing.begin() as connection:
            runs.note(connection, run, more)

    def close_interrupted(self, before: int, at: datetime) -> list[int]:
        """Runs before this one that never ended, now entered as interrupted. The caller holds the home's lock."""
        with self._writing.begin() as connection:
            return runs.close_interrupted(connection, before, at)

    def runs_without_read(self) -> list[int]:
        """The ids of ended runs of which the store took nothing, not even as set aside."""
        with self._engine.connect() as connection:
            return runs.without_read(connection)

    def page_paths(self) -> set[str]:
        """The paths, relative to the home, of every page and print ever kept."""
        with self._engine.connect() as connection:
            return reads.page_paths(connection)

    def finish_run(
        self, run: int, *, outcome: str, exit_code: int, at: datetime, report: dict[str, Any]
    ) -> None:
        """Enter how a run ended. A run that is entered as ended stays so."""
        with self._writing.begin() as connection:
            runs.finish(connection, run, outcome, exit_code, at, report)

    def runs(self, limit: int | None = None) -> list[Run]:
        """The runs, newest first."""
        with self._engine.connect() as connection:
            return runs.newest_first(connection, limit)

    def save_read(
        self, run: int, years: Sequence[YearRead], *, at: datetime, report: dict[str, Any]
    ) -> Saved:
        """What a run read, with the run's own ending, in one transaction.

        Raises Shrink when records known before are gone from a year read to its end: nothing of the read is taken, and it
        is set aside in a transaction of its own.
        """
        try:
            with self._writing.begin() as connection:
                saved = saving.save_years(connection, run, years, at)
                runs.finish(connection, run, "ok", 0, at, report)
                runs.thin(connection, at - runs.KEPT)
                return saved
        except Shrink as why:
            with self._writing.begin() as connection:
                keyed = [(saving.key_of(year), year) for year in years]
                losses.set_aside(connection, run, keyed, why.message, why.lost)
            raise

    def pending_losses(self) -> list[Loss]:
        """The records that the newest read lacked, and that nobody has accepted as gone."""
        with self._engine.connect() as connection:
            return losses.pending(connection)

    def accepted_losses(self) -> list[Loss]:
        """The records that a person accepted as gone, also those that came back."""
        with self._engine.connect() as connection:
            return losses.accepted(connection)

    def accept_losses(self, shown: Sequence[Loss], at: datetime) -> int:
        """A person says that these rows, as shown, are gone from the portal; how many were still pending."""
        with self._writing.begin() as connection:
            return losses.accept(connection, shown, at)

    def records(self) -> list[LearningRecord]:
        """Every record as last seen, in the portal's order."""
        with self._engine.connect() as connection:
            return reads.records(connection)

    def unread(self) -> list[UnreadRow]:
        """The rows of the newest reads that were not understood."""
        with self._engine.connect() as connection:
            return reads.unread_rows(connection)

    def newest_read(self) -> ReadInfo | None:
        """Where and when was read last."""
        with self._engine.connect() as connection:
            return reads.newest_read(connection)

    def known_pages(self) -> dict[tuple[int | None, int], KeptPage]:
        """The pages that stand now, by year and page number."""
        with self._engine.connect() as connection:
            return {(page.year, page.number): page for page in reads.kept_pages(connection)}

    def pages_for(self, records: Sequence[LearningRecord]) -> list[KeptPage]:
        """The kept pages on which these records stand, in order; none for records that came from a file.

        Behind them, for rows that the portal no longer shows, the older pages on which those stood last.
        """
        with self._engine.connect() as connection:
            wanted = reads.places(connection, records)
            pages = reads.kept_pages(connection)
            older = reads.older_pages(connection, records)
        standing = {page.id: page for page in pages if (page.year, page.number) in wanted}
        if older:  # what an older page shows may stand on today's as well: then it is not older
            standing |= {page.id: page for page in pages if page.id in {each.id for each in older}}
        found = [
            *(page for page in pages if page.id in standing),
            *(each for each in older if each.id not in standing),
        ]
        return [page for page in found if page.html_path]

    def changes(self) -> list[RecordChange]:
        """Every change of a record, in the order of the runs that brought it."""
        with self._engine.connect() as connection:
            return history.changes(connection)

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
            for claim_id, folder in folders.items():
                connection.execute(update(t.claim).where(t.claim.c.id == claim_id).values(folder=folder))

    def claimed_sets(self, plan: str) -> tuple[Decimal, frozenset[str]]:
        """Hours and sets of this plan that are submitted or approved."""
        with self._engine.connect() as connection:
            return claim_ledger.claimed_sets(connection, plan)
