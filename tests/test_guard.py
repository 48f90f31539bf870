"""The guard: one decision on every request, by exact host, scheme, port, method and path."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers import gateways, portals
from scrapers.guard import Decision, Guard, Wish

ALLOW, BLOCK, STOP = Decision.ALLOW, Decision.BLOCK, Decision.STOP
PORTAL = portals.load()
GATEWAY = gateways.load("ecpa")
EVERY = [portals.load(), *(gateways.load(key) for key in gateways.names())]


def guard(*, log_in: bool = True, loopback: bool = False) -> Guard:
    hosts = frozenset((PORTAL.host,)) | GATEWAY.hosts
    return Guard(hosts, {PORTAL.host: PORTAL.posts}, log_in=log_in, loopback=loopback)


def page(url: str, method: str = "GET") -> Wish:
    return Wish(url, method, is_document=True, is_main=True)


def frame(url: str) -> Wish:
    return Wish(url, "GET", is_document=True, is_main=False)


def part(url: str, method: str = "GET") -> Wish:
    return Wish(url, method, is_document=False, is_main=False)


ADDRESSES = [
    ("https://elearn.hrd.gov.tw/", ALLOW, "the portal"),
    ("https://elearn.hrd.gov.tw/mooc/user/learn_stat.php?year=2023#top", ALLOW, "with query and fragment"),
    ("https://ecpa.dgpa.gov.tw/uIAM/clogin.asp?destid=CrossHRD", ALLOW, "the gateway"),
    ("https://ELEARN.HRD.GOV.TW/", ALLOW, "a host in capitals is the same host"),
    ("HTTPS://elearn.hrd.gov.tw/", ALLOW, "a scheme in capitals is the same scheme"),
    ("https://elearn.hrd.gov.tw:443/", ALLOW, "the port of https, written out"),
    ("https://elearn.hrd.gov.tw:8443/", STOP, "another port"),
    ("https://elearn.hrd.gov.tw:80/", STOP, "the port of http"),
    ("https://elearn.hrd.gov.tw:0/", STOP, "port 0"),
    ("https://elearn.hrd.gov.tw:99999/", STOP, "a port there is not"),
    ("https://elearn.hrd.gov.tw:x/", STOP, "a port that is no number"),
    ("http://elearn.hrd.gov.tw/", STOP, "not encrypted"),
    ("http://elearn.hrd.gov.tw:443/", STOP, "not encrypted on the port of https"),
    ("ftp://elearn.hrd.gov.tw/", STOP, "another scheme"),
    ("ws://elearn.hrd.gov.tw/", STOP, "an unencrypted socket"),
    ("file:///etc/passwd", STOP, "a file of this machine"),
    ("javascript:alert(1)", STOP, "a script as an address"),
    ("filesystem:https://elearn.hrd.gov.tw/x", STOP, "a browser's own file system"),
    ("https://elearn.hrd.gov.tw.evil.example/", STOP, "the portal's name in front of another"),
    ("https://evil-elearn.hrd.gov.tw/", STOP, "the portal's name behind another"),
    ("https://evil.elearn.hrd.gov.tw/", STOP, "a host below the portal"),
    ("https://hrd.gov.tw/", STOP, "the host above the portal"),
    ("https://elearn.hrd.gov.tw./", STOP, "a trailing dot"),
    ("https://elearn-hrd.gov.tw/", STOP, "a dash for a dot"),
    ("https://eIearn.hrd.gov.tw/", STOP, "a capital I for a small l"),
    ("https://elеarn.hrd.gov.tw/", STOP, "a Cyrillic letter"),
    ("https://elearn.hrd.gov.tw@evil.example/", STOP, "the portal as user name"),
    ("https://elearn.hrd.gov.tw:443@evil.example/", STOP, "the portal and port as user name and password"),
    ("https://elearn.hrd.gov.tw%40evil.example/", STOP, "an escaped @ in the host"),
    ("https://evil.example\\@elearn.hrd.gov.tw/", STOP, "a backslash that browsers read as a slash"),
    ("https://evil.example/@elearn.hrd.gov.tw/", STOP, "the portal in a path"),
    ("https://evil.example/?https://elearn.hrd.gov.tw/", STOP, "the portal in a query"),
    ("https://evil.example/#@elearn.hrd.gov.tw/", STOP, "the portal in a fragment"),
    ("https://[::1/", STOP, "half an IPv6 address"),
    ("https://127.0.0.1/", STOP, "this machine"),
    ("//elearn.hrd.gov.tw/", STOP, "no scheme"),
    ("", STOP, "nothing"),
    ("about:blank", ALLOW, "an empty page"),
    ("about:srcdoc", ALLOW, "a frame written in the page"),
    ("data:image/png;base64,AAAA", ALLOW, "data in the page"),
    ("blob:https://elearn.hrd.gov.tw/1-2", ALLOW, "data of the page"),
    ("chrome-error://chromewebdata/", ALLOW, "the browser's own page for errors"),
]


@pytest.mark.parametrize(
    ("url", "decision"), [line[:2] for line in ADDRESSES], ids=[line[2] for line in ADDRESSES]
)
def test_where_a_page_may_go(url: str, decision: Decision):
    assert guard().decide(page(url)) is decision


@pytest.mark.parametrize(
    ("url", "decision"), [line[:2] for line in ADDRESSES], ids=[line[2] for line in ADDRESSES]
)
def test_a_subresource_from_where_no_page_may_go_is_blocked_and_listed(url: str, decision: Decision):
    one = guard()
    assert one.decide(part(url)) is (ALLOW if decision is ALLOW else BLOCK)
    assert len(one.refused) == (decision is not ALLOW)
    assert one.left is None


def test_a_foreign_frame_ends_the_log_in_and_is_only_blocked_afterwards():
    assert guard(log_in=True).decide(frame("https://evil.example/")) is STOP
    assert guard(log_in=False).decide(frame("https://evil.example/")) is BLOCK


def test_a_foreign_page_ends_the_run_at_any_time():
    assert guard(log_in=False).decide(page("https://evil.example/")) is STOP


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_redirect_that_would_carry_the_password_on_ends_the_log_in(method: str):
    wish = Wish("https://evil.example/", method, is_document=False, is_main=False, is_redirect=True)
    assert guard(log_in=True).decide(wish) is STOP
    assert guard(log_in=False).decide(wish) is BLOCK
    first = Wish("https://evil.example/", method, is_document=False, is_main=False)
    assert guard(log_in=True).decide(first) is BLOCK


SENT = [
    ("POST", "/sso_verify.php", ALLOW),
    ("POST", "/egov_login.php", ALLOW),
    ("POST", "/mooc/user/learn_stat.php", ALLOW),
    ("POST", "/mooc/user/learn_stat.php?action=print", ALLOW),
    ("POST", "/mooc/user", BLOCK),
    ("POST", "/mooc/username", BLOCK),
    ("POST", "/mooc/course.php", BLOCK),
    ("POST", "/sso_verify.php.evil", BLOCK),
    ("POST", "/sso_verify.php/more", BLOCK),
    ("POST", "/x/sso_verify.php", BLOCK),
    ("POST", "/mooc/user/../course.php", BLOCK),
    ("POST", "/", BLOCK),
    ("PUT", "/mooc/user/learn_stat.php", BLOCK),
    ("DELETE", "/mooc/user/learn_stat.php", BLOCK),
    ("PATCH", "/sso_verify.php", BLOCK),
    ("HEAD", "/mooc/course.php", ALLOW),
    ("GET", "/mooc/course.php", ALLOW),
]


@pytest.mark.parametrize(("method", "path", "decision"), SENT, ids=[f"{each[0]} {each[1]}" for each in SENT])
@pytest.mark.parametrize("wish", [page, part], ids=["page", "part"])
def test_what_may_be_sent_to_the_portal(wish, method: str, path: str, decision: Decision):
    assert guard().decide(wish(f"https://{PORTAL.host}{path}", method)) is decision


OPENED = [
    ("/mooc/index.php", ALLOW),
    ("/mooc/user/learn_dashboard.php", ALLOW),
    ("/mooc/user/learn_stat.php", ALLOW),
    ("/logout.php", ALLOW),
    ("/connect_lost.php", ALLOW),
    ("/mooc/course.php", BLOCK),
    ("/mooc/user/../course.php", BLOCK),
    ("/mooc/userx/learn_stat.php", BLOCK),
    ("/info/10000001", BLOCK),
    ("/learn/index.php", BLOCK),
    ("/mooc/consent.php", BLOCK),
]


@pytest.mark.parametrize(("path", "decision"), OPENED, ids=[each[0] for each in OPENED])
def test_what_is_opened_as_a_page_once_the_person_is_logged_in(path: str, decision: Decision):
    """No course, enrolment or consent page, whatever led there; on the way in the portal may lead where it does."""
    hosts, pages = frozenset((PORTAL.host,)), {PORTAL.host: PORTAL.pages}
    inside = Guard(hosts, {PORTAL.host: PORTAL.posts}, pages=pages, log_in=False)
    assert inside.decide(page(f"https://{PORTAL.host}{path}")) is decision
    assert inside.left is None
    assert Guard(hosts, pages=pages).decide(page(f"https://{PORTAL.host}{path}")) is ALLOW


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_the_gateway_is_free_to_talk_to_itself(method: str):
    assert guard().decide(part(f"https://{GATEWAY.host}/Home/GetUID", method)) is ALLOW


def test_what_is_refused_and_left_is_remembered_without_its_query():
    one = guard()
    one.decide(part("https://cdn.example/a.js?ticket=invented"))
    one.decide(page("https://evil.example/steal?ticket=invented#invented"))
    one.decide(page("https://other.example/"))
    assert [(each.method, each.host, each.path, each.kind) for each in one.refused] == [
        ("GET", "cdn.example", "/a.js", "foreign"),
        ("GET", "evil.example", "/steal", "foreign"),
        ("GET", "other.example", "/", "foreign"),
    ]
    assert one.left == "https://evil.example/steal"
    assert "invented" not in repr(one)


def test_a_refused_post_to_the_portal_is_listed_as_such_and_ends_nothing():
    one = guard()
    assert one.decide(page(f"https://{PORTAL.host}/mooc/course.php", "POST")) is BLOCK
    assert [each.kind for each in one.refused] == ["post"]
    assert one.left is None


def test_this_machine_answers_only_where_a_person_drives_and_never_as_the_page_itself():
    card = "https://localhost:16888/pkcs7"
    assert guard(loopback=True).decide(part(card)) is ALLOW
    assert guard(loopback=True).decide(part("http://127.0.0.1:61161/")) is ALLOW
    assert guard(loopback=True).decide(page(card)) is STOP
    assert guard(loopback=True).decide(part("https://localhost.evil.example/")) is BLOCK
    assert guard().decide(part(card)) is BLOCK


def test_a_card_reader_with_a_name_of_its_own_is_reached_only_in_the_persons_turn_and_at_its_port():
    name = "iccert.nhi.gov.tw"
    turn = Guard(frozenset((PORTAL.host,)), loopback=True, components=frozenset({f"{name}:7777"}))
    assert turn.decide(part(f"https://{name}:7777/echo")) is ALLOW
    assert turn.decide(Wish(f"https://{name}:7777/echo", "SOCKET", is_document=False, is_main=False)) is ALLOW
    for url in (
        f"https://{name}/",
        f"https://{name}:8888/",
        f"http://{name}:7777/",
        f"https://{name}.evil.example:7777/",
    ):
        assert turn.decide(part(url)) is BLOCK
    assert turn.decide(page(f"https://{name}:7777/")) is STOP
    assert guard().decide(part(f"https://{name}:7777/echo")) is BLOCK
    for key in gateways.names():
        assert (
            not {each.partition(":")[0] for each in gateways.load(key).person_components}
            & gateways.load(key).hosts
        )


@pytest.mark.parametrize("place", EVERY, ids=lambda each: each.key)
def test_no_known_place_lets_another_known_place_in_by_itself(place):
    one = Guard(frozenset((place.host,)))
    for other in EVERY:
        assert one.decide(page(f"https://{other.host}/")) is (ALLOW if other is place else STOP)


@given(st.text(max_size=60) | st.text("htps:/@.\\[]:elarnhdgovtw0123456789#?%", max_size=60))
@example("https://elearn.hrd.gov.tw\\.evil.example/")
@example("https://elearn.hrd.gov.tw：443/")
def test_no_address_is_allowed_by_accident_or_ends_in_an_exception(url: str):
    decision = guard().decide(page(url))
    assert decision in (ALLOW, STOP)
    if decision is ALLOW and not url.lstrip().casefold().startswith(
        ("about", "blob", "data", "chrome-error")
    ):
        folded = "".join(each for each in url.casefold() if each not in "\t\r\n").strip()
        assert folded.startswith("https://")
        assert "hrd.gov.tw" in folded or "dgpa.gov.tw" in folded


NETWORK = [each[0] for each in ADDRESSES if each[0].lower().startswith("http")]


@given(st.sampled_from(NETWORK), st.sampled_from([page, frame, part]))
def test_once_the_run_is_over_no_address_on_a_network_is_let_through(url, kind):
    after = guard(log_in=False, loopback=True)
    after.is_over = True
    assert after.decide(kind(url)) is BLOCK
    assert after.made == {}
    assert after.left is None
