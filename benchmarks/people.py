"""Invented people of a city: each a handful of learning records of every kind that the rules tell apart. Seeded, so always the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from rules import bundled
from rules.person import Person
from rules.record import LearningRecord

PLAN = "kaohsiung-112"
RECORDS = 40
_FIRST = datetime(2023, 1, 1)
_DAYS = 250


def records_of(number: int, count: int = RECORDS) -> tuple[LearningRecord, ...]:
    """The records of the person with this number: mostly courses of the plan, at hours on and off duty, some not passed."""
    chance = random.Random(number)
    courses = [course for each in bundled.plan(PLAN).sets for course in each.courses]
    taken = chance.sample(courses, min(len(courses), count * 4 // 5))
    found = [
        _record(chance, each.title, each.hours, at)
        for at, each in enumerate(taken, 1)
        if each.title is not None
    ]
    while len(found) < count:
        at = len(found) + 1
        found.append(_record(chance, f"計畫外課程{at}", Decimal(chance.choice((1, 2, 3))), at))
    return tuple(found)


def _record(chance: random.Random, title: str, hours: Decimal | None, at: int) -> LearningRecord:
    start = _FIRST + timedelta(
        days=chance.randrange(_DAYS),
        hours=chance.choice((6, 7, 12, 14, 18, 19, 20, 21)),
        minutes=chance.randrange(60),
    )
    if chance.random() < 0.1:
        end = start + timedelta(days=chance.randrange(1, 6))
    else:
        end = start + timedelta(minutes=chance.randrange(40, 150))
    passed = chance.random() < 0.9
    return LearningRecord(
        course_type="開放式",
        title=title,
        code=f"PCENTER112{100_000 + at}",
        start=start,
        end=end,
        reading=min(end - start, timedelta(minutes=chance.randrange(31, 140))),
        exam="100" if passed else "60",
        survey="已填",
        condition="課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
        status="已通過" if passed else "未通過",
        certified_hours=(hours or Decimal(1)).quantize(Decimal("0.1")) if passed else None,
        upload_status="成功" if passed else None,
        uploaded_at=end + timedelta(days=1) if passed else None,
        number=str(at),
    )


def write_people(path: Path, numbers: range) -> None:
    """A file of one records document a line, one person each."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines(numbers))


def lines(numbers: range) -> Iterator[str]:
    """The records documents of these people, each on one line."""
    return (document_of(each, records_of(each)) for each in numbers)


def person_of(number: int) -> Person:
    """Who this is."""
    return Person(name=f"測試員{number:06}", category="編制內公務人員")


def document_of(number: int, records: Iterable[LearningRecord]) -> str:
    """The records document of this person, on one line."""
    from agent.records_file import SCHEMA, record_json  # noqa: PLC0415 - the rules' own cases do without the rim

    person = person_of(number)
    document = {
        "schema": SCHEMA,
        "source": "",
        "taken_at": None,
        "total_stated": None,
        "person": {"name": person.name, "category": person.category},
        "records": [record_json(each) for each in records],
        "unread": [],
    }
    return json.dumps(document, ensure_ascii=False)
