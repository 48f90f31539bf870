"""What is fuzzed, as a table: a name, what to spoil, and what must hold whatever came of it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from mutating import JSON, MARKUP, TABLE, TOML, WORDS, altered, spoiled, spoiled_lines

from agent.attendance.exported import read_export
from agent.attendance.headings import Kind
from agent.calendars import read_official
from agent.records_file import read_json
from agent.settings.agency_text import read_agency
from agent.settings.config import parse_settings
from agent.verdict_json import verdict_json
from rules import bundled
from rules.engine import Circumstances, judge
from rules.errors import ElearnError
from rules.person import Person
from rules.plan_file import find_mistakes, read_plan
from rules.plan_proof import prove
from scrapers import gateways
from scrapers.evidence import strip
from scrapers.outcome import Outcome
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.portals.elearn.signs import owner, standing
from scrapers.replica.record_table import _PRINTED
from scrapers.replica.state import demo_rows
from scrapers.saved_page import read_saved_page
from scrapers.snapshot import Snapshot

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
ON = date(2023, 8, 31)


@dataclass(frozen=True)
class Target:
    """One thing that reads what people or sites give it. `short` and `long` are how many spoiled files it is given."""

    name: str
    given: st.SearchStrategy[Any]
    holds: Callable[[Any], None]
    short: int = 60
    long: int = 3000


def understood(read: Callable[[], Any], code: int) -> Any:
    """What was read, or None where it was refused with this exit code; any other end is a failure."""
    try:
        return read()
    except ElearnError as why:
        refused = why
    assert refused.code == code, refused.message
    assert refused.message
    return None


# -- pages ---------------------------------------------------------------------------------------------------------

PAGES = sorted((TESTS / "fixtures_html" / "elearn").glob("*/page.html"))
GATEWAY_PAGES = [
    (key, path)
    for key in gateways.names()
    for path in sorted((TESTS / "fixtures_html" / key).glob("*/page.html"))
]


def _any_page(paths: list[Path]) -> st.SearchStrategy[bytes]:
    return st.sampled_from(paths).flatmap(lambda path: spoiled(path.read_bytes(), MARKUP))


def _reads(page: Snapshot) -> None:
    """A page is understood, or refused by a known error; no row is understood twice, none made up."""
    standing(page)
    owner(page)
    here = LearningRecordPage(page)
    _ = (here.is_here, here.stated_total, here.span, here.says_empty, here.years(), here.selected_year())
    rows = understood(here.rows, 13)
    if rows is None:
        return
    records, unread = rows
    here.content_sha256()
    assert (
        len(records) + len(unread) <= page.html.casefold().count("<tr") + page.html.casefold().count("<t") + 1
    )
    for each in records:
        assert each.title
        judged = judge([each], bundled.plan("kaohsiung-112"), bundled.calendar(), ON, Circumstances(Person()))
        json.dumps(verdict_json(judged))


def record_page(data: bytes) -> None:
    _reads(Snapshot(data.decode("utf-8", "replace"), "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"))


def stripped_page(data: bytes) -> None:
    """What is kept as evidence holds no digit but 0 outside the site's own words, and no value, whatever the page was."""
    page = data.decode("utf-8", "replace")
    planted = page.replace("<td>", "<td>A123456780 王小明 ").replace("<input ", "<input value='A123456780' ")
    kept = strip(planted)
    assert "A123456780" not in kept or "A123456780" in page


def gateway_page(given: tuple[str, bytes]) -> None:
    key, data = given
    page = Snapshot(data.decode("utf-8", "replace"), f"https://{gateways.load(key).host}/", dialogs=("訊息",))
    before = Snapshot("<html><body></body></html>")
    for earlier in (None, before):
        assert gateways.load(key).read(page, earlier) is not Outcome.LOGGED_IN


def saved_page(given: tuple[str, bytes]) -> None:
    name, data = given
    page = understood(lambda: read_saved_page(data, name, datetime.now().astimezone()), 2)
    if page is not None:
        assert "?" not in page.url
        _reads(page)


def _mhtml() -> bytes:
    from email.message import EmailMessage

    page = EmailMessage()
    page["Snapshot-Content-Location"] = "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"
    page["Date"] = "Fri, 1 Sep 2023 02:30:00 +0800"
    page.set_content(
        (TESTS / "fixtures_html/elearn/records_tags_and_entities_inside_cells/page.html").read_text("utf-8"),
        subtype="html",
    )
    page.make_related()
    page.add_related(b"\x89PNG", "image", "png")
    return page.as_bytes()


SAVED = st.one_of(
    st.tuples(st.just("頁.html"), _any_page(PAGES)),
    st.tuples(st.just("頁.mhtml"), spoiled(_mhtml(), MARKUP)),
)

# -- tables whose rows are counted ---------------------------------------------------------------------------------

_CELLS = [cell for _, cell in _PRINTED]
_HEADINGS = [heading for heading, _ in _PRINTED]
_PLAIN = [["1", *(str(getattr(row, cell)) for cell in _CELLS if cell != "no")] for row in demo_rows()[:6]]
_ODD = st.one_of(
    st.sampled_from((*WORDS, *TABLE)), st.text(max_size=12), st.integers().map(str), st.datetimes().map(str)
)


@st.composite
def tables(draw: Any) -> tuple[str, int]:
    """A record page whose columns stand in any order and whose cells hold anything, and how many rows it has."""
    order = draw(st.permutations(range(len(_HEADINGS))))
    rows = draw(st.lists(st.sampled_from(_PLAIN), max_size=8))
    lines = []
    for row in rows:
        cells = [row[at] for at in order]
        for _ in range(draw(st.integers(0, 3))):
            cells[draw(st.integers(0, len(cells) - 1))] = draw(_ODD)
        if draw(st.integers(0, 5)) == 0:
            del cells[draw(st.integers(2, len(cells) - 1)) :]
        tag = draw(
            st.sampled_from(("td", "TD", "th", "td class=x", "td style='display:none'", "td rowspan=1"))
        )
        wrap = draw(
            st.sampled_from(
                ("{}", "<div>{}</div>", "<b>{}</b>", "<a href=x>{}</a>", "{}<!-- <td> -->", "{}<br>")
            )
        )
        lines.append("".join(f"<{tag}>{wrap.format(html.escape(cell))}</{tag[:2]}>" for cell in cells))
    between = draw(
        st.sampled_from(
            ("", "\n", "<!-- x -->", "</tbody><tbody>", "<tr></tr>", "<tr><td colspan=12>共 0 筆</td></tr>")
        )
    )
    head = "".join(f"<th>{_HEADINGS[at]}</th>" for at in order)
    body = between.join(f"<tr>{line}</tr>" for line in lines)
    return f"<html><body><table><tr>{head}</tr>{between}{body}</table></body></html>", len(rows)


def counted_table(given: tuple[str, int]) -> None:
    """Understood and unread together are the rows of the source."""
    page, count = given
    records, unread = LearningRecordPage(Snapshot(page)).rows()
    assert len(records) + len(unread) == count


# -- files ---------------------------------------------------------------------------------------------------------


def _records_document() -> dict[str, Any]:
    record = {
        "course_type": "開放式",
        "title": "政府數位轉型新視界",
        "code": "PCENTER112100461",
        "course_id": None,
        "start": "2023-01-01T08:00:00",
        "end": "2023-01-01T09:00:00",
        "reading": "01:00:00",
        "exam": "100",
        "survey": "已填",
        "condition": "課程測驗：75 分(含)以上",
        "status": "已通過",
        "certified_hours": "1.0",
        "upload_status": "成功",
        "uploaded_at": "2023-01-02T12:00:00",
        "number": "1",
        "origin": "portal",
    }
    return {
        "schema": "elearn-records/1",
        "source": "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php",
        "taken_at": "2023-09-01T02:30:00+08:00",
        "total_stated": 2,
        "records": [record, {**record, "title": "另一門"}],
        "unread": [{"cells": ["1", "二"], "reason": "認證時數不是數字", "title": "某課程"}],
    }


def records_file(text: str) -> None:
    found = understood(lambda: read_json(text, "records.json"), 2)
    if found is None:
        return
    document = json.loads(text)
    given = document.get("unread")
    count = len(document["records"]) + (len(given) if isinstance(given, list) else 0)
    assert len(found.records) + len(found.unread) == count
    judged = judge(
        list(found.records),
        bundled.plan("kaohsiung-112"),
        bundled.calendar(),
        ON,
        Circumstances(Person(), unread=found.unread),
    )
    json.dumps(verdict_json(judged))


RECORDS = st.one_of(
    altered(_records_document()).map(lambda each: json.dumps(each, ensure_ascii=False)),
    spoiled(json.dumps(_records_document(), ensure_ascii=False).encode(), JSON).map(
        lambda each: each.decode("utf-8", "replace")
    ),
)

PLANS = [
    ROOT / "rules/plans/kaohsiung-112.toml",
    *sorted((TESTS / "judging" / "worked_plans").glob("*.toml")),
]


def plan_file(text: str) -> None:
    """A plan file can be used, or every mistake in it is named; what can be used can be put to the proof and judged by."""
    plan, mistakes = find_mistakes(text, "plan.toml", "file")
    if understood(lambda: read_plan(text, "plan.toml", "file"), 2) is None:
        assert mistakes
        return
    assert plan is not None
    prove(text, "plan.toml", "file", bundled.calendar(), bundled.suspensions())
    json.dumps(verdict_json(judge([], plan, bundled.calendar(), ON, Circumstances(Person()))))


def settings_file(text: str) -> None:
    found = understood(lambda: parse_settings(text, "config.toml"), 2)
    if found is None:
        return
    assert found.patience > 0
    about = Circumstances(found.person, found.work, aliases=found.aliases)
    records = LearningRecordPage(Snapshot(PLAIN_TABLE)).rows()[0]
    json.dumps(verdict_json(judge(records, bundled.plan("kaohsiung-112"), bundled.calendar(), ON, about)))


PLAIN_TABLE = (
    f"<table><tr>{''.join(f'<th>{each}</th>' for each in _HEADINGS)}</tr>"
    + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in _PLAIN)
    + "</table>"
)


def agency_file(text: str) -> None:
    found = understood(lambda: read_agency(text, "機關.toml", lambda name: text), 2)
    if found is None:
        return
    assert found.name
    assert found.label


EXPORTS = (
    "姓名,假別,起日,迄日,起時,迄時,狀態\n王小明,休假,1120308,1120308,0800,1730,核准\n王小明,公差,112/3/9,112/3/10,,,\n合計,,,,,,\n",
    "加班日期,加班起時,加班迄時\n1120308,17:30,20:30\n112/03/09,2200,0600\n",
    "勤務日期,班別,起時,迄時\n1120308,日班,0800,1600\n1120309,休,,\n1120310,大夜 2300-0700,,\n",
    "刷卡日期,上班刷卡,下班刷卡\n112/03/08(三),08:05,17:35\n112/03/09,08:01,\n",
    "刷卡日期時間\n1120308 0801\n1120308 1733\n2023/3/9 下午 05:30\n",
)


def attendance_file(given: tuple[bytes, Kind | None]) -> None:
    """Facts that the settings can hold, faults with their lines, or a known error."""
    data, kind = given
    found = understood(lambda: read_export(data, "差勤.csv", kind), 2)
    if found is None:
        return
    assert {each.line > 0 for each in found.faults} <= {True}
    said = json.dumps(found.facts, ensure_ascii=False)
    assert "王小明" not in said
    from agent.settings.config import read_tables

    read_tables({"work": dict(found.facts)}, "差勤.csv")


def _calendar() -> str:
    year = bundled.calendar().issues_of(2025)[0]
    lines = ["西元日期,星期,是否放假,備註"]
    for day in year.days():
        worked = year.is_worked(day)
        lines.append(
            f"{day:%Y%m%d},{'一二三四五六日'[day.weekday()]},{'0' if worked else '2'},{year.holidays.get(day, '')}"
        )
    return "\n".join(lines) + "\n"


def calendar_file(data: bytes) -> None:
    found = understood(lambda: read_official(data, "114年中華民國政府行政機關辦公日曆表.csv"), 2)
    if found is None:
        return
    assert len(list(found.year.days())) in (365, 366)


def _texts(base: str, words: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.one_of(
        spoiled_lines(base, words),
        spoiled(base.encode(), words).map(lambda each: each.decode("utf-8", "replace")),
    )


def _encoded(base: str) -> st.SearchStrategy[bytes]:
    lines = spoiled_lines(base, TABLE)
    return st.one_of(
        lines.map(lambda each: each.encode("utf-8", "replace")),
        lines.map(lambda each: each.encode("cp950", "replace")),
        spoiled(base.encode("utf-8-sig"), TABLE),
        spoiled(base.encode("utf-16"), TABLE),
    )


_KINDS = st.one_of(st.none(), st.sampled_from(list(Kind)))
TARGETS = (
    Target("record page", _any_page(PAGES), record_page, 150),
    Target("counted table", tables(), counted_table, 150),
    Target("gateway page", st.sampled_from(GATEWAY_PAGES).flatmap(lambda each: st.tuples(st.just(each[0]), spoiled(each[1].read_bytes(), MARKUP))), gateway_page, 80),
    Target("stripped page", _any_page(PAGES), stripped_page, 60),
    Target("saved page", SAVED, saved_page, 100),
    Target("records file", RECORDS, records_file, 120),
    Target("plan file", st.sampled_from(PLANS).flatmap(lambda path: _texts(path.read_text("utf-8"), TOML)), plan_file, 120),
    Target("settings file", _texts((ROOT / "config.example.toml").read_text("utf-8").replace("# [[", "[[").replace("# from", "from").replace("# to", "to").replace("# kind", "kind").replace("# hours", "hours"), TOML), settings_file, 100),
    Target("agency file", _texts((ROOT / "agency.example.toml").read_text("utf-8"), TOML), agency_file, 120),
    Target("attendance file", st.tuples(st.sampled_from(EXPORTS).flatmap(_encoded), _KINDS), attendance_file, 200),
    Target("calendar file", _encoded(_calendar()), calendar_file, 60),
)  # fmt: skip
