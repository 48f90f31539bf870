"""Which host answers what. A host that is none of the three still answers, so that a request there is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.replica import ecpa_site, egov_site, portal_site
from scrapers.replica.answer import Answer

if TYPE_CHECKING:
    from scrapers.replica.server import Replica, Request

_SITES = {
    "elearn.hrd.gov.tw": portal_site.answer,
    "ecpa.dgpa.gov.tw": ecpa_site.answer,
    "www.cp.gov.tw": egov_site.answer,
}


def answer_for(replica: Replica, request: Request) -> Answer:
    """The answer of the host that was asked."""
    site = _SITES.get(request.host)
    if site is None:
        return Answer("<html><body>a foreign host</body></html>")
    return site(replica, request)
