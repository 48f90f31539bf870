"""One person's document to one line of the table, by the same judge as everybody's own verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from agent.people.files import Document
from agent.records_file import load_json, records_of
from agent.settings.config import Settings, read_person_and_work
from rules import bundled
from rules.engine import Circumstances, judge
from rules.errors import ConfigError, ElearnError
from rules.person import Person
from rules.plan import Plan
from rules.record import LearningRecord
from rules.verdict import Verdict
from rules.work import Work

# What of [work] an agency's people share; leave, punches, rosters and the like are one person's own.
_SHARED = (
    "city",
    "district",
    "hours",
    "flexible",
    "lunch_is_off_duty",
    "span_policy",
    "suspensions",
    "stated_by",
)


@dataclass(frozen=True, slots=True)
class Case:
    """What everybody is judged by: the settings of whoever judges (of [work], what an agency's people share), plans and day."""

    settings: Settings
    plans: tuple[Plan, ...]
    on: date

    @classmethod
    def of(cls, settings: Settings, plans: tuple[Plan, ...], on: date) -> Case:
        """The case without anything that is the own person's."""
        work = replace(Work(), **{key: getattr(settings.work, key) for key in _SHARED})
        return cls(replace(settings, person=Person(), work=work), plans, on)


@dataclass(frozen=True, slots=True)
class Line:
    """One person under one plan. `trouble` is what keeps the document from being judged; then there is no verdict."""

    document: str
    name: str
    category: str
    verdict: Verdict | None
    trouble: str = ""


def lines_of(case: Case, document: Document) -> list[Line]:
    """A line for each plan; one with `trouble` where the document cannot be used."""
    try:
        return _judged(case, document)
    except ElearnError as why:
        return [Line(document.name, "", "", None, why.message)]
    except Exception as why:  # a file from elsewhere may hold what nobody thought of: one line all the same
        return [Line(document.name, "", "", None, f"檔案無法判斷（{type(why).__name__}）。")]


def _judged(case: Case, document: Document) -> list[Line]:
    records, about = _read(case, document)
    person, calendar = about.person, case.settings.calendar
    return [
        Line(document.name, person.name, person.category, judge(records, plan, calendar, case.on, about))
        for plan in case.plans
    ]


def _read(case: Case, document: Document) -> tuple[tuple[LearningRecord, ...], Circumstances]:
    """What the document says; its text and its JSON are done with before anything is judged."""
    data = load_json(document.read(), document.name)
    found = records_of(data, document.name)
    person, work = _told(data, case, document.name)
    return found.records, Circumstances(
        person=person,
        work=work,
        suspensions=bundled.suspensions(),
        unread=found.unread,
        aliases=case.settings.aliases,
    )


def _told(data: Mapping[str, Any], case: Case, name: str) -> tuple[Person, Work]:
    """The document's own [person] and [work], in the keys of the settings file; what it does not say is the case's."""
    tables = {key: data[key] for key in ("person", "work") if key in data}
    for key, each in tables.items():
        if not isinstance(each, Mapping):
            raise ConfigError(
                f"檔案「{name}」的 {key} 不是一組設定。", "請參考 config.example.toml 的同名段落。"
            )
    return read_person_and_work(tables, name, case.settings.work)
