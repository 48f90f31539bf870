"""Pages saved by hand (Chrome's 「完整網頁」 .html or single file .mhtml) as snapshots."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from rules.errors import ConfigError
from rules.record import Origin
from scrapers.snapshot import Snapshot

LARGEST = 50_000_000  # bytes; a page of 10,000 rows is about 10 MB

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_REMEDY = "請在 Chrome 開啟學習紀錄頁，按「另存新檔」，類型選「網頁，完整」或「網頁，單一檔案」。"


def read_saved_page(data: bytes, name: str, taken_at: datetime | None) -> Snapshot:
    """The page in this file. `name` is the file's name, `taken_at` when the file was written, for want of better.

    Raises ConfigError when the file is no page, or is too large.
    """
    if len(data) > LARGEST:
        raise ConfigError(f"檔案「{name}」太大，不像是存檔的學習紀錄頁。", _REMEDY)
    if name.lower().endswith((".mhtml", ".mht")):
        return _mhtml(data, name, taken_at)
    html = decode(data)
    if "<" not in html:
        raise ConfigError(f"檔案「{name}」不是網頁。", _REMEDY)
    _must_be_whole(html, name)
    found = _SAVED_FROM.search(html[:4096])
    return Snapshot(html, _public(found[1]) if found else "", taken_at, Origin.SAVED_PAGE)


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of a page by its byte order mark, its own charset, or what fits (UTF-8, then Big5)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    named = _CHARSET.search(data[:4096])
    told = charset or (named[1].decode("ascii") if named else None)
    for each in ("utf-8-sig", told, "big5hkscs"):
        try:
            if each:
                return data.decode(each)
        except (ValueError, LookupError):  # ValueError: codecs that are no charsets
            continue
    return data.decode("utf-8", "replace")


def _mhtml(data: bytes, name: str, taken_at: datetime | None) -> Snapshot:
    """The page a single-file save holds: its first text/html part is the top document."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not parts or not isinstance(parts[0], EmailMessage):
        raise ConfigError(f"檔案「{name}」裡沒有網頁。", _REMEDY)
    payload = parts[0].get_payload(decode=True)
    html = decode(payload if isinstance(payload, bytes) else b"", parts[0].get_content_charset())
    _must_be_whole(html, name)
    address = str(message.get("Snapshot-Content-Location") or parts[0].get("Content-Location") or "")
    return Snapshot(html, _public(address), _written(message) or taken_at, Origin.SAVED_PAGE)


def _must_be_whole(html: str, name: str) -> None:
    """A browser ends every page it saves. One that is cut off may lack rows and the very total that would tell."""
    shown = html.casefold()
    tables_close = shown.rfind("<table") <= shown.rfind("</table")
    if not ("</html" in shown if "<html" in shown else tables_close):
        raise ConfigError(f"檔案「{name}」不完整（後半部不見了）。", _REMEDY)


def _written(message: email.message.Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date") or ""))
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None


def _public(address: str) -> str:
    """The address without query and fragment: those can carry tickets."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and parts.hostname
    return f"{parts.scheme}://{parts.hostname}{parts.path}" if known else ""
