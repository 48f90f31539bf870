"""Reading one TOML table of a plan file: every value by key and kind, every mistake kept with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from rules.errors import ConfigError
from rules.toml_lines import Place

T = TypeVar("T")

_KINDS: dict[type, str] = {
    str: "文字",
    int: "整數",
    bool: "true 或 false",
    date: "日期",
    list: "清單",
    dict: "表格",
    Decimal: "數字（不小於 0）",
    datetime: "時間，例如 2023-01-01T08:00:00",
}
# What stands in for a value that cannot be used, so that the rest of the file can still be read.
_FILLERS: dict[type, object] = {
    str: "",
    int: 0,
    bool: False,
    date: date.min,
    list: [],
    dict: {},
    Decimal: Decimal(0),
    datetime: datetime(1, 1, 1),
}
_NEVER_EMPTY = ("key", "title", "clause", "document")

# What no verdict on one person's records can know. Named, so that such a plan is refused with the reason.
_UNIT_AWARD = ("rate", "headcount", "size", "sizes", "size_bands", "agency_size", "completion_rate")
_REFUSED_WHY = "這是依機關完成比率與員額規模核給的團體獎勵。學習紀錄只有您本人的，無從得知機關人數與其他人的完成情形，無法判斷"
_REFUSED_REMEDY = "請刪去這個團體獎勵項目（可寫在 [form] 的 notes 提醒）；給個人的項目可以保留。"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a plan file: where it stands, what is wrong and what to do."""

    place: Place
    text: str
    remedy: str
    harmless: bool = False  # to sums and dates: what else the table says still holds

    @property
    def key(self) -> str:
        """The key it is about: the last name in its place."""
        return next((each for each in reversed(self.place) if isinstance(each, str)), "")

    def error(self) -> ConfigError:
        """The mistake as an error."""
        return ConfigError(self.text, self.remedy)


@dataclass(slots=True)
class Mistakes:
    """Every mistake found so far."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, place: Place, text: str, remedy: str) -> None:
        """One more."""
        self.found.append(Mistake(place, text, remedy))

    def within(self, place: Place) -> bool:
        """Whether anything at or below this place is wrong in a way that leaves nothing to say about its sums."""
        return any(each.place[: len(place)] == place and not each.harmless for each in self.found)


_SAID = object()  # stands for a table of which has been said that it is missing


class Table:
    """One TOML table that knows where it stands and which of its keys were asked for.

    With `mistakes` every mistake is kept there and a filler returned; without, the first is raised as ConfigError.
    """

    def __init__(self, data: object, where: str, place: Place = (), mistakes: Mistakes | None = None) -> None:
        self.where = where
        self.place = place
        self._mistakes = mistakes
        self._asked: set[str] = set()
        self._broken = not isinstance(data, Mapping)
        self._data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if self._broken and data is not _SAID:
            self.wrong("", f"計畫檔 {where} 應為表格。", "請對照 plan show 顯示的格式修改。")

    @property
    def values(self) -> Mapping[str, Any]:
        """What the table holds, as it is written; empty for what is no table."""
        return self._data

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def wrong(self, key: str, text: str, remedy: str, *, harmless: bool = False) -> None:
        """Keeps a mistake about this key ("" for the table itself), or raises it."""
        mistake = Mistake((*self.place, key) if key else self.place, text, remedy, harmless)
        if self._mistakes is None:
            raise mistake.error()
        self._mistakes.found.append(mistake)

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value under `key`; a mistake when it is missing (and has no default) or of another kind."""
        self._asked.add(key)
        if key not in self._data:
            if default is None and not self._broken:
                self.wrong(
                    key,
                    f"計畫檔 {self.where} 缺少「{key}」。",
                    f"請補上 {key}（{_KINDS[kind]}）。",
                    harmless=kind is str,
                )
            return default if default is not None else cast(T, _FILLERS[kind])
        value = self._data[key]
        if kind is Decimal:
            value = _number(value)
        # To Python true is an integer and a moment is a date; portal times have no offset.
        other = (kind is int and isinstance(value, bool)) or (
            isinstance(value, datetime) and (kind is date or value.tzinfo is not None)
        )
        if other or not isinstance(value, kind):
            self.wrong(key, f"計畫檔 {self.where} 的「{key}」應為{_KINDS[kind]}。", "請修改該值。")
            return default if default is not None else cast(T, _FILLERS[kind])
        if key in _NEVER_EMPTY and default is None and not str(value).strip():
            self.wrong(key, f"計畫檔 {self.where} 的「{key}」是空白的。", f"請填寫 {key}。", harmless=True)
        return value

    def maybe(self, key: str, kind: type[T]) -> T | None:
        """The value under `key`, or None where it is missing."""
        self._asked.add(key)
        return self.get(key, kind) if key in self._data else None

    def optional(self, key: str) -> object:
        """The value under `key`, of whatever kind, or None where it is missing."""
        self._asked.add(key)
        return self._data.get(key)

    def word(self, key: str, words: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.get(key, str, default)
        if value not in words:
            self.wrong(
                key, f"計畫檔 {self.where} 的「{key}」不能是「{value}」。", f"可用的有：{'、'.join(words)}。"
            )
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; missing is empty."""
        found = self.get(key, list, [])
        if not all(isinstance(each, str) for each in found):
            self.wrong(key, f"計畫檔 {self.where} 的「{key}」應為文字的清單。", "請修改該值。")
            return ()
        return tuple(found)

    def table(self, key: str, named: str = "") -> Table:
        """The table under `key`; a mistake when it is missing."""
        inner: object = self.get(key, dict)
        if not isinstance(self._data.get(key), Mapping):
            inner = _SAID
        return Table(inner, named or f"{self.where} {key}", (*self.place, key), self._mistakes)

    def tables(self, key: str, named: str = "", *, needed: bool = False) -> list[Table]:
        """The tables of the list under `key`, counted from 1 in messages; missing is empty unless `needed`."""
        found: list[Any] = self.get(key, list) if needed else self.get(key, list, [])
        return [
            Table(each, f"{named or f'{self.where} {key}'} {at + 1}", (*self.place, key, at), self._mistakes)
            for at, each in enumerate(found)
        ]

    def done(self) -> None:
        """A mistake for each key that nothing asked for: a misspelt key must not pass in silence."""
        known = "、".join(sorted(self._asked))
        for key in [each for each in self._data if each not in self._asked]:
            if key in _UNIT_AWARD:
                self.wrong(key, f"計畫檔 {self.where} 的「{key}」：{_REFUSED_WHY}。", _REFUSED_REMEDY)
            else:
                self.wrong(
                    key, f"計畫檔 {self.where} 有不認得的「{key}」。", f"可用的有：{known}。", harmless=True
                )


def refused_sentence(where: str, key: str) -> tuple[str, str]:
    """What is said of a benefit that is given to an agency and not to a person, and what to do."""
    return f"計畫檔 {where} 的「{key}」：{_REFUSED_WHY}。", _REFUSED_REMEDY


def is_unit_award(key: str) -> bool:
    """Whether a key is of an award by completion rate and size of an agency."""
    return key in _UNIT_AWARD


def _number(value: object) -> Decimal | None:
    """The value as an amount of hours or awards: finite and not negative; None where it is none."""
    try:
        number = Decimal(str(value))  # the text of a switch, a day or a list is no number
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
