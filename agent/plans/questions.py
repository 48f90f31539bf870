"""The questions that turn a plan on paper into a plan file, one by one, on the terminal or from a pipe."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from agent.plans.answers import (
    amount,
    ask,
    count,
    course_of,
    listed,
    minimum_of,
    new_key,
    not_before,
    one_of,
    say,
    some,
    tier_of,
    yes,
)
from agent.plans.draft import Benefit, Course, CourseSet, Draft, Grants
from agent.plans.writing import plan_toml
from agent.roc import parse_date, roc_year
from rules.calendar import Calendar

_STAFF = "編制內公務人員、約聘人員、約僱人員"
_OTHERS = "教師、職工、技工、工友、駕駛、臨時人員"
_FORM = "公餘時間完成數位學習補休申請表"
# Benefits that the program knows by key wherever they stand; others are numbered.
_BENEFIT_KEYS = {"補休": "compensatory_leave", "嘉獎": "commendation"}


def ask_plan(taken: Collection[str], calendar: Calendar) -> tuple[str, str]:
    """The new plan's key and its file as TOML. `taken` are keys that other plans have.

    Raises click.Abort where the answers end before the questions do.
    """
    say("請對照紙本計畫逐題回答。有預設值時直接按 Enter；日期可寫 112/8/31 或 2023-08-31。", "")
    key = ask("計畫代號（小寫英文、數字與 -，例如 mycity-114）", lambda text: new_key(text, taken))
    title = ask("計畫全名", some)
    short = ask("簡稱", some, title)
    issuer = ask("發文機關", some)
    document = ask("發文字號", some)
    issued_on = ask("發文日期", parse_date)
    first = ask("辦理時程起日", parse_date)
    last = ask("辦理時程迄日", lambda text: not_before(text, first))
    window_clause = ask("辦理時程的條次（例如 伍）", some)
    year = ask("課程年度（民國）", count, str(roc_year(first)))
    city = ask("縣市（判斷停止上班用，沒有可空白）", str.strip, "")
    covered = ask("適用的人員類別（以、分隔）", listed, _STAFF)
    not_covered = ask("不適用的人員類別（以、分隔）", listed, _OTHERS)
    categories_clause = ask("適用對象的條次", some)
    form_title = ask("申請表名稱", some, _FORM)
    form_clause = ask("申請表的條次", some)
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
    say("", "接下來是組裝課程，一套一套填；全部填完時，名稱留空。")
    while True:
        title = ask(
            f"第 {len(found) + 1} 套組裝課程名稱", str.strip if found else some, "" if found else None
        )
        if not title:
            return tuple(found)
        found.append(_set(f"set{len(found) + 1}", title))


def _set(key: str, title: str) -> CourseSet:
    clause = ask("條次", some)
    say("完成方式：1 全部課程都要通過　2 達到一定時數即可　3 通過一定門數即可")
    by = {"1": "courses", "2": "hours", "3": "count"}[ask("完成方式", one_of("1", "2", "3"), "1")]
    free = by == "hours" and ask("清單以外已通過的課程也計入時數嗎（是／否）", yes, "否")
    courses = _courses(needed=not free)
    total = sum((each.hours for each in courses), Decimal(0))
    hours, at_least = total, 0
    minima: tuple[tuple[str, Decimal], ...] = ()
    if by == "courses":
        hours = ask(f"計畫所載本套時數（課程合計 {total}）", amount, str(total))
    elif by == "hours":
        hours = ask("應達時數", amount)
        minima = _minima(courses)
    else:
        at_least = ask(f"至少通過幾門（共 {len(courses)} 門）", count)
    return CourseSet(key, title, clause, by, hours, at_least, free, courses, minima)


def _courses(*, needed: bool) -> tuple[Course, ...]:
    """Courses, one a line, until an empty line."""
    say("課程每行一門，寫「課名,時數」；有類別時寫「課名,時數,類別」。最後留一行空白。")
    found: list[Course] = []
    while True:
        required = needed and not found
        each = ask(f"課程 {len(found) + 1}", lambda text, required=required: course_of(text, required), "")  # type: ignore[misc]
        if each is None:
            return tuple(found)
        found.append(each)


def _minima(courses: tuple[Course, ...]) -> tuple[tuple[str, Decimal], ...]:
    """Least hours of a category, one a line, until an empty line."""
    items = tuple(dict.fromkeys(each.item for each in courses if each.item))
    if not items:
        return ()
    say(f"各類別的最低時數，每行寫「類別,時數」，沒有就留空白。類別有：{'、'.join(items)}")
    found: list[tuple[str, Decimal]] = []
    while True:
        each = ask(f"最低時數 {len(found) + 1}", lambda text: minimum_of(text, items), "")
        if each is None:
            return tuple(found)
        found.append(each)


def _benefits(sets: tuple[CourseSet, ...], first: date) -> tuple[Benefit, ...]:
    """Benefits until an empty name; at least one."""
    found: list[Benefit] = []
    say("", "接下來是補休、嘉獎等項目；全部填完時，名稱留空。")
    while True:
        title = ask(f"第 {len(found) + 1} 個項目名稱", str.strip, "" if found else "補休")
        if not title:
            return tuple(found)
        key = _BENEFIT_KEYS.get(title, "")
        if not key or any(each.key == key for each in found):
            key = f"benefit{len(found) + 1}"
        found.append(_benefit(key, title, sets, first))


def _benefit(key: str, title: str, sets: tuple[CourseSet, ...], first: date) -> Benefit:
    say("單位：1 小時　2 次（嘉獎、記功）　3 張抽獎券（抽獎機會）")
    usual = "1" if title == "補休" else "2"
    unit = {"1": "hour", "2": "award", "3": "ticket"}[ask("單位", one_of("1", "2", "3"), usual)]
    clause = ask("條次", some)
    completed_by = ask("完成期限（含當日）", lambda text: not_before(text, first))
    off_duty = ask("學習起迄都要是公餘時間嗎（是／否）", yes, "是" if unit == "hour" else "否")
    unpaid = not off_duty and ask("留職停薪期間完成的也採計嗎（是／否）", yes, "是")
    upload = ask("以公務人員終身學習入口網站的時數為準嗎（是／否）", yes, "否" if unit == "hour" else "是")
    evidence = ask("人事單位看什麼憑據", some, "終身學習入口網站" if upload else "平臺學習紀錄及申請表")
    grants = _grants(sets)
    cap = ask("上限（最多可得多少）", amount, str(grants.most(len(sets))))
    return Benefit(key, title, unit, clause, cap, completed_by, off_duty, unpaid, upload, evidence, grants)


def _grants(sets: tuple[CourseSet, ...]) -> Grants:
    if len(sets) == 1:
        say("核給方式：1 完成就給　5 每滿幾小時給一次")
        kind = ask("核給方式", one_of("1", "5"), "1")
    else:
        say(
            "核給方式：1 每完成一套各給一次　2 完成任一套給一次　3 全部完成給一次",
            "　　　　　4 依完成套數分級　5 每滿幾小時給一次",
        )
        kind = ask("核給方式", one_of("1", "2", "3", "4", "5"), "1")
    if kind == "4":
        say("每級一行，寫「套數,數量」，由少到多；最後留一行空白。")
        tiers: list[tuple[int, Decimal]] = []
        while True:
            each = ask(f"第 {len(tiers) + 1} 級", lambda text: tier_of(text, needed=not tiers), "")
            if each is None:
                return Grants(kind, Decimal(0), tiers=tuple(tiers))
            tiers.append(each)
    per_hours = ask("每滿幾小時", amount) if kind == "5" else None
    return Grants(kind, ask("每次給多少", amount), per_hours)
