"""The password stands nowhere: in no file, database, paper, log, output or process that these tests left behind.

Here it is the main job's traces; what every other whole run made is searched at the end (`traces`). The search itself is tried too.
"""

from __future__ import annotations

import base64
import sqlite3
import zipfile
from urllib.parse import quote

import pytest
from pypdf import PdfWriter
from whole_runs import PASSWORD, Traces, contents, found_in, spellings, with_password


def test_the_password_stands_in_no_file(job, traces):
    """Every file of every home, claim, zip, PDF, database and temporary folder is free of the password in any spelling."""
    assert with_password(traces) == []
    assert sum(1 for _ in contents(traces.folder)) > 100
    assert job["claim"].code == 0


def test_the_password_stands_in_no_output(job, traces):
    """No process ever printed the password, not even the one that was given it."""
    assert len(traces.said) > 20
    assert [found_in(each, PASSWORD) for each in traces.said if found_in(each, PASSWORD)] == []
    assert job["set"].code == 0


def test_the_password_stands_in_no_process(job, traces):
    """While a run logged in and while papers were printed, no process carried the password in its words or environment."""
    assert any(b"agent" in each and b"sync" in each for each in traces.called)
    assert any(b"--host-resolver-rules" in each for each in traces.called)
    assert [found_in(each, PASSWORD) for each in traces.called if found_in(each, PASSWORD)] == []
    assert job["sync"].code == 0


def test_nothing_of_a_session_is_kept(job, traces):
    """No session of the replica, no ticket of a gateway stands in what an ordinary run left."""
    secrets = {value for each in job.replica.requests for value in each.cookies.values() if len(value) > 20}
    secrets |= {each.query["ticket"] for each in job.replica.requests if each.query.get("ticket")}
    assert secrets
    kept = [(name, data) for name, data in contents(job.elearn.home)] + [
        ("output", each) for each in traces.said
    ]
    assert [name for name, data in kept if any(each.encode() in data for each in secrets)] == []


WRITTEN = {
    "as it is": PASSWORD.encode(),
    "utf-16": PASSWORD.encode("utf-16-le"),
    "base64 0": base64.b64encode(PASSWORD.encode()),
    "base64 1": base64.b64encode(b"x" + PASSWORD.encode() + b"yz"),
    "base64 2": base64.b64encode(b"xy" + PASSWORD.encode() + b"z"),
    "base64 of utf-16": base64.b64encode(b"xy" + PASSWORD.encode("utf-16-be")),
    "hex": PASSWORD.encode().hex().encode(),
    "in an address": quote(PASSWORD, safe="").encode(),
    "backwards": PASSWORD[::-1].encode(),
}


@pytest.mark.parametrize("written", WRITTEN, ids=str)
def test_the_search_finds_what_it_looks_for(written):
    """Each spelling is found where it does stand: a search that finds nothing by mistake would show here."""
    assert found_in(b"before " + WRITTEN[written] + b" after", PASSWORD)
    assert not found_in(b"before " + WRITTEN[written][:-9] + b" after", PASSWORD)


def test_the_search_names_every_place(tmp_path):
    """A file, a word that was said and how a process was called are three places, though the bytes are the same."""
    here, word = Traces(tmp_path), f"x {PASSWORD} y".encode()
    (tmp_path / "a.txt").write_bytes(b"-" + word)
    assert with_password(Traces(tmp_path / "nothing")) == []
    here.said.append(word)
    here.called.add(word + b"!")
    assert {each.split(":")[0].rsplit("/", 1)[-1] for each in with_password(here)} == {
        "said 0",
        "called 0",
        "a.txt",
    }


def test_the_search_looks_inside(tmp_path):
    """It also finds the password inside a zip inside a zip, in a database's rows and in a PDF."""
    inner, outer = tmp_path / "inner.zip", tmp_path / "outer.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", PASSWORD * 50)
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "inner.zip")
    inner.unlink()
    with sqlite3.connect(tmp_path / "a.sqlite3") as connection:
        connection.execute("create table t (c text)")
        connection.execute("insert into t values (?)", (PASSWORD,))
    connection.close()
    pdf = PdfWriter()
    pdf.add_blank_page(10, 10)
    pdf.add_metadata({"/Title": PASSWORD})
    pdf.write(tmp_path / "a.pdf")
    found = {name.rsplit("/", 1)[-1] for name, data in contents(tmp_path) if found_in(data, PASSWORD)}
    assert {"outer.zip!inner.zip!a.txt", "a.sqlite3", "a.pdf metadata"} <= found
    assert all(len(each) > 8 for each in spellings(PASSWORD).values())
