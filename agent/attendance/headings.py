"""Which column of an attendance system's export is which, and so what kind of file it is, told by its headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from agent.attendance.kinds import Kind
from agent.attendance.tables import Row, heading
from rules.errors import ConfigError


class Role(StrEnum):
    """What a column says; the value is its usual heading. START and END may hold a day, or a day with its time."""

    LEAVE_KIND = "假別"
    SHIFT = "班別"
    DATE = "日期"
    START = "起日"
    END = "迄日"
    START_TIME = "起時"
    END_TIME = "迄時"
    RANGE = "起迄"
    CAME = "上班刷卡"
    LEFT = "下班刷卡"
    PUNCH = "刷卡時間"
    STATUS = "簽核狀態"


_ABOUT = "(?:請假|差假|休假|申請|加班|實際|預定|核定|勤務|值班|值勤|輪值|班別|班表|出勤|工作)*"
_START, _END = "(?:開始|起始|起|自)", "(?:結束|終止|截止|迄止|迄|訖|止|至)"
_DAY, _CLOCK = "(?:日期|年月日|日)", "(?:時間|時刻|時分|時|點)"
_PUNCH = "(?:刷卡|打卡|簽到退|簽到|簽退|刷到|刷退)"


def _either(edge: str) -> tuple[str, str]:
    """The patterns of a day (perhaps with its time) and of a time alone at this edge."""
    day = f"{_ABOUT}(?:{edge}{_DAY}?|{_DAY}{edge}{_DAY}?|{edge}(?:日期時間|日時|日期時刻|日期及時間)|日期時間{edge})"
    return day, f"{_ABOUT}(?:{edge}{_CLOCK}|{_CLOCK}{edge})"


_PATTERNS: Mapping[Role, str] = {
    Role.LEAVE_KIND: "(?:請假|差假|休假|差勤)?(?:假別|類別|假類|種類|別|假種)(?:名稱|說明)?|請假名稱",
    Role.STATUS: "(?:表單|簽核|核准|申請|審核|假單|加班單|流程)*(?:狀態|結果)",
    Role.CAME: f"(?:上班|到班|到勤|首次|第一次|上班首次)(?:{_PUNCH}|卡)?(?:日期時間|時間|時刻)?|(?:簽到|刷到)(?:日期時間|時間|時刻)?",
    Role.LEFT: f"(?:下班|離班|退勤|末次|最後|最後一次|下班末次)(?:{_PUNCH}|卡)?(?:日期時間|時間|時刻)?|(?:簽退|刷退)(?:日期時間|時間|時刻)?",
    Role.PUNCH: f"{_PUNCH}(?:日期時間|時間|時刻)",
    Role.START: _either(_START)[0],
    Role.END: _either(_END)[0],
    Role.START_TIME: _either(_START)[1],
    Role.END_TIME: _either(_END)[1],
    Role.RANGE: f"{_ABOUT}(?:日期|時間|日期時間)?(?:起迄|起訖|起止)(?:日期時間|日期|時間|日時)?|{_ABOUT}(?:期間|時段)|(?:請假|加班|勤務|值班|值勤|輪值|班別)時間",
    Role.DATE: f"(?:{_PUNCH}|上班|{_ABOUT}){_DAY}",
    Role.SHIFT: "(?:勤務|輪值|值班|排班|當日)?(?:班別|班次|班表|勤務別|勤務)(?:名稱|代號)?",
}
_READS_FROM: Mapping[Kind, frozenset[Role]] = {
    Kind.LEAVE: frozenset({Role.LEAVE_KIND, Role.DATE, Role.START, Role.END, Role.START_TIME, Role.END_TIME, Role.RANGE, Role.STATUS}),
    Kind.OVERTIME: frozenset({Role.DATE, Role.START, Role.END, Role.START_TIME, Role.END_TIME, Role.RANGE, Role.STATUS}),
    Kind.ROSTER: frozenset({Role.SHIFT, Role.DATE, Role.START, Role.END, Role.START_TIME, Role.END_TIME, Role.RANGE, Role.CAME, Role.LEFT}),
    Kind.PUNCHES: frozenset({Role.DATE, Role.CAME, Role.LEFT, Role.PUNCH}),
}  # fmt: skip
_FIRST_ROWS = 10  # a title or two may stand above the headings


def role_of(text: str) -> Role | None:
    """What a column under this heading says, None where it is of no use here."""
    plain = heading(text)
    return next((role for role, pattern in _PATTERNS.items() if re.fullmatch(pattern, plain)), None)


def find_headings(rows: Sequence[Row], name: str) -> int:
    """Which row holds the headings. Raises ConfigError where none of the first rows does."""
    for at, row in enumerate(rows[:_FIRST_ROWS]):
        if sum(role_of(cell) is not None for cell in row.cells if cell) >= 2:
            return at
    first = "、".join(each for each in rows[0].cells if each) if rows else "（空白檔案）"
    raise ConfigError(
        f"檔案「{name}」裡找不到欄位名稱（第一列是：{first[:60]}）。",
        "第一列應為欄位名稱，例：假別、起日、迄日，或 刷卡日期、上班刷卡、下班刷卡。",
    )


def kind_of(headings: Sequence[str], name: str) -> Kind:
    """What kind of file has these headings. Raises ConfigError where they do not tell."""
    plain = [heading(each) for each in headings]
    roles = {role_of(each) for each in headings}
    if any(re.search("刷卡|打卡|簽到|簽退|刷到|刷退", each) for each in plain):
        return Kind.PUNCHES
    if Role.LEAVE_KIND in roles or any("請假" in each for each in plain):
        return Kind.LEAVE
    if any("加班" in each for each in plain):
        return Kind.OVERTIME
    if Role.SHIFT in roles or any(re.search("勤務|輪值|值班|值勤", each) for each in plain):
        return Kind.ROSTER
    raise ConfigError(
        f"看不出檔案「{name}」是請假、加班、勤務表還是刷卡資料（欄位：{'、'.join(headings)}）。",
        "請加上 --kind leave、overtime、roster 或 punches。",
    )


def columns(kind: Kind, headings: Sequence[str]) -> tuple[dict[Role, int], tuple[str, ...]]:
    """The columns that are read, by role (the first of each), and the headings of those that are not."""
    found: dict[Role, int] = {}
    ignored: list[str] = []
    for at, text in enumerate(headings):
        role = role_of(text)
        if role in _READS_FROM[kind] and role not in found:
            found[role] = at
        elif text:
            ignored.append(text)
    if kind is Kind.ROSTER:  # 上班時間 and 下班時間 of a roster are when the shift begins and ends
        for spoken, meant in ((Role.CAME, Role.START_TIME), (Role.LEFT, Role.END_TIME)):
            if spoken in found:
                found.setdefault(meant, found.pop(spoken))
    for clock, day in ((Role.START_TIME, Role.START), (Role.END_TIME, Role.END)):
        if clock in found and day not in found and Role.DATE not in found and Role.START not in found:
            found[day] = found.pop(clock)  # 開始時間 that stands alone holds its day as well
    return found, tuple(ignored)


def missing(kind: Kind, found: Mapping[Role, int]) -> tuple[str, ...]:
    """The columns without which this kind of file cannot be read."""
    lacking: list[str] = []
    if kind is Kind.LEAVE and Role.LEAVE_KIND not in found:
        lacking.append(str(Role.LEAVE_KIND))
    if kind is Kind.PUNCHES:
        pair = Role.CAME in found and Role.LEFT in found
        if not pair and Role.PUNCH not in found:
            lacking.append("上班刷卡與下班刷卡")
    elif not {Role.START, Role.DATE, Role.RANGE} & set(found):
        lacking.append("起日（或日期）")
    if kind is Kind.OVERTIME and not {Role.END, Role.END_TIME, Role.RANGE} & set(found):
        lacking.append("迄時（或起迄）")
    return tuple(lacking)
