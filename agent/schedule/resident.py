"""The agent in the foreground: waits, looks once a minute what is due, and has a process of its own do it.

Between two runs nothing of a run is in memory: no browser, no password, no page. A look costs a few file dates; the records
are read only when they changed. Beside APScheduler's call for the night there is the look at the age of the last success,
which needs no scheduler: it finds a missed night after sleep, a power cut, a changed clock or a lost plan.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from types import FrameType

from agent import clock
from agent.home import Home
from agent.schedule import nightly
from agent.schedule.child import Child, Ended
from agent.schedule.clockwork import Clockwork
from agent.schedule.journal import enter
from agent.schedule.past import Watched, enter_failure
from agent.schedule.renewing import Program, Renewal
from agent.schedule.timetable import Answer, Timetable, Why, decide
from agent.settings.config import read_settings
from agent.stopping import KEYBOARD, SIGNALS, handling
from rules.errors import ElearnError

_TICK = 60.0  # seconds between two looks
_SLICE = 1.0 if sys.platform == "win32" else _TICK  # a wait there is not ended by Ctrl-C
_JUMP = 90.0  # seconds by which the wall clock may differ from the steady one before it is called a jump
_MORNING = (clock_time(7, 30), clock_time(21))  # when the person may be told something (agent.notices)
_LOCKED = 15
_WHY = {Why.NIGHT: "每晚更新", Why.RETRY: "再試一次", Why.AGE: "補上錯過的更新"}


@dataclass
class Resident:
    """The agent of one home. It begins `delay` seconds after it is started; `tell` gets a line for people; the clocks and the process are given, so that tests can."""

    home: Home
    mode: str
    tell: Callable[[str], None]
    child: Child
    delay: float = 0.0
    now: Callable[[], datetime] = clock.now
    steady: Callable[[], float] = time.monotonic
    renewal: Renewal = field(default_factory=Renewal)
    _table: Timetable = field(default_factory=Timetable)
    _settings_seen: int | None = -1
    _not_before: float = 0.0
    _told_on: date | None = None
    _answer: Answer | None = None
    _complaint: str = ""

    def __post_init__(self) -> None:
        self._past = Watched(self.home)
        self._clockwork = Clockwork(self.home, lambda: self._say("排程器回報錯過一次，改以紀錄的時間判斷。"))

    def run(self) -> Program | None:
        """Until asked to stop (None), or until another program lies on disk, which the caller is to go on as.

        The caller is the home's only agent.
        """
        with handling(self.ask_to_stop, (*SIGNALS, KEYBOARD)):
            self.follow_settings()
            self._wait(self.delay)
            if self.child.stopping:
                return None
            self._clockwork.start(self._table, self.now())
            self._say("每晚更新已啟動。")
            found = None
            try:
                found = self._wait_and_look()
            finally:
                self._clockwork.stop()
                self._say(f"改以 {self.renewal.version} 版繼續。" if found else "每晚更新已停止。")
            return found

    def ask_to_stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop soon; a run under way is asked to end at its next step. May be called by a signal.

        A second Ctrl-C does not wait for that.
        """
        if number == KEYBOARD and self.child.stopping:
            raise KeyboardInterrupt
        self.child.stopping = True
        nightly.CALLS.put(nightly.STOP)

    def _wait_and_look(self) -> Program | None:
        planned = False
        while not self.child.stopping:
            # Between two runs, never in one: this very thread waits for a run to its end.
            if (found := self.renewal.due(self._say)) is not None:
                return found
            wall, steady = self.now(), self.steady()
            self.look(planned=planned)
            call = self._wait(_TICK)
            planned = call == nightly.NIGHT
            self._notice_jump(wall, steady)
        return None

    def _wait(self, seconds: float) -> str:
        """Until the scheduler calls, somebody asks to stop, or the time is over ("")."""
        end = self.steady() + seconds
        while (left := end - self.steady()) > 0:
            try:
                return nightly.CALLS.get(timeout=min(left, _SLICE))
            except queue.Empty:
                continue
        return ""

    def _notice_jump(self, wall: datetime, steady: float) -> None:
        """After sleep, or when somebody set the clock, what was planned is looked at again."""
        jump = (self.now() - wall).total_seconds() - (self.steady() - steady)
        if abs(jump) > _JUMP:
            self._say(f"時鐘跳了 {jump / 60:+.0f} 分鐘（睡眠或校時），重新檢查。")
            self._clockwork.follow(self._table, self.now())

    # -- one look ----------------------------------------------------------------------------------------------------

    def look(self, *, planned: bool = False) -> Answer:
        """What is due now, and doing it."""
        try:
            self.follow_settings()
            past = self._past.past()
        except ElearnError as why:
            self._complain(why)
            return Answer.REST
        found = decide(self.now(), self._table, past, self._clockwork.seed, planned=planned)
        if found.answer is not Answer.RUN and (planned or found.answer is not self._answer):
            self._say(_said(found.answer, found.why, found.at))
        self._answer = found.answer
        if found.answer is Answer.RUN and found.why and self.steady() >= self._not_before:
            self._run(found.why)
        self._tell_the_person()
        return found.answer

    def follow_settings(self) -> None:
        """Take the settings over where the file has changed. Raises ConfigError; the old ones stay in force."""
        try:
            seen = self.home.config.stat().st_mtime_ns
        except OSError:
            seen = None
        if seen == self._settings_seen:
            return
        first = self._settings_seen == -1
        self._settings_seen = seen
        self._table = read_settings(self.home.config).schedule
        if not first:
            self._clockwork.follow(self._table, self.now())

    def _run(self, why: Why) -> None:
        started = self.now()
        self._say(f"開始：{_WHY[why]}。")
        ended = self.child.run("agent", "sync", "--json")
        self._say(_ended(ended))
        if ended.code == _LOCKED:
            self._pause(timedelta(minutes=5))
        elif ended.code < 0:  # it died, perhaps before it could enter anything
            self._pause(timedelta(minutes=10))
        elif ended.code > 0 and not self.child.stopping:
            self._keep_failure(ended, started)

    def _keep_failure(self, ended: Ended, started: datetime) -> None:
        try:
            enter_failure(self.home, ended.code, ended.said, started, self.now(), self.mode)
        except ElearnError as why:
            self._complain(why)
            self._pause(timedelta(hours=6))

    def _tell_the_person(self) -> None:
        """Once a day, in the morning or when the machine is first on: what waits to be told, in a process of its own."""
        now = self.now()
        if self._told_on == now.date() or not _MORNING[0] <= now.time() < _MORNING[1]:
            return
        self._told_on = now.date()
        if not self.child.stopping and self.home.database.exists():
            self.child.run("agent.schedule.telling")

    def _pause(self, length: timedelta) -> None:
        self._not_before = self.steady() + length.total_seconds()

    def _complain(self, why: ElearnError) -> None:
        """Once, not every minute."""
        if why.message != self._complaint:
            self._complaint = why.message
            self._say(f"{why.message}{why.remedy}")

    def _say(self, line: str) -> None:
        enter(self.home, self.now(), line)
        self.tell(line)


def _said(answer: Answer, why: Why | None, at: datetime | None) -> str:
    what = _WHY[why] if why else ""
    when = f"{at:%m/%d %H:%M}" if at else ""
    return {
        Answer.REST: "目前不需要更新。",
        Answer.WAIT: f"{what}：等到 {when}。",
        Answer.ASK: f"{what}：現在可能有人正在平臺上課，等您決定（執行 elearn sync 立即更新）。",
        Answer.PAUSED: "您已暫停每晚更新。",
    }[answer]


def _ended(ended: Ended) -> str:
    if ended.code == 0:
        return "更新完成。"
    if ended.code < 0:
        return "更新中途停止了。"
    return f"更新沒有完成（代碼 {ended.code}）。{ended.said}"
