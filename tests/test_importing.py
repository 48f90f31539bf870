"""What an import leaves behind: nothing where it saved nothing, and the mark of test records wherever they go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from claim_samples import bench, page_of, sure

from agent.claims.verifying import verify
from agent.importing import import_files
from agent.records_file import RecordsFile, write_json
from rules.errors import ElearnError
from rules.record import Origin


def of_a_replica(folder: Path) -> Path:
    """A records file exported from a home of the replica."""
    path = folder / "紀錄.json"
    document = json.loads(write_json(RecordsFile("", None, None, tuple(sure()), ())))
    for each in document["records"]:
        each["origin"] = str(Origin.REPLICA)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("缺一頁.html", page_of(sure()).replace("共 8 筆", "共 9 筆")),
        ("不是紀錄.txt", ""),
        ("壞.json", "{"),
    ],
)
def test_test_records_beside_a_file_that_cannot_be_used_leave_no_mark(tmp_path, name, text):
    """Nothing was saved: later papers on one's own records are no test."""
    (tmp_path / name).write_text(text, "utf-8")
    with bench(tmp_path / "h") as it:
        with pytest.raises(ElearnError):
            import_files(it.store, it.home, [of_a_replica(tmp_path), tmp_path / name])
        assert it.store.records() == []
        assert not it.store.holds_test_records()


def test_test_records_stay_test_records_from_home_to_home(tmp_path, run_elearn):
    """Exported from where they were imported, and imported again: every paper still says so."""
    file = of_a_replica(tmp_path)
    for home in ("a", "b", "c"):
        env = {"ELEARN_HOME": str(tmp_path / home)}
        assert run_elearn("import", file, env=env).code == 0
        file = tmp_path / f"{home}.json"
        assert run_elearn("export", "--format", "json", "--out", file, env=env).code == 0
    with bench(tmp_path / "c") as it:
        assert it.store.holds_test_records()


def test_a_claim_on_test_records_keeps_them_test_records(tmp_path):
    """The claim's own records file can be imported like any other; read elsewhere, its records are no real ones."""
    with bench(tmp_path / "a") as it:
        import_files(it.store, it.home, [of_a_replica(tmp_path)])
        kept = Path(it.claim().claim.folder) / "records.json"
        assert verify(kept.parent).ok
        with bench(tmp_path / "b") as other:
            import_files(other.store, other.home, [kept])
            assert other.store.holds_test_records()
