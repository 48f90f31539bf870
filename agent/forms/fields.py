"""The names a form may use, from one documented list, and what each stands for in a claim. Nothing is evaluated."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files

from agent.documents.case import ClaimCase
from agent.documents.form_rows import plain
from agent.documents.provenance import source_text
from agent.documents.view import FormView, form_view
from agent.roc import roc, roc_short
from rules.wording import hours


@dataclass(frozen=True, slots=True)
class Field:
    """A name, what it stands for, and whether a form without it is likely to miss something."""

    name: str
    means: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class FieldList:
    """A list whose rows a form repeats, and the names that may stand in such a row."""

    name: str
    means: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Every name there is."""

    fields: tuple[Field, ...]
    lists: tuple[FieldList, ...]

    def list_of(self, name: str) -> str | None:
        """The list in whose rows this name may stand, None for a name that may stand anywhere or is unknown."""
        return next((each.name for each in self.lists for one in each.fields if one.name == name), None)

    @property
    def every(self) -> tuple[str, ...]:
        """All names."""
        return (
            *(each.name for each in self.fields),
            *(one.name for each in self.lists for one in each.fields),
        )


@cache
def names() -> Names:
    """The documented list."""
    data = tomllib.loads(files("agent.forms").joinpath("fields.toml").read_text("utf-8"))
    return Names(
        tuple(Field(**each) for each in data["field"]),
        tuple(
            FieldList(each["name"], each["means"], tuple(Field(**one) for one in each["fields"]))
            for each in data["list"]
        ),
    )


def plain_name(text: str) -> str:
    """A name as written in a form, without the blanks and wide forms that an editor may put into it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class Values:
    """What to fill in: one text for each name, and for each list a mapping a row."""

    fields: Mapping[str, str]
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)


def values_of(case: ClaimCase) -> Values:
    """The values of a claim. A line break in a value is a line break in the form."""
    view = form_view(case)
    texts = [_texts(case), _sums(case, view)]
    return Values(
        {key: each for part in texts for key, each in part.items()},
        {"課程": _courses(case, view), "課程套": _sets(case), "待認定": _questions(view)},
    )


def subject(case: ClaimCase) -> str:
    """The reason as one retypes it into the attendance system: year, plan, sets, hours, document."""
    sets = "、".join(each.title for each in case.claimed_sets)
    return f"{case.plan.year}年度「{case.plan.short}」公餘數位學習{case.rule.title}（{sets}）{hours(case.hours)}小時，{case.plan.document.removesuffix('函')}"


def _texts(case: ClaimCase) -> dict[str, str]:
    person, plan = case.person, case.plan
    return {
        "機關": person.agency,
        "年度": str(plan.year),
        "申請表名稱": plan.form_title,
        "服務單位": person.unit,
        "職稱": person.job_title,
        "姓名": person.name,
        "人員類別": person.category,
        "申請日期": roc(case.prepared_on),
        "計畫名稱": plan.title,
        "發文字號": plan.document,
        "完成期限": roc_short(case.judged.deadline),
        "資料來源": source_text(case).removeprefix("資料來源："),
        "日曆": case.calendar_text,
        "上班時間": case.work_hours_text + (f"（{case.agency_file}）" if case.agency_file else ""),
        "核對碼": case.check_code,
        "申請案編號": case.claim_id,
        "事由": subject(case),
        "測試字樣": "測試" if case.test else "",
        "學習紀錄頁數": str(case.record_pages or "＿＿"),
        "檢核表頁數": str(case.sheet_pages or "＿＿"),
    }


def _sums(case: ClaimCase, view: FormView) -> dict[str, str]:
    courses = [course for each in case.claimed_sets for course in each.courses]
    return {
        "申請時數": hours(case.hours),
        "待認定時數": hours(case.pending),
        "先前申請時數": hours(case.claimed_before),
        "時數上限": hours(case.rule.cap),
        "依據": view.basis.removeprefix("依據："),
        "課程套名稱": "、".join(each.title for each in case.claimed_sets),
        "課程套數": str(len(case.claimed_sets)),
        "課程門數": str(len(courses)),
        "計畫時數合計": hours(sum((each.plan_hours for each in courses), Decimal(0))),
        "認證時數合計": plain(sum((each.certified_hours for each in case.claimed_sets), Decimal(0))),
        "申請項目": "\n".join(view.boxes),
        "核對摘要": "\n".join(view.summary),
        "註": "\n".join(view.notes),
        "聲明": "\n".join(view.declarations),
        "附件": view.attachments,
    }


def _courses(case: ClaimCase, view: FormView) -> list[dict[str, str]]:
    keys = ("編號", "課程名稱", "計畫時數", "認證時數", "起", "迄", "日別", "公餘", "備註")
    found: list[dict[str, str]] = []
    for each, group in zip(case.claimed_sets, view.groups, strict=True):
        for course, cells in zip(each.courses, group.rows, strict=True):
            row = dict(zip(keys, cells, strict=True))
            code = (course.record.code if course.record else None) or ""
            found.append({**row, "序號": str(len(found) + 1), "所屬課程套": each.title, "課程代碼": code})
    return found


def _sets(case: ClaimCase) -> list[dict[str, str]]:
    return [
        {
            "套名": each.title,
            "套條次": each.clause,
            "套認證時數": plain(each.certified_hours),
            "套應達時數": hours(each.required_hours),
        }
        for each in case.claimed_sets
    ]


def _questions(view: FormView) -> list[dict[str, str]]:
    keys = ("認定序號", "認定編號", "認定課程", "問題", "採計")
    return [dict(zip(keys, each, strict=True)) for each in view.questions]
