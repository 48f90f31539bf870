"""Calendars of a home: the official CSV of 行政院人事行政總處 read, kept as an issue of its year, and joined with those that ship."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.attendance.tables import Fault, Row, heading, read_rows, refuse
from agent.home import Home, write_private
from agent.roc import parse_date, roc
from rules import bundled
from rules.calendar import Calendar, CalendarYear, read_year
from rules.errors import ConfigError
from rules.wording import weekday

HEADINGS = ("西元日期", "星期", "是否放假", "備註")
_WORKED, _OFF = "0", "2"
_REMEDY = "請從政府資料開放平臺（資料集 14718）下載「政府行政機關辦公日曆表」的 CSV 檔。"
_GOOGLE = "Google行事曆專用"
_YEARS = range(1990, 2151)


@dataclass(frozen=True, slots=True)
class Imported:
    """An official table as read: the issue, where it came from, and the bytes' hash."""

    year: CalendarYear
    file: str
    sha256: str

    @property
    def stem(self) -> str:
        """The name that the home keeps it under: year, revision, beginning of the hash."""
        word = ("original", "revised")[self.year.revision > 0]
        return f"{self.year.year}-{word}-{self.sha256[:8]}"


def read_official(data: bytes, name: str) -> Imported:
    """The official CSV of a whole year. Raises ConfigError listing every line that is wrong."""
    name = unicodedata.normalize("NFC", name)
    if _GOOGLE in name:
        raise ConfigError(
            f"「{name}」是給 Google 行事曆用的檔案，只列假日，不能判斷上班日。",
            "請改用同一頁沒有「Google行事曆專用」字樣的 CSV 檔。",
        )
    rows = read_rows(data, name)
    if not rows or tuple(heading(each) for each in rows[0].cells[:4]) != HEADINGS:
        found = "、".join(rows[0].cells) if rows else "空白檔案"
        raise ConfigError(
            f"「{name}」不是官方辦公日曆表：第一列應為「{','.join(HEADINGS)}」，實際為「{found[:60]}」。",
            _REMEDY,
        )
    days, faults = _days(rows[1:], name)
    refuse(faults)
    return _imported(days, data, name)


@dataclass(frozen=True, slots=True)
class _Day:
    line: int
    off: bool
    remark: str


def _days(rows: Sequence[Row], name: str) -> tuple[dict[date, _Day], list[Fault]]:
    """Every day that the table lists, and what is wrong with its lines."""
    found: dict[date, _Day] = {}
    faults: list[Fault] = []
    for row in rows:
        written, name_of_day, flag, remark = (*row.cells, "", "", "", "")[:4]
        try:
            day = parse_date(written)
            if not re.fullmatch(r"\d{8}", written) or day.year not in _YEARS:
                raise ValueError("應為 8 位數字的西元日期，例如 20250101")
        except ValueError as why:
            faults.append(Fault(name, row.line, HEADINGS[0], written, f"{str(why).removesuffix('。')}。"))
            continue
        if day in found:
            faults.append(Fault(name, row.line, HEADINGS[0], written, f"與第 {found[day].line} 行是同一天。"))
        if name_of_day.removeprefix("星期").removeprefix("週") != weekday(day):
            faults.append(Fault(name, row.line, HEADINGS[1], name_of_day, f"當天是星期{weekday(day)}。"))
        if flag not in {_WORKED, _OFF}:
            faults.append(Fault(name, row.line, HEADINGS[2], flag, "應為 0（上班）或 2（放假）。"))
        found[day] = _Day(row.line, flag == _OFF, remark)
    return found, faults


def _imported(days: dict[date, _Day], data: bytes, name: str) -> Imported:
    """The table as an issue; every day of one year must be there."""
    years = sorted({day.year for day in days})
    if len(years) != 1:
        shown = "、".join(map(str, years)) or "沒有任何日期"
        raise ConfigError(f"「{name}」應為一整年的辦公日曆表，實際有：{shown}。", _REMEDY)
    first = date(years[0], 1, 1)
    length = (date(years[0] + 1, 1, 1) - first).days
    lacking = [day for day in (first + timedelta(days=at) for at in range(length)) if day not in days]
    if lacking:
        shown = "、".join(map(str, lacking[:5]))
        raise ConfigError(
            f"「{name}」缺少 {len(lacking)} 天：{shown}{'…' if len(lacking) > 5 else ''}。", _REMEDY
        )
    sha256 = hashlib.sha256(data).hexdigest()
    revision, updated = _revision(name)
    year = CalendarYear(
        year=years[0],
        issue=_issue(years[0], revision, updated, sha256),
        source=f"{name}（sha256 {sha256}）",
        holidays={
            day: each.remark or "放假日"
            for day, each in days.items()
            if each.off and (day.weekday() < 5 or each.remark)
        },
        makeup_workdays={day: None for day, each in days.items() if not each.off and day.weekday() >= 5},
        revision=revision,
        updated=updated,
    )
    return Imported(year, name, sha256)


def _revision(name: str) -> tuple[int, date | None]:
    """What the file's name says: 修正版, and the day of an update (1141020更新)."""
    at = re.search(r"(\d{7})\s*(?:更新|修正)", name)
    try:
        updated = parse_date(at[1]) if at else None
    except ValueError:
        updated = None
    return int(re.search("修正|更新", name) is not None), updated


def _issue(year: int, revision: int, updated: date | None, sha256: str) -> str:
    parts = ["修正版"] if revision else []
    parts += [f"{roc(updated)}更新"] if updated else []
    parts.append(f"自行匯入 {sha256[:8]}")
    return f"行政院人事行政總處 {year - 1911} 年辦公日曆表（{'，'.join(parts)}）"


# -- kept in the home ------------------------------------------------------------------------------------------------------


def calendar_of(home: Home) -> Calendar:
    """The calendars that ship and those of this home: of each year the newest issue, or the one that was chosen, is used."""
    return Calendar.of([*bundled.calendar().kept, *kept(home)])


def kept(home: Home) -> list[CalendarYear]:
    """The issues imported into this home. Raises ConfigError for a file that cannot be used."""
    folder = home.path / "calendars"
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.glob("[0-9]*.toml")):
        try:
            found.append(read_year(path.read_text("utf-8"), path.name))
        except (OSError, UnicodeDecodeError) as why:
            raise ConfigError(f"日曆檔 {path.name} 無法讀取。", "請刪除該檔後重新匯入。") from why
    return found


def joined(before: Calendar, imported: Imported, *, use: bool) -> Calendar:
    """The calendar with this issue; `use`: it holds even where another is newer, and no other of its year is chosen any more."""
    year = replace(imported.year, chosen=use)
    others = [
        replace(each, chosen=False) if use and each.year == year.year else each
        for each in before.kept
        if each.issue != year.issue
    ]
    return Calendar.of([*others, year])


def keep(home: Home, imported: Imported, on: date, *, use: bool) -> str:
    """Keep the issue as a file of the home; its name."""
    folder = home.path / "calendars"
    if use:
        _unchoose(home, imported.year.year)
    path = folder / f"{imported.stem}.toml"
    write_private(path, _toml(imported, on, chosen=use).encode())
    return path.name


def _unchoose(home: Home, year: int) -> None:
    for path in (home.path / "calendars").glob(f"{year}-*.toml"):
        text = path.read_text("utf-8")
        if "\nchosen = true\n" in text:
            write_private(path, text.replace("\nchosen = true\n", "\n").encode())


def _toml(imported: Imported, on: date, *, chosen: bool) -> str:
    year = imported.year
    lines = [
        "# 由官方辦公日曆表 CSV 匯入：只列與「週一至週五上班」不同的日子。",
        f"year = {year.year}",
        f"issue = {_quoted(year.issue)}",
        f"source = {_quoted(year.source)}",
        f"file = {_quoted(imported.file)}",
        f'sha256 = "{imported.sha256}"',
        f"imported_on = {on.isoformat()}",
        f"revision = {year.revision}",
        *([f"updated = {year.updated.isoformat()}"] if year.updated else []),
        *(["chosen = true"] if chosen else []),
        f"days_off = {year.days_off()}",
        f"makeup_workdays = [{', '.join(map(str, sorted(year.makeup_workdays)))}]",
        "",
        "[holidays]",
        *(f"{day} = {_quoted(name)}" for day, name in sorted(year.holidays.items())),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'
