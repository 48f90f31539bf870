"""計畫: which there are, each one's text with its clauses, and a plan file added once it has proved itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.home import write_private
from agent.plans import found as plans
from agent.screens.plan_screen import plan_text
from rules.errors import ConfigError
from rules.plan import Plan

_SOURCE = {"bundled": "內建", "home": "自行加入", "agency": "機關設定檔"}
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan in the list."""

    plan: Plan
    source: str
    is_today: bool


def show(desk: Desk, request: Request) -> Response:
    """The list."""
    del request
    found = [
        Listed(each, _SOURCE.get(each.source, each.source), each.in_force(desk.today))
        for each in plans.every(desk.home)
    ]
    return desk.page("plans.html", "/plans", "計畫", plans=found, year=desk.today.year - 1911, problems=())


def one(desk: Desk, request: Request) -> Response:
    """One plan's text."""
    plan = plans.named(desk.home, request.path_params["key"])
    return desk.page("plan.html", "/plans", plan.short or plan.title, plan=plan, text=plan_text(plan))


def add(desk: Desk, form: FormData) -> Response:
    """A plan file: kept where its own examples hold, else every line that is wrong is named."""
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise ConfigError("沒有選擇計畫檔。", "請選擇一個 .toml 檔。")
    data = given.file.read(_LARGEST + 1)
    try:
        text = data.decode("utf-8-sig") if len(data) <= _LARGEST else ""
    except UnicodeDecodeError as why:
        raise ConfigError("計畫檔不是 UTF-8 文字檔。", "請以 UTF-8 編碼另存新檔。") from why
    plan, problems = plans.prove_text(text, "選擇的檔案")
    if plan is None or problems:
        said = [f"{f'第 {each.line} 行　' if each.line else ''}{each.text}{each.remedy}" for each in problems]
        return desk.page(
            "plans.html",
            "/plans",
            "計畫",
            409,
            plans=(),
            year=desk.today.year - 1911,
            problems=said or ["無法使用。"],
        )
    plans.refuse_bundled(plan.key, "選擇的檔案")
    if not re.fullmatch(r"[\w-]{1,60}", plan.key, re.ASCII):
        raise ConfigError("計畫的代號只能是英文字母、數字與連字號。", "請修改計畫檔的 key。")
    write_private(plans.folder(desk.home) / f"{plan.key}.toml", text.encode())
    return desk.go("/plans", f"已加入計畫「{plan.short or plan.title}」。")
