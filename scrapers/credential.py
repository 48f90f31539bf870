"""Account and password, wrapped so that no repr, log or traceback can show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credential:
    """What is typed into a gateway's form. Its repr shows neither part."""

    account: str = field(repr=False)
    password: str = field(repr=False)


class CredentialSource(Protocol):
    """Where a credential comes from: the keyring, or the demo's own."""

    def read(self, gateway: str) -> Credential:
        """The credential of this gateway. Raises an error of kind `no_credential` when there is none."""
        ...


class AttemptLedger(Protocol):
    """The book of submissions. An entry is written before the password is sent and answered afterwards."""

    def submit(self, gateway: str, credential: Credential) -> int:
        """Enter one submission, durably, before it is made; refused when an earlier one still needs a person."""
        ...

    def answer(self, attempt: int, outcome: str) -> None:
        """Enter what became of it: `accepted`, `refused` or `person_needed`."""
        ...
