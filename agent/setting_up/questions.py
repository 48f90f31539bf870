"""The questions about settings, in their order: each with its option, where its answer is kept, and how it is read and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.setting_up import reading

CATEGORIES = (
    "編制內公務人員",
    "約聘人員",
    "約僱人員",
    "約用人員",
    "教師",
    "職工",
    "技工",
    "工友",
    "臨時人員",
    "實務訓練人員",
)
CLEAR = "-"
HAND = "hand"  # the way in without a stored password


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `default` is the setting's own default, `hint` says what an answer looks like.

    A hint that is `listed` stands on a line of its own, and `title` opens a group of questions.
    `read` turns what was typed into the setting (ValueError: asked again), `show` back into what is typed or read aloud.
    """

    option: str
    place: tuple[str, str]
    asked: str
    hint: str
    read: Callable[[str], Any]
    show: Callable[[Any], str]
    default: Any
    title: str = ""
    listed: bool = False


def _category(typed: str) -> str:
    """A category by its number in the list, or in its own words."""
    found = reading.text(typed)
    if found.isdecimal():
        if not 1 <= int(found) <= len(CATEGORIES):
            raise ValueError(f"請輸入 1 到 {len(CATEGORIES)}，或直接寫人員類別。")
        return CATEGORIES[int(found) - 1]
    return found


_LISTED = "　".join(f"{at} {each}" for at, each in enumerate(CATEGORIES, start=1))
_USUAL = [["08:00", "12:00"], ["13:30", "17:30"]]

QUESTIONS: tuple[Question, ...] = (
    Question(
        "--name",
        ("person", "name"),
        "姓名",
        "",
        reading.text,
        str,
        "",
        "申請表上的資料（不需要、也請不要填身分證統一編號）",
    ),
    Question("--agency", ("person", "agency"), "服務機關全銜", "例：高雄市○○區公所", reading.text, str, ""),
    Question("--unit", ("person", "unit"), "服務單位", "", reading.text, str, ""),
    Question("--job-title", ("person", "job_title"), "職稱", "", reading.text, str, ""),
    Question("--category", ("person", "category"), "人員類別", _LISTED, _category, str, "", listed=True),
    Question(
        "--hours",
        ("work", "hours"),
        "上班時間",
        "",
        reading.clock_spans,
        reading.show_clock_spans,
        _USUAL,
        "上班時間：用來判斷課程起迄是否為公餘時間。不確定請問人事單位；先用預設值也可以，之後改了會自動重新判斷。",
    ),
    Question(
        "--lunch-off",
        ("work", "lunch_is_off_duty"),
        "午休視為公餘時間嗎",
        "是／否",
        reading.yes,
        reading.show_yes,
        True,
    ),
    Question(
        "--flexible",
        ("work", "flexible"),
        "彈性上下班的時段",
        "例：07:30-08:30、17:00-18:00；沒有就直接按 Enter",
        reading.clock_spans,
        reading.show_clock_spans,
        [],
    ),
    Question(
        "--city",
        ("work", "city"),
        "服務機關所在縣市",
        "對照停止上班；空白用計畫的縣市",
        reading.text,
        str,
        "",
    ),
    Question("--district", ("work", "district"), "服務機關所在行政區", "", reading.text, str, ""),
    Question(
        "--unpaid-leave",
        ("work", "unpaid_leave"),
        "留職停薪期間",
        "例：112/3/1~112/8/31；沒有就直接按 Enter",
        reading.day_spans,
        reading.show_day_spans,
        [],
    ),
    Question(
        "--own-holidays",
        ("work", "own_holidays"),
        "歲時祭儀等個人放假日",
        "例：112/8/3；沒有就直接按 Enter",
        reading.days,
        reading.show_days,
        [],
    ),
)
