"""A plan file (TOML) as a Plan. Every mistake names the key and what to do."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rules.plan import Categories, Plan
from rules.plan_benefits import BenefitFor, BenefitRule, Window
from rules.plan_checks import check
from rules.plan_needs import read_grant
from rules.plan_sets import By, Course, CourseSet, Minimum, SetFor
from rules.plan_table import Mistake, Mistakes, Table, refused_sentence
from rules.titles import normalise
from rules.wording import UNIT_WORDS

__all__ = ["Table", "find_mistakes", "read_plan"]

_PERSON = "person"


def read_plan(text: str, name: str, source: str) -> Plan:
    """The plan in this TOML text. `name` is the file's name, for errors; `source` says where the plan came from.

    Raises ConfigError for the first mistake: bad syntax, a missing, unknown or wrong key, hours that do not add up, a
    title listed twice, a grant that names no set, or a benefit that no judge of one person's records can know.
    """
    plan, mistakes = find_mistakes(text, name, source)
    if mistakes:
        raise mistakes[0].error()
    assert plan is not None  # noqa: S101 - without a mistake there is a plan
    return plan


def find_mistakes(text: str, name: str, source: str) -> tuple[Plan | None, list[Mistake]]:
    """The plan, where the text is TOML at all, and every mistake in it. With mistakes the plan must not be used."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        found = re.search(r"at line (\d+)", str(why))
        place = (int(found[1]),) if found else (text.count("\n") + 1,)
        said = f"計畫檔 {name} 不是正確的 TOML：{why}"
        return None, [Mistake(place, said, "請依錯誤所指的行列修改。")]
    mistakes = Mistakes()
    plan = _plan(Table(data, name, (), mistakes), name, source, hashlib.sha256(text.encode()).hexdigest())
    check(plan, name, mistakes)
    return plan, mistakes.found


def _plan(top: Table, name: str, source: str, sha256: str) -> Plan:
    covers = top.table("covers", f"{name} [covers]")
    categories = top.table("categories", f"{name} [categories]")
    form = top.table("form", f"{name} [form]")
    sets = tuple(_set(each) for each in top.tables("set", f"{name} [[set]]", needed=True))
    keys = list(dict.fromkeys(each.key for each in sets))
    benefits = tuple(
        _benefit(each, keys) for each in top.tables("benefit", f"{name} [[benefit]]", needed=True)
    )
    plan = Plan(
        key=top.get("key", str),
        title=top.get("title", str),
        short=top.get("short", str),
        document=top.get("document", str),
        issuer=top.get("issuer", str),
        issued_on=top.get("issued_on", date),
        covers=(covers.get("from", date), covers.get("to", date)),
        window_clause=covers.get("clause", str),
        year=top.get("year", int),
        city=top.get("city", str),
        categories=Categories(
            categories.texts("covered"), categories.texts("not_covered"), categories.get("clause", str)
        ),
        sets=sets,
        benefits=benefits,
        form_title=form.get("title", str),
        form_clause=form.get("clause", str),
        form_notes=form.texts("notes"),
        source=source,
        sha256=sha256,
        examples=tuple(each.values for each in top.tables("example", f"{name} [[example]]")),
        any_edition=top.get("any_edition", bool, False),
    )
    for table in (top, covers, categories, form):
        table.done()
    return plan


def _set(table: Table) -> CourseSet:
    """[[set]]."""
    by = By(table.word("by", tuple(By), By.COURSES))
    found = CourseSet(
        key=table.get("key", str),
        title=table.get("title", str),
        clause=table.get("clause", str),
        hours=table.get("hours", Decimal, Decimal(0) if by is By.COUNT else None),
        courses=tuple(
            _course(each)
            for each in table.tables("courses", needed=not table.get("free", bool, default=False))
        ),
        by=by,
        at_least=table.get("at_least", int) if by is By.COUNT else 0,
        minima=_minima(table),
        free=table.get("free", bool, default=False),
        shared=table.get("shared", bool, default=False),
        score=table.maybe("score", Decimal),
        survey=table.get("survey", bool, default=False),
        by_category=tuple(_set_for(each) for each in table.tables("by_category")),
    )
    table.done()
    return found


def _set_for(table: Table) -> SetFor:
    found = SetFor(
        categories=_categories(table),
        clause=table.get("clause", str),
        hours=table.maybe("hours", Decimal),
        at_least=table.maybe("at_least", int),
        minima=_minima(table),
    )
    table.done()
    return found


def _minima(table: Table, key: str = "minima") -> tuple[Minimum, ...]:
    """minima = [{ title, hours, items, clause, parts = […] }]; a part may leave its clause to the whole."""
    found = []
    for each in table.tables(key):
        title = each.get("title", str)
        found.append(
            Minimum(
                title=title,
                hours=each.get("hours", Decimal),
                items=each.texts("items") or (title,),
                clause=each.get("clause", str, ""),
                parts=_minima(each, "parts"),
            )
        )
        each.done()
    return tuple(found)


def _course(table: Table) -> Course:
    found = Course(
        title=table.get("title", str),
        hours=table.get("hours", Decimal),
        item=table.get("item", str, ""),
        aliases=table.texts("aliases"),
        score=table.maybe("score", Decimal),
        survey=table.get("survey", bool, default=False),
    )
    if not all(map(normalise, found.aliases)):
        table.wrong("aliases", f"計畫檔 {table.where} 的「aliases」有空白的名稱。", "請刪去。", harmless=True)
    table.done()
    return found


def _categories(table: Table) -> tuple[str, ...]:
    found = table.texts("categories")
    if not found:
        table.wrong("categories", f"計畫檔 {table.where} 缺少「categories」。", "請列出適用的人員類別。")
    return found


def _benefit(table: Table, sets: Sequence[str]) -> BenefitRule:
    """[[benefit]]."""
    recipient = table.get("recipient", str, _PERSON)
    if recipient != _PERSON:
        table.wrong("recipient", *refused_sentence(table.where, "recipient"))
    found = BenefitRule(
        key=table.get("key", str),
        title=table.get("title", str),
        unit=table.word("unit", tuple(UNIT_WORDS), "") if "unit" in table else table.get("unit", str),
        clause=table.get("clause", str),
        cap=table.get("cap", Decimal),
        completed_by=table.get("completed_by", date),
        off_duty=table.get("off_duty", bool),
        unpaid_leave_counts=table.get("unpaid_leave_counts", bool),
        needs_upload=table.get("needs_upload", bool),
        evidence=table.get("evidence", str),
        grants=tuple(read_grant(each, sets) for each in table.tables("grants", needed=True)),
        uploaded_by=table.maybe("uploaded_by", date),
        apply=_window(table),
        cap_per_year=table.maybe("cap_per_year", Decimal),
        exclusive=table.get("exclusive", str, ""),
        note=table.get("note", str, ""),
        by_category=tuple(_benefit_for(each) for each in table.tables("by_category")),
    )
    table.done()
    return found


def _benefit_for(table: Table) -> BenefitFor:
    found = BenefitFor(
        categories=_categories(table),
        clause=table.get("clause", str),
        cap=table.maybe("cap", Decimal),
        completed_by=table.maybe("completed_by", date),
        uploaded_by=table.maybe("uploaded_by", date),
        apply=_window(table),
    )
    table.done()
    return found


def _window(table: Table) -> Window | None:
    """apply = { from = …, to = …, clause = "…" }."""
    if "apply" not in table:
        return None
    inner = table.table("apply")
    found = Window(inner.get("from", date), inner.get("to", date), inner.get("clause", str))
    inner.done()
    return found
