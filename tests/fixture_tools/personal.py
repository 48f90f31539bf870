"""Finding what may not stand in a fixture: a valid ID number, a cookie or session value, a name that nobody invented.

What it finds, exactly:

- ID numbers: 國民身分證統一編號 and 統一證號 (both formats) whose checksum fits, full-width or not, in any text.
- Cookies: `Cookie`/`Set-Cookie` with a value, a known session name with a value (`PHPSESSID`, `JSESSIONID`, `__VIEWSTATE`,
  `ticket` …), a browser's stored state, a recording (.har, .trace, .webm). A value that says it is invented is one.
- Names: in an element whose class says so (`co-realname`); behind a label (姓名, 真實姓名, 申請人 …) with a colon or in the
  cell beside; in the column of a table or CSV file headed so; before 您好, 先生, 小姐, 女士; as the value of a setting or
  field `name`, `person`, 姓名 … where it begins with one of the usual surnames; as the first word given to `Person(…)`.

What it cannot find: a name in running text, in a picture or PDF, in Latin letters, under another heading, or (in settings)
with a rare surname. Look for yourself as well.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from rules.errors import ElearnError
from scrapers.redaction import ID_NUMBER, is_id_number
from scrapers.saved_page import decode, read_saved_page

INVENTED_NAMES = Path(__file__).with_name("invented_names.txt")
RECORDINGS = (".har", ".trace", ".webm")
_ZIPS = (".zip", ".odt", ".ods", ".xlsx", ".docx")
_TEXTS = (
    ".html",
    ".htm",
    ".xml",
    ".json",
    ".toml",
    ".csv",
    ".txt",
    ".py",
    ".mhtml",
    ".mht",
    ".md",
    ".css",
    ".js",
    ".yaml",
)

# The hundred or so surnames that nearly everybody in Taiwan bears (內政部 全國姓名統計), and the usual double ones.
_SURNAMES = (
    "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游彭詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹"
    "薛丁卓阮馬董温溫唐藍石蔣古紀姚連馮歐程湯黄田康姜白汪尤鄒巫涂阮鐘龔嚴韓黎袁金童陸夏柳凃邵錢伍倪溫于譚駱熊甘秦顧毛章史官萬俞雷粘"
)
_DOUBLE = ("歐陽", "司馬", "張簡", "范姜", "上官", "諸葛")
_HAN = r"[\u4e00-\u9fff]"
_LABELS = "真實姓名|學員姓名|中文姓名|使用者姓名|申請人姓名|姓名|申請人|持卡人|聯絡人|承辦人"
_LABEL = re.compile(rf"(?:{_LABELS})\s*[:：]\s*(?:<[^>]{{0,200}}>\s*)*({_HAN}[{_HAN[1:-1]}·‧○〇Ｏ]{{1,4}})")
_HEADING = re.compile(rf"(?:{_LABELS})\s*")
_CLASS = re.compile(
    r"""(?:class|id)\s*=\s*["'][^"']*real-?_?name[^"']*["'][^>]*>\s*([^<\s{][^<]*?)\s*<""", re.IGNORECASE
)
_GREETED = re.compile(rf"({_HAN}{{2,4}}?)\s*[，,]?\s*(?:您好|你好|先生|小姐|女士)")
_SETTING = re.compile(
    rf"""\b(?:name|realname|real_name|person|owner|applicant)["']?\s*[:=]\s*["']({_HAN}{{2,5}})["']|姓名["']?\s*[:=]\s*["']({_HAN}{{2,5}})["']"""
)
_PERSON = re.compile(rf"""\bPerson\(\s*(?:name\s*=\s*)?["']({_HAN}{{2,4}})["']""")
_HEADER = re.compile(
    r"""\b(?:set-)?cookie["']?\s*[:=]\s*["']?[\w.-]{1,60}=(?P<value>[^\s;"'<>&]+)""", re.IGNORECASE
)
_SESSION = re.compile(
    r"""\b(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|ASPSESSIONID\w+|connect\.sid|laravel_session|sess(?:ion)?_?id|access_token"""
    r"""|id_token|refresh_token|csrf_?token|xsrf-token|ticket|apticket|__RequestVerificationToken|__VIEWSTATE|__EVENTVALIDATION)"""
    r"""(?:["']?\s*[=:]\s*["']?|["'][^<>]{0,80}?value\s*=\s*["'])(?P<value>[\w+/%.=~-]{6,})""",
    re.IGNORECASE,
)  # fmt: skip
_STATE = re.compile(r'"cookies"\s*:\s*\[\s*\{')
_SAID_INVENTED = re.compile(r"invented|test|demo|example|replica|fake|sample|self\.|none|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may not stand there: where, of which kind, and what (an ID number only by its letter)."""

    where: str
    line: int
    kind: str
    what: str


def invented_names() -> frozenset[str]:
    """The names that may stand in fixtures."""
    lines = INVENTED_NAMES.read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def find(name: str, data: bytes, invented: frozenset[str]) -> list[Finding]:
    """Everything in this file that may not stand in a fixture."""
    if name.lower().endswith(RECORDINGS):
        return [Finding(name, 1, "recording", "a recording of requests holds what was typed")]
    found: list[Finding] = []
    for where, text in _texts(name, data):
        is_code = where.endswith((".py", ".js", ".css"))
        found += _ids(where, text)
        found += _cookies(where, text, is_code=is_code)
        found += [
            Finding(where, line, "name", each)
            for line, each in names(where, text)
            if not _is_invented(each, invented)
        ]
    return sorted(dict.fromkeys(found), key=lambda each: (each.where, each.line))


def _texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a file: itself, the page inside a single-file save, the members of a zip."""
    if name.lower().endswith(_ZIPS):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for each in archive.infolist():
                    if each.file_size < 20_000_000 and not each.is_dir():
                        yield from _texts(f"{name}!{each.filename}", archive.read(each))
        except zipfile.BadZipFile:
            pass
        return
    if not name.lower().endswith(_TEXTS):
        return
    yield name, decode(data)
    if name.lower().endswith((".mhtml", ".mht")):
        try:
            yield f"{name}.html", read_saved_page(data, name, None).html
        except ElearnError:
            return


def _ids(where: str, text: str) -> Iterator[Finding]:
    plain = unicodedata.normalize("NFKC", text)
    for each in ID_NUMBER.finditer(plain):
        if is_id_number(each[0]):
            yield Finding(where, _line(plain, each.start()), "id number", f"{each[0][0]}*********")


def _cookies(where: str, text: str, *, is_code: bool) -> Iterator[Finding]:
    """In code a value must look like one to be taken for one: names of variables stand there as well."""
    for pattern in (_HEADER, _SESSION):
        for each in pattern.finditer(text):
            value = each["value"]
            real = len(value) >= 16 and sum(char.isdigit() for char in value) >= 3
            if not _SAID_INVENTED.search(value) and (real or not is_code):
                yield Finding(where, _line(text, each.start()), "cookie", f"{value[:4]}…")
    for each in () if is_code else _STATE.finditer(text):
        yield Finding(where, _line(text, each.start()), "cookie", "a browser's stored state")


def names(where: str, text: str) -> Iterator[tuple[int, str]]:
    """Every name there is by the rules above, with its line."""
    for pattern in (_CLASS, _LABEL, _PERSON):
        for each in pattern.finditer(text):
            yield _line(text, each.start()), each[1]
    for each in _GREETED.finditer(text):
        if is_like_a_name(each[1]):
            yield _line(text, each.start()), each[1]
    for each in _SETTING.finditer(text):
        word = each[1] or each[2]
        if is_like_a_name(word):
            yield _line(text, each.start()), word
    if where.lower().endswith((".html", ".htm")):
        yield from _in_tables(text)
    if where.lower().endswith((".csv", ".txt")):
        yield from _in_columns(text)


def is_like_a_name(word: str) -> bool:
    """Whether a word is as a Chinese name is: a usual surname and one or two more characters."""
    for double in _DOUBLE:
        if word.startswith(double):
            return len(word) in (3, 4)
    return len(word) in (2, 3) and word[0] in _SURNAMES


def _is_invented(name: str, invented: frozenset[str]) -> bool:
    plain = "".join(name.split())
    return plain in invented or any(mark in plain for mark in "○〇Ｏ某＊*{")


def _in_tables(html: str) -> Iterator[tuple[int, str]]:
    """The cells below a heading that says name, and the cell beside one that does."""
    for table in LexborHTMLParser(html).css("table"):
        column = None
        for row in table.css("tr"):
            cells = [each.text(strip=True) for each in row.css("td, th")]
            headed = [at for at, cell in enumerate(cells) if _HEADING.fullmatch(cell)]
            if column is not None and not headed and column < len(cells) and _is_han(cells[column]):
                yield 1 + html.count("\n", 0, max(0, html.find(cells[column]))), cells[column]
            if headed and len(cells) > 2:
                column = headed[0]
            elif headed and len(cells) == 2 and headed == [0] and _is_han(cells[1]):
                yield 1 + html.count("\n", 0, max(0, html.find(cells[1]))), cells[1]


def _in_columns(text: str) -> Iterator[tuple[int, str]]:
    columns: list[int] = []
    for at, row in enumerate(csv.reader(io.StringIO(text.replace("\x00", "")))):
        headed = [
            place for place, cell in enumerate(row) if _HEADING.fullmatch(cell.strip().lstrip("\ufeff"))
        ]
        if headed:
            columns = headed
            continue
        for place in columns:
            if place < len(row) and _is_han(row[place].strip()):
                yield at + 1, row[place].strip()


def _is_han(text: str) -> bool:
    return re.fullmatch(rf"{_HAN}[{_HAN[1:-1]}·‧○〇Ｏ]{{1,5}}", text) is not None


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
