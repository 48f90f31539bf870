"""Tables that other programs export: comma, tab or semicolon, UTF-8 or Big5; every row knows the line it stands on."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rules.errors import ConfigError

LARGEST = 8_000_000
MOST_FAULTS = 1_000
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_AS_CSV = "請在試算表軟體或差勤系統另存成 CSV（UTF-8）後再匯入。"
# National ID and resident permit numbers; a mapped column should hold none, and a message must not repeat one.
_ID_NUMBER = re.compile(r"[A-Za-z][12ABCDabcd89]\d{8}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row and the line it begins on, counted from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell and what to do: file, line, column, value, remedy."""

    name: str
    line: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        said = f"{self.name} 第 {self.line} 行「{self.column}」欄「{self.value[:40]}」：{self.why}"
        return _ID_NUMBER.sub("（不顯示）", said)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise ConfigError listing every fault; nothing happens where there are none."""
    if not faults:
        return
    shown = [f"  {each}" for each in faults[:MOST_FAULTS]]
    more = [f"  另有 {len(faults) - MOST_FAULTS} 處"] if len(faults) > MOST_FAULTS else []
    head = f"有 {len(faults)} 處無法使用，什麼都沒有匯入："
    raise ConfigError("\n".join([head, *shown, *more, ""]), "請在原檔修正上列各處後重新匯入。")


def read_rows(data: bytes, name: str) -> list[Row]:
    """The rows that hold anything, cells without the blanks around them. Raises ConfigError when it is no such file."""
    text = _decode(data, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            found = tuple(_plain(each) for each in cells)
            if any(found):
                rows.append(Row(line, found))
            line = reader.line_num + 1
    except csv.Error as why:
        raise ConfigError(f"檔案「{name}」第 {line} 行無法讀取：{why}。", _AS_CSV) from why
    return rows


def heading(text: str) -> str:
    """A heading without blanks, brackets and signs, in half-width letters: 「請假日期（起）」 → 「請假日期起」."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def _decode(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        raise ConfigError(f"檔案「{name}」太大（{len(data):,} 位元組）。", "請分年度匯出後再匯入。")
    if data.startswith(_EXCEL):
        raise ConfigError(f"檔案「{name}」是 Excel 檔，不是 CSV。", _AS_CSV)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    for encoding in ("utf-8", "cp950"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError(f"檔案「{name}」不是 UTF-8 或 Big5 的文字檔。", _AS_CSV)


def _plain(cell: str) -> str:
    """The cell as a person sees it: spreadsheets keep leading zeros with ="0805" or '0805."""
    found = cell.strip().strip("\ufeff\u3000")
    packed = re.fullmatch(r'="(.*)"', found)
    return (packed[1] if packed else found.removeprefix("'")).strip()
