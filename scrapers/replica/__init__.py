"""A replica of the portal and both gateways: a TLS server on this machine that answers as the three real hosts.

It is the test bed and the demonstration. It shares no code, selector or column list with the readers, or the two would
agree by construction: its pages are templates of their own, made from what is publicly known of the sites.
"""

from scrapers.replica.behaviour import Behaviour, Fault
from scrapers.replica.outcomes import FOREIGN, OUTCOMES
from scrapers.replica.request import Request
from scrapers.replica.server import Replica
from scrapers.replica.state import (
    DEMO_ACCOUNT,
    DEMO_PASSWORD,
    DEMO_PLATFORM_ID,
    Account,
    Row,
    State,
    dump_state,
    load_state,
)

__all__ = [
    "DEMO_ACCOUNT",
    "DEMO_PASSWORD",
    "DEMO_PLATFORM_ID",
    "FOREIGN",
    "OUTCOMES",
    "Account",
    "Behaviour",
    "Fault",
    "Replica",
    "Request",
    "Row",
    "State",
    "dump_state",
    "load_state",
]
