"""Whose address counts, how often it may ask, and what a browser says of the page it shows."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from curbside.domain.errors import Refused
from curbside.domain.people import Contact
from curbside.web.limits import Addresses, Asking, Buckets, Held, same_origin

OURS = "https://desk.example"


def person(id: str, tenant: str = "northwind") -> Contact:
    return Contact(tenant, id, id, "RN", "mercy", "Mercy Hospital")


def asked(asking: Asking, who: Contact) -> str:
    """Ask once, and return what it was refused for."""
    try:
        asking.take(who)
    except Refused as refused:
        assert refused.retry and refused.after_ms
        return refused.code
    return ""


def test_a_person_asks_so_often_a_tenant_has_its_share_and_everybody_an_end() -> None:
    asking = Asking(rate=1, burst=2, clock=lambda: 0.0)
    assert [asked(asking, person("dana")) for _ in range(3)] == ["", "", "too_fast"]
    colleagues = [asked(asking, person(f"p{n}")) for n in range(50)]
    assert (colleagues[:36], colleagues[40:]) == ([""] * 36, ["busy"] * 10)
    assert asked(asking, person("dana", "southwind")) == ""
    others = [asked(asking, person("dana", f"tenant-{n}")) for n in range(200)]
    assert (others[:150], others[170:]) == ([""] * 150, ["busy"] * 30)


def of(client: str, forwarded: str = "", trusted: tuple[str, ...] = ("10.0.0.0/8",)) -> str:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Addresses(trusted).of(HTTPConnection({"type": "http", "client": (client, 1), "headers": headers}))


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
    ],
)
def test_only_trusted_proxies_say_whose_address_it_is(client: str, forwarded: str, address: str) -> None:
    assert of(client, forwarded) == address


def test_what_is_held_for_somebody_has_an_end_and_is_let_go() -> None:
    held = Held(each=10, all=15)
    with held.hold(person("dana"), 8):
        with pytest.raises(Refused, match="too_fast"), held.hold(person("dana"), 3):
            pass
        with held.hold(person("eve"), 7), pytest.raises(Refused, match="busy"), held.hold(person("olaf"), 1):
            pass
    with held.hold(person("dana"), 10):
        pass
    assert held._by_person == {} and held._total == 0


def test_what_a_client_said_before_its_proxy_on_a_line_of_its_own_counts_for_nothing() -> None:
    said = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"198.51.100.1")]
    asking = HTTPConnection({"type": "http", "client": ("10.0.0.1", 1), "headers": said})
    assert Addresses(["10.0.0.0/8"]).of(asking) == "198.51.100.1"


def test_a_burst_is_free_and_then_a_rate_holds() -> None:
    now = [0.0]
    buckets = Buckets(rate=10, burst=5, clock=lambda: now[0])
    for _ in range(5):
        buckets.take("a")
    with pytest.raises(Refused) as caught:
        buckets.take("a")
    assert (caught.value.code, caught.value.retry) == ("too_fast", True)
    assert caught.value.after_ms is not None and 90 <= caught.value.after_ms <= 110
    buckets.take("b")
    now[0] += 0.11
    buckets.take("a")
    with pytest.raises(Refused):
        buckets.take("a")


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": OURS, "sec-fetch-site": "same-origin"}, True),
        ({"origin": OURS}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": OURS, "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, False),
        ({"origin": "null"}, False),
        ({"origin": OURS + ".evil.example"}, False),
        ({"origin": OURS.upper()}, False),
    ],
    ids=str,
)
def test_a_form_must_come_from_a_page_of_ours(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(headers, OURS) is ours
