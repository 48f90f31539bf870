"""Pages of the portals: what is understood of each saved page, or the error that names what is not as known."""

from __future__ import annotations

import pkgutil
from decimal import Decimal

import pytest
from fixtures_html import Case, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.records_file import record_json
from rules.errors import ElearnError
from rules.record import Origin
from scrapers import portals
from scrapers.errors import PageChanged
from scrapers.portals.elearn.headings import HEADINGS, REQUIRED
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.portals.portal import Standing
from scrapers.snapshot import Snapshot

PORTALS = [each.name for each in pkgutil.iter_modules(portals.__path__) if each.ispkg]
CASES = [pytest.param(key, case, id=f"{key}-{case.name}") for key in PORTALS for case in cases(key)]
SHOWN = {"url", "status", "dialogs", "before", "read_url", "taken_at", "error"}
CONTRACT = (
    *("course_type", "title", "code", "course_id", "start", "end", "reading", "exam", "survey", "condition"),
    *("status", "certified_hours", "upload_status", "uploaded_at"),
)


def understood(key: str, snapshot: Snapshot, name: str) -> object:
    """What the portal's page objects say under this name of `expected.json`."""
    portal, page = portals.load(key), LearningRecordPage(snapshot)
    match name:
        case "standing":
            return portal.standing(snapshot).name
        case "owner":
            found = portal.owner(snapshot)
            return {"name": found.name, "platform_id": found.platform_id}
        case "records":
            return [{key: record_json(each)[key] for key in CONTRACT} for each in page.rows()[0]]
        case "span":
            return list(page.span) if page.span else None
        case "years":
            return page.years()
        case "selected_year":
            return page.selected_year()
        case _:
            return getattr(page, name)


@pytest.mark.parametrize(("key", "case"), CASES)
def test_a_saved_page_is_understood_as_its_folder_says(key: str, case: Case):
    expected = case.expected
    if "error" in expected:
        with pytest.raises(ElearnError) as caught:
            LearningRecordPage(case.snapshot()).rows()
        assert caught.value.kind == expected["error"]["kind"]
        assert [
            each for each in expected["error"]["message_contains"] if each not in caught.value.message
        ] == []
        assert caught.value.remedy
        if caught.value.kind != "page_changed":
            return
    snapshot = case.snapshot()
    for name in expected.keys() - SHOWN - {"unread"}:
        assert understood(key, snapshot, name) == expected[name], name
    if "unread" in expected:
        unread = LearningRecordPage(snapshot).rows()[1]
        assert len(unread) == len(expected["unread"])
        for found, wanted in zip(unread, expected["unread"], strict=True):
            assert list(found.cells) == wanted.get("cells", list(found.cells))
            assert found.title == wanted.get("title")
            assert [each for each in wanted["reason_contains"] if each not in found.reason] == []
    assert snapshot.origin is Origin.SAVED_PAGE
    assert snapshot.url == expected.get("read_url", expected.get("url", ""))
    if "taken_at" in expected:
        assert snapshot.taken_at.isoformat() == expected["taken_at"]


@pytest.mark.parametrize("key", PORTALS)
def test_every_portal_has_saved_pages_of_each_standing_of_records_and_of_a_change(key: str):
    found = [case.expected for case in cases(key)]
    assert {each.name for each in Standing} == {each["standing"] for each in found if "standing" in each}
    assert any(each.get("records") for each in found)
    assert any(each.get("records") == [] for each in found)
    assert any(each.get("unread") for each in found)
    assert any(each.get("error", {}).get("kind") == "page_changed" for each in found)


# -- pages too large or too many to keep as files ----------------------------------------------------------------------

FIRST = {name: texts[0] for name, texts in HEADINGS.items()}
GOOD = {
    "number": "1",
    "course_type": "開放式",
    "title": "政府數位轉型新視界 (PCENTER112100461)",
    "period": "2023-01-01 08:00:00~2023-01-01 09:00:00",
    "reading": "01:00:00",
    "exam": "100",
    "survey": "已填",
    "condition": "課程測驗：75 分(含)以上",
    "status": "已通過",
    "certified_hours": "1.0",
    "upload_status": "成功",
    "uploaded_at": "2023-01-02 12:00:00",
}


def table(rows: list[dict[str, str]], headings: dict[str, str] = FIRST) -> str:
    head = "".join(f"<th>{each}</th>" for each in headings.values())
    body = "".join(
        "<tr>" + "".join(f"<td>{row.get(name, '')}</td>" for name in headings) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def test_two_thousand_rows_are_all_read_in_their_order_and_in_good_time():
    rows = [GOOD | {"number": str(at), "title": f"課程{at} (PTEST112{at:06})"} for at in range(1, 2001)]
    page = LearningRecordPage(Snapshot(table(rows) + table(rows) + "<p>1 - 2,000 共 2,000 筆</p>"))
    records, unread = page.rows()
    assert [each.title for each in records] == [f"課程{at}" for at in range(1, 2001)]
    assert unread == []
    assert (page.span, page.stated_total) == ((1, 2000), 2000)


def test_two_thousand_rows_with_a_table_in_a_cell_are_read_too():
    inner = GOOD | {"condition": "<table><tr><td>課程測驗：75 分</td></tr></table>"}
    records, unread = LearningRecordPage(Snapshot(table([inner] * 2000))).rows()
    assert (len(records), unread) == (2000, [])


@pytest.mark.parametrize("name", REQUIRED)
def test_a_page_without_a_required_heading_is_refused_by_its_name(name: str):
    page = LearningRecordPage(
        Snapshot(table([GOOD], {key: text for key, text in FIRST.items() if key != name}))
    )
    with pytest.raises(PageChanged, match=FIRST[name]):
        page.rows()


@pytest.mark.parametrize("name", list(FIRST))
def test_a_page_with_a_doubled_heading_is_refused_by_its_name(name: str):
    page = LearningRecordPage(Snapshot(table([GOOD], FIRST | {"again": FIRST[name]})))
    with pytest.raises(PageChanged, match=FIRST[name]):
        page.rows()


@pytest.mark.parametrize(("name", "texts"), HEADINGS.items())
def test_every_known_spelling_of_a_heading_is_read(name: str, texts: tuple[str, ...]):
    for text in texts:
        assert len(LearningRecordPage(Snapshot(table([GOOD], FIRST | {name: text}))).rows()[0]) == 1


def test_the_hash_of_a_table_changes_with_any_of_its_cells_and_with_nothing_else():
    def content(html: str) -> str:
        return LearningRecordPage(Snapshot(html)).content_sha256()

    plain = content(table([GOOD]))
    assert content(f"<p>8 月 1 日</p>{table([GOOD])}<!-- printed -->") == plain
    assert {content(table([GOOD | {name: "9"}])) == plain for name in GOOD} == {False}


def test_numbers_too_long_to_be_a_total_are_no_total():
    page = LearningRecordPage(Snapshot(table([GOOD]) + f"<p>共 {'9' * 5000} 筆，共 , 筆</p>"))
    assert (page.stated_total, page.span) == (None, None)


# -- any table at all ----------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *GOOD.values(),
        "",
        "--",
        "0",
        "二",
        "2 小時",
        "2023-02-30 08:00:00~",
        "～",
        "通過",
        "<b>1</b>.0",
        "&nbsp;",
        "\u200b",
        "<p>",
    ]
)
TEXT = WORDS | st.text("0123456789:-~ 小時通過未已()（）ABC<>&;/b", max_size=12)


@given(
    order=st.permutations(list(FIRST)),
    rows=st.lists(st.lists(TEXT, min_size=2, max_size=14), max_size=6),
    tag=st.sampled_from(["td", "th"]),
)
def test_understood_and_unread_rows_together_are_all_rows_there_are(order, rows, tag):
    head = "".join(f"<{tag}>{FIRST[name]}</{tag}>" for name in order)
    rows = [[each.replace("<", "&lt;") for each in row] for row in rows]
    body = "".join("<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>" for row in rows)
    records, unread = LearningRecordPage(Snapshot(f"<table><tr>{head}</tr>{body}</table>")).rows()
    assert len(records) + len(unread) == len(rows)
    assert all(each.reason and "\n" not in each.reason for each in unread)
    for each in records:
        assert each.title
        assert each.certified_hours is None or each.certified_hours >= Decimal(0)


TAGS = st.sampled_from(
    [
        *(
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<th>",
            "<td colspan=3>",
            "<thead>",
            "<tbody>",
        ),
        *("<div>", "</div>", "<br>", "<select>", "<option value=2023 selected>", "<option>", "</select>"),
        *(
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<template>",
            "<svg>",
            "<a href=/logout.php>登出",
            "<body>",
        ),
        *("共 3 筆", "1 - 3 共 3 筆", "平台識別碼：", *FIRST.values()),
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TAGS | TEXT, max_size=60), st.booleans())
def test_no_markup_ends_in_anything_but_rows_or_a_known_error(pieces, with_headings):
    html = "".join(pieces)
    snapshot = Snapshot(table([GOOD]).removesuffix("</table>") + html if with_headings else html)
    page = LearningRecordPage(snapshot)
    assert portals.load().standing(snapshot) in Standing
    assert portals.load().owner(snapshot) is not None
    assert page.stated_total is None or page.stated_total >= 0
    assert page.selected_year() in {None, *page.years()}
    assert page.says_empty in (True, False)
    assert page.span is None or page.stated_total is not None
    try:
        records, unread = page.rows()
    except PageChanged:
        return
    assert page.is_here
    assert len({page.content_sha256(), LearningRecordPage(Snapshot(snapshot.html)).content_sha256()}) == 1
    assert all(each.title for each in records)
    assert all(each.reason for each in unread)
