"""A claim that holds together, one to be spoiled, and what an office gets of many."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from claim_samples import bench, copied, doubtful
from verify_samples import signed


@pytest.fixture(scope="session")
def claim(tmp_path_factory) -> Path:
    """A claim of one sure set and one under review, included by choice."""
    with bench(tmp_path_factory.mktemp("home") / "h", doubtful()) as it:
        made = it.claim("vision")
        return copied(made, tmp_path_factory.mktemp("claim") / "補休申請")


@pytest.fixture
def spoiled(claim, tmp_path) -> Path:
    return Path(shutil.copytree(claim, tmp_path / "補休申請"))


@pytest.fixture
def inbox(claim, tmp_path) -> Path:
    """What an office gets: a folder, its zip, a spoiled one, and files that are no claim at all."""
    folder = tmp_path / "收件夾"
    shutil.copytree(claim, folder / "1 資料夾")
    shutil.copy(next(claim.glob("*.zip")), folder / "2 正確.zip")
    signed(
        Path(shutil.copytree(claim, folder / "3 改過")), lambda manifest: manifest["claim"].update(hours="16")
    )
    (folder / "4 壞檔.zip").write_bytes(b"PK\x03\x04 no more")
    (folder / "5 空資料夾").mkdir()
    (folder / "說明.txt").write_text("not a claim")
    (folder / "__MACOSX").mkdir()
    (folder / "6 整個磁碟").symlink_to("/")
    huge = Path(shutil.copytree(claim, folder / "7 太大"))
    with (huge / "records.json").open("ab") as file:
        file.truncate(70_000_000)
    many = Path(shutil.copytree(claim, folder / "8 太多"))
    for at in range(1001):
        (many / f"{at}.txt").touch()
    os.mkfifo(Path(shutil.copytree(claim, folder / "9 管線")) / "pipe")
    return folder
