"""`elearn form`: the agency's own form, checked, and the names it may use."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, show
from agent.forms.checking import read_form
from agent.forms.fields import names
from agent.screens.form_screen import check_document, check_text, fields_document, fields_text


@click.group(
    "form",
    cls=ChineseGroup,
    help="機關自己的申請表：.odt 或 .docx 裡寫上 {{姓名}} 這樣的欄位，放進資料夾的 forms/，準備申請時就填寫那一份。",
    epilog="範例：elearn form check 本所申請表.odt",
)
def command() -> None:
    """The group."""


@command.command(
    "check",
    cls=ChineseCommand,
    short_help="檢查申請表用了哪些欄位",
    help="檢查申請表 FILE：列出用到的欄位、不認得的、放錯位置的，以及建議加上的；含巨集、外部連結或遠端圖片的檔案不能使用。",
    epilog="範例：elearn form check 本所申請表.odt",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@JSON
def check(file: Path, as_json: bool) -> int:
    """0 when the form can be filled, 2 when it cannot."""
    form = read_form(file.expanduser())
    show(check_document(form), lambda: check_text(form, file.name), as_json=as_json)
    return 0 if form.ok else 2


@command.command(
    "fields",
    cls=ChineseCommand,
    short_help="列出可用的欄位",
    help="列出申請表可用的全部欄位與意義。",
    epilog="範例：elearn form fields",
)
@JSON
def fields(as_json: bool) -> int:
    """The documented list."""
    show(fields_document(names()), lambda: fields_text(names()), as_json=as_json)
    return 0
