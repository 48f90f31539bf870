"""The support file on the screen: every line is shown, then it is saved on a yes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from agent.access.credentials import Keyring
from agent.commands.asking import agreed
from agent.commands.frame import show
from agent.home import Home
from agent.upkeep.bundle import bundle, known_secrets, new_path, save
from agent.upkeep.diagnosing import Check


def offer_bundle(
    home: Home, keyring: Keyring, checks: Sequence[Check], out: Path | None, *, yes: bool, as_json: bool
) -> int:
    """Show what the file will hold, ask, save. Without a yes nothing is written."""
    files = bundle(home, checks, known_secrets(keyring))
    for each in files:
        click.echo(f"──── {each.name}", err=as_json)
        click.echo(each.text.rstrip("\n"), err=as_json)
    click.echo("────", err=as_json)
    path = (out or new_path(home)).expanduser().absolute()
    if not agreed("以上就是求助檔的全部內容，要存檔嗎？", yes=yes):
        return 0
    save(files, path)
    rows = [{"name": each.name, "lines": len(each.text.splitlines())} for each in files]
    show(
        {"bundle": {"path": str(path), "files": rows}},
        lambda: f"已存檔：{path}\n請自行決定要不要交給協助的人；本程式不會傳送。",
        as_json=as_json,
    )
    return 0
