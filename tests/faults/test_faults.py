"""Every fault of the table, each in a real run: how it ends, what was sent, and that nothing known is lost."""

from __future__ import annotations

import preparing
import pytest
from fault_runs import BEFORE, Row, no_secret, rows, shown, stayed, unharmed
from whole_runs import HOSTS, Behaviour


def _params():
    """Each fault once, on its first gateway, in the ordinary run; on the others with the long ones."""
    for at, row in enumerate(rows()):
        turned = row.gateways[at % len(row.gateways) :] + row.gateways[: at % len(row.gateways)]
        for number, gateway in enumerate(turned):
            marks = [pytest.mark.soak] if number or row.long else []
            yield pytest.param(row, gateway, id=f"{row.where}-{row.key}-{gateway}", marks=marks)


@pytest.mark.parametrize(("row", "gateway"), [*_params()])
def test_how_a_run_ends(bench, template, row: Row, gateway: str) -> None:
    """Exit code and kind, submissions, records before and after, nothing lost, nothing sent astray, no secret anywhere."""
    here = bench(shown(row, gateway), gateway)
    here.elearn.configure(gateway, row.patience)
    before = here.known()
    assert len(before["record"]) == BEFORE
    prepared = getattr(preparing, row.prepare)(here) if row.prepare else preparing.Prepared()
    with prepared.around:
        done = here.sync(**prepared.more, timeout=60 + 4 * row.patience)
    told = f"{done.stdout}\n{done.stderr}"
    assert done.stdout.startswith("{"), told
    document = done.json()
    error = document.get("error", {})
    assert (done.code, error.get("kind", "ok")) == (row.code, row.kind), told
    assert row.said in f"{error.get('message')} {error.get('remedy')}", told
    assert done.code == 1 or "Traceback" not in done.stderr
    sent = here.replica.submissions(gateway)
    assert sent == row.sent or (row.resent and sent == row.sent + 1)
    assert [each.host for each in here.replica.requests if each.host not in HOSTS] == []
    assert here.replica.leaks() == []
    prepared.after()
    unharmed(here)
    after = here.known()
    assert len(after["record"]) == row.records
    stayed(before, after)
    if row.code:
        assert after == before or row.records != BEFORE  # another run may have saved meanwhile
    else:
        refused = {each["host"] + each["path"] for each in document["run"]["refused_requests"]}
        assert refused == set(row.refused)
    no_secret(here, here.elearn.traces.said, template)
    if row.next in (10, 11):
        asked, here.replica.state.behaviour = len(here.replica.requests), Behaviour()
        again = here.sync()
        assert (again.code, len(here.replica.requests)) == (row.next, asked), again.stdout
