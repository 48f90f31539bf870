"""What the papers rest on, in words: where the records were read, by which calendar, plan data and program."""

from __future__ import annotations

from agent.documents.case import ClaimCase
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
    """The characters beyond the common fonts in what the person typed, so that a box on the paper is known for what it is."""
    person = case.person
    typed = "".join((person.name, person.agency, person.unit, person.job_title))
    rare = list(dict.fromkeys(each for each in typed if ord(each) > 0xFFFF))
    if not rare:
        return ()
    named = "、".join(f"{each}（U+{ord(each):X}）" for each in rare)
    return (f"罕用字：{named}；如印成方框，請以手寫補正。",)
