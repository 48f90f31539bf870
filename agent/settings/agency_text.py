"""The text of a 機關設定檔 read: TOML as people write it, with every line that is wrong named at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from agent.roc import parse_date
from agent.settings import values
from agent.settings.agency_file import AgencyFile, PlanGiven
from agent.settings.lines import Lines
from agent.settings.lines import Path as Place
from rules.errors import ConfigError
from rules.work import Span, Suspension

_COMPARE = "請依所指的行修改，或洽製作本檔的人事單位。"


def read_agency(text: str, name: str, beside: Callable[[str], str]) -> AgencyFile:
    """The file of this text; `beside` gives the text of a file next to it. Raises ConfigError with every line that is wrong."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        found = re.search(r"at line (\d+)", str(why))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(f"機關設定檔 {name} 第 {line} 行不是正確的 TOML：{why}。", _COMPARE) from why
    return _Reading(text, name, beside).file(data)


class _Reading:
    """One reading: knows the text, so that every error names its line."""

    def __init__(self, text: str, name: str, beside: Callable[[str], str]) -> None:
        self._lines = Lines(text)
        self._name = name
        self._beside = beside
        self._sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._faults: list[str] = []

    def file(self, data: Mapping[str, Any]) -> AgencyFile:
        """The whole file: keys stand at the top or in [work], as in the settings file."""
        work = data.get("work", {})
        if not isinstance(work, dict):
            self._fault(("work",), "應為區段，請寫成 [work]")
            work = {}
        placed: list[tuple[Place, str, Any]] = [
            ((key,), key, each) for key, each in data.items() if key != "work"
        ]
        placed += [(("work", key), key, each) for key, each in work.items()]
        found: dict[str, Any] = {}
        stated: dict[str, Any] = {}
        for place, key, value in placed:
            if key in found or key in stated:
                self._fault(place, "寫了兩次，請只留一處")
            elif key in _WORK:
                self._read(place, _WORK[key], value)
                stated[key] = value
            elif key in _TOP and len(place) == 1:
                found[key] = self._read(place, _TOP[key], value)
            elif key == "suspensions":
                found[key] = self._each(place, _suspension, value)
            elif key == "plans" and len(place) == 1:
                found[key] = self._each(place, self._plan, value)
            else:
                self._fault(
                    place, f"不認得的設定；可用的有：{'、'.join((*_TOP, *_WORK, 'suspensions', 'plans'))}"
                )
        for key, word in (("name", "機關名稱"), ("issued_on", "發布日期")):
            if not found.get(key) and key not in data:
                self._faults.append(f"缺少「{key}」（{word}）")
        if self._faults:
            listed = "；".join(self._faults)
            raise ConfigError(f"機關設定檔 {self._name} 無法使用：{listed}。", _COMPARE)
        return AgencyFile(
            name=found["name"],
            issued_on=found["issued_on"],
            contact=found.get("contact", ""),
            stated=stated,
            suspensions=found.get("suspensions"),
            form_template=found.get("form_template", ""),
            plans=found.get("plans", ()),
            sha256=self._sha256,
        )

    def _read(self, place: Place, reader: Callable[[object], Any], value: object) -> Any:  # noqa: ANN401
        try:
            return reader(value)
        except (ValueError, TypeError, ConfigError) as why:
            self._fault(place, str(why).removesuffix("。"))
            return None

    def _each(self, place: Place, reader: Callable[[object], Any], value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self._fault(place, "應為清單")
            return ()
        return tuple(self._read((*place, at), reader, each) for at, each in enumerate(value))

    def _fault(self, place: Place, why: str) -> None:
        line = self._lines.of(place)
        key = next(each for each in reversed(place) if isinstance(each, str))
        entry = f"第 {place[-1] + 1} 項" if isinstance(place[-1], int) else ""
        self._faults.append(f"{f'第 {line} 行' if line else ''}「{key}」{entry}{why}")

    def _plan(self, value: object) -> PlanGiven:
        """A plan: the name of a TOML file beside this one, or the TOML itself as a text of several lines."""
        if isinstance(value, str) and "\n" in value:
            return PlanGiven("", _toml(value, "計畫"))
        given = values.text(value)
        return PlanGiven(given, _toml(self._beside(_file_name(given, ".toml")), f"計畫檔 {given} "))


def _toml(text: str, what: str) -> str:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        raise ValueError(f"{what}不是正確的 TOML：{why}") from why
    return text


def _file_name(value: object, ending: str = "") -> str:
    """A name of a file beside this one: no folder in it."""
    found = values.text(value)
    if not found or re.search(r"[/\\:\0]", found) or found.startswith(".") or not found.endswith(ending):
        raise ValueError(f"「{found}」應為同一資料夾內的檔名{f'（{ending}）' if ending else ''}")
    return found


def _named(value: object) -> str:
    found = values.text(value)
    if not found:
        raise ValueError("不可空白")
    if "\n" in found or len(found) > 60:
        raise ValueError("應為一行、60 字以內")
    return found


def _issued_on(value: object) -> date:
    """A date of TOML's own, or as people type it: 112/6/1."""
    return parse_date(value) if isinstance(value, str) else values.day(value)


def _suspension(value: object) -> Suspension:
    """停止上班: a day, a span of moments, or a table with from, to and, where not all are meant, city and districts."""
    if not isinstance(value, dict):
        return values.suspensions([value])[0]
    unknown = set(value) - {"from", "to", "city", "districts", "cause"}
    if unknown or not {"from", "to"} <= set(value):
        raise ValueError("應有 from、to，可有 city、districts、cause")
    districts = value.get("districts", [])
    if not isinstance(districts, list):
        raise ValueError("的 districts 應為清單")
    span: Span = values.spans([[value["from"], value["to"]]])[0]
    return Suspension(
        span,
        values.text(value.get("city", "")),
        tuple(values.text(each) for each in districts),
        values.text(value.get("cause", "")),
    )


_WORK: Mapping[str, Callable[[object], Any]] = {
    "hours": values.clock_spans,
    "lunch_is_off_duty": values.switch,
    "flexible": values.clock_spans,
    "span_policy": values.span_policy,
    "city": values.text,
    "district": values.text,
}
_TOP: Mapping[str, Callable[[object], Any]] = {
    "name": _named,
    "issued_on": _issued_on,
    "contact": values.text,
    "form_template": _file_name,
}
