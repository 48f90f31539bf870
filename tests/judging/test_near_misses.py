"""A title that is nearly a listed course's is a question; it counts only once a person confirmed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from agent.settings.as_json import read_settings_json, settings_json
from agent.settings.config import parse_settings
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person
from rules.record import LearningRecord
from rules.verdict import State, Verdict

PLAN = bundled.plan("kaohsiung-112")
ON = date(2023, 8, 31)
FRIENDLY = "友善職場"


def vision(**other_title: str) -> list[LearningRecord]:
    """The set 「e見鍾情戀高雄」 passed on a Saturday, some titles written otherwise."""
    start = datetime(2023, 4, 15, 8)
    return [
        LearningRecord(
            title=other_title.get(course.title, course.title),
            start=start + timedelta(hours=at),
            end=start + timedelta(hours=at + 1),
            reading=timedelta(minutes=30),
            exam="100",
            survey="已填",
            condition="課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
            status="已通過",
            certified_hours=course.hours,
            upload_status="成功",
        )
        for at, course in enumerate(PLAN.set_of("vision").courses)
    ]


def verdict(records: list[LearningRecord], **aliases: str) -> Verdict:
    about = Circumstances(
        Person(category="編制內公務人員"), suspensions=bundled.suspensions(), aliases=aliases
    )
    return judge(records, PLAN, bundled.calendar(), ON, about)


def test_a_near_miss_is_asked_about_and_counts_for_nothing() -> None:
    found = verdict(vision(友善職場="友善的職場"))
    assert [(each.title, each.course, each.set) for each in found.questions] == [
        ("友善的職場", FRIENDLY, "vision")
    ]
    assert "是否即為" in found.questions[0].text
    assert found.set_of("vision").state is State.MISSING
    assert found.benefits[0].claimable == 0


def test_once_confirmed_as_an_alias_it_counts_and_is_asked_no_more() -> None:
    found = verdict(vision(友善職場="友善的職場"), 友善的職場=FRIENDLY)
    assert found.questions == ()
    assert found.set_of("vision").state is State.MET
    assert found.benefits[0].claimable == 4


@pytest.mark.parametrize(
    ("title", "change"),
    [
        pytest.param("資通安全通識教育", {}, id="a quite different title is no question"),
        pytest.param("友善的職場", {"status": "未通過"}, id="a course that was not passed is no question"),
    ],
)
def test_what_is_not_asked(title: str, change: dict[str, str]) -> None:
    records = vision(友善職場=title)
    records = [replace(each, **change) if each.title == title else each for each in records]
    assert verdict(records).questions == ()


def test_a_near_miss_of_a_course_already_passed_is_not_asked_about() -> None:
    records = [*vision(), replace(vision()[5], title="友善的職場", certified_hours=Decimal(1))]
    assert verdict(records).questions == ()


def test_the_other_half_of_a_pair_is_never_offered_for_its_twin() -> None:
    upper = replace(vision()[0], title="智慧城市治理的趨勢與挑戰(上)")
    assert verdict([upper]).questions == ()


def test_aliases_come_from_the_settings_and_go_with_the_claim() -> None:
    settings = parse_settings('[aliases]\n"友善的職場" = "友善職場"\n', "config.toml")
    assert settings.aliases == {"友善的職場": FRIENDLY}
    kept = settings_json(settings.person, settings.work, settings.aliases)
    assert read_settings_json(kept, "judged_with.json").aliases == settings.aliases
