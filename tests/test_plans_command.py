"""`elearn plan`: a file checked line by line, a plan asked for on paper, own plans beside the bundled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.home import open_home
from agent.plans import found as plans
from rules import bundled
from rules.errors import ConfigError
from rules.toml_lines import Lines

ROOT = Path(__file__).parents[1]
WORKED = ROOT / "tests" / "judging" / "worked_plans"
BUNDLED = ROOT / "rules" / "plans" / "kaohsiung-112.toml"
TEXT = BUNDLED.read_text("utf-8")


def line_of(text: str, words: str) -> int:
    """The line these words stand on."""
    return text[: text.index(words)].count("\n") + 1


# --- where things stand ----------------------------------------------------------------------------------------------

PLACES = [
    (("key",), "key = "),
    (("covers", "to"), "covers = "),
    (("categories", "clause"), 'clause = "肆"'),
    (("set", 1, "courses", 4, "hours"), "智慧城市治理的趨勢與挑戰(上)"),
    (("benefit", 0, "grants", 3, "needs", "any_of", 1), "任 1 套以上）"),
    (("benefit", 1, "cap"), "cap = 1\n"),
    (("example", 2, "passed", 1), '{ set = "professional", from = 2023-04-15'),
    (("example", 2, "no such key"), '[[example]]\nname = "the three sets'),
]


@pytest.mark.parametrize(("place", "words"), PLACES, ids=[".".join(map(str, each[0])) for each in PLACES])
def test_a_place_in_a_plan_file_has_a_line(place, words):
    assert Lines(TEXT).of(place) == line_of(TEXT, words)


def test_strings_comments_and_dotted_keys_do_not_mislead_the_lines():
    text = 'a = "[[set]] # no"  # b = 1\n"q k" = \'x = [\'\nm = """\n[t]\nz = 1\n"""\n[t.u]\nv.w = [\n  1, # ]\n  [2,\n   3],\n]\n[[s]]\nx = 1\n[[s.d]]\ny = 2\n[[s]]\n[[s.d]]\ny = 3\n'
    lines = Lines(text)
    found = {
        place: lines.of(place)
        for place in [
            ("a",), ("b",), ("q k",), ("m",), ("z",), ("t", "u", "v", "w"), ("t", "u", "v", "w", 1, 1), ("s", 0, "x"),
            ("s", 0, "d", 0, "y"), ("s", 1), ("s", 1, "d", 0, "y"),
        ]
    }  # fmt: skip
    assert list(found.values()) == [1, None, 2, 3, None, 8, 11, 14, 16, 17, 19]


# --- plan check ------------------------------------------------------------------------------------------------------


def test_a_file_without_mistakes_ends_in_0(run_elearn):
    done = run_elearn("plan", "check", BUNDLED, "--json")
    assert (done.code, done.json()) == (0, {"ok": True, "problems": []})
    assert "5 個範例都成立" in run_elearn("plan", "check", BUNDLED).stdout


# What to write instead of what (once), and the key and words of each problem that must be listed with its line.
MISTAKES = [
    ("title = \"政府數位轉型新視界\", hours = 1", "title = \"政府數位轉型新視界\", hour = 1", [("hours", "缺少「hours」"), ("hour", "不認得的「hour」")]),
    ("cap = 16", 'cap = "十六"', [("cap", "數字")]),
    ('key = "vision"\ntitle = "e見鍾情戀高雄"\nclause = "陸、三"\nhours = 10', 'key = "vision"\ntitle = "e見鍾情戀高雄"\nclause = "陸、三"\nhours = 11', [("hours", "合計 10，與所載 11")]),
    ('clause = "陸、四、(二)"\n', "", [("clause", "缺少「clause」")]),
    ('"友善職場", hours = 1', '"為民服務與陳情處理", hours = 1', [("courses", "同時列在兩套")]),
    ('"如何服務身心障礙者"', '"台灣長照趨勢 "', [("courses", "視為同一名稱")]),
    ("to = 2023-12-31", "to = 2022-12-31", [("covers", "起日在迄日之後")]),
    ('needs = "professional"', 'needs = "profesional"', [("needs", "profesional")]),
    ("{ claimable = 16, pending_review = 0 }", "{ claimable = 12, pending_review = 0 }", [("example", "應為 12，判定為 16")]),
    ("off_duty = false\n", 'off_duty = false\nrecipient = "agency"\n', [("recipient", "無從得知機關人數")]),
    ('amount = 1, needs = { all_of = ["policy"', 'amount = 1, needs = { rate = 0.8, all_of = ["policy"', [("needs", "無從得知機關人數")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "wanted"), MISTAKES, ids=[each[2][0][1] + " " + each[2][0][0] for each in MISTAKES]
)
def test_each_mistake_is_listed_with_line_key_and_remedy(old, new, wanted, tmp_path):
    assert TEXT.count(old) >= 1
    at = TEXT.index(old)
    path = tmp_path / "計畫.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    _, problems = plans.check_file(path)
    assert [(each.key, words in each.text) for each, (_, words) in zip(problems, wanted, strict=False)] == [
        (key, True) for key, _ in wanted
    ]
    assert all(each.remedy for each in problems)
    first, last = TEXT[:at].count("\n") + 1, TEXT[:at].count("\n") + 1 + max(old.count("\n"), new.count("\n"))
    if problems[0].key == "clause":
        first = line_of(TEXT, '[[set]]\nkey = "english_b"')  # what is missing has no line: its table's
    if problems[0].key == "example":
        first = line_of(TEXT, '[[example]]\nname = "the three sets')
    assert problems[0].line is not None
    assert first <= problems[0].line <= last


def test_all_mistakes_are_listed_and_not_only_the_first(run_elearn, tmp_path):
    path = tmp_path / "bad.toml"
    text = (
        TEXT.replace("cap = 16", "cap = -1")
        .replace('needs = "policy"', 'needs = "polcy"')
        .replace("year = 112", "year = 112\ntown = 1")
    )
    path.write_text(text, "utf-8")
    done = run_elearn("plan", "check", path, "--json")
    assert done.code == 2
    found = done.json()
    assert found["ok"] is False
    assert [(each["line"], each["key"]) for each in found["problems"]] == [
        (line_of(text, "town = 1"), "town"),
        (line_of(text, "cap = -1"), "cap"),
        (line_of(text, 'needs = "polcy"'), "needs"),
    ]
    assert set(found["problems"][0]) == {"line", "key", "text", "remedy"}
    said = run_elearn("plan", "check", path).stdout
    assert f"第 {line_of(text, 'cap = -1')} 行" in said


def test_a_file_that_is_no_toml_is_one_problem_with_its_line(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(TEXT.replace("cap = 16", "cap 16"), "utf-8")
    _, problems = plans.check_file(path)
    assert [(each.line, "TOML" in each.text) for each in problems] == [(line_of(TEXT, "cap = 16"), True)]


def test_a_missing_or_unreadable_file_is_an_error_of_its_own(run_elearn, tmp_path):
    assert run_elearn("plan", "check", tmp_path / "none.toml").code == 2
    (tmp_path / "big5.toml").write_bytes('title = "計畫"'.encode("big5"))
    done = run_elearn("plan", "check", tmp_path / "big5.toml")
    assert (done.code, "UTF-8" in done.stderr) == (2, True)


# --- own plans -------------------------------------------------------------------------------------------------------


def put(home: Path, name: str, text: str) -> None:
    (home / "plans").mkdir(parents=True, exist_ok=True)
    (home / "plans" / name).write_text(text, "utf-8")


MINIMA = (WORKED / "minima.toml").read_text("utf-8")


def test_own_plans_stand_beside_the_bundled_ones(run_elearn, elearn_home):
    put(elearn_home, "minima.toml", MINIMA)
    listed = run_elearn("plan", "list", "--json").json()["plans"]
    assert [(each["key"], each["source"]) for each in listed] == [
        ("kaohsiung-112", "bundled"),
        ("minima-112", "home"),
    ]
    shown = run_elearn("plan", "show", "minima-112")
    assert "其中「性別平等」至少 1 小時" in shown.stdout
    assert "自訂" in shown.stdout
    document = run_elearn("plan", "show", "minima-112", "--json").json()["plan"]
    assert (document["source"], len(document["sha256"])) == ("home", 64)
    assert document["sets"][0]["minima"][2]["parts"][0]["title"] == "性別平等"


def test_the_verdict_of_a_day_counts_own_plans_too(run_elearn, elearn_home):
    put(elearn_home, "minima.toml", MINIMA)
    found = run_elearn("check", "--on", "112/8/31", "--json").json()
    assert [(each["plan"], each["plan_source"]) for each in found["verdicts"]] == [
        ("kaohsiung-112", "bundled"),
        ("minima-112", "home"),
    ]
    one = run_elearn("check", "--plan", "minima-112", "--on", "112/8/31", "--json").json()
    assert one["sets"][0]["by"] == "hours"
    assert [each["code"] for each in one["sets"][0]["reasons"]] == ["HOURS_SHORT"] * 5


def test_an_own_plan_cannot_carry_a_bundled_key(run_elearn, elearn_home):
    put(elearn_home, "mine.toml", TEXT)
    for words in (("plan", "list"), ("check", "--plan", "kaohsiung-112"), ("check",)):
        done = run_elearn(*words)
        assert (done.code, "自訂計畫不能取代內建計畫" in done.stderr) == (2, True)


def test_two_own_plans_cannot_carry_one_key(elearn_home):
    put(elearn_home, "a.toml", MINIMA)
    put(elearn_home, "b.toml", MINIMA)
    with pytest.raises(ConfigError, match="minima-112"):
        plans.own(open_home(elearn_home))


def test_an_own_plan_with_a_mistake_is_named(elearn_home):
    put(elearn_home, "a.toml", MINIMA.replace("free = true", "fee = true"))
    with pytest.raises(ConfigError, match=r"a\.toml.*fee"):
        plans.every(open_home(elearn_home))


def test_an_unknown_key_is_answered_with_own_and_bundled_ones(elearn_home):
    put(elearn_home, "a.toml", MINIMA)
    with pytest.raises(ConfigError) as refused:
        plans.named(open_home(elearn_home), "minima-113")
    assert all(key in refused.value.remedy for key in ("minima-112", *bundled.plan_keys()))


def test_a_file_is_shown_without_being_in_the_home(run_elearn):
    done = run_elearn("plan", "show", WORKED / "tiers.toml")
    assert done.code == 0
    assert "1 套得 1 次，2 套得 2 次，4 套得 3 次" in done.stdout
    assert "來源 檔案" in done.stdout


# --- plan new --------------------------------------------------------------------------------------------------------

HEAD = ["mycity-114", "某市政府 114 年度數位學習計畫", "", "某市政府", "某市府人字第1140000001號函", "114/1/20",
        "1140101", "2025-12-31", "參", "", "臺北市", "", "", "肆", "", "伍"]  # fmt: skip
ONE_SET = ["數位基礎", "陸、一", "1", "資料治理概論,2", "性別平等，進階篇,1.5,性別", "", "", ""]
LEAVE = ["", "", "陸、三", "114/8/31", "", "", "", "1", "4", "", ""]


def answers(*parts: list[str]) -> str:
    return "\n".join(each for part in parts for each in part) + "\n"


def test_a_plan_on_paper_becomes_a_file_that_can_be_used(run_elearn, elearn_home):
    done = run_elearn("plan", "new", input=answers(HEAD, ONE_SET, LEAVE))
    assert done.code == 0, done.stderr
    text = (elearn_home / "plans" / "mycity-114.toml").read_text("utf-8")
    assert "# 適用與不適用的人員類別" in text
    assert '{ title = "性別平等，進階篇", hours = 1.5, item = "性別" }' in text
    assert "covers = { from = 2025-01-01, to = 2025-12-31" in text
    assert "completed_by = 2025-08-31" in text
    assert "1 個範例都成立" in done.stdout
    plan = plans.named(open_home(elearn_home), "mycity-114")
    assert [(each.key, each.unit, each.cap) for each in plan.benefits] == [("compensatory_leave", "hour", 4)]
    assert run_elearn("plan", "list").stdout.count("\n") == 2


def test_every_way_of_giving_can_be_asked_for(run_elearn, tmp_path):
    sets = ["甲套", "陸、一", "1", "甲課,1", "乙課,2", "", "3",
            "乙套", "陸、二", "2", "是", "丙課,2,環境", "丁課,3,政策", "", "4", "環境,1", "",
            "丙套", "陸、三", "3", "戊課,1", "己課,1", "", "1", ""]  # fmt: skip
    benefits = ["補休", "", "柒、一", "114/8/31", "", "", "", "5", "5", "1", "8",
                "嘉獎", "", "柒、二", "114/10/31", "", "", "", "", "4", "1,1", "3,2", "", "",
                "抽獎", "3", "柒、三", "114/10/31", "", "", "否", "", "2", "1", "",
                "全勤", "", "柒、四", "114/10/31", "", "", "", "", "3", "1", "", ""]  # fmt: skip
    out = tmp_path / "新計畫.toml"
    done = run_elearn("plan", "new", "--out", out, input=answers(HEAD, sets, benefits))
    assert done.code == 0, done.stdout + done.stderr
    text = out.read_text("utf-8")
    for words in (
        'by = "hours"', "free = true", '{ title = "環境", hours = 1 }', 'by = "count"', "at_least = 1",
        "per_hours = 5", 'remainder = "floor"', "tiers = [{ sets = 1, amount = 1 }, { sets = 3, amount = 2 }]",
        'unit = "ticket"', "any_of", "all_of",
    ):  # fmt: skip
        assert words in text
    assert run_elearn("plan", "check", out).code == 0
    assert run_elearn("plan", "show", out).code == 0


def test_a_wrong_answer_is_asked_again_with_the_reason(run_elearn, tmp_path):
    head = [*HEAD]
    head[5:6] = ["114/2/30", "114/1/20"]
    head[0:1] = ["我的計畫", "kaohsiung-112", "mycity-114"]
    courses = ["數位基礎", "陸、一", "9", "1", "", "資料治理概論", "資料治理概論,2", "", "", ""]
    done = run_elearn("plan", "new", "--out", tmp_path / "x.toml", input=answers(head, courses, LEAVE))
    assert done.code == 0, done.stderr
    for words in (
        "只能用小寫英文",
        "已經有代號「kaohsiung-112」",
        "2 月沒有 30 日",
        "請輸入 1、2、3 其中之一",
        "至少要有一門課程",
        "請寫「課名,時數」",
    ):
        assert words in done.stderr


def test_hours_on_paper_that_do_not_add_up_leave_a_draft_and_end_in_2(run_elearn, elearn_home):
    courses = ["數位基礎", "陸、一", "1", "資料治理概論,2", "", "10", ""]
    done = run_elearn("plan", "new", input=answers(HEAD, courses, LEAVE))
    assert done.code == 2
    assert "合計 2，與所載 10 不符" in done.stdout
    assert not (elearn_home / "plans" / "mycity-114.toml").exists()
    assert (elearn_home / "plans" / "mycity-114.draft").exists()
    assert run_elearn("plan", "list").code == 0


def test_answers_that_end_too_early_write_nothing(run_elearn, elearn_home):
    done = run_elearn("plan", "new", input=answers(HEAD))
    assert done.code == 1
    assert "已中止" in done.stderr
    assert not (elearn_home / "plans").exists()


def test_no_file_is_overwritten(run_elearn, tmp_path):
    out = tmp_path / "there.toml"
    out.write_text("x", "utf-8")
    done = run_elearn("plan", "new", "--out", out, input=answers(HEAD, ONE_SET, LEAVE))
    assert (done.code, out.read_text("utf-8")) == (2, "x")
