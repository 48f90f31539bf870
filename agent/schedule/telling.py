"""`python -m agent.schedule.telling`: what waits to be told to the person, told. A process of its own, as Apprise is large."""

from __future__ import annotations

from agent import mode
from agent.home import open_home
from agent.notices import due


def main() -> None:
    """Tell it; `due` never raises."""
    due(open_home(mode.home_path()))


if __name__ == "__main__":
    main()
