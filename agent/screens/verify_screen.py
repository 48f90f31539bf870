"""What `elearn verify` says of one claim or of many, for the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.claims.batch import Line, total_hours
from agent.claims.office_table import STATES
from agent.claims.verifying import LIMITS, Verification


def verification_text(found: Verification) -> str:
    """The answer on one claim, and what it does not prove."""
    notes = [f"  附註：{each}" for each in found.notes]
    if found.ok:
        pending = f"，含待認定 {found.review_hours} 小時" if found.review_hours not in ("", "0") else ""
        first = f"✔ {found.agreed}・{found.hours} 小時{pending}（核對碼 {found.code}）"
        return "\n".join((first, *notes, LIMITS))
    return "\n".join(("✖ 申請文件前後不符：", *(f"  - {each}" for each in found.problems), *notes, LIMITS))


def line_document(line: Line) -> dict[str, Any]:
    """One line as plain values."""
    found = asdict(line)
    del found["pages"], found["agreed"]
    return {
        **found,
        "sets": list(line.sets),
        "differences": list(line.differences),
        "notes": list(line.notes),
    }


def lines_text(lines: list[Line], out: Path | None) -> str:
    """A line for each claim, its differences beneath it, and the sum."""
    signs = {"ok": "✔", "differs": "✖", "unreadable": "？"}
    shown = []
    for each in lines:
        about = "　".join(
            part for part in (each.name or "（未填姓名）", each.unit, "、".join(each.sets)) if part
        )
        amount = f"{each.hours} 小時" + (
            f"（待認定 {each.review_hours}）" if each.review_hours not in ("", "0") else ""
        )
        body = f"{about}　{amount}　{each.code}" if each.state != "unreadable" else STATES[each.state]
        shown.append(f"{signs[each.state]} {each.file}　{body}")
        shown += [f"    - {text}" for text in each.differences]
        shown += [f"    附註：{text}" for text in each.notes]
    good = sum(each.state == "ok" for each in lines)
    shown.append(
        f"共 {len(lines)} 件：{good} 件一致（合計 {total_hours(lines)} 小時），{len(lines) - good} 件需要處理。"
    )
    shown += [f"表格檔：{out}"] if out else []
    return "\n".join((*shown, LIMITS))
