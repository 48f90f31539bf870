"""What can go wrong between the log-in and the last page, each named by who can act and with its exit code."""

from __future__ import annotations

from rules.errors import ElearnError


class GatewayRefused(ElearnError):
    """The gateway refused account or password, or says the account is locked: the person enters the password anew."""

    code = 10
    kind = "refused"


class PersonNeeded(ElearnError):
    """Something only the person may do: captcha, one-time code, expired password, activation, consent, an unknown page."""

    code = 11
    kind = "person_needed"


class Unavailable(ElearnError):
    """Portal or gateway does not answer as a service should; time mends it."""

    code = 12
    kind = "unavailable"


class PageChanged(ElearnError):
    """A page is not as known, so nothing read from it can be trusted: this program must be mended."""

    code = 13
    kind = "page_changed"


class Incomplete(ElearnError):
    """Fewer rows than the page states, or the session was lost between pages; a later run may get them all."""

    code = 14
    kind = "incomplete"


class Displaced(Incomplete):
    """The person's own session, opened elsewhere, has ended this one. Nobody fights over it."""


class NotOfficialAccount(ElearnError):
    """The account is a citizen's (非公務帳號): hours studied with it never reach 終身學習入口網."""

    code = 17
    kind = "not_official_account"


class LeftHosts(ElearnError):
    """A navigation, log-in frame, form target or redirect would have left the allowed hosts; nothing was sent there."""

    code = 18
    kind = "left_hosts"


class OtherPerson(ElearnError):
    """The page belongs to another person than the one this home was bound to at its first read."""

    code = 20
    kind = "other_person"
