"""One open database, and the single values in it: to which world and person the home belongs."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from agent.store import tables as t
from agent.store.database import writing
from rules.errors import ConfigError

_MODE = "mode"
TEST = "test"  # set: this home holds records of a replica that came as a file
_PERSON = "person"
_MODE_WORD = {"real": "正式平臺", "replica": "複製平臺（測試）"}


def put(connection: Connection, key: str, value: str) -> None:
    """Keep a single value, within the caller's transaction."""
    kept = upsert(t.meta).values(key=key, value=value)
    connection.execute(kept.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


class Bound:
    """The database of one home; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def get_meta(self, key: str) -> str | None:
        """A single kept value, None where there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(t.meta.c.value).where(t.meta.c.key == key))

    def set_meta(self, key: str, value: str) -> None:
        """Keep a single value."""
        with self._writing.begin() as connection:
            put(connection, key, value)

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
            put(connection, key, f"{on} {made}")
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

    def holds_test_records(self) -> bool:
        """Whether any record here came from a replica, by log-in or by file."""
        return self.get_meta(TEST) is not None or self.get_meta(_MODE) == "replica"

    def person_key(self) -> str | None:
        """The keyed hash of the person this home is bound to, None before the first read."""
        return self.get_meta(_PERSON)

    def bind_person(self, key: str) -> None:
        """Bind the home to a person."""
        self.set_meta(_PERSON, key)
