"""The keys of a tenant's issuers: pasted, shared, or fetched from where the vendor publishes them."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import httpx
import structlog

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.domain.signing import Issuer, Key, key_of_secret, keys_of_jwks, keys_of_pem
from curbside.domain.token import Peeked, choose
from curbside.store import sealing

FRESH_MS = 10 * 60_000
STALE_MS = 60 * 60_000
COOL_DOWN_MS = 30_000
FETCH_S = 3.0
MAX_BYTES = 64 * 1024
_REMEMBERED = 1000
_log = structlog.get_logger(__name__)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(slots=True)
class Fetched:
    """What was last fetched from one address; `tried_at` also counts failures, so that they cool down."""

    keys: list[Key] = field(default_factory=list)
    at: int = -STALE_MS
    tried_at: int = -STALE_MS
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses that a name stands for."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Jwks:
    """Find the keys of an issuer. `private` allows plain http and private addresses: never in production."""

    def __init__(self, installation: Installation, *, private: bool = False, resolve: Resolve = resolve) -> None:
        self._installation = installation
        self._private = private
        self._resolve = resolve
        self._fetched: dict[str, Fetched] = {}
        self._made: OrderedDict[tuple[str, Issuer], list[Key]] = OrderedDict()

    async def keys(self, tenant: str, issuer: Issuer, peeked: Peeked) -> Sequence[Key]:
        """Return the issuer's keys; fetch them anew, not too often, when the token names one that is not known.

        Raises Refused(`unavailable`, retry) when there are none because they could not be fetched.
        """
        if issuer.jwks_url is None:
            return self._own(tenant, issuer)
        fetched = self._fetched.setdefault(issuer.jwks_url, Fetched())
        async with fetched.lock:
            now = self._installation.db.clock()
            unknown = not choose(peeked, fetched.keys)
            due = now - fetched.at > FRESH_MS or unknown
            if due and now - fetched.tried_at > COOL_DOWN_MS:
                await self._refetch(issuer, fetched, now)
            if now - fetched.at > STALE_MS:
                raise Refused("unavailable", retry=True, after_ms=5000)
            return fetched.keys

    def _own(self, tenant: str, issuer: Issuer) -> Sequence[Key]:
        place = (tenant, issuer)
        if place not in self._made:
            self._made[place] = self._make(tenant, issuer)
            if len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return self._made[place]

    def _make(self, tenant: str, issuer: Issuer) -> list[Key]:
        if issuer.alg == "HS256":
            if issuer.sealed_secret is None:
                return []
            wrapping = self._installation.keys.tenant(tenant)
            return [key_of_secret(sealing.unwrap(issuer.sealed_secret, wrapping, f"issuer|{issuer.iss}"))]
        return keys_of_pem(issuer.pem or "", issuer.alg)

    async def _refetch(self, issuer: Issuer, fetched: Fetched, now: int) -> None:
        fetched.tried_at = now
        try:
            async with asyncio.timeout(FETCH_S):
                document = await self._fetch(issuer.jwks_url or "")
            fetched.keys = keys_of_jwks(document, issuer.alg)
            fetched.at = now
        except (httpx.HTTPError, OSError, TimeoutError, ValueError, Refused) as error:
            _log.warning("jwks.failed", iss=issuer.iss, why=type(error).__name__)

    async def _fetch(self, url: str) -> bytes:
        parts = urlsplit(url)
        address, port = await self._address(parts)
        pinned = parts._replace(netloc=f"[{address}]:{port}" if ":" in address else f"{address}:{port}").geturl()
        headers = {"host": parts.netloc, "accept": "application/json", "accept-encoding": "identity"}
        # The name was looked up once and checked; the connection goes to that very address, the certificate must
        # still be the name's. No redirect is followed, no proxy of the environment is asked.
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=FETCH_S) as client,
            client.stream("GET", pinned, headers=headers, extensions={"sni_hostname": parts.hostname}) as response,
        ):
            if response.status_code != 200:
                raise ValueError("status")
            return await _limited(response)

    async def _address(self, parts: SplitResult) -> tuple[str, int]:
        secure = parts.scheme == "https"
        if not (secure or (self._private and parts.scheme == "http")) or not parts.hostname or parts.username:
            raise ValueError("address")
        port = parts.port or (443 if secure else 80)
        addresses = await self._resolve(parts.hostname, port)
        if not addresses or not (self._private or all(_public(each) for each in addresses)):
            raise ValueError("private address")
        return addresses[0], port


def _public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (mapped is None or mapped.is_global)


async def _limited(response: httpx.Response) -> bytes:
    document = bytearray()
    async for piece in response.aiter_raw():
        document += piece
        if len(document) > MAX_BYTES:
            raise ValueError("size")
    return bytes(document)
