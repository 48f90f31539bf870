"""The password: an account is named here, and a box of the operating system is opened. This page never sees what is typed."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.access.attempts import person_acted
from agent.dashboard import password_box
from agent.dashboard.desk import Desk
from agent.dashboard.jobs import STEPS
from agent.dashboard.pages.setup import line_of, question
from agent.dashboard.progress import Ended
from agent.dashboard.standing import acted
from agent.dashboard.work import Tell
from scrapers import gateways
from scrapers.credential import Credential


def show(desk: Desk, request: Request) -> Response:
    """Where the account is named and the system's box is opened: in the first run, and whenever a password has changed."""
    del request
    progress = desk.worker.progress
    if progress is not None and progress.kind == "password" and progress.ended is not None:
        then = desk.draft.pop("then", "")
        if then:
            desk.worker.forget()
            return desk.go(then, progress.ended.said)
    return question(desk, 3, progress=progress)  # the one looked at: by now the box may be closed


def open_box(desk: Desk, form: FormData) -> Response:
    """Open the box. What is typed there goes to the keyring; this page only hears that it did."""
    gateway = str(form.get("gateway", "ecpa"))
    if gateway not in gateways.names():
        gateway = "ecpa"
    account = line_of(form, "account") or desk.draft.get("account", "") or desk.keyring.account(gateway) or ""
    then = "/setup?step=4" if form.get("then") == "setup" else "/"
    if not account:
        return question(desk, 3, "還沒有輸入帳號。", 409)
    desk.draft["gateway"] = gateway
    desk.draft["account"] = account
    begun = desk.worker.start(
        "password", STEPS["password"], lambda tell: _ask(desk, tell, gateway, account, then)
    )
    return desk.go("/password", "" if begun else "另一項工作正在進行，請等它完成。")


def _ask(desk: Desk, tell: Tell, gateway: str, account: str, then: str) -> Ended:
    tell(STEPS["password"][0], "")
    title = gateways.load(gateway).title
    found = password_box.ask(f"請輸入{title}的密碼。密碼只存在這台電腦的密碼保管功能。")
    if found is None:
        return Ended(said="沒有輸入密碼，沒有任何變更。", next="/password")
    desk.keyring.write(gateway, Credential(account, found))
    with desk.store() as store:
        person_acted(store, desk.world, gateway, "credentials")
        acted(store)
    desk.draft.pop("account", None)
    desk.draft["then"] = then
    return Ended(said=f"{title}的密碼已更新。", next="/password")
