"""Every way from the portal's chooser through a gateway to the record table, in a real browser."""

from __future__ import annotations

import pytest
from whole_runs import PASSWORD, few, state

WAYS = [
    pytest.param("ecpa", {}, marks=pytest.mark.soak),  # as the main job goes in
    ("ecpa", {"busy_notice": True, "choose_form_first": True, "pop_ups": False}),
    ("ecpa", {"script_filled": True, "fill_delay_ms": 600, "phone_copy": False}),
    ("ecpa", {"link_dead": True, "reverse_columns": True, "extra_heading": ("學習歷程",)}),
    ("ecpa", {"year_filter": False, "link_name": "學習紀錄"}),
    ("egov", {"egov_opens": "same", "egov_generation": "older"}),
    ("egov", {"egov_opens": "new_window", "busy_notice": True}),
    ("egov", {"egov_opens": "iframe"}),
    pytest.param(
        "egov",
        {"egov_opens": "iframe", "egov_generation": "older", "script_filled": True},
        marks=pytest.mark.soak,
    ),
]


@pytest.mark.parametrize(
    ("gateway", "switches"), WAYS, ids=lambda each: each if isinstance(each, str) else "+".join(each)
)
def test_each_way_in_reads_every_record(desk, gateway, switches):
    """Whatever way the gateway opens and the page is filled, one submission of the exact password brings every row."""
    here = desk(state(few(), **switches))
    here.replica.state.page_size = 3  # so that pages are turned
    ended = here.sync(gateway)
    assert ended.error is None, ended.message
    assert (ended.report.records, ended.report.new, ended.report.unread) == (4, 4, 0)
    assert here.replica.submissions(gateway) == 1
    field = {"ecpa": "pas", "egov": "password"}[gateway]
    assert [each.form[field] for each in here.replica.requests if each.form.get(field)] == [PASSWORD]
    assert {each.title for each in here.records} == {row.title.split(" (")[0] for row in few()}
    assert ended.report.refused_requests == ()


def test_a_live_gateway_session_needs_no_password(desk, monkeypatch):
    """A gateway that still knows the person sends the browser straight back: nothing is typed, everything is read."""
    here = desk(state(few()))
    from scrapers.replica import ecpa_site

    account = here.replica.state.accounts[0]
    form = ecpa_site._form

    def alive(replica, request):
        replica.sessions["alive"] = account
        request.cookies["ecpa_sso"] = "alive"
        return form(replica, request)

    monkeypatch.setattr(ecpa_site, "_form", alive)
    ended = here.sync()
    assert ended.error is None, ended.message
    assert (ended.report.records, here.replica.submissions("ecpa")) == (4, 0)


def test_nobody_stays_logged_in(desk):
    """After a run the portal's session is closed."""
    here = desk(state(few()))
    here.sync()
    paths = [each.path for each in here.replica.requests if each.host == "elearn.hrd.gov.tw"]
    assert "/logout.php" in paths[paths.index("/mooc/user/learn_stat.php") :]
