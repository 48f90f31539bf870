"""Templates to pages: every value escaped, an unknown name is an error, dates and amounts in the words of the plan."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from agent.clock import TAIPEI
from agent.dashboard.plainly import plainly
from agent.screens.verdict_screen import STATE_SIGN, STATE_WORD, UNIT_WORD
from rules.wording import hours, roc_long, roc_short, weekday

# Sizes of the text and of light, as a person may choose them; the first of each holds until then.
SIZES: Final = {"m": "中", "s": "小", "l": "大"}
SCHEMES: Final = {"auto": "自動", "light": "淺色", "dark": "深色"}


_WHOLE = re.compile(r"(\b0\d{1,3}(?:-\d{3,4}){1,2}\b|\b[0-9A-F]{4}-[0-9A-F]{4}\b)")


def day(value: date | None) -> Markup:
    """A day as people read it, with the Gregorian one for machines: 「112 年 8 月 31 日（四）」."""
    if value is None:
        return Markup("—")
    shown = f"{roc_long(value)}（{weekday(value)}）"
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), shown)


def moment(value: datetime | None) -> Markup:
    """A moment to the second: 「112/3/8（三）14:05:00」."""
    if value is None:
        return Markup("—")
    local = value.astimezone(TAIPEI) if value.tzinfo else value
    shown = f"{roc_short(local.date())}（{weekday(local.date())}）{local:%H:%M:%S}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), shown)


def ago(value: datetime | None, now: datetime) -> str:
    """When something happened, as one says it: 「今天 07:42」, 「昨天 02:30」, 「112/7/3 02:30」."""
    if value is None:
        return "還沒有更新過"
    local = value.astimezone(TAIPEI)
    days = (now.date() - local.date()).days
    lead = {0: "今天", 1: "昨天", -1: "明天"}.get(days, roc_short(local.date()))
    return f"{lead} {local:%H:%M}"


def since_done(days: int) -> str:
    """How long ago a course was completed: 「完成後已 3 天」, 「今天才完成」."""
    return f"完成後已 {days} 天" if days else "今天才完成"


def whole(text: str) -> Markup:
    """A text whose telephone numbers and codes stay in one line: browsers break 「02-2397-9108」 at its hyphens."""
    return Markup("").join(
        Markup('<span class="whole">{}</span>').format(each) if at % 2 else escape(each)
        for at, each in enumerate(_WHOLE.split(text))
    )


def lines(text: str) -> Markup:
    """A text with its line breaks."""
    return Markup("<br>").join(escape(each) for each in text.split("\n"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("agent.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=day,
        short=lambda value: roc_short(value) if value else "—",
        moment=moment,
        since_done=since_done,
        whole=whole,
        plainly=plainly,
        hours=lambda value: hours(Decimal(value)),
        lines=lines,
        sign=lambda state: STATE_SIGN[state],
        word=lambda state: STATE_WORD[state],
        unit=lambda key: UNIT_WORD.get(key, key),
    )
    environment.globals.update(sizes=SIZES, schemes=SCHEMES)
    return environment


def render(template: str, **values: object) -> str:
    """The template filled in. Raises jinja2.UndefinedError for a name that was not given."""
    return _environment().get_template(template).render(**values)
