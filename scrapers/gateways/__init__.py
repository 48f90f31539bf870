"""State gateways (人事服務網 eCPA, 我的e政府). One file each: an address, the fields it asks for, and a table from what the next
page shows to what that means. A gateway knows no portal. Names in the settings are file names here."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from rules.errors import ConfigError
from scrapers.gateways.gateway import Gateway

_NOT_GATEWAYS = {"gateway"}


def names() -> tuple[str, ...]:
    """The keys of all gateways, in order."""
    return tuple(
        sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name not in _NOT_GATEWAYS)
    )


def load(key: str) -> Gateway:
    """The gateway of that key. Raises ConfigError with the keys there are."""
    if key not in names():
        raise ConfigError(f"沒有名為「{key}」的登入方式。", f"可用的登入方式：{'、'.join(names())}。")
    gateway: Gateway = import_module(f"{__name__}.{key}").GATEWAY
    return gateway
