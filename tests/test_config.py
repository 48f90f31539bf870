"""The settings file: the example is the defaults, a mistake is named with its line, and settings survive a claim folder."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.settings import config
from agent.settings.as_json import read_settings_json, settings_json
from agent.settings.config import Settings, parse_settings, read_settings
from agent.verdict_json import verdict_json
from rules import bundled
from rules.engine import Circumstances, judge
from rules.errors import ConfigError
from rules.person import Person
from rules.record import LearningRecord
from rules.work import Leave, Period, Span, SpanPolicy, Suspension, Work

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
steady = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


# -- the example -------------------------------------------------------------------------------------------------------


def test_the_example_says_exactly_the_defaults():
    """Copied as it is, it changes nothing."""
    assert read_settings(EXAMPLE) == Settings()


def test_the_example_shows_every_key_and_no_other():
    """Uncommented it still parses, and its tables are those of the code, both ways."""
    text = EXAMPLE.read_text("utf-8")
    data = tomllib.loads(re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", text))
    work, person, portal = data.pop("work"), data.pop("person"), data.pop("portal")
    assert data.pop("aliases") == {}  # keys of the person's own
    assert set(data.pop("notices")) == set(config.NOTICES)
    assert set(data.pop("schedule")) == set(config.SCHEDULE)
    assert set(data.pop("limits")) == set(config.LIMITS)
    assert set(data) == set(config._TOP)
    assert set(person) == set(config._PERSON)
    assert set(portal) == set(config._PORTAL)
    assert set(work) == {*config._WORK, "period"}


def test_the_code_reads_every_field_there_is():
    """A field that no key sets would be a setting nobody can make, but for what a home keeps beside its settings file."""
    assert set(config._WORK) == {each.name for each in fields(Work)} - {"periods", "stated_by"}
    assert set(config._PERSON) == {each.name for each in fields(Person)}
    assert {*config._TOP, *config._PORTAL, "person", "work", "aliases", "notices", "schedule", "limits"} == {
        each.name for each in fields(Settings)
    } - {"agency", "calendar"}


def test_the_uncommented_example_is_what_its_comments_say():
    """The leave of a day and the period of two months."""
    found = parse_settings(
        re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", EXAMPLE.read_text("utf-8")), "config.toml"
    ).work
    assert found.leave == (Leave(Span.whole_days(date(2023, 3, 8), date(2023, 3, 8)), "休假"),)
    (period,) = found.periods
    assert (period.first, period.last) == (date(2023, 1, 1), date(2023, 2, 28))
    assert period.work.hours == ((time(8, 30), time(12, 30)), (time(13, 30), time(17, 30)))


# -- the file ----------------------------------------------------------------------------------------------------------


def test_no_file_is_the_defaults(tmp_path):
    """Every key has a default."""
    assert read_settings(tmp_path / "config.toml") == Settings()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_as_windows_saves_it_is_read(tmp_path, encoding, ending):
    """Notepad writes a mark at the beginning and two characters at each line's end; the line of a mistake stays right."""
    path = tmp_path / "config.toml"
    lines = ['gateway = "egov"', "[person]", 'agency = "某區公所"']
    path.write_bytes(ending.join(lines).encode(encoding))
    assert read_settings(path) == Settings(gateway="egov", person=Person(agency="某區公所"))
    path.write_bytes(ending.join([*lines, "nmae = 1"]).encode(encoding))
    with pytest.raises(ConfigError, match=r"第 4 行.*nmae"):
        read_settings(path)


@pytest.mark.parametrize(
    "data", ["設定".encode("big5"), 'plan = ""'.encode("utf-16")], ids=["Big5", "UTF-16"]
)
def test_another_encoding_is_named(tmp_path, data):
    """Not a traceback: what to do is said."""
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=re.escape(str(path))) as why:
        read_settings(path)
    assert "UTF-8" in why.value.remedy


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    """Nothing that can be read."""
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError, match="無法讀取"):
        read_settings(tmp_path / "config.toml")


# -- mistakes ----------------------------------------------------------------------------------------------------------

MISTAKES = {
    "unknown key": ('gateway = ""\nplam = "x"', 2, "plam"),
    "unknown key of a section": ('[person]\nname = ""\nid_number = "A"', 3, "id_number"),
    "unknown section": ('plan = ""\n\n[persn]\nname = ""', 3, "persn"),
    "unknown list of sections": ('plan = ""\n[[leave]]\nfrom = 2023-01-01', 2, "leave"),
    "a section that is a value": ('plan = ""\nperson = "王"', 2, "person"),
    "text for a switch": ('[work]\ncity = ""\nlunch_is_off_duty = "yes"', 3, "lunch_is_off_duty"),
    "number for a text": ("plan = 112", 1, "plan"),
    "text for a list": ('[work]\nroster = "2023-01-01"', 2, "roster"),
    "a switch for seconds": ("[portal]\npatience = true", 2, "patience"),
    "no seconds": ("[portal]\npatience = 5\npause = 0", 3, "pause"),
    "endless seconds": ("[portal]\npatience = inf", 2, "patience"),
    "seconds that are no number": ("[portal]\npatience = nan", 2, "patience"),
    "bad time": ('[work]\nhours = [["08:00", "12:60"]]', 2, "hours"),
    "bad time in a list of several lines": (
        '[work]\nhours = [\n  ["08:00", "12:00"],\n  ["1330", "25:30"],\n]',
        2,
        "hours",
    ),
    "a key below a list of several lines": (
        '[work]\nroster = [\n  ["2023-01-18T20:00", "2023-01-19T08:00"],\n]\nrooster = []',
        5,
        "rooster",
    ),
    "overlapping hours": ('[work]\nhours = [["08:00", "12:00"], ["11:59", "17:30"]]', 2, "hours"),
    "end before start": ('[work]\novertime = [["2023-03-08T20:30", "2023-03-08T17:30"]]', 2, "overtime"),
    "end at start": ('[work]\nhours = [["08:00", "08:00"]]', 2, "hours"),
    "days the wrong way round": ('[work]\nunpaid_leave = [["2023-08-31", "2023-03-01"]]', 2, "unpaid_leave"),
    "half a pair": ('[work]\nflexible = [["07:30"]]', 2, "flexible"),
    "bad policy": ('[work]\nspan_policy = "lenient"', 2, "span_policy"),
    "bad date": ('[work]\nown_holidays = ["2023-02-29"]', 2, "own_holidays"),
    "a date with no such month": ('[work]\nsuspensions = ["2023-13-01"]', 2, "suspensions"),
    "punches of no day": ('[work]\npunches = { "monday" = ["08:00", "17:00"] }', 2, "punches"),
    "punches as a section": ('[work]\n[work.punches]\n"2023-01-18" = ["17:05", "08:05"]', 2, "punches"),
    "leave without a kind": ('[work]\n[[work.leave]]\nfrom = "2023-03-08"\nto = "2023-03-08"', 2, "leave"),
    "the second leave": (
        (
            '[[work.leave]]\nfrom = "2023-03-08"\nto = "2023-03-08"\nkind = "休假"\n\n'
            '[[work.leave]]\nfrom = "2023-03-10"\nto = "2023-03-09"\nkind = "休假"'
        ),
        6,
        "leave",
    ),
    "one bracket for leave": ('[work.leave]\nfrom = "2023-03-08"', 1, "leave"),
    "one bracket for a period": ('[work.period]\nfrom = "2023-03-08"', 1, "period"),
    "period without from": ('[work]\ncity = ""\n\n[[work.period]]\nto = "2023-02-28"', 4, "period"),
    "the second period without to": (
        '[[work.period]]\nfrom = "2023-01-01"\nto = "2023-02-28"\n[[work.period]]\nfrom = "2023-03-01"',
        4,
        "period",
    ),
    "period the wrong way round": (
        '[[work.period]]\nfrom = "2023-02-28"\nto = "2023-01-01"',
        1,
        "period",
    ),
    "unknown key of the second period": (
        (
            '[[work.period]]\nfrom = "2023-01-01"\nto = "2023-02-28"\nhours = []\n'
            '[[work.period]]\nfrom = "2023-03-01"\nto = "2023-03-28"\nhuors = []'
        ),
        8,
        "huors",
    ),
    "bad value of the second period": (
        (
            '[[work.period]]\nfrom = "2023-01-01"\nto = "2023-02-28"\nshift_worker = true\n'
            '[[work.period]]\nfrom = "2023-03-01"\nto = "2023-03-28"\nshift_worker = "no"'
        ),
        8,
        "shift_worker",
    ),
    "bad value of [work] below a period": (
        (
            '[[work.period]]\nfrom = "2023-01-01"\nto = "2023-02-28"\nshift_worker = true\n'
            '[work]\nshift_worker = "no"'
        ),
        6,
        "shift_worker",
    ),
    "a period in a period": (
        '[[work.period]]\nfrom = "2023-01-01"\nto = "2023-02-28"\nperiod = []',
        4,
        "period",
    ),
    "a dotted key": ('plan = ""\nwork.shift_worker = 1', 2, "shift_worker"),
    "a day past the last there is": (
        '[[work.leave]]\nfrom = "2023-03-08"\nto = "9999-12-31"\nkind = "休假"',
        1,
        "leave",
    ),
    "an alias that is no title": ('[aliases]\n"AI 新視界 2.0" = "AI 新視界"\n"甲.乙" = 1', 3, "甲.乙"),
    "no TOML": ('plan = ""\n[work]\ncity = 高雄市', 3, "TOML"),
    "the same key twice": ('plan = ""\nplan = ""', 2, "TOML"),
}


@pytest.mark.parametrize(("text", "line", "key"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_key_and_line(text, line, key):
    """One sentence: the file, the line, the key; and what to do."""
    with pytest.raises(ConfigError) as why:
        parse_settings(text, "config.toml")
    assert (why.value.code, why.value.kind) == (2, "config")
    assert why.value.message.startswith(f"設定檔 config.toml 第 {line} 行")
    assert key in why.value.message
    assert why.value.remedy


def test_an_unknown_key_is_answered_with_the_keys_there_are():
    """In its own section."""
    with pytest.raises(ConfigError) as why:
        parse_settings("[portal]\npatence = 3", "config.toml")
    assert "patience" in why.value.remedy
    assert "span_policy" not in why.value.remedy


# -- single values -----------------------------------------------------------------------------------------------------


def work(text: str) -> Work:
    return parse_settings(f"[work]\n{text}", "config.toml").work


def leave(start: str, end: str) -> Span:
    (found,) = work(f'[[work.leave]]\nfrom = {start}\nto = {end}\nkind = "休假"').leave
    return found.span


def test_leave_of_whole_days_ends_with_the_last_moment_of_its_last_day():
    """TOML's own dates and text alike."""
    span = Span(datetime(2023, 3, 8), datetime(2023, 3, 10))
    assert leave('"2023-03-08"', '"2023-03-09"') == span
    assert leave("2023-03-08", "2023-03-09") == span


def test_leave_with_times_is_half_open_to_the_second():
    """From a time to a time, in three ways of writing one."""
    span = Span(datetime(2023, 3, 8, 13, 30), datetime(2023, 3, 8, 17, 30))
    assert leave('"2023-03-08T13:30"', '"2023-03-08T17:30"') == span
    assert leave("2023-03-08T13:30:00", "2023-03-08 17:30:00") == span
    assert leave('"2023-03-08 13:30"', '"2023-03-08 17:30:00"') == span


def test_a_date_alone_at_the_end_of_a_span_means_that_whole_day():
    """As the contract says of every date alone: leave from a noon to a day, a suspension of two days, a roster."""
    assert leave('"2023-03-08T13:30"', '"2023-03-09"') == Span(
        datetime(2023, 3, 8, 13, 30), datetime(2023, 3, 10)
    )
    assert leave('"2023-03-08"', '"2023-03-08T12:00"') == Span(datetime(2023, 3, 8), datetime(2023, 3, 8, 12))
    two_days = Span(datetime(2023, 8, 3), datetime(2023, 8, 5))
    assert work('suspensions = [["2023-08-03", "2023-08-04"]]').suspensions == (Suspension(two_days),)
    assert work("roster = [[2023-08-03, 2023-08-04]]").roster == (two_days,)


def test_a_suspension_is_a_day_or_a_span():
    """Both in one list."""
    assert work('suspensions = ["2023-07-27", ["2023-03-08T00:00", "2023-03-08T12:00"]]').suspensions == (
        Suspension(Span.whole_days(date(2023, 7, 27), date(2023, 7, 27))),
        Suspension(Span(datetime(2023, 3, 8), datetime(2023, 3, 8, 12))),
    )


def test_a_time_with_an_offset_is_turned_into_taipei_time():
    """The same moment, not the same digits."""
    span = (Span(datetime(2023, 3, 8, 17, 30), datetime(2023, 3, 8, 20, 30)),)
    assert work("overtime = [[2023-03-08T17:30:00+08:00, 2023-03-08T12:30:00Z]]").overtime == span
    assert work('overtime = [["2023-03-08T09:30:00Z", "2023-03-08T20:30:00+08:00"]]').overtime == span


def test_a_clock_time_with_an_offset_is_refused_in_words():
    """Office hours have no time zone."""
    with pytest.raises(ConfigError, match=r"第 2 行.*時刻"):
        work('hours = [["08:00+08:00", "12:00"]]')


def test_hours_are_put_in_order():
    """Afternoon first in the file; touching spans are no overlap."""
    assert work('hours = [["12:00", "17:30"], ["08:00", "12:00"]]').hours == (
        (time(8), time(12)),
        (time(12), time(17, 30)),
    )


def test_an_alias_is_a_title_for_a_title():
    """Whatever signs it has."""
    found = parse_settings('[aliases]\n"AI 新視界 2.0" = "AI 新視界"', "config.toml")
    assert found.aliases == {"AI 新視界 2.0": "AI 新視界"}


def test_an_empty_name_of_blanks_is_empty():
    """A text is what is between the blanks."""
    assert parse_settings('[person]\nname = " 王小明 "\nunit = "　"', "config.toml").person == Person(
        name="王小明"
    )


# -- periods -----------------------------------------------------------------------------------------------------------


def test_a_period_overrides_only_what_it_says():
    """The rest, of work and of person, is as above it, wherever it stands in the file."""
    found = parse_settings(
        """
        [[work.period]]
        from = "2023-01-01"
        to = "2023-02-28"
        lunch_is_off_duty = false
        category = "約聘人員"

        [person]
        agency = "某區公所"
        category = "編制內公務人員"

        [work]
        city = "高雄市"
        span_policy = "whole"
        """,
        "config.toml",
    )
    around = Work(city="高雄市", span_policy=SpanPolicy.WHOLE)
    assert found.person == Person(agency="某區公所", category="編制內公務人員")
    assert replace(found.work, periods=()) == around
    assert found.work.periods == (
        Period(
            date(2023, 1, 1),
            date(2023, 2, 28),
            replace(around, lunch_is_off_duty=False),
            Person(agency="某區公所", category="約聘人員"),
        ),
    )
    assert found.work.on(date(2022, 12, 31)) is found.work
    assert not found.work.on(date(2023, 1, 1)).lunch_is_off_duty
    assert not found.work.on(date(2023, 2, 28)).lunch_is_off_duty
    assert found.work.on(date(2023, 3, 1)) is found.work


def test_of_two_periods_of_one_day_the_one_written_last_holds():
    """As a correction below an older entry would be meant."""
    found = parse_settings(
        '[[work.period]]\nfrom = 2023-01-01\nto = 2023-12-31\ncity = "甲"\n'
        '[[work.period]]\nfrom = 2023-06-01\nto = 2023-06-01\ncity = "乙"',
        "config.toml",
    ).work
    assert [found.on(date(2023, month, 1)).city for month in (5, 6, 7)] == ["甲", "乙", "甲"]


def test_leave_within_a_period_is_the_periods_own():
    """A list of tables inside a list of tables."""
    found = parse_settings(
        "[[work.period]]\nfrom = 2023-01-01\nto = 2023-12-31\n"
        '[[work.period.leave]]\nfrom = 2023-03-08\nto = 2023-03-08\nkind = "公差"',
        "config.toml",
    ).work
    assert found.leave == ()
    assert found.periods[0].work.leave[0].is_duty


# -- into a claim folder and back --------------------------------------------------------------------------------------

_days = st.dates(date(2022, 12, 1), date(2023, 12, 31))
_moments = st.datetimes(datetime(2022, 12, 1), datetime(2023, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
_clocks = st.times().map(lambda at: at.replace(microsecond=0))
_ordered = lambda one: st.lists(one, min_size=2, max_size=2, unique=True).map(sorted).map(tuple)  # noqa: E731
_spans = _ordered(_moments).map(lambda pair: Span(*pair))
_few = lambda one: st.lists(one, max_size=2).map(tuple)  # noqa: E731
_timetables = st.lists(_clocks, min_size=4, max_size=4, unique=True).map(sorted).map(
    lambda at: ((at[0], at[1]), (at[2], at[3]))
)  # fmt: skip
_texts = st.sampled_from(["", "高雄市", "編制內公務人員", 'a"b\\c'])
_works = st.builds(
    Work,
    city=_texts,
    district=_texts,
    hours=st.one_of(st.just(Work().hours), _timetables),
    flexible=st.one_of(st.just(()), _timetables),
    punches=st.dictionaries(_days, _ordered(_clocks), max_size=2),
    lunch_is_off_duty=st.booleans(),
    span_policy=st.sampled_from(SpanPolicy),
    shift_worker=st.booleans(),
    roster=_few(_spans),
    roster_covers=_few(_ordered(_days)),
    own_holidays=st.frozensets(_days, max_size=2),
    unpaid_leave=_few(_ordered(_days)),
    overtime=_few(_spans),
    suspensions=_few(st.builds(Suspension, _spans)),
    leave=_few(st.builds(Leave, _spans, st.sampled_from(["休假", "公差"]))),
)
_persons = st.builds(Person, name=_texts, unit=_texts, category=_texts)


@st.composite
def _profiles(draw):
    person = draw(_persons)
    periods = _few(
        st.builds(
            lambda days, work, category: Period(*days, work, replace(person, category=category)),
            _ordered(_days),
            _works,
            _texts,
        )
    )
    return person, replace(draw(_works), periods=draw(periods))


def _without_names(work: Work) -> Work:
    """What the judge reads: of a period's person the category alone."""
    return replace(
        work,
        periods=tuple(replace(each, person=Person(category=each.person.category)) for each in work.periods),
    )


PLAN = bundled.plan("kaohsiung-112")
COURSES = PLAN.sets[0].courses


@st.composite
def _records(draw):
    """A whole set, each row at any time."""
    found = []
    for course in COURSES:
        start = draw(_moments)
        found.append(
            LearningRecord(
                title=course.title,
                start=start,
                end=start + draw(st.sampled_from([timedelta(minutes=30), timedelta(hours=9), timedelta(2)])),
                reading=timedelta(minutes=20),
                exam="100",
                survey="已填",
                condition="課程測驗：75 分(含)以上",
                status="已通過",
                certified_hours=course.hours or Decimal(1),
                upload_status="成功",
            )
        )
    return found


@steady
@given(_profiles(), _records(), st.dictionaries(_texts, _texts, max_size=2))
def test_settings_in_a_claim_folder_judge_as_those_they_were_written_from(profile, records, aliases):
    """Through JSON text and back: the same work, periods included, and the same verdict to the letter."""
    person, work = profile
    again = read_settings_json(
        json.loads(json.dumps(settings_json(person, work, aliases))), "judged_with.json"
    )
    assert again.work == _without_names(work)
    assert again.person == Person(category=person.category)
    assert again.aliases == aliases
    first, second = (
        judge(
            records, PLAN, bundled.calendar(), date(2023, 12, 31), Circumstances(*each, bundled.suspensions())
        )
        for each in ((person, work), (again.person, again.work))
    )
    assert verdict_json(first) == verdict_json(second)


def test_a_claim_folder_holds_no_name():
    """Only the category: nothing else of the person is judged."""
    person = Person(name="王小明", agency="某區公所", unit="人事室", job_title="科員", category="教師")
    work = Work(periods=(Period(date(2023, 1, 1), date(2023, 2, 1), Work(), person),))
    text = json.dumps(settings_json(person, work), ensure_ascii=False)
    assert "教師" in text
    assert not {word for word in ("王小明", "某區公所", "人事室", "科員") if word in text}


@pytest.mark.parametrize(
    "data",
    [{"person": []}, {"work": {"hours": 3}}, {"work": {"period": {}}}, {"claim": 1}, {"work": {"x": 1}}],
)
def test_a_document_that_is_no_settings_is_named(data):
    """A claim folder somebody changed is a sentence, not a traceback; there is no line to name."""
    with pytest.raises(ConfigError, match=r"judged_with.json (\[work\] )?「") as why:
        read_settings_json(data, "judged_with.json")
    assert "行" not in why.value.message
