"""The books of the store: runs, submissions, claims, and what the home is bound to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from store_samples import DAY, A, page, save, year

from agent.store import Claim, Store
from rules.errors import ConfigError

# -- runs --------------------------------------------------------------------------------------------------------------


def test_runs_come_newest_first_and_stay_as_they_ended(store):
    """One under way has no outcome; one that saved is not turned into a failure by what came after."""
    first = store.start_run("sync", DAY)
    store.save_read(first, [year(page(A))], at=DAY, report={"refused_requests": ["甲"]})
    store.finish_run(first, outcome="unexpected", exit_code=1, at=DAY, report={})
    second = store.start_run("import", DAY + timedelta(days=1))
    newest, oldest = store.runs()
    assert (newest.id, newest.command, newest.outcome, newest.exit_code) == (second, "import", None, None)
    assert (oldest.outcome, oldest.exit_code, oldest.report) == ("ok", 0, {"refused_requests": ["甲"]})
    assert (oldest.started_at, oldest.finished_at) == (DAY, DAY)
    assert [each.id for each in store.runs(1)] == [second]


def test_a_run_that_brought_nothing_is_forgotten_after_a_while_and_no_other(path, store):
    """The book grows with what changed: what a run refers to, failed runs and the last ninety days stay."""
    found = page(A)
    save(store, year(found), at=DAY)
    again = year(replace(found, html=None, pdf=None))
    for night in range(1, 200):
        save(store, again, at=DAY + timedelta(days=night))
        if night == 5:
            failed = store.start_run("sync", DAY + timedelta(days=night))
            store.finish_run(
                failed, outcome="unavailable", exit_code=12, at=DAY + timedelta(days=night), report={}
            )
    nights = sorted((each.started_at - DAY).days for each in store.runs())
    assert nights == [0, 5, *range(109, 200)], "the first read, the failure, and ninety days"
    assert store.integrity() == []


# -- submissions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [None, "refused", "person_needed"])
def test_a_submission_that_needs_a_person_blocks_until_one_acted(store, outcome):
    """Also one never answered: the machine may have lost power after the password was sent."""
    attempt = store.submit_attempt("ecpa", "key", "real", DAY)
    if outcome:
        store.answer_attempt(attempt, outcome, DAY)
    block = store.open_block("ecpa")
    assert (block.id, block.gateway, block.submitted_at, block.outcome) == (attempt, "ecpa", DAY, outcome)
    assert store.open_block("egov") is None
    store.clear_attempts("egov", "credentials set", DAY)
    assert store.open_block("ecpa") == block
    store.clear_attempts("ecpa", "credentials set", DAY)
    assert store.open_block("ecpa") is None


@pytest.mark.parametrize("outcome", ["accepted", "unavailable", "not_official_account"])
def test_a_submission_with_another_end_blocks_nothing(store, outcome):
    """Nothing a person must do before the next one."""
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), outcome, DAY)
    assert store.open_block("ecpa") is None


def test_a_later_accepted_submission_lifts_an_earlier_block(store):
    """A person logged in by hand: the password is good. A new refusal blocks anew, also after a clearing."""
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), "refused", DAY)
    store.answer_attempt(store.submit_attempt("ecpa", "key", "real", DAY), "accepted", DAY)
    assert store.open_block("ecpa") is None
    store.clear_attempts("ecpa", "credentials set", DAY)
    again = store.submit_attempt("ecpa", "key", "real", DAY)
    assert store.open_block("ecpa").id == again


# -- claims ------------------------------------------------------------------------------------------------------------


def claim(claim_id: str, *, plan="kaohsiung-112", hours="4", sets=("policy",), on=date(2023, 8, 31)) -> Claim:
    return Claim(claim_id, plan, Decimal(hours), "prepared", on, f"/claims/{claim_id}", sets, "7F3A-91C2")


def test_preparing_again_replaces_the_claim_under_its_id(store):
    """One open prepared claim a plan."""
    first = store.open_claim_id("kaohsiung-112")
    assert first == "kaohsiung-112-1"
    store.put_prepared(claim(first), DAY)
    assert store.open_claim_id("kaohsiung-112") == first
    again = claim(first, hours="8", sets=("policy", "vision"), on=date(2023, 9, 1))
    store.put_prepared(again, DAY)
    assert store.claims() == [again]
    assert store.claim(first) == again


def test_the_next_claim_after_a_submission_has_the_next_id(store):
    """Two plans count apart; ten come after nine."""
    for number in range(1, 12):
        claim_id = store.open_claim_id("kaohsiung-112")
        assert claim_id == f"kaohsiung-112-{number}"
        store.put_prepared(claim(claim_id), DAY)
        store.mark_claim(claim_id, "submitted", DAY)
    assert store.open_claim_id("kaohsiung-113") == "kaohsiung-113-1"
    assert [each.id for each in store.claims()] == [f"kaohsiung-112-{number}" for number in range(1, 12)]


STATES = ("prepared", "submitted", "approved", "rejected", "withdrawn")
ALLOWED = {
    ("prepared", "submitted"),
    ("prepared", "withdrawn"),
    ("submitted", "approved"),
    ("submitted", "rejected"),
    ("submitted", "withdrawn"),
}
WORDS = dict(zip(STATES, ("已準備", "已送件", "已核定", "退回", "撤回"), strict=True))


def bring_to(store: Store, state: str) -> str:
    """A claim in this state."""
    claim_id = store.open_claim_id("kaohsiung-112")
    store.put_prepared(claim(claim_id), DAY)
    for step in {"approved": ["submitted"], "rejected": ["submitted"], "prepared": []}.get(state, []):
        store.mark_claim(claim_id, step, DAY)
    if state != "prepared":
        store.mark_claim(claim_id, state, DAY)
    return claim_id


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_claim_takes_only_the_steps_there_are(store, before, after):
    """A refused step says where the claim stands and what it may become, and changes nothing."""
    claim_id = bring_to(store, before)
    if (before, after) in ALLOWED:
        store.mark_claim(claim_id, after, DAY)
        assert store.claim(claim_id).state == after
        return
    with pytest.raises(ConfigError) as why:
        store.mark_claim(claim_id, after, DAY)
    assert why.value.message == f"申請案 {claim_id} 目前為「{WORDS[before]}」，不能改為「{WORDS[after]}」。"
    may = "、".join(each for each in STATES if (before, each) in ALLOWED) or "（已是最後狀態）"
    assert why.value.remedy == f"可改為：{may}。"
    assert store.claim(claim_id).state == before


@pytest.mark.parametrize("state", STATES[1:])
def test_a_claim_that_went_on_is_not_prepared_again(store, state):
    """What was handed in stays as it was."""
    claim_id = bring_to(store, state)
    with pytest.raises(ConfigError, match="不能重新準備"):
        store.put_prepared(claim(claim_id, hours="8"), DAY)
    assert store.claim(claim_id).hours == 4


def test_an_unknown_claim_is_answered_with_those_there_are(store):
    """Also where there are none."""
    with pytest.raises(ConfigError, match="x-1") as why:
        store.mark_claim("x-1", "submitted", DAY)
    assert "還沒有申請案" in why.value.remedy
    claim_id = bring_to(store, "prepared")
    with pytest.raises(ConfigError) as why:
        store.claim("x-1")
    assert claim_id in why.value.remedy


def test_submitted_and_approved_claims_are_claimed(store):
    """Prepared, rejected and withdrawn ones are not, nor another plan's."""
    for state in ("approved", "submitted", "rejected", "withdrawn", "prepared"):
        claim_id = store.open_claim_id("kaohsiung-112")
        store.put_prepared(claim(claim_id, hours="4.5", sets=(state, "policy")), DAY)
        for step in {"approved": ("submitted", state), "rejected": ("submitted", state), "prepared": ()}.get(
            state, (state,)
        ):
            store.mark_claim(claim_id, step, DAY)
    assert store.claimed_sets("kaohsiung-112") == (
        Decimal("9.0"),
        frozenset({"approved", "submitted", "policy"}),
    )
    assert store.claimed_sets("kaohsiung-113") == (Decimal(0), frozenset())


# -- what the home is bound to -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "other"), [("real", "replica"), ("replica", "real")])
def test_a_home_belongs_to_the_mode_of_its_first_run(store, first, other):
    """The other one is refused in words, and the same one goes on."""
    store.bind_mode(first)
    with pytest.raises(ConfigError, match="不能用於") as why:
        store.bind_mode(other)
    assert why.value.code == 2
    assert "ELEARN_HOME" in why.value.remedy
    store.bind_mode(first)


def test_single_values_are_kept(path):
    """None before the first; the last one holds, also after closing."""
    with Store.open(path) as store:
        assert store.get_meta("x") is None
        assert store.person_key() is None
        store.set_meta("x", "一")
        store.set_meta("x", "二")
        store.bind_person("hash")
    with Store.open(path) as store:
        assert (store.get_meta("x"), store.person_key()) == ("二", "hash")
