"""Compiled templates are kept beside their sources, are used again, and are never those of another text or another maker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from agent.documents import render as documents
from agent.documents.compiled import CompiledTemplates


@pytest.fixture(autouse=True)
def _python_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "paper.html").write_text("{{ hours }} 小時", "utf-8")
    (tmp_path / "maker.py").write_text("OPTIONS = 1")
    return tmp_path


def _compiled_with(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """What a process made anew prints, and how many templates it compiled for that."""
    count = 0
    compile_ = Environment.compile

    def counted(*args: object, **named: object) -> object:
        nonlocal count
        count += 1
        return compile_(*args, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", counted)
    cache = CompiledTemplates(folder, folder / "maker.py")
    found = Environment(loader=FileSystemLoader(folder), autoescape=True, bytecode_cache=cache)
    text = found.get_template("paper.html").render(hours=4)
    monkeypatch.setattr(Environment, "compile", compile_)
    return text, count


def test_it_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _compiled_with(folder, monkeypatch) == ("4 小時", 1)
    assert _compiled_with(folder, monkeypatch) == ("4 小時", 0)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("paper.html", "得申請 {{ hours }} 小時", "得申請 4 小時"), ("maker.py", "OPTIONS = 2", "4 小時")],
)
def test_another_text_or_another_maker_is_compiled_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: str
) -> None:
    _compiled_with(folder, monkeypatch)
    (folder / name).write_text(text, "utf-8")
    assert _compiled_with(folder, monkeypatch) == (said, 1)


def test_a_kept_one_that_is_broken_off_is_compiled_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compiled_with(folder, monkeypatch)
    (kept,) = (folder / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:70])
    assert _compiled_with(folder, monkeypatch) == ("4 小時", 1)


def test_where_nothing_can_or_may_be_written_it_is_compiled_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "__pycache__").write_text("a file, so no folder can be made")
    assert [_compiled_with(folder, monkeypatch) for _ in range(2)] == [("4 小時", 1)] * 2
    os.remove(folder / "__pycache__")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [_compiled_with(folder, monkeypatch) for _ in range(2)] == [("4 小時", 1)] * 2
    assert not (folder / "__pycache__").exists()


def test_the_papers_are_printed_from_it() -> None:
    assert isinstance(documents._environment().bytecode_cache, CompiledTemplates)
