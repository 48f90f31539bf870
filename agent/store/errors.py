"""What can go wrong with the store itself."""

from __future__ import annotations

from rules.errors import ConfigError, ElearnError


class Shrink(ElearnError):
    """Records known before are gone from a year that was read to its end. They are kept; the new page is set aside."""

    code = 19
    kind = "shrink"


class DatabaseUnusable(ConfigError):
    """The database is damaged, locked, or of a newer program."""
