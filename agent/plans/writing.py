"""A plan file as text, from answers: every table with a line on what it means, so that it can be corrected by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

from agent.plans.draft import Benefit, CourseSet, Draft
from rules.calendar import Calendar, DayKind
from rules.wording import hours

_MOST_IN_ONE_GO = Decimal(30)  # from 8 o'clock of one day off to 14 o'clock of the next


def plan_toml(draft: Draft, calendar: Calendar) -> str:
    """The plan file. Its example says what the first set alone should give, where the answers say so."""
    blocks = [_head(draft), *map(_set, draft.sets)]
    blocks += [_benefit(each, draft.sets) for each in draft.benefits]
    example = _example(draft, calendar)
    blocks.append(example or _NO_EXAMPLE)
    return "\n".join(blocks)


def _head(draft: Draft) -> str:
    return f"""# {draft.title}
# 由 elearn plan new 依紙本計畫逐題建立；改過之後請執行 elearn plan check 檢查。

key = {_text(draft.key)}
title = {_text(draft.title)}
short = {_text(draft.short)}
issuer = {_text(draft.issuer)}
document = {_text(draft.document)}
issued_on = {draft.issued_on}
# 辦理時程，起迄日都包含在內
covers = {{ from = {draft.first}, to = {draft.last}, clause = {_text(draft.window_clause)} }}
year = {draft.year}  # 課程代碼中的民國年度
city = {_text(draft.city)}

# 適用與不適用的人員類別；兩邊都沒有的，由人事單位認定
[categories]
covered = {_texts(draft.covered)}
not_covered = {_texts(draft.not_covered)}
clause = {_text(draft.categories_clause)}

# 申請表
[form]
title = {_text(draft.form_title)}
clause = {_text(draft.form_clause)}
"""


def _set(each: CourseSet) -> str:
    lines = [
        {
            "courses": "# 全部課程都要通過，認證時數合計也要達到 hours",
            "hours": "# 計入的認證時數達到 hours（及各類最低時數）即完成",
            "count": "# 通過 at_least 門即完成",
        }[each.by],
        "[[set]]",
        f"key = {_text(each.key)}",
        f"title = {_text(each.title)}",
        f"clause = {_text(each.clause)}",
    ]
    if each.by != "courses":
        lines.append(f"by = {_text(each.by)}")
    lines.append(f"at_least = {each.at_least}" if each.by == "count" else f"hours = {hours(each.hours)}")
    if each.free:
        lines.append("free = true  # 清單以外已通過的課程也計入")
    if each.minima:
        lines.append("minima = [")
        lines += [f"  {{ title = {_text(title)}, hours = {hours(least)} }}," for title, least in each.minima]
        lines.append("]")
    if each.courses:
        lines.append("courses = [")
        for course in each.courses:
            item = f", item = {_text(course.item)}" if course.item else ""
            lines.append(f"  {{ title = {_text(course.title)}, hours = {hours(course.hours)}{item} }},")
        lines.append("]")
    return "\n".join(lines) + "\n"


def _benefit(each: Benefit, sets: tuple[CourseSet, ...]) -> str:
    return f"""# {each.title}
[[benefit]]
key = {_text(each.key)}
title = {_text(each.title)}
unit = {_text(each.unit)}
clause = {_text(each.clause)}
cap = {hours(each.cap)}
completed_by = {each.completed_by}  # 含當日
off_duty = {_switch(each.off_duty)}  # 起迄時間都要是公餘時間
unpaid_leave_counts = {_switch(each.unpaid_leave_counts)}  # 留職停薪期間完成的也採計
needs_upload = {_switch(each.needs_upload)}  # 以終身學習入口網站的時數為準
evidence = {_text(each.evidence)}
grants = [
{_grants(each, sets)}
]
"""


def _grants(each: Benefit, sets: tuple[CourseSet, ...]) -> str:
    grants, clause = each.grants, _text(each.clause)
    keys = _texts(tuple(one.key for one in sets))
    amount = hours(grants.amount)
    match grants.kind:
        case "2":
            return f"  {{ amount = {amount}, needs = {{ any_of = {keys} }}, clause = {clause} }},"
        case "3":
            return f"  {{ amount = {amount}, needs = {{ all_of = {keys} }}, clause = {clause} }},"
        case "4":
            steps = ", ".join(f"{{ sets = {count}, amount = {hours(much)} }}" for count, much in grants.tiers)
            return f"  {{ tiers = [{steps}], of = {keys}, clause = {clause} }},"
        case "5":
            per = hours(grants.per_hours or Decimal(1))
            # 餘數：floor 各套不計、carry 合併計算、round 達一半以一單位計
            return f'  {{ amount = {amount}, per_hours = {per}, of = {keys}, remainder = "floor", clause = {clause} }},'
        case _:
            return "\n".join(
                f"  {{ amount = {amount}, needs = {_text(one.key)}, clause = {clause} }}," for one in sets
            )


_NO_EXAMPLE = """# 建議在此補一個 [[example]]，寫出某種情形應有的結果；elearn plan check 會執行它。
"""


def _example(draft: Draft, calendar: Calendar) -> str:
    """The first set passed whole on days off: what each benefit gives for it by the answers alone."""
    first = draft.sets[0]
    total = sum((each.hours for each in first.courses), Decimal(0))
    last = min((each.completed_by for each in draft.benefits), default=draft.first)
    day = _two_days_off(draft.first, min(last, draft.last), calendar)
    whole = first.by != "hours" or (total >= first.hours and bool(first.courses))
    if day is None or not whole or total > _MOST_IN_ONE_GO or not draft.covered:
        return ""
    expected = {}
    for each in draft.benefits:
        amount = each.grants.for_first(len(draft.sets))
        if amount is not None:
            expected[each.key] = min(amount, each.cap)
    if not expected:
        return ""
    said = ", ".join(f"{key} = {{ claimable = {hours(amount)} }}" for key, amount in expected.items())
    return f"""# 這個範例由答案推算：只在放假日完成第一套時，應得多少。elearn plan check 會執行它。
[[example]]
name = {_text(f"假日完成「{first.title}」")}
on = {last}
category = {_text(draft.covered[0])}
passed = [{{ set = {_text(first.key)}, from = {day}T08:00:00 }}]
expect = {{ {said} }}
"""


def _two_days_off(first: date, last: date, calendar: Calendar) -> date | None:
    """The first of two days off in a row within these days."""
    day = first
    while day < last:
        if all(calendar.kind(each) in _OFF for each in (day, day + timedelta(days=1))):
            return day
        day += timedelta(days=1)
    return None


_OFF = (DayKind.REST_DAY, DayKind.HOLIDAY)


def _text(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _switch(value: bool) -> str:
    return "true" if value else "false"
