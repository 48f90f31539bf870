"""An .odt or .docx as its parts, in memory; whatever could run, load or reach out is refused before anything is read from it."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from agent.forms.errors import FormRefused
from agent.forms.markup import Markup, parse

LARGEST_FILE = 20_000_000
LARGEST_FORM = 60_000_000
MOST_PARTS = 400
MOST_RATIO = 300
_SMALL = 1_000_000
_NO_TIME = (1980, 1, 1, 0, 0, 0)
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
_MARKUP = (".xml", ".rels", ".rdf")


class Kind(StrEnum):
    """The two formats; the value is the file's ending."""

    ODT = "odt"
    DOCX = "docx"


@dataclass(slots=True)
class Package:
    """The parts by name in the file's order, and those that are XML, read."""

    kind: Kind
    parts: dict[str, bytes]
    markup: dict[str, Markup]

    def pack(self, changed: dict[str, bytes]) -> bytes:
        """The file with these parts instead; the same parts always give the same bytes."""
        made = BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in self.parts.items():
                member = zipfile.ZipInfo(name, _NO_TIME)
                member.create_system = 3
                member.external_attr = 0o644 << 16
                member.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(member, changed.get(name, data))
        return made.getvalue()


def open_package(data: bytes) -> Package:
    """The form in these bytes. Raises FormRefused for what is neither an .odt nor a .docx, or is not safe to use."""
    parts = _parts(data)
    kind = _kind(parts)
    markup = {
        name: parse(each, name) for name, each in parts.items() if name.lower().endswith(_MARKUP) and each
    }
    return Package(kind, parts, markup)


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = [each for each in archive.infolist() if not each.is_dir()]
            sizes = [each.file_size for each in infos]
            if len(infos) > MOST_PARTS or sum(sizes) > LARGEST_FORM or max(sizes, default=0) > LARGEST_FILE:
                raise FormRefused("檔案太大，不像是表單")
            for each in infos:
                _check_name(each.filename)
                if each.file_size > _SMALL and each.file_size > MOST_RATIO * each.compress_size:
                    raise FormRefused(f"{each.filename} 的壓縮比例異常")
            if len({each.filename.lower() for each in infos}) != len(infos):
                raise FormRefused("檔案內有同名的部分")
            return {each.filename: _read(archive, each) for each in infos}
    except (
        zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error, NotImplementedError
    ) as why:  # fmt: skip
        raise FormRefused("不是可以讀取的 .odt 或 .docx 檔") from why


def _check_name(name: str) -> None:
    if name.startswith(("/", "\\")) or re.search(r"(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:|\\", name):
        raise FormRefused(f"檔案內有指向外面的名稱「{name[:60]}」")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as member:
        found = member.read(info.file_size + 1)
    if len(found) > info.file_size:
        raise FormRefused("檔案內的大小與所載不符")
    return found


def _kind(parts: dict[str, bytes]) -> Kind:
    if parts.get("mimetype", b"").strip() == ODT_TYPE and "content.xml" in parts:
        return Kind.ODT
    if "[Content_Types].xml" in parts and any(name.startswith("word/") for name in parts):
        return Kind.DOCX
    raise FormRefused("不是 .odt 或 .docx 文件（範本檔 .ott、.dotx 請另存為文件）")
