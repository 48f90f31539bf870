"""Learning portals. One folder each, named by its key; a portal is handed a page already logged in and knows no gateway."""

from __future__ import annotations

from importlib import import_module

from scrapers.portals.portal import Portal


def load(key: str = "elearn") -> Portal:
    """The portal of that key, the name of its folder."""
    portal: Portal = import_module(f"{__name__}.{key}").PORTAL
    return portal
