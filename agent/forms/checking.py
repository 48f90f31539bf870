"""A form read: which names it uses, which are unknown or in the wrong place, and which it would be wise to use."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from agent.forms.errors import FormRefused
from agent.forms.fields import Field, names
from agent.forms.package import LARGEST_FORM, Kind, Package, open_package
from agent.forms.paragraphs import is_mark, places
from agent.forms.refusals import refuse_unsafe
from rules.errors import ConfigError

_REMEDY = "請執行 elearn form check 查看；可用的欄位見 elearn form fields。"
_ODT_FILLED = ("content.xml", "styles.xml")
_DOCX_ROOTS = ("document", "hdr", "ftr", "footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that is not in the list, and the nearest ones that are."""

    name: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is safe to use: its package, its parts to fill, and what a look at its names found.

    `used` are names in the order of the list; `problems` are sentences; `missing` expected names that it does not use.
    """

    package: Package
    filled: tuple[str, ...]
    used: tuple[str, ...]
    marks: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    problems: tuple[str, ...]
    missing: tuple[Field, ...]

    @property
    def kind(self) -> Kind:
        """Its format."""
        return self.package.kind

    @property
    def ok(self) -> bool:
        """Whether it can be filled."""
        return not self.unknown and not self.problems


def read_form(path: Path) -> Form:
    """The form in this file. Raises ConfigError for one that cannot be read or is not safe to use."""
    try:
        if path.stat().st_size > LARGEST_FORM:
            raise FormRefused("檔案太大，不像是表單")
        data = path.read_bytes()
    except FileNotFoundError as why:
        raise ConfigError(f"找不到表單「{path}」。", "請確認檔名與資料夾。") from why
    except OSError as why:
        raise ConfigError(f"表單「{path}」無法讀取（{why.strerror}）。", "請確認檔案權限。") from why
    except FormRefused as why:
        raise _refused(path.name, why) from why
    return form_of(data, path.name)


def form_of(data: bytes, name: str) -> Form:
    """The form in these bytes; `name` is for messages. Raises ConfigError as `read_form` does."""
    try:
        package = open_package(data)
        refuse_unsafe(package)
    except FormRefused as why:
        raise _refused(name, why) from why
    return _looked_at(package)


def usable(form: Form, name: str) -> Form:
    """The same form. Raises ConfigError where a name in it is unknown or stands in the wrong place."""
    if form.ok:
        return form
    said = [*(f"不認得的欄位 {{{{{each.name}}}}}" for each in form.unknown), *form.problems]
    raise ConfigError(f"表單「{name}」無法填寫：{'；'.join(said)}。", _REMEDY)


def _refused(name: str, why: FormRefused) -> ConfigError:
    return ConfigError(
        f"表單「{name}」不能使用：{why}。", "請以 LibreOffice 或 Word 移除後另存為 .odt 或 .docx。"
    )


def _looked_at(package: Package) -> Form:
    known = names()
    lists = {each.name for each in known.lists}
    used: dict[str, None] = {}
    marks: dict[str, None] = {}
    unknown: dict[str, Unknown] = {}
    problems: dict[str, None] = {}
    filled = tuple(name for name in package.markup if _is_filled(package, name))
    for part in filled:
        found, broken = places(package.markup[part].root)
        problems |= dict.fromkeys(f"「{each}」的大括號沒有成對" for each in broken)
        for each in found:
            if is_mark(each.name):
                if each.row is None:
                    problems[f"重複標記 {each.written} 不在表格的列裡"] = None
                elif each.row not in lists:
                    problems[f"沒有「{each.row}」這個清單，可用的有：{'、'.join(sorted(lists))}"] = None
                marks[each.row or ""] = None
            elif each.name not in known.every:
                unknown[each.name] = Unknown(
                    each.name, tuple(difflib.get_close_matches(each.name, known.every, 3, 0.4))
                )
            else:
                used[each.name] = None
                own = known.list_of(each.name)
                if own is not None and own != each.row:
                    problems[f"{{{{{each.name}}}}} 只能用在標有 {{{{逐列：{own}}}}} 的表格列"] = None
    return Form(
        package,
        filled,
        tuple(each for each in known.every if each in used),
        tuple(each for each in marks if each),
        tuple(unknown.values()),
        tuple(problems),
        tuple(each for each in known.fields if each.expected and each.name not in used),
    )


def _is_filled(package: Package, part: str) -> bool:
    if package.kind is Kind.ODT:
        return part in _ODT_FILLED
    root = package.markup[part].root.tag
    return "wordprocessingml" in root and root.rpartition("}")[2] in _DOCX_ROOTS
