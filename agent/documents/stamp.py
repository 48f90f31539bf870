"""A line in the bottom margin of pages that are not ours: the 核對碼 that ties them to the files, on a copy of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from agent.documents.printer import Printer
from agent.documents.render import render


def stamped(pdf: bytes, lines: Sequence[str], printer: Printer) -> bytes:
    """A copy with a line or two beneath each page (`lines` in the order of the pages); what stood on the pages stays as it was."""
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(pdf)), import_outline=False)
    by_size: dict[tuple[float, float], list[int]] = defaultdict(list)
    for at, page in enumerate(writer.pages):
        by_size[(float(page.mediabox.width), float(page.mediabox.height))].append(at)
    for (width, height), pages in by_size.items():
        html = render("stamp.html", width=width, height=height, lines=[lines[at] for at in pages])
        printed = PdfReader(BytesIO(printer(html)))
        for at, overlay in zip(pages, printed.pages, strict=False):
            writer.pages[at].merge_page(overlay)
    writer.compress_identical_objects()
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
