"""What no single table of a plan file shows: sums, doubles, overlaps and the order of dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import cast

from rules.plan import Plan
from rules.plan_benefits import AnyOf, BenefitRule, GrantRule
from rules.plan_sets import By, CourseSet, Minimum
from rules.plan_table import Mistakes
from rules.titles import normalise
from rules.toml_lines import Place


def check(plan: Plan, name: str, mistakes: Mistakes) -> None:
    """Adds to `mistakes`; a table that already has one is not summed up."""
    for at, each in enumerate(plan.sets):
        if not mistakes.within(("set", at)):
            _check_set(each, name, ("set", at), mistakes)
    _check_titles(plan, name, mistakes)
    for heading, what, keys in (
        ("set", "組裝課程", [each.key for each in plan.sets]),
        ("benefit", "項目", [each.key for each in plan.benefits]),
    ):
        for at, key in enumerate(keys):
            if key and key in keys[:at]:
                mistakes.add(
                    (heading, at, "key"),
                    f"計畫檔 {name} 有重複的{what} key「{key}」。",
                    "每個 key 只能用一次。",
                )
    # A day that cannot be read is the earliest there is, so an unread first day is never after the last.
    if not mistakes.within(("covers", "to")) and plan.covers[0] > plan.covers[1]:
        mistakes.add(("covers",), f"計畫檔 {name} 的辦理時程起日在迄日之後。", "請核對 covers。")
    for both in plan.categories.not_covered:
        if both in plan.categories.covered:
            mistakes.add(
                ("categories", "not_covered"),
                f"計畫檔 {name} [categories] 的「{both}」同時列為適用與不適用。",
                "只能列在一邊。",
            )
    for at, rule in enumerate(plan.benefits):
        if not mistakes.within(("benefit", at)):
            _check_benefit(rule, plan, name, at, mistakes)
    if not mistakes.found and not plan.benefits:  # a benefit without sets has named one that is not there
        mistakes.add(
            ("benefit" if plan.sets else "set",),
            f"計畫檔 {name} 沒有組裝課程或沒有補休、獎勵項目。",
            "請補上 [[set]] 與 [[benefit]]。",
        )


def _check_set(each: CourseSet, name: str, place: Place, mistakes: Mistakes) -> None:
    """One set: what its courses add up to, and whether its minima can be met at all."""
    named = f"計畫檔 {name} 的「{each.title}」"
    total = sum((course.hours for course in each.courses), Decimal(0))
    if each.by is By.COURSES:
        if total != each.hours:
            mistakes.add(
                (*place, "hours"),
                f"{named}課程時數合計 {total}，與所載 {each.hours} 不符。",
                '請核對各課程時數；不必全部完成的組裝課程請寫 by = "hours" 或 by = "count"。',
            )
        for key, used in (("minima", each.minima), ("free", each.free)):
            if used:
                mistakes.add((*place, key), f"{named}須全部完成，不能再有「{key}」。", '請寫 by = "hours"。')
    if each.by is By.COUNT and not 0 < each.at_least <= (len(each.courses)):
        mistakes.add(
            (*place, "at_least"),
            f"{named}有 {len(each.courses)} 門課，at_least 不能是 {each.at_least}。",
            "請寫 1 到課程數之間的數字。",
        )
    _check_by_category([other.categories for other in each.by_category], named, place, mistakes)
    for other in each.by_category:
        if other.at_least is not None and not (
            each.by is By.COUNT and 0 < other.at_least <= len(each.courses)
        ):
            text = f"{named}的 by_category 不能有 at_least = {other.at_least}。"
            mistakes.add((*place, "by_category"), text, '只有 by = "count" 的組裝課程可寫，且不超過課程數。')
    if each.by is By.COURSES and each.by_category:
        text = f"{named}須全部完成，各類人員不能另訂時數。"
        mistakes.add((*place, "by_category"), text, '請寫 by = "hours"。')
    if each.by is By.HOURS and not each.hours:
        mistakes.add((*place, "hours"), f"{named}的 hours 不能是 0。", "請寫應達的時數。")
    for said, minima, asked in (
        ("minima", each.minima, each.hours),
        *(
            ("by_category", other.minima, each.hours if other.hours is None else other.hours)
            for other in each.by_category
        ),
    ):
        _check_minima(minima, asked, each, named, (*place, said), mistakes)
    wanted = [each.hours, *(other.hours for other in each.by_category if other.hours is not None)]
    if each.by is not By.COURSES and not each.free and max(wanted) > total:
        mistakes.add(
            (*place, "hours"),
            f"{named}應達 {max(wanted)} 小時，但列出的課程合計只有 {total} 小時。",
            "請補齊課程；任何已通過課程都可計入時請寫 free = true。",
        )


def _check_minima(
    minima: Sequence[Minimum], asked: Decimal, each: CourseSet, named: str, place: Place, mistakes: Mistakes
) -> None:
    """Minima within what is asked, each from courses that are listed: the portal shows no category of a course."""
    if sum((one.hours for one in minima), Decimal(0)) > asked:
        mistakes.add(
            place,
            f"{named}各類最低時數合計 {sum((one.hours for one in minima), Decimal(0))}，超過應達的 {asked}。",
            "請核對最低時數；「其中」的時數請寫在 parts。",
        )
    for one in minima:
        there = sum((course.hours for course in each.courses if course.item in one.items), Decimal(0))
        if there < one.hours:
            mistakes.add(
                place,
                f"{named}的「{one.title}」至少 {one.hours} 小時，但屬於它的課程只列出 {there} 小時。",
                "平臺紀錄不顯示課程類別，請把可採計的課程列在 courses，並以 item 註明類別。",
            )
        strange = [item for part in one.parts for item in part.items if item not in one.items]
        if strange:
            mistakes.add(
                place,
                f"{named}的「{one.title}」parts 提到不屬於它的「{strange[0]}」。",
                "parts 的 items 須是上一層 items 的一部分。",
            )
        _check_minima(one.parts, one.hours, each, named, place, mistakes)


def _check_titles(plan: Plan, name: str, mistakes: Mistakes) -> None:
    """No two courses that are the same title to the judge, unless a set says that its courses are shared."""
    seen: dict[str, tuple[str, int]] = {}
    for at, each in enumerate(plan.sets):
        for number, course in enumerate(each.courses):
            place = ("set", at, "courses", number)
            for spelling in dict.fromkeys(map(normalise, (course.title, *course.aliases))):
                if spelling not in seen:
                    seen[spelling] = (course.title, at)
                    continue
                other, where = seen[spelling]
                if where == at:
                    text = f"計畫檔 {name} 的課程「{course.title}」與「{other}」視為同一名稱。"
                    mistakes.add(place, text, "同一課程只能列一次。")
                elif not each.shared and not plan.sets[where].shared:
                    text = (
                        f"計畫檔 {name} 的課程「{course.title}」與「{plan.sets[where].title}」的「{other}」"
                        f"視為同一名稱，同時列在兩套。"
                    )
                    remedy = "同一課程只能列一次；計畫確實重複列計時，請在該組裝課程寫 shared = true。"
                    mistakes.add(place, text, remedy)


def _check_benefit(rule: BenefitRule, plan: Plan, name: str, at: int, mistakes: Mistakes) -> None:
    """One benefit: conditions that exclude each other, the order of its days, and its portions."""
    place: Place = ("benefit", at)
    named = f"計畫檔 {name} 的「{rule.title}」"
    if rule.off_duty and rule.unpaid_leave_counts:
        mistakes.add(
            (*place, "unpaid_leave_counts"),
            f"計畫檔 {name} [[benefit]] {at + 1}：限公餘時間的項目不能同時採計留職停薪期間。",
            "請將 unpaid_leave_counts 設為 false。",
        )
    for each in (rule, *(rule.for_category(other.categories[0]) for other in rule.by_category)):
        _check_days(each, plan, named, place, mistakes)
    if rule.cap_per_year is not None and rule.cap_per_year > rule.cap:
        mistakes.add((*place, "cap_per_year"), f"{named}每年上限大於總上限。", "請核對 cap 與 cap_per_year。")
    alone = [other for other in plan.benefits if other.exclusive == rule.exclusive]
    if rule.exclusive and len(alone) == 1:
        mistakes.add(
            (*place, "exclusive"),
            f"{named}的 exclusive「{rule.exclusive}」只有這一個項目使用。",
            "不得重複採計的項目都要寫相同的 exclusive。",
        )
    if not rule.grants:
        mistakes.add((*place, "grants"), f"{named}沒有任何核給內容（grants）。", "請至少寫一項。")
    for number, grant in enumerate(rule.grants):
        _check_grant(grant, named, (*place, "grants", number), mistakes)
    _check_by_category([each.categories for each in rule.by_category], named, place, mistakes)


def _check_days(rule: BenefitRule, plan: Plan, named: str, place: Place, mistakes: Mistakes) -> None:
    if rule.completed_by < plan.covers[0]:
        mistakes.add(
            (*place, "completed_by"), f"{named}completed_by 在辦理時程起日之前。", "請核對 completed_by。"
        )
    if rule.uploaded_by is not None:
        if not rule.needs_upload:
            mistakes.add(
                (*place, "uploaded_by"),
                f"{named}有上傳期限，卻不看上傳狀態。",
                "請將 needs_upload 設為 true。",
            )
        if rule.uploaded_by < rule.completed_by:
            mistakes.add((*place, "uploaded_by"), f"{named}上傳期限在完成期限之前。", "請核對 uploaded_by。")
    if rule.apply is not None and rule.apply.first > rule.apply.last:
        mistakes.add((*place, "apply"), f"{named}申請期間的起日在迄日之後。", "請核對 apply。")
    elif rule.apply is not None and rule.apply.last < plan.covers[0]:
        mistakes.add((*place, "apply"), f"{named}申請期間在辦理時程起日之前。", "請核對 apply。")


def _check_grant(grant: GrantRule, named: str, place: Place, mistakes: Mistakes) -> None:
    if grant.per_hours is not None and not grant.per_hours:
        mistakes.add((*place, "per_hours"), f"{named}的 per_hours 不能是 0。", "請寫每幾小時核給一次。")
    if grant.tiers:
        parts = len(cast(AnyOf, grant.needs).parts)  # tiers stand beside `of`
        rising = all(low.sets < high.sets and low.amount < high.amount for low, high in pairwise(grant.tiers))
        within = grant.tiers[0].sets > 0 and grant.tiers[-1].sets <= parts
        if grant.per_hours is not None or not rising or not within:
            mistakes.add(
                (*place, "tiers"),
                f"{named}的 tiers 無法使用：套數與數量須由少到多，且不超過 of 的 {parts} 項，也不能與 per_hours 並用。",
                "請核對 tiers。",
            )
    if grant.level and grant.varies:
        mistakes.add((*place, "level"), f"{named}的 level 不能與 per_hours、tiers 並用。", "請分開寫。")


def _check_by_category(
    listed: Iterable[tuple[str, ...]], named: str, place: Place, mistakes: Mistakes
) -> None:
    seen: set[str] = set()
    for categories in listed:
        for each in categories:
            if each in seen:
                mistakes.add(
                    (*place, "by_category"),
                    f"{named}的人員類別「{each}」列了兩次。",
                    "每一類別只能有一組數字。",
                )
            seen.add(each)
