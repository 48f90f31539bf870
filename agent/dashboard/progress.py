"""The work as the page shows it: its steps, how long each took, and how it ended. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """How a piece of work ended: exit code and kind of the contract, the error's words, and what came of it; `next`: where to go now."""

    code: int = 0
    kind: str = "ok"
    message: str = ""
    remedy: str = ""
    evidence: str | None = None
    claim: str | None = None
    folder: str | None = None
    said: str = ""
    next: str = "/"


@dataclass(frozen=True, slots=True)
class Step:
    """One named step: `state` is waiting, now, done or halted; `seconds` is how long it took so far."""

    name: str
    state: str
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The work as it stands. `waiting`: seconds spent waiting for another run's lock, None where it does not wait."""

    number: int
    kind: str
    steps: tuple[Step, ...]
    waiting: float | None
    stopping: bool
    is_slow: bool
    ended: Ended | None

    @property
    def place(self) -> int:
        """The number of the step under way, from 1; 0 before the first."""
        return next((at for at, each in enumerate(self.steps, 1) if each.state in ("now", "halted")), 0)

    @property
    def now(self) -> Step | None:
        """The step under way."""
        return next((each for each in self.steps if each.state == "now"), None)
