"""Tiers, hours, levels and exclusions at their edges: three small sets 甲, 乙 and 丙 of two hours each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from timetables import table

from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.plan import Plan
from rules.plan_file import read_plan
from rules.record import LearningRecord
from rules.verdict import BenefitVerdict, Verdict

HEAD = """
key = "three"
title = "三套計畫"
short = "三套"
issuer = "某機關"
document = "某字第1120000001號函"
issued_on = 2023-01-01
covers = { from = 2023-01-01, to = 2024-12-31, clause = "伍" }
year = 112
city = "高雄市"
any_edition = true
categories = { covered = ["編制內公務人員"], not_covered = ["教師"], clause = "肆" }
form = { title = "申請表", clause = "陸" }
"""
SET = """
[[set]]
key = "{key}"
title = "{title}"
clause = "{title}一"
by = "hours"
hours = 2
shared = true
courses = [{{ title = "{title}課", hours = 10 }}, {{ title = "{title}課二", hours = 10 }}, {{ title = "共同課", hours = 10 }}]
"""
BENEFIT = """
[[benefit]]
key = "{key}"
title = "{title}"
unit = "{unit}"
clause = "六"
cap = {cap}
completed_by = 2024-08-31
off_duty = false
unpaid_leave_counts = true
needs_upload = {upload}
evidence = "平臺學習紀錄"
{more}
grants = [{grants}]
"""
ALL = 'of = ["a", "b", "c"]'


def benefit(grants: str, key: str = "leave", cap: str = "20", upload: str = "false", more: str = "", unit: str = "hour") -> str:  # fmt: skip
    title = {"leave": "補休", "award": "嘉獎", "ticket": "抽獎"}[key]
    return BENEFIT.format(key=key, title=title, unit=unit, cap=cap, upload=upload, more=more, grants=grants)


def plan(*benefits: str) -> Plan:
    sets = "".join(SET.format(key=key, title=title) for key, title in zip("abc", "甲乙丙", strict=True))
    return read_plan(HEAD + sets + "".join(benefits), "three.toml", "file")


def row(title: str, hours: str = "2", day: str = "2023-05-06", **changes: Any) -> LearningRecord:
    """A passed row on a Saturday; `status=None` makes it doubtful."""
    start = datetime.fromisoformat(f"{day}T09:00")
    cells = {"status": "已通過", "upload_status": "成功", **changes}
    return LearningRecord(
        title, start=start, end=start + timedelta(hours=1), certified_hours=Decimal(hours), **cells
    )


def judged(made: Plan, *rows: LearningRecord, claimed: Mapping[str, Claimed] | None = None, on: str = "2024-09-01") -> Verdict:  # fmt: skip
    about = Circumstances(Person(category="編制內公務人員"), claimed=claimed or {})
    return judge(rows, made, bundled.calendar(), date.fromisoformat(on), about)


def of(found: Verdict, key: str = "leave") -> BenefitVerdict:
    verdict = found.benefit(key)
    assert verdict is not None
    return verdict


def says(found: BenefitVerdict) -> str:
    return f"{found.claimable}+{found.pending_review}+{found.claimed} {found.state}"


def grants(found: BenefitVerdict) -> list[str]:
    return [f"{each.amount}+{each.pending} {each.state} {','.join(each.met_by)}" for each in found.grants]


DOUBT = {"status": None}
TIERS = plan(benefit(f'{{ tiers = [{{ sets = 1, amount = 2 }}, {{ sets = 3, amount = 5 }}], {ALL}, clause = "六、1" }}'))  # fmt: skip
TIERED = table(
    ("nothing done", [], "0+0+0 reachable", ["2+0 missing a"]),
    ("one set", [row("甲課")], "2+0+0 claimable", ["2+0 met a"]),
    ("two sets reach no more", [row("甲課"), row("乙課")], "2+0+0 claimable", ["2+0 met a,b"]),
    ("three sets", [row("甲課"), row("乙課"), row("丙課")], "5+0+0 claimable", ["5+0 met a,b,c"]),
    ("two sets for review alone", [row("甲課", **DOUBT), row("乙課", **DOUBT)], "0+2+0 pending_review", ["2+0 review a,b"]),
    ("two sets and one for review", [row("甲課"), row("乙課"), row("丙課", **DOUBT)], "2+3+0 claimable", ["2+3 met a,b"]),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "expected", "portions"), TIERED)
def test_tiers_by_number_of_sets(rows, expected, portions):
    found = of(judged(TIERS, *rows, on="2024-08-31"))
    assert (says(found), grants(found)) == (expected, portions)


def hourly(tail: str = "", **changes: str) -> Plan:
    return plan(benefit(f'{{ amount = 1, per_hours = 5, {ALL}, clause = "六、1"{tail} }}', **changes))


YEARS = (row("甲課", "3"), row("共同課", "3", "2024-05-04"))
HOURLY = table(
    ("one hour short of a portion", hourly(), [row("甲課", "4")], "0+0+0 missed"),
    ("exactly a portion", hourly(), [row("甲課", "5")], "1+0+0 claimable"),
    ("a row in two sets counts once", hourly(), [row("共同課", "6")], "1+0+0 claimable"),
    ("a row in two sets counts once in review too", hourly(), [row("共同課", "6", **DOUBT)], "0+1+0 pending_review"),
    ("rests of two sets are lost", hourly(), [row("甲課", "3"), row("乙課", "3")], "0+0+0 missed"),
    ("rests of two sets are carried where the plan says so", hourly(', remainder = "carry"'), [row("甲課", "3"), row("乙課", "3")], "1+0+0 claimable"),
    ("half a portion is one where it is rounded", hourly(', remainder = "round"'), [row("甲課", "2.5")], "1+0+0 claimable"),
    ("less than half is none", hourly(', remainder = "round"'), [row("甲課", "2.4")], "0+0+0 missed"),
    ("one and a half are two", hourly(', remainder = "round"'), [row("甲課", "7.5")], "2+0+0 claimable"),
    ("a set over two years is one where no year has a cap", hourly(), YEARS, "1+0+0 claimable"),
    ("where a year has a cap each year's hours stand alone", hourly(more="cap_per_year = 20"), YEARS, "0+0+0 missed"),
    ("hours for review come on top", hourly(), [row("甲課", "5"), row("乙課", "5", **DOUBT)], "1+1+0 claimable"),
    ("hours for review in a set that is met come on top", hourly(), [row("甲課", "5"), row("共同課", "5", **DOUBT)], "1+1+0 claimable"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "rows", "expected"), HOURLY)
def test_so_much_for_so_many_hours(made, rows, expected):
    assert says(of(judged(made, *rows))) == expected


def test_the_working_of_hours_names_what_waits():
    found = of(judged(hourly(), row("甲課", "6"), row("乙課", "4", **DOUBT)))
    assert found.grants[0].working == (
        "計算：認證 6 小時，每 5 小時 1 小時，共 1 小時；各套不足一單位的餘數不計。另有 4 小時待認定（『乙課』）。"
    )
    assert grants(found) == ["1+0 met a,b"]
    alone = of(judged(hourly(), row("甲課", "5", **DOUBT)))
    assert grants(alone) == ["1+0 review a"]


def test_a_fixed_portion_is_of_the_year_in_which_its_last_row_ended():
    """甲 is finished in 2024, 乙 in 2023: each year gives at most 4."""
    each = ", ".join(f'{{ amount = 4, needs = "{key}", clause = "六" }}' for key in "ab")
    made = plan(benefit(each, more="cap_per_year = 4"))
    over = [row("甲課", "1"), row("甲課二", "1", "2024-05-04")]
    assert says(of(judged(made, *over, row("乙課", "2")))) == "8+0+0 claimable"
    assert says(of(judged(made, row("甲課"), row("乙課")))) == "4+0+0 claimable"


LEVEL = plan(
    benefit(
        '{ amount = 1, needs = "a", clause = "六、1", level = "初級" },'
        '{ amount = 3, needs = "b", clause = "六、2", level = "初級" },'
        '{ amount = 3, needs = "c", clause = "六、3", level = "初級" }'
    )
)
SPENT = "計算：「初級」以一次為限，已就較有利的一項核給。"
LEVELS = table(
    ("the better of two is given", [row("甲課"), row("乙課")], "3+0+0 claimable", [SPENT, "", SPENT]),
    ("of two equal ones the first is given", [row("乙課"), row("丙課")], "3+0+0 claimable", [SPENT, "", SPENT]),
    ("a better one for review may come on top of the sure one", [row("甲課"), row("乙課", **DOUBT)], "1+2+0 claimable", ["", "", SPENT]),
    ("one for review alone", [row("乙課", **DOUBT)], "0+3+0 pending_review", [SPENT, "", SPENT]),
    ("nothing given spends nothing", [], "0+0+0 missed", ["", "", ""]),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "expected", "working"), LEVELS)
def test_of_one_level_the_best_is_given(rows, expected, working):
    found = of(judged(LEVEL, *rows))
    assert (says(found), [each.working for each in found.grants]) == (expected, working)


def test_a_claimed_portion_spends_its_level_and_no_other():
    made = plan(
        benefit(
            '{ amount = 1, needs = "a", clause = "六、1", level = "初級" },'
            '{ amount = 3, needs = "b", clause = "六、2", level = "初級" },'
            '{ amount = 2, needs = "c", clause = "六、3", level = "中級" },'
            '{ amount = 5, needs = { all_of = ["b", "c"] }, clause = "六、4", level = "中級" }'
        )
    )
    rows = (row("甲課"), row("乙課"), row("丙課"))
    found = of(judged(made, *rows, claimed={"leave": Claimed(Decimal(1), frozenset("a"))}))
    assert says(found) == "5+0+1 claimable"
    assert [each.claimed for each in found.grants] == [True, True, False, False]


# -- benefits that exclude each other ----------------------------------------------------------------------------------

AWARD = '{ amount = 1, needs = "a", clause = "七" }'
OWN = 'exclusive = "甲"'
RIVALS = plan(
    benefit('{ amount = 4, needs = "a", clause = "六" }', more=OWN, upload="true"),
    benefit(AWARD, "award", "1", more=OWN),
    benefit(AWARD, "ticket", "1"),
)
EXCLUSIVE = table(
    ("the earlier one has the row", [row("甲課")], {}, ["4+0+0 claimable", "0+0+0 missed", "1+0+0 claimable"]),
    ("where the earlier is for review the later may be too", [row("甲課", upload_status=None)], {}, ["0+4+0 pending_review", "0+1+0 pending_review", "1+0+0 claimable"]),
    ("the later keeps the row it was claimed for", [row("甲課")], {"award": Claimed(Decimal(1), frozenset("a"))}, ["0+0+0 missed", "0+0+1 claimed", "1+0+0 claimable"]),
    ("what is claimed of the earlier leaves the later nothing", [row("甲課")], {"leave": Claimed(Decimal(4), frozenset("a"))}, ["0+0+4 claimed", "0+0+0 missed", "1+0+0 claimable"]),
    ("what was claimed of a set whose rows are gone leaves the other nothing", [], {"award": Claimed(Decimal(1), frozenset("a"))}, ["0+0+0 missed", "0+0+1 claimed", "0+0+0 missed"]),
    ("a second row is enough for both", [row("甲課"), row("共同課", day="2023-05-13")], {}, ["4+0+0 claimable", "0+0+0 missed", "1+0+0 claimable"]),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "claimed", "expected"), EXCLUSIVE)
def test_two_that_exclude_each_other_never_rest_on_one_row(rows, claimed, expected):
    found = judged(RIVALS, *rows, claimed=claimed)
    assert [says(of(found, key)) for key in ("leave", "award", "ticket")] == expected


def test_a_set_lost_to_another_benefit_is_named():
    found = judged(RIVALS, row("甲課"))
    assert [(each.code, each.text, each.clause) for each in of(found, "award").reasons] == [
        ("USED_ELSEWHERE", "「甲」的紀錄已用於補休，同一紀錄不得重複採計。", "六")
    ]
    assert of(found, "leave").reasons == of(found, "ticket").reasons == ()


def test_every_portion_that_is_given_takes_its_rows():
    both = ", ".join(f'{{ amount = 4, needs = "{key}", clause = "六" }}' for key in "ab")
    made = plan(benefit(both, more=OWN), benefit(AWARD, "award", "1", more=OWN))
    found = judged(made, row("甲課"), row("乙課"))
    assert [says(of(found, key)) for key in ("leave", "award")] == ["8+0+0 claimable", "0+0+0 missed"]


OVER = 'apply = { from = 2023-01-01, to = 2024-08-31, clause = "八" }'
GIVES_NOTHING = table(
    ("a benefit whose window is over takes no row", benefit('{ amount = 4, needs = "a", clause = "六" }', more=f"{OWN}\n{OVER}"), "1+0+0 claimable"),
    ("one that is within its window does", benefit('{ amount = 4, needs = "a", clause = "六" }', more=f"{OWN}\n{OVER.replace('08-31', '09-01')}"), "0+0+0 missed"),
)  # fmt: skip


@pytest.mark.parametrize(("earlier", "expected"), GIVES_NOTHING)
def test_only_a_benefit_that_gives_something_takes_rows(earlier, expected):
    found = judged(plan(earlier, benefit(AWARD, "award", "1", more=OWN)), row("甲課"))
    assert says(of(found, "award")) == expected


def test_of_three_benefits_two_groups_exclude_only_among_themselves():
    first, second = 'exclusive = "甲"', 'exclusive = "乙"'
    made = plan(
        benefit(AWARD, "leave", more=first),
        benefit(AWARD, "award", "1", more=first),
        benefit(AWARD, "ticket", "1", more=second),
        benefit(AWARD, "ticket", "1", more=second).replace('"ticket"', '"fourth"'),
    )
    found = judged(made, row("甲課"))
    assert [str(each.claimable) for each in found.benefits] == ["1", "0", "1", "0"]


# -- what was claimed, caps, windows, tickets ---------------------------------------------------------------------------

FIXED = '{ amount = 4, needs = "a", clause = "六、1" }, { amount = 4, needs = { all_of = ["b", "c"] }, clause = "六、2" }'
THREE_ROWS = [row("甲課"), row("乙課"), row("丙課")]
CLAIMED = table(
    ("a claimed portion is spent", plan(benefit(FIXED)), "ab", 4, "0+0+4 claimed"),
    ("the open portion is left", plan(benefit(FIXED)), "a", 4, "4+0+4 claimable"),
    ("of hours what was claimed is taken off", hourly(), "a", 1, "1+0+1 claimable"),
    ("with a year's cap what was claimed is taken off", plan(benefit(FIXED, more="cap_per_year = 6")), "a", 4, "2+0+4 claimable"),
    ("more than all that was claimed leaves nothing and owes nothing", hourly(), "a", 9, "0+0+9 claimed"),
    ("a cap that is used up is claimed", plan(benefit(FIXED, cap="4")), "b", 4, "0+0+4 claimed"),
    ("a cap cuts what is left", plan(benefit(FIXED, cap="6")), "a", 4, "2+0+4 claimable"),
    ("a cap of nothing is never claimed", plan(benefit(FIXED, cap="0")), "", 0, "0+0+0 missed"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "sets", "amount", "expected"), CLAIMED)
def test_what_was_claimed_before_is_never_given_again(made, sets, amount, expected):
    rows = [row("甲課", "5"), row("乙課", "5"), row("丙課", "4")]
    claimed = {"leave": Claimed(Decimal(amount), frozenset(sets))} if amount else {}
    assert says(of(judged(made, *rows, claimed=claimed))) == expected


def test_with_every_portion_claimed_and_room_below_the_cap_a_benefit_is_claimed_before_the_last_day():
    """There is nothing more to reach."""
    claimed = {"leave": Claimed(Decimal(8), frozenset("abc"))}
    assert says(of(judged(plan(benefit(FIXED)), claimed=claimed, on="2024-08-01"))) == "0+0+8 claimed"
    open_ = {"leave": Claimed(Decimal(4), frozenset("a"))}
    assert says(of(judged(plan(benefit(FIXED)), claimed=open_, on="2024-08-01"))) == "0+0+4 reachable"


def test_a_course_of_two_sets_gives_its_hours_once_and_the_courses_after_it_theirs():
    first = SET.replace('{{ title = "共同課", hours = 10 }}', "").replace(
        "courses = [", 'courses = [{{ title = "共同課", hours = 10 }}, '
    )
    sets = "".join(first.format(key=key, title=title) for key, title in zip("abc", "甲乙丙", strict=True))
    per_hours = f'{{ amount = 1, per_hours = 2, {ALL}, clause = "六" }}'
    made = read_plan(HEAD + sets + benefit(per_hours), "three.toml", "file")
    rows = [row("共同課"), row("甲課"), row("乙課")]
    assert says(of(judged(made, *rows))) == "3+0+0 claimable"


def test_a_claim_names_the_sets_of_the_portion_that_were_claimed():
    made = plan(benefit('{ amount = 4, needs = { all_of = ["a", "b", "c"] }, clause = "六、1" }'))
    found = of(judged(made, *THREE_ROWS, claimed={"leave": Claimed(Decimal(4), frozenset("ac"))}))
    assert [(each.code, each.text, each.clause) for each in found.reasons] == [
        ("ALREADY_CLAIMED", "甲、丙 已申請過。", "六、1"),
        ("ALREADY_CLAIMED", "本計畫已申請 4，上限 20。", "六"),
    ]


WINDOW = plan(benefit('{ amount = 4, needs = "a", clause = "六" }, { amount = 4, needs = "b", clause = "六" }', more='apply = { from = 2024-09-01, to = 2024-09-30, clause = "八" }'))  # fmt: skip
APPLY = table(
    ("the day before it opens", "2024-08-31", "申請期間自 113 年 9 月 1 日起，至 113 年 9 月 30 日止。", "4+4+0 claimable"),
    ("its first day", "2024-09-01", "請於 113 年 9 月 30 日前申請。", "4+4+0 claimable"),
    ("its last day", "2024-09-30", "請於 113 年 9 月 30 日前申請。", "4+4+0 claimable"),
    ("the day after it", "2024-10-01", "已達成 8 小時，但申請期間至 113 年 9 月 30 日止，已過，不能再申請。", "0+0+0 missed"),
)  # fmt: skip


@pytest.mark.parametrize(("on", "text", "expected"), APPLY)
def test_a_benefit_is_applied_for_within_its_window(on, text, expected):
    found = of(judged(WINDOW, row("甲課"), row("乙課", **DOUBT), on=on))
    assert says(found) == expected
    assert [(each.code, each.text, each.clause) for each in found.reasons] == [
        ("APPLICATION_WINDOW", text, "八")
    ]


def test_nothing_reached_says_nothing_of_the_window():
    assert of(judged(WINDOW, on="2024-10-01")).reasons == ()


TICKET = "抽獎券是抽獎的機會，不是獎品；是否中獎由主辦機關抽籤決定。"


@pytest.mark.parametrize(
    ("rows", "texts"), [([], []), ([row("甲課")], [TICKET]), ([row("甲課", **DOUBT)], [TICKET])]
)
def test_a_ticket_that_may_be_given_says_that_it_is_no_prize(rows, texts):
    made = plan(benefit(AWARD, "ticket", "1", unit="ticket"))
    found = of(judged(made, *rows), "ticket")
    assert [each.text for each in found.reasons] == texts
    assert {each.clause for each in found.reasons} <= {"六"}


def test_a_years_cap_is_said_with_its_unit():
    found = of(judged(plan(benefit(FIXED, more="cap_per_year = 6")), row("甲課")))
    assert [(each.code, each.text, each.clause) for each in found.reasons] == [
        ("CALCULATION", "每年最多 6 小時，依完成年度計算。", "六")
    ]


# -- questions about near titles ---------------------------------------------------------------------------------------

NEAR = "乙課程第二部分"
NAMED = read_plan(
    HEAD
    + SET.format(key="b", title="乙").replace("乙課二", NEAR)
    + benefit('{ amount = 4, needs = "b", clause = "六" }'),
    "three.toml",
    "file",
)
ASKED = table(
    ("a course of a set by hours that is missing is asked about", [], [NEAR]),
    ("one that is passed is not", [row(NEAR, "1")], []),
    ("one that was tried and not passed is", [row(NEAR, "1", status="未通過")], [NEAR]),
    ("one that was not passed first and then passed is not", [row(NEAR, "1", status="未通過"), row(NEAR, "1")], []),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "courses"), ASKED)
def test_a_near_title_is_asked_about_where_its_course_is_missing(rows, courses):
    found = judged(NAMED, row("乙課程第二部份", "1"), *rows)
    assert [each.course for each in found.questions] == courses


def test_a_spent_portion_stays_spent_though_its_rows_are_gone():
    """What was claimed is taken off what was given, so the portion that it was claimed for is still counted as given."""
    made = plan(benefit(FIXED, more="cap_per_year = 8"))
    gone = judged(made, row("乙課"), row("丙課"), claimed={"leave": Claimed(Decimal(4), frozenset("a"))})
    assert says(of(gone)) == "4+0+4 claimable"


def test_fixed_portions_beside_hours_are_worked_out_anew():
    """Of the hours some were claimed before; more were done since. Only what is new can be claimed."""
    made = plan(
        benefit(
            '{ amount = 2, needs = "a", clause = "六" }, { amount = 1, per_hours = 2, of = ["b"], clause = "六" }'
        )
    )
    before = {"leave": Claimed(Decimal(3), frozenset("ab"))}
    assert says(of(judged(made, row("甲課"), row("乙課", "4"), claimed=before))) == "1+0+3 claimable"


def test_a_doubtful_row_that_a_full_benefit_names_is_still_doubtful_for_the_other():
    """The cap is full without it, and yet the office may count it there: for the other benefit that is a question."""
    both = ", ".join(f'{{ amount = 4, needs = "{key}", clause = "六" }}' for key in "ab")
    award = AWARD.replace('"a"', '"b"')
    made = plan(benefit(both, cap="4", more=OWN, upload="true"), benefit(award, "award", "1", more=OWN))
    found = judged(made, row("甲課"), row("乙課", upload_status=None))
    assert [says(of(found, key)) for key in ("leave", "award")] == ["4+0+0 claimable", "0+1+0 pending_review"]


def test_a_spent_portion_of_a_year_fills_that_years_cap():
    """甲 was claimed and its rows are gone; what its portion gave still counts against the year's sum."""
    made = plan(benefit(FIXED, more="cap_per_year = 8"))
    gone = judged(made, claimed={"leave": Claimed(Decimal(4), frozenset("a"))}, on="2024-08-31")
    assert (of(gone).claimable, of(gone).pending_review, of(gone).claimed) == (0, 0, 4)


def test_what_waits_is_named_course_by_course():
    rows = [row("甲課", "5"), row("乙課", "4", **DOUBT), row("丙課", "2.5", **DOUBT)]
    assert (
        of(judged(hourly(), *rows)).grants[0].working.endswith("另有 6.5 小時待認定（『乙課』、『丙課』）。")
    )


def test_each_portion_of_hours_is_worth_its_amount():
    made = plan(benefit(f'{{ amount = 3, per_hours = 5, {ALL}, clause = "六、1", title = "按時數" }}'))
    found = of(judged(made, row("甲課", "10")))
    assert says(found) == "6+0+0 claimable"
    assert found.grants[0].title == "按時數"


def test_a_doubtful_row_before_a_sure_one_keeps_nothing_from_it():
    rows = [row("甲課", "5", **DOUBT), row("甲課二", "5"), row("共同課", "5")]
    assert says(of(judged(hourly(), *rows))) == "2+1+0 claimable"


NOTHING = table(
    ("tiers for review show what may be given", TIERS, [row("甲課", **DOUBT), row("乙課", **DOUBT), row("丙課", **DOUBT)], ["5+0 review a,b,c"]),
    ("hours below a portion show the least and are not met", hourly(), [row("甲課", "4")], ["1+0 failed a"]),
    ("hours for review below a portion are not met", hourly(), [row("甲課", "4", **DOUBT)], ["1+0 failed a"]),
    ("nothing at all stays missing", hourly(), [], ["1+0 missing a"]),
)  # fmt: skip


@pytest.mark.parametrize(("made", "rows", "portions"), NOTHING)
def test_a_portion_that_is_not_sure_shows_what_it_could_be(made, rows, portions):
    assert grants(of(judged(made, *rows))) == portions


def test_a_benefit_of_two_rivals_names_both():
    made = plan(
        benefit('{ amount = 4, needs = "a", clause = "六" }', more=OWN),
        benefit(AWARD, "award", "1", more=OWN),
        benefit(AWARD, "ticket", "1", more=OWN),
    )
    assert "已用於補休、嘉獎" in of(judged(made, row("甲課")), "ticket").reasons[0].text


def test_portions_that_are_only_possible_leave_a_rival_in_doubt_for_each_of_their_sets():
    both = ", ".join(f'{{ amount = 4, needs = "{key}", clause = "六" }}' for key in "ab")
    rival = benefit(
        '{ amount = 1, needs = "a", clause = "七" }, { amount = 1, needs = "b", clause = "七" }',
        "award",
        "2",
        more=OWN,
    )
    made = plan(benefit(both, more=OWN, upload="true"), rival)
    doubt = {"upload_status": None}
    found = judged(made, row("甲課", **doubt), row("乙課", **doubt))
    assert [says(of(found, key)) for key in ("leave", "award")] == [
        "0+8+0 pending_review",
        "0+2+0 pending_review",
    ]
    mixed = judged(made, row("甲課"), row("乙課", **doubt))
    assert [says(of(mixed, key)) for key in ("leave", "award")] == ["4+4+0 claimable", "0+1+0 pending_review"]


def test_a_benefit_of_fixed_and_of_hourly_portions_takes_what_was_claimed_off_the_whole():
    more = f'{{ amount = 4, needs = "c", clause = "六、1" }}, {{ amount = 1, per_hours = 5, {ALL}, clause = "六、2" }}'
    rows = [row("丙課", "5")]
    found = judged(plan(benefit(more)), *rows, claimed={"leave": Claimed(Decimal(4), frozenset("c"))})
    assert says(of(found)) == "1+0+4 claimable"


def test_as_much_sure_as_possible_still_names_the_ticket():
    made = plan(benefit('{ amount = 1, needs = "a", clause = "七" }, { amount = 1, needs = "b", clause = "七" }', "ticket", "2", unit="ticket"))  # fmt: skip
    found = of(judged(made, row("甲課"), row("乙課", **DOUBT)), "ticket")
    assert (says(found), [each.text for each in found.reasons]) == ("1+1+0 claimable", [TICKET])
