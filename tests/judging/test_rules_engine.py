"""What stands around the amounts: rows under their sets, rows nobody could read, near titles, readings leaned on, next steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from test_rules_grants import ALL, DOUBT, HEAD, SET, benefit, judged, plan, row
from test_rules_passing import FIFTH, ROWS
from timetables import table

from rules import bundled
from rules.assumptions import assumptions
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.plan_file import read_plan
from rules.record import LearningRecord, UnreadRow
from rules.verdict import ReasonCode, State, Verdict
from rules.work import SpanPolicy, Work

CITY = bundled.plan("kaohsiung-112")


def of_city(*rows: LearningRecord, on: str = "2023-08-31", **about: Any) -> Verdict:
    given = {"person": Person(category="編制內公務人員"), "suspensions": bundled.suspensions(), **about}
    return judge(rows, CITY, bundled.calendar(), date.fromisoformat(on), Circumstances(**given))


def test_a_row_nobody_could_read_is_told_with_its_title_or_without():
    unread = (UnreadRow(("甲",), "認證時數不是數字", "政府數位轉型新視界"), UnreadRow(("乙",), "欄數不符"))
    found = of_city(*ROWS, unread=unread).set_of("policy")
    assert [(each.code, each.text, each.clause) for each in found.reasons] == [
        ("UNREAD_ROW", "有一筆紀錄『政府數位轉型新視界』無法判讀：認證時數不是數字；請人事單位認定。", None),
        ("UNREAD_ROW", "有一筆紀錄（課程名稱不明）無法判讀：欄數不符；請人事單位認定。", None),
    ]


THREE = plan(benefit(f'{{ tiers = [{{ sets = 1, amount = 2 }}], {ALL}, clause = "六" }}'))


def test_a_row_that_counts_nowhere_stands_under_the_first_set_it_could_be_of():
    found = judged(THREE, row("共同課", status="未通過")).rows[0]
    assert (found.set, found.course, found.counted, found.state) == ("a", "共同課", False, State.MISSING)


def test_a_row_stands_under_the_first_set_where_it_counts():
    """The second set asks for a score that only the second row has."""
    scored = read_plan(
        HEAD
        + SET.format(key="a", title="甲")
        + SET.format(key="b", title="乙").replace("hours = 2\n", "hours = 2\nscore = 90\n", 1)
        + benefit('{ amount = 4, needs = { any_of = ["a", "b"] }, clause = "六" }'),
        "three.toml",
        "file",
    )
    first, second = row("共同課", "3", exam="80"), row("共同課", "2", "2023-05-13", exam="95")
    for rows in ((first, second), (second, first)):
        found = {each.record.exam: (each.set, each.counted) for each in judged(scored, *rows).rows}
        assert found == {"80": ("a", True), "95": ("b", True)}


def test_a_record_handed_over_twice_counts_where_it_first_stands():
    one = row("甲課")
    assert [each.counted for each in judged(THREE, one, one).rows] == [True, False]


def test_a_row_of_a_free_set_is_named_as_the_portal_names_it_and_a_listed_one_as_the_plan_does():
    made = read_plan(
        HEAD + SET.format(key="a", title="甲").replace("shared = true", "free = true")
        + benefit('{ amount = 4, needs = "a", clause = "六" }'),
        "three.toml",
    "file",
    )  # fmt: skip
    found = judged(made, row("甲 課", "1"), row("別 處", "1.5"))
    assert [(each.title, each.item, each.plan_hours) for each in found.sets[0].courses] == [
        ("甲課", "", Decimal(10)),
        ("別 處", "自選", Decimal("1.5")),
    ]


QUESTIONS = table(
    ("one letter of ten is asked about", "英檢初級衝刺斑(上)", [("english_b", "英檢初級衝刺班(上)")]),
    ("of two near courses the nearest is asked about", "英檢初級衝刺班(上集)", [("english_b", "英檢初級衝刺班(上)")]),
    ("half of a title is not near", "英檢初級", []),
    ("two thirds of a title are not near", "英檢初級衝刺密集訓練", []),
    ("a listed title is no question", "英檢初級衝刺班(上)", []),
)  # fmt: skip


@pytest.mark.parametrize(("title", "asked"), QUESTIONS)
def test_a_near_title_is_one_question(title, asked):
    found = of_city(replace(FIFTH, title=title)).questions
    assert [(each.set, each.course) for each in found] == asked
    assert all(each.title == title for each in found)


def test_a_question_is_asked_once_and_says_where_to_answer():
    found = of_city(
        replace(FIFTH, title="友善的職場"), replace(FIFTH, title="友善的 職場", code=None)
    ).questions
    assert [each.text for each in found] == [
        "紀錄『友善的職場』是否即為計畫的『友善職場』？確認後請在設定的 [aliases] 加上這一行。"
    ]
    assert of_city(replace(FIFTH, title="友善的職場", status="未通過")).questions == ()


def leaned(work: Work, category: str = "約聘人員", used: str = "") -> list[tuple[str, str, str, bool]]:
    found = assumptions(work, Person(category=category), CITY, frozenset(used.split()))
    return [(each.key, each.value, each.text, each.used) for each in found]


def test_every_reading_in_force_is_named_in_order():
    work = Work(
        hours=((time(8, 30), time(12)), (time(13), time(17, 0, 30))),
        flexible=((time(8), time(8, 30)), (time(17), time(17, 30))),
        lunch_is_off_duty=False,
        span_policy=SpanPolicy.WHOLE,
        shift_worker=True,
    )
    assert leaned(work, used="hours leave suspensions flexible") == [
        ("hours", "08:30–12:00、13:00–17:00:30", "上班時間為 08:30–12:00、13:00–17:00:30；機關規定不同時請在設定中更改。", True),
        ("lunch_is_off_duty", "false", "午休視為上班時間，不是公餘時間。", False),
        ("span_policy", "whole", "起迄及其間均須為公餘時間。", False),
        ("completed_by", "2023-08-31", "完成期限 112 年 8 月 31 日，含當日 24 時前。", False),
        ("category", "約聘人員", "人員類別為「約聘人員」。", True),
        ("roster", "shift_worker", "輪班人員依勤務表判斷，不看辦公日曆。", False),
        ("flexible", "08:00–08:30、17:00–17:30", "彈性上下班時段 08:00–08:30、17:00–17:30，無刷卡紀錄者列為待認定。", True),
        ("leave", "review", "請假期間的上班時間是否為公餘時間，列為待認定。", True),
        ("suspensions", "review", "停止上班期間的上班時間是否為公餘時間，列為待認定。", True),
    ]  # fmt: skip


def test_what_the_agency_states_is_said_to_be_its_word():
    found = {key: text for key, _, text, _ in leaned(Work(stated_by={"hours": "某局人事室"}), category="")}
    assert found["hours"] == "上班時間為 08:00–12:00、13:30–17:30（依某局人事室）。"
    assert found["category"] == "人員類別為「尚未設定」。"
    assert found["span_policy"] == "起迄均為公餘時間而中間跨過上班時間者，列為待認定。"
    ends = {key: text for key, _, text, _ in leaned(Work(span_policy=SpanPolicy.ENDPOINTS))}
    assert ends["span_policy"] == "只看起迄時間；中間跨過上班時間不影響（計畫文字）。"
    assert "roster" not in ends
    assert "flexible" not in ends


def test_the_last_day_named_is_that_of_the_benefit_with_the_most_time():
    leave, award = CITY.benefits
    later = replace(CITY, benefits=(leave, replace(award, completed_by=date(2023, 10, 31))))
    found = {each.key: each.value for each in assumptions(Work(), Person(), later, frozenset())}
    assert found["completed_by"] == "2023-10-31"


# -- next steps --------------------------------------------------------------------------------------------------------


def steps(found: Verdict) -> list[str]:
    return [each.text for each in found.next]


LAST = "，期限 113 年 8 月 31 日。"
TIERS = plan(benefit(f'{{ tiers = [{{ sets = 1, amount = 2 }}, {{ sets = 2, amount = 4 }}], {ALL}, clause = "六" }}'))  # fmt: skip
HOURLY = plan(benefit(f'{{ amount = 1, per_hours = 2, {ALL}, clause = "六" }}'))
ANY = plan(benefit('{ amount = 4, needs = { any_of = ["a", "b"] }, clause = "六" }, { amount = 1, needs = "c", clause = "六" }'))  # fmt: skip
STEPS = table(
    ("tiers ask for sets until the highest is reached", TIERS, [row("甲課")], ["b", "c"]),
    ("and then for none", TIERS, [row("甲課"), row("乙課")], []),
    ("hours ask for every set", HOURLY, [row("甲課"), row("乙課")], ["c"]),
    ("an any-of that has enough asks for no more", ANY, [row("甲課")], ["c"]),
    ("an any-of that has not asks for each", ANY, [row("丙課")], ["a", "b"]),
    ("a set for review in an any-of still leaves the other worth doing", ANY, [row("甲課", **DOUBT)], ["b", "c"]),
    ("the set with the least left comes first", ANY, [row("丙課", "1.5"), row("乙課", "1")], ["c", "b", "a"]),
)  # fmt: skip


@pytest.mark.parametrize(("made", "rows", "keys"), STEPS)
def test_what_is_worth_doing_next(made, rows, keys):
    found = judged(made, *rows, on="2024-08-31")
    assert [each.set for each in found.next] == keys
    assert {each.by for each in found.next} <= {date(2024, 8, 31)}


def test_a_set_that_is_short_for_a_claimed_leave_and_met_for_the_award_asks_for_nothing():
    """The rows are on duty: the leave's reading lacks hours, the award's does not."""
    leave = benefit('{ amount = 4, needs = "a", clause = "六" }').replace(
        "off_duty = false\nunpaid_leave_counts = true", "off_duty = true\nunpaid_leave_counts = false"
    )
    made = plan(leave, benefit('{ amount = 1, needs = "a", clause = "七" }', "award", "1"))
    rows = [row("甲課", day="2023-05-03")]
    open_ = judged(made, *rows, on="2024-08-31")
    assert [each.set for each in open_.next] == ["a"]
    spent = {"leave": Claimed(Decimal(4), frozenset("a"))}
    assert judged(made, *rows, claimed=spent, on="2024-08-31").next == ()


TWO_DAYS = plan(
    benefit('{ amount = 4, needs = { any_of = ["a", "b"] }, clause = "六" }').replace("2024-08-31", "2024-07-31"),
    benefit('{ amount = 1, needs = { all_of = ["b", "c"] }, clause = "七" }', "award", "1"),
)  # fmt: skip
LAST_DAYS = table(
    ("of two benefits the first one's last day", "2024-07-31", [], {"a": "2024-07-31", "b": "2024-07-31", "c": "2024-08-31"}),
    ("after it the other's, and nothing of its own sets", "2024-08-01", [], {"b": "2024-08-31", "c": "2024-08-31"}),
    ("with the first benefit reached the other's", "2024-07-31", [row("甲課")], {"b": "2024-08-31", "c": "2024-08-31"}),
)  # fmt: skip


@pytest.mark.parametrize(("on", "rows", "days"), LAST_DAYS)
def test_a_step_is_due_by_the_first_benefit_that_it_helps(on, rows, days):
    assert {each.set: each.by.isoformat() for each in judged(TWO_DAYS, *rows, on=on).next} == days


def test_a_set_that_no_portion_asks_for_is_no_step():
    made = plan(
        benefit('{ amount = 4, needs = { at_least = 2, of = ["a", { any_of = ["b"] }] }, clause = "六" }')
    )
    assert {each.set for each in judged(made, on="2024-08-31").next} == {"a", "b"}


def test_a_middle_tier_that_is_reached_asks_on():
    steps_of = "{ sets = 1, amount = 1 }, { sets = 2, amount = 2 }, { sets = 3, amount = 3 }"
    made = plan(benefit(f'{{ tiers = [{steps_of}], {ALL}, clause = "六" }}'))
    assert [each.set for each in judged(made, row("甲課"), row("乙課"), on="2024-08-31").next] == ["c"]


def test_sets_by_number_of_courses_stand_by_how_many_are_left():
    sets = (
        COUNT.format(key="a", title="甲")
        + SET.format(key="b", title="乙")
        + COUNT.format(key="c", title="丙")
    )
    every = ", ".join(f'{{ amount = 4, needs = "{key}", clause = "六" }}' for key in "abc")
    made = read_plan(HEAD + sets + benefit(every), "three.toml", "file")
    rows = [row("乙課", "0.5"), row("丙課", "1")]
    assert [each.set for each in judged(made, *rows, on="2024-08-31").next] == ["c", "b", "a"]


def test_a_step_for_hours_names_three_courses_that_would_do():
    found = steps(judged(ANY, row("甲課", "1.5"), on="2024-08-31"))
    assert found[0] == f"「甲」再 0.5 小時（例如『甲課二』、『共同課』）{LAST}"
    assert found[1] == f"「乙」再 2 小時（例如『乙課』、『乙課二』、『共同課』）{LAST}"


COUNT = SET.replace('by = "hours"\nhours = 2', 'by = "count"\nat_least = 2')
FREE = SET.replace(
    'courses = [{{ title = "{title}課", hours = 10 }}, {{ title = "{title}課二", hours = 10 }}, {{ title = "共同課", hours = 10 }}]',
    "free = true",
)
LEAST = SET.replace(
    "hours = 2", 'hours = 4\nminima = [{{ title = "環境", hours = 2, clause = "一之一" }}]', 1
).replace('"{title}課", hours = 10', '"{title}課", hours = 10, item = "環境"')
FOUR = SET.replace('{{ title = "共同課"', '{{ title = "{title}課三", hours = 10 }}, {{ title = "共同課"')
ONLY = benefit('{ amount = 4, needs = "a", clause = "六" }')
SHORT = table(
    ("courses by number", COUNT, [row("甲課")], [f"「甲」再通過 1 門課程（例如『甲課二』、『共同課』）{LAST}"]),
    ("hours of any passed course", FREE, [row("甲課", "0.5")], [f"「甲」再 1.5 小時（任何已通過的課程）{LAST}"]),
    ("three of four courses that would do", FOUR, [], [f"「甲」再 2 小時（例如『甲課』、『甲課二』、『甲課三』）{LAST}"]),
    ("a minimum and the rest", LEAST, [row("共同課", "1")], [f"「甲」的「環境」再 2 小時（例如『甲課』）{LAST}", f"「甲」再 3 小時（例如『甲課』、『甲課二』）{LAST}"]),
    ("a minimum whose courses are all begun names none", LEAST, [row("甲課", "1"), row("共同課", "4")], [f"「甲」的「環境」再 1 小時{LAST}"]),
)  # fmt: skip


def test_what_is_short_says_that_rows_under_review_are_not_counted():
    made = read_plan(HEAD + SET.format(key="a", title="甲") + ONLY, "one.toml", "file")
    found = judged(made, row("甲課", "0.5", **DOUBT), on="2024-08-31").set_of("a")
    assert [each.text for each in found.reasons if each.code is ReasonCode.HOURS_SHORT] == [
        "認證時數合計未達 2 小時，尚缺 2 小時（待認定的紀錄未計入）。"
    ]


@pytest.mark.parametrize(("shape", "rows", "texts"), SHORT)
def test_what_a_set_still_lacks_is_said_in_a_sentence(shape, rows, texts):
    made = read_plan(HEAD + shape.format(key="a", title="甲") + ONLY, "three.toml", "file")
    assert steps(judged(made, *rows, on="2024-08-31")) == texts


def test_a_step_names_the_course_and_where_any_will_do_none():
    made = read_plan(HEAD + FREE.format(key="a", title="甲") + ONLY, "three.toml", "file")
    assert [each.title for each in judged(made, on="2024-08-31").next] == [""]
    assert [each.title for each in judged(ANY, on="2024-08-31").next] == ["甲課", "乙課", "丙課"]


def test_a_benefit_whose_window_is_over_asks_for_nothing():
    over = 'apply = { from = 2023-01-01, to = 2024-03-31, clause = "八" }'
    made = plan(benefit('{ amount = 4, needs = "a", clause = "六" }', more=over))
    assert [each.set for each in judged(made, on="2024-03-31").next] == ["a"]
    assert judged(made, on="2024-04-01").next == ()


def test_a_verdict_without_a_benefit_of_that_key_says_none():
    assert of_city().benefit("nothing") is None


def test_a_missing_course_is_said_with_the_clause_of_its_set():
    found = of_city().set_of("policy").courses[0]
    assert [(each.code, each.text, each.clause) for each in found.reasons] == [
        ("COURSE_MISSING", "尚無『政府數位轉型新視界』的通過紀錄。", "陸、一")
    ]


def test_without_any_row_the_calendar_named_is_that_of_the_programmes_first_year():
    assert list(judged(THREE).calendar) == ["2023"]
    assert list(judged(THREE, row("甲課", day="2024-05-04")).calendar) == ["2024"]


def test_a_set_by_hours_lists_the_courses_that_count_and_no_missing_one():
    assert [each.title for each in judged(THREE, row("甲課", "1")).sets[0].courses] == ["甲課"]
