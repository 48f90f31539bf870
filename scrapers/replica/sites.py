"""Which host answers what. A host that is none of the three still answers, so that a request there is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.replica import ecpa_site, egov_site, portal_site
from scrapers.replica.answer import Answer, page

if TYPE_CHECKING:
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica

HOSTS = ("elearn.hrd.gov.tw", "ecpa.dgpa.gov.tw", "www.cp.gov.tw")
_GATEWAYS = {HOSTS[1]: "ecpa", HOSTS[2]: "egov"}
_SITES = dict(zip(HOSTS, (portal_site.answer, ecpa_site.answer, egov_site.answer), strict=True))


def answer_for(replica: Replica, request: Request) -> Answer:
    """The answer of the host that was asked."""
    site = _SITES.get(request.host)
    if site is None:
        return page("foreign.html", host=request.host)
    answer = site(replica, request)
    if resets_unused(replica, request.host):
        answer.headers["Connection"] = "close"  # the password then comes on a fresh connection
    return answer


def resets_unused(replica: Replica, host: str) -> bool:
    """Whether this host breaks the connection after the password, and no connection to it may have been opened earlier."""
    gateway = _GATEWAYS.get(host)
    return gateway is not None and replica.state.behaviour.outcome(gateway) == ("reset", "")
