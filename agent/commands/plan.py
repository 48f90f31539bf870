"""`elearn plan`: the plans there are, and one plan as people read it."""

from __future__ import annotations

import click

from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, show
from agent.screens.plan_screen import plan_text
from rules import bundled
from rules.plan import Plan
from rules.wording import hours, roc_long


@click.group("plan", cls=ChineseGroup, help="列出與顯示計畫。", epilog="範例：elearn plan show kaohsiung-112")
def command() -> None:
    """The group."""


@command.command(
    "list",
    cls=ChineseCommand,
    short_help="有哪些計畫",
    help="列出可用的計畫。",
    epilog="範例：elearn plan list",
)
@JSON
def list_(as_json: bool) -> int:
    """Every plan with its period and source."""
    plans = [bundled.plan(key) for key in bundled.plan_keys()]
    rows = [
        {
            "key": each.key,
            "title": each.title,
            "from": each.covers[0].isoformat(),
            "to": each.covers[1].isoformat(),
            "source": each.source,
        }
        for each in plans
    ]
    show({"plans": rows}, lambda: "\n".join(map(_line, plans)), as_json=as_json)
    return 0


def _line(plan: Plan) -> str:
    return f"{plan.key}　{plan.title}（{roc_long(plan.covers[0])}至{roc_long(plan.covers[1])}）"


@command.command(
    "show",
    cls=ChineseCommand,
    short_help="顯示一個計畫",
    help="顯示計畫 KEY：適用對象、課程、補休與獎勵，每項附條次。",
    epilog="範例：elearn plan show kaohsiung-112",
)
@click.argument("key")
@JSON
def show_(key: str, as_json: bool) -> int:
    """One plan."""
    plan = bundled.plan(key)
    show(_document(plan), lambda: plan_text(plan), as_json=as_json)
    return 0


def _document(plan: Plan) -> dict[str, object]:
    return {
        "plan": {
            "key": plan.key,
            "title": plan.title,
            "document": plan.document,
            "from": plan.covers[0].isoformat(),
            "to": plan.covers[1].isoformat(),
            "source": plan.source,
            "sha256": plan.sha256,
            "categories": {
                "covered": list(plan.categories.covered),
                "not_covered": list(plan.categories.not_covered),
                "clause": plan.categories.clause,
            },
            "sets": [
                {
                    "key": each.key,
                    "title": each.title,
                    "clause": each.clause,
                    "hours": hours(each.hours),
                    "courses": [
                        {"title": course.title, "hours": hours(course.hours), "item": course.item}
                        for course in each.courses
                    ],
                }
                for each in plan.sets
            ],
            "benefits": [
                {
                    "key": each.key,
                    "title": each.title,
                    "unit": each.unit,
                    "cap": hours(each.cap),
                    "completed_by": each.completed_by.isoformat(),
                    "clause": each.clause,
                }
                for each in plan.benefits
            ],
        }
    }
