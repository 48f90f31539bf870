"""How real files are spoiled: bytes cut, doubled, flipped and replaced, words put in that readers stumble over."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# What a reader of text, numbers, dates, markup or tables may stumble over; the first ones fit anywhere.
WORDS = (
    "", " ", "\n", "\r\n", "\t", "\0", "\x1b[31m", "\ufeff", "\u200b", "\u202e", "０", "½", "二", "𝟚", "\U0001f600", "é",
    "-1", "0", "1e999", "NaN", "inf", "-inf", "9" * 400, "1_000", "0x10", "1,5", "1..2", "--", "-", "+", "%", "'", '"', "\\", "\\u0000",
    "0000-00-00", "9999-12-31", "10000-01-01", "2023-02-29", "112/2/29", "0001-01-01", "24:00", "99:99:99", "2023-01-01T00:00:00+25:00",
    "true", "null", "None", "[]", "{}", "[" * 300, "{" * 300, "(" * 300, "<" * 300, "=", ",", ";", ":", "#", "//", "/*", "*/", "~", "～",
)  # fmt: skip
MARKUP = (
    "<td>", "</td>", "<tr>", "</tr>", "<table>", "</table>", "<th>", "<div>", "<!--", "-->", "<script>", "</script>", "<style>", "<template>",
    "<select>", "<option selected>2023", "<td colspan=12>", '<td rowspan="99999">', "<td onclick=gotoCourse(1)>", "&nbsp;", "&#0;", "&#x110000;",
    "&lt;b&gt;", "<b", "<textarea>", "<plaintext>", "<svg><td>", "<math><mi>", "<frameset>", "</html>", "<html>", "<body>", "<input type=password>",
    "共 999999999999999999999 筆", "1 - 10 共 5 筆", "共 0 筆", "登出", "平台識別碼：", "系統維護中", "密碼錯誤", "驗證碼",
)  # fmt: skip
TOML = (
    "[[",
    "]]",
    "[work]",
    "[[set]]",
    "[[benefit]]",
    "[x]\n",
    '"""',
    "'''",
    "= 1\n",
    "= nan\n",
    "= [[]]\n",
    "= 2023-01-01\n",
    "= 07:30:00\n",
    "= {}\n",
)
JSON = (
    "{",
    "}",
    "[",
    "]",
    ":",
    "null",
    "true",
    "1e400",
    "-0",
    '"\\ud800"',
    '"\\u0000"',
    '{"a":',
    "[[[[",
    "1" * 5000,
)
TABLE = (
    "\n,,,,\n",
    ',"',
    '"\n"',
    "=1+1",
    "@SUM(1)",
    "合計",
    "休",
    "1120230",
    "11202300800",
    "下午 13:00",
    ";",
    "\t",
)


@st.composite
def spoiled(draw: Any, base: bytes, words: tuple[str, ...] = ()) -> bytes:
    """These bytes after one to six changes, each at a place of its own."""
    data = base
    puts = [each.encode("utf-8", "surrogatepass") for each in (*WORDS, *words)]
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((0, 0, 1, 1, 2, 5, 20, 100, 1000, 100_000)))
        end = min(len(data), start + length)
        put = draw(
            st.one_of(
                st.sampled_from(puts),
                st.binary(max_size=8),
                st.just(data[start:end] * 2),
                st.just(data[end : end + length]),
            )
        )
        data = data[:start] + put + data[end:]
    return data


@st.composite
def spoiled_lines(draw: Any, base: str, words: tuple[str, ...] = ()) -> str:
    """This text with lines left out, doubled, exchanged, and the values in them replaced: spoiled, but still mostly legible."""
    lines = base.splitlines()
    for _ in range(draw(st.integers(1, 5))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("out", "twice", "exchange", "value", "value", "value", "part"))):
            case "out":
                del lines[at]
            case "twice":
                lines.insert(other, lines[at])
            case "exchange":
                lines[at], lines[other] = lines[other], lines[at]
            case "value":
                key, sign, _ = lines[at].partition("=" if "=" in lines[at] else ",")
                lines[at] = key + sign + draw(_values(words))
            case "part":
                cut = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:cut] + draw(_values(words)) + lines[at][cut:]
    return "\n".join(lines) + "\n"


def _values(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    quoted = st.sampled_from((*WORDS, *words)).map(lambda each: f'"{each}"')
    return st.one_of(
        st.sampled_from((*WORDS, *words)),
        quoted,
        st.integers().map(str),
        st.floats().map(str),
        st.dates().map(str),
        st.text(max_size=8),
    )


# Any JSON value, with the words in it.
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from((*WORDS, *TABLE)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def altered(draw: Any, document: Any) -> Any:
    """This JSON document with one to four of its values, wherever they stand, replaced or left out."""
    import copy

    found = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        place, key = found, None
        while isinstance(place, dict | list) and place:
            key = draw(
                st.sampled_from(sorted(place, key=str) if isinstance(place, dict) else range(len(place)))
            )
            if (
                not isinstance(place[key], dict | list)
                or not place[key]
                or (draw(st.booleans()) and draw(st.booleans()))
            ):
                break
            place = place[key]
        if key is None or not isinstance(place, dict | list) or not place:
            continue
        if draw(st.integers(0, 4)) == 0:
            del place[key]
        else:
            place[key] = draw(VALUES)
    return found
