"""Keys are fetched from where the vendor publishes them, and from nowhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from curbside.actions import jwks
from curbside.actions.installation import Installation
from curbside.actions.jwks import Jwks
from curbside.domain.errors import Refused
from curbside.domain.signing import Issuer
from curbside.domain.token import peek
from curbside.store.sealing import Keys
from tests import tokens


@dataclass
class Published:
    """A web server that publishes a key set, or behaves badly; it counts who asks."""

    port: int = 0
    body: bytes = b""
    head: str = "HTTP/1.1 200 OK"
    asked: int = 0
    hosts: list[str] = field(default_factory=list)
    silent: bool = False

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        request = await reader.readuntil(b"\r\n\r\n")
        self.hosts += [line for line in request.decode().split("\r\n") if line.lower().startswith("host:")]
        if not self.silent:
            writer.write(f"{self.head}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n".encode())
            writer.write(self.body)
        writer.close()


@pytest.fixture
async def published() -> AsyncIterator[Published]:
    found = Published(body=document("one"))
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    await server.wait_closed()


class Clock:
    now = 1_790_000_000_000


class _Database:
    @staticmethod
    def clock() -> int:
        return Clock.now


@pytest.fixture
def installation() -> Installation:
    Clock.now = 1_790_000_000_000
    return Installation(_Database(), Keys(bytes(range(32))))  # type: ignore[arg-type]


def document(*names: str) -> bytes:
    return json.dumps({"keys": [tokens.ec(name).as_dict(private=False) for name in names]}).encode()


def at(published: Published, host: str = "ehr.example", scheme: str = "http") -> Issuer:
    return Issuer(tokens.ISS, tokens.AUD, "ES256", f"{scheme}://{host}:{published.port}/jwks.json")


def to(*addresses: str) -> Callable[[str, int], object]:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


def named(kid: str) -> object:
    body = tokens.claims(tokens.Verifier())
    return peek(tokens.signed(body, alg="ES256", key=tokens.ec(kid), kid=kid))


async def kids(keys: Jwks, issuer: Issuer, kid: str = "one") -> list[str | None]:
    return [each.kid for each in await keys.keys("northwind", issuer, named(kid))]  # type: ignore[arg-type]


async def test_keys_are_fetched_once_and_remembered(installation: Installation, published: Published) -> None:
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    for _ in range(3):
        assert await kids(keys, at(published)) == ["one"]
    assert published.asked == 1
    assert published.hosts == [f"host: ehr.example:{published.port}"]


async def test_an_unknown_key_is_looked_for_but_not_too_often(installation: Installation, published: Published) -> None:
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    await kids(keys, at(published))
    published.body = document("one", "two")
    for _ in range(20):
        await kids(keys, at(published), "two")
    assert published.asked == 1
    Clock.now += jwks.COOL_DOWN_MS + 1
    assert await kids(keys, at(published), "two") == ["one", "two"]
    for _ in range(20):
        await kids(keys, at(published), "made-up")
    assert published.asked == 2


async def test_a_key_taken_away_is_forgotten(installation: Installation, published: Published) -> None:
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    assert await kids(keys, at(published)) == ["one"]
    published.body = document("two")
    Clock.now += jwks.FRESH_MS + 1
    assert await kids(keys, at(published)) == ["two"]


async def test_the_last_set_holds_an_hour_while_its_address_is_down(
    installation: Installation, published: Published
) -> None:
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    await kids(keys, at(published))
    published.head = "HTTP/1.1 503 Unavailable"
    Clock.now += jwks.FRESH_MS + 1
    assert await kids(keys, at(published)) == ["one"]
    Clock.now += jwks.STALE_MS
    with pytest.raises(Refused, match="unavailable"):
        await kids(keys, at(published))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fd00::1",
        "fe80::1%eth0",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
async def test_a_name_that_leads_inside_is_not_followed(
    installation: Installation, published: Published, address: str
) -> None:
    # Also when only one of its addresses does: which one is taken is not for the name to choose.
    for addresses in ((address,), ("93.184.215.14", address)):
        keys = Jwks(installation, resolve=to(*addresses))  # type: ignore[arg-type]
        with pytest.raises(Refused, match="unavailable"):
            await kids(keys, at(published, scheme="https"))
    assert published.asked == 0


async def test_the_name_is_looked_up_once_so_it_cannot_change_in_between(
    installation: Installation, published: Published
) -> None:
    looked_up = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    # The true name leads nowhere: the connection can only have gone to the address that was checked.
    keys = Jwks(installation, private=True, resolve=rebinding)
    assert await kids(keys, at(published, host="does-not-exist.invalid")) == ["one"]
    assert looked_up == ["does-not-exist.invalid"]


@pytest.mark.parametrize(
    "url", ["http://ehr.example/jwks", "file:///etc/passwd", "https://user:pw@ehr.example/", "ftp://x"]
)
async def test_only_https_is_asked_in_production(installation: Installation, url: str) -> None:
    keys = Jwks(installation, resolve=to("93.184.215.14"))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="unavailable"):
        await kids(keys, Issuer(tokens.ISS, tokens.AUD, "ES256", url))


async def test_a_redirect_is_not_followed(installation: Installation, published: Published) -> None:
    published.head = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{published.port}/other"
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="unavailable"):
        await kids(keys, at(published))
    assert published.asked == 1


@pytest.mark.parametrize("body", [b" " * (jwks.MAX_BYTES + 1), b"<html>", b'{"keys":7}'], ids=["huge", "html", "odd"])
async def test_what_is_too_large_or_no_key_set_is_refused(
    installation: Installation, published: Published, body: bytes
) -> None:
    published.body = body
    keys = Jwks(installation, private=True, resolve=to("127.0.0.1"))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="unavailable"):
        await kids(keys, at(published))
