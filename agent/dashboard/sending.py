"""Files as answers: a PDF as the browser's own viewer shows it, anything else only to be saved."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from agent.dashboard.door import POLICY
from agent.dashboard.papers import Papers


def file_answer(papers: Papers, name: str) -> Response:
    """A PDF as the browser's own viewer shows it; anything else, kept pages above all, only as a file to be saved."""
    data = papers.read(name)
    last = quote(name.rpartition("/")[2])
    return pdf_answer(data, last) if name.endswith(".pdf") else download(data, last)


def pdf_answer(data: bytes, name: str) -> Response:
    """A PDF for the browser's own viewer, in this page's own frames alone."""
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{name}",
        "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
        "X-Frame-Options": "SAMEORIGIN",
    }
    return Response(data, media_type="application/pdf", headers=headers)


def download(data: bytes, name: str) -> Response:
    """Bytes to be saved, never shown: nothing in them can run in this page. `name` is quoted as in an address."""
    return Response(data, media_type="application/octet-stream", headers=as_download(name))


def as_download(name: str) -> dict[str, str]:
    """The headers of what is only to be saved."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
