"""機關設定檔 as it was read: what the personnel office states, and whose word it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rules.wording import roc_short
from rules.work import Suspension


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """A plan that came with the file: its file name, "" where it stands in the file itself, and its TOML text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """The file as it was read. `stated` are the settings it gives, by the keys of [work], as TOML holds them.

    `suspensions` is None where the file says nothing of them; `form_template` names the form that is filled in instead of ours.
    """

    name: str
    issued_on: date
    contact: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)
    suspensions: tuple[Suspension, ...] | None = None
    form_template: str = ""
    plans: tuple[PlanGiven, ...] = ()
    sha256: str = ""

    @property
    def label(self) -> str:
        """Its name and date, as the form prints them."""
        return f"{self.name} {roc_short(self.issued_on)}"

    @property
    def stated_by(self) -> dict[str, str]:
        """Whose word these settings are, for the verdict; days of suspended work are facts and no reading."""
        return dict.fromkeys(self.stated, f"機關設定檔「{self.name}」{roc_short(self.issued_on)}")

    def tables(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """[work] of the settings with this file's word in it; a suspension elsewhere than at this person's place is left out."""
        merged = {**own, **self.stated}
        if self.suspensions is not None:
            city, district = (str(merged.get(key, "")) for key in ("city", "district"))
            here = [each.span for each in self.suspensions if each.applies_to(city or each.city, district)]
            merged["suspensions"] = [[each.start.isoformat(), each.end.isoformat()] for each in here]
        return merged


def stated_json(agency: AgencyFile) -> dict[str, Any]:
    """The file as plain values, for `--json`."""
    suspensions = [
        {
            "from": each.span.start.isoformat(),
            "to": each.span.end.isoformat(),
            "city": each.city,
            "districts": list(each.districts),
            "cause": each.cause,
        }
        for each in agency.suspensions or ()
    ]
    work = {key: _plain(each) for key, each in agency.stated.items()}
    return {
        "name": agency.name,
        "issued_on": agency.issued_on.isoformat(),
        "contact": agency.contact,
        "work": work if agency.suspensions is None else {**work, "suspensions": suspensions},
        "form_template": agency.form_template or None,
        "plans": [each.name or "（寫在檔內）" for each in agency.plans],
        "sha256": agency.sha256,
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - plain JSON values
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | bool | int | float) else _iso(value)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
