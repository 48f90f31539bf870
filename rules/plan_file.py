"""A plan file (TOML) as a Plan. Every mistake names the key and what to do."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from rules.errors import ConfigError
from rules.plan import (
    AllOf,
    AnyOf,
    BenefitRule,
    Categories,
    Course,
    CourseSet,
    GrantRule,
    Need,
    Plan,
    SetNeed,
)
from rules.titles import normalise

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


class Table:
    """One TOML table that knows where it stands and which of its keys were asked for."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, Mapping):
            raise ConfigError(f"計畫檔 {where} 應為表格。", "請對照 plan show 顯示的格式修改。")
        self._data: Mapping[str, Any] = data
        self.where = where
        self._asked: set[str] = set()

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value under `key`. Raises ConfigError when it is missing (and has no default) or of another kind."""
        self._asked.add(key)
        if key not in self._data:
            if default is not None:
                return default
            raise ConfigError(f"計畫檔 {self.where} 缺少「{key}」。", f"請補上 {key}（{_KINDS[kind]}）。")
        value = self._data[key]
        if kind is Decimal:
            value = _number(value)
        # To Python true is an integer and a moment is a date; portal times have no offset.
        other = (kind is int and isinstance(value, bool)) or (
            isinstance(value, datetime) and (kind is date or value.tzinfo is not None)
        )
        if other or not isinstance(value, kind):
            raise ConfigError(f"計畫檔 {self.where} 的「{key}」應為{_KINDS[kind]}。", "請修改該值。")
        return value

    def optional(self, key: str) -> object:
        """The value under `key`, of whatever kind, or None where it is missing."""
        self._asked.add(key)
        return self._data.get(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; missing is empty."""
        found = self.get(key, list, [])
        if not all(isinstance(each, str) for each in found):
            raise ConfigError(f"計畫檔 {self.where} 的「{key}」應為文字的清單。", "請修改該值。")
        return tuple(found)

    def done(self) -> None:
        """Raises ConfigError for a key that nothing asked for: a misspelt key must not pass in silence."""
        unknown = sorted(set(self._data) - self._asked)
        if unknown:
            known = "、".join(sorted(self._asked))
            raise ConfigError(f"計畫檔 {self.where} 有不認得的「{unknown[0]}」。", f"可用的有：{known}。")


def _number(value: object) -> Decimal | None:
    """The value as an amount of hours or awards: finite and not negative; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def read_plan(text: str, name: str, source: str = "bundled") -> Plan:
    """The plan in this TOML text. `name` is the file's name, for errors; `source` says where the plan came from.

    Raises ConfigError for bad syntax, a missing, unknown or wrong key, hours that do not add up, a title listed twice,
    or a grant that names no set.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise ConfigError(f"計畫檔 {name} 不是正確的 TOML：{why}", "請依錯誤所指的行列修改。") from why
    top = Table(data, name)
    covers = Table(top.get("covers", dict), f"{name} [covers]")
    categories = Table(top.get("categories", dict), f"{name} [categories]")
    form = Table(top.get("form", dict), f"{name} [form]")
    sets = tuple(_set(each, f"{name} [[set]] {at + 1}") for at, each in enumerate(top.get("set", list)))
    benefits = tuple(
        _benefit(each, f"{name} [[benefit]] {at + 1}", {each.key for each in sets})
        for at, each in enumerate(top.get("benefit", list))
    )
    plan = Plan(
        key=top.get("key", str),
        title=top.get("title", str),
        short=top.get("short", str),
        document=top.get("document", str),
        issuer=top.get("issuer", str),
        issued_on=top.get("issued_on", date),
        covers=(covers.get("from", date), covers.get("to", date)),
        window_clause=covers.get("clause", str),
        year=top.get("year", int),
        city=top.get("city", str),
        categories=Categories(
            categories.texts("covered"), categories.texts("not_covered"), categories.get("clause", str)
        ),
        sets=sets,
        benefits=benefits,
        form_title=form.get("title", str),
        form_clause=form.get("clause", str),
        form_notes=form.texts("notes"),
        source=source,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        examples=tuple(top.get("example", list, [])),
    )
    for table in (top, covers, categories, form):
        table.done()
    _check(plan, name)
    return plan


def _set(data: object, where: str) -> CourseSet:
    table = Table(data, where)
    found = CourseSet(
        key=table.get("key", str),
        title=table.get("title", str),
        clause=table.get("clause", str),
        hours=table.get("hours", Decimal),
        courses=tuple(
            _course(each, f"{where} courses {at + 1}") for at, each in enumerate(table.get("courses", list))
        ),
    )
    table.done()
    return found


def _course(data: object, where: str) -> Course:
    table = Table(data, where)
    found = Course(
        title=table.get("title", str),
        hours=table.get("hours", Decimal),
        item=table.get("item", str, ""),
        aliases=table.texts("aliases"),
    )
    table.done()
    return found


def _benefit(data: object, where: str, sets: set[str]) -> BenefitRule:
    table = Table(data, where)
    found = BenefitRule(
        key=table.get("key", str),
        title=table.get("title", str),
        unit=table.get("unit", str),
        clause=table.get("clause", str),
        cap=table.get("cap", Decimal),
        completed_by=table.get("completed_by", date),
        off_duty=table.get("off_duty", bool),
        unpaid_leave_counts=table.get("unpaid_leave_counts", bool),
        needs_upload=table.get("needs_upload", bool),
        evidence=table.get("evidence", str),
        grants=tuple(
            _grant(each, f"{where} grants {at + 1}", sets)
            for at, each in enumerate(table.get("grants", list))
        ),
    )
    table.done()
    if found.off_duty and found.unpaid_leave_counts:
        raise ConfigError(
            f"計畫檔 {where}：限公餘時間的項目不能同時採計留職停薪期間。",
            "請將 unpaid_leave_counts 設為 false。",
        )
    # What the judge does not tell apart must not be written in silence.
    if found.off_duty and found.needs_upload:
        raise ConfigError(
            f"計畫檔 {where}：限公餘時間的項目尚不能以上傳狀態判斷。", "請將 needs_upload 設為 false。"
        )
    if not found.off_duty and not found.unpaid_leave_counts:
        raise ConfigError(
            f"計畫檔 {where}：不限公餘時間的項目尚不能排除留職停薪期間。",
            "請將 unpaid_leave_counts 設為 true。",
        )
    return found


def _grant(data: object, where: str, sets: set[str]) -> GrantRule:
    table = Table(data, where)
    amount, clause = table.get("amount", Decimal), table.get("clause", str)
    needs = _need(data["needs"] if isinstance(data, Mapping) and "needs" in data else None, where, sets)
    title = (
        data["needs"].get("title", "")
        if isinstance(data, Mapping) and isinstance(data["needs"], Mapping)
        else ""
    )
    table.get("needs", object, needs)
    table.done()
    return GrantRule(amount, needs, clause, str(title))


def _need(data: object, where: str, sets: set[str]) -> Need:
    """A grant's condition: a set's key, or { all_of = […] }, { any_of = […] }, { at_least = n, of = […] }, nested freely."""
    if isinstance(data, str):
        if data not in sets:
            raise ConfigError(
                f"計畫檔 {where} 提到不存在的組裝課程「{data}」。", f"可用的有：{'、'.join(sorted(sets))}。"
            )
        return SetNeed(data)
    if isinstance(data, Mapping):
        rest = {key: value for key, value in data.items() if key != "title"}
        parts = next((value for value in rest.values() if isinstance(value, list)), [])
        needs = tuple(_need(each, where, sets) for each in parts)
        if set(rest) == {"all_of"} and needs:
            return AllOf(needs)
        if set(rest) == {"any_of"} and needs:
            return AnyOf(needs)
        count = rest.get("at_least")
        if set(rest) == {"at_least", "of"} and isinstance(count, int) and 0 < count <= len(needs):
            return AnyOf(needs, count)
    raise ConfigError(
        f"計畫檔 {where} 的 needs 無法使用。", "請寫組裝課程的 key，或 all_of、any_of、at_least＋of。"
    )


def _check(plan: Plan, name: str) -> None:
    """What no single table shows: sums, doubles and the order of dates."""
    for each in plan.sets:
        total = sum((course.hours for course in each.courses), Decimal(0))
        if total != each.hours:
            raise ConfigError(
                f"計畫檔 {name} 的「{each.title}」課程時數合計 {total}，與所載 {each.hours} 不符。",
                "請核對各課程時數。",
            )
    seen: dict[str, str] = {}
    for each in plan.sets:
        for course in each.courses:
            for spelling in {normalise(title) for title in (course.title, *course.aliases)}:
                if spelling in seen:
                    raise ConfigError(
                        f"計畫檔 {name} 的課程「{course.title}」與「{seen[spelling]}」視為同一名稱。",
                        "同一課程只能列一次。",
                    )
                seen[spelling] = course.title
    for what, keys in (
        ("組裝課程", [each.key for each in plan.sets]),
        ("項目", [each.key for each in plan.benefits]),
    ):
        if len(set(keys)) != len(keys):
            raise ConfigError(f"計畫檔 {name} 有重複的{what} key。", "每個 key 只能用一次。")
    if plan.covers[0] > plan.covers[1]:
        raise ConfigError(f"計畫檔 {name} 的辦理時程起日在迄日之後。", "請核對 covers。")
    for both in set(plan.categories.covered) & set(plan.categories.not_covered):
        raise ConfigError(f"計畫檔 {name} [categories] 的「{both}」同時列為適用與不適用。", "只能列在一邊。")
    _check_benefits(plan, name)
    if not plan.sets or not plan.benefits:
        raise ConfigError(
            f"計畫檔 {name} 沒有組裝課程或沒有補休、獎勵項目。", "請補上 [[set]] 與 [[benefit]]。"
        )


def _check_benefits(plan: Plan, name: str) -> None:
    """The conditions of the benefits. A row is judged once for those in off-duty time and once for the others."""
    asked: dict[bool, tuple[date, bool]] = {}
    for each in plan.benefits:
        if each.completed_by < plan.covers[0]:
            raise ConfigError(
                f"計畫檔 {name} 的「{each.title}」completed_by 在辦理時程起日之前。", "請核對 completed_by。"
            )
        own = (each.completed_by, each.needs_upload)
        if asked.setdefault(each.off_duty, own) != own:
            raise ConfigError(
                f"計畫檔 {name} 的「{each.title}」與另一個同類項目的 completed_by 或 needs_upload 不同，尚不能判斷。",
                "off_duty 相同的項目請用相同的條件。",
            )
