"""A workbook as ODS (OpenDocument 1.3): plain XML in a zip, no formula, macro or link in it. The same records, the same bytes."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from agent.exports.sheets import Cell, Sheet, Workbook

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's earliest
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
    )
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "styles.xml")
    )
    + "</manifest:manifest>"
)
_TWO = '<number:{0} number:style="long"/>'
_CLOCK = f"{_TWO.format('hours')}<number:text>:</number:text>{_TWO.format('minutes')}<number:text>:</number:text>{_TWO.format('seconds')}"
_DAY = f"{_TWO.format('year')}<number:text>-</number:text>{_TWO.format('month')}<number:text>-</number:text>{_TWO.format('day')}"
_DATA_STYLES = (
    f'<number:date-style style:name="Nmoment">{_DAY}<number:text> </number:text>{_CLOCK}</number:date-style>'
    f'<number:date-style style:name="Nday">{_DAY}</number:date-style>'
    f'<number:time-style style:name="Nlength" number:truncate-on-overflow="false">{_CLOCK}</number:time-style>'
    '<number:number-style style:name="Nnumber"><number:number number:decimal-places="3"'
    ' number:min-decimal-places="1" number:min-integer-digits="1"/></number:number-style>'
)
_FONT = 'style:font-name="微軟正黑體" style:font-name-asian="微軟正黑體" fo:font-size="11pt" style:font-size-asian="11pt"'


def ods(book: Workbook) -> bytes:
    """The file's bytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        _member(package, "mimetype", MIMETYPE, zipfile.ZIP_STORED)
        _member(package, "content.xml", _content(book), zipfile.ZIP_DEFLATED)
        _member(package, "styles.xml", _styles(is_test=book.is_test), zipfile.ZIP_DEFLATED)
        _member(package, "META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _member(package: zipfile.ZipFile, name: str, text: str, how: int) -> None:
    member = zipfile.ZipInfo(name, _NO_TIME)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    member.compress_type = how
    package.writestr(member, text.encode())


def _content(book: Workbook) -> str:
    widths = sorted({width for sheet in book.sheets for _, width in sheet.columns})
    columns = "".join(
        f'<style:style style:name="W{width}" style:family="table-column"><style:table-column-properties'
        f' style:column-width="{width * 0.24:.2f}cm"/></style:style>'
        for width in widths
    )
    cells = "".join(
        _cell_style(name, f' style:data-style-name="N{name}"' if name not in ("text", "head") else "")
        for name in ("text", "head", "moment", "day", "length", "number")
    )
    table = '<style:style style:name="T" style:family="table" style:master-page-name="Records"/>'
    return (
        f'{_HEAD}<office:document-content {_NAMES} office:version="1.3">'
        f"<office:font-face-decls>{_FACE}</office:font-face-decls>"
        f"<office:automatic-styles>{_DATA_STYLES}{columns}{table}{cells}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(map(_table, book.sheets))}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


_FACE = '<style:font-face style:name="微軟正黑體" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:font-family="微軟正黑體"/>'


def _cell_style(name: str, data: str) -> str:
    bold = ' fo:font-weight="bold" style:font-weight-asian="bold"' if name == "head" else ""
    line = ' fo:border-bottom="0.5pt solid #000000"' if name == "head" else ""
    return (
        f'<style:style style:name="C{name}" style:family="table-cell"{data}>'
        f'<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"'
        f' style:text-align-source="fix"{line}/><style:paragraph-properties fo:text-align="start"/>'
        f"<style:text-properties {_FONT}{bold}/></style:style>"
    )


def _table(sheet: Sheet) -> str:
    columns = "".join(f'<table:table-column table:style-name="W{width}"/>' for _, width in sheet.columns)
    head = "".join(_cell(heading, "head") for heading, _ in sheet.columns)
    rows = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in sheet.rows)
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="T">{columns}'
        f"<table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>{rows}</table:table>"
    )


def _cell(cell: Cell, style: str = "text") -> str:
    """A cell with its value and how it reads without the program that knows the style."""
    match cell:
        case None:
            return "<table:table-cell/>"
        case str():
            lines = "".join(f"<text:p>{_text(line)}</text:p>" for line in cell.splitlines() or [""])
            return f'<table:table-cell table:style-name="C{style}" office:value-type="string">{lines}</table:table-cell>'
        case Decimal():
            return _valued("number", "float", f'office:value="{cell:f}"', f"{cell:f}")
        case timedelta():
            total = int(cell.total_seconds())
            hour, minute, second = total // 3600, total // 60 % 60, total % 60
            given = f'office:time-value="PT{hour:02}H{minute:02}M{second:02}S"'
            return _valued("length", "time", given, f"{hour:02}:{minute:02}:{second:02}")
        case datetime():
            given = f'office:date-value="{cell.isoformat(timespec="seconds")}"'
            return _valued("moment", "date", given, f"{cell:%Y-%m-%d %H:%M:%S}")
        case date():
            return _valued("day", "date", f'office:date-value="{cell.isoformat()}"', cell.isoformat())


def _text(line: str) -> str:
    """Blanks in a row and tabs are elements of their own in OpenDocument."""
    return escape(line).replace("\t", "<text:tab/>").replace("  ", " <text:s/>")


def _valued(style: str, kind: str, value: str, shown: str) -> str:
    return (
        f'<table:table-cell table:style-name="C{style}" office:value-type="{kind}" {value}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _styles(*, is_test: bool) -> str:
    """A4 across, the table as wide as the page, and the foot."""
    foot = f"<text:p>{'測試　' if is_test else ''}第 <text:page-number>1</text:page-number>／<text:page-count>1</text:page-count> 頁</text:p>"
    return (
        f'{_HEAD}<office:document-styles {_NAMES} office:version="1.3">'
        f"<office:font-face-decls>{_FACE}</office:font-face-decls>"
        '<office:automatic-styles><style:page-layout style:name="P"><style:page-layout-properties fo:page-width="29.7cm"'
        ' fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1cm" style:scale-to-X="1" style:scale-to-Y="0"/>'
        '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.2cm"/></style:footer-style>'
        "</style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Records" style:page-layout-name="P">'
        f"<style:footer>{foot}</style:footer></style:master-page></office:master-styles></office:document-styles>"
    )
