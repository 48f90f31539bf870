"""The base of every known error: what happened, and what the person who can act should do."""

from __future__ import annotations

from typing import ClassVar


class ElearnError(Exception):
    """A known error. `message` says what happened and where, `remedy` what to do; both are 繁體中文, for people.

    `code` and `kind` are the exit code and its name in the public contract; `evidence` is a path or None.
    Neither text may hold a password, cookie, name or ID number.
    """

    code: ClassVar[int] = 1
    kind: ClassVar[str] = "unexpected"

    def __init__(self, message: str, remedy: str = "", evidence: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.evidence = evidence


class ConfigError(ElearnError):
    """Usage, configuration, calendar or plan file cannot be used: the person who wrote it acts."""

    code = 2
    kind = "config"
