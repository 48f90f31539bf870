"""`elearn shortcut`: the icon on the desktop that opens the page."""

from __future__ import annotations

import click

from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, show


@click.group(
    "shortcut",
    cls=ChineseGroup,
    help="桌面圖示「我的數位學習補休」：按兩下就開啟本機的網頁。\n\nLinux 試過；Windows 與 macOS 依文件製作，還沒有在該系統試過。",
    epilog="範例：elearn shortcut install",
)
def command() -> None:
    """The group."""


@command.command(
    "install",
    cls=ChineseCommand,
    short_help="放到桌面",
    help="把圖示放到桌面（Linux 也放進應用程式選單）。已經有的會換新。",
    epilog="範例：elearn shortcut install",
)
@JSON
def install(as_json: bool) -> int:
    """Put the icon there."""
    from agent.dashboard import shortcuts  # noqa: PLC0415 - the help needs none of it

    made = shortcuts.install()
    lines = [f"已建立桌面圖示「{shortcuts.NAME}」：", *(f"  {path}" for path in made)]
    show({"shortcut": {"made": [str(path) for path in made]}}, lambda: "\n".join(lines), as_json=as_json)
    return 0


@command.command(
    "remove",
    cls=ChineseCommand,
    short_help="從桌面移除",
    help="移除桌面圖示。",
    epilog="範例：elearn shortcut remove",
)
@JSON
def remove(as_json: bool) -> int:
    """Take it away."""
    from agent.dashboard import shortcuts  # noqa: PLC0415 - the help needs none of it

    gone = shortcuts.remove()
    text = "\n".join(("已移除：", *(f"  {path}" for path in gone))) if gone else "沒有桌面圖示。"
    show({"shortcut": {"removed": [str(path) for path in gone]}}, lambda: text, as_json=as_json)
    return 0
