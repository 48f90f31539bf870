"""First run and later changes: seven questions, one a page, each kept at once; the password goes into a box of the system's own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.access.credentials import masked
from agent.dashboard.agency_sent import sent_agency
from agent.dashboard.desk import Desk
from agent.dashboard.pages.settings_file import broken
from agent.dashboard.pages.wished import Way, Wish, asked_first, confirmed
from agent.dashboard.progress import Progress
from agent.dashboard.standing import acted
from agent.errors import NoCredential
from agent.forms.own_form import beside
from agent.plans import found as plans
from agent.setting_up.keeping import present_way
from agent.settings.agency import open_agency
from rules.errors import ConfigError
from scrapers import gateways

if TYPE_CHECKING:
    from agent.settings.config import Settings

QUESTIONS = (
    "您平常怎麼登入 e等公務園⁺？",
    "您的帳號",
    "您的密碼",
    "申請表上的資料",
    "上班時間",
    "機關設定檔",
    "計畫",
)
CATEGORIES = (
    "編制內公務人員",
    "約聘人員",
    "約僱人員",
    "約用人員",
    "教師",
    "職工",
    "技工",
    "工友",
    "臨時人員",
    "實務訓練人員",
)
HAND = "hand"
_LARGEST = 2_000_000
_MOST_FILES = 20
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def show(desk: Desk, request: Request) -> Response:
    """One question; first of all what is wrong with the settings file, where it cannot be used."""
    if (found := broken(desk)) is not None:
        return found
    asked = request.query_params.get("step", "1")
    step = int(asked) if asked in "1234567" and len(asked) == 1 else 1
    if step in (2, 3) and desk.draft.get("gateway") == HAND:
        step = 4
    return question(desk, step)


def question(
    desk: Desk, step: int, problem: str = "", status: int = 200, progress: Progress | None = None
) -> Response:
    with desk.opened() as (home, settings, _):
        known = plans.every(home)
        present = present_way(home, desk.keyring, settings.gateway)
    gateway = desk.draft.get("gateway") or present or gateways.names()[0]
    return desk.page(
        "setup.html",
        "",
        f"設定 {step}／7",
        status,
        step=step,
        questions=QUESTIONS,
        settings=settings,
        gateway=gateway,
        gateways=[gateways.load(key) for key in gateways.names()],
        account=desk.draft.get("account", ""),
        stored=_stored(desk, gateway),
        times=_times(settings),
        categories=CATEGORIES,
        plans=known,
        problem=problem,
        progress=progress,
        patience=0,
    )


def _stored(desk: Desk, gateway: str) -> str:
    """The stored account, masked; "" where there is none."""
    try:
        account = desk.keyring.account(gateway) if gateway in gateways.names() else None
    except NoCredential:
        return ""
    return masked(account) if account else ""


def _times(settings: Settings) -> tuple[str, str, str, str]:
    """Start of work, lunch from and to, end of work, as the form asks for them."""
    spans = sorted(settings.work.hours)
    if not spans:
        return ("08:00", "12:00", "13:30", "17:30")
    first, last = spans[0], spans[-1]
    noon = (f"{first[1]:%H:%M}", f"{last[0]:%H:%M}") if first != last else ("", "")
    return (f"{first[0]:%H:%M}", *noon, f"{last[1]:%H:%M}")


def answer(desk: Desk, form: FormData) -> Response:
    """One answer, kept at once where it changes no verdict; then the next question."""
    text = str(form.get("step", ""))
    step = int(text) if text in "124567" and len(text) == 1 else 1
    try:
        if key := line_of(form, "apply"):
            confirmed(desk, _name(step), key)
        elif (wish := _WISHES[step](desk, form)) is not None:
            way = Way("/setup", {"step": str(step)}, f"/setup?step={step}")
            asked = asked_first(desk, wish, way)
            if asked is not None:
                return asked
    except ConfigError as why:
        return question(desk, step, f"{why.message}{why.remedy}", 409)
    if step == 7:
        desk.keep_looks(plan="")
        with desk.store() as store:
            acted(store)
        return desk.go("/", "設定完成。按一下按鈕就會更新紀錄並準備文件。")
    return desk.go(f"/setup?step={4 if desk.draft.get('gateway') == HAND and step < 4 else step + 1}")


def _name(step: int) -> str:
    """What a change of this step is known by, until somebody says yes to it."""
    return f"setup {step}"


def _gateway(desk: Desk, form: FormData) -> Wish | None:
    chosen = str(form.get("gateway", ""))
    if chosen not in (*gateways.names(), HAND):
        raise ConfigError("還沒有選擇。", "請選一個。")
    desk.draft["gateway"] = chosen
    return Wish(_name(1), {("", "gateway"): chosen}) if chosen != HAND else None


def _account(desk: Desk, form: FormData) -> None:
    desk.draft["account"] = line_of(form, "account")
    if not desk.draft["account"] and not _stored(desk, desk.draft.get("gateway", "ecpa")):
        raise ConfigError("還沒有輸入帳號。", "請輸入後再按下一步。")


def _person(desk: Desk, form: FormData) -> Wish:
    names = ("name", "agency", "unit", "job_title", "category")
    return Wish(_name(4), {("person", name): line_of(form, name) for name in names})


def _work(desk: Desk, form: FormData) -> Wish:
    start, noon, back, end = (line_of(form, name) for name in ("start", "noon", "back", "end"))
    given = [each for each in (start, noon, back, end) if each]
    if not all(_CLOCK.fullmatch(each) for each in given) or not start or not end or bool(noon) != bool(back):
        raise ConfigError("時間應寫成 08:00 的樣子，上下班都要有。", "沒有午休時，兩個午休時間都空白。")
    if given != sorted(set(given)):
        raise ConfigError("時間的先後不對。", "應為上班、午休開始、午休結束、下班的順序。")
    spans = [[start, noon], [back, end]] if noon else [[start, end]]
    return Wish(_name(5), {("work", "hours"): spans, ("work", "lunch_is_off_duty"): form.get("lunch") == "1"})


def _agency(desk: Desk, form: FormData) -> Wish | None:
    """The personnel office's file, where one was chosen, with the form and the plans that it names."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        path = sent_agency(form.getlist("file")[:_MOST_FILES], Path(folder), _LARGEST)
        if path is None:
            return None
        agency, kept = open_agency(path)
        plans.given(agency)
        return Wish(_name(6), agency=(agency, kept, beside(agency, path.parent)))


def _plan(desk: Desk, form: FormData) -> Wish:
    chosen = line_of(form, "plan")
    if chosen:
        plans.named(desk.home, chosen)
    return Wish(_name(7), {("", "plan"): chosen})


_WISHES: Mapping[int, Callable[[Desk, FormData], Wish | None]] = {
    1: _gateway, 2: _account, 4: _person, 5: _work, 6: _agency, 7: _plan,
}  # fmt: skip


def line_of(form: FormData, name: str) -> str:
    """What was typed in one line of the form."""
    return " ".join(str(form.get(name, "")).split())[:100]
