"""A replica of the portal and both gateways: a TLS server on this machine that answers as the three real hosts.

It is the test bed and the demonstration. It shares no code, selector or column list with the readers, or the two would
agree by construction: its pages are templates of their own, made from what is publicly known of the sites.
"""

from scrapers.replica.server import Replica, Request
from scrapers.replica.state import (
    DEMO_ACCOUNT,
    DEMO_PASSWORD,
    Account,
    Behaviour,
    Fault,
    Row,
    State,
)

__all__ = [
    "DEMO_ACCOUNT",
    "DEMO_PASSWORD",
    "Account",
    "Behaviour",
    "Fault",
    "Replica",
    "Request",
    "Row",
    "State",
]
