"""ROC dates: every spelling that people and government forms use means the same day, and no other day passes."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.roc import parse_date, roc, roc_datetime, roc_short, roc_weekday, roc_year, weekday

LAST_DAY = date(2023, 8, 31)
FULL_WIDTH = str.maketrans("0123456789/.-", "０１２３４５６７８９／．－")


def spellings(day: date) -> list[str]:
    """Every accepted spelling of a day."""
    year, month, of_month = day.year - 1911, day.month, day.day
    parted = [
        f"{y}{sep}{m}{sep}{d}"
        for y in (str(year), f"{year:03d}", f"{day.year}")
        for sep in "/.-"
        for m, d in ((f"{month}", f"{of_month}"), (f"{month:02d}", f"{of_month:02d}"))
    ]
    written = [
        f"{year}年{month}月{of_month}日",
        f"{year} 年 {month} 月 {of_month} 日",
        f"民國{year}年{month}月{of_month}日",
        f"民國 {year:03d} 年 {month:02d} 月 {of_month:02d} 日",
        f"民國{year}/{month}/{of_month}",
        f"{day.year}年{month}月{of_month}日",
        f"西元{day.year}年{month}月{of_month}日",
    ]
    packed = [f"{year:03d}{month:02d}{of_month:02d}", day.strftime("%Y%m%d"), day.isoformat()]
    plain = parted + written + packed
    return plain + [each.translate(FULL_WIDTH) for each in plain] + [f"  {each}\u3000" for each in plain]


@given(st.dates(date(1912, 1, 1), date(2910, 12, 31)))
def test_every_accepted_spelling_is_the_same_day(day: date) -> None:
    assert {parse_date(each) for each in spellings(day)} == {day}


@given(st.dates(date(1912, 1, 1), date(2910, 12, 31)))
def test_what_is_printed_can_be_typed_again(day: date) -> None:
    assert parse_date(roc(day)) == parse_date(roc_short(day)) == day


def test_the_forms_people_read() -> None:
    assert roc(LAST_DAY) == "112 年 8 月 31 日"
    assert roc_short(LAST_DAY) == "112/8/31"
    assert roc_weekday(LAST_DAY) == "112/8/31 四"
    assert weekday(LAST_DAY) == "四"
    assert roc_year(LAST_DAY) == 112
    assert roc_datetime(datetime(2023, 8, 31, 23, 59, 59)) == "112/8/31（四）23:59:59"
    assert [weekday(date(2023, 1, day)) for day in range(1, 8)] == list("日一二三四五六")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("112/2/29", "112 年 2 月沒有 29 日"),
        ("1120229", "112 年 2 月沒有 29 日"),
        ("１１２．２．２９", "112 年 2 月沒有 29 日"),
        ("2023-02-29", "西元 2023 年 2 月沒有 29 日"),
        ("112/13/1", "112 年沒有 13 月"),
        ("112/0/1", "112 年沒有 0 月"),
        ("112/4/31", "112 年 4 月沒有 31 日"),
        ("112/4/0", "112 年 4 月沒有 0 日"),
        ("2023831", "202 年沒有 38 月"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_in_words(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="沒有") as refused:
        parse_date(typed)
    assert str(refused.value) == sentence


def test_a_leap_day_of_a_leap_year_is_a_day() -> None:
    assert parse_date("113/2/29") == date(2024, 2, 29)
    assert parse_date("0940526") == date(2005, 5, 26)


@pytest.mark.parametrize(
    "typed", ["", "  ", "昨天", "112/8", "8/31", "112/8.31", "990831", "112831", "民國2023年8月31日"]
)
def test_what_is_no_date_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="112/8/31 或 1120831"):
        parse_date(typed)


@pytest.mark.parametrize("typed", ["0/1/1", "0000101", "1911-12-31", "01120831", "西元112/8/31"])
def test_days_before_the_first_roc_year_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="早於民國元年"):
        parse_date(typed)


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    answer: date | str
    try:
        answer = parse_date(text)
    except ValueError as why:
        answer = str(why)
    assert isinstance(answer, date) or any("\u4e00" <= each <= "\u9fff" for each in answer)
