"""Errors of the rim; those of plans, pages and gateways are in `rules.errors` and `scrapers.errors`."""

from __future__ import annotations

from rules.errors import ElearnError


class NothingToDo(ElearnError):
    """Nothing can be claimed now, or a claim folder does not hold together: the text says which."""

    code = 3
    kind = "nothing"


class Locked(ElearnError):
    """Another run is under way in this home."""

    code = 15
    kind = "locked"


class NoCredential(ElearnError):
    """No account and password stored, or no usable keyring on this machine."""

    code = 16
    kind = "no_credential"
