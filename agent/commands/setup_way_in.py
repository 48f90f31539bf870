"""The part of `elearn setup` that is about the way in: the gateway, and its account and password into the keyring, or a log-in by hand."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from agent import mode
from agent.home import open_home
from agent.setting_up import words
from agent.setting_up.asking import ask, choose, confirm, say
from agent.setting_up.questions import HAND
from rules.errors import ConfigError

if TYPE_CHECKING:
    from agent.access.credentials import Keyring


def way_in(
    gateway: str | None, account: str | None, *, password_stdin: bool, asking: bool, as_json: bool
) -> str:
    """How this person logs in, the password into the keyring where there is one: a gateway, `hand`, or "" for as it was."""
    from agent.access.credentials import Keyring, masked  # noqa: PLC0415 - loads the keyring
    from scrapers import gateways  # noqa: PLC0415

    keyring = Keyring(mode.mode())
    titles = {key: gateways.load(key).title for key in gateways.names()}
    if gateway is None and asking:
        ways = {**titles, HAND: "我用自然人憑證／其他方式（不儲存密碼）"}
        say("")
        gateway = choose("您平常怎麼登入 e等公務園⁺？", ways, _present(keyring) or next(iter(titles)))
    if gateway is None:
        if account is not None or password_stdin:
            raise ConfigError("沒有指定登入方式。", "請加上 --gateway ecpa 或 --gateway egov。")
        return ""
    if gateway == HAND:
        say(*words.BY_HAND)
        _forget_passwords(keyring, titles, asking=asking)
        return HAND
    stored = keyring.account(gateway)
    if asking and not password_stdin:
        say("", *(line.format(keeper=words.keeper()) for line in words.PASSWORD))
        if stored is not None and account is None and not _wants_new_password(masked(stored)):
            return gateway
        account = account or ask("帳號", _some)
    if account is None and stored is None:
        raise ConfigError("沒有指定帳號。", "請加上 --account 與 --password-stdin。")
    if account is not None:
        _keep_password(gateway, account, password_stdin=password_stdin, as_json=as_json)
    return gateway


def _forget_passwords(keyring: Keyring, titles: Mapping[str, str], *, asking: bool) -> None:
    """Who logs in by hand needs no stored password; one that is there goes only where the person says so."""
    from agent.errors import NoCredential  # noqa: PLC0415

    for key, title in titles.items():
        try:
            if keyring.account(key) is None:
                continue
        except NoCredential:  # no keyring, or an entry nobody can read: nothing that could be offered
            continue
        if asking and confirm(f"目前存有{title}的帳號密碼，要移除嗎", default=True):
            keyring.clear(key)
        else:
            say(f"{title}的帳號密碼仍保留；要移除請執行 elearn credentials clear {key}。")


def _present(keyring: Keyring) -> str:
    from agent.setting_up.keeping import present_way  # noqa: PLC0415
    from agent.settings.config import read_settings  # noqa: PLC0415

    home = open_home(mode.home_path())
    return present_way(home, keyring, read_settings(home.config).gateway)


def _wants_new_password(account: str) -> bool:
    say(f"目前儲存的帳號：{account}")
    return confirm("要輸入新的帳號密碼嗎", default=False)


def _some(typed: str) -> str:
    if not typed.strip():
        raise ValueError("這一題不能空白。")
    return typed.strip()


def _keep_password(gateway: str, account: str, *, password_stdin: bool, as_json: bool) -> None:
    """By the one function that does this: `elearn credentials set`."""
    from agent.commands.credentials import set_  # noqa: PLC0415

    with beside(as_json):
        set_.callback(gateway, account, password_stdin, as_json=False)  # type: ignore[misc]


@contextlib.contextmanager
def beside(as_json: bool) -> Iterator[None]:
    """With `--json`, what another command says goes beside the one document."""
    with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
        yield
