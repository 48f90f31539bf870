"""`python -m scrapers.replica [PORT]`: the replica in the foreground; prints what to export, then serves until stopped."""

from __future__ import annotations

import signal
import sys
import threading

from scrapers.replica import Replica


def main() -> None:
    """Start, say where, serve."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    with Replica(port=port) as replica:
        sys.stdout.write(f"ELEARN_REPLICA={replica.address}\nELEARN_REPLICA_KEY={replica.key}\n")
        sys.stdout.flush()
        stop.wait()


main()
