"""The attendance data that a home was given: leave, overtime, roster and punches, in one private file, merged with [work]."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.attendance.kinds import WORD, Kind
from agent.attendance.tables import refuse
from agent.home import Home, write_private
from agent.settings.config import read_tables
from rules.errors import ConfigError
from rules.wording import clock, day_with_weekday, roc_short
from rules.work import Leave, Work

if TYPE_CHECKING:  # what was imported before is judged without reading an export anew
    from agent.attendance.exported import Read

SCHEMA = "elearn-attendance/1"
FILE = "attendance.json"
CONFIG = "config.toml"
_SETTLE = "請更正其中一處：修改 config.toml，或執行 elearn attendance clear 後重新匯入正確的檔案。"


@dataclass(frozen=True, slots=True)
class Import:
    """What one import brought. The file's name is not kept: people put their own into it."""

    kind: Kind
    on: date
    sha256: str
    facts: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Where its facts come from, for people."""
        return f"{roc_short(self.on)} 匯入的{WORD[self.kind]}資料"

    @property
    def work(self) -> Work:
        """Its facts as the rules read them. Raises ConfigError where they cannot be used."""
        return read_tables({"work": dict(self.facts)}, FILE).work


def read_files(
    paths: Sequence[Path], kind: Kind | None, on: date
) -> tuple[list[Import], list[tuple[str, Read]]]:
    """What these files bring, with what was read of each. Raises ConfigError listing every fault of every file."""
    from agent.attendance.exported import read_export  # noqa: PLC0415

    read: list[tuple[str, Read]] = []
    found: list[Import] = []
    for path in paths:
        data = _bytes(path)
        each = read_export(data, path.name, kind)
        read.append((path.name, each))
        found.append(Import(each.kind, on, hashlib.sha256(data).hexdigest(), each.facts))
    refuse([fault for _, each in read for fault in each.faults])
    return found, read


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except OSError as why:
        raise ConfigError(f"檔案「{path.name}」無法讀取（{why.strerror}）。", "請確認檔案可讀取。") from why


def kept(home: Home) -> tuple[Import, ...]:
    """The imports of this home, oldest first."""
    try:
        data = json.loads((home.path / FILE).read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(data["schema"])
        return tuple(
            Import(
                Kind(each["kind"]), date.fromisoformat(each["on"]), str(each["sha256"]), dict(each["facts"])
            )
            for each in data["imports"]
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise ConfigError(
            f"出勤資料檔 {FILE} 無法讀取。", "請執行 elearn attendance clear 後重新匯入。"
        ) from why


def keep(home: Home, imports: Iterable[Import]) -> None:
    """Keep exactly these; no file where there are none."""
    listed = [
        {"kind": str(each.kind), "on": each.on.isoformat(), "sha256": each.sha256, "facts": dict(each.facts)}
        for each in imports
    ]
    if not listed:
        (home.path / FILE).unlink(missing_ok=True)
        return
    document = {"schema": SCHEMA, "imports": listed}
    write_private(home.path / FILE, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def added(before: Sequence[Import], new: Iterable[Import]) -> tuple[Import, ...]:
    """The imports with the new ones behind; the same file a second time brings nothing."""
    known = {(each.kind, each.sha256) for each in before}
    found = list(before)
    for each in new:
        if (each.kind, each.sha256) not in known:
            found.append(each)
            known.add((each.kind, each.sha256))
    return tuple(found)


def with_attendance(work: Work, imports: Iterable[Import]) -> Work:
    """The settings with every fact of these imports, in each of their periods too; what says the same is there once.

    Raises ConfigError naming both sources where two of them contradict each other.
    """
    found = list(imports)
    if not found:
        return work
    periods = tuple(replace(each, work=_merged(each.work, found)) for each in work.periods)
    return replace(_merged(work, found), periods=periods)


def _merged(work: Work, imports: Iterable[Import]) -> Work:
    punches = {day: (pair, CONFIG) for day, pair in work.punches.items()}
    leave = [(each, CONFIG) for each in work.leave]
    overtime, roster, covers = list(work.overtime), list(work.roster), list(work.roster_covers)
    for each in imports:
        facts = each.work
        for day, pair in facts.punches.items():
            if day in punches and punches[day][0] != pair:
                raise _two_punches(day, punches[day], (pair, each.text))
            punches.setdefault(day, (pair, each.text))
        for one in facts.leave:
            _agrees(one, each.text, leave)
            leave.append((one, each.text))
        overtime += facts.overtime
        roster += facts.roster
        covers += facts.roster_covers
    return replace(
        work,
        punches={day: pair for day, (pair, _) in sorted(punches.items())},
        leave=tuple(sorted({one for one, _ in leave}, key=_leave_order)),
        overtime=tuple(sorted(set(overtime), key=lambda span: (span.start, span.end))),
        roster=tuple(sorted(set(roster), key=lambda span: (span.start, span.end))),
        roster_covers=tuple(sorted(set(covers))),
    )


def _leave_order(each: Leave) -> tuple[object, ...]:
    return each.span.start, each.span.end, each.kind


def _two_punches(
    day: date, one: tuple[tuple[time, time], str], two: tuple[tuple[time, time], str]
) -> ConfigError:
    shown = [f"{where}為 {clock(pair[0])}–{clock(pair[1])}" for pair, where in (one, two)]
    return ConfigError(f"{day_with_weekday(day)}的刷卡時間互相矛盾：{shown[0]}，{shown[1]}。", _SETTLE)


def _agrees(one: Leave, where: str, known: Iterable[tuple[Leave, str]]) -> None:
    """The same span cannot be duty (公差) by one source and leave by another."""
    for other, source in known:
        if other.span == one.span and other.is_duty is not one.is_duty:
            raise ConfigError(
                f"{day_with_weekday(one.span.start.date())}的假別互相矛盾：{source}為{other.kind}，{where}為{one.kind}。",
                _SETTLE,
            )
