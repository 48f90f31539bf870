"""From nothing to the first claim by the commands alone, in a home of 王 小明: set up, a real sync, told, carried away."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import keyring
import pytest
from notice_samples import BACKEND, Inbox
from stored_homes import FileKeyring

from agent import clock, notices
from agent.home import Home
from agent.store import Store
from scrapers.replica import DEMO_ACCOUNT, DEMO_PASSWORD


@pytest.fixture
def inbox():
    found = Inbox()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_from_setup_to_a_message_and_a_backup(
    run_elearn: Callable, replica: Callable, replica_env: Callable, inbox: Inbox, tmp_path: Path, monkeypatch
) -> None:
    """One employee's first evening; each step is a process of its own, the browser and the portal's answers are real."""
    home = Home(tmp_path / "使用者" / "王 小明" / "elearn agent")
    (tmp_path / "kept_in_a_file.py").write_text(BACKEND)
    env = {
        **replica_env(replica()),
        "ELEARN_HOME": str(home.path),
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": os.pathsep.join(
            (str(tmp_path), str(Path(__file__).parent), str(Path(__file__).parents[1]))
        ),
        "KEPT_IN_A_FILE": str(tmp_path / "kept.json"),
    }
    done = run_elearn(
        *("setup", "--computer", "own", "--gateway", "ecpa", "--account", DEMO_ACCOUNT, "--password-stdin"),
        *("--name", "測試員", "--category", "編制內公務人員", "--plan", "kaohsiung-112", "--sync"),
        env=env,
        input=f"{DEMO_PASSWORD}\n",
    )
    assert done.code == 0, done.stderr
    assert "已讀取 39 筆學習紀錄" in done.stdout
    assert tomllib.loads(home.config.read_text("utf-8"))["gateway"] == "ecpa"
    assert run_elearn("notify", "add", "--address-stdin", input=inbox.address, env=env).code == 0
    with Store.open(home.database) as store:
        assert [run.outcome for run in store.runs()] == ["ok"]
        assert "claimable" in {each.kind for each in store.notices()}
    # The morning after, whatever hour it is now: what the evening found is told once.
    for name in ("ELEARN_HOME", "ELEARN_REPLICA", "ELEARN_REPLICA_KEY"):
        monkeypatch.setenv(name, env[name])
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring(tmp_path / "kept.json"))
    try:
        morning = (clock.now() + timedelta(days=1)).replace(hour=8, minute=0)
        report = notices.due(home, morning)
    finally:
        keyring.set_keyring(before)
    (message,) = inbox.said
    assert report.told >= 1
    assert "有新的補休可以申請。文件已備妥，尚未送出，放在 claims/kaohsiung-112-1。" in message
    assert run_elearn("history", "--json", env=env).json()["runs"][0]["new"] == 39
    assert run_elearn("export", "--format", "ods", "--out", tmp_path / "紀錄 表.ods", env=env).code == 0
    made = run_elearn("backup", "--out", tmp_path / "帶 走.zip", "--json", env=env).json()["backup"]
    read = [each for each in home.runs.rglob("*") if each.suffix in (".html", ".pdf")]
    papers = [each for each in home.claims.rglob("*") if each.is_file()]
    assert read
    assert papers
    assert made["files"] == 2 + len(read) + len(papers)
    new = {**env, "ELEARN_HOME": str(tmp_path / "新 電腦"), "KEPT_IN_A_FILE": str(tmp_path / "empty.json")}
    assert run_elearn("restore", tmp_path / "帶 走.zip", env=new).code == 0
    check = ("check", "--on", "112/8/31", "--json")
    assert run_elearn(*check, env=new).json() == run_elearn(*check, env=env).json()
    assert run_elearn("sync", env=new).code == 16, "no password was carried"
    assert not (tmp_path / "empty.json").exists()
    for path in (*home.path.rglob("*"), tmp_path / "帶 走.zip"):
        if path.is_file():
            assert DEMO_PASSWORD.encode() not in path.read_bytes(), path
    assert json.loads((tmp_path / "kept.json").read_text())
