"""Taking out of a text what may not stand in a log, a support file or a fixture: by key, by shape, and by known value.

By key and by shape is for what nobody told us; by value is for what this process knows (the password it types), in every
spelling that a page, an address or a program may give it.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "〔已遮蔽〕"

# Words in a key whose value is personal or opens something, in the languages of pages, settings and programs.
SECRET_KEYS = (
    "password", "passwd", "pwd", "passphrase", "cookie", "token", "ticket", "session", "secret", "credential", "authorization",
    "apikey", "api_key", "account", "user_name", "username", "realname", "real_name", "email", "e_mail", "phone", "mobile", "address",
    "birthday", "id_number", "idno", "pid", "platform_id", "person_key", "fingerprint", "密碼", "帳號", "姓名", "身分證", "識別碼",
)  # fmt: skip
_NAMES = "|".join(re.escape(each) for each in SECRET_KEYS)

# 國民身分證統一編號 and 統一證號: a letter, then 1/2 (citizen), 8/9 (resident, since 2021-01-02) or A–D (resident, before).
ID_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][1289A-Da-d]\d{8}(?![A-Za-z0-9])")
E_MAIL = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+")
PLATFORM_ID = re.compile(r"(平[台臺]識別碼\s*[:：]?\s*)([^\s<>\"'，。]+)")
_ADDRESS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,20}://)(?P<user>[^/\s?#@\"'<>]*@)?(?P<path>[^\s?#;\"'<>，。」』）]*)(?P<rest>[?#;][^\s\"'<>，。」』）]*)?",
    re.I,
)
_HEADER = re.compile(
    r"\b((?:set-)?cookie|authorization|proxy-authorization|x-[\w-]*token)(\"?\s*[:=]\s*).*", re.I
)
_PAIR = re.compile(
    rf"((?:{_NAMES})[\w-]{{0,40}})(\\?[\"']?\s*[:=]\s*\\?[\"']?)([^\s\"'&,;}})<>，。\\]+)", re.I
)
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.I)
_PHONE = re.compile(r"(?<!\d)(?:\+?886[- ]?|0)9\d{2}[- ]?\d{3}[- ]?\d{3}(?!\d)")
_OPAQUE = re.compile(
    r"(?<![\w.+/=-])(?=[\w+/=-]*\d[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[A-Za-z0-9+/_=-]{24,}(?![\w.])"
)
_PERSONS_FOLDER = re.compile(r"((?:/home/|/Users/|[A-Za-z]:\\+Users\\+))[^/\\\s\"'」]+")


def spellings(secret: str) -> list[str]:
    """The secret as pages, addresses and programs write it, the longest first."""
    found = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        html.escape(secret),
        html.escape(secret, quote=False),
    }
    found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    found |= {secret.encode("ascii", kind).decode() for kind in ("xmlcharrefreplace", "backslashreplace")}
    found |= {repr(secret.encode())[2:-1]}
    for raw in (
        secret.encode(),
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        secret.encode("big5hkscs", "ignore"),
    ):
        found |= {raw.hex(), raw.hex().upper()}
        for shift in range(3):
            # What stays the same wherever the secret begins: the characters that hold nothing but its bits.
            whole = base64.b64encode(b"\0" * shift + raw + b"\0" * 3).decode()
            sure = whole[-(-shift * 8 // 6) + (1 if shift else 0) : (shift + len(raw)) * 8 // 6]
            found |= {sure, sure.replace("+", "-").replace("/", "_")} if len(sure) >= 6 else set()
    found |= {each.lower() for each in found if "%" in each}
    return sorted((each for each in found if each), key=len, reverse=True)


class Redactor:
    """Redacts by key and shape, and the values it is told of."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: list[str] = []
        self._home = str(Path.home())
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """From now on these values stand nowhere. Values of one character are left: they would hide everything."""
        found = {each for secret in secrets if len(secret) > 1 for each in spellings(secret)}
        self._known = sorted({*self._known, *found}, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without anything known, and without what looks like a secret, an address of a person or a person."""
        for each in self._known:
            text = text.replace(each, HIDDEN)
        text = _HEADER.sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}", text)
        text = _BEARER.sub(lambda found: f"{found[1]} {HIDDEN}", text)
        text = _ADDRESS.sub(_plain_address, text)
        text = _PAIR.sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}", text)
        text = PLATFORM_ID.sub(lambda found: f"{found[1]}{HIDDEN}", text)
        text = text.replace(self._home, "~") if self._home != "/" else text
        text = _PERSONS_FOLDER.sub(lambda found: f"{found[1]}{HIDDEN}", text)
        mail = (
            (E_MAIL,) if "@" in text or "%40" in text else ()
        )  # looked for at every letter, it takes its time
        for shape in (*mail, ID_NUMBER, _PHONE, _OPAQUE):
            text = shape.sub(HIDDEN, text)
        return text

    def value(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - any JSON value
        """A JSON value redacted throughout: whole where its key says so, else every text in it, keys too."""
        if is_secret_key(key) and value not in (None, "", True, False):
            return HIDDEN
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(each, str(name)) for name, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(each) for each in value]
        return self.text(str(value)) if not isinstance(value, int | float | bool | None) else value


def is_secret_key(key: str) -> bool:
    """Whether a value under this key may not be shown. `hosts`, `step` and the like may."""
    plain = key.lower().replace("-", "_")
    return any(each in plain for each in SECRET_KEYS) or plain in ("name", "pas", "pin")


def is_id_number(text: str) -> bool:
    """Whether this is a valid 國民身分證統一編號 or 統一證號, old or new: the checksum fits (weights 1, 9, 8 … 1, 1)."""
    if not ID_NUMBER.fullmatch(text):
        return False
    text = text.upper()
    area = _LETTERS.index(text[0]) + 10
    second = (
        _LETTERS.index(text[1]) % 10 if text[1].isalpha() else int(text[1])
    )  # old 統一證號: the letter's last digit
    digits = [area // 10, area % 10, second, *map(int, text[2:])]
    return sum(a * b for a, b in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


# A = 10 … in the official order, where I, O, W, X, Y and Z come out of turn.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def _plain_address(found: re.Match[str]) -> str:
    """Scheme, host and path: what comes behind carries tickets, what comes before the host names people."""
    return f"{found['scheme']}{found['path']}{'?' + HIDDEN if found['rest'] else ''}"
