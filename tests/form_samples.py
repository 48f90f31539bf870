"""Forms made for the tests: an .odt and a .docx as a personnel office might draw them, placeholders split over runs and all."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    f'xmlns:office="{ODF}:office:1.0" xmlns:style="{ODF}:style:1.0" xmlns:text="{ODF}:text:1.0" '
    f'xmlns:table="{ODF}:table:1.0" xmlns:fo="{ODF}:xsl-fo-compatible:1.0" xmlns:svg="{ODF}:svg-compatible:1.0" '
    f'xmlns:draw="{ODF}:drawing:1.0" xmlns:script="{ODF}:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
WIDTHS = (12, 60, 14, 14, 32, 32, 16)


def _p(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def _cell(text: str, span: int = 1) -> str:
    more = f' table:number-columns-spanned="{span}"' if span > 1 else ""
    covered = "<table:covered-table-cell/>" * (span - 1)
    return f'<table:table-cell table:style-name="Box"{more}>{_p(text)}</table:table-cell>{covered}'


def _row(*cells: str) -> str:
    return f'<table:table-row table:style-name="Row">{"".join(map(_cell, cells))}</table:table-row>'


HEADINGS = ("No.", "課程", "計畫", "認證", "起", "迄", "日別")
# The first place is split as editors split text that was corrected, the mark stands in the first cell.
REPEATED = (
    '{{逐列：課程}}{{<text:span text:style-name="T">編</text:span><text:span>號}</text:span>}',
    "{{課程名稱}}", "{{計畫時數}}", "{{認證時數}}", "{{起}}", "{{迄}}", "{{日別}}",
)  # fmt: skip
BODY = (
    _p("{{機關}}", "Title")
    + _p("學習補休申請單（{{年度}} 年度）", "Title")
    + '<table:table table:name="人" table:style-name="Whole">'
    + '<table:table-column table:number-columns-repeated="4"/>'
    + _row("單位", "{{服務單位}}", "職稱", "{{職稱}}")
    + _row("姓名", "{{姓<text:span>名}}</text:span>", "申請日期", "{{ 申請日期 }}")
    + _row("申請時數", "{{申請時數}} 小時", "先前", "{{先前申請時數}} 小時")
    + "</table:table>"
    + _p("依據：{{依據}}")
    + '<table:table table:name="課" table:style-name="Whole">'
    + "".join(f'<table:table-column table:style-name="C{at}"/>' for at in range(len(WIDTHS)))
    + f"<table:table-header-rows>{_row(*HEADINGS)}</table:table-header-rows>"
    + _row(*REPEATED)
    + f'<table:table-row table:style-name="Row">{_cell("合計 {{課程門數}} 門，認證 {{認證時數合計}} 小時", 7)}</table:table-row>'
    + "</table:table>"
    + '<table:table table:name="認定" table:style-name="Whole">'
    + '<table:table-column table:number-columns-repeated="3"/>'
    + _row("{{逐列:待認定}}{{認定課程}}", "{{問題}}", "{{採計}}")
    + "</table:table>"
    + _p("附件：{{附件}}")
    + '<table:table table:name="章" table:style-name="Whole"><table:table-column table:number-columns-repeated="2"/>'
    + _row("申請人", "人事單位")
    + f'<table:table-row table:style-name="Stamp">{_cell("")}{_cell("")}</table:table-row></table:table>'
)


def odt(
    body: str = BODY,
    more: Mapping[str, bytes] | None = None,
    mimetype: str = "text",
    footer: str = "核對碼 {{核對碼}}",
) -> bytes:
    """An .odt of this body, A4, with a footer on every page, and more parts."""
    columns = "".join(
        f'<style:style style:name="C{at}" style:family="table-column"><style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for at, width in enumerate(WIDTHS)
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} office:version="1.3"><office:scripts/>'
        f"<office:automatic-styles>{columns}"
        '<style:style style:name="Whole" style:family="table"><style:table-properties style:width="180mm" table:border-model="collapsing"/></style:style>'
        '<style:style style:name="Row" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>'
        '<style:style style:name="Stamp" style:family="table-row"><style:table-row-properties style:min-row-height="26mm" fo:keep-together="always"/></style:style>'
        '<style:style style:name="Box" style:family="table-cell"><style:table-cell-properties fo:border="0.75pt solid #000000" fo:padding="0.5mm"/></style:style>'
        '<style:style style:name="T" style:family="text"/>'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    styles = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {NAMESPACES} office:version="1.3">'
        '<office:font-face-decls><style:font-face style:name="標楷體" svg:font-family="標楷體"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="標楷體" '
        'style:font-name-asian="標楷體" fo:font-size="12pt" style:font-size-asian="12pt"/></style:default-style>'
        '<style:style style:name="Standard" style:family="paragraph"/>'
        '<style:style style:name="Title" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>'
        '<style:text-properties fo:font-size="16pt" style:font-size-asian="16pt"/></style:style></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" '
        'fo:page-height="297mm" fo:margin="15mm"/><style:footer-style/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer>'
        f"{_p(footer + ' 第 <text:page-number>1</text:page-number> 頁')}</style:footer></style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    kind = f"application/vnd.oasis.opendocument.{mimetype}"
    parts = {
        "mimetype": kind.encode(),
        "content.xml": content.encode(),
        "styles.xml": styles.encode(),
        **(more or {}),
    }
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in parts
        if name != "mimetype"
    )
    parts["META-INF/manifest.xml"] = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{ODF}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>{listed}</manifest:manifest>'
    ).encode()
    return zipped(parts)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)


def _run(text: str) -> str:
    font = (
        '<w:rPr><w:rFonts w:ascii="標楷體" w:eastAsia="標楷體" w:hAnsi="標楷體"/><w:sz w:val="24"/></w:rPr>'
    )
    return f'<w:r>{font}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _wp(*runs: str) -> str:
    between = '<w:proofErr w:type="spellStart"/>'
    return f'<w:p w14:paraId="0000000{len(runs)}">{between.join(map(_run, runs))}</w:p>'


def _tc(width: int, *runs: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_wp(*runs)}</w:tc>'


def _tr(*cells: tuple[str, ...], head: bool = False) -> str:
    widths = [round(each * 56.7) for each in WIDTHS]
    repeated = "<w:tblHeader/>" if head else ""
    inside = "".join(_tc(width, *runs) for width, runs in zip(widths, cells, strict=False))
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inside}</w:tr>"


def _tbl(*rows: str) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{each} w:val="single" w:sz="6" w:color="000000"/>' for each in sides)
    grid = "".join(f'<w:gridCol w:w="{round(each * 56.7)}"/>' for each in WIDTHS)
    return (
        f'<w:tbl><w:tblPr><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


DOCUMENT = (
    _wp("{{機關}}", "　{{年", "度}} 年度學習補休申請單")
    + _wp("單位 {{服務單位}}　職稱 {{職稱}}　姓名 {", "{姓名}", "}")
    + _wp("申請日期 {{申請日期}}　申請 {{申請時數}} 小時　{{申請項目}}")
    + _tbl(
        _tr(*((each,) for each in HEADINGS), head=True),
        _tr(
            ("{{逐列：", "課程}}", "{{編號}}"),
            ("{{課程", "名稱}}"),
            ("{{計畫時數}}",),
            ("{{認證時數}}",),
            ("{{起}}",),
            ("{{迄}}",),
            ("{{日別}}",),
        ),
    )
    + _wp("附件：{{附件}}")
)


def docx(
    document: str = DOCUMENT,
    more: Mapping[str, bytes] | None = None,
    relations: str = "",
    main: str = "document.main",
) -> bytes:
    """A .docx of this body with a footer on every page, and more parts."""
    types = (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{main}+xml"/>'
        '<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
        "word/document.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {WORD}><w:body>{document}<w:sectPr>'
            '<w:footerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>'
            '<w:pgMar w:top="850" w:right="850" w:bottom="850" w:left="850" w:header="400" w:footer="400" w:gutter="0"/>'
            "</w:sectPr></w:body></w:document>"
        ).encode(),
        "word/footer1.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:ftr {WORD}>{_wp("核對碼 {{核", "對碼}}")}</w:ftr>'.encode(),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relation}/footer" Target="footer1.xml"/>{relations}</Relationships>'
        ).encode(),
        **(more or {}),
    }
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            member = zipfile.ZipInfo(name, (2023, 6, 1, 8, 0, 0))
            archive.writestr(member, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return made.getvalue()
