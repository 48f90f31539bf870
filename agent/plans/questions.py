"""The questions that turn a plan on paper into a plan file, one by one, on the terminal or from a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import click

from agent.plans.writing import Benefit, Course, CourseSet, Draft, Grants, plan_toml
from agent.roc import parse_date, roc_year
from rules.calendar import Calendar

T = TypeVar("T")

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
_STAFF = "編制內公務人員、約聘人員、約僱人員"
_OTHERS = "教師、職工、技工、工友、駕駛、臨時人員"
_FORM = "公餘時間完成數位學習補休申請表"
# Benefits that the program knows by key wherever they stand; others are numbered.
_BENEFIT_KEYS = {"補休": "compensatory_leave", "嘉獎": "commendation"}


def ask_plan(taken: Collection[str], calendar: Calendar) -> tuple[str, str]:
    """The new plan's key and its file as TOML. `taken` are keys that other plans have.

    Raises click.Abort where the answers end before the questions do.
    """
    _say("請對照紙本計畫逐題回答。有預設值時直接按 Enter；日期可寫 112/8/31 或 2023-08-31。", "")
    key = _ask("計畫代號（小寫英文、數字與 -，例如 mycity-114）", lambda text: _key(text, taken))
    title = _ask("計畫全名", _some)
    short = _ask("簡稱", _some, title)
    issuer = _ask("發文機關", _some)
    document = _ask("發文字號", _some)
    issued_on = _ask("發文日期", parse_date)
    first = _ask("辦理時程起日", parse_date)
    last = _ask("辦理時程迄日", lambda text: _not_before(text, first))
    window_clause = _ask("辦理時程的條次（例如 伍）", _some)
    year = _ask("課程年度（民國）", _count, str(roc_year(first)))
    city = _ask("縣市（判斷停止上班用，沒有可空白）", str.strip, "")
    covered = _ask("適用的人員類別（以、分隔）", _list, _STAFF)
    not_covered = _ask("不適用的人員類別（以、分隔）", _list, _OTHERS)
    categories_clause = _ask("適用對象的條次", _some)
    form_title = _ask("申請表名稱", _some, _FORM)
    form_clause = _ask("申請表的條次", _some)
    sets = _sets()
    benefits = _benefits(sets, first)
    draft = Draft(
        key=key,
        title=title,
        short=short,
        issuer=issuer,
        document=document,
        issued_on=issued_on,
        first=first,
        last=last,
        window_clause=window_clause,
        year=year,
        city=city,
        covered=covered,
        not_covered=not_covered,
        categories_clause=categories_clause,
        form_title=form_title,
        form_clause=form_clause,
        sets=sets,
        benefits=benefits,
    )
    return key, plan_toml(draft, calendar)


def _sets() -> tuple[CourseSet, ...]:
    """Course sets until an empty name; at least one."""
    found: list[CourseSet] = []
    _say("", "接下來是組裝課程，一套一套填；全部填完時，名稱留空。")
    while True:
        title = _ask(
            f"第 {len(found) + 1} 套組裝課程名稱", str.strip if found else _some, "" if found else None
        )
        if not title:
            return tuple(found)
        found.append(_set(f"set{len(found) + 1}", title))


def _set(key: str, title: str) -> CourseSet:
    clause = _ask("條次", _some)
    _say("完成方式：1 全部課程都要通過　2 達到一定時數即可　3 通過一定門數即可")
    by = {"1": "courses", "2": "hours", "3": "count"}[_ask("完成方式", _one_of("1", "2", "3"), "1")]
    free = by == "hours" and _ask("清單以外已通過的課程也計入時數嗎（是／否）", _yes, "否")
    courses = _courses(needed=not free)
    total = sum((each.hours for each in courses), Decimal(0))
    hours, at_least = total, 0
    minima: tuple[tuple[str, Decimal], ...] = ()
    if by == "courses":
        hours = _ask(f"計畫所載本套時數（課程合計 {total}）", _hours, str(total))
    elif by == "hours":
        hours = _ask("應達時數", _hours)
        minima = _minima(courses)
    else:
        at_least = _ask(f"至少通過幾門（共 {len(courses)} 門）", _count)
    return CourseSet(key, title, clause, by, hours, at_least, free, courses, minima)


def _courses(*, needed: bool) -> tuple[Course, ...]:
    """Courses, one a line, until an empty line."""
    _say("課程每行一門，寫「課名,時數」；有類別時寫「課名,時數,類別」。最後留一行空白。")
    found: list[Course] = []
    while True:
        required = needed and not found
        each = _ask(f"課程 {len(found) + 1}", lambda text, required=required: _course(text, required), "")  # type: ignore[misc]
        if each is None:
            return tuple(found)
        found.append(each)


def _minima(courses: tuple[Course, ...]) -> tuple[tuple[str, Decimal], ...]:
    """Least hours of a category, one a line, until an empty line."""
    items = tuple(dict.fromkeys(each.item for each in courses if each.item))
    if not items:
        return ()
    _say(f"各類別的最低時數，每行寫「類別,時數」，沒有就留空白。類別有：{'、'.join(items)}")
    found: list[tuple[str, Decimal]] = []
    while True:
        each = _ask(f"最低時數 {len(found) + 1}", lambda text: _minimum(text, items), "")
        if each is None:
            return tuple(found)
        found.append(each)


def _benefits(sets: tuple[CourseSet, ...], first: date) -> tuple[Benefit, ...]:
    """Benefits until an empty name; at least one."""
    found: list[Benefit] = []
    _say("", "接下來是補休、嘉獎等項目；全部填完時，名稱留空。")
    while True:
        title = _ask(f"第 {len(found) + 1} 個項目名稱", str.strip, "" if found else "補休")
        if not title:
            return tuple(found)
        key = _BENEFIT_KEYS.get(title, "")
        if not key or any(each.key == key for each in found):
            key = f"benefit{len(found) + 1}"
        found.append(_benefit(key, title, sets, first))


def _benefit(key: str, title: str, sets: tuple[CourseSet, ...], first: date) -> Benefit:
    _say("單位：1 小時　2 次（嘉獎、記功）　3 張抽獎券（抽獎機會）")
    usual = "1" if title == "補休" else "2"
    unit = {"1": "hour", "2": "award", "3": "ticket"}[_ask("單位", _one_of("1", "2", "3"), usual)]
    clause = _ask("條次", _some)
    completed_by = _ask("完成期限（含當日）", lambda text: _not_before(text, first))
    off_duty = _ask("學習起迄都要是公餘時間嗎（是／否）", _yes, "是" if unit == "hour" else "否")
    unpaid = not off_duty and _ask("留職停薪期間完成的也採計嗎（是／否）", _yes, "是")
    upload = _ask("以公務人員終身學習入口網站的時數為準嗎（是／否）", _yes, "否" if unit == "hour" else "是")
    evidence = _ask("人事單位看什麼憑據", _some, "終身學習入口網站" if upload else "平臺學習紀錄及申請表")
    grants = _grants(sets)
    cap = _ask("上限（最多可得多少）", _hours, str(grants.most(len(sets))))
    return Benefit(key, title, unit, clause, cap, completed_by, off_duty, unpaid, upload, evidence, grants)


def _grants(sets: tuple[CourseSet, ...]) -> Grants:
    if len(sets) == 1:
        _say("核給方式：1 完成就給　5 每滿幾小時給一次")
        kind = _ask("核給方式", _one_of("1", "5"), "1")
    else:
        _say(
            "核給方式：1 每完成一套各給一次　2 完成任一套給一次　3 全部完成給一次",
            "　　　　　4 依完成套數分級　5 每滿幾小時給一次",
        )
        kind = _ask("核給方式", _one_of("1", "2", "3", "4", "5"), "1")
    if kind == "4":
        _say("每級一行，寫「套數,數量」，由少到多；最後留一行空白。")
        tiers: list[tuple[int, Decimal]] = []
        while True:
            each = _ask(f"第 {len(tiers) + 1} 級", lambda text: _tier(text, needed=not tiers), "")
            if each is None:
                return Grants(kind, Decimal(0), tiers=tuple(tiers))
            tiers.append(each)
    per_hours = _ask("每滿幾小時", _hours) if kind == "5" else None
    return Grants(kind, _ask("每次給多少", _hours), per_hours)


def _ask(question: str, read: Callable[[str], T], default: str | None = None) -> T:
    """The answer as `read` takes it; asked again with the reason where it cannot be used. Questions go to stderr."""
    hint = f"（直接按 Enter＝{default}）" if default else ""
    while True:
        answer = click.prompt(
            f"{question}{hint}",
            default=default or "",
            show_default=False,
            prompt_suffix="：",
            err=True,
            type=str,
        )
        try:
            return read(str(answer).strip())
        except ValueError as why:
            _say(f"  {why}")


def _say(*lines: str) -> None:
    for each in lines:
        click.echo(each, err=True)


def _some(text: str) -> str:
    if not text:
        raise ValueError("這一題不能空白。")
    return text


def _key(text: str, taken: Collection[str]) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("只能用小寫英文、數字與 -。")
    if text in taken:
        raise ValueError(f"已經有代號「{text}」的計畫，請換一個。")
    return text


def _not_before(text: str, first: date) -> date:
    found = parse_date(text)
    if found < first:
        raise ValueError("不能早於辦理時程起日。")
    return found


def _list(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in re.split(r"[、,，;；]", text) if each.strip())


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"請輸入 {'、'.join(words)} 其中之一。")
        return text

    return read


def _yes(text: str) -> bool:
    if text.casefold() in ("是", "y", "yes"):
        return True
    if text.casefold() in ("否", "n", "no"):
        return False
    raise ValueError("請輸入 是 或 否。")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("請輸入 1 以上的整數。")
    return int(text)


def _hours(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise ValueError(f"「{text}」不是大於 0 的數字。")
    return found


def _cells(text: str) -> list[str]:
    """A line parted at its last commas, half or full width: a title may have commas of its own."""
    return [each.strip() for each in re.split(r"[,，]", text)]


def _course(text: str, required: bool) -> Course | None:
    """「課名,時數」 or 「課名,時數,類別」; the hours are the last number, so that a title may hold commas."""
    if not text:
        if required:
            raise ValueError("至少要有一門課程。")
        return None
    found = re.fullmatch(r"(.+?)[,，]\s*(\d+(?:\.\d+)?)\s*(?:小時)?(?:[,，]\s*([^,，]+))?", text)
    if found is None:
        raise ValueError("請寫「課名,時數」，例如：環境教育概論,2")
    return Course(found[1].strip(), _hours(found[2]), (found[3] or "").strip())


def _minimum(text: str, items: tuple[str, ...]) -> tuple[str, Decimal] | None:
    if not text:
        return None
    item, *rest = _cells(text)
    if item not in items or len(rest) != 1:
        raise ValueError("請寫「類別,時數」，類別要與課程所寫的相同。")
    return item, _hours(rest[0])


def _tier(text: str, *, needed: bool) -> tuple[int, Decimal] | None:
    if not text:
        if needed:
            raise ValueError("至少要有一級。")
        return None
    cells = _cells(text)
    if len(cells) != 2:
        raise ValueError("請寫「套數,數量」，例如：2,1")
    return _count(cells[0]), _hours(cells[1])
