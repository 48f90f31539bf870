"""What a run read becomes files of the home and rows of the store."""

from __future__ import annotations

from typing import Any

from agent import clock
from agent.home import Home, write_private
from agent.store import KeptFile, PageRead, Saved, Store, YearRead
from scrapers.portals.portal import ReadPage, ReadYear


def save(store: Store, home: Home, run: int, read: list[ReadYear], report: dict[str, Any]) -> Saved:
    """The files of new pages, then everything else in one transaction."""
    years = [
        YearRead(
            year=each.year,
            total_stated=each.stated_total,
            complete=True,
            pages=tuple(_page(home, run, page) for page in each.pages),
        )
        for each in read
    ]
    return store.save_read(run, years, at=clock.now(), report=report)


def _page(home: Home, run: int, page: ReadPage) -> PageRead:
    html = pdf = None
    if page.pdf is not None:
        name = f"{page.year or 'page'}-{page.number}"
        html = keep(home, run, f"{name}.html", page.snapshot.html.encode())
        pdf = keep(home, run, f"{name}.pdf", page.pdf)
    return PageRead(
        number=page.number,
        url=page.snapshot.url,
        taken_at=page.snapshot.taken_at or clock.now(),
        origin=page.snapshot.origin,
        content_sha256=page.content_sha256,
        records=page.records,
        unread=page.unread,
        html=html,
        pdf=pdf,
    )


def keep(home: Home, run: int, name: str, data: bytes) -> KeptFile:
    """A file of this run on disk, and how the store names it."""
    path = home.run_folder(run) / name
    write_private(path, data)
    return KeptFile.of(path.relative_to(home.path).as_posix(), data)
