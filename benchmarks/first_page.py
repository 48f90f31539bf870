"""The first page of the dashboard, asked for again and again in one process; and the queries behind it, run alone.

`python -m benchmarks.first_page` in a home with records: prints milliseconds of both, and how many queries there are, as JSON.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Engine, event

from agent import mode
from agent.dashboard.opening import Running
from agent.dashboard.server import Served
from agent.home import open_home

_ON = date(2023, 8, 31)  # a day with a plan: else there is no verdict to show
_WARM = 5
_RUNS = 40


def main() -> None:
    """Serve this home, ask, and print."""
    home = open_home(mode.home_path())
    served = Served(home, Running(home), 0, _ON)
    served.start()
    try:
        for _ in range(_WARM):
            _ask(served)
        asked = _queries(lambda: _ask(served))
        page = _median(lambda: _ask(served))
    finally:
        served.stop()
    with contextlib.closing(sqlite3.connect(home.database)) as database:
        alone = _median(lambda: [database.execute(*each).fetchall() for each in asked])
    json.dump({"page": page, "queries": alone, "count": len(asked)}, sys.stdout)


def _ask(served: Served) -> None:
    door = served.door
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    connection.request("GET", "/", headers={"Host": door.authority, "Cookie": f"elearn_page={door.session}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the first page answers {answer.status}")


def _queries(work: Callable[[], None]) -> list[tuple[str, Any]]:
    """What is asked of the database meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, given: Any, *___: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if statement.lstrip().upper().startswith("SELECT"):
            found.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    work()
    event.remove(Engine, "before_cursor_execute", note)
    return found


def _median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    took = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
