"""All papers of a claim in one PDF, in the order in which they are handed over at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject, create_string_object


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has. Raises ValueError for bytes that are no readable PDF."""
    return len(_reader(pdf).pages)


def bind(parts: Sequence[bytes], title: str, names: Sequence[str] = ()) -> bytes:
    """The parts one after another, untouched, with a bookmark each; the same parts always give the same bytes.

    `names` are the bookmarks' texts in the same order; a part without one is named by its own title, else by its number.
    Raises ValueError where a part is no readable PDF or there is none.
    """
    if not parts:
        raise ValueError("沒有可以合併的文件。")
    writer = PdfWriter()
    for at, part in enumerate(parts):
        reader = _reader(part)
        first = len(writer.pages)
        writer.append(reader, import_outline=False)
        name = names[at] if at < len(names) else _title(reader)
        writer.add_outline_item(title=name or f"第 {at + 1} 件", page_number=first)
    writer.metadata = {"/Title": title, "/Producer": "elearn-agent"}  # no time: nothing here is fetched
    writer.root_object[NameObject("/Lang")] = create_string_object("zh-TW")
    writer.page_mode = "/UseOutlines"
    bound = BytesIO()
    writer.write(bound)
    return bound.getvalue()


def _reader(pdf: bytes) -> PdfReader:
    try:
        reader = PdfReader(BytesIO(pdf))
        if not len(reader.pages):
            raise ValueError("PDF 文件沒有任何一頁。")
    except (PyPdfError, OSError, KeyError, AttributeError) as why:
        raise ValueError("這不是可以讀取的 PDF 文件。") from why
    return reader


def _title(reader: PdfReader) -> str:
    return (reader.metadata.title or "").strip() if reader.metadata else ""
