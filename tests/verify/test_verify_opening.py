"""Opening a claim: no bomb, and zips as every desktop makes them."""

from __future__ import annotations

import zipfile

import psutil
import pytest

from agent.claims.verifying import verify
from rules.errors import ConfigError


def test_a_file_that_bursts_is_not_opened(tmp_path):
    """Fifty million zeros in fifty thousand bytes: under every limit of size, but no page shrinks like that."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    before = psutil.Process().memory_info().rss
    with pytest.raises(ConfigError, match="壓縮比例異常"):
        verify(path)
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_a_bomb_within_the_zip_of_a_folder_is_not_opened_either(spoiled):
    (path,) = spoiled.glob("*.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    with pytest.raises(ConfigError, match="壓縮比例異常"):
        verify(spoiled)


class Raw(zipfile.ZipInfo):
    """A member whose name is written as these bytes, without the flag that it is UTF-8."""

    charset = "cp950"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own
        return self.filename.encode(self.charset), self.flag_bits


class Finder(Raw):
    charset = "utf-8"


@pytest.mark.parametrize("how", [Raw, Finder, zipfile.ZipInfo])
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_a_claim_zipped_by_any_desktop_holds_together(claim, tmp_path, how, separator):
    """Explorer of a Taiwanese Windows (Big5), Finder with what it leaves beside, .NET with its backslashes."""
    path = tmp_path / "送件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(claim.rglob("*")):
            if each.is_file() and each.suffix != ".zip":
                name = how(f"補休申請/{each.relative_to(claim).as_posix()}")
                name.filename = name.filename.replace("/", separator)
                archive.writestr(name, each.read_bytes())
        archive.writestr("__MACOSX/補休申請/._manifest.json", b"x")
        archive.writestr("補休申請/.DS_Store", b"x")
    assert verify(path).problems == ()


def test_what_a_desktop_leaves_in_the_folder_is_no_difference(spoiled):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._1-補休申請表.pdf", ".~lock.1-補休申請表.odt#"):
        (spoiled / name).write_bytes(b"x")
    assert verify(spoiled).problems == ()
    (spoiled / "Thumbs.db.exe").write_bytes(b"x")
    assert "多出檔案 Thumbs.db.exe" in verify(spoiled).problems
