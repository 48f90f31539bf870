"""How a run ends, whichever way: entered in the book of runs and in its log, and never without a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from agent import clock
from agent.logs import RunLog
from agent.store import Store
from rules.errors import ElearnError


@contextlib.contextmanager
def ending(store: Store, run: int, log: RunLog) -> Iterator[None]:
    """Enter how what happens inside fails. What nobody foresaw keeps its traceback and becomes one sentence (1)."""
    try:
        yield
    except ElearnError as why:
        log.end(why.kind, why.code)
        _enter(store, run, why.kind, why.code, why.message)
        raise
    except Exception as why:
        kept = log.keep_traceback()
        log.end("unexpected", 1, error=type(why).__name__)
        _enter(store, run, "unexpected", 1, type(why).__name__)
        raise ElearnError(
            "程式發生未預期的問題，原有紀錄沒有變動。", "請再試一次；仍發生請將紀錄檔交給維護者。", kept
        ) from why


def _enter(store: Store, run: int, outcome: str, code: int, message: str) -> None:
    store.finish_run(run, outcome=outcome, exit_code=code, at=clock.now(), report={"message": message})
