"""What every verb shares: help in Chinese, `--json`, opening the home, and progress on the terminal."""

from __future__ import annotations

import contextlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent import mode
from agent.clock import today
from agent.home import Home, hold, open_home
from agent.roc import parse_date

if TYPE_CHECKING:
    from agent.settings.config import Settings
    from agent.store import Store


class _ChineseHelp:
    """Headings of the help in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for each in self.get_params(ctx) if (row := each.get_help_record(ctx)) is not None]  # type: ignore[attr-defined]
        if rows:
            with formatter.section("選項"):
                formatter.write_dl(rows)
        if isinstance(self, ChineseGroup):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "顯示這份說明。"
        return option  # type: ignore[no-any-return]


class ChineseCommand(_ChineseHelp, click.Command):
    """A verb."""

    @staticmethod
    def usage_text(why: click.UsageError) -> str:
        """click's complaint in Chinese."""
        match why:
            case click.NoSuchOption():
                return f"沒有「{why.option_name}」這個選項。"
            case click.MissingParameter():
                name = why.param.opts[0] if why.param is not None and why.param.opts else why.param_hint
                return f"缺少「{name}」。"
            case click.BadParameter():
                hint = why.param.opts[-1] if why.param is not None and why.param.opts else why.param_hint
                return f"「{hint}」的值無法使用：{why.message}"
            case _ if "No such command" in why.message:
                return f"沒有這個指令：{why.message.split(chr(39))[1] if chr(39) in why.message else why.message}。"
            case _:
                return f"指令用法不正確：{why.message}"


class ChineseGroup(_ChineseHelp, click.Group):
    """A verb with verbs of its own."""

    def help_line(self, name: str) -> str:
        """What the verb of that name does, in one line."""
        found = self.commands.get(name)
        return found.get_short_help_str(80) if found else ""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.help_line(name)) for name in self.list_commands(ctx)]
        with formatter.section("指令"):
            formatter.write_dl(rows)


class Day(click.ParamType[date]):
    """A date as people type it: 112/8/31, 1120831, 112年8月31日, 2023-08-31."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as why:
            self.fail(str(why), param, ctx)


ON = click.option("--on", type=Day(), default=None, help="判斷的日期，預設今天（例：112/8/31）。")
PLAN = click.option("--plan", "plan_key", default=None, help="計畫代號，預設為涵蓋當日的計畫。")
JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出。")


def day_or_today(on: date | None) -> date:
    """The day that was named, or today in Taipei."""
    return on or today()


@contextlib.contextmanager
def opened(*, locked: bool = False) -> Iterator[tuple[Home, Settings, Store]]:
    """The home with its settings and store, under its lock where something will be written.

    A home belongs to one mode from its first run; the other mode refuses it.
    """
    from agent.settings.in_force import settings_of  # noqa: PLC0415 - not needed for the help
    from agent.store import Store  # noqa: PLC0415

    world = mode.mode()
    home = open_home(mode.home_path())
    with contextlib.ExitStack() as stack:
        if locked:
            stack.enter_context(hold(home))
        settings = settings_of(home)
        store = stack.enter_context(Store.open(home.database))
        store.bind_mode(world.name)
        yield home, settings, store


def show(document: dict[str, Any], text: Callable[[], str], *, as_json: bool) -> None:
    """The result: one JSON document on stdout, or text for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        click.echo(text())


def print_error(
    code: int, kind: str, message: str, remedy: str, evidence: str | None, *, as_json: bool
) -> int:
    """A known error: what happened and what to do, on stderr; with `--json` also as one document on stdout."""
    if as_json:
        error = {"code": code, "kind": kind, "message": message, "remedy": remedy, "evidence": evidence}
        click.echo(json.dumps({"error": error}, ensure_ascii=False, indent=1))
    click.echo(" ".join(each for each in (message, remedy) if each), err=True)
    if evidence:
        click.echo(f"紀錄檔：{evidence}", err=True)
    return code


class Progress:
    """Progress on stderr, one line a step; says nothing where nobody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._step = ""

    def __call__(self, step: str, detail: str) -> None:
        """A new step starts a line; details of the same step rewrite it."""
        if not self._watched:
            return
        lead = "\r\x1b[2K" if step == self._step else ("\n" if self._step else "")
        self._step = step
        sys.stderr.write(f"{lead}・{step}{'：' if detail else '…'}{detail}")
        sys.stderr.flush()

    def done(self) -> None:
        """End the last line."""
        if self._watched and self._step:
            sys.stderr.write("\n")


def width(text: str) -> int:
    """How many terminal columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def choose_gateway(settings: Settings, stored: Callable[[str], bool], *, session: bool = False) -> str:
    """The gateway of the settings, else the one gateway that has a credential; with a kept session any will do.

    Raises NoCredential or ConfigError.
    """
    from agent.errors import NoCredential  # noqa: PLC0415
    from rules.errors import ConfigError  # noqa: PLC0415
    from scrapers import gateways  # noqa: PLC0415

    if settings.gateway:
        return gateways.load(settings.gateway).key
    found = [key for key in gateways.names() if stored(key)]
    if not found and session:
        return gateways.names()[0]
    if not found:
        raise NoCredential(
            "這台電腦還沒有儲存帳號密碼。",
            "請執行 elearn credentials set ecpa --account 您的帳號（或 egov），或執行 elearn login 親自登入。",
        )
    if len(found) > 1:
        raise ConfigError(
            f"存有 {len(found)} 種登入方式的密碼（{'、'.join(found)}），不知道要用哪一種。",
            '請在 config.toml 寫 gateway = "ecpa" 或 gateway = "egov"。',
        )
    return found[0]


def paths(values: tuple[str, ...]) -> list[Path]:
    """File names from the command line as paths."""
    return [Path(each).expanduser() for each in values]
