"""The store as the rest of the program sees it: its books, and here the runs and what they read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.store import history, losses, reads, runs, saving
from agent.store.books import Books
from agent.store.bound import TEST, put
from agent.store.database import integrity, open_engine
from agent.store.errors import Shrink
from agent.store.values import KeptPage, Loss, ReadInfo, RecordChange, Run, Saved, YearRead
from agent.store.year_under_way import key_of
from rules.record import LearningRecord, UnreadRow


class Store(Books):
    """One open database. Use as a context manager; every method is one transaction."""

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

    # -- runs -----------------------------------------------------------------------------------------------------------

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
        self, run: int, years: Sequence[YearRead], *, at: datetime, report: dict[str, Any], test: bool = False
    ) -> Saved:
        """What a run read, with the run's own ending, in one transaction.

        `test`: records of a replica are among them, so that from now on every paper of this home says 「測試」. Raises Shrink when
        records known before are gone from a year read to its end: nothing of the read is taken, and it is set aside in a
        transaction of its own.
        """
        try:
            with self._writing.begin() as connection:
                saved = saving.save_years(connection, run, years, at)
                if test:
                    put(connection, TEST, "1")
                runs.finish(connection, run, "ok", 0, at, report)
                runs.thin(connection, at - runs.KEPT)
                return saved
        except Shrink as why:
            with self._writing.begin() as connection:
                keyed = [(key_of(year), year) for year in years]
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
