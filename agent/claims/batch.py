"""Many claims at once, for the personnel office: one line each, on all cores, in memory that does not grow with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException
from pathlib import Path

from agent.claims.files import MANIFEST, is_litter
from agent.claims.own import Own, own_of
from agent.claims.verifying import Verification, verify
from agent.on_all_cores import on_all_cores
from rules.errors import ElearnError
from rules.wording import hours

_FEW = 4  # so many claims are checked sooner than another process is started


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in one line. `state` is `ok`, `differs` or `unreadable`; `differences` and `notes` are sentences; `agreed` is what agrees
    where nothing differs.
    """

    file: str
    state: str
    name: str = ""
    unit: str = ""
    plan: str = ""
    claim: str = ""
    sets: tuple[str, ...] = ()
    hours: str = ""
    review_hours: str = ""
    code: str = ""
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    agreed: str = ""


def claims_in(paths: Sequence[Path]) -> list[Path]:
    """Every claim named: each path itself, and of a folder that is no claim the claim folders and zips in it, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and not (path / MANIFEST).exists():
            inside = [
                each
                for each in sorted(path.iterdir())
                if not (each.name.startswith(".") or is_litter(f"{each.name}/"))
            ]
            found += [each for each in inside if each.is_dir() or each.suffix.lower() == ".zip"] or [path]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def is_batch(paths: Sequence[Path]) -> bool:
    """Whether more than one answer is asked for."""
    return claims_in(paths) != list(paths) or len(paths) != 1


def check_all(paths: Sequence[Path], home: Path | None, jobs: int | None = None) -> Iterator[Line]:
    """A line for each claim, in the order of `paths`, as soon as it is known. `home` gives plans and calendar of our own.

    Raises ConfigError for a home whose own plans or calendar cannot be used, before the first line.
    """
    yield from on_all_cores(_check, own_of(home), paths, jobs, chunk=1, few=_FEW if jobs is None else 1)


def _check(own: Own, path: Path) -> Line:
    return check_one(path, own)


def check_one(path: Path, own: Own) -> Line:
    """The line of one claim; whatever is wrong with its file is said in it."""
    try:
        found = verify(path, own)
    except ElearnError as why:
        return Line(path.name, "unreadable", differences=(why.message,))
    except (
        Exception
    ) as why:  # a file from elsewhere may hold what nobody thought of, and is one line all the same
        return Line(path.name, "unreadable", differences=(f"檔案無法檢核（{type(why).__name__}）。",))
    return _line(path, found)


def _line(path: Path, found: Verification) -> Line:
    return Line(
        file=path.name,
        state="ok" if found.ok else "differs",
        name=found.name,
        unit=found.unit,
        plan=found.plan,
        claim=found.claim,
        sets=found.sets,
        hours=found.hours,
        review_hours=found.review_hours,
        code=found.code,
        differences=found.problems,
        notes=found.notes,
        pages=found.pages,
        agreed=found.agreed if found.ok else "",
    )


def compared(lines: Iterable[Line]) -> list[Line]:
    """The lines with what only shows beside the others: the same set claimed twice by one person, one page used by two people."""
    found = list(lines)
    by_set: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    by_page: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(found):
        for title in line.sets:
            by_set[line.name, line.unit, line.plan, title].append(at)
        for page in line.pages:
            by_page[page].append(at)
    more: dict[int, list[str]] = defaultdict(list)
    for (name, _, _, title), places in by_set.items():
        for at in places if name else ():
            others = [found[each] for each in places if found[each].code != found[at].code]
            more[at] += [f"「{title}」在「{each.file}」也有申請" for each in others[:1]]
    for places in by_page.values():
        for at in places:
            others = [
                found[each]
                for each in places
                if (found[each].name, found[each].unit) != (found[at].name, found[at].unit)
            ]
            more[at] += [f"附的平臺網頁與「{each.file}」（{each.name}）的相同" for each in others[:1]]
    found = _once_each(found)
    return [
        replace(line, state="differs", differences=(*line.differences, *dict.fromkeys(more[at])))
        if more[at]
        else line
        for at, line in enumerate(found)
    ]


def _once_each(lines: Sequence[Line]) -> list[Line]:
    """The lines, with a note where the same claim came before: a folder and its zip, say."""
    first: dict[tuple[str, str, str, str], Line] = {}
    found = []
    for line in lines:
        same = first.setdefault(_claim(line), line) if line.code else line
        note = f"與「{same.file}」是同一件申請，時數不重複計算"
        found.append(line if same is line else replace(line, notes=(*line.notes, note)))
    return found


def _claim(line: Line) -> tuple[str, str, str, str]:
    return (line.code, line.claim, line.name, line.hours)


def total_hours(lines: Iterable[Line]) -> str:
    """The hours of all claims that hold together, each claim once."""
    total = Decimal(0)
    for line in {_claim(each): each for each in lines if each.state == "ok"}.values():
        try:
            total += Decimal(line.hours)
        except DecimalException:
            continue
    return hours(total)
