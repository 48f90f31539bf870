"""最近變化: what the newest runs brought, each run a few words: what passed, what was uploaded, what came new. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from agent.clock import TAIPEI
from agent.store import RecordChange
from rules.passing import Passed, passed

_MOST = 3
_DONE = "成功"


@dataclass(frozen=True, slots=True)
class Recent:
    """One thing that changed, and the day it was seen."""

    day: date
    text: str


def recent(changes: Iterable[RecordChange]) -> tuple[Recent, ...]:
    """The newest three, the newest first."""
    runs: dict[int, list[RecordChange]] = {}
    for each in changes:
        runs.setdefault(each.run, []).append(each)
    found = (one for run in sorted(runs, reverse=True) for one in _of_run(runs[run]))
    return tuple(one for _, one in zip(range(_MOST), found, strict=False))


def _of_run(changes: list[RecordChange]) -> Iterator[Recent]:
    day = max(each.seen_at for each in changes).astimezone(TAIPEI).date()
    pairs = [(each.before, each.after) for each in changes if each.before is not None]
    fresh = [b for a, b in pairs if passed(b) is Passed.YES and passed(a) is not Passed.YES]
    loaded = [b for a, b in pairs if b.upload_status == _DONE and a.upload_status != _DONE]
    new = sum(each.is_new for each in changes)
    other = len([b for _, b in pairs if b not in fresh and b not in loaded])
    for each in fresh:
        yield Recent(day, f"『{each.title}』已通過")
    if loaded:
        yield Recent(day, f"上傳成功 {len(loaded)} 筆")
    if new:
        yield Recent(day, f"新增 {new} 筆紀錄")
    if other:
        yield Recent(day, f"{other} 筆紀錄的其他內容變了")
