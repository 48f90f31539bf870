"""The command `elearn`: finds the verb's module, and turns errors into one sentence and an exit code.

Only this module and the verbs print or exit. Verbs are imported when they are called: `elearn --help` imports none of them.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from agent import __version__
from agent.commands.frame import ChineseCommand, ChineseGroup, print_error
from rules.errors import ElearnError

# The verb, its module in `agent.commands`, and what it does.
VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "用內建的複製平臺與測試資料，從登入到申請表做一遍"),
    "setup": ("setup", "第一次使用：一題一題設定，之後可再修改"),
    "credentials": ("credentials", "把帳號密碼存進（或移出）作業系統的密碼保管功能"),
    "login": ("login", "由您親自登入一次，之後的更新沿用"),
    "sync": ("sync", "登入平臺，讀取全部學習紀錄並判斷"),
    "import": ("import_", "匯入手動存檔的網頁或紀錄檔"),
    "check": ("check", "依計畫判斷目前的紀錄（不連線）"),
    "claim": ("claim", "準備我的補休申請；列出與標記申請案"),
    "verify": ("verify", "檢核一份申請文件資料夾或 zip 檔"),
    "dashboard": ("dashboard", "開啟本機的網頁：按一下準備補休申請"),
    "history": ("history", "每次更新變了什麼；一筆紀錄的變化"),
    "shortcut": ("shortcut", "桌面圖示：按兩下就開啟網頁"),
    "form": ("form", "檢查機關自己的申請表；列出可用的欄位"),
    "export": ("export", "匯出學習紀錄"),
    "agent": ("agent", "每晚自動更新：執行、安裝、移除、查看"),
    "notify": ("notify", "設定通知送到哪裡：桌面、電子郵件、LINE、Telegram…"),
    "doctor": ("doctor", "檢查這台電腦是否具備所需的一切"),
    "records": ("records", "平臺不再顯示的紀錄：列出、確認"),
    "backup": ("backup", "存成一個不含密碼的備份檔，可帶到新電腦"),
    "restore": ("restore", "以備份還原紀錄資料庫"),
    "update": ("update", "更新可攜資料夾裡的程式：試過再切換，可退回"),
    "purge": ("purge", "移除本程式在這台電腦保存的一切"),
    "plan": ("plan", "列出、顯示、檢查與新增計畫"),
    "agency": ("agency", "匯入與顯示人事單位提供的機關設定檔"),
    "attendance": ("attendance", "匯入差勤系統的請假、加班、勤務表與刷卡資料"),
    "calendar": ("calendar", "列出與匯入辦公日曆表"),
}


class _Verbs(ChineseGroup):
    """The verbs, each loaded when it is called; the help is printed from the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        gc.disable()  # all that is imported stays: looking for garbage in it is a tenth of a short command's time
        try:
            found: click.Command = import_module(f"agent.commands.{VERBS[cmd_name][0]}").command
        finally:
            gc.freeze()
            gc.enable()
        return found

    def help_line(self, name: str) -> str:
        return VERBS[name][1]


@click.group(
    cls=_Verbs,
    help="讀取您自己在 e等公務園⁺ 的學習紀錄，依計畫判斷公餘時間與時數，準備補休申請文件。\n\n"
    "只讀取：不代上課、不代測驗、不代按同意、不代送件。",
    epilog="範例：elearn demo",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="elearn", help="顯示版本。")
def elearn() -> None:
    """The group itself does nothing; its verbs do."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code (contract, Exit codes)."""
    _speak_utf8()
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_run(words))


def _run(words: list[str]) -> int:
    as_json = "--json" in words
    try:
        result: Any = elearn.main(args=words, prog_name="elearn", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as why:
        return print_error(
            2, "config", ChineseCommand.usage_text(why), _usage_remedy(why), None, as_json=as_json
        )
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stdout.close()
        return 0
    except (click.Abort, KeyboardInterrupt):
        return print_error(1, "unexpected", "已中止。", "", None, as_json=as_json)
    except ElearnError as why:
        return print_error(why.code, why.kind, why.message, why.remedy, why.evidence, as_json=as_json)
    except Exception:
        return print_error(
            1,
            "unexpected",
            "程式發生未預期的問題。",
            "請再試一次；仍發生請將紀錄檔交給維護者。",
            _log(),
            as_json=as_json,
        )
    return result if isinstance(result, int) else 0


def _log() -> str | None:
    """The traceback of what nobody foresaw, in a private file of the home; None where even that cannot be written."""
    from agent import mode  # noqa: PLC0415 - needed only where something went wrong
    from agent.home import open_home, write_private  # noqa: PLC0415
    from scrapers.redaction import Redactor  # noqa: PLC0415

    with contextlib.suppress(ElearnError, OSError):
        path = open_home(mode.home_path()).runs / "error.log"
        write_private(path, Redactor().text(traceback.format_exc()).encode())
        return str(path)
    return None


def _usage_remedy(why: click.UsageError) -> str:
    path = why.ctx.command_path if why.ctx else "elearn"
    return f"請執行 {path} --help 查看用法。"


def _speak_utf8() -> None:
    """Chinese text must reach pipes and old consoles whatever the locale says."""
    for stream in _streams():
        stream.reconfigure(encoding="utf-8", errors="replace")


def _streams() -> Iterator[Any]:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            yield stream
