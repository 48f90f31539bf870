"""The session of somebody who logged in by hand: kept encrypted, its key in the keyring, for later unattended runs.

A session is a bearer credential: whoever has it is logged in. So the file alone is worth nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from agent.access.credentials import Keyring
from agent.home import Home, write_private

if TYPE_CHECKING:
    from scrapers.browser import StorageState


class Sessions:
    """The kept sessions of one home."""

    def __init__(self, home: Home, keyring: Keyring) -> None:
        self._path = home.path / "session.bin"
        self._keyring = keyring

    @property
    def is_kept(self) -> bool:
        """Whether a session is kept at all, usable or not."""
        return self._path.exists()

    def read(self) -> StorageState | None:
        """The kept session, None where there is none that can still be opened."""
        if not self._path.exists():
            return None
        key = self._keyring.session_key()
        if key is None:
            return None
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - most homes keep no session

        try:
            plain = Fernet(key).decrypt(self._path.read_bytes())
            return cast("StorageState", json.loads(plain))
        except (InvalidToken, ValueError):
            return None

    def write(self, state: StorageState) -> None:
        """Keep a session, replacing the one before."""
        from cryptography.fernet import Fernet  # noqa: PLC0415

        key = self._keyring.session_key() or self._keyring.new_session_key(Fernet.generate_key().decode())
        write_private(self._path, Fernet(key).encrypt(json.dumps(state).encode()))

    def clear(self) -> None:
        """Forget the session and its key."""
        self._path.unlink(missing_ok=True)
        self._keyring.clear_session_key()
