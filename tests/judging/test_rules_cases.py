"""Every case in `rule_cases`: person, work, records and day go in, and the verdict says what the case says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rule_cases import Case, cases, records, work_of

from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.verdict import Verdict

CASES = cases()


def judged(case: Case) -> Verdict:
    """The verdict on this case, by the bundled plan and calendar."""
    return judge(
        records(case.rows),
        bundled.plan("kaohsiung-112"),
        bundled.calendar(),
        date.fromisoformat(case.on),
        Circumstances(Person(category=case.category), work_of(case.work), bundled.suspensions()),
    )


@pytest.mark.parametrize("case", CASES, ids=[each.id for each in CASES])
def test_the_verdict_is_what_the_case_says(case):
    verdict = judged(case)
    expected = dict(case.expect)
    row = expected.pop("record", None)
    sets = expected.pop("sets")
    for key, wanted in expected.items():
        benefit = verdict.benefit(key)
        assert benefit is not None
        found = {
            "claimable": benefit.claimable,
            "pending_review": benefit.pending_review,
            "state": benefit.state,
        }
        assert {each: found[each] for each in wanted} == wanted, f"{case.says} ({key})"
    for key, wanted in sets.items():
        found = {
            "state": verdict.set_of(key).state,
            "certified_hours": verdict.set_of(key).certified_hours,
        }
        hours = {each: Decimal(wanted[each]) for each in wanted if each == "certified_hours"}
        assert {each: found[each] for each in wanted} == wanted | hours, f"{case.says} ({key})"
    if row is not None:
        codes = {reason.code for reason in verdict.rows[row["row"] - 1].reasons}
        assert codes == set(row["reasons"]), case.says


def test_every_case_has_an_id_and_a_sentence_of_its_own():
    assert len({each.id for each in CASES}) == len(CASES) > 60
    assert len({each.says for each in CASES}) == len(CASES)
    assert all(each.says.endswith(".") for each in CASES)
