"""The plans there are: those that ship with the program, and this home's own in `plans/*.toml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from agent.home import Home
from agent.settings.agency import kept_agency
from agent.settings.agency_file import AgencyFile
from rules import bundled
from rules.errors import ConfigError
from rules.plan import Plan
from rules.plan_file import read_plan

if TYPE_CHECKING:  # judging needs no proof of a plan
    from rules.plan_proof import Problem

HOME = "home"
FILE = "file"
AGENCY = "agency"


def folder(home: Home) -> Path:
    """Where the home's own plan files lie; it may be absent."""
    return home.path / "plans"


def own(home: Home) -> tuple[Plan, ...]:
    """The home's own plans, by file name, then those of the agency's file whose key no own plan has.

    Raises ConfigError for a file that cannot be used, or one that carries the key of a bundled or another own plan.
    """
    found: dict[str, Plan] = {}
    for path in sorted(folder(home).glob("*.toml")):
        plan = read_plan(read_text(path), path.name, HOME)
        refuse_bundled(plan.key, path.name)
        if plan.key in found:
            raise ConfigError(
                f"計畫檔 {path.name} 的代號「{plan.key}」與另一個計畫檔相同。",
                "請改用別的 key，或移走其中一個檔案。",
            )
        found[plan.key] = plan
    agency = kept_agency(home)
    for plan in given(agency) if agency else ():
        found.setdefault(plan.key, plan)
    return tuple(found.values())


def given(agency: AgencyFile) -> tuple[Plan, ...]:
    """The plans that the agency's file brings along. Raises ConfigError for one that cannot be used."""
    found = []
    for each in agency.plans:
        name = each.name or f"{agency.name}的計畫"
        plan = read_plan(each.text, name, AGENCY)
        refuse_bundled(plan.key, name)
        found.append(plan)
    return tuple(found)


def every(home: Home) -> tuple[Plan, ...]:
    """Every plan: bundled ones first."""
    return (*(bundled.plan(key) for key in bundled.plan_keys()), *own(home))


def named(home: Home, key: str) -> Plan:
    """The plan of that key. Raises ConfigError with the keys there are."""
    plans = every(home)
    for each in plans:
        if each.key == key:
            return each
    raise ConfigError(f"沒有名為「{key}」的計畫。", f"可用的計畫：{'、'.join(each.key for each in plans)}。")


def in_force(home: Home, day: date) -> tuple[Plan, ...]:
    """The plans whose programme covers this day."""
    return tuple(each for each in every(home) if each.in_force(day))


def refuse_bundled(key: str, name: str) -> None:
    """Raises ConfigError where an own plan would stand in for one that ships with the program."""
    if key in bundled.plan_keys():
        raise ConfigError(
            f"計畫檔 {name} 的代號「{key}」與內建計畫相同；自訂計畫不能取代內建計畫。",
            "請將 key 改為別的名稱。",
        )


def check_file(path: Path) -> tuple[Plan | None, list[Problem]]:
    """The plan in this file and everything wrong with it, examples included. Raises ConfigError where it cannot be read."""
    return prove_text(read_text(path), path.name)


def prove_text(text: str, name: str) -> tuple[Plan | None, list[Problem]]:
    """The plan in this text and everything wrong with it."""
    from rules.plan_proof import prove  # noqa: PLC0415

    return prove(text, name, FILE, bundled.calendar(), bundled.suspensions())


def read_file(path: Path) -> Plan:
    """The plan in this file. Raises ConfigError for its first mistake."""
    return read_plan(read_text(path), path.name, FILE)


def read_text(path: Path) -> str:
    """The file's text. Raises ConfigError where there is none."""
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as why:
        raise ConfigError(f"找不到計畫檔「{path}」。", "請確認檔名與資料夾。") from why
    except UnicodeDecodeError as why:
        raise ConfigError(f"計畫檔「{path.name}」不是 UTF-8 文字檔。", "請以 UTF-8 編碼另存新檔。") from why
    except OSError as why:
        raise ConfigError(f"計畫檔「{path}」無法讀取（{why.strerror}）。", "請確認檔案權限。") from why
