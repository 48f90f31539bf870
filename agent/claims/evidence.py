"""The evidence of a claim: the kept pages as they came, the records, what was judged with, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.claims.files import ClaimFile
from agent.claims.needed import needed_work
from agent.clock import TAIPEI
from agent.home import Home
from agent.judging import circumstances
from agent.records_file import RecordsFile, write_json
from agent.settings.as_json import settings_json
from agent.settings.config import Settings
from agent.store import KeptPage, Store
from agent.verdict_json import verdict_json
from rules.engine import Circumstances, judge
from rules.plan import Plan
from rules.record import LearningRecord
from rules.verdict import Verdict
from rules.wording import hours


def evidence(
    store: Store,
    home: Home,
    settings: Settings,
    plan: Plan,
    verdict: Verdict,
    pages: Sequence[KeptPage],
    include_review: Sequence[str] = (),
) -> list[ClaimFile]:
    """The files the 核對碼 stands for, in order; what was chosen to be included is among them."""
    records, read = store.records(), store.newest_read()
    stated = RecordsFile(
        source=read.source if read else "",
        taken_at=read.taken_at if read else None,
        total_stated=read.total_stated if read else None,
        records=tuple(records),
        unread=tuple(store.unread()),
        is_test=store.holds_test_records(),
    )
    about = _needed(circumstances(store, settings, plan), records, settings, plan, verdict)
    judged_with = {
        **settings_json(about.person, about.work, about.aliases),
        "claimed": {
            key: {"amount": hours(each.amount), "sets": sorted(each.sets)}
            for key, each in about.claimed.items()
        },
        **({"include_review": list(include_review)} if include_review else {}),
    }
    return [
        *(
            ClaimFile(*_place(page), (home.path / page.html_path).read_bytes())
            for page in pages
            if page.html_path
        ),
        ClaimFile("records.json", "records", write_json(stated).encode()),
        ClaimFile("judged_with.json", "judged_with", _json(judged_with)),
        ClaimFile("verdict.json", "verdict", _json(verdict_json(verdict))),
    ]


def _place(page: KeptPage) -> tuple[str, str]:
    """Where a kept page lies in the claim, and of what kind it is: as it stands now, or as a row stood last that is gone."""
    name = f"pages/{page.year or 'page'}-{page.number}"
    if page.gone_since is None:
        return f"{name}.html", "html"
    return f"{name}-{page.taken_at.astimezone(TAIPEI):%Y%m%d-%H%M%S}.html", "older_html"


def _needed(
    about: Circumstances, records: Sequence[LearningRecord], settings: Settings, plan: Plan, verdict: Verdict
) -> Circumstances:
    """The circumstances without what the judged rows do not need; all of them where the verdict would not be the same."""
    judged = [each.record for each in verdict.rows if each.set is not None]
    less = replace(about, work=needed_work(about.work, judged))
    again = judge(records, plan, settings.calendar, verdict.on, less)
    return less if verdict_json(again) == verdict_json(verdict) else about


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
