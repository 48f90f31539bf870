"""Diagnosis: what this program needs of the machine, looked at one by one. Nothing is changed and no site is contacted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent import clock, mode
from agent.access.credentials import Keyring
from agent.home import Home
from agent.network_share import copied_elsewhere
from agent.store import Store
from agent.upkeep.backups import backups
from rules import bundled
from rules.errors import ElearnError
from scrapers import gateways
from scrapers.installed import find_browser
from scrapers.policies import automation_forbidden

OK, WARN, FAIL = "ok", "warn", "fail"
_LEAST_SPACE = 500_000_000  # bytes: a year of pages and papers, with room to spare
_KAI = ("標楷體", "DFKai-SB", "BiauKai", "TW-Kai", "AR PL UKai TW", "LXGW WenKai TC")
_STALE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its state, what was found, and what to do about it ("" where nothing is)."""

    key: str
    state: str
    text: str
    remedy: str = ""


def diagnose(home: Home, keyring: Keyring, today: date) -> list[Check]:
    """Every check, in the order a person would mend things. A check that itself goes wrong is a failed check."""
    checks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("browser", _browser),
        ("browser_policy", _policy),
        ("fonts", _fonts),
        ("keyring", lambda: _keyring(keyring)),
        ("credentials", lambda: _credentials(home, keyring)),
        ("proxy", _proxy),
        ("home", lambda: _home(home)),
        ("disk", lambda: _disk(home)),
        ("database", lambda: _database(home)),
        ("clock", _clock),
        ("calendar", lambda: _calendar(today)),
        ("plan", lambda: _plan(today)),
        ("last_run", lambda: _last_run(home)),
    )
    return [_safely(key, look) for key, look in checks]


def _safely(key: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except ElearnError as why:
        return Check(key, FAIL, why.message, why.remedy)
    except (OSError, subprocess.SubprocessError) as why:
        return Check(key, FAIL, f"無法檢查（{why}）。", "請將本頁內容交給維護者。")


def _browser() -> Check:
    path = mode.browser_path() or find_browser()
    if path is None:
        return Check(
            "browser",
            FAIL,
            "找不到 Chrome、Edge 或 Chromium。",
            "請安裝其中一種，或以 ELEARN_BROWSER 指定路徑。",
        )
    if sys.platform == "win32":
        return Check("browser", OK, f"瀏覽器：{path}")
    shown = subprocess.run(  # noqa: S603 - the browser or fc-list by its own path
        [path, "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    return Check("browser", OK, f"瀏覽器：{shown.stdout.strip() or path}")


def _policy() -> Check:
    where = automation_forbidden()
    if where is None:
        return Check("browser_policy", OK, "沒有禁止程式操作瀏覽器的政策。")
    return Check(
        "browser_policy",
        FAIL,
        f"政策不允許程式操作瀏覽器（{where}）。",
        "請改用存檔的網頁（elearn import）。",
    )


def _fonts() -> Check:
    if sys.platform in ("win32", "darwin"):
        return Check("fonts", OK, "使用系統內建的標楷體。")
    lister = shutil.which("fc-list")
    if lister is None:
        return Check(
            "fonts", WARN, "無法列出字型（沒有 fc-list）。", "請確認已安裝楷體字型，例如 fonts-arphic-ukai。"
        )
    shown = subprocess.run(  # noqa: S603 - the browser or fc-list by its own path
        [lister, ":lang=zh-tw", "family"], capture_output=True, text=True, timeout=20, check=False
    )
    found = next((name for name in _KAI if name in shown.stdout), None)
    if found:
        return Check("fonts", OK, f"申請表字型：{found}")
    return Check(
        "fonts",
        FAIL,
        "沒有楷體字型，申請表會變成方框或別的字體。",
        "請安裝楷體字型，例如 fonts-arphic-ukai。",
    )


def _keyring(keyring: Keyring) -> Check:
    return Check("keyring", OK, f"密碼保管功能：{keyring.backend_name()}")


def _credentials(home: Home, keyring: Keyring) -> Check:
    stored = [gateways.load(key) for key in gateways.names() if keyring.account(key) is not None]
    if not stored:
        return Check(
            "credentials",
            WARN,
            "還沒有儲存帳號密碼。",
            "請執行 elearn credentials set ecpa --account 您的帳號。",
        )
    if home.database.exists():
        with Store.open(home.database) as store:
            stopped = [each.title for each in stored if store.open_block(each.key) is not None]
        if stopped:
            text = f"{'、'.join(stopped)}的密碼已暫停使用。"
            return Check(
                "credentials",
                FAIL,
                text,
                "請執行 elearn credentials set 重新輸入密碼，或 elearn login 親自登入。",
            )
    return Check("credentials", OK, f"已儲存：{'、'.join(each.title for each in stored)}")


def _proxy() -> Check:
    proxies = urllib.request.getproxies()
    if not proxies:
        return Check("proxy", OK, "沒有設定代理伺服器。")
    names = "、".join(sorted(proxies))
    return Check(
        "proxy",
        WARN,
        f"設有代理伺服器（{names}）。",
        "若無法連線，請洽資訊單位確認代理伺服器允許平臺與登入網站。",
    )


def _home(home: Home) -> Check:
    bits = home.path.stat().st_mode & 0o077
    if sys.platform != "win32" and bits:
        return Check(
            "home", FAIL, f"資料夾「{home.path}」他人可以讀取。", f"請執行 chmod 700「{home.path}」。"
        )
    copied = copied_elsewhere(home.path)
    if copied is not None:
        return Check(
            "home",
            WARN,
            f"資料夾「{home.path}」在會自動複製到別處的資料夾「{copied}」裡。",
            "紀錄會多存一份在別處，同時使用也可能損壞；請以 ELEARN_HOME 指定本機的資料夾，並把資料整個搬過去。",
        )
    return Check("home", OK, f"資料夾：{home.path}")


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.path).free
    text = f"磁碟可用空間 {free / 1e9:.1f} GB。"
    if free < _LEAST_SPACE:
        return Check("disk", FAIL, text, "請清出空間後再更新。")
    return Check("disk", OK, text)


def _database(home: Home) -> Check:
    if not home.database.exists():
        return Check("database", OK, "還沒有紀錄資料庫。")
    with Store.open(home.database) as store:
        problems = store.integrity()
    if problems:
        return Check("database", FAIL, f"紀錄資料庫有損壞：{problems[0]}", "請執行 elearn restore。")
    kept = backups(home)
    newest = f"，最近備份 {kept[0].made_at:%Y-%m-%d %H:%M}" if kept else ""
    return Check("database", OK, f"紀錄資料庫完整{newest}。")


def _clock() -> Check:
    offset = datetime.now().astimezone().utcoffset()
    text = f"現在臺北時間 {clock.now():%Y-%m-%d %H:%M:%S}。"
    if offset != clock.now().utcoffset():
        return Check(
            "clock",
            WARN,
            text + "電腦的時區不是臺北。",
            "判斷一律以臺北時間為準，不用處理；請確認日期時間正確。",
        )
    return Check("clock", OK, text)


def _calendar(today: date) -> Check:
    wanted = [today.year] + ([today.year + 1] if today.month >= 10 else [])
    missing = [year for year in wanted if year not in bundled.calendar().years]
    if missing:
        years = "、".join(f"{year - 1911} 年" for year in missing)
        return Check(
            "calendar",
            WARN,
            f"沒有 {years}的辦公日曆表。",
            "請更新本程式，或匯入官方日曆（elearn calendar import）。",
        )
    return Check("calendar", OK, f"辦公日曆表：{'、'.join(f'{year - 1911} 年' for year in wanted)}")


def _plan(today: date) -> Check:
    wanted = [today] + ([date(today.year + 1, 6, 30)] if today.month >= 10 else [])
    missing = [day.year - 1911 for day in wanted if not bundled.plans_on(day)]
    if missing:
        years = "、".join(f"{year} 年" for year in missing)
        return Check(
            "plan", WARN, f"尚無 {years}度計畫資料。", "取得計畫後請加入計畫檔；舊計畫仍可用 --plan 指定。"
        )
    return Check("plan", OK, "有涵蓋今天的計畫。")


def _last_run(home: Home) -> Check:
    if not home.database.exists():
        return Check("last_run", OK, "還沒有更新過紀錄。")
    with Store.open(home.database) as store:
        runs = store.runs()
    good = next((run for run in runs if run.outcome == "ok" and run.finished_at), None)
    if good is None or good.finished_at is None:
        return Check("last_run", WARN, "還沒有成功更新過紀錄。", "請執行 elearn sync。")
    text = f"最近一次成功更新：{good.finished_at.astimezone(clock.TAIPEI):%Y-%m-%d %H:%M}。"
    if runs[0].outcome not in (None, "ok"):
        text += f"最近一次結果：{runs[0].outcome}。"
    if clock.now() - good.finished_at > _STALE:
        return Check("last_run", WARN, text + "已超過 2 天。", "請執行 elearn sync。")
    return Check("last_run", OK, text)
