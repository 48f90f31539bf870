"""The one module that knows the keyring. A password is never shown, logged or passed as an argument."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import keyring
import keyring.errors
from keyring.backend import KeyringBackend

from agent.access import keyring_trouble as trouble
from agent.access import secret_service
from agent.errors import NoCredential
from scrapers.credential import Credential
from scrapers.mode import Mode

T = TypeVar("T")

_SERVICE = {"real": "elearn-agent", "replica": "elearn-agent-replica"}
SESSION = "session-key"
NOTICES = "notice-addresses"

# Back ends that keep secrets as the operating system means them to be kept. Others drop them or write them in clear.
_TRUSTED = (
    secret_service.BACKEND,
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
    "keyring.backends.macOS.",
    "keyring.backends.Windows.",
)
_UNUSABLE = ("keyring.backends.fail.", "keyring.backends.null.")
_WINDOWS = "keyring.backends.Windows."


class Keyring:
    """The keyring entries of one mode: real and replica never share a service name.

    One entry a gateway holds account, password and the key of its fingerprint: on macOS each entry asks anew after an update.
    Every method may raise NoCredential: no usable keyring, locked, or no answer in time.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._service = _SERVICE[mode.name]

    def read(self, gateway: str) -> Credential:
        """The credential of this gateway. Raises NoCredential where there is none."""
        entry = self._entry(gateway)
        if entry is None:
            raise NoCredential(
                f"這台電腦還沒有儲存 {gateway} 的帳號密碼。",
                f"請執行 elearn credentials set {gateway} --account 您的帳號。",
            )
        return Credential(entry["account"], entry["password"])

    def account(self, gateway: str) -> str | None:
        """The stored account, None where there is none."""
        entry = self._entry(gateway)
        return entry["account"] if entry else None

    def write(self, gateway: str, credential: Credential) -> None:
        """Store account and password, replacing what was there. The key is new: what was refused before is another entry."""
        entry = {
            "account": credential.account,
            "password": credential.password,
            "key": secrets.token_hex(32),
        }
        self._put(gateway, json.dumps(entry))

    def clear(self, gateway: str) -> bool:
        """Remove the gateway's entry, usable or not; whether there was one."""
        return self._remove(gateway)

    def fingerprint(self, gateway: str) -> str:
        """A keyed hash of the stored account and password: tells whether it is the same one, and nothing else."""
        entry = self._entry(gateway)
        if entry is None:
            return ""
        return keyed_hash(entry["key"], f"{entry['account']}\0{entry['password']}")

    def backend_name(self) -> str:
        """What keeps the secrets, by its class; asked a harmless question first."""
        self.session_key()
        return _name(self._backend())

    def held(self, gateways: Iterable[str]) -> tuple[str, ...]:
        """The names of all entries there are, usable or not: of these gateways, and this program's own."""
        names = (*gateways, SESSION, NOTICES)
        return tuple(name for name in names if self._get(name) is not None)

    def forget(self, name: str) -> bool:
        """Remove the entry of this name, as `held` gave it; whether there was one."""
        return self._remove(name)

    def session_key(self) -> str | None:
        """The key that opens the kept session, None where there is none."""
        return self._get(SESSION)

    def new_session_key(self, key: str) -> str:
        """Keep a new key for the session."""
        self._put(SESSION, key)
        return key

    def clear_session_key(self) -> None:
        """Forget the session's key."""
        self._remove(SESSION)

    def notice_addresses(self) -> tuple[str, ...]:
        """Where notices go: addresses that hold tokens and passwords."""
        kept = self._get(NOTICES)
        try:
            return tuple(str(each) for each in json.loads(kept)) if kept else ()
        except (ValueError, TypeError) as why:
            raise NoCredential(
                "密碼保管功能裡的通知網址無法使用。", "請執行 elearn notify remove --all 後重新加入。"
            ) from why

    def keep_notice_addresses(self, addresses: Sequence[str]) -> None:
        """Keep these instead of those before; none: the entry is removed."""
        if addresses:
            self._put(NOTICES, json.dumps(list(addresses)))
        else:
            self._remove(NOTICES)

    def _entry(self, gateway: str) -> dict[str, str] | None:
        kept = self._get(gateway)
        if kept is None:
            return None
        try:
            entry = json.loads(kept)
            return {name: str(entry[name]) for name in ("account", "password", "key")}
        except (ValueError, KeyError, TypeError) as why:
            raise NoCredential(
                f"密碼保管功能裡的 {gateway} 資料無法使用。",
                f"請執行 elearn credentials set {gateway} 重新輸入。",
            ) from why

    # -- the back end, each call bounded and each trouble named --------------------------------------------------------

    def _get(self, name: str) -> str | None:
        try:
            return self._ask(lambda backend: backend.get_password(self._service, name))
        except secret_service.NoCollection:
            return None

    def _put(self, name: str, value: str) -> None:
        def put(backend: KeyringBackend) -> None:
            backend.set_password(self._service, name, value)

        try:
            self._ask(put)
        except secret_service.NoCollection:
            # The first secret of this person: the system asks for a new keyring.
            self._ask(put, as_it_is=True)

    def _remove(self, name: str) -> bool:
        if self._get(name) is None:
            return False
        self._ask(lambda backend: backend.delete_password(self._service, name))
        return True

    def _ask(self, call: Callable[[KeyringBackend], T], *, as_it_is: bool = False) -> T:
        backend, seconds = self._backend(), trouble.patience()
        patient = _name(backend).startswith(secret_service.BACKEND) and not as_it_is
        try:
            return trouble.within(
                seconds, lambda: secret_service.ask(backend, call) if patient else call(backend)
            )
        except secret_service.NoCollection:
            raise
        except trouble.Silent as why:
            raise trouble.silent(seconds) from why
        except keyring.errors.KeyringLocked as why:
            raise trouble.locked() from why
        except Exception as why:  # each back end raises its system's own errors too
            raise trouble.unanswered(type(why).__name__) from why

    def _backend(self) -> KeyringBackend:
        """The back end, where it is one that keeps secrets as the system means it (in replica mode any that keeps them)."""
        seconds = trouble.patience()
        try:  # a back end named in the environment can fail in any way while it is loaded
            backend = trouble.within(seconds, keyring.get_keyring)
        except trouble.Silent as why:
            raise trouble.silent(seconds) from why
        except Exception as why:
            raise trouble.unloadable() from why
        name = _name(backend)
        if name.startswith("keyring.backends.chainer."):
            usable = [each for each in backend.backends if _name(each).startswith(_TRUSTED)]  # type: ignore[attr-defined]
            backend, name = (usable[0], _name(usable[0])) if usable else (backend, name)
        if name.startswith(_UNUSABLE) or not (self._mode.is_replica or name.startswith(_TRUSTED)):
            raise trouble.refused(name)
        if name.startswith(
            _WINDOWS
        ):  # its default, "enterprise", roams to every machine the person logs on to
            backend.persist = "local machine"  # type: ignore[attr-defined]
        return backend


def _name(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def keyed_hash(key: str, text: str) -> str:
    """HMAC-SHA-256 in hex."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def masked(account: str) -> str:
    """An account for the screen: its first two and last characters."""
    return f"{account[:2]}{'*' * max(len(account) - 3, 1)}{account[-1:]}" if len(account) > 3 else "***"
