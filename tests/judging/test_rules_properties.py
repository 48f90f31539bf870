"""What holds for any records at all: more study never costs anything, order and copies do not matter, nothing counts twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.record import LearningRecord, UnreadRow
from rules.verdict import OffDuty, ReasonCode, Verdict
from rules.work import Leave, Span, SpanPolicy, Work

PLAN = bundled.plan("kaohsiung-112")
COURSES = {course.title: course.hours for each in PLAN.sets for course in each.courses}
DAY = date(2023, 8, 31)

steady = settings(
    max_examples=50, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

# Moments on and around the edges of days, office hours, the programme and the last day.
EDGES = [time(0), time(7, 59, 59), time(8), time(12), time(13, 30), time(17, 29, 59), time(17, 30), time(23, 59, 59)]  # fmt: skip
DAYS = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 7), date(2023, 3, 8), date(2023, 5, 6), date(2023, 7, 27), date(2023, 8, 31)]  # fmt: skip
starts = st.builds(datetime.combine, st.sampled_from(DAYS), st.sampled_from(EDGES))
lengths = st.sampled_from(
    [timedelta(0), timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=2), timedelta(days=2)]
)


@st.composite
def rows(draw, titles=tuple(COURSES)):
    """A row of a listed course: mostly sound and off duty, sometimes doubtful, late, on duty or not passed."""
    title = draw(st.sampled_from(titles))
    start = draw(st.one_of(st.just(datetime(2023, 5, 6, 9)), starts))
    end = start + draw(lengths)
    usual = LearningRecord(
        title=title,
        start=start,
        end=end,
        reading=timedelta(0),
        exam=draw(st.sampled_from(["100", "100", "60"])),
        survey="已填",
        condition="課程測驗：75 分(含)以上",
        status=draw(st.sampled_from(["已通過", "已通過", "已通過", "補登中", "未通過"])),
        certified_hours=draw(
            st.sampled_from([COURSES[title], COURSES[title], Decimal("0.5"), Decimal(3), None])
        ),
        upload_status=draw(st.sampled_from(["成功", "成功", "失敗"])),
        code=draw(st.sampled_from([None, "PKCG112100138", "PKCG111100138"])),
    )
    return replace(usual, end=draw(st.sampled_from([end, end, end, None])))


def sound(title: str) -> LearningRecord:
    """A passed row of this course, on a Saturday."""
    return LearningRecord(
        title=title,
        start=datetime(2023, 5, 6, 9),
        end=datetime(2023, 5, 6, 10),
        reading=timedelta(hours=1),
        exam="100",
        survey="已填",
        condition="課程測驗：75 分(含)以上",
        status="已通過",
        certified_hours=COURSES[title],
        upload_status="成功",
    )


@st.composite
def tables(draw):
    """A learning record: some sets whole, then single rows, in any order."""
    whole = draw(st.sets(st.sampled_from([each.key for each in PLAN.sets])))
    found = [sound(course.title) for each in PLAN.sets if each.key in whole for course in each.courses]
    found += draw(st.lists(rows(), max_size=8))
    return draw(st.permutations(found))


works = st.sampled_from(
    [
        Work(),
        Work(span_policy=SpanPolicy.WHOLE),
        Work(span_policy=SpanPolicy.ENDPOINTS, lunch_is_off_duty=False),
        Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),)),
        Work(leave=(Leave(Span.whole_days(date(2023, 3, 8), date(2023, 3, 8)), "休假"),)),
        Work(shift_worker=True),
    ]
)
persons = st.sampled_from(["編制內公務人員", "約僱人員", "實務訓練人員", "教師", ""]).map(
    lambda each: Person(category=each)
)
claims = st.builds(
    lambda hours, sets: {
        "compensatory_leave": Claimed(Decimal(hours), frozenset(sets)),
        "commendation": Claimed(Decimal(0), frozenset()),
    },
    st.integers(0, 16),
    st.sets(st.sampled_from([each.key for each in PLAN.sets])),
)
unread_rows = st.lists(
    st.sampled_from([UnreadRow(("?",), "壞", None), UnreadRow(("?",), "壞", "友善職場")]), max_size=1
).map(tuple)
circumstances = st.builds(
    Circumstances,
    person=persons,
    work=works,
    suspensions=st.just(bundled.suspensions()),
    claimed=claims,
    unread=unread_rows,
)


def judged(records: list[LearningRecord], about: Circumstances, on: date = DAY) -> Verdict:
    return judge(records, PLAN, bundled.calendar(), on, about)


def worth(verdict: Verdict) -> dict[str, Decimal]:
    return {each.key: each.claimable + each.pending_review for each in verdict.benefits}


def without_rows(verdict: Verdict) -> Verdict:
    """The verdict but for its list of rows, which follows the records."""
    return replace(verdict, rows=())


@steady
@given(tables(), rows(), circumstances)
def test_one_more_row_never_lowers_a_benefit(records, more, about):
    before, after = worth(judged(records, about)), worth(judged([*records, more], about))
    assert all(after[key] >= before[key] for key in before)


@steady
@given(tables(), st.sampled_from(sorted(COURSES)), circumstances)
def test_one_more_sound_row_never_lowers_what_is_claimable(records, title, about):
    before, after = judged(records, about), judged([*records, sound(title)], about)
    assert all(
        new.claimable >= old.claimable for old, new in zip(before.benefits, after.benefits, strict=True)
    )


@steady
@given(tables(), circumstances, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records, about, random):
    other = list(records)
    random.shuffle(other)
    assert without_rows(judged(other, about)) == without_rows(judged(records, about))


@steady
@given(tables(), circumstances, st.data())
def test_exact_copies_do_not_matter(records, about, data):
    """But for the note that a course was passed in several rows."""
    copies = [replace(each) for each in records if data.draw(st.booleans())]
    once, twice = judged(records, about), judged(records + copies, about)
    for one, two in zip(once.sets, twice.sets, strict=True):
        assert (one.state, one.award_state, one.certified_hours, one.reasons) == (
            two.state,
            two.award_state,
            two.certified_hours,
            two.reasons,
        )
        for left, right in zip(one.courses, two.courses, strict=True):
            kept = tuple(each for each in right.reasons if each.code is not ReasonCode.DUPLICATE_RECORD)
            assert kept == tuple(
                each for each in left.reasons if each.code is not ReasonCode.DUPLICATE_RECORD
            )
            assert replace(left, reasons=()) == replace(right, reasons=())
    assert once.benefits == twice.benefits
    assert once.next == twice.next


@steady
@given(tables(), circumstances)
def test_nothing_counts_twice(records, about):
    found = judged(records, about)
    assert len(found.rows) == len(records)
    counted = Counter(each.course for each in found.rows if each.counted)
    assert all(times == 1 for times in counted.values())
    for each in found.sets:
        own = [row.record.certified_hours or 0 for row in found.rows if row.counted and row.set == each.key]
        assert each.certified_hours == sum(own)


@steady
@given(tables(), circumstances)
def test_claimable_pending_and_claimed_stay_within_the_cap(records, about):
    for each in judged(records, about).benefits:
        assert each.claimable >= 0
        assert each.pending_review >= 0
        assert each.claimable + each.pending_review + each.claimed <= each.cap


@steady
@given(tables(), circumstances)
def test_the_same_input_gives_the_same_verdict(records, about):
    assert judged(list(records), about) == judged([replace(each) for each in records], about)


@steady
@given(tables(), rows(), circumstances)
def test_a_row_outside_the_plan_changes_nothing(records, other, about):
    outside = replace(other, title="資通安全通識教育")
    before, after = judged(records, about), judged([outside, *records], about)
    assert without_rows(after) == without_rows(before)
    assert after.rows[1:] == before.rows
    assert after.rows[0].set is None


@steady
@given(tables(), circumstances)
def test_a_later_day_never_takes_a_row_away(records, about):
    """What is worth something on one day is worth as much on the next, for the same records."""
    sooner, later = judged(records, about, date(2023, 5, 6)), judged(records, about, DAY)
    assert all(worth(later)[key] >= worth(sooner)[key] for key in worth(sooner))


WORKDAYS = st.sampled_from(
    [
        date(2023, 1, 3),
        date(2023, 1, 7),
        date(2023, 3, 8),
        date(2023, 5, 1),
        date(2023, 6, 17),
        date(2023, 8, 31),
    ]
)
OPENINGS, CLOSINGS = (time(8), time(13, 30)), (time(12), time(17, 30))
SECOND = timedelta(seconds=1)


@steady
@given(WORKDAYS, st.sampled_from(OPENINGS), st.sampled_from(sorted(COURSES)), st.integers(1, 1800))
def test_one_second_past_an_opening_flips_exactly_that_row(day, opening, title, seconds):
    """A row that ends at the opening is off duty; one second later it fails, and no other row changes."""
    end = datetime.combine(day, opening)
    assert_flips(title, end - timedelta(seconds=seconds), end, end - timedelta(seconds=seconds), end + SECOND)


@steady
@given(WORKDAYS, st.sampled_from(CLOSINGS), st.sampled_from(sorted(COURSES)), st.integers(1, 1800))
def test_one_second_before_a_closing_flips_exactly_that_row(day, closing, title, seconds):
    """A row that starts at the closing is off duty; one second earlier it fails, and no other row changes."""
    start = datetime.combine(day, closing)
    end = start + timedelta(seconds=seconds)
    assert_flips(title, start, end, start - SECOND, end)


def assert_flips(
    title: str, start: datetime, end: datetime, other_start: datetime, other_end: datetime
) -> None:
    about = Circumstances(person=Person(category="編制內公務人員"))
    records = [sound(each) for each in COURSES]
    at = list(COURSES).index(title)
    free = replace(records[at], start=start, end=end, reading=timedelta(0))
    busy = replace(free, start=other_start, end=other_end)
    one = judged([*records[:at], free, *records[at + 1 :]], about)
    two = judged([*records[:at], busy, *records[at + 1 :]], about)
    assert (one.rows[at].off_duty, two.rows[at].off_duty) == (OffDuty.PASS, OffDuty.FAIL)
    assert [each for n, each in enumerate(one.rows) if n != at] == [
        each for n, each in enumerate(two.rows) if n != at
    ]
    assert [each.key for each, other in zip(one.sets, two.sets, strict=True) if each != other] == [
        one.rows[at].set
    ]
