"""The records as files: what is written is read back the same, what cannot be used is kept unread or refused."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.clock import TAIPEI
from agent.exports.csv_table import write_csv
from agent.records_file import RecordsFile, read_json, write_json
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin, UnreadRow
from rules.titles import split_code

WORD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
CELL = st.none() | WORD | st.sampled_from(["--", "已通過", "100", "課程測驗：75 分(含)以上 需填問卷：是"])
MOMENT = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
CODE = st.from_regex(r"[A-Z]{1,8}[0-9]{1,9}", fullmatch=True)
TITLE = WORD | st.sampled_from(["政府數位轉型新視界", "英語聽力(A2)", "智慧城市(上)", "=1+1", "R&D <b>"])


@st.composite
def records(draw: st.DrawFn) -> LearningRecord:
    """Records as a portal can show them: a title that ends in what looks like a code has a code of its own."""
    title, code = draw(TITLE), draw(st.none() | CODE)
    if (seeming := split_code(title)[1]) is not None:
        code = f"{seeming}1"
    return LearningRecord(
        title=title,
        code=code,
        course_type=draw(CELL),
        course_id=draw(st.none() | st.from_regex(r"[0-9]{1,8}", fullmatch=True)),
        start=draw(MOMENT),
        end=draw(MOMENT),
        reading=draw(st.none() | st.integers(0, 9_999 * 3600).map(lambda each: timedelta(seconds=each))),
        exam=draw(CELL),
        survey=draw(CELL),
        condition=draw(CELL),
        status=draw(CELL),
        certified_hours=draw(st.none() | st.decimals(0, 9999, places=2) | st.integers(0, 9999).map(Decimal)),
        upload_status=draw(CELL),
        uploaded_at=draw(MOMENT),
        number=draw(st.none() | st.integers(1, 9999).map(str)),
        origin=draw(st.sampled_from(Origin)),
    )


UNREAD = st.builds(UnreadRow, st.lists(st.text(max_size=5), max_size=12).map(tuple), WORD, st.none() | WORD)
FILES = st.builds(
    RecordsFile,
    is_test=st.just(False),
    source=st.sampled_from(["", "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"]),
    taken_at=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(TAIPEI)),
    total_stated=st.none() | st.integers(0, 10_000),
    records=st.lists(records(), max_size=4).map(tuple),
    unread=st.lists(UNREAD, max_size=3).map(tuple),
)


@given(FILES)
def test_what_is_written_is_read_back_the_same(found: RecordsFile):
    again = read_json(write_json(found), "x.json")
    assert again.records == found.records
    assert [each.number for each in again.records] == [each.number for each in found.records]
    assert [str(each.certified_hours) for each in again.records] == [
        str(each.certified_hours) for each in found.records
    ]
    assert {each.origin for each in again.records} <= {Origin.RECORDS_FILE}
    from_replica = any(each.origin is Origin.REPLICA for each in found.records)
    assert replace(again, records=()) == replace(found, records=(), is_test=from_replica)


@settings(max_examples=40)
@given(FILES)
def test_writing_twice_gives_the_same_text(found: RecordsFile):
    once = read_json(write_json(found), "x.json")
    assert write_json(once) == write_json(read_json(write_json(once), "x.json"))


CONTRACT = """{"schema": "elearn-records/1", "source": "https://elearn.hrd.gov.tw/", "taken_at": "2023-09-01T02:30:00+08:00",
 "total_stated": 8, "records": [{
   "course_type": "開放式", "title": "政府數位轉型新視界", "code": "PCENTER112100461", "course_id": null,
   "start": "2023-01-01T08:00:00", "end": "2023-01-01T09:00:00", "reading": "01:00:00", "exam": "100", "survey": "已填",
   "condition": "課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
   "status": "已通過", "certified_hours": "1.0", "upload_status": "成功", "uploaded_at": "2023-01-02T12:00:00"}],
 "unread": [{"cells": ["a"], "reason": "why"}]}"""


def changed(**fields: object) -> str:
    """The contract's example with fields of its one record changed."""
    data = json.loads(CONTRACT)
    data["records"][0] |= fields
    return json.dumps(data)


def test_the_example_of_the_contract_is_read():
    found = read_json(CONTRACT, "x.json")
    (record,) = found.records
    assert (record.title, record.code) == ("政府數位轉型新視界", "PCENTER112100461")
    assert (record.start, record.reading) == (datetime(2023, 1, 1, 8), timedelta(hours=1))
    assert record.certified_hours == Decimal("1.0")
    assert (found.total_stated, found.unread) == (8, (UnreadRow(("a",), "why"),))
    assert found.taken_at == datetime(2023, 9, 1, 2, 30, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    "origin", [None, "portal", "saved_page", "records_file", "x", ["replica"], "replica"]
)
def test_a_file_is_a_test_where_any_record_came_from_a_replica(origin: object):
    data = json.loads(CONTRACT)
    data["records"].append(data["records"][0] | {"origin": origin})
    assert read_json(json.dumps(data), "x.json").is_test is (origin == "replica")


def test_a_file_without_records_is_a_file():
    assert read_json('{"schema": "elearn-records/1", "records": []}', "x.json").records == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "1", '"x"', "{}", "[" * 100_000, '{"schema": "elearn-records/1"}', "NaN"),
        *('{"schema": "elearn-records/2", "records": []}', '{"schema": "elearn-records/1", "records": {}}'),
        *('{"schema": "elearn-records/1", "records": null}', f'{{"schema": {"9" * 5000}, "records": []}}'),
        '{"schema": "elearn-records/1", "records": [], "taken_at": "yesterday"}',
        '{"schema": "elearn-records/1", "records": [], "taken_at": 5}',
        '{"schema": "elearn-records/1", "records": [], "taken_at": "0001-01-01T00:00:00+14:00"}',
        '{"schema": "elearn-records/1", "records": [], "taken_at": "9999-12-31T23:59:59-12:00"}',
        r'{"schema": "elearn-records/1", "records": [], "source": "\ud800"}',
        CONTRACT.replace("政府數位", r"\udfff"),
    ],
)
def test_what_is_no_such_file_is_refused_by_its_name_with_what_to_do(text: str):
    with pytest.raises(ConfigError, match=r"x\.json") as caught:
        read_json(text, "x.json")
    assert "elearn export" in caught.value.remedy


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", None), ("title", ""), ("title", " "), ("title", 5), ("title", "(PCENTER112100461)")),
        *(("start", "2023-01-01"), ("start", "20230101"), ("start", 20230101), ("start", "2023-W01-1")),
        *(
            ("start", "2023-02-30T08:00:00"),
            ("start", "0001-01-01T00:00:00"),
            ("start", "9999-01-01T00:00:00"),
        ),
        *(("end", "8:00"), ("end", True), ("end", []), ("uploaded_at", "成功"), ("uploaded_at", {"at": 1})),
        *(("reading", "1"), ("reading", "-01:00:00"), ("reading", "00:60:00"), ("reading", "99999:00:00")),
        *(("certified_hours", "二"), ("certified_hours", "NaN"), ("certified_hours", "Infinity")),
        *(("certified_hours", float("nan")), ("certified_hours", float("inf")), ("certified_hours", "-1")),
        *(("certified_hours", "1e999999999"), ("certified_hours", 10**60), ("certified_hours", True)),
        *(("certified_hours", "10000"), ("certified_hours", [1]), ("certified_hours", "sNaN")),
        *(("exam", ["100"]), ("status", {"x": 1}), ("code", True), ("condition", float("nan"))),
    ],
)
def test_a_record_that_cannot_be_used_is_kept_unread_with_its_reason(field: str, value: object):
    found = read_json(changed(**{field: value}), "x.json")
    assert found.records == ()
    last = found.unread[-1]
    assert last.reason.startswith("紀錄檔中無法使用的一筆")
    assert last.cells
    assert (
        last.title == (value if field == "title" and isinstance(value, str) else "政府數位轉型新視界")
        or field == "title"
    )


@pytest.mark.parametrize("record", [None, 1, "x", [], ["政府數位轉型新視界"], {}])
def test_what_is_no_record_at_all_is_kept_unread(record: object):
    data = json.loads(CONTRACT) | {"records": [record]}
    found = read_json(json.dumps(data), "x.json")
    assert (found.records, len(found.unread)) == ((), 2)


@pytest.mark.parametrize("blank", [None, "", "-", "--"])
def test_blank_times_and_hours_are_none(blank: object):
    found = read_json(
        changed(start=blank, end=blank, reading=blank, certified_hours=blank, uploaded_at=blank), "x.json"
    )
    (record,) = found.records
    assert (record.start, record.end, record.reading, record.certified_hours, record.uploaded_at) == (
        None,
    ) * 5


def test_a_time_with_an_offset_is_turned_to_taipei():
    (record,) = read_json(changed(start="2023-01-01T00:00:00Z", end="2023-01-01 09:00"), "x.json").records
    assert (record.start, record.end) == (datetime(2023, 1, 1, 8), datetime(2023, 1, 1, 9))


def test_a_code_left_in_the_title_is_taken_off_only_where_none_is_given():
    (record,) = read_json(changed(title="英語聽力 (PKCG112100001)", code=None), "x.json").records
    assert (record.title, record.code) == ("英語聽力", "PKCG112100001")
    (record,) = read_json(changed(title="英語聽力 (A2)", code="PKCG112100001"), "x.json").records
    assert (record.title, record.code) == ("英語聽力 (A2)", "PKCG112100001")
    (record,) = read_json(changed(title="英語聽力 (PKCG112100001)", code="PKCG112100001"), "x.json").records
    assert (record.title, record.code) == ("英語聽力", "PKCG112100001")


@pytest.mark.parametrize("total", [None, "8", 8.5, True, [], -1])
def test_a_total_that_is_no_number_of_rows_is_none(total: object):
    assert (
        read_json(json.dumps(json.loads(CONTRACT) | {"total_stated": total}), "x.json").total_stated is None
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([*json.loads(CONTRACT)["records"][0], "number", "origin"])


@given(
    st.fixed_dictionaries({"records": st.lists(st.dictionaries(FIELDS, JSON) | JSON, max_size=3)})
    | st.dictionaries(st.sampled_from(["source", "taken_at", "total_stated", "unread", "records"]), JSON)
)
def test_any_json_is_a_records_file_or_refused(data: dict[str, object]):
    text = json.dumps({"schema": "elearn-records/1"} | data)
    try:
        found = read_json(text, "x.json")
    except ConfigError:
        return
    assert len(found.records) + len(found.unread) >= len(data["records"])
    assert read_json(write_json(found), "x.json").records == found.records


@given(st.text() | st.binary(max_size=50).map(lambda data: data.decode("latin-1")))
def test_any_text_is_a_records_file_or_refused(text: str):
    with pytest.raises(ConfigError):
        read_json(text, "x.json")


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    '=HYPERLINK("x")',
    "--",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_spreadsheet_begins_as_a_formula(text: str):
    out = write_csv([LearningRecord(title=text, exam=text, status=text)])
    cells = [cell for row in csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline="")) for cell in row]
    assert f"'{text}" in cells
    assert not [
        cell
        for cell in cells
        if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    ]


@settings(max_examples=40)
@given(st.lists(records(), max_size=3))
def test_a_spreadsheet_has_a_mark_one_heading_row_and_one_row_a_record(found: list[LearningRecord]):
    out = write_csv(found)
    assert out.startswith("\ufeff課程類型,課程名稱")
    rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline="")))
    assert len(rows) == 1 + len(found)
    assert {len(row) for row in rows} == {14}
    assert [row[1].removeprefix("'") for row in rows[1:]] == [each.title.removeprefix("'") for each in found]
