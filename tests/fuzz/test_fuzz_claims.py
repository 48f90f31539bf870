"""A claim spoiled in any way: every change is found, a forger's too where it would count, and no zip can hurt who checks it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import struct
import sys
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from mutating import JSON, MARKUP, altered, spoiled
from targets import understood

from agent.claims.files import check_code
from agent.claims.verifying import Verification, verify

SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(2**32))
ALL = list(HealthCheck)
LONG = pytest.mark.parametrize("count", [40, pytest.param(1500, marks=pytest.mark.soak)])


def _run(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], count: int) -> None:
    """The same few every time, or many from a seed that is told."""
    test = given(strategy)(check)
    short = count < 1000
    if not short:
        sys.stderr.write(f"SOAK_SEED={SEED}\n")
        test = seed(SEED)(test)
    settings(max_examples=count, derandomize=short, database=None, deadline=None, suppress_health_check=ALL)(
        test
    )()


def _files(claim: Path) -> dict[str, bytes]:
    return {
        each.relative_to(claim).as_posix(): each.read_bytes()
        for each in sorted(claim.rglob("*"))
        if each.is_file()
    }


def _words(name: str) -> tuple[str, ...]:
    return MARKUP if name.endswith(".html") else JSON


def _put(files: dict[str, bytes], folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def _zip(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def _checked(path: Path) -> Verification | None:
    """The answer, or None where it was no claim at all (2); whatever lies beside the claim stays as it was."""
    beside = sorted(each.name for each in path.parent.iterdir())
    found = understood(lambda: verify(path), 2)
    assert sorted(each.name for each in path.parent.iterdir()) == beside
    return found


def _judged(files: dict[str, bytes]) -> list[str]:
    """The files that the judging rests on, which a forger would change."""
    listed = json.loads(files["manifest.json"])["files"]
    return [each["path"] for each in listed if each["path"].endswith((".json", ".html"))]


@LONG
def test_any_change_of_any_file_is_found(claim: Path, tmp_path: Path, count: int) -> None:
    """A byte changed, a file left out, added or exchanged: the claim does not hold together any more."""
    good = _files(claim)
    names = sorted(good)
    change = st.sampled_from(names).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.one_of(spoiled(good[name][:200_000], _words(name)), st.none(), st.sampled_from(names)),
        )
    )

    def check(given: tuple[str, bytes | str | None]) -> None:
        name, put = given
        files = dict(good)
        if put is None:
            del files[name]
        else:
            files[name] = good[put] if isinstance(put, str) else put + good[name][200_000:]
        if files == good or (put is None and name.endswith(".zip")):
            return  # the folder as one zip, beside it, may go its own way
        found = _checked(_put(files, tmp_path / "claim"))
        assert found is None or not found.ok or _same(files, good)

    _run(change, check, count)


def _same(files: dict[str, bytes], good: dict[str, bytes]) -> bool:
    """The manifest written otherwise but saying the same in all that counts is no change, nor is a zip of the same files."""
    differs = [name for name in {*files, *good} if files.get(name) != good.get(name)]
    differs = [
        name
        for name in differs
        if not (name.endswith(".zip") and _members(files.get(name)) == _members(good[name]))
    ]
    if not differs:
        return True
    if differs != ["manifest.json"]:
        return False
    said, meant = (json.loads(each["manifest.json"]) for each in (files, good))
    return all(said[key] == meant[key] for key in ("claim", "check_code")) and (
        [(each["path"], each["kind"], each["sha256"]) for each in said["files"]]
        == [(each["path"], each["kind"], each["sha256"]) for each in meant["files"]]
    )


def _members(data: bytes | None) -> dict[str, bytes] | None:
    """What a zip holds, by name; None for one that cannot be read to its end."""
    try:
        with zipfile.ZipFile(BytesIO(data or b"")) as archive:
            return {each: archive.read(each) for each in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        return None


@LONG
def test_a_forged_claim_gains_nothing(claim: Path, tmp_path: Path, count: int) -> None:
    """Documents altered and signed anew, as a careful forger would: never a crash, and never more hours than were earned."""
    good = _files(claim)
    earned = json.loads(good["manifest.json"])["claim"]["hours"]
    documents = [name for name in (*_judged(good), "manifest.json") if name.endswith(".json")]
    pages = [name for name in _judged(good) if name.endswith(".html")]
    forged = st.one_of(
        st.sampled_from(documents).flatmap(
            lambda name: st.tuples(
                st.just(name),
                altered(json.loads(good[name])).map(
                    lambda each: json.dumps(each, ensure_ascii=False).encode("utf-8", "replace")
                ),
            )
        ),
        st.sampled_from(pages or documents).flatmap(
            lambda name: st.tuples(st.just(name), spoiled(good[name], _words(name)))
        ),
    )

    def check(given: tuple[str, bytes]) -> None:
        name, data = given
        files = {**good, name: data}
        signed = _signed(files) if name != "manifest.json" else files
        found = _checked(_put(signed, tmp_path / "claim"))
        assert found is None or not found.ok or found.hours == earned

    _run(forged, check, count)


def _signed(files: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(files["manifest.json"])
    for each in manifest["files"]:
        each |= {"sha256": hashlib.sha256(files[each["path"]]).hexdigest(), "size": len(files[each["path"]])}
    manifest["check_code"] = check_code(
        (each["kind"], each["path"], each["sha256"]) for each in manifest["files"]
    )
    return {**files, "manifest.json": json.dumps(manifest, ensure_ascii=False).encode()}


@LONG
def test_a_spoiled_zip_is_refused_or_found(claim: Path, tmp_path: Path, count: int) -> None:
    """The bytes of a zip changed anywhere: refused, found, or harmless because every file in it came out as it was."""
    good = _files(claim)
    whole = _zip(good)
    path = tmp_path / "claim.zip"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        found = _checked(path)
        if found is not None and found.ok:
            with zipfile.ZipFile(path) as archive:
                assert {each: archive.read(each) for each in archive.namelist()} == good

    _run(spoiled(whole, ("PK\x03\x04", "PK\x01\x02", "PK\x05\x06")), check, count)


def _with(files: dict[str, bytes], *more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = BytesIO(_zip(files))
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # one name twice
        for name, data in more:
            archive.writestr(name, data)
    return made.getvalue()


def _link(name: str, to: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info, to.encode()


def _lying(data: bytes, name: bytes, size: int) -> bytes:
    """The zip with this member's stated length changed in its directory and its own header."""
    at = data.rindex(name) - 46 + 24
    changed = data[:at] + struct.pack("<I", size) + data[at + 4 :]
    at = changed.index(name) - 30 + 22
    return changed[:at] + struct.pack("<I", size) + changed[at + 4 :]


HOSTILE: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "a path that climbs out": lambda good: _with(good, ("../../climbed.txt", b"x")),
    "an absolute path": lambda good: _with(good, ("/tmp/climbed.txt", b"x")),
    "a drive's path": lambda good: _with(good, ("C:\\climbed.txt", b"x")),
    "a path of backslashes": lambda good: _with(good, ("..\\..\\climbed.txt", b"x")),
    "a link out of the claim": lambda good: _with(good, _link("link", "/etc/passwd")),
    "one name twice": lambda good: _with(good, ("manifest.json", good["manifest.json"])),
    "one name in two cases": lambda good: _with(good, ("MANIFEST.JSON", b"{}")),
    "a bomb of zeros": lambda good: _with(good, ("zeros", bytes(80_000_000))),
    "a bomb that lies": lambda good: _lying(_with(good, ("zeros", bytes(30_000_000))), b"zeros", 10),
    "a length beyond all bounds": lambda good: _lying(
        _with(good, ("zeros", bytes(100))), b"zeros", 2**32 - 2
    ),
    "many files": lambda good: _with(good, *((f"{at}.txt", b"x") for at in range(600))),
    "a zip in the zip": lambda good: _with(good, ("inner.zip", _zip({"a": bytes(1_000_000)}))),
    "deep folders": lambda good: _with(good, ("a/" * 2000 + "x", b"x")),
    "a name of controls": lambda good: _with(good, ("\x1b[31m\r\n.txt", b"x")),
    "a manifest nested without end": lambda good: _zip({**good, "manifest.json": b"[" * 500_000}),
    "a manifest of one number": lambda good: _zip({**good, "manifest.json": b"1" * 10_000}),
    "an empty zip": lambda good: _zip({}),
    "no zip": lambda good: b"PK\x03\x04" + bytes(100),
    "half a zip": lambda good: _zip(good)[: len(_zip(good)) // 2],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_does_no_harm(claim: Path, tmp_path: Path, kind: str) -> None:
    """It does not hold together or is refused; nothing is written anywhere, and no more is kept in memory than a claim may hold."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = folder / "claim.zip"
    path.write_bytes(HOSTILE[kind](_files(claim)))
    tracemalloc.start()
    found = _checked(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is None or not found.ok
    assert most < 100_000_000
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    assert not Path("/tmp/climbed.txt").exists()
