"""Every mistake in a plan file as `plan check` names it, word for word; and what stands just inside what is allowed.

The answers lie in `plan_mistakes.txt`; `python tests/judging/test_rules_plan_mistakes.py` writes them anew, to be read in the difference.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from test_rules_plan_file import MISTAKES, NAME, SMALL

from rules import bundled
from rules.plan_proof import prove

KEPT = Path(__file__).with_name("plan_mistakes.txt")
ONE, GRANT, LEAVE = "hours = 2\ncourses = [", 'amount = 2, needs = "one"', "cap = 4"
BY_HOURS, BY_COUNT = 'by = "hours"\n', 'by = "count"\nat_least = {}\n'


def with_set(by: str, more: str = "", hours: str = "2") -> tuple[str, str]:
    """The small plan's first set (courses of 1, 0.5 and 0.5 hours, one of the item 項目) with other rules."""
    return ONE, f"{by}hours = {hours}\n{more}{'' if not more else chr(10)}courses = ["


def minimum(hours: str, parts: str = "", title: str = "項目", items: str = "") -> str:
    listed = f', items = ["{items}"]' if items else ""
    inner = f", parts = [{parts}]" if parts else ""
    return f'{{ title = "{title}", hours = {hours}{listed}{inner} }}'


def of_teacher(numbers: str) -> str:
    return f'by_category = [{{ categories = ["教師"], clause = "一", {numbers} }}]'


AWARD = SMALL[SMALL.rindex("[[benefit]]") :]
EXAMPLE = '[[example]]\nname = "甲"\non = 2024-09-01\ncategory = "編制內公務人員"\n'
UNKNOWN_SET = (
    EXAMPLE
    + 'passed = [{ set = "three", from = 2024-01-06T09:00:00 }]\nexpect = { leave = { claimable = 0 } }\n'
)
WRONG_TWICE = EXAMPLE + "expect = { leave = { claimable = 3 }, award = { claimable = 2 } }\n"
SETS_ON, BENEFITS_ON = SMALL[SMALL.index("[[set]]") :], SMALL[SMALL.index("[[benefit]]") :]
MORE = [
    ("benefits in an empty list", (BENEFITS_ON, ""), ("year = 113", "year = 113\nbenefit = []")),
    ("sets and benefits in empty lists", (SETS_ON, ""), ("year = 113", "year = 113\nset = []\nbenefit = []")),
    ("an empty list of benefits beside another mistake", (BENEFITS_ON, ""), ("year = 113", 'year = "一"\nbenefit = []')),
    ("two sets without a key are not the same key twice", ('key = "one"\n', ""), ('key = "two"\n', "")),
    ("three mistakes at once are three answers", ("year = 113", 'year = "一"\ntown = 1\nissuer2 = 2')),
    ("a set short of its courses and a benefit due too early", ("hours = 3\n", "hours = 4\n"), ("completed_by = 2024-08-31", "completed_by = 2023-12-31")),
    ("a set with a mistake is not summed up besides", ("hours = 2\n", 'hours = "二"\n')),
    ("a set with an unknown key is summed up all the same", ("hours = 2\n", "hours = 3\nhour = 3\n")),
    ("a benefit with a mistake is not judged by its days", ("cap = 4\ncompleted_by = 2024-08-31", 'cap = "四"\ncompleted_by = 2023-08-31')),
    ("dates that are no dates are not put in order", ("from = 2024-01-01, to = 2024-12-31", 'from = "一", to = 2023-12-31')),
    ("the last day alone is no date", ("from = 2024-01-01, to = 2024-12-31", 'from = 2024-01-01, to = "二"')),
    ("a whole set free", with_set("", "free = true")),
    ("one course more than there are", with_set(BY_COUNT.format(4))),
    ("no course asked", with_set(BY_COUNT.format(0))),
    ("half an hour more than the courses give", with_set(BY_HOURS, "", "2.5")),
    ("minima half an hour above the hours", with_set(BY_HOURS, f"minima = [{minimum('1')}, {minimum('0.5')}]", "1")),
    ("a minimum half an hour above its courses", with_set(BY_HOURS, f"minima = [{minimum('1.5')}]")),
    ("a part above its whole", with_set(BY_HOURS, f"minima = [{minimum('0.5', minimum('1'))}]")),
    ("a part of another item", with_set(BY_HOURS, f"minima = [{minimum('1', minimum('0', title='別類'))}]")),
    ("a category asked for fewer courses than one", with_set(BY_COUNT.format(2), of_teacher("at_least = 0"))),
    ("a category asked for more courses than there are", with_set(BY_COUNT.format(2), of_teacher("at_least = 4"))),
    ("a category's number of courses in a set by hours", with_set(BY_HOURS, of_teacher("at_least = 1"))),
    ("a category's minima in a set to be passed whole", with_set("", of_teacher(f"minima = [{minimum('1')}]"))),
    ("a category's minima above its hours", with_set(BY_HOURS, of_teacher(f"hours = 0.5, minima = [{minimum('1')}]"))),
    ("a category's minima above the hours of all", with_set(BY_HOURS, of_teacher(f"minima = [{minimum('1')}]"), "0.5")),
    ("a category's hours above the courses", with_set(BY_HOURS, of_teacher("hours = 2.5"))),
    ("a category in two of them", with_set(BY_HOURS, 'by_category = [{ categories = ["教師"], clause = "一" }, { categories = ["工友", "教師"], clause = "二" }]')),
    ("no category of a set's numbers", with_set(BY_HOURS, 'by_category = [{ clause = "一", hours = 1 }]')),
    ("the same title in two sets of which neither is shared", ('"課程丙"', '"課程甲"')),
    ("the same title twice in a shared set", ('"課程乙(下)", hours', '"課程甲", hours'), ("hours = 2\n", "hours = 2\nshared = true\n")),
    ("two categories on both sides", ('not_covered = ["教師"]', 'not_covered = ["教師", "編制內公務人員"]'), ('covered = ["編制內公務人員"]', 'covered = ["編制內公務人員", "教師"]')),
    ("leave due one day before the programme", ("completed_by = 2024-08-31", "completed_by = 2023-12-31")),
    ("uploaded one day before completed", ("cap = 1\n", "cap = 1\nuploaded_by = 2024-10-30\n")),
    ("an upload day without the upload", (LEAVE, "cap = 4\nuploaded_by = 2024-08-31")),
    ("a window turned round by a day", (LEAVE, 'cap = 4\napply = { from = 2024-10-02, to = 2024-10-01, clause = "一" }')),
    ("a window that ends before the programme", (LEAVE, 'cap = 4\napply = { from = 2023-10-01, to = 2023-12-31, clause = "一" }')),
    ("a window with an unknown key", (LEAVE, 'cap = 4\napply = { from = 2024-10-01, to = 2024-10-31, clause = "一", until = 1 }')),
    ("a window that is no table", (LEAVE, 'cap = 4\napply = 2024-10-01')),
    ("a category's day before the programme", (LEAVE, 'cap = 4\nby_category = [{ categories = ["教師"], clause = "一", completed_by = 2023-08-31 }]')),
    ("a category's benefit twice", (LEAVE, 'cap = 4\nby_category = [{ categories = ["教師"], clause = "一" }, { categories = ["教師"], clause = "一" }]')),
    ("a category's benefit with an unknown key", (LEAVE, 'cap = 4\nby_category = [{ categories = ["教師"], clause = "一", caps = 1 }]')),
    ("a year's cap a little above", (LEAVE, "cap = 4\ncap_per_year = 4.5")),
    ("an exclusion of one alone", (LEAVE, 'cap = 4\nexclusive = "甲"')),
    ("no portions", ('unit = "award"', 'unit = "award"\nnote = "x"'), ("GRANTS", "")),
    ("tiers of equal sets", (GRANT, 'tiers = [{ sets = 1, amount = 1 }, { sets = 1, amount = 2 }], of = ["one", "two"]')),
    ("tiers of equal amounts", (GRANT, 'tiers = [{ sets = 1, amount = 1 }, { sets = 2, amount = 1 }], of = ["one", "two"]')),
    ("a tier of no sets", (GRANT, 'tiers = [{ sets = 0, amount = 1 }, { sets = 2, amount = 2 }], of = ["one", "two"]')),
    ("a tier of one set too many", (GRANT, 'tiers = [{ sets = 1, amount = 1 }, { sets = 3, amount = 2 }], of = ["one", "two"]')),
    ("tiers with hours", (GRANT, 'tiers = [{ sets = 1, amount = 1 }], per_hours = 2, of = ["one", "two"]')),
    ("a tier with an unknown key", (GRANT, 'tiers = [{ sets = 1, amount = 1, of = 1 }], of = ["one", "two"]')),
    ("hours of a nested part", (GRANT, 'amount = 2, per_hours = 2, of = ["one", { all_of = ["one", "two"] }]')),
    ("a level by hours", (GRANT, 'amount = 2, per_hours = 2, of = ["one"], level = "初級"')),
    ("no parts to count", (GRANT, 'amount = 2, per_hours = 2')),
    ("a need that is a number", (GRANT, "amount = 2, needs = 1")),
    ("a need with two shapes", (GRANT, 'amount = 2, needs = { all_of = ["one"], any_of = ["two"] }')),
    ("a need of true sets", (GRANT, 'amount = 2, needs = { at_least = true, of = ["one"] }')),
    ("a need of a part too many", (GRANT, 'amount = 2, needs = { at_least = 3, of = ["one", "two"] }')),
    ("a need by rate", (GRANT, 'amount = 2, needs = { completion_rate = 0.8, of = ["one"] }')),
    ("a need of an unknown set within one", (GRANT, 'amount = 2, needs = { all_of = ["one", { any_of = ["three"] }] }')),
    ("an empty title", ('title = "第二套"', 'title = ""')),
    ("a benefit without a unit", ('unit = "hour"\n', "")),
    ("a unit that is a number", ('unit = "hour"\n', "unit = 1\n")),
    ("a course of another recipient", ('unit = "award"', 'unit = "award"\nrecipient = "unit"')),
    ("sets that are one table", ("[[set]]\nkey = \"one\"", "[set]\nkey = \"one\"")),
    ("notes that are numbers", ('title = "補休申請表"', 'title = "補休申請表"\nnotes = [1]')),
    ("a set's key used twice", ('key = "two"', 'key = "one"')),
    ("a benefit's key used twice", ('key = "award"', 'key = "leave"')),
    ("TOML broken in its last line", ("GRANTS", "["),),
    ("a bad example", ("EXAMPLE", '[[example]]\nname = "甲"\non = 2024-09-01\ncategory = "編制內公務人員"\nexpect = {}\n')),
    ("an example that does not hold", ("EXAMPLE", '[[example]]\nname = "甲"\non = 2024-09-01\ncategory = "編制內公務人員"\npassed = [{ set = "one", from = 2024-01-06T09:00:00 }]\nexpect = { leave = { claimable = 1, pending_review = 1, state = "missed" }, award = { claimable = 0 } }\nexpect_sets = { one = { state = "missing", certified_hours = 1 } }\n')),
    ("an example that is a number", ("year = 113", "year = 113\nexample = [1]")),
    ("a blank alias", ('aliases = ["課程乙(上)(某講座)"]', 'aliases = ["別名", " "]')),
    ("hours of an empty list", (GRANT, "amount = 2, per_hours = 2, of = []")),
    ("hours of what is no list", (GRANT, "amount = 2, per_hours = 2, of = 1")),
    ("a category of a whole set without numbers", with_set("", of_teacher("minima = []"))),
    ("tiers of fewer awards for more sets", (GRANT, 'tiers = [{ sets = 1, amount = 2 }, { sets = 2, amount = 1 }], of = ["one", "two"]')),
    ("a blank alias beside hours that do not add up", ('aliases = ["課程乙(上)(某講座)"]', 'aliases = [" "]'), ("hours = 2\n", "hours = 5\n")),
    ("an exclusion in a plan of one benefit", (LEAVE, 'cap = 4\nexclusive = "甲"'), (AWARD, "")),
    ("a set without a clause is summed up all the same", ('clause = "陸、二"\n', ""), ("hours = 3\n", "hours = 4\n")),
    ("a set with a blank clause is summed up all the same", ('clause = "陸、二"\n', 'clause = " "\n'), ("hours = 3\n", "hours = 4\n")),
    ("unknown keys in the order of the file", ("year = 113", "year = 113\nzeta = 1\nbeta = 2\nomega = 3\nalpha = 4")),
    ("one without a place beside others", ('document = "某字第1130000001號函"\n', ""), ("hours = 3\n", "hours = 4\n"), (AWARD, ""), ("cap = 4", 'cap = "四"')),
    ("hours that are true", ("hours = 3\n", "hours = true\n")),
    ("hours that are a day", ("hours = 3\n", "hours = 2024-01-01\n")),
    ("hours that are a list", ("hours = 3\n", "hours = [3]\n")),
    ("a refused example before one that does not hold and two wrong answers", ("EXAMPLE", UNKNOWN_SET + WRONG_TWICE + WRONG_TWICE)),
    ("a set without courses", ('hours = 3\ncourses = [{ title = "課程丙", hours = 3 }]', "hours = 3")),
    ("a category's numbers with an unknown key", with_set(BY_HOURS, of_teacher("hours = 1, hour = 1"))),
    ("a minimum with an unknown key", with_set(BY_HOURS, 'minima = [{ title = "項目", hours = 1, hour = 1 }]')),
    ("a benefit without a word on portions", ('unit = "award"', 'unit = "award"\nnote = "x"'), ("NO GRANTS", "")),
    ("a category's window turned round", (LEAVE, 'cap = 4\nby_category = [{ categories = ["教師"], clause = "一", apply = { from = 2024-10-02, to = 2024-10-01, clause = "一" } }]')),
    ("a need of a number without parts", (GRANT, "amount = 2, needs = { at_least = 1 }")),
    ("a need with a key beside its number and parts", (GRANT, 'amount = 2, needs = { at_least = 1, of = ["one"], any = 1 }')),
    ("a need with a key beside all", (GRANT, 'amount = 2, needs = { all_of = ["one"], any = 1 }')),
    ("a need with a key beside any", (GRANT, 'amount = 2, needs = { any_of = ["one"], all = 1 }')),
    ("a need of nothing", (GRANT, "amount = 2, needs = { all_of = [] }")),
    ("a need whose number is a text", (GRANT, 'amount = 2, needs = { at_least = "1", of = ["one"] }')),
    ("a need whose parts are a text", (GRANT, 'amount = 2, needs = { any_of = "one" }')),
    ("an unknown set within a part of tiers", (GRANT, 'tiers = [{ sets = 1, amount = 1 }], of = ["one", { all_of = ["three"] }]')),
    ("the award by hours of nothing", ("GRANTS", 'amount = 1, needs = "one", clause = "一", per_hours = 0')),
]  # fmt: skip

ALLOWED = [
    ("a programme of one day", ("from = 2024-01-01, to = 2024-12-31", "from = 2024-08-31, to = 2024-08-31"), ("completed_by = 2024-10-31", "completed_by = 2024-08-31")),
    ("leave due on the programme's first day", ("completed_by = 2024-08-31", "completed_by = 2024-01-01")),
    ("every course by number", with_set(BY_COUNT.format(3))),
    ("one course by number", with_set(BY_COUNT.format(1))),
    ("all hours of the courses", with_set(BY_HOURS)),
    ("more hours than courses where any passed course counts", with_set(BY_HOURS, "free = true", "5")),
    ("a minimum of all its courses", with_set(BY_HOURS, f"minima = [{minimum('1')}]", "1")),
    ("a part as large as its whole", with_set(BY_HOURS, f"minima = [{minimum('1', minimum('1'))}]")),
    ("a category asked for one course", with_set(BY_COUNT.format(2), of_teacher("at_least = 1"))),
    ("a category asked for every course", with_set(BY_COUNT.format(2), of_teacher("at_least = 3"))),
    ("a category's minima as large as its hours", with_set(BY_HOURS, of_teacher(f"hours = 1, minima = [{minimum('1')}]"))),
    ("a title in two sets of which the first is shared", ("hours = 2\n", "hours = 2\nshared = true\n"), ('"課程丙"', '"課程甲"')),
    ("a title in two sets of which the second is shared", ("hours = 3\n", "hours = 3\nshared = true\n"), ('"課程丙"', '"課程甲"')),
    ("an alias that is the title itself", ('aliases = ["課程乙(上)(某講座)"]', 'aliases = ["課程乙（上）"]')),
    ("uploaded by the day of completion", ("cap = 1\n", "cap = 1\nuploaded_by = 2024-10-31\n")),
    ("a window of one day", (LEAVE, 'cap = 4\napply = { from = 2024-10-01, to = 2024-10-01, clause = "一" }')),
    ("a window to the programme's first day", (LEAVE, 'cap = 4\napply = { from = 2023-10-01, to = 2024-01-01, clause = "一" }')),
    ("a year's cap as large as the whole", (LEAVE, "cap = 4\ncap_per_year = 4")),
    ("two that exclude each other beside a third", (LEAVE, 'cap = 4\nexclusive = "甲"'), ("cap = 1\n", 'cap = 1\nexclusive = "甲"\n'), ("EXAMPLE", AWARD.replace('"award"', '"other"', 1))),
    ("a portion with a blank title", (GRANT, 'amount = 2, needs = "one", title = ""')),
    ("two that exclude each other", (LEAVE, 'cap = 4\nexclusive = "甲"'), ("cap = 1\n", 'cap = 1\nexclusive = "甲"\n')),
    ("tiers up to every part", (GRANT, 'tiers = [{ sets = 1, amount = 1 }, { sets = 2, amount = 2 }], of = ["one", "two"]')),
    ("tiers that begin with two sets", (GRANT, 'tiers = [{ sets = 2, amount = 1 }], of = ["one", "two"]')),
    ("a free set without a list of courses", ('hours = 3\ncourses = [{ title = "課程丙", hours = 3 }]', 'by = "hours"\nhours = 3\nfree = true')),
    ("tiers of groups", (GRANT, 'tiers = [{ sets = 1, amount = 1 }], of = ["two", { all_of = ["one", "two"] }]')),
    ("a need of every part", (GRANT, 'amount = 2, needs = { at_least = 2, of = ["one", "two"] }')),
    ("a need with a title", (GRANT, 'amount = 2, needs = { title = "兩套", all_of = ["one", { any_of = ["two"] }] }')),
    ("rests carried", (GRANT, 'amount = 2, per_hours = 2, of = ["one"], remainder = "carry"')),
    ("a level", (GRANT, 'amount = 2, needs = "one", level = "初級"')),
    ("a person as recipient", ('unit = "award"', 'unit = "award"\nrecipient = "person"')),
    ("an example that holds", ("EXAMPLE", '[[example]]\nname = "甲"\non = 2024-09-01\ncategory = "編制內公務人員"\npassed = [{ set = "one", from = 2024-01-06T09:00:00 }]\nexpect = { leave = { claimable = 4, pending_review = 0, state = "claimable" } }\nexpect_sets = { one = { state = "met", certified_hours = 2 } }\n')),
]  # fmt: skip


def changed(changes: tuple[tuple[str, str], ...]) -> str:
    """The small plan with these changes; "GRANTS" stands for the award's only portion ("NO GRANTS": not even the key), "EXAMPLE" for the end of the file."""
    text = SMALL + "\n"
    for old, new in changes:
        if old == "EXAMPLE":
            text += new
            continue
        if old == "NO GRANTS":
            text = text[: text.rindex("grants = [")]
            continue
        if old == "GRANTS":
            start = text.rindex("grants = [")
            text = text[:start] + (
                f"grants = [{{ {new} }}]\n"
                if new not in ("", "[")
                else f"grants = [{new and '{'}{'' if new else ']'}\n"
            )
            continue
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def answers(text: str) -> list[str]:
    """Each problem: its line, its key, what is wrong (without the parser's own words on bad TOML), what to do."""
    _, found = prove(text, NAME, "file", bundled.calendar(), bundled.suspensions())
    return [
        f"{each.line} {each.key}｜{re.sub('TOML：.*', 'TOML', each.text)}｜{each.remedy}" for each in found
    ]


CASES = {each[0]: changed(((each[1], each[2]),)) for each in MISTAKES} | {
    each[0]: changed(each[1:]) for each in MORE
}


@cache
def kept() -> dict[str, list[str]]:
    """What the file holds, by the case's sentence."""
    parts = KEPT.read_text("utf-8").strip().split("\n\n")
    return {part.split("\n")[0].removeprefix("# "): part.split("\n")[1:] for part in parts}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_line_key_and_remedy(case):
    found = answers(CASES[case])
    assert found
    assert found == kept()[case]


@pytest.mark.parametrize("changes", [each[1:] for each in ALLOWED], ids=[each[0] for each in ALLOWED])
def test_what_stands_just_inside_is_no_mistake(changes):
    assert answers(changed(changes)) == []


def test_no_kept_answer_has_lost_its_case():
    assert set(kept()) == set(CASES)


if __name__ == "__main__":
    KEPT.write_text(
        "\n\n".join("\n".join([f"# {case}", *answers(text)]) for case, text in CASES.items()) + "\n", "utf-8"
    )
