"""`check --explain` answers on one screen why so much, why not more, and what would make it the most."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from agent.demonstrating import PLAN
from agent.screens.explain_screen import explain_text
from agent.screens.verdict_screen import no_plan_text, verdict_text
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.verdict import Verdict
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.replica import State
from scrapers.snapshot import Snapshot

CELLS = (
    ("No.", "year"),
    ("課程類型", "course_type"),
    ("課程名稱", "title"),
    ("上課期間", "period"),
    ("閱讀時數", "reading"),
    ("測驗", "exam"),
    ("問卷", "survey"),
    ("通過條件", "condition"),
    ("通過狀態", "status"),
    ("認證時數", "hours"),
    ("終身學習上傳狀態", "upload"),
    ("終身學習時數上傳時間", "uploaded"),
)


def demo_verdict(on: date = date(2023, 7, 3), category: str = "編制內公務人員") -> Verdict:
    rows = State.demo().rows["TEST-000001"]
    body = "".join(
        f"<tr>{''.join(f'<td>{getattr(row, cell)}</td>' for _, cell in CELLS)}</tr>" for row in rows
    )
    head = "".join(f"<th>{heading}</th>" for heading, _ in CELLS)
    records, unread = LearningRecordPage(Snapshot(f"<table><tr>{head}</tr>{body}</table>")).rows()
    assert not unread
    about = Circumstances(Person(category=category), suspensions=bundled.suspensions())
    return judge(records, bundled.plan(PLAN), bundled.calendar(), on, about)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("為什麼是 4 小時，不是 16 小時？", id="the question"),
        pytest.param("✔ e馬當先育職能：4 小時（陸、六、1）", id="why 4 hours, with the clause"),
        pytest.param(
            "尚缺 2 門共 3 小時：『智慧城市治理的趨勢與挑戰(下)』2、『為民服務與陳情處理』1",
            id="why not more",
        ),
        pytest.param(
            "『元宇宙發展趨勢與產業新經濟』起迄時間 112/3/8（三）14:05:00–15:10:00 在上班時間（13:30–17:30）內",
            id="an on-duty row",
        ),
        pytest.param(
            "怎樣才會是 16 小時？（期限 112 年 8 月 31 日，還有 59 天）", id="what would make it 16"
        ),
        pytest.param(
            "完成『友善職場』、於公餘時間重新完成『元宇宙發展趨勢與產業新經濟』", id="each missing thing"
        ),
        pytest.param("行政院人事行政總處 112 年辦公日曆表", id="the calendar"),
        pytest.param("午休不計入上班時間，視為公餘時間。", id="the assumption leaned on"),
    ],
)
def test_the_demonstration_explains(said: str) -> None:
    assert said in explain_text(demo_verdict())


def test_it_is_one_screen() -> None:
    lines = explain_text(demo_verdict()).splitlines()
    rows = sum(max(1, -(-cell_len(line) // 120)) for line in lines)
    assert rows <= 45


def test_after_the_deadline_nothing_is_promised() -> None:
    text = explain_text(demo_verdict(on=date(2023, 9, 15)))
    assert "期限 112 年 8 月 31 日已過" in text
    assert "怎樣才會" not in text


def test_somebody_not_covered_is_told_so_and_nothing_else_is_promised() -> None:
    text = explain_text(demo_verdict(category="教師"))
    assert "人員類別「教師」不在計畫適用對象內。" in text
    assert "怎樣才會" not in text


def test_no_plan_is_said_and_never_shown_as_zero() -> None:
    assert no_plan_text(date(2025, 6, 1)).startswith("尚無 114 年度計畫資料")
    assert "0 小時" not in no_plan_text(date(2025, 6, 1))


@pytest.mark.parametrize("word", ["核准", "保證", "違規", "合格", "颱風假", "爬蟲"])
def test_words_that_people_must_not_read(word: str) -> None:
    assert word not in verdict_text(demo_verdict()) + explain_text(demo_verdict())
