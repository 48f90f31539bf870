"""Records, pages and years for tests of the store, and its tables as they lie in the file."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from agent.store import KeptFile, PageRead, Store, YearRead
from rules.record import LearningRecord, Origin, UnreadRow

DAY = datetime(2023, 8, 1, 2, 30, tzinfo=UTC)
URL = "https://elearn.hrd.gov.tw/mooc/user/learning_record.php"
A = LearningRecord(
    title="政府數位轉型新視界",
    course_type="開放式",
    code="PCENTER112100461",
    start=datetime(2023, 1, 1, 8),
    end=datetime(2023, 1, 1, 9),
    reading=timedelta(hours=1),
    exam="100",
    survey="已填",
    condition="課程測驗：75 分(含)以上",
    status="已通過",
    certified_hours=Decimal("1.0"),
    upload_status="成功",
    uploaded_at=datetime(2023, 1, 2, 12),
    number="1",
)
B = replace(A, title="臺灣的海洋", code="PKCG112100138", start=datetime(2023, 3, 5, 20), number="2")
C = replace(A, title="人工智慧導論", code="PKCG112100139", start=datetime(2023, 5, 6, 9), number="3")
UNREAD = UnreadRow(("4", "怪列", "二"), "認證時數「二」不是數字", "怪列")


def path_of(folder: Path) -> Path:
    return folder / "elearn.sqlite3"


def page(
    *rows: LearningRecord, number=1, at=DAY, origin=Origin.PORTAL, unread=(), kept=False, url=URL
) -> PageRead:
    """A page of these rows. `kept`: its files were kept before, so it brings none."""
    says = [replace(each, number=None, origin=Origin.PORTAL) for each in rows]
    content = hashlib.sha256(repr((says, unread)).encode()).hexdigest()
    name = f"runs/{number}-{content[:8]}"
    return PageRead(
        number=number,
        url=url,
        taken_at=at,
        origin=origin,
        content_sha256=content,
        records=rows,
        unread=tuple(unread),
        html=None if kept else KeptFile.of(f"{name}.html", content.encode()),
        pdf=None if kept else KeptFile.of(f"{name}.pdf", content.encode()),
    )


def year(
    *pages: PageRead, of: int | None = 2023, total: int | None = None, complete: bool = True
) -> YearRead:
    return YearRead(of, total, complete, pages)


def records_file(*rows: LearningRecord, at=DAY, total=None, unread=()) -> YearRead:
    """As `importing` makes one of an exported file: no year, no files, not complete."""
    found = page(*rows, at=at, origin=Origin.RECORDS_FILE, unread=unread, kept=True)
    return YearRead(None, total, False, (found,))


def save(store: Store, *years: YearRead, at: datetime = DAY):
    return store.save_read(store.start_run("sync", at), years, at=at, report={})


def tables(path: Path, *but: str) -> dict[str, list[tuple]]:
    """Every table whole, except those named."""
    with closing(sqlite3.connect(path)) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(raw.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name not in but
        }


def versions(path: Path) -> list[tuple]:
    """(record, newest, status, hours) in the order they were written."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(
            "SELECT record_id, newest, status, certified_hours FROM version ORDER BY id"
        ).fetchall()
