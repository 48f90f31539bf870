"""`python -m scrapers.replica [--state FILE] [--port N]`: the replica in the foreground, until it is told to stop.

Prints the two lines to export, ELEARN_REPLICA=… and ELEARN_REPLICA_KEY=…, and nothing else.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from scrapers.replica import Replica, State, load_state


def main() -> None:
    """Start, say where, serve."""
    words = argparse.ArgumentParser(prog="python -m scrapers.replica", description=__doc__)
    words.add_argument(
        "--state", type=Path, metavar="FILE", help=".toml or .json; without it, the demonstration"
    )
    words.add_argument("--port", type=int, default=0, metavar="N", help="0, the default: a free one")
    given = words.parse_args()
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    with Replica(load_state(given.state) if given.state else State.demo(), given.port) as replica:
        sys.stdout.write(f"ELEARN_REPLICA={replica.address}\nELEARN_REPLICA_KEY={replica.key}\n")
        sys.stdout.flush()
        stop.wait()


main()
