"""An agency's form as checked, and the names it may use, for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from agent.forms.checking import Form
from agent.forms.fields import Field, Names
from agent.screens.layout import pad


def check_document(form: Form) -> dict[str, Any]:
    """The form as plain values."""
    return {
        "ok": form.ok,
        "format": str(form.kind),
        "fields": list(form.used),
        "repeats": list(form.marks),
        "unknown": [{"name": each.name, "nearest": list(each.nearest)} for each in form.unknown],
        "problems": list(form.problems),
        "missing": [each.name for each in form.missing],
    }


def check_text(form: Form, name: str) -> str:
    """What it uses, what is wrong, what it would be wise to add."""
    lines = [f"{'✔' if form.ok else '✖'} {name}（{form.kind}）：{'可以使用' if form.ok else '還不能使用'}"]
    lines.append(f"  用到的欄位（{len(form.used)}）：{'、'.join(form.used) or '無'}")
    if form.marks:
        lines.append(f"  逐列重複：{'、'.join(form.marks)}")
    for each in form.unknown:
        near = f"，是不是 {'、'.join(f'{{{{{one}}}}}' for one in each.nearest)}？" if each.nearest else ""
        lines.append(f"  ✖ 不認得 {{{{{each.name}}}}}{near}")
    lines += [f"  ✖ {each}" for each in form.problems]
    if form.missing:
        lines.append(f"  ！ 沒有用到：{'、'.join(each.name for each in form.missing)}")
    if any(each.name == "核對碼" for each in form.missing):
        lines.append("    核對碼等必須標示的事項，會另加在第一頁最上面一行。")
    return "\n".join(lines)


def fields_document(known: Names) -> dict[str, Any]:
    """The list as plain values."""
    return {
        "fields": [
            {"name": each.name, "means": each.means, "expected": each.expected} for each in known.fields
        ],
        "lists": [
            {
                "name": each.name,
                "means": each.means,
                "fields": [{"name": one.name, "means": one.means} for one in each.fields],
            }
            for each in known.lists
        ],
    }


def fields_text(known: Names) -> str:
    """A line for each name."""
    lines = ["任何地方都可以用：", *_lines(known.fields)]
    for each in known.lists:
        lines += [
            "",
            f"標有 {{{{逐列：{each.name}}}}} 的表格列才能用（{each.means}）：",
            *_lines(each.fields),
        ]
    return "\n".join(lines)


def _lines(fields: Sequence[Field]) -> list[str]:
    width = 2 + max(cell_len(each.name) for each in fields) + 4
    return [f"  {pad(f'{{{{{each.name}}}}}', width)}{each.means}" for each in fields]
