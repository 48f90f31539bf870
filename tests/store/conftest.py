"""A database of one's own for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from store_samples import path_of

from agent.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return path_of(tmp_path)


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Path:
    """A database just made: making the schema takes longer than most of what is tested here."""
    found = path_of(tmp_path_factory.mktemp("empty"))
    with Store.open(found):
        pass
    return found


@pytest.fixture
def store(path, empty):
    shutil.copyfile(empty, path)
    with Store.open(path) as found:
        yield found
        assert found.integrity() == []
