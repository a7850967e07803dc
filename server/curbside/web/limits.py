"""Who asks, and how often they may: by address before anybody is known, by person and tenant afterwards."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from starlette.requests import HTTPConnection

from curbside.domain.errors import Refused
from curbside.domain.people import Person

_REMEMBERED = 50_000
_SOONEST_MS = 1_000
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Addresses:
    """Find the address of whoever asks, through the proxies that are trusted, and no others."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self._trusted: list[_Network] = [ipaddress.ip_network(each, strict=False) for each in trusted]

    def of(self, connection: HTTPConnection) -> str:
        """Return the nearest address that is not one of our own proxies."""
        nearest = connection.client.host if connection.client else ""
        # A proxy may add to the client's line, or write one of its own below: the last word is the nearest proxy's.
        forwarded = ",".join(connection.headers.getlist("x-forwarded-for"))
        hops = [each.strip() for each in forwarded.split(",") if each.strip()]
        while self._is_trusted(nearest) and hops:
            nearest = hops.pop()
        return _grouped(nearest)

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


def _grouped(address: str) -> str:
    """Return an address as it is counted: IPv6 by its /64, which one household has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


class Buckets:
    """Let each key ask at a rate a second, with a burst; remember only those who asked lately."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        # When each key's bucket will be full again (the generic cell rate algorithm).
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one. Raises Refused(`too_fast`, retry) with the time to wait when there is none."""
        now = self._clock()
        full_at = max(now, self._full_at.get(key, now)) + 1 / self._rate
        beyond = full_at - now - self._burst / self._rate
        if beyond > 0:
            raise Refused("too_fast", retry=True, after_ms=int(beyond * 1000) + 1)
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > _REMEMBERED:
            self._full_at.popitem(last=False)


class Asking:
    """How often somebody who is known may ask for something: by person, by tenant, and everybody together.

    A tenant has the share of 20 people, the process that of 100: asking is rare, and its bursts are long.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._person = Buckets(rate, burst, clock)
        self._tenant = Buckets(rate * 20, burst * 20, clock)
        self._everybody = Buckets(rate * 100, burst * 100, clock)

    def take(self, person: Person) -> None:
        """Take one. Raises Refused(retry): `too_fast` when it is their own doing, `busy` when it is everybody's."""
        self._person.take(f"{person.tenant} {person.kind} {person.id}")
        try:
            self._tenant.take(person.tenant)
            self._everybody.take("")
        except Refused as refused:
            raise Refused("busy", retry=True, after_ms=max(_SOONEST_MS, refused.after_ms or 0)) from None


class Held:
    """Bound what is held in memory for those who send and fetch: for each person, and for everybody together."""

    def __init__(self, each: int, all: int) -> None:
        self._each = each
        self._all = all
        self._by_person: dict[str, int] = {}
        self._total = 0

    @contextmanager
    def hold(self, person: Person, size: int) -> Iterator[None]:
        """Hold that many bytes. Raises Refused(retry): `too_fast` when it is their own doing, `busy` else."""
        name = f"{person.tenant} {person.kind} {person.id}"
        theirs = self._by_person.get(name, 0)
        if theirs and theirs + size > self._each:
            raise Refused("too_fast", retry=True, after_ms=_SOONEST_MS)
        if self._total + size > self._all:
            raise Refused("busy", retry=True, after_ms=_SOONEST_MS)
        self._by_person[name] = theirs + size
        self._total += size
        try:
            yield
        finally:
            self._total -= size
            self._by_person[name] -= size
            if not self._by_person[name]:
                del self._by_person[name]


def same_origin(headers: Mapping[str, str], origin: str) -> bool:
    """Tell whether a request with a cookie comes from a page of ours: what the browser itself says of it.

    Old browsers send no Sec-Fetch-Site, but every one sends Origin with a POST. A request with neither is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    said = headers.get("origin")
    return said == origin if said is not None else site == "same-origin"
