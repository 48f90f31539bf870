"""Titles: what may differ between two spellings of one course, what may not, and what a code says."""

from __future__ import annotations

import itertools

import pytest
from rule_cases import DATA

from rules import bundled
from rules.titles import edition_year, normalise, split_code

SAME = [
    ("台灣 2050 淨零排放路徑及政策", "臺灣2050淨零排放路徑及政策", "臺 for 台 and no spaces around digits"),
    ("台灣 2050 淨零排放路徑及政策", "台灣　２０５０　淨零排放路徑及政策", "full-width digits and spaces"),
    ("成功英語簡報祕笈入門", "成功英語簡報秘笈入門", "秘 for 祕"),
    ("地方創生-產業永續與重生", "地方創生－產業永續與重生", "a full-width dash"),
    ("地方創生-產業永續與重生", "地方創生–產業永續與重生", "an en dash"),
    ("地方創生-產業永續與重生", "地方創生 — 產業永續與重生", "an em dash with spaces"),
    ("認識日常生活中的「隱微」歧視", "認識日常生活中的“隱微”歧視", "other quotation marks"),
    ("認識日常生活中的「隱微」歧視", '認識日常生活中的"隱微"歧視', "straight quotation marks"),
    ("認識日常生活中的「隱微」歧視", "認識日常生活中的『隱微』歧視", "double corner marks"),
    ("職場 Power：打造故事力", "職場Power:打造故事力", "a narrow colon and no spaces"),
    ("職場 Power：打造故事力", "職場 POWER：打造故事力", "capital letters"),
    ("職場 Power：打造故事力", "職場\nPower：打造故事力", "a line break in the cell"),
    ("來玩六龜，遛溜忘歸", "來玩六龜,遛溜忘歸", "a narrow comma"),
    ("學會說話的藝術！聊天不卡卡", "學會說話的藝術!聊天不卡卡", "a narrow exclamation mark"),
    ("智慧城市治理的趨勢與挑戰(上)", "智慧城市治理的趨勢與挑戰（上）", "full-width brackets"),
    ("客家、族群、主流化", "客家﹑族群﹑主流化", "a small list comma"),
    ("免費英語學習 APP 及資源應用", "免費英語學習ＡＰＰ及資源應用", "full-width letters"),
    ("公務英文 E-mail 篇", "公務英文E－mail篇", "a full-width dash in a Latin word"),
]


@pytest.mark.parametrize(("one", "other"), [line[:2] for line in SAME], ids=[line[2] for line in SAME])
def test_two_spellings_of_one_title(one, other):
    assert normalise(one) == normalise(other)


PLAIN = {
    "台": "臺", "秘": "祕", "-": "–—―‐‑−", "~": "〜∼", '"': "「」『』“”〝〞‘’'", "、": "﹑", "‧": "·•・",
}  # fmt: skip


@pytest.mark.parametrize(
    ("plain", "other"), [(plain, each) for plain, others in PLAIN.items() for each in others]
)
def test_each_sign_that_stands_for_another_is_read_as_that(plain, other):
    assert normalise(f"甲{other}乙") == f"甲{plain}乙"


def test_the_compared_form_is_narrow_lower_and_without_blanks_or_invisible_signs():
    assert normalise(" ＡＩ－新視界\u200b　２.０\n(上) ") == "ai-新視界2.0(上)"


DIFFERENT = [
    ("智慧城市治理的趨勢與挑戰(上)", "智慧城市治理的趨勢與挑戰(下)", "first and second part"),
    ("英檢初級衝刺班(上)", "英檢初級衝刺班（下）", "first and second part in other brackets"),
    ("英檢初級衝刺班(上)", "英檢初級衝刺班", "a part and the whole"),
    ("友善職場", "友善職場 2.0", "another edition of the title"),
    ("台灣 2050 淨零排放路徑及政策", "台灣 2060 淨零排放路徑及政策", "another number"),
    ("台灣長照趨勢", "台灣長照", "a shorter title"),
    ("行政程序法與案例解析(陳慈陽講座)", "行政程序法與案例解析(林教授講座)", "another lecturer"),
]


@pytest.mark.parametrize(
    ("one", "other"), [line[:2] for line in DIFFERENT], ids=[line[2] for line in DIFFERENT]
)
def test_two_titles_that_stay_apart(one, other):
    assert normalise(one) != normalise(other)


def test_no_two_courses_of_a_bundled_plan_are_one_title():
    for key in bundled.plan_keys():
        titles = [normalise(course.title) for each in bundled.plan(key).sets for course in each.courses]
        assert all(one != other for one, other in itertools.combinations(titles, 2))


def test_the_plan_lists_the_courses_and_hours_of_the_printed_tables():
    plan = bundled.plan("kaohsiung-112")
    listed = {each.key: [course.title for course in each.courses] for each in plan.sets}
    assert listed == {key: [title for title, _ in rows] for key, rows in DATA["courses"].items()}
    assert [each.hours for each in plan.sets] == [10, 10, 10, 10, 10]
    for each in plan.sets:
        hours = [str(float(course.hours)) for course in each.courses]
        assert hours == [certified for _, certified in DATA["courses"][each.key]]


CODES = [
    ("政府數位轉型新視界 (PCENTER112100461)", ("政府數位轉型新視界", "PCENTER112100461")),
    ("臺灣2050淨零排放路徑及政策（PTAINAN112100075）", ("臺灣2050淨零排放路徑及政策", "PTAINAN112100075")),
    ("政府數位轉型新視界\n(PCENTER112100461) ", ("政府數位轉型新視界", "PCENTER112100461")),
    ("來玩六龜，遛溜忘歸(pkcg112100138)", ("來玩六龜，遛溜忘歸", "PKCG112100138")),
    ("英檢初級衝刺班(上) (PKCG112100200)", ("英檢初級衝刺班(上)", "PKCG112100200")),
    ("英檢初級衝刺班(上)", ("英檢初級衝刺班(上)", None)),
    ("行政程序法與案例解析(陳慈陽講座)", ("行政程序法與案例解析(陳慈陽講座)", None)),
    ("(PKCG112100138) 來玩六龜", ("(PKCG112100138) 來玩六龜", None)),
    ("友善職場(2023)", ("友善職場(2023)", None)),
    (" 友善職場\n", ("友善職場", None)),
    ("友善職場 ( PKCG112100138 ) ", ("友善職場", "PKCG112100138")),
    ("友善職場(P1)", ("友善職場", "P1")),
    ("友善職場(PKCG)", ("友善職場(PKCG)", None)),
]


@pytest.mark.parametrize(("printed", "parted"), CODES, ids=[line[0] for line in CODES])
def test_only_a_trailing_code_in_brackets_is_taken_off(printed, parted):
    assert split_code(printed) == parted


@pytest.mark.parametrize(
    ("code", "year"),
    [
        ("PCENTER112100461", 112),
        ("PKCG111100138", 111),
        ("PTAINAN99100075", 991),  # two-digit years are not told apart; no such code was seen
        ("PMOHW112", None),
        ("PMOHW11210", None),
        ("PMOHW112100", 112),
        ("P112100461", 112),
        ("PMOHW112100X", None),
        ("(PMOHW112100)", None),
        ("112100461", None),
        ("", None),
        (None, None),
    ],
)
def test_the_year_a_code_carries(code, year):
    assert edition_year(code) == year
