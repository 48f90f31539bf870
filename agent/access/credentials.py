"""The one module that knows the keyring. A password is never shown, logged or passed as an argument."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence

import keyring
import keyring.backend
import keyring.errors

from agent.errors import NoCredential
from scrapers.credential import Credential
from scrapers.mode import Mode

_SERVICE = {"real": "elearn-agent", "replica": "elearn-agent-replica"}
_SESSION = "session-key"
_NOTICES = "notice-addresses"

# Back ends that keep secrets as the operating system means them to be kept. Others drop them or write them in clear.
_TRUSTED = (
    "keyring.backends.SecretService.",
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
    "keyring.backends.macOS.",
    "keyring.backends.Windows.",
)
_UNUSABLE = ("keyring.backends.fail.", "keyring.backends.null.")


class Keyring:
    """The keyring entries of one mode: real and replica never share a service name.

    One entry a gateway holds account, password and the key of its fingerprint: on macOS each entry asks anew after an update.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._service = _SERVICE[mode.name]

    def read(self, gateway: str) -> Credential:
        """The credential of this gateway. Raises NoCredential where there is none, or no usable keyring."""
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
        """Store account and password, replacing what was there."""
        entry = {
            "account": credential.account,
            "password": credential.password,
            "key": secrets.token_hex(32),
        }
        try:
            self._backend().set_password(self._service, gateway, json.dumps(entry))
        except keyring.errors.KeyringError as why:
            raise _locked() from why

    def clear(self, gateway: str) -> bool:
        """Remove the gateway's entry; whether there was one."""
        if self._entry(gateway) is None:
            return False
        try:
            self._backend().delete_password(self._service, gateway)
        except keyring.errors.KeyringError as why:
            raise _locked() from why
        return True

    def fingerprint(self, gateway: str) -> str:
        """A keyed hash of the stored account and password: tells whether it is the same one, and nothing else."""
        entry = self._entry(gateway)
        if entry is None:
            return ""
        return keyed_hash(entry["key"], f"{entry['account']}\0{entry['password']}")

    def backend_name(self) -> str:
        """What keeps the secrets, by its class; asked a harmless question first. Raises NoCredential where it is unusable."""
        self.session_key()
        return _name(self._backend())

    def session_key(self) -> str | None:
        """The key that opens the kept session, None where there is none."""
        try:
            return self._backend().get_password(self._service, _SESSION)
        except keyring.errors.KeyringError as why:
            raise _locked() from why

    def new_session_key(self, key: str) -> str:
        """Keep a new key for the session."""
        try:
            self._backend().set_password(self._service, _SESSION, key)
        except keyring.errors.KeyringError as why:
            raise _locked() from why
        return key

    def clear_session_key(self) -> None:
        """Forget the session's key."""
        if self.session_key() is not None:
            self._backend().delete_password(self._service, _SESSION)

    def notice_addresses(self) -> tuple[str, ...]:
        """Where notices go: addresses that hold tokens and passwords."""
        try:
            kept = self._backend().get_password(self._service, _NOTICES)
            return tuple(str(each) for each in json.loads(kept)) if kept else ()
        except keyring.errors.KeyringError as why:
            raise _locked() from why
        except ValueError as why:
            raise NoCredential(
                "密碼保管功能裡的通知網址無法使用。", "請執行 elearn notify remove --all 後重新加入。"
            ) from why

    def holds_notice_addresses(self) -> bool:
        """Whether there is anything kept as addresses, usable or not."""
        try:
            return self._backend().get_password(self._service, _NOTICES) is not None
        except keyring.errors.KeyringError as why:
            raise _locked() from why

    def keep_notice_addresses(self, addresses: Sequence[str]) -> None:
        """Keep these instead of those before; none: the entry is removed."""
        try:
            backend = self._backend()
            if addresses:
                backend.set_password(self._service, _NOTICES, json.dumps(list(addresses)))
            elif backend.get_password(self._service, _NOTICES) is not None:
                backend.delete_password(self._service, _NOTICES)
        except keyring.errors.KeyringError as why:
            raise _locked() from why

    def _entry(self, gateway: str) -> dict[str, str] | None:
        try:
            kept = self._backend().get_password(self._service, gateway)
        except keyring.errors.KeyringError as why:
            raise _locked() from why
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

    def _backend(self) -> keyring.backend.KeyringBackend:
        try:
            backend = keyring.get_keyring()
        except Exception as why:  # a back end named in the environment can fail in any way while it is loaded
            raise NoCredential(
                "這台電腦的密碼保管功能無法載入。", "請確認環境變數 PYTHON_KEYRING_BACKEND 與桌面環境後再試。"
            ) from why
        name = f"{type(backend).__module__}.{type(backend).__qualname__}"
        if name.startswith("keyring.backends.chainer."):
            usable = [each for each in backend.backends if _name(each).startswith(_TRUSTED)]  # type: ignore[attr-defined]
            backend, name = (usable[0], _name(usable[0])) if usable else (backend, name)
        if name.startswith(_UNUSABLE) or not (self._mode.is_replica or name.startswith(_TRUSTED)):
            raise NoCredential(
                f"這台電腦沒有可安全保管密碼的功能（目前為 {name}）。",
                "請登入桌面環境後再試，或改用存檔的網頁（elearn import）。",
            )
        return backend


def _name(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def keyed_hash(key: str, text: str) -> str:
    """HMAC-SHA-256 in hex."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _locked() -> NoCredential:
    return NoCredential(
        "這台電腦的密碼保管功能無法使用（已鎖定，或沒有回應）。", "請登入桌面環境並解除鎖定後再試。"
    )


def masked(account: str) -> str:
    """An account for the screen: its first two and last characters."""
    return f"{account[:2]}{'*' * max(len(account) - 3, 1)}{account[-1:]}" if len(account) > 3 else "***"
