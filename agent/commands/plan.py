"""`elearn plan`: the plans there are, one as people read it, one put to the proof, and a new one asked for."""

from __future__ import annotations

from pathlib import Path

import click

from agent import mode
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, show
from agent.home import open_home
from agent.plans import found as plans
from agent.plans.as_json import plan_json
from agent.screens.plan_screen import SOURCE_WORD, plan_text, problems_text
from rules import bundled
from rules.errors import ConfigError
from rules.plan import Plan
from rules.plan_proof import Problem
from rules.wording import roc_long


@click.group(
    "plan",
    cls=ChineseGroup,
    help="列出、顯示、檢查與新增計畫。自訂計畫放在資料夾的 plans/*.toml。",
    epilog="範例：elearn plan show kaohsiung-112",
)
def command() -> None:
    """The group."""


@command.command(
    "list",
    cls=ChineseCommand,
    short_help="有哪些計畫",
    help="列出可用的計畫：內建的與自訂的。",
    epilog="範例：elearn plan list",
)
@JSON
def list_(as_json: bool) -> int:
    """Every plan with its period and source."""
    found = plans.every(open_home(mode.home_path()))
    rows = [
        {
            "key": each.key,
            "title": each.title,
            "from": each.covers[0].isoformat(),
            "to": each.covers[1].isoformat(),
            "source": each.source,
        }
        for each in found
    ]
    show({"plans": rows}, lambda: "\n".join(map(_line, found)), as_json=as_json)
    return 0


def _line(plan: Plan) -> str:
    period = f"{roc_long(plan.covers[0])}至{roc_long(plan.covers[1])}"
    source = "" if plan.source == "bundled" else f"，{SOURCE_WORD.get(plan.source, plan.source)}"
    return f"{plan.key}　{plan.title}（{period}{source}）"


@command.command(
    "show",
    cls=ChineseCommand,
    short_help="顯示一個計畫",
    help="顯示計畫：適用對象、課程、補休與獎勵，每項附條次。KEY 是計畫代號，或計畫檔（.toml）的路徑。",
    epilog="範例：elearn plan show kaohsiung-112",
)
@click.argument("key")
@JSON
def show_(key: str, as_json: bool) -> int:
    """One plan, by its key or from a file."""
    path = Path(key).expanduser()
    is_file = key.endswith(".toml") or path.is_file()
    plan = plans.read_file(path) if is_file else plans.named(open_home(mode.home_path()), key)
    show({"plan": plan_json(plan)}, lambda: plan_text(plan), as_json=as_json)
    return 0


@command.command(
    "check",
    cls=ChineseCommand,
    short_help="檢查計畫檔",
    help="檢查計畫檔 FILE：逐一列出問題的行號與改法，並執行檔內的範例。沒有問題結束代碼為 0，否則為 2。",
    epilog="範例：elearn plan check 我的計畫.toml",
)
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def check(file: Path, as_json: bool) -> int:
    """Every mistake in the file, each with its line."""
    plan, problems = plans.check_file(file.expanduser())
    return _report(file.name, plan, problems, as_json=as_json)


@command.command(
    "new",
    cls=ChineseCommand,
    short_help="從紙本計畫做出計畫檔",
    help="對著紙本計畫逐題回答，寫成計畫檔並檢查。日期可用民國（112/8/31）或西元。"
    "沒有 --out 時存到資料夾的 plans，之後的判斷就會用到。",
    epilog="範例：elearn plan new --out 我的計畫.toml",
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="寫到這個檔案（不能是既有的檔案）。"
)
def new(out: Path | None) -> int:
    """Questions one by one, then the file, then the same check as `plan check`."""
    from agent.home import write_private  # noqa: PLC0415 - only this verb writes
    from agent.plans.questions import ask_plan  # noqa: PLC0415

    home = open_home(mode.home_path())
    if out is not None and out.exists():
        raise ConfigError(f"檔案「{out}」已經存在。", "請用 --out 指定別的檔名。")
    key, text = ask_plan({each.key for each in plans.every(home)}, bundled.calendar())
    target = out.expanduser() if out else plans.folder(home) / f"{key}.toml"
    if target.exists():
        raise ConfigError(f"檔案「{target}」已經存在。", "請用 --out 指定別的檔名。")
    plan, problems = plans.prove_text(text, target.name)
    if problems and out is None:
        target = target.with_suffix(".draft")  # a file that cannot be used must not stand among the plans
    if out is None:
        write_private(target, text.encode())
    else:
        target.write_text(text, "utf-8")
    click.echo(f"已寫入 {target}")
    return _report(target.name, plan, problems, as_json=False)


def _report(name: str, plan: Plan | None, problems: list[Problem], *, as_json: bool) -> int:
    document = {
        "ok": not problems,
        "problems": [
            {"line": each.line, "key": each.key, "text": each.text, "remedy": each.remedy}
            for each in problems
        ],
    }
    show(document, lambda: problems_text(name, plan, problems), as_json=as_json)
    return 2 if problems else 0
