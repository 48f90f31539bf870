"""逐筆檢核表 as text: every row of the portal in the portal's own words, with what was made of it and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from agent.documents.case import ClaimCase
from agent.documents.columns import Column
from agent.documents.provenance import settings_text, source_text, versions_text
from agent.roc import roc, roc_short, weekday
from rules.record import LearningRecord, UnreadRow
from rules.verdict import ReasonCode, RowVerdict, State

TITLE = "逐筆檢核表"
_KIND = {"補行上班日": "補行\n上班日"}  # five characters in a column of three
STATES = {State.MET: "符合", State.REVIEW: "待認定", State.MISSING: "未完成", State.FAILED: "不符合"}
PORTAL_COLUMNS = 12

# 277 mm: A4 landscape less 10 mm at either side. The first twelve are the portal's headings. At 12 pt a figure is 2.1 mm
# wide and a character 4.3 mm: each column holds what the portal writes in it without breaking a word or a moment.
COLUMNS = (
    Column("No.", 9),
    Column("課程\n類型", 9.4),
    Column("課程名稱（代碼）", 43.4, centred=False),
    Column("上課期間", 43.6),
    Column("閱讀時數", 18),
    Column("測驗", 9.4),
    Column("問卷", 9.4),
    Column("通過條件", 56.6, centred=False),
    Column("通過\n狀態", 13.6),
    Column("認證\n時數", 9.4),
    Column("終身學習\n上傳狀態", 17.8),
    Column("終身學習時\n數上傳時間", 22.2),
    Column("判定", 15.2),
)


_GUIDE = (
    "前 12 欄為平臺「學習紀錄」原文；判定及理由由申請人電腦依計畫比對，是否採計由服務機關認定。"
    "「符合」而未附理由者，起迄時間均為公餘時間。"
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row's cells, and the line beneath it: why it was judged so, with the clause; "" where the cells say it all."""

    cells: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """Rows under one heading. A row has a cell for every column, or fewer: then the first spans those that are missing."""

    heading: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """Every string of the sheet, top to bottom."""

    title: str
    heading: str
    person: str
    check: str
    mark: str
    columns: tuple[Column, ...]
    portal_columns: int
    groups: tuple[SheetGroup, ...]
    foot: tuple[str, ...]


def sheet_view(case: ClaimCase) -> SheetView:
    """The sheet's text: first the rows applied for, set by set as on the form, then the rest; each in the portal's order."""
    names = (("服務單位", case.person.unit), ("職稱", case.person.job_title), ("姓名", case.person.name))
    return SheetView(
        title=TITLE,
        heading=f"{case.person.agency} {case.plan.year} 年度 {case.plan.form_title}".strip(),
        person="　".join(f"{label}：{text or '＿＿＿＿＿＿'}" for label, text in names),
        check=f"核對碼 {case.check_code}",
        mark="測試" if case.test else "",
        columns=COLUMNS,
        portal_columns=PORTAL_COLUMNS,
        groups=tuple(_groups(case)),
        foot=(
            f"{counted_text(case)}。{_GUIDE}",
            f"{source_text(case)}；判定日：{roc(case.verdict.on)}；申請案：{case.claim_id}",
            settings_text(case),
            f"{versions_text(case)}；依據：{case.plan.document}",
        ),
    )


def counted_text(case: ClaimCase) -> str:
    """How many rows were read against how many the portal states; what does not add up is shown as it is."""
    unread = f"未能判讀 {case.unread} 筆"
    if case.total_stated is None:
        return f"已讀 {case.rows_read} 筆（無平臺顯示總筆數可對照）；{unread}"
    total = f"平臺顯示 {case.total_stated} 筆"
    if case.rows_gone:
        total += f"＋平臺不再顯示 {case.rows_gone} 筆"
    expected = case.total_stated + case.rows_gone
    if case.unread and case.rows_read + case.unread == expected:
        return f"已讀 {case.rows_read} 筆＋{unread}＝{total}"
    sign = "＝" if case.rows_read == expected else "≠"
    return f"已讀 {case.rows_read} 筆{sign}{total}；{unread}"


def _groups(case: ClaimCase) -> Iterable[SheetGroup]:
    """Applied for, set by set; the plan's other rows; later rows; rows outside the plan; unread rows. Empty ones are left out."""
    rows = case.verdict.rows
    for each in case.claimed_sets:
        own = [row for row in rows if row.set == each.key and row.counted]
        yield from _group(f"本次申請　{each.title}（{each.clause}）", own, case)
    other = [row for row in rows if row.set is not None and not (row.counted and row.set in case.sets)]
    yield from _group("本計畫課程，未列入本次申請", other, case)
    later = [row for row in rows if _is_later(row, case)]
    yield from _group(f"判定日（{roc_short(case.verdict.on)}）之後完成", later, case)
    outside = [row for row in rows if row.set is None and not _is_later(row, case)]
    yield from _group("非本計畫課程", outside, case)
    if case.verdict.unread:
        unread = tuple(_unread(each) for each in case.verdict.unread)
        yield SheetGroup(f"未能判讀（{len(unread)} 筆）", unread)


def _group(title: str, rows: list[RowVerdict], case: ClaimCase) -> Iterable[SheetGroup]:
    if rows:
        yield SheetGroup(f"{title}（{len(rows)} 筆）", tuple(_row(each, case) for each in rows))


def _is_later(row: RowVerdict, case: ClaimCase) -> bool:
    """Whether the row ended after the day of the verdict and was therefore not judged."""
    last = datetime.combine(case.verdict.on, time()) + timedelta(days=1)
    return row.set is None and row.record.end is not None and row.record.end > last


def _row(row: RowVerdict, case: ClaimCase) -> SheetRow:
    """The portal's twelve cells, the word of the verdict over the kind of day, and why."""
    said = [
        each for each in row.reasons if row.state is not State.MET or each.code is not ReasonCode.OFF_DUTY
    ]
    reasons = [f"{each.text}{f'（{each.clause}）' if each.clause else ''}" for each in dict.fromkeys(said)]
    if row.set is None:
        word = "未判定" if _is_later(row, case) else "非本計畫課程"
    else:
        word = STATES[row.state] if row.state else ""
        word = "\n".join(
            dict.fromkeys(
                each
                for each in (word, _KIND.get(row.kind_of_day, row.kind_of_day), _weekdays(row.record))
                if each
            )
        )
        if not row.counted and row.state is not State.MISSING:
            reasons.append("同一課程另有一筆較有利，只採計一筆。")
        elif row.set not in case.sets and row.counted:
            reasons.insert(0, f"屬「{case.plan.set_of(row.set).title}」，未列入本次申請。")
    return SheetRow((*portal_cells(row.record), word), "".join(dict.fromkeys(reasons)))


def _weekdays(record: LearningRecord) -> str:
    """The weekday, of a row over several days both: 「（三）」, 「（二～四）」; the portal prints none."""
    days = dict.fromkeys(weekday(each.date()) for each in (record.start, record.end) if each)
    return f"（{'～'.join(days)}）" if days else ""


def _unread(row: UnreadRow) -> SheetRow:
    """The cells as shown; where their number is not the portal's, all in one cell."""
    if len(row.cells) == PORTAL_COLUMNS:
        return SheetRow((*row.cells, "未能判讀"), row.reason)
    return SheetRow(("　｜　".join(row.cells) or row.title or "", "未能判讀"), row.reason)


def portal_cells(record: LearningRecord) -> tuple[str, ...]:
    """A record in the twelve columns of the portal, written as the portal writes them; a blank cell stays blank."""
    period = "~\n".join(_portal_time(each) for each in (record.start, record.end) if each)
    return (
        record.number or "",
        record.course_type or "",
        f"{record.title} ({record.code})" if record.code else record.title,
        period,
        _reading(record.reading),
        record.exam or "",
        record.survey or "",
        (record.condition or "").replace(" 閱讀時數", "\n閱讀時數").replace(" 需填問卷", "\n需填問卷"),
        record.status or "",
        "" if record.certified_hours is None else f"{record.certified_hours:f}",
        record.upload_status or "",
        _portal_time(record.uploaded_at) if record.uploaded_at else "",
    )


def _portal_time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _reading(reading: timedelta | None) -> str:
    if reading is None:
        return ""
    minutes, seconds = divmod(int(reading.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
