"""Checking a claim: whatever was damaged, changed, added or left out afterwards is found, and nothing is unpacked."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from whole_runs import zipped

from agent.claims.files import check_code
from agent.claims.verifying import verify
from rules.errors import ConfigError


@pytest.fixture
def claim(job, traces) -> Path:
    """A copy of the main job's claim folder, to be spoiled."""
    to = traces.folder / f"spoiled {len(list(traces.folder.iterdir()))}"
    shutil.copytree(job.claim, to)
    return to


def _manifest(claim: Path) -> dict[str, Any]:
    return json.loads((claim / "manifest.json").read_text("utf-8"))


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _signed(claim: Path, change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> None:
    """Make the manifest agree with the files as they are now: hashes, sizes and 核對碼, as a careful forger would."""
    manifest = _manifest(claim)
    change(manifest)
    for each in manifest["files"]:
        data = (claim / each["path"]).read_bytes()
        each |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    manifest["check_code"] = check_code(
        (each["kind"], each["path"], each["sha256"]) for each in manifest["files"]
    )
    _write(claim / "manifest.json", manifest)


def test_a_claim_as_prepared_holds_together(claim):
    """Untouched, and signed again without a change, the claim has no problem."""
    assert verify(claim).problems == ()
    _signed(claim)
    assert verify(claim).problems == ()


def test_one_byte_in_any_file_is_found(claim):
    """One byte changed in any file is named with the file, the manifest itself included."""
    files = sorted(path for path in claim.rglob("*") if path.is_file())
    assert {path.suffix for path in files} == {".pdf", ".odt", ".html", ".json", ".zip"}
    for path in files:
        good = path.read_bytes()
        at = len(good) // 2
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        problems = verify(claim).problems
        assert problems, path
        if path.name != "manifest.json":
            name = path.relative_to(claim).as_posix()
            assert any(name in each for each in problems), (name, problems)
        path.write_bytes(good)
    assert verify(claim).ok


def test_a_spoiled_claim_ends_in_3(claim, job):
    """The command ends in 3, names the file, and says what it cannot prove; with `--json` the problems are listed."""
    with (claim / "records.json").open("ab") as file:
        file.write(b" ")
    done = job.elearn("verify", claim)
    assert done.code == 3
    assert "records.json" in done.stdout
    assert "不等於平臺官方證明" in done.stdout
    found = job.elearn("verify", claim, "--json")
    assert (found.code, found.json()["ok"]) == (3, False)
    assert any("records.json" in each for each in found.json()["problems"])


# -- a claim spoiled, and the words the answer must hold --------------------------------------------------------------


def _counted(claim: Path) -> dict[str, Any]:
    """The records file, with a record that the claim counts first."""
    verdict = json.loads((claim / "verdict.json").read_text("utf-8"))
    wanted = next(
        each["courses"][0]["title"]
        for each in verdict["sets"]
        if each["key"] in _manifest(claim)["claim"]["sets"]
    )
    records = json.loads((claim / "records.json").read_text("utf-8"))
    records["records"].sort(key=lambda each: each["title"] != wanted)
    assert records["records"][0]["title"] == wanted
    return records


def extra_file(claim):
    (claim / "說明.txt").write_text("hello")
    return "多出檔案 說明.txt"


def missing_file(claim):
    (claim / "3-逐筆檢核表.pdf").unlink()
    return "缺少檔案 3-逐筆檢核表.pdf"


def file_left_out_of_the_manifest(claim):
    _signed(claim, lambda manifest: manifest["files"].pop(0))
    return "多出檔案"


def another_check_code(claim):
    manifest = _manifest(claim)
    _write(claim / "manifest.json", manifest | {"check_code": "0000-0000"})
    return "核對碼不符"


def more_hours_in_the_manifest(claim):
    _signed(claim, lambda manifest: manifest["claim"].update(hours="16"))
    return "申請 16 小時，重新判斷為 4 小時"


def another_day(claim):
    _signed(claim, lambda manifest: manifest["claim"].update(on="2023-01-01"))
    return "重新判斷"


def other_sets(claim):
    _signed(claim, lambda manifest: manifest["claim"].update(sets=["nonsense"]))
    return "課程套數"


def no_day(claim):
    _signed(claim, lambda manifest: manifest["claim"].pop("on"))
    return "無法重新判讀"


def a_plan_not_bundled(claim):
    _signed(claim, lambda manifest: manifest["claim"].update(plan="atlantis-112"))
    return "atlantis-112"


def more_hours_in_the_records(claim):
    records = _counted(claim)
    records["records"][0]["certified_hours"] = "9.0"
    _write(claim / "records.json", records)
    _signed(claim)
    return "records.json 不同"


def a_record_moved_out_of_office_hours_everywhere(claim):
    """Page and records changed alike; only the verdict, judged again, does not follow."""
    records = _counted(claim)
    old = records["records"][0]["start"].replace("T", " ")
    day, records["records"][0]["start"] = old.split(" ")[0], "2023-03-01T10:00:00"
    records["records"][0]["end"] = "2023-03-01T11:00:00"
    _write(claim / "records.json", records)
    title = records["records"][0]["title"]
    for page in claim.glob("pages/*.html"):
        text = page.read_text("utf-8")
        rows = text.split("<tr>")
        for at, row in enumerate(rows):
            if title in row and day in row:
                head, _, tail = row.partition(f"<td>{old}")
                rows[at] = (
                    f"{head}<td>2023-03-01 10:00:00~2023-03-01 11:00:00</td>{tail.partition('</td>')[2]}"
                )
        page.write_text("<tr>".join(rows), encoding="utf-8")
    _signed(claim)
    return "重新判斷的結果與申請文件所載不同"


def a_kinder_verdict(claim):
    verdict = json.loads((claim / "verdict.json").read_text("utf-8"))
    verdict["benefits"][0]["claimable"] = "16"
    _write(claim / "verdict.json", verdict)
    _signed(claim, lambda manifest: manifest["claim"].update(hours="16"))
    return "重新判斷"


def other_settings(claim):
    path = claim / "judged_with.json"
    settings = json.loads(path.read_text("utf-8"))
    settings["person"]["category"] = "臨時人員"
    _write(path, settings)
    _signed(claim)
    return "重新判斷"


def settings_that_are_none(claim):
    (claim / "judged_with.json").write_text('{"work": {"hours": "always"}}')
    _signed(claim)
    return "hours"


def records_that_are_none(claim):
    (claim / "records.json").write_text("[]")
    _signed(claim)
    return "records.json"


def records_in_no_letters(claim):
    (claim / "records.json").write_bytes(b"\xff\xfe\x00")
    _signed(claim)
    return "無法重新判讀"


def a_page_that_is_none(claim):
    page = next(claim.glob("pages/*.html"))
    page.write_text("<html><body>hello</body></html>")
    _signed(claim)
    return "表格"


def pages_without_a_counted_row(claim):
    """The kept pages no longer hold a row that the claim counts: it was added to the records alone."""
    title = _counted(claim)["records"][0]["title"]
    for page in claim.glob("pages/*.html"):
        rows = page.read_text("utf-8").split("<tr>")
        page.write_text("<tr>".join(row for row in rows if title not in row), encoding="utf-8")
    _signed(claim)
    return _counted(claim)["records"][0]["title"]


def pages_left_out(claim):
    """Records of a log-in without any kept page."""
    shutil.rmtree(claim / "pages")

    def drop(manifest):
        manifest["files"] = [each for each in manifest["files"] if each["kind"] != "html"]

    _signed(claim, drop)
    return _counted(claim)["records"][0]["title"]


def a_manifest_that_is_no_json(claim):
    (claim / "manifest.json").write_text("{")
    return "不是正確的 JSON"


def a_manifest_of_another_kind(claim):
    _write(claim / "manifest.json", {"schema": "other/1", "files": "all"})
    return "elearn-claim/1"


def a_link_instead_of_a_file(claim):
    real = claim.parent / f"{claim.name} real.json"
    (claim / "records.json").rename(real)
    (claim / "records.json").symlink_to(real)
    return "缺少檔案 records.json"


def a_path_that_leads_out(claim):
    (claim.parent / "outside.txt").write_text("outside")
    _rows(claim, {"path": "../outside.txt", "kind": "html", "sha256": "0", "size": 1})
    return "缺少檔案 ../outside.txt"


def rows_that_are_none(claim):
    _rows(claim, 7, "records.json", None, {"path": 3})
    return "缺少檔案"


def _rows(claim, *rows):
    manifest = _manifest(claim)
    manifest["files"] += rows
    _write(claim / "manifest.json", manifest)


SPOILS = (
    extra_file, missing_file, file_left_out_of_the_manifest, another_check_code, more_hours_in_the_manifest,
    another_day, no_day, other_sets, a_plan_not_bundled, more_hours_in_the_records, a_record_moved_out_of_office_hours_everywhere,
    a_kinder_verdict, other_settings, settings_that_are_none, records_that_are_none, records_in_no_letters,
    a_page_that_is_none, pages_without_a_counted_row, pages_left_out, a_manifest_that_is_no_json,
    a_manifest_of_another_kind, a_link_instead_of_a_file, a_path_that_leads_out, rows_that_are_none,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda each: each.__name__)
def test_what_was_spoiled_is_named(claim, spoil):
    """Every later change is found, also where all hashes were made to agree, and the answer names it."""
    said = spoil(claim)
    problems = verify(claim).problems
    assert any(said in each for each in problems), problems


# -- zips ----------------------------------------------------------------------------------------------------------


def test_a_zip_with_the_folder_inside_is_the_same_claim(claim, tmp_path):
    """Zipped as a folder, as people do, the claim still holds together."""
    made = tmp_path / "claim.zip"
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(claim.rglob("*")):
            archive.write(path, Path("補休申請") / path.relative_to(claim))
    assert verify(made).problems == ()


def _added(name: str, data: bytes = b"hello", mode: int = 0o100600) -> Callable[[zipfile.ZipFile], None]:
    def add(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, data)

    return add


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (_added("../../evil.txt"), "多出檔案 ../../evil.txt"),
        (_added("/tmp/evil.txt"), "多出檔案"),
        (_added("C:\\evil.txt"), "多出檔案"),
        (_added("link", b"/etc/passwd", 0o120777), "多出檔案 link"),
        (_added("x" * 5000), "多出檔案"),
    ],
    ids=["up", "root", "drive", "link", "long name"],
)
def test_a_zip_with_something_added(claim, tmp_path, add, said):
    """A name that leads out or a link is named (3); nothing is written anywhere."""
    made = zipped(claim, tmp_path / "claim.zip")
    with zipfile.ZipFile(made, "a") as archive:
        add(archive)
    before = _everything(tmp_path.parent)
    problems = verify(made).problems
    assert any(said in each for each in problems), problems
    assert _everything(tmp_path.parent) == before
    assert not Path("/tmp/evil.txt").exists()


def _everything(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def too_large(path, claim):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("manifest.json", "w") as member,
    ):
        for _ in range(65):
            member.write(b"\0" * 1_000_000)


def too_many(path, claim):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(501):
            archive.writestr(f"{number}.txt", b"")


def a_size_that_lies(path, claim):
    """A bomb that says it is small: ten million bytes, of which one is declared."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"\0" * 10_000_000)
    path.write_bytes(path.read_bytes().replace((10_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little")))


def a_damaged_stream(path, claim):
    zipped(claim, path)
    data = bytearray(path.read_bytes())
    for at in range(200, 2000):
        data[at] ^= 0x5A
    path.write_bytes(data)


def cut_off(path, claim):
    data = zipped(claim, path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def one_name_twice(path, claim):
    """Programs differ in which of the two they show."""
    zipped(claim, path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.write(claim / "records.json", "records.json")


def empty_zip(path, claim):
    zipfile.ZipFile(path, "w").close()


def no_zip(path, claim):
    path.write_bytes(b"hello")


def empty_file(path, claim):
    path.write_bytes(b"")


def nothing_there(path, claim):
    pass


def a_folder_without_manifest(path, claim):
    path.mkdir()


@pytest.mark.parametrize(
    "make",
    [too_large, too_many, a_size_that_lies, a_damaged_stream, cut_off, one_name_twice, empty_zip, no_zip, empty_file, nothing_there, a_folder_without_manifest],
    ids=lambda each: each.__name__,
)  # fmt: skip
def test_what_is_no_claim_at_all_is_2(claim, tmp_path, make):
    """What cannot be read as a claim, or only at any price, is refused with one sentence, and read no further."""
    make(tmp_path / "claim.zip", claim)
    with pytest.raises(ConfigError):
        verify(tmp_path / "claim.zip")
    assert {path.name for path in tmp_path.iterdir()} <= {"claim.zip"}
