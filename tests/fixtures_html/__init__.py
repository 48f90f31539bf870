"""Saved pages and what must be understood of them: one folder a case, `page.html` or `page.mhtml` beside `expected.json`.

Hand-made pages, no captures: the markup is our own, the people are invented. Keys of `expected.json` that describe the page
as it was shown: `url`, `status`, `dialogs`, `before` (the case that was shown before the password was sent). All others
say what must be understood, or `error`: its kind and what its message names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapers.saved_page import read_saved_page
from scrapers.snapshot import Snapshot

HERE = Path(__file__).parent
WRITTEN = datetime(2023, 9, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> dict[str, Any]:
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    def snapshot(self) -> Snapshot:
        """The page as it was shown. Raises ConfigError for a file that is no whole page."""
        (file,) = self.folder.glob("page.*")
        found, expected = read_saved_page(file.read_bytes(), file.name, WRITTEN), self.expected
        return replace(
            found,
            url=expected.get("url", found.url),
            status=expected.get("status"),
            dialogs=tuple(expected.get("dialogs", ())),
        )

    def before(self) -> Snapshot | None:
        """The page as it stood before the password was sent, None where nothing was sent yet."""
        name = self.expected.get("before")
        return Case(self.folder.parent / name).snapshot() if name else None


def cases(key: str) -> list[Case]:
    """All cases of a gateway or portal, by name."""
    return [Case(each) for each in sorted((HERE / key).glob("*")) if each.is_dir()]
