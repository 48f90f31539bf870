"""How things stand after a read: where each record stands, on which kept page, and the rows that were not understood."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from agent.store import losses
from agent.store import tables as t
from agent.store.encode import new_id, utc
from agent.store.tables import IN_FILES
from agent.store.values import PageRead
from agent.store.year_under_way import YearUnderWay


def stand(connection: Connection, run: int, read: YearUnderWay, ids: dict[int, int], keep: set[int]) -> None:
    """Where each record stands now, the pages it stands on, and the rows that were not understood."""
    standing = [
        {
            "record_id": ids[at],
            "year": read.key,
            "page_number": page.number,
            "position": position,
            "number": each.number,
        }
        for at, (page, position, each) in enumerate(read.rows)
    ]
    if read.year.complete:
        left = set(connection.scalars(select(t.sighting.c.record_id).where(t.sighting.c.year == read.key)))
        left -= {*keep, *ids.values()}
        connection.execute(
            delete(t.sighting).where(t.sighting.c.year == read.key, t.sighting.c.record_id.in_(left))
        )
    if standing:
        fresh = upsert(t.sighting)
        changed = {name: fresh.excluded[name] for name in ("page_number", "position", "number")}
        connection.execute(
            fresh.on_conflict_do_update(index_elements=["record_id", "year"], set_=changed), standing
        )
    if read.key != IN_FILES:
        losses.returned(connection, ids.values(), read.taken_at)
    _put_unread(connection, run, read)
    pages = [_keep_page(connection, run, read.key, page) for page in read.year.pages]
    values = {
        "taken_at": read.taken_at,
        "url": next((page.url for page in read.year.pages), ""),
        "total_stated": read.year.total_stated,
        "pages": _json(pages),
    }
    connection.execute(
        upsert(t.read_year)
        .values(year=read.key, **values)
        .on_conflict_do_update(index_elements=["year"], set_=values)
    )


def _put_unread(connection: Connection, run: int, read: YearUnderWay) -> None:
    """The rows not understood in place of those of the read before; the same ones stay as they were entered."""
    fresh = [(_json(each.cells), each.reason, each.title) for each in read.unread]
    of_year = t.unread.c.year == read.key
    kept = connection.execute(
        select(t.unread.c.cells, t.unread.c.reason, t.unread.c.title).where(of_year).order_by(t.unread.c.id)
    )
    if [tuple(row) for row in kept] == fresh:
        return
    connection.execute(delete(t.unread).where(of_year))
    if fresh:
        names = ("cells", "reason", "title")
        entered = {"year": read.key, "run_id": run}
        connection.execute(
            insert(t.unread), [{**entered, **dict(zip(names, row, strict=True))} for row in fresh]
        )


def _keep_page(connection: Connection, run: int, key: int, page: PageRead) -> int:
    """The id of the kept page: a new row where the content is new, else the row it was kept under."""
    if page.html is None and page.pdf is None:
        kept = connection.scalars(
            select(t.page.c.id)
            .where(t.page.c.year == key, t.page.c.number == page.number)
            .where(t.page.c.content_sha256 == page.content_sha256)
            .order_by(t.page.c.id.desc())
        ).first()
        if kept is not None:
            return int(kept)
    made = connection.execute(
        insert(t.page).values(
            run_id=run,
            year=key,
            number=page.number,
            url=page.url,
            taken_at=utc(page.taken_at),
            origin=str(page.origin),
            content_sha256=page.content_sha256,
            html_path=page.html.path if page.html else None,
            html_sha256=page.html.sha256 if page.html else None,
            pdf_path=page.pdf.path if page.pdf else None,
            pdf_sha256=page.pdf.sha256 if page.pdf else None,
        )
    )
    return new_id(made)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
