"""What a run that was killed left behind: found and put right by the next run, which says so.

The records need nothing: a run is one transaction, and SQLite takes back what was not committed. What may be left are files
under temporary names, a folder caught between two names, pages whose read never came to the store, and the run's own entry.
The caller holds the home's lock, so no other run is at work on these.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from agent.home import Home
from agent.store import Store

_FRESH = 600.0  # seconds: outside of runs and claims another process may be writing just now


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of thing that was put right, or that a person must know of: how many, and a sentence."""

    key: str
    count: int
    text: str


def repair(store: Store, home: Home, run: int, at: datetime) -> tuple[Repair, ...]:
    """Put right what earlier runs left, and enter it in this run's report; empty when there was nothing."""
    interrupted = store.close_interrupted(run, at)
    found = (
        Repair("unfinished_runs", len(interrupted), "上次執行中斷，已登記；先前的紀錄沒有變動。"),
        Repair("claim_folders", _claim_folders(home), "申請文件製作到一半中斷，已還原為先前的文件。"),
        Repair("temporary_files", _temporary_files(home), "已移除寫到一半的暫存檔。"),
        Repair("orphan_pages", _orphan_pages(store, home), "已移除沒有存入紀錄的網頁檔。"),
        *_unmatched_claims(store, home),
    )
    done = tuple(each for each in found if each.count)
    if done:
        store.note_run(run, {"repaired": [asdict(each) for each in done]})
    return done


def _claim_folders(home: Home) -> int:
    """Folders caught between their old and their new name: the earlier one stands again, as the ledger knows it."""
    count = 0
    for old in home.claims.glob(".*.old"):
        place = old.with_name(old.name[1:].removesuffix(".old"))
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(place)
        count += 1
    for fresh in home.claims.glob(".*.new"):
        shutil.rmtree(fresh, ignore_errors=True)
        count += 1
    return count


def _temporary_files(home: Home) -> int:
    """What was written under a temporary name and never renamed: what only the lock's holder writes at once, else when it is old."""
    of_runs = [*home.runs.glob(".*.new"), *home.runs.glob("*/.*.new"), *home.runs.glob("*/evidence/.*.new")]
    of_runs += [each for folder in home.claims.glob("*") for each in folder.glob("**/.*.new")]
    of_runs += home.backups.glob(".elearn-*.sqlite3.new*")  # whoever makes one holds the lock
    elsewhere = [
        each
        for folder in (home.path, home.backups, home.path / "plans", home.path / "calendars")
        for each in (*folder.glob(".*.new"), *folder.glob(".*.new-journal"))
        if each not in of_runs and time.time() - each.stat().st_mtime > _FRESH
    ]
    for each in (*of_runs, *elsewhere):
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
    return len(of_runs) + len(elsewhere)


def _orphan_pages(store: Store, home: Home) -> int:
    """Pages and prints of runs that saved nothing. What a run set aside because rows were gone stays: it is evidence."""
    kept, count = store.page_paths(), 0
    for run in store.runs_without_read():
        folder = home.run_folder(run)
        if not folder.is_dir():
            continue
        for each in (*folder.glob("*.html"), *folder.glob("*.pdf")):
            if each.relative_to(home.path).as_posix() not in kept:
                each.unlink(missing_ok=True)
                count += 1
        if not any(folder.iterdir()):
            folder.rmdir()
    return count


def _unmatched_claims(store: Store, home: Home) -> list[Repair]:
    """Folders that are not as the ledger says: the run was killed between writing the papers and entering them."""
    entered = {each.id: each.check_code for each in store.claims()}
    differing = [
        folder.name
        for folder in sorted(home.claims.glob("*"))
        if (code := _code_in(folder)) is not None and code != entered.get(folder.name)
    ]
    text = f"申請文件（{'、'.join(differing)}）與登錄的申請案不一致，請勿使用，並重新執行 elearn claim。"
    return [Repair("unmatched_claims", len(differing), text)]


def _code_in(folder: Path) -> str | None:
    """The 核對碼 that the folder states for a claim of its own name, None where it is no such folder."""
    try:
        stated = json.loads((folder / "manifest.json").read_bytes())
        return str(stated["check_code"]) if stated["claim"]["id"] == folder.name else None
    except (OSError, ValueError, TypeError, KeyError):
        return None
