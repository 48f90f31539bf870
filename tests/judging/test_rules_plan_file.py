"""Plan files: a small whole one is read, and every mistake is answered with the file, the key and what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules import bundled
from rules.errors import ConfigError
from rules.plan import Coverage
from rules.plan_benefits import AllOf, AnyOf, SetNeed, Window
from rules.plan_file import find_mistakes, read_plan

NAME = "small-113.toml"
SMALL = """
key = "small-113"
title = "小計畫"
short = "小"
issuer = "某機關"
document = "某字第1130000001號函"
issued_on = 2024-01-15
covers = { from = 2024-01-01, to = 2024-12-31, clause = "伍" }
year = 113
city = "高雄市"

[categories]
covered = ["編制內公務人員"]
not_covered = ["教師"]
clause = "肆"

[form]
title = "補休申請表"
clause = "陸"

[[set]]
key = "one"
title = "第一套"
clause = "陸、一"
hours = 2
courses = [
  { title = "課程甲", hours = 1, item = "項目" },
  { title = "課程乙(上)", hours = 0.5, aliases = ["課程乙(上)(某講座)"] },
  { title = "課程乙(下)", hours = "0.5" },
]

[[set]]
key = "two"
title = "第二套"
clause = "陸、二"
hours = 3
courses = [{ title = "課程丙", hours = 3 }]

[[benefit]]
key = "leave"
title = "補休"
unit = "hour"
clause = "陸、三"
cap = 4
completed_by = 2024-08-31
off_duty = true
unpaid_leave_counts = false
needs_upload = false
evidence = "平臺學習紀錄"
grants = [
  { amount = 2, needs = "one", clause = "陸、三、1" },
  { amount = 2, needs = { any_of = ["one", "two"], title = "任一套" }, clause = "陸、三、2" },
]

[[benefit]]
key = "award"
title = "嘉獎"
unit = "award"
clause = "陸、四"
cap = 1
completed_by = 2024-10-31
off_duty = false
unpaid_leave_counts = true
needs_upload = true
evidence = "終身學習入口網"
grants = [{ amount = 1, needs = { all_of = ["one", { at_least = 1, of = ["two"] }] }, clause = "陸、四" }]
"""


def test_a_small_plan_is_read_as_written():
    plan = read_plan(SMALL, NAME, "a test")
    assert (plan.key, plan.year, plan.issued_on, plan.source) == (
        "small-113",
        113,
        date(2024, 1, 15),
        "a test",
    )
    assert [course.hours for course in plan.set_of("one").courses] == [1, Decimal("0.5"), Decimal("0.5")]
    leave, award = plan.benefits
    assert leave.grants[1].needs == AnyOf((SetNeed("one"), SetNeed("two")))
    assert leave.grants[1].title == "任一套"
    assert award.grants[0].needs == AllOf((SetNeed("one"), AnyOf((SetNeed("two"),))))
    assert len(plan.sha256) == 64
    assert (leave.note, leave.exclusive, award.apply) == ("", "", None)


def test_tiers_count_their_parts_from_the_first_tier_on():
    text = SMALL.replace(
        'amount = 2, needs = "one"', 'tiers = [{ sets = 2, amount = 1 }], of = ["one", "two"]', 1
    )
    assert read_plan(text, NAME, "file").benefits[0].grants[0].needs == AnyOf(
        (SetNeed("one"), SetNeed("two")), 2
    )


def test_a_category_may_have_its_own_days_of_application():
    own = 'by_category = [{ categories = ["教師"], clause = "一", apply = { from = 2024-10-01, to = 2024-10-31, clause = "九" } }]'
    leave = read_plan(SMALL.replace("cap = 4", f"cap = 4\n{own}", 1), NAME, "file").benefits[0]
    assert leave.for_category("教師").apply == Window(date(2024, 10, 1), date(2024, 10, 31), "九")
    assert leave.for_category("編制內公務人員").apply is None


# Where the parser names no line, the file ends in the mistake.
BROKEN = [
    ("a = 1\nb = [", 2),
    ("b = [", 1),
    ("a = 1\nb = ]\nc = 1", 2),
    ("a = " + "[" * 5000, 1),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_what_is_no_toml_is_placed_by_its_line(text, line):
    plan, mistakes = find_mistakes(text, NAME, "file")
    assert (plan, [each.place for each in mistakes]) == (None, [(line,)])


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2025-01-01", False)],
)
def test_a_plan_is_in_force_from_its_first_day_to_its_last(day, in_force):
    assert read_plan(SMALL, NAME, "file").in_force(date.fromisoformat(day)) is in_force


@pytest.mark.parametrize(
    ("category", "coverage"),
    [
        ("編制內公務人員", Coverage.COVERED),
        ("教師", Coverage.NOT_COVERED),
        ("實務訓練人員", Coverage.UNKNOWN),
        ("", Coverage.UNKNOWN),
    ],
)
def test_a_category_in_neither_list_is_unknown(category, coverage):
    assert read_plan(SMALL, NAME, "file").categories.coverage(category) is coverage


# What is wrong, what to write instead of what, and the words that the error must hold.
MISTAKES = [
    ("no TOML", "year = 113", "year 113", ("TOML", "line 9")),
    ("a key twice", "year = 113", "year = 113\nyear = 114", ("TOML",)),
    ("an unknown key at the top", "year = 113", "year = 113\ntown = 1", ("town", "year")),
    ("an unknown key in covers", 'clause = "伍"', 'clause = "伍", until = 1', ("[covers]", "until")),
    ("an unknown key in categories", 'clause = "肆"', 'clause = "肆"\nnot_coverd = []', ("[categories]", "not_coverd", "not_covered")),
    ("an unknown key in form", 'title = "補休申請表"', 'title = "補休申請表"\nnote = []', ("[form]", "note")),
    ("an unknown key in a set", 'key = "two"', 'key = "two"\nhour = 3', ("[[set]] 2", "hour")),
    ("an unknown key in a course", 'item = "項目"', 'itme = "項目"', ("[[set]] 1 courses 1", "itme", "item")),
    ("an unknown key in a benefit", 'unit = "award"', 'unit = "award"\nmax = 1', ("[[benefit]] 2", "max")),
    ("an unknown key in a grant", 'clause = "陸、三、1"', 'clause = "陸、三、1", per = 1', ("[[benefit]] 1 grants 1", "per")),
    ("an unknown key in needs", 'title = "任一套"', 'name = "任一套"', ("[[benefit]] 1 grants 2", "needs")),
    ("no key", 'key = "small-113"\n', "", ("「key」",)),
    ("no document", 'document = "某字第1130000001號函"\n', "", ("document",)),
    ("no covers", 'covers = { from = 2024-01-01, to = 2024-12-31, clause = "伍" }\n', "", ("covers",)),
    ("no last day", "to = 2024-12-31, ", "", ("[covers]", "「to」")),
    ("no clause of a set", 'clause = "陸、二"\n', "", ("[[set]] 2", "clause")),
    ("no hours of a course", '{ title = "課程丙", hours = 3 }', '{ title = "課程丙" }', ("[[set]] 2 courses 1", "hours")),
    ("no last day of a benefit", "completed_by = 2024-10-31\n", "", ("[[benefit]] 2", "completed_by")),
    ("no amount of a grant", "amount = 2, needs = \"one\"", 'needs = "one"', ("[[benefit]] 1 grants 1", "amount")),
    ("no needs of a grant", 'needs = "one", ', "", ("[[benefit]] 1 grants 1", "needs")),
    ("a year in words", "year = 113", 'year = "113年"', ("year", "整數")),
    ("a year that is true", "year = 113", "year = true", ("year", "整數")),
    ("a date in words", "issued_on = 2024-01-15", 'issued_on = "113年1月15日"', ("issued_on", "日期")),
    ("a moment where a date is asked", "completed_by = 2024-08-31", "completed_by = 2024-08-31T24:00:00".replace("24:", "23:"), ("[[benefit]] 1", "completed_by", "日期")),
    ("hours in words", "hours = 3\n", 'hours = "三"\n', ("[[set]] 2", "hours", "數字")),
    ("hours without end", "hours = 3\n", "hours = inf\n", ("[[set]] 2", "hours", "數字")),
    ("hours that are no number", "hours = 3\n", "hours = nan\n", ("[[set]] 2", "hours", "數字")),
    ("negative hours", "cap = 4", "cap = -4", ("[[benefit]] 1", "cap")),
    ("a switch in words", "off_duty = true", 'off_duty = "yes"', ("[[benefit]] 1", "off_duty", "true")),
    ("aliases that are one text", 'aliases = ["課程乙(上)(某講座)"]', 'aliases = "課程乙(上)(某講座)"', ("courses 2", "aliases", "清單")),
    ("an alias that is no text", 'aliases = ["課程乙(上)(某講座)"]', "aliases = [2]", ("courses 2", "aliases", "文字")),
    ("categories that are one text", 'covered = ["編制內公務人員"]\n', 'covered = "編制內公務人員"\n', ("[categories]", "covered", "清單")),
    ("a course that is no table", 'courses = [{ title = "課程丙", hours = 3 }]', 'courses = ["課程丙"]', ("[[set]] 2 courses 1", "表格")),
    ("hours of courses that do not add up", "hours = 2\n", "hours = 3\n", ("第一套", "2", "3")),
    ("a title listed twice", '"課程丙"', '"課程甲"', ("課程甲",)),
    ("a title listed twice in another spelling", '"課程丙"', '"課程乙（上）"', ("課程乙（上）", "課程乙(上)")),
    ("a title that is another's alias", '"課程丙"', '"課程乙(上)(某講座)"', ("課程乙(上)",)),
    ("a set's key twice", 'key = "two"', 'key = "one"', ("組裝課程",)),
    ("a benefit's key twice", 'key = "award"', 'key = "leave"', ("key",)),
    ("an unknown set in a grant", 'needs = "one"', 'needs = "eleven"', ("[[benefit]] 1 grants 1", "eleven", "one")),
    ("an unknown set deep in a grant", 'of = ["two"]', 'of = ["eleven"]', ("[[benefit]] 2 grants 1", "eleven")),
    ("more sets asked than there are", "at_least = 1", "at_least = 2", ("[[benefit]] 2 grants 1", "needs")),
    ("no set asked", "at_least = 1", "at_least = 0", ("[[benefit]] 2 grants 1", "needs")),
    ("an empty any-of", 'any_of = ["one", "two"]', "any_of = []", ("[[benefit]] 1 grants 2", "needs")),
    ("a last day before the first", "to = 2024-12-31", "to = 2023-12-31", ("covers",)),
    ("a benefit due before the programme begins", "completed_by = 2024-08-31", "completed_by = 2023-08-31", ("補休", "completed_by")),
    ("a category both covered and not", 'not_covered = ["教師"]', 'not_covered = ["編制內公務人員"]', ("[categories]", "編制內公務人員")),
    ("leave in off-duty time that counts 留職停薪", "unpaid_leave_counts = false", "unpaid_leave_counts = true", ("[[benefit]] 1", "unpaid_leave_counts")),
]  # fmt: skip


ONE = "hours = 2\ncourses = ["
MISTAKES += [
    ("minima of a set that must be passed whole", ONE, 'hours = 2\nminima = [{ title = "項目", hours = 1 }]\ncourses = [', ("minima", 'by = "hours"')),
    ("an unknown way to complete a set", ONE, 'by = "hour"\nhours = 2\ncourses = [', ("[[set]] 1", "by", "hours")),
    ("no number of courses", ONE, 'by = "count"\nhours = 2\ncourses = [', ("[[set]] 1", "at_least")),
    ("more courses than there are", ONE, 'by = "count"\nat_least = 4\nhours = 2\ncourses = [', ("第一套", "at_least", "3 門")),
    ("hours that the courses cannot give", ONE, 'by = "hours"\nhours = 3\ncourses = [', ("第一套", "合計只有 2", "free")),
    ("no hours to reach", ONE, 'by = "hours"\nhours = 0\ncourses = [', ("第一套", "hours")),
    ("minima above the hours", ONE, 'by = "hours"\nhours = 2\nminima = [{ title = "項目", hours = 3 }]\ncourses = [', ("合計 3", "2")),
    ("a minimum of a category without courses", ONE, 'by = "hours"\nhours = 2\nminima = [{ title = "環境教育", hours = 1 }]\ncourses = [', ("環境教育", "item")),
    ("a part of another category", ONE, 'by = "hours"\nhours = 2\nminima = [{ title = "項目", hours = 1, parts = [{ title = "別類", hours = 0 }] }]\ncourses = [', ("parts", "別類")),
    ("a category with two sets of numbers", ONE, 'by = "hours"\nhours = 2\nby_category = [{ categories = ["教師"], hours = 1, clause = "一" }, { categories = ["教師"], clause = "二" }]\ncourses = [', ("教師", "兩次")),
    ("other hours for a set that must be passed whole", ONE, 'hours = 2\nby_category = [{ categories = ["教師"], hours = 1, clause = "一" }]\ncourses = [', ("第一套", 'by = "hours"')),
    ("numbers for no category", "cap = 4", 'cap = 4\nby_category = [{ cap = 1, clause = "一" }]', ("[[benefit]] 1", "categories")),
    ("an unknown unit", 'unit = "award"', 'unit = "medal"', ("[[benefit]] 2", "medal", "ticket")),
    ("an upload day where the upload does not matter", "cap = 4", "cap = 4\nuploaded_by = 2024-09-30", ("補休", "needs_upload")),
    ("an upload day before the last day", "cap = 1\n", "cap = 1\nuploaded_by = 2024-09-30\n", ("嘉獎", "uploaded_by")),
    ("an application window turned round", "cap = 4", 'cap = 4\napply = { from = 2024-10-31, to = 2024-10-01, clause = "一" }', ("補休", "apply")),
    ("an application window without a clause", "cap = 4", "cap = 4\napply = { from = 2024-10-01, to = 2024-10-31 }", ("apply", "clause")),
    ("a year's cap above the whole", "cap = 4", "cap = 4\ncap_per_year = 5", ("補休", "cap_per_year")),
    ("an exclusion of nothing", "cap = 4", 'cap = 4\nexclusive = "one"', ("補休", "exclusive")),
    ("tiers in falling order", 'amount = 2, needs = "one"', 'tiers = [{ sets = 2, amount = 1 }, { sets = 1, amount = 2 }], of = ["one", "two"]', ("tiers", "由少到多")),
    ("more sets in a tier than there are", 'amount = 2, needs = "one"', 'tiers = [{ sets = 3, amount = 1 }], of = ["one", "two"]', ("tiers", "2 項")),
    ("tiers of an unknown set", 'amount = 2, needs = "one"', 'tiers = [{ sets = 1, amount = 1 }], of = ["one", "eleven"]', ("eleven",)),
    ("hours of nothing", 'amount = 2, needs = "one"', 'amount = 2, per_hours = 0, of = ["one"]', ("per_hours",)),
    ("a remainder of nothing", 'amount = 2, needs = "one"', 'amount = 2, needs = "one", remainder = "carry"', ("remainder", "per_hours")),
    ("an unknown remainder", 'amount = 2, needs = "one"', 'amount = 2, per_hours = 2, of = ["one"], remainder = "up"', ("remainder", "floor")),
    ("a level of tiers", 'amount = 2, needs = "one"', 'tiers = [{ sets = 1, amount = 1 }], of = ["one"], level = "初級"', ("level",)),
    ("an award to an agency", 'unit = "award"', 'unit = "award"\nrecipient = "agency"', ("[[benefit]] 2", "recipient", "團體獎勵")),
    ("an award by rate and size", 'unit = "award"', 'unit = "award"\nrate = 0.8', ("[[benefit]] 2", "rate", "無從得知機關人數")),
    ("an empty clause", 'clause = "陸、二"', 'clause = " "', ("[[set]] 2", "clause", "空白")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"), [line[1:] for line in MISTAKES], ids=[line[0] for line in MISTAKES]
)
def test_a_mistake_is_answered_with_the_file_and_the_key(old, new, words):
    assert SMALL.count(old) == 1 or old.endswith("\n") or old in SMALL
    with pytest.raises(ConfigError) as refused:
        read_plan(SMALL.replace(old, new, 1), NAME, "file")
    said = f"{refused.value.message} {refused.value.remedy}"
    assert NAME in refused.value.message
    assert refused.value.remedy
    assert [word for word in words if word not in said] == []


# Conditions that every benefit may have for itself, whatever the others ask.
OWN_CONDITIONS = [
    ("leave that rests on the upload", "needs_upload = false", "needs_upload = true"),
    ("an award that leaves 留職停薪 out", "unpaid_leave_counts = true", "unpaid_leave_counts = false"),
    ("two benefits of one kind with different last days", "off_duty = false\nunpaid_leave_counts = true\nneeds_upload = true", "off_duty = true\nunpaid_leave_counts = false\nneeds_upload = false"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"), [line[1:] for line in OWN_CONDITIONS], ids=[line[0] for line in OWN_CONDITIONS]
)
def test_each_benefit_has_conditions_of_its_own(old, new):
    assert old in SMALL
    assert len(read_plan(SMALL.replace(old, new, 1), NAME, "file").benefits) == 2


def test_a_plan_without_sets_or_benefits_is_refused():
    head, rest = SMALL.split("[[set]]", 1)
    with pytest.raises(ConfigError, match="set"):
        read_plan(head, NAME, "file")
    with pytest.raises(ConfigError, match="benefit"):
        read_plan(head + "[[set]]" + rest.split("[[benefit]]", 1)[0], NAME, "file")


def test_every_bundled_plan_is_named_by_its_file():
    assert bundled.plan_keys()
    assert [bundled.plan(key).key for key in bundled.plan_keys()] == list(bundled.plan_keys())


def test_an_unknown_plan_is_answered_with_those_there_are():
    with pytest.raises(ConfigError) as refused:
        bundled.plan("kaohsiung-111")
    assert "kaohsiung-111" in refused.value.message
    assert "kaohsiung-112" in refused.value.remedy


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        ("2022-12-31", []),
        ("2023-01-01", ["kaohsiung-112"]),
        ("2023-12-31", ["kaohsiung-112"]),
        ("2024-01-01", []),
    ],
)
def test_the_bundled_plans_of_a_day(day, keys):
    assert [each.key for each in bundled.plans_on(date.fromisoformat(day))] == keys
