"""`python -m agent.schedule.preparing`: the home made ready for the agent, in a process of its own.

Making or migrating the database loads Alembic, which the agent would then carry for weeks.
"""

from __future__ import annotations

import sys

from agent import clock, mode
from agent.home import open_home
from agent.schedule.past import mark_since
from agent.store import Store
from rules.errors import ElearnError


def main() -> int:
    """Make the database, and enter since when silence counts. What is wrong is said again by whoever called."""
    try:
        with Store.open(open_home(mode.home_path()).database) as store:
            mark_since(store, clock.now())
    except ElearnError as why:
        return why.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
