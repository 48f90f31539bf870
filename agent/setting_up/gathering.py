"""The answers of one setting up: from options, and where somebody can be asked from questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.forms.own_form import beside
from agent.home import Home
from agent.plans import found as plans
from agent.setting_up.asking import ask, ask_settings, say, value_of
from agent.setting_up.questions import CLEAR, HAND, QUESTIONS
from agent.settings.agency import kept_agency, open_agency
from agent.settings.agency_file import AgencyFile
from agent.settings.changing import current
from rules.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Answers:
    """What is to change: settings by their place, the agency's file with what the home keeps of it and its form, the way to log in."""

    settings: Mapping[tuple[str, str], Any]
    agency: tuple[AgencyFile, bytes, bytes | None] | None
    gateway: str


def read_options(typed: Mapping[str, str | None]) -> dict[str, Any]:
    """The options that were given, read as their question reads them. Raises ConfigError for one that cannot be."""
    found: dict[str, Any] = {}
    for each in QUESTIONS:
        value = typed[each.option.strip("-").replace("-", "_")]
        if value is None:
            continue
        try:
            found[each.option] = each.default if value.strip() == CLEAR else each.read(value)
        except ValueError as why:
            raise ConfigError(
                f"{each.option}「{value}」無法使用：{why}", "請依 elearn setup --help 修改。"
            ) from why
    return found


def gather(
    home: Home,
    text: str,
    given: Mapping[str, Any],
    agency_file: Path | None,
    plan: str | None,
    chosen: str,
    *,
    asking: bool,
) -> Answers:
    """What is to change. Raises ConfigError for an option that cannot be used, and where the agency's file cannot be."""
    present = current(text) if text else {}
    found = {each.place: given[each.option] for each in QUESTIONS if each.option in given}
    found = {place: value for place, value in found.items() if value != _now(place, present)}
    if asking:
        found |= ask_settings(present, given)
    if chosen and chosen != HAND and present.get("gateway") != chosen:
        found["", "gateway"] = chosen
    if agency_file is None and asking:
        kept = kept_agency(home)
        say("", "機關設定檔：人事單位提供的檔案，載有上班時間、午休、停止上班等。沒有就直接按 Enter。")
        if kept:
            say(f"  目前的機關設定檔：{kept.label}")
        agency_file = ask("檔案路徑", _path)
    agency = _agency(agency_file) if agency_file else None
    known = _plan_keys(home)
    if plan is None and asking:
        say("", "計畫：直接按 Enter 會用涵蓋當日的所有計畫（all）。", *(f"  {key}" for key in known))
        plan = ask("計畫代號", lambda typed: _plan(typed, known), present.get("plan") or "all")
    if plan is not None:
        key = _plan_option(plan, known)
        if key != (present.get("plan") or ""):
            found["", "plan"] = key
    return Answers(found, agency, chosen)


def must_be_usable(home: Home, agency_file: Path | None, plan: str | None) -> None:
    """Raise ConfigError for a file or a plan that cannot be used: before the password is kept, not after.

    A plan that the file brings along can be chosen once the file is in the home.
    """
    if agency_file is not None:
        _agency(agency_file)
    if plan is not None:
        _plan_option(plan, _plan_keys(home))


def _plan_keys(home: Home) -> list[str]:
    return [each.key for each in plans.every(home)]


def _agency(path: Path) -> tuple[AgencyFile, bytes, bytes | None]:
    """As `elearn agency import` reads it: the file, and the form it names beside it."""
    agency, kept = open_agency(path.expanduser())
    plans.given(agency)  # a plan that cannot be used is refused before anything is kept
    return agency, kept, beside(agency, path.expanduser().parent)


def _now(place: tuple[str, str], present: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a setting of any kind
    return value_of(next(each for each in QUESTIONS if each.place == place), present)


def _path(typed: str) -> Path | None:
    plain = typed.strip().strip('"')
    if not plain:
        return None
    path = Path(plain).expanduser()
    if not path.is_file():
        raise ValueError(f"找不到「{path}」。")
    return path


def _plan(typed: str, known: list[str]) -> str:
    if typed.strip() not in ("all", *known):
        raise ValueError(f"沒有這個計畫。可用的有：all、{'、'.join(known)}。")
    return typed.strip()


def _plan_option(typed: str, known: list[str]) -> str:
    try:
        found = _plan(typed, known)
    except ValueError as why:
        raise ConfigError(f"--plan「{typed}」無法使用：{why}", "請執行 elearn plan list。") from why
    return "" if found == "all" else found
