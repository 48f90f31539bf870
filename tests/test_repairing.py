"""A run killed at any point leaves the last good state; the next run puts the rest right and says what it did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from store_samples import DAY, A, B, page, save, year

from agent.claims.files import ClaimFile, manifest, write_folder
from agent.home import Home, open_home, write_private
from agent.store import Claim, Shrink, Store
from agent.upkeep.backups import backups, make_backup
from agent.upkeep.repairing import repair

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
NAME = "kaohsiung-112-1"


@pytest.fixture
def home(tmp_path) -> Home:
    return open_home(tmp_path / "王 小明")


@pytest.fixture
def store(home):
    with Store.open(home.database) as found:
        yield found
        assert found.integrity() == []


def repaired(store: Store, home: Home) -> dict[str, int]:
    """What the next run finds, as its report says."""
    run = store.start_run("sync", DAY)
    done = repair(store, home, run, DAY)
    store.finish_run(run, outcome="ok", exit_code=0, at=DAY, report={"more": 1})
    report = store.runs()[0].report
    assert report == (
        {"repaired": [{"key": each.key, "count": each.count, "text": each.text} for each in done]}
        if done
        else {}
    ) | {"more": 1}
    assert all(each.text for each in done)
    return {each.key: each.count for each in done}


def claim(hours: str = "4", *more: ClaimFile) -> list[ClaimFile]:
    records = ClaimFile("records.json", "records", hours.encode())
    return [records, *more, manifest([records, *more], {"claim": {"id": NAME}})]


def enter(store: Store, files: list[ClaimFile], home: Home) -> None:
    stated = json.loads(files[-1].data)
    store.put_prepared(
        Claim(
            NAME,
            "kaohsiung-112",
            4,
            "prepared",
            DAY.date(),
            str(home.claims / NAME),
            ("policy",),
            stated["check_code"],
        ),
        DAY,
    )


def test_where_nothing_was_left_nothing_is_said(store, home):
    save(store, year(page(A)))
    write_folder(home.claims / NAME, files := claim())
    enter(store, files, home)
    assert repaired(store, home) == {}


def test_a_run_without_an_end_is_entered_as_interrupted(store, home):
    """Once, and only those before the present one."""
    save(store, year(page(A)))
    killed = store.start_run("sync", DAY)
    assert repaired(store, home) == {"unfinished_runs": 1}
    found = {each.id: (each.outcome, each.exit_code) for each in store.runs()}
    assert found[killed] == ("interrupted", None)
    assert repaired(store, home) == {}


def test_pages_of_a_killed_run_go_and_those_of_a_read_stay(store, home):
    """A run that set its read aside keeps what it saw."""
    run = store.start_run("sync", DAY)
    read = page(A, B)
    for kept in (read.html, read.pdf):
        write_private(home.path / kept.path, b"x")
    store.save_read(run, [year(read)], at=DAY, report={})
    killed, shrunk = store.start_run("sync", DAY), store.start_run("sync", DAY)
    for each in (killed, shrunk):
        write_private(home.run_folder(each) / "2023-1.html", b"x")
        write_private(home.run_folder(each) / "2023-1.pdf", b"x")
    write_private(home.run_folder(killed) / "evidence" / "page-1.html", b"x")
    with pytest.raises(Shrink):
        store.save_read(shrunk, [year(page(A))], at=DAY, report={})
    store.finish_run(shrunk, outcome="shrink", exit_code=19, at=DAY, report={})
    assert repaired(store, home) == {"unfinished_runs": 1, "orphan_pages": 2}
    assert (home.path / read.html.path).exists()
    assert len(list(home.run_folder(shrunk).iterdir())) == 2
    assert [each.name for each in home.run_folder(killed).iterdir()] == ["evidence"]


def test_temporary_files_go_but_not_one_that_is_just_being_written(store, home):
    """Beside runs and claims another process may be writing its settings."""
    for folder in (home.runs / "000001", home.runs, home.claims / NAME / "pages"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".x.html.new").write_text("half")
    (home.path / ".session.bin.new").write_text("half")
    (home.path / ".config.toml.new").write_text("half")
    os.utime(home.path / ".config.toml.new", (0, 0))
    assert repaired(store, home) == {"temporary_files": 4}
    assert [each.name for each in home.path.rglob(".*.new")] == [".session.bin.new"]


@pytest.mark.parametrize("stands", [True, False], ids=["the new one stands", "no folder stands"])
def test_a_claim_folder_caught_between_two_names_is_whole_again(store, home, stands):
    """As the ledger knows it: the earlier one where the new one had not come into its place."""
    files = claim()
    write_folder(home.claims / f".{NAME}.old", files)
    if stands:
        write_folder(home.claims / NAME, files)
    else:
        write_folder(home.claims / f".{NAME}.new", claim("8"))
    enter(store, files, home)
    assert repaired(store, home) == {"claim_folders": 1 if stands else 2}
    assert [each.name for each in home.claims.iterdir()] == [NAME]
    assert (home.claims / NAME / "records.json").read_bytes() == b"4"


@pytest.mark.parametrize("entered", [True, False], ids=["another is entered", "none is entered"])
def test_papers_that_were_never_entered_are_named(store, home, entered):
    """They are complete, so nothing is removed; they must not go to the office."""
    if entered:
        enter(store, claim("8"), home)
    write_folder(home.claims / NAME, claim())
    assert repaired(store, home) == {"unmatched_claims": 1}
    assert (home.claims / NAME / "manifest.json").exists()


def test_a_backup_that_broke_off_is_none(store, home):
    """It never had its name, and the next run takes it away, but for what is made without the lock: before an upgrade."""
    made = make_backup(home)
    for name in ("elearn-20230101-000000", "before-0004-from-0003"):
        (home.backups / f".{name}.sqlite3.new").write_bytes(made.path.read_bytes()[:5000])
        (home.backups / f".{name}.sqlite3.new-journal").write_bytes(b"half")
    assert [each.path for each in backups(home)] == [made.path]
    assert repaired(store, home) == {"temporary_files": 2}
    assert {each.name.split(".")[1] for each in home.backups.glob(".*")} == {"before-0004-from-0003"}


IMPORT = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, "tests")
seen = 0
at = int(sys.argv[3])
def trace(event, args):
    global seen
    if event in ("os.rename", "os.mkdir", "os.remove", "sqlite3.connect") or (event == "open" and isinstance(args[2], int) and args[2] & os.O_CREAT):
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
from agent.home import hold, open_home
from agent.importing import import_files
from agent.store import Store
from agent.upkeep.backups import make_backup
home = open_home(Path(sys.argv[1]))
with hold(home), Store.open(home.database) as store:
    sys.addaudithook(trace)
    import_files(store, home, [Path(sys.argv[2])])
    make_backup(home)
print(seen)
"""


def run_import(home: Home, file: Path, at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORT, str(home.path), str(file), str(at)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@posix
@pytest.mark.parametrize("at", [3, 7, 11])
def test_an_import_killed_at_any_file_it_touches_is_made_good_by_the_next(home, at):
    """Real files of a saved page; the same import again gives the whole, and no half file stays."""
    file = ROOT / "tests" / "fixtures_html" / "elearn" / "records_2023_with_phone_copy" / "page.html"
    killed = run_import(home, file, at)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    whole = run_import(home, file, 0)
    assert whole.returncode == 0, whole.stderr
    with Store.open(home.database) as store:
        assert store.integrity() == []
        kept = store.page_paths()
        assert kept
        assert all((home.path / each).is_file() for each in kept)
        on_disk = {each.relative_to(home.path).as_posix() for each in home.runs.rglob("*.html")}
        assert on_disk == {each for each in kept if each.endswith(".html")}
        assert all(each.outcome in ("ok", "interrupted") for each in store.runs())
    assert list(home.path.rglob(".*.new")) == []
