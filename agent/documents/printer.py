"""What prints: HTML in, PDF out."""

from __future__ import annotations

from typing import Protocol


class Printer(Protocol):
    """The browser that prints, or in tests what stands in for it."""

    def __call__(self, html: str, margins: tuple[str, str] | None = None) -> bytes:
        """Our own paper as PDF by its own @page rules; with header and footer, a page of the portal, as a browser prints it."""
        ...
