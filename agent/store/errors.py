"""What can go wrong with the store itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rules.errors import ConfigError, ElearnError


class Shrink(ElearnError):
    """Records known before are gone from a year that was read to its end. They are kept; the new page is set aside.

    `lost` are the ids of the records by the key of their year.
    """

    code = 19
    kind = "shrink"

    def __init__(
        self, message: str, remedy: str = "", lost: Mapping[int, frozenset[int]] = MappingProxyType({})
    ) -> None:
        super().__init__(message, remedy)
        self.lost = lost


class DatabaseUnusable(ConfigError):
    """The database is damaged, locked, or of a newer program."""
