"""Cells: every spelling known of a time, a period, a length and hours; anything else is a ValueError that shows the text."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.portals.elearn import cells

AT = datetime(2023, 1, 2, 12)
BLANK = ["", " ", "\u3000", "\xa0", "\n", "-", "--", "---", "－", "－－", "—", "無", " -- "]


@pytest.mark.parametrize("cell", BLANK)
def test_a_blank_cell_is_no_value(cell: str):
    assert cells.moment(cell) is None
    assert cells.period(cell) == (None, None)
    assert cells.duration(cell) is None
    assert cells.certified_hours(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        *("2023-01-02 12:00:00", "2023/01/02 12:00:00", "2023/1/2 12:00", "2023.01.02 12:00:00"),
        *(
            "2023-01-02T12:00:00",
            " 2023-01-02\n12:00:00 ",
            "２０２３－０１－０２　１２：００：００",
            "２０２３-０１-０２ １２:００:００",
            "2023-01-02   12:00:00",
        ),
    ],
)
def test_a_moment(cell: str):
    assert cells.moment(cell) == AT


@pytest.mark.parametrize(
    "cell",
    [
        *("2023-02-29 12:00:00", "2023-13-01 00:00:00", "2023-01-02 24:00:00", "2023-01-02 12:60:00"),
        *("2023-01-02", "12:00:00", "112-01-02 12:00:00", "0023-01-02 12:00:00", "9999-01-02 12:00:00"),
        *("2023-01-02 12:00:00 起", "成功", "2023-01-0212:00:00", "1月2日", "2023-01-02 12"),
    ],
)
def test_what_is_no_moment_is_refused_and_shown(cell: str):
    with pytest.raises(ValueError, match="「"):
        cells.moment(cell)


@pytest.mark.parametrize("between", ["~", "～", "〜", "∼", " ~ ", "\n~\n", "\u3000～\u3000"])
def test_a_period_whatever_the_wave(between: str):
    found = cells.period(f"2023-01-02 12:00:00{between}2023-01-02 13:00:00")
    assert found == (AT, AT + timedelta(hours=1))


@pytest.mark.parametrize("cell", ["2023-01-02 12:00:00~", "2023-01-02 12:00:00 ～ ", "2023-01-02 12:00:00"])
def test_a_period_still_open_has_no_end(cell: str):
    assert cells.period(cell) == (AT, None)


def test_a_wave_alone_is_no_period():
    assert cells.period(" ～ ") == (None, None)


@pytest.mark.parametrize(
    "cell",
    [
        *("~2023-01-02 12:00:00", "2023-01-02~2023-01-03", "2023-01-02 12:00:00~13:00:00", "隨到隨上"),
        *("2023-01-02 12:00:00-2023-01-02 13:00:00", "2023-01-02 12:00:00~2023-01-02 13:00:00~"),
        *("2023-01-02 12:00:00~2023-02-30 13:00:00", "2023-01-02 12:00:00 2023-01-02 13:00:00"),
    ],
)
def test_what_is_no_period_is_refused_and_shown(cell: str):
    with pytest.raises(ValueError, match="「"):
        cells.period(cell)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        *(("01:00:00", 3600), ("00:30:00", 1800), ("00:00:00", 0), ("0", 0), ("０", 0), ("1:02:03", 3723)),
        *(("123:45:06", 445506), ("1000:00:00", 3_600_000), ("０１：００：００", 3600), (" 01:00:00 ", 3600)),
    ],
)
def test_a_reading(cell: str, seconds: int):
    assert cells.duration(cell) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "cell", ["1", "1.5", "00:60:00", "00:00:60", "-01:00:00", "1 小時", "01:00:00:00", "二", "00"]
)
def test_what_is_no_reading_is_refused_and_shown(cell: str):
    with pytest.raises(ValueError, match="閱讀時數「"):
        cells.duration(cell)


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        *(
            ("1.0", "1.0"),
            ("2", "2"),
            ("2 小時", "2"),
            ("2小時", "2"),
            ("０．５", "0.5"),
            ("0", "0"),
            ("10.25", "10.25"),
        ),
        *(("２　小時", "2"), (" 1.0 ", "1.0"), ("1.0時", "1.0")),
    ],
)
def test_certified_hours(cell: str, hours: str):
    assert str(cells.certified_hours(cell)) == hours


@pytest.mark.parametrize(
    "cell",
    ["二", "-1", "+1", "1e3", "NaN", "Infinity", "1,000", "1.", ".5", "1.0 分", "1.000", "12345", "1 2"],
)
def test_what_are_no_hours_is_refused_and_shown(cell: str):
    with pytest.raises(ValueError, match="認證時數「"):
        cells.certified_hours(cell)


@given(st.text() | st.text("0123456789０１：:-/.～~T 　小時-－", max_size=50))
def test_any_text_at_all_is_a_value_blank_or_a_value_error(cell: str):
    for read in (cells.moment, cells.period, cells.duration, cells.certified_hours):
        found = None
        with contextlib.suppress(ValueError):
            found = read(cell)
        if isinstance(found, Decimal):
            assert 0 <= found < 10_000
        if isinstance(found, timedelta):
            assert timedelta() <= found < timedelta(hours=10_000)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)).map(lambda at: at.replace(microsecond=0)))
def test_every_moment_is_read_back(at: datetime):
    assert cells.moment(at.isoformat(" ")) == at
    assert cells.period(f"{at.isoformat(' ')}～{at.isoformat(' ')}") == (at, at)
