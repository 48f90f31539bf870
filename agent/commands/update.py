"""`elearn update`: a new version that somebody put there — looked at, tried, switched to, and back. Nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

import click

from agent import __version__, mode
from agent.commands.asking import YES, agreed
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, show
from agent.home import hold, open_home
from agent.updating.parcel import Parcel, damaged, newest_dropped, opened, put_beside
from agent.updating.places import Installed, installed, rank
from rules.errors import ConfigError

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path))

_AGENT = {  # what is said of the nightly runs (`agent.updating.restarting`)
    "none": "",
    "restarted": "\n每晚更新已改用這一版，繼續執行。",
    "by_itself": "\n執行中的每晚更新會在幾分鐘內自動改用這一版。",
    "not_started": "\n！ 每晚更新沒有重新開始：請登出再登入一次，或執行 elearn agent run。",
}


@click.group(
    "update",
    cls=ChineseGroup,
    help="更新可攜資料夾裡的程式。程式不會自己連線檢查或下載：請把新版的 zip 檔放進程式資料夾，或指定檔案。\n\n"
    "新版放在舊版旁邊，先用複製的資料試過，判斷結果相同（或列出不同）才切換；保留一個舊版，可一步退回。",
    epilog="範例：elearn update install 我的數位學習補休-0.2.0.zip",
)
def command() -> None:
    """The group."""


@command.command(
    "check",
    cls=ChineseCommand,
    short_help="看看有沒有新版",
    help="看檔案或資料夾 FILE（預設：放進程式資料夾裡的 zip 檔）是不是新版，以及更新內容；不執行它、不連線。",
    epilog="範例：elearn update check",
)
@_FILE
@JSON
def check(file: Path | None, as_json: bool) -> int:
    """What lies there."""
    place = installed()
    found = _file(place, file)
    if found is None:
        document = {"current": __version__, "found": None, "newer": False, "news": ""}
        show(document, lambda: f"目前為 {__version__} 版；程式資料夾裡沒有新版的 zip 檔。", as_json=as_json)
        return 0
    with opened(found, place.root) as parcel:
        newer = rank(parcel.version) > rank(__version__)
        text = _notice(parcel, newer=newer)
        document = {"current": __version__, "found": parcel.version, "newer": newer, "news": parcel.news}
    show(document, lambda: text, as_json=as_json)
    return 0


def _file(place: Installed, file: Path | None) -> Path | None:
    if file is None:
        dropped = newest_dropped(place.root)
        return dropped[1] if dropped else None
    if not file.expanduser().exists():
        raise ConfigError(f"找不到「{file}」。", "請確認路徑。")
    return file.expanduser()


def _notice(parcel: Parcel, *, newer: bool) -> str:
    if not newer:
        return f"「{parcel.version}」不比目前的 {__version__} 版新。"
    news = f"\n更新內容：\n{parcel.news}" if parcel.news else ""
    return f"有新版 {parcel.version}（目前為 {__version__}）。{news}\n要更新請執行 elearn update install。"


@command.command(
    "install",
    cls=ChineseCommand,
    short_help="試過新版後切換",
    help="把新版 FILE（預設：放進程式資料夾裡的 zip 檔）放在旁邊，用複製的資料試過，再切換。判斷結果不同時先列出並詢問。更新進行中不會切換。",
    epilog="範例：elearn update install 我的數位學習補休-0.2.0.zip",
)
@_FILE
@YES
@JSON
def install(file: Path | None, yes: bool, as_json: bool) -> int:
    """Beside, tried, switched."""
    from agent.updating.switching import switch  # noqa: PLC0415 - only where something is switched
    from agent.updating.trying import try_out  # noqa: PLC0415

    place = installed()
    found = _file(place, file)
    if found is None:
        raise ConfigError("程式資料夾裡沒有新版的 zip 檔。", "請放入新版的 zip 檔，或指定檔案。")
    home = open_home(mode.home_path())
    with hold(home), opened(found, place.root) as parcel:
        if rank(parcel.version) <= rank(place.current()):
            raise ConfigError(
                f"「{parcel.version}」不比目前的 {place.current()} 版新。",
                "要退回請執行 elearn update rollback。",
            )
        click.echo(f"試用 {parcel.version} 版…", err=True)
        trial = try_out(home, place.folder(place.current()), parcel.folder, mode.mode().name)
        if trial.differences:
            click.echo("新版的判斷結果與目前不同：", err=True)
            click.echo("\n".join(f"  {line}" for line in trial.differences), err=True)
            if not agreed("仍要切換到新版嗎？", yes=yes):
                return 0
        put_beside(parcel, place.versions)
        done = switch(place, home, parcel.version)
    same = "判斷結果有上列不同" if trial.differences else "判斷結果與舊版相同"
    document = {
        "update": {
            "from": done.old,
            "to": done.new,
            "differences": list(trial.differences),
            "removed": list(done.removed),
            "agent": done.agent.value,
        }
    }
    text = f"已切換到 {done.new} 版（{same}）。保留 {done.old} 版，要退回請執行 elearn update rollback。下次啟動使用新版。"
    text += _AGENT[done.agent.value]
    show(document, lambda: text, as_json=as_json)
    return 0


@command.command(
    "rollback",
    cls=ChineseCommand,
    short_help="退回前一版",
    help="退回保留的前一版。前一版讀不了新版的資料庫時，放回更新前的備份；新版的資料庫另外保留，不會刪除。",
    epilog="範例：elearn update rollback",
)
@JSON
def rollback(as_json: bool) -> int:
    """One step back."""
    from agent.updating.switching import roll_back  # noqa: PLC0415 - only where something is switched

    place = installed()
    home = open_home(mode.home_path())
    with hold(home):
        done = roll_back(place, home, mode.mode().name)
    lines = [f"已退回 {done.new} 版。"]
    if done.set_aside:
        lines.append(f"紀錄資料庫已放回更新前的內容；{done.old} 版之後的資料保留在 {done.set_aside}。")
    aside = str(done.set_aside) if done.set_aside else None
    document = {"from": done.old, "to": done.new, "set_aside": aside, "agent": done.agent.value}
    show(
        {"update": document},
        lambda: "\n".join(lines) + _AGENT[done.agent.value],
        as_json=as_json,
    )
    return 0


@command.command(
    "status",
    cls=ChineseCommand,
    short_help="目前的版本與檔案是否完整",
    help="列出現有的版本、下次啟動的版本，並檢查程式檔是否完整（被防毒軟體移除的檔案會列出來）。",
    epilog="範例：elearn update status",
)
@JSON
def status(as_json: bool) -> int:
    """Which versions lie here, and whether the one that starts is whole. 3 where it is not."""
    place = installed()
    now, before = place.current(), place.previous()
    wrong = damaged(place.folder(now))
    document = {"current": now, "previous": before, "versions": list(place.known()), "damaged": wrong}
    lines = [f"下次啟動：{now} 版", f"保留的前一版：{before or '沒有'}"]
    lines += [f"！ 缺少或被改過的程式檔：{each}" for each in wrong[:10]] or ["程式檔完整。"]
    if wrong:
        lines.append("請重新解壓縮整個程式資料夾；資料不受影響。若是防毒軟體移除的，請洽資訊單位。")
    show(document, lambda: "\n".join(lines), as_json=as_json)
    return 3 if wrong else 0
