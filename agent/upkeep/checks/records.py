"""The records: the folder, the database and its backups, calendar and plan of this and the next year, the last runs."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta

from agent import clock
from agent.home import Home
from agent.network_share import copied_elsewhere
from agent.plans.found import in_force
from agent.screens.history_screen import outcome_word
from agent.settings.config import Settings
from agent.settings.in_force import settings_of
from agent.store import Store
from agent.upkeep.backups import backups
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from rules.wording import day_with_weekday

_STALE = timedelta(days=2)


def folder(home: Home) -> Check:
    """Whether the folder is this person's alone, and stays on this machine."""
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


def database(home: Home) -> Check:
    """Whether the database is whole, and how old its newest backup is."""
    if not home.database.exists():
        return Check("database", OK, "還沒有紀錄資料庫。")
    with Store.open(home.database) as store:
        problems = store.integrity()
    if problems:
        return Check("database", FAIL, f"紀錄資料庫有損壞：{problems[0]}", "請執行 elearn restore。")
    kept = backups(home)
    newest = f"，最近備份 {_minute(kept[0].made_at)}" if kept else ""
    return Check("database", OK, f"紀錄資料庫完整{newest}。")


def _minute(at: datetime) -> str:
    """「112/8/31（四）02:30」."""
    local = at.astimezone(clock.TAIPEI)
    return f"{day_with_weekday(local.date())}{local:%H:%M}"


def settings_file(home: Home) -> Check:
    """Whether the settings can be used. Raises ConfigError with the line that is wrong."""
    settings_of(home)
    return Check("settings", OK, "設定檔可以使用。" if home.config.exists() else "沒有設定檔，使用預設值。")


def calendar(settings: Settings, today: date) -> Check:
    """Whether the official calendar of this year is there, from October on also the next year's."""
    wanted = [today.year] + ([today.year + 1] if today.month >= 10 else [])
    missing = [year for year in wanted if year not in settings.calendar.years]
    if missing:
        years = "、".join(f"{year - 1911} 年" for year in missing)
        return Check(
            "calendar",
            WARN,
            f"沒有 {years}的辦公日曆表。",
            "請更新本程式，或匯入官方日曆（elearn calendar import）。",
        )
    return Check("calendar", OK, f"辦公日曆表：{'、'.join(f'{year - 1911} 年' for year in wanted)}")


def plan(home: Home, today: date) -> Check:
    """Whether a plan covers today, from October on also the middle of next year."""
    wanted = [today] + ([date(today.year + 1, 6, 30)] if today.month >= 10 else [])
    missing = [day.year - 1911 for day in wanted if not in_force(home, day)]
    if missing:
        years = "、".join(f"{year} 年" for year in missing)
        return Check(
            "plan",
            WARN,
            f"尚無 {years}度計畫資料。",
            "取得計畫後請以 elearn plan new 製作計畫檔；舊計畫仍可用 --plan 指定。",
        )
    return Check("plan", OK, "有涵蓋今天的計畫。")


def last_run(home: Home) -> Check:
    """When a run last succeeded, and how the newest ended."""
    if not home.database.exists():
        return Check("last_run", OK, "還沒有更新過紀錄。")
    with Store.open(home.database) as store:
        runs = store.runs()
    good = next((run for run in runs if run.outcome == "ok" and run.finished_at), None)
    if good is None or good.finished_at is None:
        return Check("last_run", WARN, "還沒有成功更新過紀錄。", "請執行 elearn sync。")
    text = f"最近一次成功更新：{_minute(good.finished_at)}。"
    if runs[0].outcome not in (None, "ok"):
        text += f"最近一次結果：{outcome_word(runs[0].outcome)}。"
    if clock.now() - good.finished_at > _STALE:
        return Check("last_run", WARN, text + "已超過 2 天。", "請執行 elearn sync。")
    return Check("last_run", OK, text)
