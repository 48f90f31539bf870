"""What lies between start and end: 留職停薪 and office hours, under each span policy."""

from __future__ import annotations

from datetime import date

import pytest
from timetables import codes, off_duty, says, table

from rules.work import SpanPolicy, Work

UNPAID = table(
    (
        "a row inside 留職停薪 fails for it",
        "2023-03-04T10:00",
        "2023-03-04T11:00",
        "fail DURING_UNPAID_LEAVE",
    ),
    (
        "a start in its last second fails",
        "2023-03-31T23:59:59",
        "2023-04-01T01:00",
        "fail DURING_UNPAID_LEAVE",
    ),
    ("a start right after it is free", "2023-04-01T00:00", "2023-04-01T01:00", "pass"),
    ("an end at its first moment is before it", "2023-02-28T23:00", "2023-03-01T00:00", "pass"),
    (
        "an end one second into it fails",
        "2023-02-28T23:00",
        "2023-03-01T00:00:01",
        "fail DURING_UNPAID_LEAVE",
    ),
    (
        "an end at its last midnight is within it",
        "2023-02-28T23:00",
        "2023-04-01T00:00",
        "fail DURING_UNPAID_LEAVE",
    ),
)


@pytest.mark.parametrize("policy", list(SpanPolicy))
@pytest.mark.parametrize(("start", "end", "expected"), UNPAID)
def test_unpaid_leave_at_an_end_fails_under_every_policy(start, end, expected, policy):
    work = Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),), span_policy=policy)
    assert says(off_duty(start, end, work)) == expected


ENCLOSING = {
    SpanPolicy.ENDPOINTS: ("review", {"DURING_UNPAID_LEAVE"}),
    SpanPolicy.ENDPOINTS_THEN_REVIEW: ("review", {"DURING_UNPAID_LEAVE", "SPANS_OFFICE_HOURS"}),
    SpanPolicy.WHOLE: ("fail", {"DURING_UNPAID_LEAVE", "SPANS_OFFICE_HOURS"}),
}


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_a_row_that_encloses_unpaid_leave_is_never_passed(policy):
    """Review under every policy; where office hours are crossed as well, the strict policy fails it for those."""
    work = Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),), span_policy=policy)
    answer = off_duty("2023-02-24T20:00", "2023-04-10T21:00", work)
    assert (str(answer.off_duty), codes(answer)) == ENCLOSING[policy]


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_unpaid_leave_alone_in_between_is_review_under_every_policy(policy):
    """Friday evening to Sunday evening around one Saturday of 留職停薪: no office hours in between."""
    work = Work(unpaid_leave=((date(2023, 5, 6), date(2023, 5, 6)),), span_policy=policy)
    assert says(off_duty("2023-05-05T20:00", "2023-05-07T20:00", work)) == "review DURING_UNPAID_LEAVE"


POLICY = table(
    ("the text's letter asks the ends alone", SpanPolicy.ENDPOINTS, "pass"),
    ("by default office hours in between are for review", SpanPolicy.ENDPOINTS_THEN_REVIEW, "review SPANS_OFFICE_HOURS"),
    ("the strict reading fails them", SpanPolicy.WHOLE, "fail SPANS_OFFICE_HOURS"),
)  # fmt: skip


@pytest.mark.parametrize(("policy", "expected"), POLICY)
def test_office_hours_in_between_are_read_by_the_span_policy(policy, expected):
    assert says(off_duty("2023-05-03T20:00", "2023-05-05T21:00", Work(span_policy=policy))) == expected


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_an_end_on_duty_fails_under_every_policy(policy):
    assert says(off_duty("2023-05-03T20:00", "2023-05-04T09:00", Work(span_policy=policy))) == "fail ON_DUTY"


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_free_days_in_between_pass_under_every_policy(policy):
    assert says(off_duty("2023-05-05T20:00", "2023-05-08T07:30", Work(span_policy=policy))) == "pass"


def test_a_long_period_names_three_days_and_counts_the_rest():
    reason = off_duty("2023-05-01T20:00", "2023-05-08T20:00").reasons[0]
    assert "112/5/2（二）、112/5/3（三）、112/5/4（四） 等 5 個上班日" in reason.text
