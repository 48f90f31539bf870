"""What the stored job names: it only calls the agent, which looks at the records before it runs anything."""

from __future__ import annotations

from queue import SimpleQueue

NIGHT, STOP = "night", "stop"
CALLS: SimpleQueue[str] = SimpleQueue()  # its `put` may be used in a signal handler


def call() -> None:
    """The planned hour has come, or came while nothing was running."""
    CALLS.put(NIGHT)
