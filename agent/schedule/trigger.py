"""The nightly trigger as it is kept in the job store: an hour, a jitter and a seed; the timetable does the reckoning."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from apscheduler.triggers.base import BaseTrigger

from agent.schedule.timetable import Timetable, next_night


class Nightly(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires once a night. Plain values only, as it is pickled: a later version must still be able to read them."""

    def __init__(self, at: time, jitter: timedelta, seed: str) -> None:
        self.at = at.isoformat()
        self.jitter = int(jitter.total_seconds())
        self.seed = seed

    @property
    def table(self) -> Timetable:
        """The hour and jitter as the timetable knows them."""
        return Timetable(at=time.fromisoformat(self.at), jitter=timedelta(seconds=self.jitter))

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next night after the last one, whether or not it was missed: that is what makes a missed run known."""
        return next_night(previous_fire_time or now, self.table, self.seed)
