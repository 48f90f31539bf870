"""Carrying to another computer: one file without a password, put back whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from form_samples import odt
from stored_homes import CONFIG, REPLICA_ENV, demo_records, new_home, save

from agent.clock import TAIPEI
from agent.forms.own_form import own_form
from agent.home import Home, open_home
from agent.plans import found as plans
from agent.settings.agency import kept_agency
from agent.store import Claim, DatabaseUnusable, Store
from agent.upkeep.carried_file import INSIDE, MANIFEST, is_carried
from agent.upkeep.carrying import pack, put_back
from rules.errors import ConfigError

NOW = datetime(2023, 7, 3, 8, tzinfo=TAIPEI)
CHECK = ("check", "--plan", "kaohsiung-112", "--on", "112/8/31", "--json")
PLANTED = b"gAAAA-a-session-or-a-password"


def full_home(path: Path) -> Home:
    """A home with everything a home can hold, and what must stay behind."""
    home = new_home(path, CONFIG + '[work]\nhours = [["09:00", "12:00"], ["13:00", "18:00"]]\n')
    run = save(home, demo_records(), NOW)
    for name in (
        "plans/mine.toml",
        "calendars/2023-1.toml",
        "agency.json",
        "attendance.json",
        "forms/agency/a.odt",
    ):
        (home.path / name).parent.mkdir(parents=True, exist_ok=True)
        (home.path / name).write_text("{}")
    claim = home.claims / "kaohsiung-112-1"
    (claim / "pages").mkdir(parents=True)
    (claim / "1-補休申請表.pdf").write_bytes(b"%PDF")
    (claim / "pages" / "2023-1.html").write_bytes(b"<html>")
    with Store.open(home.database) as store:
        for number, folder in ((1, claim), (2, Path("/elsewhere/kaohsiung-112-2"))):
            store.put_prepared(
                Claim(
                    id=f"kaohsiung-112-{number}",
                    plan=f"plan{number}",
                    hours=Decimal(4),
                    state="prepared",
                    prepared_on=date(2023, 7, 3),
                    folder=str(folder),
                    sets=("policy",),
                    check_code="AAAA-BBBB",
                ),
                NOW,
            )
    stays = ("session.bin", "schedule.sqlite3", "backups/elearn-20230703-080000.sqlite3", "autostart")
    for name in (
        *stays,
        f"runs/{run:06d}/error.log",
        f"runs/{run:06d}/evidence/page-1.png",
        "runs/notices.log",
    ):
        (home.path / name).parent.mkdir(parents=True, exist_ok=True)
        (home.path / name).write_bytes(PLANTED)
    return home


@pytest.fixture
def home(tmp_path) -> Home:
    return full_home(tmp_path / "舊電腦 王 小明")


@pytest.fixture
def backup(home, tmp_path) -> Path:
    return pack(home, tmp_path / "備份.zip").path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_file_holds_what_belongs_to_the_person_and_no_secret(home, tmp_path):
    done = pack(home, tmp_path / "備份.zip")
    with zipfile.ZipFile(done.path) as archive:
        names = sorted(archive.namelist())
        assert not [name for name in names if PLANTED in archive.read(name)]
    assert names == [
        "home/agency.json",
        "home/attendance.json",
        "home/calendars/2023-1.toml",
        "home/claims/kaohsiung-112-1/1-補休申請表.pdf",
        "home/claims/kaohsiung-112-1/pages/2023-1.html",
        "home/config.toml",
        "home/elearn.sqlite3",
        "home/forms/agency/a.odt",
        "home/plans/mine.toml",
        "home/runs/000001/page-1.html",
        MANIFEST,
    ]
    assert done.left_out == ("kaohsiung-112-2",)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert not [path.name for path in home.path.iterdir() if path.name.startswith(".backup-")]


def test_on_the_new_computer_the_verdict_is_the_same_and_the_keyring_empty(run_elearn, elearn_home, tmp_path):
    """Out by the command and in by the command, in a home whose name has Chinese characters and a blank."""
    keyring = tmp_path / "kept.json"
    env = {**REPLICA_ENV, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    old = {**env, "ELEARN_HOME": str(tmp_path / "舊 電腦")}
    source = new_home(tmp_path / "舊 電腦", CONFIG + "[work]\nlunch_is_off_duty = false\n")
    save(source, demo_records(), NOW)
    out = tmp_path / "帶 走.zip"
    made = run_elearn("backup", "--out", out, "--json", env=old)
    assert made.json()["backup"] == {"path": str(out), "files": 3, "left_out": []}
    back = run_elearn("restore", out, "--json", env=env)
    assert (back.code, back.json()["kept"]) == (0, None)
    before, after = run_elearn(*CHECK, env=old), run_elearn(*CHECK, env=env)
    assert before.json() == after.json()
    assert before.json()["sets"]
    assert run_elearn("history", "--json", env=old).json() == run_elearn("history", "--json", env=env).json()
    assert not keyring.exists()
    status = run_elearn("credentials", "status", "--json", env={**REPLICA_ENV})
    assert status.code in (0, 16)
    assert "credentials set" in run_elearn("restore", out, env=env).stdout


ROOT = Path(__file__).parents[1]
OWN_PLAN = (ROOT / "rules/plans/kaohsiung-112.toml").read_text("utf-8").split("[[example]]")[0]


def plan_file(path: Path, key: str) -> Path:
    """A plan file as a person or an office makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OWN_PLAN.replace("kaohsiung-112", key, 1), "utf-8")
    return path


@pytest.mark.parametrize("from_agency", [True, False])
def test_the_office_s_file_form_and_plans_go_along_and_are_used(
    run_elearn, elearn_home, tmp_path, from_agency
):
    """What the personnel office gave, and what the person put into `plans/` and `forms/`, holds on the new computer as before."""
    old = {**REPLICA_ENV, "ELEARN_HOME": str(tmp_path / "舊 電腦")}
    source = new_home(tmp_path / "舊 電腦")
    save(source, demo_records(), NOW)
    plan_file(source.path / "plans" / "我的.toml", "own-112")
    (source.path / "forms").mkdir()
    (source.path / "forms" / "處裡的表.ODT").write_bytes(odt())
    if from_agency:
        office = tmp_path / "人事室"
        plan_file(office / "計畫.toml", "office-112")
        (office / "本所申請表.odt").write_bytes(odt())
        text = 'name = "○○區公所"\nissued_on = 2023-06-01\nform_template = "本所申請表.odt"\nplans = ["計畫.toml"]\n'
        (office / "機關.toml").write_text(text, "utf-8")
        assert run_elearn("agency", "import", office / "機關.toml", "--yes", env=old).code == 0
        (office / "機關.toml").unlink()  # the new computer has nothing but the backup
        (office / "本所申請表.odt").unlink()
    assert run_elearn("backup", "--out", tmp_path / "帶 走.zip", env=old).code == 0
    assert run_elearn("restore", tmp_path / "帶 走.zip", env=REPLICA_ENV).code == 0
    source.path.rename(tmp_path / "送人了")
    agency = kept_agency(open_home(elearn_home))
    assert (agency is not None) is from_agency
    known = {each.key: each.source for each in plans.every(open_home(elearn_home))}
    assert known["own-112"] == "home"
    assert known.get("office-112") == ("agency" if from_agency else None)
    form = own_form(open_home(elearn_home), agency, "kaohsiung-112")
    assert form.name == ("本所申請表.odt" if from_agency else "處裡的表.ODT")
    verdict = run_elearn("check", "--plan", "own-112", "--on", "112/8/31", "--json", env=REPLICA_ENV)
    assert verdict.json()["plan_source"] == "home"


def test_a_claim_points_to_its_folder_in_the_new_home(backup, tmp_path):
    new = open_home(tmp_path / "新電腦")
    done = put_back(new, backup, "replica")
    with Store.open(new.database) as store:
        folders = {each.id: each.folder for each in store.claims()}
    assert folders["kaohsiung-112-1"] == str(new.claims / "kaohsiung-112-1")
    assert folders["kaohsiung-112-2"] == "/elsewhere/kaohsiung-112-2"
    assert done.claims_missing == ("kaohsiung-112-2",)
    assert (new.claims / "kaohsiung-112-1" / "1-補休申請表.pdf").read_bytes() == b"%PDF"


def test_leave_that_was_claimed_on_paper_has_no_folder_to_miss(home, tmp_path):
    """Neither is it said to be left out, nor does it get another folder where it is put back."""
    with Store.open(home.database) as store:
        on_paper = replace(store.claims()[0], id="", sets=("vision",), folder="", state="approved")
        known = store.put_approved(on_paper, NOW).id
    done = pack(home, tmp_path / "備份.zip")
    assert known not in done.left_out
    fresh = open_home(tmp_path / "新電腦")
    assert known not in put_back(fresh, done.path, "replica").claims_missing
    with Store.open(fresh.database) as store:
        assert store.claim(known).folder == ""


def test_everything_comes_back_as_it_was(home, backup, tmp_path):
    new = open_home(tmp_path / "新電腦")
    put_back(new, backup, "replica")
    was, now = contents(home.path), contents(new.path)
    assert set(now) == {name for name in was if is_carried(name)}
    assert {name for name in now if now[name] != was[name]} <= {"elearn.sqlite3"}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in new.path.rglob("*"))


def test_what_was_there_before_is_kept_aside(backup, tmp_path):
    new = new_home(tmp_path / "新電腦", "# mine\n")
    save(new, demo_records()[:3], NOW)
    (new.path / "session.bin").write_bytes(b"stays")
    (new.backups).mkdir()
    (new.backups / "elearn-20230101-000000.sqlite3").write_bytes(b"stays too")
    done = put_back(new, backup, "replica")
    assert done.aside is not None
    assert (done.aside / "config.toml").read_text() == "# mine\n"
    with Store.open(done.aside / "elearn.sqlite3") as store:
        assert len(store.records()) == 3
    with Store.open(new.database) as store:
        assert len(store.records()) == len(demo_records())
    assert (new.path / "session.bin").read_bytes() == b"stays"
    assert (new.backups / "elearn-20230101-000000.sqlite3").read_bytes() == b"stays too"


def test_a_backup_of_the_other_world_is_refused(backup, tmp_path):
    with pytest.raises(ConfigError, match="複製平臺") as refused:
        put_back(open_home(tmp_path / "new"), backup, "real")
    assert refused.value.code == 2


def test_a_home_of_the_other_world_is_refused(backup, tmp_path):
    new = open_home(tmp_path / "new")
    with Store.open(new.database) as store:
        store.bind_mode("real")
    with pytest.raises(ConfigError, match="這個資料夾屬於正式平臺"):
        put_back(new, backup, "replica")


def test_a_damaged_database_in_the_home_does_not_stop_it(backup, tmp_path):
    new = open_home(tmp_path / "new")
    new.database.write_bytes(b"broken" * 1000)
    done = put_back(new, backup, "replica")
    assert (done.aside / "elearn.sqlite3").read_bytes() == b"broken" * 1000


# -- files that are not to be trusted -----------------------------------------------------------------------------------------


def rebuilt(backup: Path, change) -> Path:
    """The backup again, after `change(members, listed)` had its way with the members and the manifest's list."""
    with zipfile.ZipFile(backup) as archive:
        members = {each.filename: archive.read(each) for each in archive.infolist()}
    about = json.loads(members.pop(MANIFEST))
    change(members, about)
    made = backup.with_name("changed.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(about))
        for name, data in members.items():
            archive.writestr(name, data)
    return made


def adding(path: str, data: bytes = b"x"):
    """A member of this path, listed as it should be."""

    def change(members, about):
        members[INSIDE + path] = data
        about["files"].append({"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})

    return change


def other_bytes(members, about):
    members["home/config.toml"] = b"gateway = 'egov'"


def unlisted(members, about):
    members["home/plans/other.toml"] = b""


def missing(members, about):
    del members["home/config.toml"]


def no_database(members, about):
    del members["home/elearn.sqlite3"]
    about["files"] = [each for each in about["files"] if each["path"] != "elearn.sqlite3"]


def newer_format(members, about):
    about["schema"] = "elearn-backup/2"


def broken_database(members, about):
    data = b"SQLite format 3\0" + b"\xff" * 4000
    members["home/elearn.sqlite3"] = data
    for each in about["files"]:
        if each["path"] == "elearn.sqlite3":
            each.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def bad_settings(members, about):
    adding("config.toml", b"nonsense = 1\n")(members, about)
    about["files"] = [
        each
        for each in about["files"]
        if each["path"] != "config.toml" or each["size"] == len(b"nonsense = 1\n")
    ]


FORGED = {
    "up and out": adding("../../evil.toml"),
    "up inside": adding("claims/../../evil"),
    "absolute": adding("/etc/evil"),
    "a drive": adding("C:/evil"),
    "backslashes": adding("claims\\..\\evil"),
    "a session": adding("session.bin"),
    "a program": adding("runs/000001/evil.exe"),
    "hidden": adding("claims/.evil/x"),
    "a device's dot": adding("claims/evil./x"),
    "nobody's folder": adding("somewhere/x.toml"),
    "the same name in capitals": adding("CONFIG.TOML".lower().replace("config", "Config")),
    "changed bytes": other_bytes,
    "not in the list": unlisted,
    "in the list, not in the file": missing,
    "no database": no_database,
    "a newer format": newer_format,
    "a broken database": broken_database,
    "settings that cannot be used": bad_settings,
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED.keys())
def test_a_file_not_to_be_trusted_changes_nothing(change, backup, tmp_path):
    new = new_home(tmp_path / "new", "# mine\n")
    before = contents(tmp_path)
    forged = rebuilt(backup, change)
    with pytest.raises(ConfigError) as refused:
        put_back(new, forged, "replica")
    assert refused.value.remedy
    forged.unlink()
    assert contents(tmp_path) == before


def test_a_zip_bomb_is_stopped_at_the_stated_size(backup, tmp_path):
    """30 MB of zeros, 30 kB in the zip, that the manifest states as ten bytes."""
    bomb = b"\0" * 30_000_000

    def lie(members, about):
        adding("plans/bomb.toml", bomb)(members, about)
        about["files"][-1]["size"] = 10

    new = open_home(tmp_path / "new")
    with pytest.raises(ConfigError, match="與清單不符"):
        put_back(new, rebuilt(backup, lie), "replica")
    assert sum(len(data) for data in contents(new.path).values()) < 100_000


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + b"\0" * 100, b"not a zip at all", b""])
def test_what_is_no_backup_is_said_so(data, tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(ConfigError):
        put_back(open_home(tmp_path / "new"), path, "replica")


def test_a_link_or_a_locked_member_is_refused(backup, tmp_path):
    with zipfile.ZipFile(backup) as archive:
        members = {each.filename: archive.read(each) for each in archive.infolist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name.endswith("config.toml") else 0o100600) << 16
            archive.writestr(info, data)
    path = tmp_path / "link.zip"
    path.write_bytes(made.getvalue())
    with pytest.raises(ConfigError, match="連結"):
        put_back(open_home(tmp_path / "new"), path, "replica")


def test_a_database_of_a_newer_program_is_refused(home, backup, tmp_path):
    import sqlite3

    copy = tmp_path / "newer.sqlite3"
    with zipfile.ZipFile(backup) as archive:
        copy.write_bytes(archive.read("home/elearn.sqlite3"))
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    def newer(members, about):
        data = copy.read_bytes()
        members["home/elearn.sqlite3"] = data
        for each in about["files"]:
            if each["path"] == "elearn.sqlite3":
                each.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())

    with pytest.raises(DatabaseUnusable, match="較新版本"):
        put_back(open_home(tmp_path / "new"), rebuilt(backup, newer), "replica")


def test_nothing_to_carry_is_said_so(run_elearn, tmp_path):
    done = run_elearn("backup", "--out", tmp_path / "x.zip", "--json", env=REPLICA_ENV)
    assert (done.code, (tmp_path / "x.zip").exists()) == (2, False)
