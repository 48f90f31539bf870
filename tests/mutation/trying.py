"""One mutant against the tests: in a process of its own that is forked, changed, and gone."""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from mmap import mmap
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant, Source, function_code

SURVIVED, KILLED, TIMED_OUT = "survived", "killed", "timed out"
UNCOVERED, ON_IMPORT = "uncovered", "on import"  # no test runs it; not to be tried in a running session
BROKEN = "broken"  # the trying itself failed, and says nothing of the mutant
_BROKEN = 3
_MEMORY = 6 << 30  # bytes; a mutant that eats more is caught by its own MemoryError
_PACE = 10  # a test may take so many times what it took unchanged, and this many seconds more
_MORE = 3


class CannotPatch(Exception):
    """The change reaches further than one function's code: the module has to be imported anew with it."""


def forked(act: Callable[[], bool]) -> tuple[str, int]:
    """What `act` says (True: a test failed) in a process of its own, and how far it came (see `progress`)."""
    shared = _progress[0]
    shared[0:4] = b"\xff\xff\xff\xff"
    child = os.fork()
    if child == 0:
        code = _BROKEN
        try:
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            code = int(act())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    at = int.from_bytes(shared[0:4], "little", signed=True)
    if os.WIFSIGNALED(status):
        return TIMED_OUT, at
    return {0: SURVIVED, 1: KILLED}.get(os.WEXITSTATUS(status), BROKEN), at


def in_shares(workers: int, act: Callable[[int], None]) -> None:
    """Run `act` for the number of each worker, each in a process of its own, and wait for all."""
    children = []
    for share in range(workers):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _progress[:] = [mmap(-1, 4)]  # each its own, shared with its forks
                act(share)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def append(path: Path, line: object) -> None:
    """Add one line of JSON to a file that several processes write."""
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


_progress = [mmap(-1, 4)]  # the number of the test that runs


def progress(at: int, seconds: float) -> None:
    """Note that test `at` begins, and end this process when it takes far longer than these seconds of processor time."""
    _progress[0][0:4] = at.to_bytes(4, "little", signed=True)
    signal.setitimer(signal.ITIMER_PROF, _PACE * seconds + _MORE)


def patch_of(source: Source, mutant: Mutant) -> tuple[FunctionType, CodeType]:
    """The running function and the code that it has with the change. Raises CannotPatch where that is not enough."""
    found = function_code(source.code(mutant), mutant.function) if mutant.function else None
    function = _live(mutant.module, mutant.function) if found else None
    if found is None or function is None or found.co_freevars != function.__code__.co_freevars:
        raise CannotPatch
    return function, found


def forget() -> None:
    """Empty every cache of the rules."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "rules"]:
        for own, value in list(vars(sys.modules[name]).items()):
            clear = getattr(value, "cache_clear", None)
            if own == "_last" and isinstance(value, list):
                value.clear()
            elif clear and not isinstance(value, type):
                clear()


def fails(items: Sequence[pytest.Item], seconds: Sequence[float], most: float) -> bool:
    """Whether any of these tests fails; they are run in order, up to so many seconds of processor time."""
    begun = time.process_time()
    for at, (item, usual) in enumerate(zip(items, seconds, strict=True)):
        if time.process_time() - begun > most:
            return False
        progress(at, usual)
        following = items[at + 1] if at + 1 < len(items) else None
        if any(each.failed for each in runtestprotocol(item, log=False, nextitem=following)):
            return True
    return False


def _live(module: str, function: str) -> FunctionType | None:
    found: object = sys.modules[module]
    for part in function.split("."):
        found = vars(found).get(part)
        found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
        found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) else None


class Changed(PathFinder):
    """Imports one module with other code than its file holds."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module, self._code = module, code

    def find_spec(self, name, path=None, target=None) -> ModuleSpec | None:  # type: ignore[override]
        """The module's own place with the changed code; None for every other module."""
        if name != self._module:
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec is not None
        assert spec.origin is not None
        code = self._code

        class Loader(SourceFileLoader):
            def get_code(self, fullname: str) -> CodeType:
                return code

        spec.loader = Loader(name, spec.origin)
        return spec


def import_changed(source: Source, mutant: Mutant) -> None:
    """From now on the module is imported with this change; it must not have been imported yet."""
    assert mutant.module not in sys.modules
    sys.meta_path.insert(0, Changed(mutant.module, source.code(mutant)))
    importlib.invalidate_caches()
