"""What one failed run leaves to look at, and the support file made of it: all that is needed, and nobody's."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from whole_runs import DEMO_ACCOUNT, HOSTS, PASSWORD, PERSON_ID, contents, few, found_in, state

from agent.logs import LOG
from scrapers.replica import Behaviour, Replica

PERSONAL = (PASSWORD, DEMO_ACCOUNT, PERSON_ID, "測試員", "政府數位轉型新視界")


@pytest.fixture(scope="module")
def failed(elearn):
    """A run that met a renamed heading, after one that went well; with a real browser, by command."""
    with Replica(state(few())) as replica:
        command = elearn(replica)
        command.configure()
        command.put_credential()
        assert command("sync", "--json").code == 0
        replica.state.behaviour = Behaviour(rename_heading={"認證時數": "核發時數"})
        ran = command("sync", "--json")
    assert (ran.code, ran.error["kind"]) == (13, "page_changed")
    return command, ran


def leaks(folder: Path) -> list[str]:
    """Files that hold anything personal in any spelling."""
    return [
        f"{name.rsplit('/', 1)[-1]}: {secret}"
        for name, data in contents(folder)
        for secret in PERSONAL
        if found_in(data, secret)
    ]


def test_the_folder_says_what_was_seen_and_not_whose_it_was(failed):
    """Its path is printed; step, kind of page, hosts and versions are in it; the new heading can be read, the person not."""
    _, ran = failed
    folder = Path(ran.error["evidence"])
    assert str(folder) in ran.stderr
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert (report["kind"], report["code"], report["step"]) == ("page_changed", 13, "讀取學習紀錄")
    shown = [(each["class"], each["status"]) for each in report["pages"]]
    assert ("elearn: logged in, learn_stat.php", 200) in shown
    assert {each.split()[1].split("/")[0] for each in report["contacted"]} <= HOSTS
    assert all(report["versions"].values())
    assert "核發時數" in (folder / "page-1.html").read_text("utf-8")
    assert (folder / "page-1.png").read_bytes().startswith(b"\x89PNG")
    assert leaks(folder) == []


def test_the_logs_say_how_far_each_run_came_and_no_more(failed):
    """One line each: begin, steps with their time, requests by host and path, documents with status, the end."""
    command, _ = failed
    logs = [
        [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in sorted(command.home.glob(f"runs/*/{LOG}"))
    ]
    assert len(logs) == 2
    for lines in logs:
        assert [lines[0]["event"], lines[-1]["event"]] == ["begin", "end"]
        assert (lines[0]["mode"], lines[0]["gateway"]) == ("replica", "ecpa")
        assert [each["step"] for each in lines if each["event"] == "step"][:2] == [
            "開啟瀏覽器",
            "登入人事服務網",
        ]
        assert {each["host"] for each in lines if each["event"] == "requests"} <= HOSTS
        assert any(each["status"] == 200 for each in lines if each["event"] == "document")
        assert lines[-1]["seconds"] > 0
    assert [(lines[-1]["outcome"], lines[-1]["code"]) for lines in logs] == [("ok", 0), ("page_changed", 13)]
    assert (logs[0][-1]["records"], logs[0][-1]["new"]) == (4, 4)
    for path in command.home.glob(f"runs/*/{LOG}"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert [each for each in PERSONAL if found_in(path.read_bytes(), each)] == []


def test_the_support_file_is_shown_line_by_line_and_then_saved(failed, tmp_path):
    """Nothing is in the zip that was not on the screen; without anybody to ask nothing is written (2)."""
    command, _ = failed
    out = tmp_path / "求助檔.zip"
    refused = command("doctor", "--bundle", "--out", out)
    assert (refused.code, out.exists()) == (2, False)
    saved = command("doctor", "--bundle", "--out", out, "--yes")
    assert saved.code == 0, saved.stderr
    assert str(out) in saved.stdout
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    shown = set(saved.stdout.splitlines())
    assert [line for text in texts.values() for line in text.splitlines() if line and line not in shown] == []
    assert {"說明.txt", "versions.json", "checks.txt", "settings.json", "runs.json"} <= set(texts)
    assert any("核發時數" in text for name, text in texts.items() if name.startswith("evidence-"))
    assert any('"outcome": "page_changed"' in text for name, text in texts.items() if name.startswith("log-"))
    assert not any(name.endswith((".png", ".sqlite3", ".pdf")) for name in texts)
    assert leaks(tmp_path) == []


def test_nobody_writes_down_what_is_typed(elearn, tmp_path):
    """With every switch that makes driver and browser talk: not a word of theirs, no keys, and never the password."""
    watched = {
        "DEBUG": "pw:*",
        "DEBUG_FILE": str(tmp_path / "driver.log"),
        "SSLKEYLOGFILE": str(tmp_path / "keys.log"),
        "CHROME_LOG_FILE": str(tmp_path / "chrome.log"),
        "NODE_DEBUG": "http,net,stream",
    }
    with Replica(state(few(1))) as replica:
        command = elearn(replica, **watched)
        command.configure()
        command.put_credential()
        ran = command("sync", "--json")
    assert ran.code == 0
    assert ran.stderr.strip() == ""
    assert list(tmp_path.iterdir()) == []
    assert found_in(ran.stdout.encode(), PASSWORD) == []
