"""The Secret Service, asked with patience: while any program writes to it, its objects are gone for a moment.

Seen with gnome-keyring 42.1: when another program keeps a password, the service reads its file anew, and for some milliseconds
an item, or the whole default collection, is unknown on the bus. What was asked for is there all the time.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Backend = TypeVar("Backend")

BACKEND = "keyring.backends.SecretService."
PATIENCE, PAUSE = 3.0, 0.05  # seconds: how long an object may be gone, and between two questions
_DEFAULT = "/org/freedesktop/secrets/aliases/default"  # Secret Service API: the collection that the person's programs share


class NoCollection(Exception):
    """The service has no default collection, so nothing lies in it."""


def ask(backend: Backend, call: Callable[[Backend], T]) -> T:
    """What the call gives once the objects that it asks for are there; the call must be one that may be made again.

    The default collection is opened by its address. Left to itself the library has the system ask the person for a new one, and
    for one that was gone for a moment nobody may be asked. Raises NoCollection, or the call's own error after PATIENCE seconds.
    """
    own_choice = hasattr(backend, "preferred_collection")  # the person's, in the keyring library's settings
    opened = copy.copy(backend)
    if not own_choice:
        opened.preferred_collection = _DEFAULT  # type: ignore[attr-defined]
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return call(opened)
        except Exception as why:
            # Told by its name: its class is there only where the system has such a service.
            gone = [type(each).__name__ == "ItemNotFoundException" for each in (why, why.__cause__)]
            if not any(gone):
                raise
            if time.monotonic() > until:
                if gone[1] and not own_choice:  # not an item: the collection could not be opened
                    raise NoCollection from why
                raise
        time.sleep(PAUSE)
