"""Ten years of nightly runs, simulated in the real store: what is kept grows with what changed, not with how often it was looked."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from agent.home import open_home
from agent.keeping import keep
from agent.store import Store
from agent.store.values import KeptFile, PageRead, YearRead
from benchmarks.line import Line, at_most
from benchmarks.measure import Command, commands, processor_ratio
from benchmarks.people import records_of
from rules.record import LearningRecord, Origin

YEARS = 10
NIGHTS = 365
A_YEAR = 40  # records in a year, one every nine days
_FIRST = datetime(2023, 1, 1, 18, 30, tzinfo=UTC)
_PDF = b"%PDF-" + bytes(range(256)) * 200  # 50 kB, as a printed page has


def run() -> list[Line]:
    """A home that was read every night beside one that was read only when something had changed."""
    with tempfile.TemporaryDirectory() as folder:
        nightly, seldom = Path(folder) / "nightly", Path(folder) / "seldom"
        _live(nightly, list(_nights()))
        _live(
            seldom,
            [
                (at, count)
                for (_, before), (at, count) in pairwise([(_FIRST, -1), *_nights()])
                if count != before
            ],
        )
        sizes = [_size(each) for each in (nightly, seldom)]
        databases = [open_home(each).database.stat().st_size for each in (nightly, seldom)]
        asked = ("-m", "agent", "check", "--plan", "kaohsiung-112", "--on", "2023-08-31")
        after, first = commands([Command(asked, {"ELEARN_HOME": str(each)}) for each in (nightly, seldom)], 9)
    work = f"{YEARS} years of nightly runs ({YEARS * NIGHTS:,}; {YEARS * A_YEAR} records)"
    return [
        at_most(
            f"{work}: kept on disk",
            "read only when something changed",
            sizes[0] / sizes[1],
            1.2,
            _megabytes(sizes),
        ),
        at_most(f"{work}: database", "the same", databases[0] / databases[1], 1.5, _megabytes(databases)),
        at_most(
            f"`elearn check` after {YEARS} years",
            "the same records read once each",
            processor_ratio(after, first),
            1.2,
        ),
    ]


def _megabytes(sizes: list[int]) -> str:
    return f" ({sizes[0] / 1e6:.1f} : {sizes[1] / 1e6:.1f} MB)"


def _nights() -> Iterator[tuple[datetime, int]]:
    """When each run is, and how many records there are by then."""
    for night in range(YEARS * NIGHTS):
        yield _FIRST + timedelta(days=night), 1 + night * A_YEAR // NIGHTS


def _live(home: Path, nights: list[tuple[datetime, int]]) -> None:
    """Every read of these nights, saved as a run saves it."""
    open_home(home)
    everything = [
        _in_year(each, 2023 + at // A_YEAR) for at, each in enumerate(records_of(1, A_YEAR * YEARS + 1))
    ]
    known: dict[tuple[int, int], str] = {}
    with Store.open(open_home(home).database) as store:
        for at, count in nights:
            run = store.start_run("sync", at)
            years = sorted({each.start.year for each in everything[:count] if each.start}, reverse=True)
            read = [_year(home, run, year, everything[:count], at, known) for year in years]
            store.save_read(run, read, at=at, report=_report(len(years)))


def _in_year(record: LearningRecord, year: int) -> LearningRecord:
    def moved(moment: datetime | None) -> datetime | None:
        return moment.replace(year=year) if moment else None

    return replace(
        record, start=moved(record.start), end=moved(record.end), uploaded_at=moved(record.uploaded_at)
    )


def _year(
    home: Path,
    run: int,
    year: int,
    records: list[LearningRecord],
    at: datetime,
    known: dict[tuple[int, int], str],
) -> YearRead:
    own = tuple(each for each in records if each.start and each.start.year == year)
    pages = []
    for number in range(1, (len(own) + 9) // 10 + 1):
        shown = own[(number - 1) * 10 : number * 10]
        content = hashlib.sha256(repr(shown).encode()).hexdigest()
        files: list[KeptFile | None] = [None, None]
        if known.get((year, number)) != content:
            known[year, number] = content
            files = [
                keep(open_home(home), run, f"{year}-{number}.{kind}", data)
                for kind, data in (("html", repr(shown).encode()), ("pdf", _PDF))
            ]
        pages.append(
            PageRead(
                number,
                "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php",
                at,
                Origin.PORTAL,
                content,
                shown,
                (),
                *files,
            )
        )
    return YearRead(year, len(own), complete=True, pages=tuple(pages))


def _report(years: int) -> dict[str, object]:
    """What a run enters of itself, as long as a real one's."""
    paths = (
        "/mooc/index.php",
        "/mooc/co_login_dialog.php",
        "/sso_verify.php",
        "/mooc/user/learn_dashboard.php",
        "/logout.php",
    )
    visited = [{"method": "GET", "host": "elearn.hrd.gov.tw", "path": each, "count": 1} for each in paths]
    table = {
        "method": "POST",
        "host": "elearn.hrd.gov.tw",
        "path": "/mooc/user/learn_stat.php",
        "count": years,
    }
    return {"refused_requests": [], "requests_made": [*visited, table]}


def _size(home: Path) -> int:
    return sum(each.stat().st_size for each in home.rglob("*") if each.is_file())
