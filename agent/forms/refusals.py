"""What a form may not hold: macros, embedded programs and objects, and anything that is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from agent.forms.errors import FormRefused
from agent.forms.package import Kind, Package

_HREF = "{http://www.w3.org/1999/xlink}href"
_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")

# Elements by their local name, whatever namespace a producer writes them in.
_ODT_ELEMENTS = {
    "event-listeners": "巨集或事件",
    "event-listener": "巨集或事件",
    "script": "巨集或程式碼",
    "execute-macro": "巨集",
    "object": "內嵌物件",
    "object-ole": "內嵌物件",
    "applet": "內嵌程式",
    "plugin": "內嵌程式",
    "floating-frame": "內嵌網頁",
    "dde-source": "外部連結（DDE）",
    "dde-connection-decl": "外部連結（DDE）",
    "dde-connection": "外部連結（DDE）",
    "section-source": "外部連結",
    "database-display": "資料庫欄位",
    "connection-resource": "資料庫連結",
}
_DOCX_ELEMENTS = {
    "object": "內嵌物件",
    "control": "內嵌控制項",
    "altChunk": "內嵌文件",
    "subDoc": "外部文件",
    "attachedTemplate": "外部範本",
    "mailMerge": "外部資料來源",
}
_DOCX_PARTS = re.compile(r"vbaproject|activex|/embeddings/|oleobject|vbadata|/afchunk", re.IGNORECASE)
_FIELDS = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "REF", "PAGEREF", "STYLEREF", "DATE", "TIME", "CREATEDATE",
    "SAVEDATE", "PRINTDATE", "FORMTEXT", "FORMCHECKBOX", "=", "EQ", "SYMBOL", "TITLE", "AUTHOR",
}  # fmt: skip


def refuse_unsafe(package: Package) -> None:
    """Raises FormRefused naming the first part that is not allowed."""
    if package.kind is Kind.ODT:
        _odt(package)
    else:
        _docx(package)


def _odt(package: Package) -> None:
    for name, data in package.parts.items():
        if name.startswith(("Basic/", "Scripts/")):
            raise FormRefused("含有巨集")
        if name.startswith(("Object ", "ObjectReplacements/")):
            raise FormRefused("含有內嵌物件")
        if name.startswith("Configurations2/") and data:
            raise FormRefused("含有自訂的選單或快速鍵")
        _picture(name, name.startswith(("Pictures/", "media/")))
    for name, markup in package.markup.items():
        for element in markup.root.iter():
            local = _local(element.tag)
            if local in _ODT_ELEMENTS or element.tag.startswith(f"{{{_SCRIPT}}}"):
                raise FormRefused(f"{name} 含有{_ODT_ELEMENTS.get(local, '巨集或程式碼')}")
            if local == "encryption-data":
                raise FormRefused("有密碼保護")
            href = element.get(_HREF)
            if href and not href.startswith("#") and href.removeprefix("./") not in package.parts:
                raise FormRefused(f"{name} 連到外部「{href[:60]}」")


def _docx(package: Package) -> None:
    for name, data in package.parts.items():
        if _DOCX_PARTS.search(name):
            raise FormRefused("含有巨集、控制項或內嵌物件")
        if name == "[Content_Types].xml" and b"macroenabled" in data.lower().replace(b"\0", b""):
            raise FormRefused("是含巨集的文件")
        _picture(name, name.startswith("word/media/"))
    for name, markup in package.markup.items():
        for element in markup.root.iter():
            local = _local(element.tag)
            if local == "Relationship" and element.get("TargetMode", "").lower() == "external":
                raise FormRefused(f"{name} 連到外部「{element.get('Target', '')[:60]}」")
            if local in _DOCX_ELEMENTS and name.startswith("word/"):
                raise FormRefused(f"{name} 含有{_DOCX_ELEMENTS[local]}")
        for code in _field_codes(markup.root):
            word = code.split()[0].upper() if code.split() else ""
            if word and word not in _FIELDS and not word.startswith("="):
                raise FormRefused(f"{name} 含有功能變數「{code[:40]}」")


def _picture(name: str, is_picture: bool) -> None:
    if is_picture and not name.lower().endswith(_PICTURES):
        raise FormRefused(f"圖片「{name[:60]}」的格式不能使用，請改用 PNG 或 JPEG")


def _field_codes(root: Element) -> Iterator[str]:
    """The instruction of every field: a piece may be split over several runs, and a field may lie within another."""
    code: list[str] = []
    for element in root.iter():
        match _local(element.tag):
            case "fldSimple":
                yield next((value for key, value in element.items() if _local(key) == "instr"), "")
            case "fldChar":
                yield "".join(code)
                code = []
            case "instrText" | "delInstrText":
                code.append(element.text or "")
    yield "".join(code)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
