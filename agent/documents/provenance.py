"""What the papers rest on, in words: where the records were read, by which calendar, plan data and program."""

from __future__ import annotations

from agent.documents.case import ClaimCase
from agent.documents.glyphs import named
from agent.roc import roc_datetime
from rules.record import Origin


def source_text(case: ClaimCase) -> str:
    """Where the records were read, and when."""
    words: dict[str, str] = {
        Origin.SAVED_PAGE: "申請人存檔的平臺網頁",
        Origin.REPLICA: "測試資料（非真實紀錄）",
    }
    place = words.get(case.origin, "匯入檔案" if case.imported else "e等公務園⁺學習平臺")
    return f"資料來源：{place}" + (f"（{roc_datetime(case.taken_at)} 讀取）" if case.taken_at else "")


def versions_text(case: ClaimCase) -> str:
    """The plan data by key, source and the beginning of its hash, and the program's version."""
    plan = case.plan
    source = "內建" if plan.source == "bundled" else plan.source
    short = f"，{plan.sha256[:8]}" if plan.sha256 else ""
    return f"計畫資料：{plan.key}（{source}{short}）；程式版本：{case.program_version}"


def settings_text(case: ClaimCase) -> str:
    """Calendar, work hours and the agency's file, by which 公餘時間 was told."""
    agency = f"；機關設定檔：{case.agency_file}" if case.agency_file else ""
    return f"日曆：{case.calendar_text}；上班時間：{case.work_hours_text}{agency}"


def rare_text(case: ClaimCase) -> tuple[str, ...]:
    """What is printed as a box because no font of this computer has it, so that the box is known for what it is."""
    if not case.unprintable:
        return ()
    return (f"本表製作時，電腦沒有下列字的字型，印成方框者請以手寫補正：{named(case.unprintable)}。",)
