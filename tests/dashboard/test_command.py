"""The command as people start it: a process of its own, a second start, a port that is taken, and its end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from portable_folder import portable


def start(home: Path, *words: str, python: Path | str = sys.executable) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-P", "-m", "agent", "dashboard", "--no-open", "--json", *words],
        env={**os.environ, "ELEARN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> dict[str, str]:
    """The one JSON document that the command prints as soon as the page is there."""
    text = ""
    while not text.endswith("\n}\n"):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        text += line
    return json.loads(text)["dashboard"]


@pytest.fixture
def first(elearn_home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    process = start(elearn_home)
    yield process, said(process)
    process.kill()
    process.wait()


def test_a_second_start_opens_the_same_page_and_ends(first, elearn_home):
    process, shown = first
    second = start(elearn_home)
    again = said(second)
    assert second.wait(20) == 0
    assert again["address"] == shown["address"]
    assert again["opening"] != shown["opening"]
    assert Path(again["opening"]).exists()
    assert process.poll() is None


def test_it_ends_when_it_is_told_to_and_leaves_no_opening_behind(first, elearn_home):
    process, shown = first
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not Path(shown["opening"]).exists()
    assert {each.name for each in (elearn_home / "dashboard").iterdir()} <= {".lock"}
    third = start(elearn_home)
    assert said(third)["address"] != shown["address"]
    third.kill()
    third.wait()


def test_killed_it_leaves_the_place_free(first, elearn_home):
    process, shown = first
    process.kill()
    process.wait()
    fresh = start(elearn_home)
    assert said(fresh)["address"] != shown["address"]
    assert not Path(shown["opening"]).exists()
    fresh.kill()
    fresh.wait()


def test_a_port_that_is_taken_is_said_to_be(elearn_home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(elearn_home, "--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert json.loads(out)["error"]["kind"] == "config"
    assert "已被占用" in err


def test_nothing_secret_stands_in_what_is_printed_or_in_how_it_was_called(first):
    process, shown = first
    token = Path(shown["opening"]).read_text("utf-8").split('name="token" value="')[1].split('"')[0]
    assert token not in json.dumps(shown)
    called = Path(f"/proc/{process.pid}/cmdline").read_text() if Path("/proc").exists() else ""
    assert token not in called


def asked(
    shown: dict[str, str], method: str, path: str, fields: dict[str, str], cookie: str = ""
) -> tuple[str, str]:
    """One request to the page of that process: the cookie it set, and what it said."""
    authority = shown["address"].removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection("127.0.0.1", int(authority.rpartition(":")[2]), timeout=60)
    headers = {"Host": authority, "Origin": f"http://{authority}" if cookie else "null", "Cookie": cookie}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(fields) if fields else None, headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8")
    assert answer.status == 200, text
    return (answer.getheader("Set-Cookie") or "").partition(";")[0], text


def token_in(text: str, action: str = "") -> str:
    return re.search(rf'(?s){action}.*?name="token" value="([^"]+)"', text)[1]


def test_everything_is_removed_from_the_page_which_then_ends_and_leaves_a_receipt(tmp_path, monkeypatch):
    """The home is gone with the folder that the page stood on, and so is the icon that opens it; another home's icon stays."""
    home, desktop = tmp_path / "王 小明", tmp_path / "Desktop"
    desktop.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ELEARN_HOME", str(home))
    assert subprocess.run([sys.executable, "-m", "agent", "shortcut", "install"], check=True).returncode == 0
    icon = desktop / "我的數位學習補休.desktop"
    other = tmp_path / "data" / "applications" / icon.name
    other.write_text(icon.read_text("utf-8").replace(str(home), str(tmp_path / "別人")), encoding="utf-8")
    process = start(home)
    shown = said(process)
    opening = Path(shown["opening"]).read_text("utf-8")
    cookie, _ = asked(shown, "POST", "/open", {"token": token_in(opening)})
    _, page = asked(shown, "GET", "/remove", {}, cookie)
    assert "紀錄資料庫" in page
    assert str(icon) in page
    fields = {"token": token_in(page, 'action="/remove"'), "sure": "1"}
    _, done = asked(shown, "POST", "/remove", fields, cookie)
    assert "仍保留" not in done
    assert "已全部移除，並已逐項再檢查一次，沒有留下。" in done
    assert process.wait(30) == 0
    assert (home.exists(), icon.exists(), other.exists()) == (False, False, True)
    (kept,) = desktop.glob("移除紀錄-*.txt")
    assert "已移除　紀錄資料庫" in kept.read_text("utf-8-sig")


def test_a_page_left_open_over_an_update_goes_on_as_the_version_of_the_pointer(tmp_path):
    """The very same process becomes the new version, and opens a page of its own."""
    root, home = tmp_path / "我的 數位學習補休", tmp_path / "王 小明"
    for version in ("0.1.0", "0.2.0"):
        portable(root / "versions" / version, version)
    (root / "current.txt").write_text("0.1.0\n")
    process = start(home, python=root / "versions/0.1.0/python/bin/python3")
    try:
        shown = said(process)
        opening = Path(shown["opening"]).read_text("utf-8")
        cookie, _ = asked(shown, "POST", "/open", {"token": token_in(opening)})
        assert "改用新版" not in asked(shown, "GET", "/help", {}, cookie)[1]
        (root / "current.txt").write_text("0.2.0\n")
        end = time.monotonic() + 60
        while "程式已換成 0.2.0 版，這個網頁還是 0.1.0 版" not in (
            page := asked(shown, "GET", "/help", {}, cookie)[1]
        ):
            assert time.monotonic() < end, page
            time.sleep(0.2)
        asked(shown, "POST", "/renew", {"token": token_in(page, 'action="/renew"')}, cookie)
        again = said(process)
        assert again["address"] != shown["address"]
        cookie, _ = asked(
            again, "POST", "/open", {"token": token_in(Path(again["opening"]).read_text("utf-8"))}
        )
        assert "目前使用 0.2.0 版" in asked(again, "GET", "/update", {}, cookie)[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
