"""Pages saved by hand and records files through the same pipeline as a run: several files are one read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agent import clock
from agent.access.person_binding import bind_person
from agent.home import Home
from agent.keeping import keep
from agent.logs import RunLog
from agent.records_file import RecordsFile, read_json
from agent.run_endings import ending
from agent.store import PageRead, Store, YearRead
from agent.syncing import RunReport, counts
from agent.upkeep.repairing import repair
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin
from rules.wording import year_word
from scrapers.errors import Incomplete, OtherPerson
from scrapers.portals import load
from scrapers.portals.elearn.record_page import LearningRecordPage
from scrapers.portals.portal import Owner
from scrapers.saved_page import LARGEST, read_saved_page
from scrapers.snapshot import Snapshot

_PAGES = (".html", ".htm", ".mhtml", ".mht")


def import_files(store: Store, home: Home, paths: Sequence[Path]) -> RunReport:
    """One read from these files. The caller holds the home's lock.

    Raises ConfigError for a file that cannot be used, PageChanged for a page that is not as known, Incomplete when pages of
    a year are missing, OtherPerson when the pages are not this home's person's.
    """
    run = store.start_run("import", clock.now())
    with RunLog(home, run) as log:
        log.begin(run=run, command="import", count=len(paths))
        repaired = repair(store, home, run, clock.now())
        with ending(store, run, log):
            report = _imported(store, home, run, paths)
        log.end("ok", 0, **counts(report), repaired=[each.key for each in repaired])
        return replace(report, repaired=repaired)


def _imported(store: Store, home: Home, run: int, paths: Sequence[Path]) -> RunReport:
    years, test = _years(store, home, run, paths)
    report = {"files": [path.name for path in paths]}
    saved = store.save_read(run, years, at=clock.now(), report=report, test=test)
    return RunReport(
        id=run,
        outcome="ok",
        records=saved.records,
        new=saved.new,
        changed=saved.changed,
        unread=saved.unread,
        years=tuple(sorted({each.year for each in years if each.year is not None})),
    )


def _years(store: Store, home: Home, run: int, paths: Sequence[Path]) -> tuple[list[YearRead], bool]:
    """What the files hold, and whether any of it was made from records of a replica."""
    pages: list[Snapshot] = []
    years: list[YearRead] = []
    test = False
    for path in paths:
        data = _bytes(path)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone(clock.TAIPEI)
        if path.suffix.lower() == ".json":
            found = read_json(_text(data, path.name), path.name)
            test = test or found.is_test
            years.append(_records_year(found, written))
        elif path.suffix.lower() in _PAGES:
            pages.append(read_saved_page(data, path.name, written))
        else:
            raise ConfigError(
                f"檔案「{path.name}」的類型無法匯入。", "可匯入存檔的網頁（.html、.mhtml）或紀錄檔（.json）。"
            )
    owner = _owner(pages)
    is_bound = store.person_key() is not None
    if owner and is_bound:
        bind_person(store, owner)  # or it is another person's
    read = _page_years(home, run, pages)
    if owner and not is_bound:
        bind_person(store, owner)  # by pages that can be saved, and by no others
    return [*read, *years], test


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"檔案「{path.name}」太大。", "請確認選的是學習紀錄的存檔。")
        return path.read_bytes()
    except OSError as why:
        raise ConfigError(f"檔案「{path}」無法讀取（{why.strerror}）。", "請確認檔名與權限。") from why


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise ConfigError(
            f"檔案「{name}」不是 UTF-8 文字檔。", "請使用 elearn export --format json 產生的檔案。"
        ) from why


def _records_year(found: RecordsFile, written: datetime) -> YearRead:
    """A records file adds history: it is never a whole year, so never a shrink."""
    content = hash_of(found.records)
    page = PageRead(
        number=1,
        url=found.source,
        taken_at=_past(found.taken_at or written),
        origin=Origin.RECORDS_FILE,
        content_sha256=content,
        records=found.records,
        unread=found.unread,
        html=None,
        pdf=None,
    )
    return YearRead(year=None, total_stated=found.total_stated, complete=False, pages=(page,))


def hash_of(records: Sequence[LearningRecord]) -> str:
    """The hash of what these records say."""
    return hashlib.sha256(repr([replace(each, number=None) for each in records]).encode()).hexdigest()


def _owner(pages: Sequence[Snapshot]) -> Owner | None:
    """The one person whose pages these are, None where they name nobody. Raises OtherPerson where they are of several."""
    portal = load()
    owners = [owner for page in pages if (owner := portal.owner(page)).platform_id]
    if len({owner.platform_id for owner in owners}) > 1:
        raise OtherPerson("這些存檔的網頁不是同一個人的；這次沒有儲存。", "請分開匯入到各自的資料夾。")
    return owners[0] if owners else None


def _page_years(home: Home, run: int, pages: Sequence[Snapshot]) -> list[YearRead]:
    """The saved pages by year, each year's pages in the order the page itself states. Raises Incomplete for a gap."""
    by_year: dict[int | None, list[LearningRecordPage]] = {}
    for page in pages:
        here = LearningRecordPage(page)
        selected = here.selected_year()
        by_year.setdefault(int(selected) if selected else None, []).append(here)
    return [
        _page_year(home, run, year, found)
        for year, found in sorted(by_year.items(), key=lambda each: each[0] or 0)
    ]


def _page_year(home: Home, run: int, year: int | None, found: list[LearningRecordPage]) -> YearRead:
    ordered = sorted(found, key=lambda page: page.span[0] if page.span else 0)
    which = f"{year_word(year)}的" if year else ""
    pages: list[PageRead] = []
    total = ordered[0].stated_total
    rows = 0
    contents: set[str] = set()
    for here in ordered:
        content = here.content_sha256()
        if content in contents:
            continue  # the same page saved twice
        contents.add(content)
        if here.span is not None and here.span[0] != rows + 1:
            raise Incomplete(f"{which}學習紀錄還缺第 {len(pages) + 1} 頁；這次沒有儲存。", _SAVE_ALL)
        pages.append(_page(home, run, year, len(pages) + 1, here, content))
        rows += len(pages[-1].records) + len(pages[-1].unread)
    if total is not None and rows != total:
        missing = f"還缺第 {len(pages) + 1} 頁" if rows < total else "筆數不符"
        raise Incomplete(
            f"{which}學習紀錄共 {total} 筆，存檔的網頁只有 {rows} 筆（{missing}）；這次沒有儲存。", _SAVE_ALL
        )
    if rows == 0 and total is None and not ordered[0].says_empty:
        raise Incomplete(f"{which}存檔的網頁沒有任何學習紀錄，也沒有說明查無資料；這次沒有儲存。", _SAVE_ALL)
    return YearRead(year=year, total_stated=total, complete=True, pages=tuple(pages))


_SAVE_ALL = "請把每一頁都另存新檔，再一次選取全部檔案匯入。"


def _past(stated: datetime) -> datetime:
    """When a file says it was taken, but never later than now: a file of tomorrow must not outlive tonight's read."""
    return min(stated, clock.now())


def _page(
    home: Home, run: int, year: int | None, number: int, here: LearningRecordPage, content: str
) -> PageRead:
    records, unread = here.rows()
    own = tuple(replace(each, origin=Origin.SAVED_PAGE) for each in records)
    return PageRead(
        number=number,
        url=here.snapshot.url,
        taken_at=_past(here.snapshot.taken_at or clock.now()),
        origin=Origin.SAVED_PAGE,
        content_sha256=content,
        records=own,
        unread=tuple(unread),
        html=keep(home, run, f"{year or 'page'}-{number}.html", here.snapshot.html.encode()),
        pdf=None,
    )
