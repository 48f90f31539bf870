"""Where notices go: Apprise addresses. They hold tokens and passwords, so they live in the keyring and are never shown."""

from __future__ import annotations

from dataclasses import dataclass

from agent.access.credentials import Keyring
from rules.errors import ConfigError

_REFUSED = ("file", "config")  # no service that reaches a person


@dataclass(frozen=True, slots=True)
class Service:
    """An address as it may be shown: which number it has, and what kind of service it is of."""

    number: int
    name: str
    scheme: str


def services(keyring: Keyring) -> tuple[Service, ...]:
    """Every address that is kept, by number from 1."""
    return tuple(
        Service(at, service_name(each), _scheme(each))
        for at, each in enumerate(keyring.notice_addresses(), start=1)
    )


def add_address(keyring: Keyring, address: str) -> Service:
    """Keep one more. Raises ConfigError where it is no address of a known service, or kept already."""
    given = address.strip()
    name = service_name(given)
    if not name or _scheme(given) in _REFUSED:
        raise ConfigError(
            "這不是可用的通知網址。",
            "請依 Apprise 的寫法，例如 mailto://帳號:密碼@example.com、line://權杖/使用者、tgram://權杖/聊天代號。",
        )
    kept = keyring.notice_addresses()
    if given in kept:
        raise ConfigError("這個通知網址已經加過了。", "請執行 elearn notify list 查看。")
    keyring.keep_notice_addresses((*kept, given))
    return Service(len(kept) + 1, name, _scheme(given))


def remove_address(keyring: Keyring, number: int) -> Service:
    """Forget the address of this number. Raises ConfigError where there is none."""
    known = services(keyring)
    found = next((each for each in known if each.number == number), None)
    if found is None:
        numbers = "、".join(str(each.number) for each in known) or "（沒有任何通知網址）"
        raise ConfigError(f"沒有編號 {number} 的通知網址。", f"現有：{numbers}。")
    kept = keyring.notice_addresses()
    keyring.keep_notice_addresses((*kept[: number - 1], *kept[number:]))
    return found


def service_name(address: str) -> str:
    """The service behind an address, "" where Apprise knows none."""
    from agent.notices.delivering import instance  # noqa: PLC0415 - Apprise is slow to load

    found = instance(address)
    return str(found.service_name) if found is not None else ""


def _scheme(address: str) -> str:
    return address.partition("://")[0].lower()
