"""更新程式: a new version of a portable folder by click, as `elearn update` does it: looked at, tried, switched to, and back.

Nothing is downloaded: the file is one that the person has, put into the program's folder or dropped here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.jobs import STEPS
from agent.dashboard.pages.saved_pages import written
from agent.dashboard.papers import open_folder
from agent.dashboard.progress import Ended
from agent.dashboard.refused import LARGEST
from agent.dashboard.work import Job, Tell
from agent.home import hold
from agent.updating.parcel import newest_dropped, opened, put_beside
from agent.updating.places import Installed, installed, rank
from agent.updating.switching import roll_back, switch
from agent.updating.trying import try_out
from rules.errors import ConfigError

HERE = "/update"
_AGENT = {  # what is said of the nightly runs (`agent.updating.restarting`)
    "none": "",
    "restarted": "每晚更新已改用這一版。",
    "by_itself": "每晚更新會在幾分鐘內自動改用這一版。",
    "not_started": "每晚更新沒有重新開始：請登出電腦再登入一次。",
}


def show(desk: Desk, request: Request) -> Response:
    """Which version starts, whether a newer one lies ready, and which one was kept."""
    del request
    try:
        place = installed()
    except ConfigError as why:
        return desk.page("update.html", "", "更新程式", place=None, details=why.remedy)
    now = place.current()
    dropped = newest_dropped(place.root)
    return desk.page(
        "update.html",
        "",
        "更新程式",
        place=place,
        current=now,
        before=place.previous(),
        ready=dropped[0] if dropped and rank(dropped[0]) > rank(now) else "",
        differences=desk.differences,
    )


def take(desk: Desk, form: FormData) -> Response:
    """A zip that was dropped: put into the program's folder, where it is found from then on."""
    place = installed()
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        sent = written(form.getlist("file")[:1], Path(folder), LARGEST)
        if not sent or sent[0].suffix.lower() != ".zip":
            raise ConfigError("沒有選擇新版的 zip 檔。", "請選擇本程式發布的 zip 檔。")
        try:
            (place.root / sent[0].name).write_bytes(sent[0].read_bytes())
        except OSError as why:
            raise ConfigError(
                f"程式資料夾無法寫入（{why.strerror}）。", "請確認資料夾的權限，或洽資訊單位。"
            ) from why
    return desk.go(HERE, f"已放入程式資料夾：{sent[0].name}")


def folder(desk: Desk, form: FormData) -> Response:
    """Show the program's folder."""
    del form
    place = installed()
    open_folder(place.root)
    return desk.go(HERE, f"程式資料夾：{place.root}")


def install(desk: Desk, form: FormData) -> Response:
    """Try the version that lies ready, and switch to it; where it judges differently, only after a yes."""
    place, agreed = installed(), desk.differences if form.get("sure") == "1" else ()
    return _begin(desk, lambda tell: _installed(desk, tell, place, agreed))


def back(desk: Desk, form: FormData) -> Response:
    """Back to the version that was kept."""
    del form
    place = installed()
    return _begin(desk, lambda tell: _rolled_back(desk, tell, place))


def _begin(desk: Desk, job: Job) -> Response:
    begun = desk.worker.start("program", STEPS["program"], job)
    return desk.go("/", "" if begun else "另一項工作正在進行，請等它完成。")


def _installed(desk: Desk, tell: Tell, place: Installed, agreed: tuple[str, ...]) -> Ended:
    desk.differences = ()
    tell(STEPS["program"][0], "")
    dropped = newest_dropped(place.root)
    if dropped is None or rank(dropped[0]) <= rank(place.current()):
        raise ConfigError("程式資料夾裡沒有新版的 zip 檔。", "請放入新版的 zip 檔。")
    with hold(desk.home), opened(dropped[1], place.root) as parcel:
        trial = try_out(desk.home, place.folder(place.current()), parcel.folder, desk.world.name)
        if trial.differences and trial.differences != agreed:  # a yes is to those that were shown
            desk.differences = trial.differences
            return Ended(said="新版的判斷結果與目前不同，還沒有切換。", next=HERE)
        tell(STEPS["program"][1], "")
        put_beside(parcel, place.versions)
        done = switch(place, desk.home, parcel.version)
    return Ended(said=f"已切換到 {done.new} 版，保留 {done.old} 版。{_AGENT[done.agent.value]}")


def _rolled_back(desk: Desk, tell: Tell, place: Installed) -> Ended:
    tell(STEPS["program"][1], "")
    with hold(desk.home):
        done = roll_back(place, desk.home, desk.world.name)
    aside = "紀錄資料庫已放回更新前的內容，之後的資料另外保留。" if done.set_aside else ""
    return Ended(said=f"已退回 {done.new} 版。{aside}{_AGENT[done.agent.value]}")
