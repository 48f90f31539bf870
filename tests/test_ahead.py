"""The driver and the rest of a verb start side by side, and an error of either is that verb's error."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import ahead as module
from agent.commands.ahead import ahead

SEEN = """
import threading
read_by = threading.current_thread()
"""


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Modules that nobody has imported yet."""
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("goes_on", "for_later"):
        (tmp_path / f"{name}.py").write_text(SEEN)
    (tmp_path / "broken.py").write_text("raise LookupError('the module is broken')")
    yield tmp_path
    for name in ("goes_on", "for_later", "broken"):
        sys.modules.pop(name, None)


def test_both_are_there_and_the_driver_drives(parts: Path) -> None:
    with ahead("goes_on", "for_later") as begun:
        assert begun.rest.read_by is not threading.main_thread()
        assert begun.driver.chromium.name == "chromium"
        assert gc.isenabled()
        begun.until.close()
        with begun.until:  # as the verb does: the driver ends before what comes after the browser
            pass
    assert sys.modules["for_later"].read_by is begun.rest.read_by


@pytest.mark.parametrize("name", ["broken", "nowhere_to_be_found"])
def test_what_goes_wrong_while_reading_is_raised_where_it_is_needed(parts: Path, name: str) -> None:
    with pytest.raises(LookupError if name == "broken" else ModuleNotFoundError), ahead(name):
        pytest.fail("it went on without its module")
    assert gc.isenabled()


def test_what_is_needed_later_is_asked_for_again_then(parts: Path) -> None:
    with ahead("goes_on", "broken") as begun:
        assert begun.rest is sys.modules["goes_on"]
    with pytest.raises(LookupError):
        __import__("broken")


def test_a_driver_that_does_not_start_is_the_error(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def none() -> Iterator[None]:
        raise OSError("no driver")
        yield

    monkeypatch.setattr(module, "driver", none)
    with pytest.raises(OSError, match="no driver"), ahead("goes_on"):
        pytest.fail("it went on without its driver")
    assert gc.isenabled()
