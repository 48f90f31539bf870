"""`elearn setup`: the questions of the first time, each also an option; asked again they show what holds now."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import mode
from agent.clock import today
from agent.commands.asking import YES, agreed
from agent.commands.frame import JSON, ChineseCommand, opened, show
from agent.commands.setup_way_in import beside, way_in
from agent.home import open_home, write_private
from agent.setting_up import words
from agent.setting_up.asking import choose, confirm, say
from agent.setting_up.questions import HAND, QUESTIONS
from rules.errors import ConfigError

if TYPE_CHECKING:
    from agent.setting_up.gathering import Answers


def _options(command: Callable[..., int]) -> Callable[..., int]:
    """One option for each question about settings."""
    for each in reversed(QUESTIONS):
        command = click.option(
            each.option, default=None, help=f"{each.asked}{f'（{each.hint}）' if each.hint else ''}。"
        )(command)
    return command


@click.command(
    "setup",
    cls=ChineseCommand,
    help="第一次使用的設定：登入方式、密碼、申請表上的資料、上班時間、機關設定檔與計畫，一題一題問；再執行一次會顯示目前的值，按 Enter 保留，輸入 - 清除。"
    "每一題都可以改用選項回答；不在終端機執行時只看選項，不詢問。",
    epilog="範例：elearn setup",
)
@click.option(
    "--computer",
    type=click.Choice(list(words.COMPUTERS)),
    default=None,
    help="這台電腦是自己的，或公務電腦。",
)
@click.option(
    "--gateway",
    type=click.Choice(["ecpa", "egov", HAND]),
    default=None,
    help="登入方式；hand：用自然人憑證或其他方式親自登入，不儲存密碼。",
)
@click.option("--account", default=None, help="帳號。")
@click.option("--password-stdin", is_flag=True, help="從標準輸入讀取密碼（一行）。")
@_options
@click.option(
    "--agency-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="人事單位提供的機關設定檔。",
)
@click.option("--plan", default=None, help="計畫代號（elearn plan list）；all：涵蓋當日的所有計畫。")
@click.option("--sync/--no-sync", "try_it", default=None, help="設定完成後更新一次（或由您親自登入一次）。")
@click.option(
    "--it-sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="只製作給資訊單位的〈軟體申請說明〉（.pdf 或 .html）。",
)
@YES
@JSON
def command(
    computer: str | None,
    gateway: str | None,
    account: str | None,
    password_stdin: bool,
    agency_file: Path | None,
    plan: str | None,
    try_it: bool | None,
    it_sheet: Path | None,
    yes: bool,
    as_json: bool,
    **typed: str | None,
) -> int:
    """Ask, keep, say what lies where, try it."""
    if it_sheet is not None:
        return _it_sheet(it_sheet, as_json=as_json)
    from agent.setting_up.gathering import gather, must_be_usable, read_options  # noqa: PLC0415 - not needed for the help
    from agent.setting_up.keeping import state_of  # noqa: PLC0415

    asking = sys.stdin.isatty()
    say(*words.INTRODUCTION, "")
    if computer is None and asking:
        computer = choose("請先確認這台電腦：", words.COMPUTERS, "own")
    if computer == "office":
        say(*words.OFFICE)
        return 0
    given = read_options(typed)
    home = open_home(mode.home_path())
    must_be_usable(home, agency_file, plan)
    chosen = way_in(gateway, account, password_stdin=password_stdin, asking=asking, as_json=as_json)
    text = home.config.read_text("utf-8-sig") if home.config.exists() else ""
    answers = gather(home, text, given, agency_file, plan, chosen, asking=asking)
    if not _kept(answers, text, yes=yes):
        say("沒有變更設定。")
    document, lines = state_of(home)
    show(document, lambda: "\n".join(lines), as_json=as_json)
    if try_it or (try_it is None and asking and _wants_to_try(chosen)):
        _try(chosen, as_json=as_json)
    elif not asking or try_it is False:
        say(
            "之後可以執行 elearn sync 更新一次、elearn agent install 每晚自動更新、elearn notify add 設定通知。"
        )
    return 0


# -- settings --------------------------------------------------------------------------------------------------------------


def _kept(answers: Answers, text: str, *, yes: bool) -> bool:
    """Keep the answers, after showing which verdicts and claims they change and asking where any does; False: kept nothing."""
    from agent.forms.own_form import keep_form  # noqa: PLC0415
    from agent.screens.changes_screen import changes_text  # noqa: PLC0415
    from agent.setting_up.keeping import settings_after  # noqa: PLC0415
    from agent.settings.agency import keep_agency  # noqa: PLC0415
    from agent.settings.changing import changed  # noqa: PLC0415
    from agent.settings.rejudging import changes  # noqa: PLC0415

    fresh = changed(text, "config.toml", answers.settings)
    if fresh == text and answers.agency is None:
        return True
    with opened(locked=True) as (home, before, store):
        agency = answers.agency[0] if answers.agency else before.agency
        after = settings_after(home, fresh, agency, before)
        found = changes(store, before, after, today())
        if not found.is_empty:
            say(changes_text(found))
            if not agreed("要套用這些設定嗎？", yes=yes):
                return False
        write_private(home.config, fresh.encode())
        if answers.agency is not None:
            brought, kept, form = answers.agency
            keep_form(home, brought, form)
            keep_agency(home, kept)
    return True


# -- afterwards ------------------------------------------------------------------------------------------------------------


def _wants_to_try(chosen: str) -> bool:
    question = (
        "現在由您親自登入一次嗎" if chosen == HAND else "現在試著更新一次嗎（約 1 分鐘，請勿同時在平臺上課）"
    )
    say("")
    return confirm(question, default=True)


def _try(chosen: str, *, as_json: bool) -> None:
    """The first log-in by hand where that was chosen, then one run."""
    from agent.commands import login, sync  # noqa: PLC0415 - loads the browser's side

    with beside(as_json):
        if chosen == HAND:
            login.command.main(args=[], standalone_mode=False)
        sync.command.main(args=[], standalone_mode=False)


def _it_sheet(path: Path, *, as_json: bool) -> int:
    from agent.documents.it_sheet import it_sheet_html  # noqa: PLC0415

    target = path.expanduser().absolute()
    html = it_sheet_html(today())
    if target.suffix.lower() == ".pdf":
        from scrapers.browser import PaperPrinter  # noqa: PLC0415

        with PaperPrinter(mode.browser_path()) as printer:
            write_private(target, printer(html))
    elif target.suffix.lower() in (".html", ".htm"):
        write_private(target, html.encode())
    else:
        raise ConfigError(f"不知道「{path.name}」是哪一種檔案。", "檔名請以 .pdf 或 .html 結尾。")
    show({"it_sheet": str(target)}, lambda: f"已製作〈軟體申請說明〉：{target}", as_json=as_json)
    return 0
