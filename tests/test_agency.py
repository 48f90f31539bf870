"""機關設定檔: what it may say, line-exact refusals, its word over the person's, and what a claim and a verdict say of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from agent.home import Home, open_home
from agent.settings.agency import forget_agency, keep_agency, kept_agency, open_agency
from agent.settings.agency_file import AgencyFile
from agent.settings.agency_text import read_agency
from agent.settings.as_json import read_settings_json, settings_json
from agent.settings.in_force import settings_of
from agent.store import Claim, Store
from agent.verdict_json import verdict_json
from rules import bundled
from rules.engine import Circumstances, judge
from rules.errors import ConfigError
from rules.work import SpanPolicy, Suspension

PLAN = bundled.plan("kaohsiung-112")

FULL = """
name = "高雄市○○區公所人事室"
issued_on = "112/6/1"
contact = "分機 123"
form_template = "本所申請表.odt"
plans = ["本所-112.toml", '''
key = "embedded"
''']

[work]
hours = [["08:30", "12:30"], ["13:30", "17:30"]]
flexible = [["08:00", "08:30"]]
lunch_is_off_duty = false
span_policy = "whole"
city = "高雄市"
district = "鹽埕區"

[[work.suspensions]]
from = 2023-03-08T12:00:00
to = 2023-03-08T18:00:00
districts = ["鹽埕區"]
cause = "淹水"

[[work.suspensions]]
from = 2023-03-09
to = 2023-03-09
districts = ["茂林區"]
"""


def beside(name: str) -> str:
    return {"本所-112.toml": 'key = "beside"\n'}[name]


def agency(text: str) -> AgencyFile:
    return read_agency(text, "區公所.toml", beside)


def write(folder: Path, text: str, name: str = "區公所.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def given(home: Home, folder: Path, text: str) -> AgencyFile:
    found, kept = open_agency(write(folder, text))
    keep_agency(home, kept)
    return found


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "家")


def test_everything_that_a_file_may_say():
    found = agency(FULL)
    assert (found.name, found.issued_on, found.contact) == (
        "高雄市○○區公所人事室",
        date(2023, 6, 1),
        "分機 123",
    )
    assert found.label == "高雄市○○區公所人事室 112/6/1"
    assert found.form_template == "本所申請表.odt"
    assert [each.name for each in found.plans] == ["本所-112.toml", ""]
    assert set(found.stated) == {"hours", "flexible", "lunch_is_off_duty", "span_policy", "city", "district"}
    assert found.suspensions is not None
    assert [each.districts for each in found.suspensions] == [("鹽埕區",), ("茂林區",)]


def test_keys_may_stand_at_the_top_or_under_work():
    head = 'name = "甲"\nissued_on = 2023-06-01\n'
    assert agency(f"{head}lunch_is_off_duty = false\n").stated == {"lunch_is_off_duty": False}
    assert agency(f"{head}[work]\nlunch_is_off_duty = false\n").stated == {"lunch_is_off_duty": False}


def test_the_example_is_a_file_that_can_be_imported():
    example = Path(__file__).parents[1] / "agency.example.toml"
    found, _ = open_agency(example)
    assert set(found.stated) == {"hours", "flexible", "lunch_is_off_duty", "span_policy", "city", "district"}
    assert len(found.suspensions or ()) == 3
    uncommented = (
        example.read_text("utf-8").replace("# form_template", "form_template").replace("# plans", "plans")
    )
    assert read_agency(uncommented, "x", lambda _: "").form_template


@pytest.mark.parametrize("written", ['"1120601"', '"112/6/1"', '"112年6月1日"', "2023-06-01", '"2023-06-01"'])
def test_its_date_as_people_write_it(written):
    assert agency(f'name = "甲"\nissued_on = {written}\n').issued_on == date(2023, 6, 1)


BAD = [
    ("no TOML", "hours = x", "第 4 行不是正確的 TOML"),
    ("an unknown key", "hour = []", "第 4 行「hour」不認得的設定"),
    ("a personal key", 'leave = []', "「leave」不認得的設定"),
    ("hours that overlap", 'hours = [["08:00", "12:00"], ["11:00", "17:00"]]', "第 4 行「hours」時段"),
    ("a switch that is none", 'lunch_is_off_duty = "是"', "第 4 行「lunch_is_off_duty」應為 true 或 false"),
    ("a policy that is none", 'span_policy = "strict"', "第 4 行「span_policy」"),
    ("a template elsewhere", 'form_template = "../表.odt"', "第 4 行「form_template」"),
    ("a plan elsewhere", 'plans = ["/etc/passwd.toml"]', "第 4 行「plans」第 1 項"),
    ("a plan that is no TOML", 'plans = ["""\nkey\n"""]', "第 4 行「plans」第 1 項計畫不是正確的 TOML"),
    ("a suspension that ends first", 'suspensions = [["2023-03-09", "2023-03-08"]]', "第 4 行「suspensions」第 1 項"),
    ("a suspension with another key", 'suspensions = [{from = "2023-03-09", at = 1}]', "「suspensions」第 1 項應有 from、to"),
    ("the same key in both places", "hours = []\n[work]\nhours = []", "第 6 行「hours」寫了兩次"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), [line[1:] for line in BAD], ids=[line[0] for line in BAD])
def test_a_mistake_names_file_line_and_key(text, named):
    with pytest.raises(ConfigError) as refused:
        agency(f'name = "甲"\nissued_on = 2023-06-01\n\n{text}\n')
    assert "區公所.toml" in refused.value.message
    assert named in refused.value.message
    assert refused.value.remedy


def test_all_mistakes_are_named_at_once():
    with pytest.raises(ConfigError) as refused:
        agency('issued_on = "x"\nhour = []\nlunch_is_off_duty = 1\n')
    assert all(
        each in refused.value.message
        for each in ("第 1 行", "第 2 行", "第 3 行", "缺少「name」（機關名稱）")
    )


def test_a_plan_file_beside_it_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match=r"沒有\.toml"):
        open_agency(write(tmp_path, 'name = "甲"\nissued_on = 2023-06-01\nplans = ["沒有.toml"]\n'))


def test_it_is_kept_whole_with_its_plans(home, tmp_path):
    write(tmp_path, 'key = "beside"\n', "本所-112.toml")
    found = given(home, tmp_path, FULL)
    assert kept_agency(home) == found
    forget_agency(home)
    assert kept_agency(home) is None


def test_its_word_holds_over_the_persons_own(home, tmp_path):
    home.config.write_text(
        '[work]\nhours = [["09:00", "17:00"]]\nlunch_is_off_duty = true\novertime = [["2023-03-08T18:00", "2023-03-08T19:00"]]\n',
        "utf-8",
    )
    write(tmp_path, "", "本所-112.toml")
    given(home, tmp_path, FULL)
    work = settings_of(home).work
    assert work.hours == ((time(8, 30), time(12, 30)), (time(13, 30), time(17, 30)))
    assert (work.lunch_is_off_duty, work.span_policy) == (False, SpanPolicy.WHOLE)
    assert len(work.overtime) == 1  # a personal fact stays


def test_what_it_does_not_state_stays_the_persons(home, tmp_path):
    home.config.write_text('[work]\nhours = [["09:00", "17:00"]]\nsuspensions = ["2023-03-08"]\n', "utf-8")
    given(home, tmp_path, 'name = "甲"\nissued_on = 2023-06-01\nlunch_is_off_duty = false\n')
    work = settings_of(home).work
    assert work.hours == ((time(9), time(17)),)
    assert len(work.suspensions) == 1


def test_a_period_at_another_agency_keeps_its_own_hours(home, tmp_path):
    """Even where they are the very hours that the file replaces elsewhere."""
    home.config.write_text(
        "[[work.period]]\nfrom = 2023-01-01\nto = 2023-01-31\n"
        'hours = [["08:00", "12:00"], ["13:30", "17:30"]]\n'
        "[[work.period]]\nfrom = 2023-02-01\nto = 2023-02-28\nshift_worker = true\n",
        "utf-8",
    )
    given(home, tmp_path, 'name = "甲"\nissued_on = 2023-06-01\nhours = [["08:30", "16:30"]]\n')
    work = settings_of(home).work
    assert work.on(date(2023, 1, 5)).hours == ((time(8), time(12)), (time(13, 30), time(17, 30)))
    assert (
        work.on(date(2023, 2, 5)).hours == work.on(date(2023, 3, 5)).hours == ((time(8, 30), time(16, 30)),)
    )


PLACES = [
    ("somebody of the district named", 'district = "鹽埕區"\n', ["鹽埕", "全市", "本所"]),
    ("somebody of another district", 'district = "楠梓區"\n', ["全市", "本所"]),
    ("a district nobody said may be any", "", ["鹽埕", "全市", "本所"]),
    ("somebody of another city", 'city = "臺南市"\n', ["本所"]),
]


@pytest.mark.parametrize(("own", "causes"), [line[1:] for line in PLACES], ids=[line[0] for line in PLACES])
def test_suspensions_by_city_and_district(home, tmp_path, own, causes):
    home.config.write_text(f"[work]\n{own}", "utf-8")
    days = {"鹽埕": date(2023, 3, 8), "全市": date(2023, 3, 9), "本所": date(2023, 3, 10)}
    given(
        home,
        tmp_path,
        'name = "甲"\nissued_on = 2023-06-01\nsuspensions = ['
        '{from = 2023-03-08, to = 2023-03-08, city = "高雄市", districts = ["鹽埕區"]},'
        '{from = 2023-03-09T12:00:00, to = 2023-03-09T18:00:00, city = "高雄市"}, "2023-03-10"]\n',
    )
    found = settings_of(home).work.suspensions
    assert [each.span.start.date() for each in found] == [days[each] for each in causes]
    assert all(isinstance(each, Suspension) and not each.city for each in found)


def test_two_homes_with_one_file_give_one_verdict(tmp_path):
    """Whatever each of the 180 wrote into their own settings."""
    verdicts = []
    for name, own in (("甲", 'hours = [["09:00", "17:00"]]'), ("乙", 'span_policy = "whole"')):
        home = open_home(tmp_path / name)
        home.config.write_text(f"[work]\n{own}\n", "utf-8")
        given(
            home,
            tmp_path,
            'name = "甲所"\nissued_on = 2023-06-01\nspan_policy = "endpoints"\nlunch_is_off_duty = true\n'
            'hours = [["08:30", "12:30"], ["13:30", "17:30"]]\nsuspensions = []\n',
        )
        settings = settings_of(home)
        about = Circumstances(settings.person, settings.work, bundled.suspensions())
        verdicts.append(verdict_json(judge([], PLAN, settings.calendar, date(2023, 8, 31), about)))
    assert verdicts[0] == verdicts[1]
    texts = {each["key"]: each["text"] for each in verdicts[0]["assumptions"]}
    assert texts["hours"].endswith("（依機關設定檔「甲所」112/6/1）。")
    assert "機關設定檔" in texts["span_policy"]
    assert "機關設定檔" not in texts["category"]


def test_a_claim_folder_carries_what_was_really_used(home, tmp_path):
    """So that whoever verifies judges with the agency's word, and reads whose word it was."""
    write(tmp_path, "", "本所-112.toml")
    given(home, tmp_path, FULL)
    settings = settings_of(home)
    kept = json.loads(json.dumps(settings_json(settings.person, settings.work)))
    assert read_settings_json(kept, "judged_with.json").work == settings.work
    assert settings.work.suspensions[0].span.start == datetime(2023, 3, 8, 12)


RECORDS = {
    "schema": "elearn-records/1",
    "source": "https://elearn.hrd.gov.tw/",
    "taken_at": "2023-09-01T02:30:00+08:00",
    "total_stated": 7,
    "records": [
        {
            "course_type": "開放式",
            "title": course.title,
            "code": None,
            "course_id": None,
            "start": f"2023-01-18T12:{10 + at}:00",
            "end": f"2023-01-18T13:{10 + at}:00",
            "reading": "00:40:00",
            "exam": "100",
            "survey": "已填",
            "condition": "課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
            "status": "已通過",
            "certified_hours": str(course.hours),
            "upload_status": "成功",
            "uploaded_at": "2023-02-01T12:00:00",
        }
        for at, course in enumerate(PLAN.sets[0].courses)
    ],
    "unread": [],
}


@pytest.fixture
def recorded(run_elearn, elearn_home, tmp_path):
    """A home with one set, studied at noon, and so 4 hours."""
    path = tmp_path / "records.json"
    path.write_text(json.dumps(RECORDS, ensure_ascii=False), "utf-8")
    assert run_elearn("import", path).code == 0
    (elearn_home / "config.toml").write_text(
        'plan = "kaohsiung-112"\n[person]\ncategory = "編制內公務人員"\n', "utf-8"
    )
    return run_elearn


NOON = 'name = "甲所"\nissued_on = 2023-06-01\nlunch_is_off_duty = false\n'


def test_what_a_file_changes_is_shown_and_asked(recorded, elearn_home, tmp_path):
    path = write(tmp_path, NOON)
    refused = recorded("agency", "import", path, "--on", "112/8/31", "--json")
    assert refused.code == 2
    assert "--yes" in refused.json()["error"]["remedy"]
    assert "可申請補休 4 → 0 小時" in refused.stderr
    assert "「e馬當先育職能」符合 → 不符合，補休 4 → 0 小時" in refused.stderr
    assert not (elearn_home / "agency.json").exists()

    done = recorded("agency", "import", path, "--on", "112/8/31", "--yes", "--json")
    assert done.code == 0
    document = done.json()
    assert document["saved"] is True
    assert document["changes"][0]["claimable"] == {"before": "4", "after": "0"}
    assert document["changes"][0]["sets"][0]["state"] == {"before": "met", "after": "failed"}
    shown = recorded("agency", "show", "--json").json()["agency"]
    assert (shown["name"], shown["work"]) == ("甲所", {"lunch_is_off_duty": False})
    verdict = recorded("check", "--on", "112/8/31", "--json").json()
    assert verdict["benefits"][0]["claimable"] == "0"

    cleared = recorded("agency", "clear", "--on", "112/8/31", "--yes", "--json").json()
    assert cleared["changes"][0]["claimable"] == {"before": "0", "after": "4"}
    assert recorded("agency", "show", "--json").json() == {"agency": None}


def test_a_submitted_claim_that_would_be_judged_otherwise_is_named(recorded, elearn_home, tmp_path):
    claim = Claim(
        "kaohsiung-112-1",
        "kaohsiung-112",
        Decimal(4),
        "prepared",
        date(2023, 7, 5),
        "",
        ("policy",),
        "7F3A-91C2",
    )
    with Store.open(elearn_home / "elearn.sqlite3") as store:
        store.put_prepared(claim, datetime(2023, 7, 5, tzinfo=UTC))
        store.mark_claim(claim.id, "submitted", datetime(2023, 7, 6, tzinfo=UTC))
    done = recorded("agency", "import", write(tmp_path, NOON), "--on", "112/8/31", "--yes", "--json")
    assert "kaohsiung-112-1（已送件，4 小時）；請告知人事單位" in done.stderr
    (touched,) = done.json()["claims"]
    assert (touched["id"], touched["state"], touched["hours"]) == ("kaohsiung-112-1", "submitted", "4")
    assert touched["sets"][0]["state"] == {"before": "met", "after": "failed"}


def test_what_changes_nothing_needs_no_answer(run_elearn, tmp_path):
    ran = run_elearn("agency", "import", write(tmp_path, NOON), "--json")
    assert (ran.code, ran.json()["saved"], ran.json()["changes"]) == (0, True, [])


def test_a_file_that_cannot_be_used_leaves_the_old_one(run_elearn, tmp_path):
    assert run_elearn("agency", "import", write(tmp_path, NOON)).code == 0
    refused = run_elearn("agency", "import", write(tmp_path, "hours = 1\n"))
    assert refused.code == 2
    assert "第 1 行「hours」" in refused.stderr
    assert run_elearn("agency", "show", "--json").json()["agency"]["name"] == "甲所"


def test_a_damaged_file_in_the_home_can_be_cleared_away(run_elearn, elearn_home):
    (elearn_home / "agency.json").write_text("{", "utf-8")
    ran = run_elearn("check")
    assert ran.code == 2
    assert "elearn agency clear" in ran.stderr
    assert run_elearn("agency", "clear").code == 0
    assert run_elearn("check").code == 0
