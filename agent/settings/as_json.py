"""The person and work a verdict was judged with, in the form of the settings file, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from agent.settings.config import Settings, read_tables
from rules.person import Person
from rules.work import Leave, Span, Suspension, Work


def settings_json(
    person: Person, work: Work, aliases: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Person and work as plain values; nothing that the judge does not read, so no name, unit or title."""
    periods = [
        {
            "from": each.first.isoformat(),
            "to": each.last.isoformat(),
            **_work(each.work),
            "category": each.person.category,
        }
        for each in work.periods
    ]
    return {
        "person": {"category": person.category},
        "work": {**_work(work), "period": periods},
        "aliases": dict(aliases),
    }


def read_settings_json(data: Mapping[str, Any], name: str) -> Settings:
    """The settings of such a document. Raises ConfigError where it is not one."""
    work = data.get("work")
    if not isinstance(work, Mapping) or not isinstance(work.get("stated_by"), Mapping):
        return read_tables(data, name)
    others = {key: each for key, each in work.items() if key != "stated_by"}
    found = read_tables({**data, "work": others}, name)
    stated_by = {str(key): str(each) for key, each in work["stated_by"].items()}
    return replace(found, work=replace(found.work, stated_by=stated_by))


def _work(work: Work) -> dict[str, Any]:
    found = {each.name: _plain(getattr(work, each.name)) for each in fields(Work) if each.name != "periods"}
    return found if found["stated_by"] else {key: each for key, each in found.items() if key != "stated_by"}


def _plain(value: object) -> Any:  # noqa: ANN401 - plain JSON values
    if isinstance(value, Span):
        return [value.start.isoformat(), value.end.isoformat()]
    if isinstance(value, Leave):
        return {"from": value.span.start.isoformat(), "to": value.span.end.isoformat(), "kind": value.kind}
    if isinstance(value, Suspension):
        return _plain(value.span)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
