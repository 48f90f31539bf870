"""The main job from the password to an approved claim, by command line against the replica."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from whole_runs import PASSWORD, PLAN

from agent.cli import VERBS
from agent.cli import elearn as elearn_group

KINDS = {"record_page", "form", "form_odt", "sheet", "print_all", "supervisor", "verdict", "html", "manifest"}


@pytest.mark.parametrize(
    "step",
    ["set", "status", "sync", "check", "check text", "claim", "list", "verify", "verify zip", "submitted",
     "check claimed", "approved", "list approved", "export", "export csv"],
)  # fmt: skip
def test_every_step_ends_in_0(job, step):
    """Every step of the main job ends in 0, with nothing but one JSON document on standard output where that is asked."""
    done = job[step]
    assert done.code == 0, done.stderr
    if "--json" in done.args:
        done.json()


def test_the_password_arrives_as_it_was_typed(job):
    """The gateway received the password once, letter by letter, although each encoding writes it differently."""
    sent = [each.form["pas"] for each in job.replica.requests if each.form.get("pas")]
    assert sent == [PASSWORD]
    assert job.replica.to_host("elearn.hrd.gov.tw")[-1].path in ("/logout.php", "/mooc/index.php")


def test_the_status_names_the_account_masked(job):
    """`credentials status` shows which gateway has a password, never the whole account."""
    found = {each["key"]: each for each in job["status"].json()["gateways"]}
    assert found["ecpa"] == {"key": "ecpa", "account_masked": "de********r", "stored": True, "frozen": False}
    assert found["egov"] == {"key": "egov", "account_masked": None, "stored": False, "frozen": False}


def test_the_run_reads_every_record(job):
    """The run reads what the replica has, year by year."""
    run = job["sync"].json()["run"]
    rows = job.replica.state.rows["TEST-000001"]
    assert (run["outcome"], run["records"], run["new"], run["changed"], run["unread"]) == (
        "ok",
        len(rows),
        len(rows),
        0,
        0,
    )
    assert set(run["years"]) >= {row.year for row in rows}
    assert run["refused_requests"] == []


def test_the_verdict_is_the_contracts_document(job):
    """`check --json` is one verdict with the contract's keys, and its text names the hours."""
    verdict = job["check"].json()
    assert verdict["schema"] == "elearn-verdict/1"
    assert (verdict["plan"], verdict["on"], verdict["complete"], verdict["unread"]) == (
        "kaohsiung-112",
        "2023-08-31",
        True,
        0,
    )
    assert [each["key"] for each in verdict["sets"]] == [
        "policy",
        "professional",
        "vision",
        "english_a",
        "english_b",
    ]
    leave = verdict["benefits"][0]
    assert (leave["key"], leave["claimable"], leave["claimed"], leave["state"]) == (
        "compensatory_leave",
        "4",
        "0",
        "claimable",
    )
    assert "4 小時" in job["check text"].stdout


def test_the_claim_holds_the_contracts_files(job):
    """The claim folder holds exactly the files the answer lists, with their hashes, and the manifest."""
    claim = job["claim"].json()["claim"]
    assert (claim["plan"], claim["hours"], claim["state"]) == ("kaohsiung-112", "4", "prepared")
    assert {each["kind"] for each in claim["files"]} >= KINDS
    on_disk = {path.relative_to(job.claim).as_posix() for path in job.claim.rglob("*") if path.is_file()}
    assert on_disk == {each["path"] for each in claim["files"]}


def test_every_paper_is_readable_by_itself(job):
    """For twenty years, as the README says: every font in the file, no script, no encryption, no attached file."""
    papers = sorted(job.claim.glob("*.pdf"))
    assert len(papers) == 5
    for path in papers:
        shown = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
        fonts = [line.split() for line in shown.splitlines()[2:]]
        assert fonts
        assert all(each[-5] == "yes" for each in fonts), (path.name, shown)
        reader = PdfReader(path)
        assert not reader.is_encrypted
        keys = {key for each in _objects(reader) if isinstance(each, DictionaryObject) for key in each}
        kinds = {each.get("/S") for each in _objects(reader) if isinstance(each, DictionaryObject)}
        assert not keys & {
            "/JS",
            "/OpenAction",
            "/AA",
            "/EmbeddedFiles",
            "/EF",
            "/RichMediaContent",
            "/AcroForm",
        }
        assert not kinds & {
            "/JavaScript",
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/GoToR",
            "/Sound",
            "/Movie",
        }


def _objects(reader):
    for generation in reader.xref.values():
        for number in generation:
            yield reader.get_object(number)
    for number in reader.xref_objStm:
        yield reader.get_object(number)


def test_every_paper_says_it_is_a_test(job):
    """Papers made from replica records say 「測試」 on every page."""
    for path in job.claim.glob("*.pdf"):
        for number, page in enumerate(PdfReader(path).pages, 1):
            assert "測試" in "".join(page.extract_text().split()), f"{path.name} page {number}"


def test_the_claim_is_listed_and_verified(job):
    """The list has the claim with the contract's keys; folder and zip hold together, and the limits are said."""
    (listed,) = job["list"].json()["claims"]
    assert set(listed) >= {"id", "plan", "hours", "state", "prepared_on", "folder"}
    assert (listed["state"], listed["hours"]) == ("prepared", "4")
    for step in ("verify", "verify zip"):
        assert job[step].json()["ok"] is True
        assert job[step].json()["problems"] == []
    assert "不等於平臺官方證明" in job["verify"].json()["limits"]


def test_submitted_hours_are_claimed(job):
    """After 送件 the hours are claimed, nothing is left to claim (3), and the approval is entered."""
    leave = job["check claimed"].json()["benefits"][0]
    assert (leave["claimable"], leave["claimed"], leave["state"]) == (
        "0",
        "4",
        "reachable",
    )  # more sets are open
    again = job["claim again"]
    assert (again.code, again.error["code"], again.error["kind"]) == (3, 3, "nothing")
    assert [each["state"] for each in job["list approved"].json()["claims"]] == ["approved"]


def test_a_step_back_is_refused(job):
    """An approved claim stays approved."""
    before = job["list approved"].json()
    refused = job.elearn("claim", "mark", before["claims"][0]["id"], "submitted", "--json")
    assert (refused.code, refused.error["kind"]) == (2, "config")
    assert job.elearn("claim", "list", "--json").json() == before


def test_exported_records_give_the_same_verdict_elsewhere(job, elearn):
    """Exported and imported into an empty home, the records give the same verdict, letter by letter."""
    other = elearn(job.replica)
    other.configure()
    run = other("import", job.folder / "records.json", "--json")
    assert run.code == 0, run.stderr
    assert run.json()["run"]["new"] == run.json()["run"]["records"] == job["sync"].json()["run"]["records"]
    assert other("check", *PLAN, "--json").json() == job["check"].json()
    again = other("export", "--format", "json").json()
    first = json.loads((job.folder / "records.json").read_text("utf-8"))
    for each in (*again["records"], *first["records"]):
        each.pop("origin")
    assert again == first


def test_the_csv_has_every_record(job):
    """The CSV starts with a byte order mark and has one line for each record."""
    text = job["export csv"].stdout
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 1 + job["sync"].json()["run"]["records"]
    assert lines[0][1] == "課程名稱"


def test_an_empty_home_exports_no_records(elearn):
    """An empty store exports an empty list, and ends in 0."""
    done = elearn()("export", "--format", "json")
    assert (done.code, done.json()["records"]) == (0, [])


def test_the_demonstration_needs_no_keyring(elearn, traces):
    """`demo` does the whole job without account or keyring, and what it leaves verifies."""
    run = elearn(PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    out = traces.folder / "demo papers"
    done = run("demo", "--out", out, "--json")
    assert done.code == 0, done.stderr
    assert done.json()["claim"]["hours"] == "4"
    assert run("verify", out, "--json").json() == {
        **run("verify", out, "--json").json(),
        "ok": True,
        "problems": [],
    }
    assert not (run.home / "elearn.sqlite3").exists()
    assert not list((traces.folder / "tmp").glob("elearn-demo-*"))


def test_everything_in_the_home_is_private(job):
    """Folders below the home are 0700 and files 0600, the database's companions too."""
    wrong = [
        f"{path}: {stat.S_IMODE(path.stat().st_mode):o}"
        for path in (job.elearn.home, *job.elearn.home.rglob("*"))
        if path.name != "config.toml"
        and stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]
    assert wrong == []


def every_command():
    """The words of every command there is, the bare one and those of groups too."""
    yield ()
    for name in VERBS:
        yield (name,)
        yield from ((name, each) for each in getattr(elearn_group.get_command(None, name), "commands", ()))


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_helps_in_chinese_with_an_example(elearn, words):
    """`--help` ends in 0, says in Chinese what the command does, and shows an example; it makes no home."""
    run = elearn()
    done = run(*words, "--help")
    assert done.code == 0
    assert "範例：elearn" in done.stdout
    assert "選項" in done.stdout
    assert "Options" not in done.stdout
    assert "Show this message" not in done.stdout
    assert not run.home.exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--version",), 0, "elearn"),
        (("plan", "list"), 0, "kaohsiung-112"),
        (("plan", "list", "--json"), 0, '"kaohsiung-112"'),
        (("plan", "show", "kaohsiung-112"), 0, "e馬當先育職能"),
        (("plan", "show", "kaohsiung-112", "--json"), 0, '"policy"'),
        (("plan", "show", "atlantis-112", "--json"), 2, "kaohsiung-112"),
        (("--nonsense",), 2, "--nonsense"),
        (("nonsense",), 2, "nonsense"),
        (("nonsense", "--json"), 2, '"config"'),
        (("check", "--nonsense"), 2, "--nonsense"),
        (("check", "--on", "112/13/1"), 2, "13 月"),
        (("check", "--plan", "atlantis-112"), 2, "kaohsiung-112"),
        (("sync", "--year", "abc"), 2, "abc"),
        (("import",), 2, "缺少"),
        (("claim", "mark", "nobody-1", "submitted"), 2, "nobody-1"),
        (("claim", "mark", "nobody-1", "eaten"), 2, "eaten"),
        (("credentials", "set", "ecpa", "--account", "demo", "--password-stdin"), 2, "標準輸入"),
        (("credentials", "set", "gateway51", "--account", "demo", "--password-stdin"), 2, "egov"),
        (("credentials", "clear", "gateway51"), 2, "egov"),
        (("verify", "no-such-folder"), 2, "no-such-folder"),
        (("claim", "--offline", "--on", "2023-08-31"), 3, ""),
        (("claim", "--offline", "--on", "1999-08-31"), 3, ""),
        (("check", "--on", "1999-08-31"), 0, "計畫"),
        (("claim", "list"), 0, "申請案"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)  # fmt: skip
def test_words_and_exit_codes(elearn, words, code, said):
    """Usage errors end in 2 with one sentence that names the trouble; nothing to claim is 3; no traceback."""
    done = elearn()(*words)
    assert done.code == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
