"""Gateways: what each saved page means, and which error each meaning ends the run with."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from fixtures_html import Case, cases

from rules.errors import ConfigError
from scrapers import gateways
from scrapers.gateways.gateway import Gateway
from scrapers.outcome import DECISIVE, Outcome, error_for

GATEWAYS = list(gateways.names())
CASES = [pytest.param(key, case, id=f"{key}-{case.name}") for key in GATEWAYS for case in cases(key)]

# What every gateway must have saved pages of: (outcome, after the password was sent).
NEEDED = {
    (Outcome.FORM, False),
    (Outcome.FORM, True),
    (Outcome.CAPTCHA, False),
    (Outcome.MAINTENANCE, False),
    (Outcome.UNKNOWN, False),
    (Outcome.UNKNOWN, True),
    *(
        (each, True)
        for each in (
            *(Outcome.WRONG, Outcome.LOCKED, Outcome.EXPIRED, Outcome.ACTIVATION),
            *(Outcome.CAPTCHA, Outcome.ONE_TIME_CODE, Outcome.MAINTENANCE),
        )
    ),
}


@pytest.mark.parametrize(("key", "case"), CASES)
def test_a_saved_page_means_what_its_folder_says(key: str, case: Case):
    found = gateways.load(key).read(case.snapshot(), case.before())
    assert found is Outcome[case.expected["outcome"]]


@pytest.mark.parametrize("key", GATEWAYS)
def test_every_gateway_has_saved_pages_of_all_that_can_happen(key: str):
    found = {(Outcome[case.expected["outcome"]], "before" in case.expected) for case in cases(key)}
    assert NEEDED - found == set()


@pytest.mark.parametrize("key", GATEWAYS)
def test_every_gateway_has_a_wrong_password_said_by_alert_and_in_the_page(key: str):
    wrong = [case.expected for case in cases(key) if case.expected["outcome"] == "WRONG"]
    assert {bool(each.get("dialogs")) for each in wrong} == {True, False}


@pytest.mark.parametrize("key", GATEWAYS)
def test_a_gateway_is_complete_data(key: str):
    gateway = gateways.load(key)
    assert isinstance(gateway, Gateway)
    assert gateway.key == key
    assert gateway.host in gateway.hosts
    assert urlsplit(gateway.entry).scheme == "https"
    assert urlsplit(gateway.entry).hostname in gateway.hosts
    assert gateway.forms
    assert gateway.title
    assert gateway.help_line
    assert gateway.source
    for sign in gateway.signs:
        assert sign.outcome in DECISIVE
        assert sign.text or sign.selector
        re.compile(sign.text)


@pytest.mark.parametrize("key", GATEWAYS)
def test_a_locked_account_is_named_before_a_wrong_password(key: str):
    order = [sign.outcome for sign in gateways.load(key).signs]
    assert order.index(Outcome.LOCKED) < order.index(Outcome.WRONG)
    assert order.index(Outcome.EXPIRED) < order.index(Outcome.WRONG)


def test_an_unknown_gateway_is_answered_with_those_there_are():
    with pytest.raises(ConfigError) as caught:
        gateways.load("ecap")
    assert all(key in caught.value.remedy for key in GATEWAYS)


@pytest.mark.parametrize("key", ["gateway", "__init__", "../ecpa", "", "ecpa.evil"])
def test_only_a_gateway_can_be_loaded(key: str):
    with pytest.raises(ConfigError):
        gateways.load(key)


# The contract's exit codes: (before the password was sent, after it).
CODES = {
    Outcome.LOGGED_IN: (11, 11),
    Outcome.FORM: (11, 11),
    Outcome.UNKNOWN: (11, 11),
    Outcome.WRONG: (10, 10),
    Outcome.LOCKED: (10, 10),
    Outcome.GUEST: (10, 10),
    Outcome.EXPIRED: (11, 11),
    Outcome.ACTIVATION: (11, 11),
    Outcome.CAPTCHA: (11, 11),
    Outcome.ONE_TIME_CODE: (11, 11),
    Outcome.CONSENT: (11, 11),
    Outcome.NOT_OFFICIAL: (17, 17),
    Outcome.MAINTENANCE: (12, 11),
}
KINDS = {10: "refused", 11: "person_needed", 12: "unavailable", 17: "not_official_account"}


@pytest.mark.parametrize("submitted", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("outcome", list(Outcome), ids=lambda each: each.name)
@pytest.mark.parametrize("key", GATEWAYS)
def test_every_outcome_ends_in_the_code_and_kind_of_the_contract(key: str, outcome: Outcome, submitted: bool):
    gateway = gateways.load(key)
    error = error_for(outcome, gateway.title, key, gateway.help_line, submitted=submitted)
    assert error.code == CODES[outcome][submitted]
    assert error.kind == KINDS[error.code]
    assert error.message.endswith("。")
    assert error.remedy.endswith("。")
    assert "None" not in error.message + error.remedy
    assert "{" not in error.message + error.remedy


@pytest.mark.parametrize("submitted", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("outcome", list(Outcome), ids=lambda each: each.name)
def test_a_frozen_log_in_says_how_it_is_thawed(outcome: Outcome, submitted: bool):
    error = error_for(outcome, "測試入口", "test", "", submitted=submitted)
    if error.code in (10, 11) and (submitted or outcome is not Outcome.CAPTCHA):
        assert "elearn credentials set test" in error.remedy


def test_a_maintenance_page_is_retried_only_while_nothing_was_sent():
    assert error_for(Outcome.MAINTENANCE, "測試入口", "test", "", submitted=False).code == 12
    assert error_for(Outcome.MAINTENANCE, "測試入口", "test", "", submitted=True).code == 11


def test_outcomes_that_decide_nothing_are_three():
    assert set(Outcome) - DECISIVE == {Outcome.LOGGED_IN, Outcome.FORM, Outcome.UNKNOWN}
