"""A row really gone from the portal, from 19 to a person's word and on: by command, with a real browser."""

from __future__ import annotations

import json

from whole_runs import PERSON_ID, PLAN, few, state

from scrapers.replica import Replica


def test_a_loss_ends_runs_until_a_person_accepts_it_and_never_after(elearn):
    """19 twice with what was known unchanged; accepted, the next run is 0 and the row stays, marked, and for review."""
    with Replica(state(few(3))) as replica:
        command = elearn(replica)
        command.configure()
        command.put_credential()
        assert command("sync", "--json").code == 0
        before = json.loads(command("export", "--format", "json").stdout)["records"]
        replica.state.rows = {PERSON_ID: few(3)[1:]}
        lost = command("sync", "--json")
        assert (lost.code, lost.error["kind"]) == (19, "shrink")
        assert "elearn records accept-loss" in lost.error["remedy"]
        assert json.loads(command("export", "--format", "json").stdout)["records"] == before
        pending = command("records", "lost", "--json").json()["pending"]
        assert [each["record"]["title"] for each in pending] == [before[0]["title"]]
        assert (command.home / pending[0]["page"]).is_file()
        accepted = command("records", "accept-loss", "--yes", "--json")
        assert accepted.json()["accepted"] == 1
        after = command("sync", "--json")
    assert (after.code, after.json()["run"]["records"], after.json()["run"]["new"]) == (0, 3, 0)
    kept = {
        each["title"]: each for each in json.loads(command("export", "--format", "json").stdout)["records"]
    }
    assert kept[before[0]["title"]].pop("gone_since")
    same = {key: value for key, value in before[0].items() if key != "number"}
    assert {key: kept[before[0]["title"]][key] for key in same} == same
    assert not any("gone_since" in kept[each["title"]] for each in before[1:])
    verdict = command("check", *PLAN, "--json").json()
    courses = {each["title"]: each for one in verdict["sets"] for each in one["courses"]}
    assert courses[before[0]["title"]]["state"] == "review"
    assert "GONE_FROM_PORTAL" in [each["code"] for each in courses[before[0]["title"]]["reasons"]]
