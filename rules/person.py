"""Who is judged: only what the plan asks about and the form prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """The applicant. `category` is the 人員類別 in the plan's words (編制內公務人員, 約聘人員 …); empty: unknown, to review."""

    name: str = ""
    agency: str = ""
    unit: str = ""
    job_title: str = ""
    category: str = ""
