"""A function over a stream on all cores: results in order, and never more than a few items under way."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any, TypeVar

from rules.errors import ElearnError

Item = TypeVar("Item")
Found = TypeVar("Found")

_AHEAD = 4  # chunks under way for each worker


def on_all_cores(
    work: Callable[[Any, Item], Found],
    given: object,
    items: Iterable[Item],
    jobs: int | None = None,
    *,
    chunk: int,
    few: int,
) -> Iterator[Found]:
    """`work(given, item)` for each item, in order. `given` is sent to each process once; `jobs` 1 starts none.

    The stream is read only a little ahead of what was taken, so memory does not grow with its length. A process gets `chunk`
    items at once; up to `few` are done sooner than one is started. Raises ElearnError when one is ended from outside, for want
    of memory say.
    """
    workers = jobs or os.cpu_count() or 1
    stream = iter(items)
    first = list(islice(stream, few + 1)) if workers > 1 else []
    if len(first) <= few:
        yield from (work(given, item) for item in first)
        yield from (work(given, item) for item in stream)
        return
    under_way: deque[Future[list[Found]]] = deque()
    # Started afresh, never forked: the same on every system, and nothing of this process is in them.
    fresh = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, fresh, _start, (work, given)) as pool:
            waiting = chain(first, stream)
            while some := list(islice(waiting, chunk)):
                under_way.append(pool.submit(_each, some))
                if len(under_way) == workers * _AHEAD:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
    except BrokenProcessPool as why:
        raise ElearnError(
            "同時進行的程序被系統中止（可能是記憶體不足），沒有做完。", "請加上 --jobs 1 再試一次。"
        ) from why


_ready: tuple[Callable[[Any, Any], Any], object] | None = None


def _start(work: Callable[[Any, Any], Any], given: object) -> None:
    global _ready  # noqa: PLW0603 - what a worker process knows from its start
    _ready = (work, given)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that reads and writes
    gc.freeze()  # what is loaded now stays: no collection need walk through it
    threading.Thread(target=_end_with_the_first, daemon=True).start()


def _end_with_the_first() -> None:
    """A worker whose first process was killed would wait for its next chunk for ever."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _each(chunk: list[Any]) -> list[Any]:
    if _ready is None:
        raise RuntimeError("the worker was not told what to do")
    work, given = _ready
    return [work(given, item) for item in chunk]
