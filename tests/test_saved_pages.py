"""Files saved by hand: which bytes become which page, and which are refused with what to do instead."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from fixtures_html import WRITTEN
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import ConfigError
from rules.record import Origin
from scrapers import saved_page
from scrapers.saved_page import decode, read_saved_page
from scrapers.snapshot import Snapshot

HTML = "<html><head></head><body>學習紀錄</body></html>"


def single_file(body: str = HTML, **changed: str) -> bytes:
    said = {
        "Snapshot-Content-Location": "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php?ticket=invented",
        "Date": "Fri, 1 Sep 2023 02:30:00 +0000",
        "Content-Type": 'multipart/related; type="text/html"; boundary="edge"',
        "part": "text/html",
    } | changed
    part = said.pop("part")
    head = "\r\n".join(f"{name}: {value}" for name, value in said.items())
    content = base64.encodebytes(body.encode()).decode()
    return (
        f"{head}\r\n\r\n--edge\r\nContent-Type: {part}\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}\r\n--edge--\r\n"
    ).encode("ascii")


@pytest.mark.parametrize(
    "data",
    [
        *(HTML.encode(), HTML.encode("utf-8-sig"), HTML.encode("utf-16"), HTML.encode("big5")),
        HTML.replace("<head>", '<head><meta charset="big5">').encode("big5"),
        HTML.replace("<head>", "<head><META CHARSET=utf-8>").encode(),
        HTML.replace("<head>", "<head><meta charset='x-no-such'>").encode("big5"),
        HTML.replace("<head>", "<head><meta charset=idna>").encode("big5"),
        HTML.replace("<head>", "<head><meta charset=hex>").encode("big5"),
        HTML.replace("<head>", "<head><meta charset=big5>").encode(),
    ],
)
def test_a_page_is_decoded_by_its_mark_its_own_word_or_what_fits(data: bytes):
    assert "學習紀錄" in decode(data)


def test_one_broken_byte_costs_one_character_not_the_page():
    assert "學習紀" in decode("學習紀".encode() + b"\xff")


def test_the_address_of_a_complete_save_is_kept_without_what_can_carry_tickets():
    data = f"<!-- saved from url=(0099)https://u:p@elearn.hrd.gov.tw:443/mooc/x.php?t=invented#invented -->\n{HTML}"
    assert read_saved_page(data.encode(), "a.html", WRITTEN).url == "https://elearn.hrd.gov.tw/mooc/x.php"


@pytest.mark.parametrize(
    "address", ["about:internet", "file:///home/x.html", "https://[::1", "https:///x", "javascript:1"]
)
def test_an_address_that_is_none_is_left_out(address: str):
    found = read_saved_page(f"<!-- saved from url=(0001){address} -->{HTML}".encode(), "a.html", WRITTEN)
    assert found.url == ""
    assert (found.host, found.path) == ("", "")


def test_a_page_from_a_file_says_so_and_knows_when_the_file_was_written():
    found = read_saved_page(HTML.encode(), "a.html", WRITTEN)
    assert (found.origin, found.taken_at, found.status, found.dialogs) == (
        Origin.SAVED_PAGE,
        WRITTEN,
        None,
        (),
    )


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "A.MHTML"])
def test_a_single_file_save_holds_its_page_address_and_day(name: str):
    found = read_saved_page(single_file(), name, None)
    assert found.html == HTML
    assert found.url == "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"
    assert found.taken_at == datetime(2023, 9, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["", "gestern", "Fri, 1 Sep 2023 02:30:00", "Fri, 99 Sep 2023 99:30:00 +0000"]
)
def test_without_a_clear_day_of_its_own_the_day_of_the_file_counts(date: str):
    assert read_saved_page(single_file(Date=date), "a.mhtml", WRITTEN).taken_at == WRITTEN


@pytest.mark.parametrize("charset", ["utf-8", "x-no-such", "hex", "idna"])
def test_a_part_with_an_odd_charset_is_read_all_the_same(charset: str):
    assert (
        "學習紀錄" in read_saved_page(single_file(part=f"text/html; charset={charset}"), "a.mhtml", None).html
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.html"),
        (b"no page at all", "notes.html"),
        (b"%PDF-1.7", "print.html"),
        (b"", "empty.mhtml"),
        (HTML.encode(), "renamed.mhtml"),
        (single_file(part="text/plain"), "text.mhtml"),
        (HTML.removesuffix("</html>").encode(), "cut.html"),
        (b"<table><tr><td>1", "cut.html"),
        (single_file(HTML[:40]), "cut.mhtml"),
    ],
)
def test_what_is_no_whole_page_is_refused_by_its_name_with_what_to_do(data: bytes, name: str):
    with pytest.raises(ConfigError, match=name) as caught:
        read_saved_page(data, name, None)
    assert "另存新檔" in caught.value.remedy


def test_a_file_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saved_page, "LARGEST", 10)
    with pytest.raises(ConfigError, match="太大"):
        read_saved_page(HTML.encode(), "a.html", None)


def test_tables_written_by_a_script_behind_a_whole_page_do_not_make_it_cut_off():
    html = HTML.replace("</body>", "<table></table><script>var t = '<table>';</script></body>")
    assert read_saved_page(html.encode(), "a.html", None).html == html


def test_a_bare_table_without_a_page_around_it_is_taken():
    assert read_saved_page(b"<table><tr><td>1</td></tr></table>", "a.html", None).has("td")


HEADERS = st.lists(
    st.sampled_from(
        [
            *("Content-Type: text/html", "Content-Type: multipart/related; boundary=x", "--x", "--x--", ""),
            *("Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Date: x"),
            *("Content-Location: https://[", "Snapshot-Content-Location: =?utf-8?B?!!?=", "=E5=AD", "5a2x"),
            *(
                "Content-Type: text/html; charset*=utf-8''%ff",
                "Content-Type: ;;;",
                "From: <<>",
                HTML[:6],
                HTML,
            ),
        ]
    )
    | st.text(max_size=12),
    max_size=16,
).map(lambda lines: "\r\n".join(lines).encode())


@given(st.binary(max_size=300) | HEADERS, st.sampled_from(["a.html", "a.mhtml"]))
def test_any_bytes_are_a_page_or_refused(data: bytes, name: str):
    try:
        found = read_saved_page(data, name, WRITTEN)
    except ConfigError:
        return
    assert found.taken_at is not None
    assert len(found.sha256) == 64
    assert isinstance(found.text, str)


def test_what_scripts_and_styles_hold_is_not_said():
    page = Snapshot(
        "<body>說<script>'不說'</script><style>不說</style><noscript>不說</noscript><template>不說</template>了</body>"
    )
    assert page.text == "說 了"


def test_an_empty_page_says_nothing():
    assert (Snapshot("").text, Snapshot("").host, Snapshot("").path) == ("", "", "")
