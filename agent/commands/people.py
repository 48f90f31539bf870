"""`elearn check --people`: the table of many people, written as it is worked out."""

from __future__ import annotations

import contextlib
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from agent.commands.frame import opened, show
from agent.judging import plans_for
from agent.people.files import Document, documents, files_in
from agent.people.judging import Case
from agent.people.table import Row, Summary, judged, write_table
from rules.errors import ConfigError
from rules.wording import hours

_REMARK = "以機關共同的上班時間判斷；紀錄檔沒有寫的個人請假、加班、勤務與已申請時數不在其中。"


def check_people(
    files: tuple[Path, ...],
    plan_key: str | None,
    on: date,
    out: Path | None,
    jobs: int | None,
    *,
    as_json: bool,
) -> int:
    """0 when every document was judged, 3 when one could not be. Raises ConfigError where nothing can be done at all."""
    if not files:
        raise click.UsageError("--people 需要至少一個紀錄檔或資料夾。")
    if as_json and out is None:
        raise click.UsageError("--json 時請以 --out 指定表格存到哪裡。")
    with opened() as (_, settings, _store):
        case = Case.of(settings, plans_for(settings, plan_key, on), on)
    if not case.plans:
        raise ConfigError("尚無涵蓋當日的計畫資料。", "請以 --plan 或 --on 指定。")
    summary = Summary()
    with _table(out) as table:
        told, sizes = documents(files), deque[int]()
        is_watched = sys.stderr.isatty() and (out is not None or not sys.stdout.isatty())
        if is_watched:
            told = _measured(told, sizes)
        written = write_table(table, judged(case, told, jobs), summary)
        if is_watched:
            written = _watched(written, sizes, sum(each.stat().st_size for each in files_in(files)))
        for _ in written:
            pass
    if as_json:
        show({"people": _summary_json(summary, out)}, str, as_json=True)
    else:
        click.echo(_summary_text(summary), err=True)
    return 3 if summary.troubled else 0


def _summary_json(summary: Summary, out: Path | None) -> dict[str, object]:
    return {
        "count": summary.people,
        "troubled": summary.troubled,
        "states": dict(summary.states),
        "claimable": hours(summary.hours),
        "pending_review": hours(summary.pending),
        "out": str(out),
    }


def _summary_text(summary: Summary) -> str:
    states = "、".join(f"{state} {count}" for state, count in summary.states.most_common())
    troubled = f"；{summary.troubled} 份無法判斷，原因在表中" if summary.troubled else ""
    return (
        f"共 {summary.people} 人{troubled}。補休：{states or '無'}。"
        f"可申請合計 {hours(summary.hours)} 小時，待認定 {hours(summary.pending)} 小時。\n{_REMARK}"
    )


@contextlib.contextmanager
def _table(out: Path | None) -> Iterator[TextIO]:
    """The stream the table goes to: a private file by temporary name, or standard output. With a byte order mark."""
    if out is None:
        sys.stdout.write("\ufeff")
        yield sys.stdout
        return
    out = out.expanduser()
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as table:
            part.chmod(0o600)
            yield table
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _measured(people: Iterable[Document], sizes: deque[int]) -> Iterator[Document]:
    """The documents as they are, their sizes noted in order: how many people a file holds is known at its end alone."""
    for each in people:
        sizes.append(each.size)
        yield each


def _watched(people: Iterable[list[Row]], sizes: deque[int], total: int) -> Iterator[list[Row]]:
    """The people as they come, with a bar of how much of the files is judged and when the rest will be."""
    from rich.console import Console  # noqa: PLC0415 - only where it is seen
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("判斷 {task.fields[people]} 人"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, people=0)
        for count, each in enumerate(people, 1):
            yield each
            progress.update(task, advance=sizes.popleft(), people=count)
