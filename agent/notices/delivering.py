"""Sending one message: by Apprise to the person's own addresses, and as a notification on the desktop.

The one module that knows Apprise, which takes its time to load: only imported where something is sent or an address looked at.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import apprise

from agent.notices.desktop import show_on_desktop
from agent.notices.wording import Message

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its warnings name addresses


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: the services that took it, and those that did not."""

    reached: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def instance(address: str) -> apprise.NotifyBase | None:
    """The service of an address; None where it is no address Apprise knows. Nothing is written to disk for it."""
    asset = apprise.AppriseAsset(secure_logging=True, storage_mode=apprise.PersistentStoreMode.MEMORY)
    with contextlib.redirect_stderr(io.StringIO()):
        found = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    return found if isinstance(found, apprise.NotifyBase) else None


def deliver(message: Message, addresses: Sequence[str], *, desktop: bool) -> Delivery:
    """Send to every address and to the desktop; one that fails keeps no other from being reached."""
    reached: list[str] = []
    failed: list[str] = []
    for address in addresses:
        service = instance(address)
        name = str(service.service_name) if service is not None else "（無法辨識）"
        (reached if service is not None and _send(service, message) else failed).append(name)
    if desktop:
        (reached if show_on_desktop(message) else failed).append("桌面通知")
    return Delivery(tuple(reached), tuple(failed))


def _send(service: apprise.NotifyBase, message: Message) -> bool:
    try:
        return bool(
            service.notify(body=message.body, title=message.title, body_format=apprise.NotifyFormat.TEXT)
        )
    except Exception:  # a service's own code may fail in any way; it is reported as not reached
        return False
