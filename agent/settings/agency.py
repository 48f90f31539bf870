"""機關設定檔: one file from the personnel office, so that everybody of an agency is judged by one reading."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from agent.home import Home, write_private
from agent.roc import parse_date
from agent.settings import values
from agent.settings.lines import Lines
from agent.settings.lines import Path as Place
from rules.errors import ConfigError
from rules.wording import roc_short
from rules.work import Span, Suspension

SCHEMA = "elearn-agency/1"
_FILE = "agency.json"
_LARGEST = 2_000_000
_COMPARE = "請依所指的行修改，或洽製作本檔的人事單位。"


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """A plan that came with the file: its file name, "" where it stands in the file itself, and its TOML text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """The file as it was read. `stated` are the settings it gives, by the keys of [work], as TOML holds them.

    `suspensions` is None where the file says nothing of them; `form_template` names the form that is filled in instead of ours.
    """

    name: str
    issued_on: date
    contact: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)
    suspensions: tuple[Suspension, ...] | None = None
    form_template: str = ""
    plans: tuple[PlanGiven, ...] = ()
    sha256: str = ""

    @property
    def label(self) -> str:
        """Its name and date, as the form prints them."""
        return f"{self.name} {roc_short(self.issued_on)}"

    @property
    def stated_by(self) -> dict[str, str]:
        """Whose word these settings are, for the verdict; days of suspended work are facts and no reading."""
        return dict.fromkeys(self.stated, f"機關設定檔「{self.name}」{roc_short(self.issued_on)}")

    def tables(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """[work] of the settings with this file's word in it; a suspension elsewhere than at this person's place is left out."""
        merged = {**own, **self.stated}
        if self.suspensions is not None:
            city, district = (str(merged.get(key, "")) for key in ("city", "district"))
            here = [each.span for each in self.suspensions if each.applies_to(city or each.city, district)]
            merged["suspensions"] = [[each.start.isoformat(), each.end.isoformat()] for each in here]
        return merged


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


# -- kept in the home ------------------------------------------------------------------------------------------------------


def open_agency(path: Path) -> tuple[AgencyFile, bytes]:
    """The file at this path, and what the home keeps of it: its text and the plans beside it, in one."""
    texts: dict[str, str] = {}

    def beside(name: str) -> str:
        texts[name] = _text(path.parent / name)
        return texts[name]

    text = _text(path)
    agency = read_agency(text, path.name, beside)
    kept = {"schema": SCHEMA, "text": text, "beside": texts}
    return agency, (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()


def kept_agency(home: Home) -> AgencyFile | None:
    """The file that this home was given, None where it was given none."""
    try:
        kept = json.loads((home.path / _FILE).read_text("utf-8"))
        texts: dict[str, str] = kept["beside"]
        return read_agency(kept["text"], "（已匯入）", lambda name: texts[name])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise ConfigError(
            f"已匯入的機關設定檔（{_FILE}）無法讀取。", "請執行 elearn agency clear 後重新匯入。"
        ) from why


def keep_agency(home: Home, kept: bytes) -> None:
    """Keep what `open_agency` gave: from now on this file holds."""
    write_private(home.path / _FILE, kept)


def forget_agency(home: Home) -> None:
    """The settings are the person's own again."""
    (home.path / _FILE).unlink(missing_ok=True)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"檔案「{path.name}」太大。", "機關設定檔應為小於 2 MB 的文字檔。")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except (OSError, UnicodeDecodeError) as why:
        raise ConfigError(f"檔案「{path.name}」無法讀取。", "請確認是 UTF-8 文字檔且可讀取。") from why


def stated_json(agency: AgencyFile) -> dict[str, Any]:
    """The file as plain values, for `--json`."""
    suspensions = [
        {
            "from": each.span.start.isoformat(),
            "to": each.span.end.isoformat(),
            "city": each.city,
            "districts": list(each.districts),
            "cause": each.cause,
        }
        for each in agency.suspensions or ()
    ]
    work = {key: _plain(each) for key, each in agency.stated.items()}
    return {
        "name": agency.name,
        "issued_on": agency.issued_on.isoformat(),
        "contact": agency.contact,
        "work": work if agency.suspensions is None else {**work, "suspensions": suspensions},
        "form_template": agency.form_template or None,
        "plans": [each.name or "（寫在檔內）" for each in agency.plans],
        "sha256": agency.sha256,
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - plain JSON values
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | bool | int | float) else _iso(value)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
