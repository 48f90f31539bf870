"""What a verdict says, word for word and with its clause: each reason of each kind, as a personnel officer reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from rule_cases import span, work_of
from test_rules_passing import FIFTH, PLAN
from timetables import CLAUSE, off_duty, table

from rules.passing import after_deadline, contradictions, exam_score, hours_differ
from rules.person import Person
from rules.work import Period, SpanPolicy, Work

PERIODS = table(
    (
        "a row without length names its one moment", "2023-01-18T08:00", "2023-01-18T08:00", {},
        "fail", "上班時間", ['hours'],
        [
            ('ON_DUTY', '起時間 112/1/18（三）08:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "both ends in the same office hours are one sentence", "2023-01-18T09:00", "2023-01-18T10:00", {},
        "fail", "上班時間", ['hours'],
        [
            ('ON_DUTY', '起迄時間 112/1/18（三）09:00:00–10:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "both ends in the same leave over two days name both days", "2023-03-08T23:00", "2023-03-10T01:00", {'unpaid_leave': [['2023-03-08', '2023-03-10']]},
        "fail", "留職停薪", [],
        [
            ('DURING_UNPAID_LEAVE', '起時間 112/3/8（三）23:00:00 在留職停薪期間，無利用公餘時間之事實，不適用補休。'),
            ('DURING_UNPAID_LEAVE', '迄時間 112/3/10（五）01:00:00 在留職停薪期間，無利用公餘時間之事實，不適用補休。'),
        ],
    ),
    (
        "two ends in two office hours are two sentences", "2023-01-18T09:00", "2023-01-18T14:00", {},
        "fail", "上班時間", ['hours'],
        [
            ('ON_DUTY', '起時間 112/1/18（三）09:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
            ('ON_DUTY', '迄時間 112/1/18（三）14:00:00 在上班時間（13:30–17:30）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "an end on duty alone is one sentence, of the end", "2023-01-18T07:00", "2023-01-18T08:00:01", {},
        "fail", "上班前～上班時間", ['hours'],
        [
            ('ON_DUTY', '迄時間 112/1/18（三）08:00:01 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "overtime to midnight ends at 24:00", "2023-03-08T22:30", "2023-03-08T23:00", {'overtime': [['2023-03-08T22:00', '2023-03-09T01:00']]},
        "fail", "加班", [],
        [
            ('ON_DUTY', '起迄時間 112/3/8（三）22:30:00–23:00:00 在加班（22:00–24:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "a row off duty says so", "2023-05-07T10:00", "2023-05-07T11:00", {},
        "pass", "例假日", [],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "the flexible band is asked about once", "2023-01-18T08:05", "2023-01-18T08:20", {'hours': [['08:30', '12:00']], 'flexible': [['08:00', '08:30']]},
        "review", "待認定", ['flexible'],
        [
            ('FLEX_BAND', '起迄時間 112/1/18（三）08:05:00–08:20:00 在彈性上下班時段內，須有當日刷卡紀錄才能判斷，請人事單位認定。'),
        ],
    ),
    (
        "leave is named by its kind", "2023-03-08T10:00", "2023-03-08T11:00", {'leave': [{'from': '2023-03-08', 'to': '2023-03-08', 'kind': '休假'}]},
        "review", "待認定", ['leave'],
        [
            ('ON_LEAVE', '起迄時間 112/3/8（三）10:00:00–11:00:00 在請假（休假）期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
    (
        "stopped work is asked about", "2023-07-27T10:00", "2023-07-27T11:00", {},
        "review", "待認定", ['suspensions'],
        [
            ('WORK_SUSPENDED', '起迄時間 112/7/27（四）10:00:00–11:00:00 在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
    (
        "no roster is asked about", "2023-06-10T10:00", "2023-06-10T11:00", {'shift_worker': True},
        "review", "待認定", ['roster'],
        [
            ('NO_ROSTER', '起迄時間 112/6/10（六）10:00:00–11:00:00 沒有勤務表可對照，請人事單位認定。'),
        ],
    ),
    (
        "an unknown year is asked about", "2035-05-02T20:00", "2035-05-02T21:00", {},
        "review", "待認定", [],
        [
            ('CALENDAR_UNKNOWN', '起迄時間 124/5/2（三）20:00:00–21:00:00 所在年度的辦公日曆表尚未收錄，無法判斷，請人事單位認定。'),
        ],
    ),
    (
        "留職停薪 at one end", "2023-02-28T23:00", "2023-03-01T00:00:01", {'unpaid_leave': [['2023-03-01', '2023-03-31']]},
        "fail", "放假日～留職停薪", [],
        [
            ('DURING_UNPAID_LEAVE', '迄時間 112/3/1（三）00:00:01 在留職停薪期間，無利用公餘時間之事實，不適用補休。'),
        ],
    ),
    (
        "留職停薪 in between is asked about besides the office hours", "2023-02-24T20:00", "2023-04-10T21:00", {'unpaid_leave': [['2023-03-01', '2023-03-31']]},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('DURING_UNPAID_LEAVE', '期間跨越留職停薪期間，是否適用補休請人事單位認定。'),
            ('SPANS_OFFICE_HOURS', '起迄均為公餘時間，但期間跨越上班時間：112/4/6（四）、112/4/7（五）、112/4/10（一）（3 個上班日），請人事單位認定。'),
        ],
    ),
    (
        "留職停薪 in between where only the ends are asked", "2023-02-24T20:00", "2023-04-10T21:00", {'unpaid_leave': [['2023-03-01', '2023-03-31']], 'span_policy': 'endpoints'},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('DURING_UNPAID_LEAVE', '期間跨越留職停薪期間，是否適用補休請人事單位認定。'),
        ],
    ),
    (
        "one workday in between", "2023-05-03T07:00", "2023-05-03T18:00", {},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('SPANS_OFFICE_HOURS', '起迄均為公餘時間，但期間跨越上班時間：112/5/3（三）（1 個上班日），請人事單位認定。'),
        ],
    ),
    (
        "exactly three workdays in between are all named", "2023-05-02T20:00", "2023-05-05T20:00", {},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('SPANS_OFFICE_HOURS', '起迄均為公餘時間，但期間跨越上班時間：112/5/3（三）、112/5/4（四）、112/5/5（五）（3 個上班日），請人事單位認定。'),
        ],
    ),
    (
        "four are counted", "2023-05-01T20:00", "2023-05-05T20:00", {},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('SPANS_OFFICE_HOURS', '起迄均為公餘時間，但期間跨越上班時間：112/5/2（二）、112/5/3（三）、112/5/4（四） 等 4 個上班日，請人事單位認定。'),
        ],
    ),
    (
        "the strict policy says whose rule it is", "2023-05-03T07:00", "2023-05-03T18:00", {'span_policy': 'whole'},
        "fail", "上班前～下班後", ['hours', 'span_policy'],
        [
            ('SPANS_OFFICE_HOURS', '起迄均為公餘時間，但期間跨越上班時間：112/5/3（三）（1 個上班日）；服務機關規定全程均應為公餘時間，不能計入補休。'),
        ],
    ),
    (
        "leave crossed names its day", "2023-03-07T20:00", "2023-03-08T20:00", {'leave': [{'from': '2023-03-08', 'to': '2023-03-08', 'kind': '休假'}]},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('ON_LEAVE', '期間跨越 112/3/8（三） 在請假（休假）期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
    (
        "flex crossed", "2023-03-08T07:00", "2023-03-08T08:45", {'hours': [['09:00', '12:00']], 'flexible': [['08:00', '08:30']]},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('FLEX_BAND', '期間跨越 112/3/8（三） 在彈性上下班時段內，須有當日刷卡紀錄才能判斷，請人事單位認定。'),
        ],
    ),
    (
        "stop crossed", "2023-07-26T20:00", "2023-07-27T20:00", {},
        "review", "待認定", ['hours', 'span_policy'],
        [
            ('WORK_SUSPENDED', '期間跨越 112/7/27（四） 在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
    (
        "unknown roster days crossed", "2023-05-03T19:00", "2023-05-05T01:00", {'shift_worker': True, 'roster_covers': [['2023-05-03', '2023-05-03'], ['2023-05-05', '2023-05-05']]},
        "review", "待認定", ['roster', 'span_policy'],
        [
            ('NO_ROSTER', '期間跨越 112/5/4（四） 沒有勤務表可對照，請人事單位認定。'),
        ],
    ),
    (
        "ends in two reviews of one kind: the crossing says nothing new", "2023-07-27T10:00", "2023-07-28T10:00", {},
        "review", "待認定", ['span_policy', 'suspensions'],
        [
            ('WORK_SUSPENDED', '起時間 112/7/27（四）10:00:00 在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定。'),
            ('WORK_SUSPENDED', '迄時間 112/7/28（五）10:00:00 在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
    (
        "within a period where noon is duty the answer leans on that too", "2023-01-18T12:15", "2023-01-18T13:00", {'lunch_is_off_duty': False},
        "fail", "上班時間", ['hours', 'lunch_is_off_duty'],
        [
            ('ON_DUTY', '起迄時間 112/1/18（三）12:15:00–13:00:00 在上班時間（12:00–13:30）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "a Sunday leans on nothing even so", "2023-05-07T12:00", "2023-05-07T13:00", {'lunch_is_off_duty': False},
        "pass", "例假日", [],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "an early morning leans on the timetable", "2023-05-03T06:00", "2023-05-03T07:00", {},
        "pass", "上班前", ['hours'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "a free evening of a shift worker leans on the roster", "2023-05-03T10:00", "2023-05-03T11:00", {'shift_worker': True, 'roster_covers': [['2023-05-03', '2023-05-03']]},
        "pass", "輪休", ['roster'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "a shift leans on the roster", "2023-05-03T10:00", "2023-05-03T11:00", {'shift_worker': True, 'roster': [['2023-05-03T08:00', '2023-05-03T20:00']], 'roster_covers': [['2023-05-03', '2023-05-03']]},
        "fail", "勤務時間", ['roster'],
        [
            ('ON_DUTY', '起迄時間 112/5/3（三）10:00:00–11:00:00 在勤務時間（08:00–20:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "free days in between lean on the timetable of the ends alone", "2023-05-05T20:00", "2023-05-08T07:30", {},
        "pass", "下班後～上班前", ['hours'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "an end on duty leaves nothing to the span policy", "2023-05-03T20:00", "2023-05-05T09:00", {},
        "fail", "下班後～上班時間", ['hours'],
        [
            ('ON_DUTY', '迄時間 112/5/5（五）09:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "a start on duty leaves nothing to the span policy", "2023-05-03T09:00", "2023-05-05T20:00", {},
        "fail", "上班時間～下班後", ['hours'],
        [
            ('ON_DUTY', '起時間 112/5/3（三）09:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "from a stopped day into office hours", "2023-07-28T10:00", "2023-07-31T10:00", {},
        "fail", "停止上班～上班時間", ['hours', 'suspensions'],
        [
            ('WORK_SUSPENDED', '起時間 112/7/28（五）10:00:00 在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定。'),
            ('ON_DUTY', '迄時間 112/7/31（一）10:00:00 在上班時間（08:00–12:00）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "own holiday is named", "2023-08-03T10:00", "2023-08-03T11:00", {'own_holidays': ['2023-08-03']},
        "pass", "歲時祭儀放假", [],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "before the first punch", "2023-05-03T07:45", "2023-05-03T08:05", {'hours': [['08:30', '12:00'], ['13:00', '17:00']], 'flexible': [['08:00', '08:30'], ['17:00', '17:30']], 'punches': {'2023-05-03': ['08:05', '17:05']}},
        "pass", "上班前", ['hours'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "after the last punch", "2023-05-03T17:05", "2023-05-03T17:20", {'hours': [['08:30', '12:00'], ['13:00', '17:00']], 'flexible': [['08:00', '08:30'], ['17:00', '17:30']], 'punches': {'2023-05-03': ['08:05', '17:05']}},
        "pass", "下班後", ['hours'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "in the flexible band between the punches", "2023-05-03T08:10", "2023-05-03T08:20", {'hours': [['08:30', '12:00'], ['13:00', '17:00']], 'flexible': [['08:00', '08:30'], ['17:00', '17:30']], 'punches': {'2023-05-03': ['08:05', '17:05']}},
        "fail", "上班時間", ['hours'],
        [
            ('ON_DUTY', '起迄時間 112/5/3（三）08:10:00–08:20:00 在上班時間（08:05–08:30）內；依計畫起迄時間均應為公餘時間，不能計入補休，仍可計入嘉獎時數。'),
        ],
    ),
    (
        "the noon rest after somebody left at noon is still the noon rest", "2023-05-03T12:30", "2023-05-03T12:50", {'hours': [['08:30', '12:00'], ['13:00', '17:00']], 'punches': {'2023-05-03': ['08:05', '12:10']}},
        "pass", "午休", ['lunch_is_off_duty'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "the noon rest before somebody came is still the noon rest", "2023-05-03T12:30", "2023-05-03T12:50", {'hours': [['08:30', '12:00'], ['13:00', '17:00']], 'punches': {'2023-05-03': ['12:55', '17:10']}},
        "pass", "午休", ['lunch_is_off_duty'],
        [
            ('OFF_DUTY', '起迄時間均為公餘時間。'),
        ],
    ),
    (
        "from leave into the evening of the next workday", "2023-03-08T10:00", "2023-03-09T20:00", {'leave': [{'from': '2023-03-08', 'to': '2023-03-08', 'kind': '休假'}]},
        "review", "待認定", ['hours', 'leave', 'span_policy'],
        [
            ('ON_LEAVE', '起時間 112/3/8（三）10:00:00 在請假（休假）期間的上班時間內，是否屬公餘時間請人事單位認定。'),
            ('SPANS_OFFICE_HOURS', '期間跨越上班時間：112/3/9（四）（1 個上班日），請人事單位認定。'),
            ('ON_LEAVE', '期間跨越 112/3/8（三） 在請假（休假）期間的上班時間內，是否屬公餘時間請人事單位認定。'),
        ],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "work", "answer", "kind", "leans", "reasons"), PERIODS)
def test_a_period_is_answered_in_these_words(start, end, work, answer, kind, leans, reasons):
    """Answer, word for the form, settings leaned on, and every reason in order."""
    found = off_duty(start, end, work_of(work))
    assert (found.off_duty, found.kind_of_time, sorted(found.leaned_on)) == (answer, kind, leans)
    assert [(each.code, each.text) for each in found.reasons] == reasons
    assert {each.clause for each in found.reasons} == {CLAUSE}


def test_of_days_under_two_policies_the_strict_one_names_its_own_days_alone():
    whole = Work(span_policy=SpanPolicy.WHOLE)
    work = Work(periods=(Period(date(2023, 5, 4), date(2023, 5, 4), whole, Person()),))
    found = off_duty("2023-05-02T20:00", "2023-05-04T20:00", work)
    assert found.off_duty == "fail"
    assert [each.text for each in found.reasons] == [
        "起迄均為公餘時間，但期間跨越上班時間：112/5/4（四）（1 個上班日）；服務機關規定全程均應為公餘時間，不能計入補休。"
    ]


DOUBTS = table(
    ('an empty status is named so', {'status': None}, [('STATUS_UNCLEAR', '通過狀態為空白，無法判斷是否通過，請人事單位認定。', None)]),
    ('a status nobody has seen is quoted', {'status': '補登中'}, [('STATUS_UNCLEAR', '通過狀態為「補登中」，無法判斷是否通過，請人事單位認定。', None)]),
    ('a row the portal no longer shows says since when', {'gone_since': date(2023, 9, 1)}, [('GONE_FROM_PORTAL', '平臺自 112 年 9 月 1 日起不再顯示這筆紀錄；先前讀到的內容仍完整保存，是否採計請人事單位認定。', None)]),
    ('an exam below its mark is quoted', {'exam': '70'}, [('PASS_CONTRADICTS_CONDITION', '通過狀態為「已通過」，但測驗「70」未達 75 分，與通過條件不符，請人事單位認定。', None)]),
    ('an empty exam is named so', {'exam': None}, [('PASS_CONTRADICTS_CONDITION', '通過狀態為「已通過」，但測驗「空白」未達 75 分，與通過條件不符，請人事單位認定。', None)]),
    ('reading short of the minimum names the minimum as it is written', {'reading': timedelta(seconds=1740)}, [('PASS_CONTRADICTS_CONDITION', '通過狀態為「已通過」，但閱讀時數未達 00:30:00，與通過條件不符，請人事單位認定。', None)]),
    ('an empty survey is named so', {'survey': None}, [('PASS_CONTRADICTS_CONDITION', '通過狀態為「已通過」，但問卷「空白」，與通過條件不符，請人事單位認定。', None)]),
    ('all that is not met is said in one sentence', {'exam': '70', 'reading': None, 'survey': '未填'}, [('PASS_CONTRADICTS_CONDITION', '通過狀態為「已通過」，但測驗「70」未達 75 分、閱讀時數未達 00:30:00、問卷「未填」，與通過條件不符，請人事單位認定。', None)]),
    ('another edition names both years', {'code': 'PKCG111100138'}, [('OTHER_EDITION', '課程代碼 PKCG111100138 為 111 年度課程，與計畫年度 112 不同，請人事單位認定。', None)]),
    ('no end', {'end': None}, [('TIME_UNKNOWN', '上課期間的起迄時間不明，無法判斷，請人事單位認定。', None)]),
    ('an end before the start names both', {'end': datetime(2023, 1, 1, 11, 59, 59)}, [('END_BEFORE_START', '上課期間的迄時間 112/1/1（日）11:59:59 早於起時間 112/1/1（日）12:00:00，請人事單位認定。', None)]),
    ('reading longer than the row', {'reading': timedelta(seconds=3601)}, [('READING_EXCEEDS_PERIOD', '閱讀時數比上課期間長，資料不合理，請人事單位認定。', None)]),
    ("a start before the programme rests on its window's clause", {'start': datetime(2022, 12, 31, 23, 59, 59)}, [('STARTS_BEFORE_PLAN', '起時間 111/12/31（六）23:59:59 早於計畫起始日 112 年 1 月 1 日，請人事單位認定。', '伍')]),
    ('reading too long and a start too early are two sentences', {'start': datetime(2022, 12, 31, 23, 59, 59), 'reading': timedelta(days=1)}, [('READING_EXCEEDS_PERIOD', '閱讀時數比上課期間長，資料不合理，請人事單位認定。', None), ('STARTS_BEFORE_PLAN', '起時間 111/12/31（六）23:59:59 早於計畫起始日 112 年 1 月 1 日，請人事單位認定。', '伍')]),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "reasons"), DOUBTS)
def test_a_doubtful_row_is_doubted_in_these_words(changes, reasons):
    """The manual's fifth row, so changed."""
    found = contradictions(replace(FIFTH, **changes), PLAN)
    assert [(each.code, each.text, each.clause) for each in found] == reasons


def test_a_late_row_names_its_end_the_last_day_and_the_clause():
    found = after_deadline(replace(FIFTH, end=datetime(2023, 9, 1, 0, 0, 1)), date(2023, 8, 31), "陸、六")
    assert [(each.code, each.text, each.clause) for each in found] == [
        ("AFTER_DEADLINE", "迄時間 112/9/1（五）00:00:01 在期限 112 年 8 月 31 日之後。", "陸、六")
    ]


@pytest.mark.parametrize(
    ("certified", "text"),
    [
        (Decimal("2.50"), "認證時數 2.5 與計畫表列時數 1 不同。"),
        (None, "認證時數 空白 與計畫表列時數 1 不同。"),
    ],
)
def test_other_certified_hours_are_named_beside_the_plans(certified, text):
    found = hours_differ(replace(FIFTH, certified_hours=certified), Decimal("1.0"))
    assert [each.text for each in found] == [text]


@pytest.mark.parametrize(
    ("cell", "score"),
    [("75", 75), (" 75 ", 75), ("75分", 75), (" 75 分 ", 75), ("75.5", Decimal("75.5")), ("", None), (None, None),
     ("--", None), ("Infinity", None), ("75 / 100", None)],
)  # fmt: skip
def test_an_exam_cell_is_a_number_with_or_without_its_unit(cell, score):
    assert exam_score(cell) == score


def test_a_survey_cell_with_blanks_around_it_is_read():
    assert contradictions(replace(FIFTH, survey=" 已填 "), PLAN) == []


BEYOND = table(
    ("overtime that begins on the period's last day runs on past it", "2023-05-01T22:00", "2023-05-02T02:00", "2023-05-02T01:00", "fail", "加班"),
    ("overtime that begins after the period's last day is of another profile", "2023-05-02T00:00", "2023-05-02T02:00", "2023-05-02T01:00", "pass", "上班前"),
)  # fmt: skip


@pytest.mark.parametrize(("first", "last", "start", "answer", "kind"), BEYOND)
def test_what_an_ended_period_says_of_the_day_after_it(first, last, start, answer, kind):
    inside = Work(overtime=(span(first, last),))
    work = Work(periods=(Period(date(2023, 5, 1), date(2023, 5, 1), inside, Person()),))
    found = off_duty(start, start.replace(":00", ":30"), work)
    assert (found.off_duty, found.kind_of_time) == (answer, kind)
