"""The machine: browser and its policies, what a security product blocks, disk and clock."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from agent import clock, mode
from agent.home import Home
from agent.store import Store
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from rules.wording import moment
from scrapers.installed import find_browser
from scrapers.policies import automation_forbidden

_LEAST_SPACE = 500_000_000  # bytes: a year of pages and papers, with room to spare
# What holds compiled files, which a policy may block one by one: the module that loads them, and its package's name.
COMPILED = (
    ("greenlet", "greenlet"),
    ("playwright.sync_api", "playwright"),
    ("selectolax.lexbor", "selectolax"),
    ("cryptography.fernet", "cryptography"),
    ("sqlalchemy", "sqlalchemy"),
    ("markupsafe", "markupsafe"),
    ("psutil", "psutil"),
    ("sqlite3", "Python 的 sqlite3"),
    ("ssl", "Python 的 ssl"),
)
_BLOCKED = 4551  # ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION: Smart App Control or App Control for Business
_SKEW = timedelta(minutes=5)


def browser() -> Check:
    """Whether a Chromium-family browser is there and starts."""
    path = mode.browser_path() or find_browser()
    if path is None:
        return Check(
            "browser",
            FAIL,
            "找不到 Chrome、Edge 或 Chromium。",
            "請安裝其中一種，或以 ELEARN_BROWSER 指定路徑。",
        )
    if sys.platform == "win32":  # there it has no --version, and opens a window instead
        return Check("browser", OK, f"瀏覽器：{path}")
    shown = subprocess.run(  # noqa: S603 - the browser by its own path
        [path, "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    if shown.returncode != 0:
        return Check(
            "browser",
            FAIL,
            f"瀏覽器「{path}」無法啟動（代碼 {shown.returncode}）。",
            "請重新安裝，或以 ELEARN_BROWSER 指定別的瀏覽器。",
        )
    return Check("browser", OK, f"瀏覽器：{shown.stdout.strip() or path}")


def policy() -> Check:
    """Whether a policy forbids programs to drive the browser."""
    where = automation_forbidden()
    if where is None:
        return Check("browser_policy", OK, "沒有禁止程式操作瀏覽器的政策。")
    return Check(
        "browser_policy",
        FAIL,
        f"政策不允許程式操作瀏覽器（{where}）。",
        "請改用存檔的網頁（elearn import），或洽資訊單位。",
    )


def modules(
    wanted: Sequence[tuple[str, str]] = COMPILED, load: Callable[[str], object] = importlib.import_module
) -> Check:
    """Whether every compiled package loads: a security product blocks or removes single files, and names none of them."""
    for module, name in wanted:
        try:
            load(module)
        except (ImportError, OSError) as why:
            return _blocked(name, why)
    return Check("modules", OK, f"{len(wanted)} 個含編譯檔的套件都能載入。")


def _blocked(name: str, why: ImportError | OSError) -> Check:
    file = str(getattr(why, "path", None) or getattr(why, "filename", None) or name)
    if getattr(why, "winerror", None) == _BLOCKED or str(_BLOCKED) in str(why):
        return Check(
            "modules",
            FAIL,
            f"這台電腦的安全政策不允許執行 {name} 的檔案「{file}」（錯誤 {_BLOCKED}）。這不是您的操作錯誤。",
            "請改用自己的電腦或存檔的網頁（elearn import），或洽資訊單位核准這個檔案。",
        )
    return Check(
        "modules",
        FAIL,
        f"{name} 無法載入（檔案「{file}」遺失或被阻擋：{type(why).__name__}）。",
        "防毒軟體可能移除了檔案；請重新安裝本程式，並把安裝資料夾加入允許清單。",
    )


def disk(home: Home) -> Check:
    """Whether there is room for another year."""
    free = shutil.disk_usage(home.path).free
    text = f"磁碟可用空間 {free / 1e9:.1f} GB。"
    if free < _LEAST_SPACE:
        return Check("disk", FAIL, text, "請清出空間後再更新。")
    return Check("disk", OK, text)


def right_time(home: Home) -> Check:
    """Whether the clock can be right: not before this program was built nor before its own newest run; and its zone."""
    now = clock.now()
    text = f"現在臺北時間 {moment(now)}。"
    newest = max((each for each in (_built(), _newest(home)) if each is not None), default=None)
    if newest is not None and now < newest - _SKEW:
        return Check(
            "clock",
            FAIL,
            text + f"電腦的時間不對：已有 {moment(newest.astimezone(clock.TAIPEI))} 的紀錄。",
            "請校正日期與時間（開啟自動設定時間）後再更新。",
        )
    if datetime.now().astimezone().utcoffset() != now.utcoffset():
        return Check(
            "clock",
            WARN,
            text + "電腦的時區不是臺北。",
            "判斷一律以臺北時間為準，不用處理；請確認日期時間正確。",
        )
    return Check("clock", OK, text)


def _built() -> datetime | None:
    """When this program's own files were made, as far as the disk says."""
    try:
        return datetime.fromtimestamp(Path(clock.__file__).stat().st_mtime, clock.TAIPEI)
    except OSError:
        return None


def _newest(home: Home) -> datetime | None:
    if not home.database.exists():
        return None
    with Store.open(home.database) as store:
        return max((run.finished_at or run.started_at for run in store.runs()), default=None)
