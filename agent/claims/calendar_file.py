"""Days to keep in mind as an iCalendar file (RFC 5545): the plans' completion deadlines and the use-by days of approved leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from agent.claims.ledger import use_by
from agent.judging import LEAVE
from agent.store import Claim
from rules.plan import Plan
from rules.wording import hours

_REMIND = (30, 7)  # days before
_LONGEST = 75  # octets a line may hold


def calendar_file(claims: Iterable[Claim], plans: Iterable[Plan], years: int, made: datetime) -> bytes:
    """The file. Whole days; each with a reminder thirty and seven days ahead."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//elearn-agent//claims//ZH", "CALSCALE:GREGORIAN"]
    for uid, day, text in _days(claims, plans, years):
        lines += _event(uid, day, text, made)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(each)}\r\n" for each in lines).encode()


def _days(claims: Iterable[Claim], plans: Iterable[Plan], years: int) -> Iterator[tuple[str, date, str]]:
    for plan in plans:
        for rule in plan.benefits:
            yield f"{plan.key}-{rule.key}", rule.completed_by, f"{plan.short}：{rule.title}的課程完成期限"
    for claim in claims:
        last = use_by(claim, years)
        if last:
            yield f"{claim.id}-{LEAVE}", last, f"補休 {hours(claim.counted_hours)} 小時的期限（{claim.id}）"


def _event(uid: str, day: date, text: str, made: datetime) -> list[str]:
    found = [
        "BEGIN:VEVENT",
        f"UID:{uid}@elearn-agent",
        f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(text)}",
        "TRANSP:TRANSPARENT",
    ]
    for days in _REMIND:
        alarm = [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(text)}",
            f"TRIGGER:-P{days}D",
            "END:VALARM",
        ]
        found += alarm
    return [*found, "END:VEVENT"]


def _escaped(text: str) -> str:
    for each in ("\\", ";", ","):
        text = text.replace(each, f"\\{each}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A long line in pieces, none of them cut within a character."""
    pieces, room = [""], _LONGEST
    for each in line:
        size = len(each.encode())
        if room < size:
            pieces.append("")
            room = _LONGEST - 1
        pieces[-1] += each
        room -= size
    return "\r\n ".join(pieces)
