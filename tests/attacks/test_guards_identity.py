"""The guards of identity, each taken away once: the token that it keeps out is then believed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from joserfc import jwk, jws

from curbside.actions import identity as identities
from curbside.actions import jwks
from curbside.actions.installation import Installation
from curbside.app import Application
from curbside.domain import token
from curbside.domain.errors import Refused
from curbside.domain.signing import Issuer, Key, key_of_secret, keys_of_pem
from curbside.store import identity as store
from tests import tokens
from tests.actions import test_jwks
from tests.actions.test_jwks import installation, published
from tests.serving import OTHER, browser, identify
from tests.tokens import Verifier

__all__ = ["installation", "published"]

HS256 = Issuer(tokens.ISS, tokens.AUD, "HS256")
RS256 = Issuer(tokens.ISS, tokens.AUD, "RS256")
SECRET = [key_of_secret(tokens.SECRET.encode())]
Taken = Mapping[tuple[Any, str], Any]
EVIL = tokens.ec("evil")


def by_hand(header: dict[str, Any], secret: str = tokens.SECRET, **changes: Any) -> tuple[str, Verifier]:
    """Write a token with any header at all, signed by HMAC with `secret`."""
    verifier = Verifier()
    plain = tokens.unsigned(tokens.claims(verifier, **changes), header).rstrip(".")
    return f"{plain}.{tokens.base64url(hmac.digest(secret.encode(), plain.encode(), hashlib.sha256))}", verifier


def refused(jwt: str, verifier: Verifier, issuer: Issuer = HS256, keys: list[Key] | None = None) -> None:
    """Check that a token is refused."""
    try:
        peeked = token.peek(jwt)
        chosen = token.check_addressed(peeked, [issuer])
        payload = token.verify(peeked, chosen, SECRET if keys is None else keys)
        token.identity(payload, chosen, verifier.value, int(time.time() * 1000))
    except Refused:
        return
    raise AssertionError("it was believed")


def unsigned() -> None:
    verifier = Verifier()
    refused(tokens.unsigned(tokens.claims(verifier), {"alg": "none"}, "AAAA"), verifier)


def confused() -> None:
    public = tokens.pem(tokens.rsa())
    refused(*by_hand({"alg": "HS256"}, public), RS256, keys_of_pem(public, "RS256"))


def key_brought_along() -> None:
    verifier, public = Verifier(), EVIL.as_dict(private=False)
    refused(tokens.signed(tokens.claims(verifier), alg="ES256", key=EVIL, jwk=public), verifier)


def another_kid() -> None:
    verifier = Verifier()
    mine = [Key("one", tokens.ec("one"))]
    jwt = tokens.signed(tokens.claims(verifier), alg="ES256", key=EVIL, kid="evil")
    refused(jwt, verifier, Issuer(tokens.ISS, tokens.AUD, "ES256"), mine)


def with_claims(**changes: Any) -> None:
    refused(*by_hand({"alg": "HS256"}, **changes))


def critical() -> None:
    refused(*by_hand({"alg": "HS256", "crit": ["exp"], "exp": 1}))


def stolen() -> None:
    jwt, _ = by_hand({"alg": "HS256"})
    refused(jwt, Verifier())


def names_a_second_line() -> None:
    jwt, verifier = by_hand({"alg": "HS256"}, name='Dana\n{"event": "admin"}')
    payload = token.verify(token.peek(jwt), HS256, SECRET)
    named = token.identity(payload, HS256, verifier.value, int(time.time() * 1000))
    assert "\n" not in named.name


def read(jwt: str, part: int) -> Any:
    return json.loads(token._bytes(jwt.split(".")[part]))


def as_the_token_says(peeked: token.Peeked, issuer: Issuer, keys: list[Key]) -> bytes:
    """Verify as libraries once did: by the token's own algorithm, with whatever key it brings along."""
    head, payload, signature = peeked.compact.split(".")
    header = read(peeked.compact, 0)
    if header["alg"] == "HS256":
        key = keys[0].key
        secret = key.as_pem(private=False) if isinstance(key, jwk.RSAKey) else tokens.SECRET.encode()
        right = hmac.digest(secret, f"{head}.{payload}".encode(), hashlib.sha256)
        if token._bytes(signature) != right:
            raise Refused("bad_token")
    elif "jwk" in header:
        jws.deserialize_compact(peeked.compact, jwk.import_key(header["jwk"]), [header["alg"]])
    return token._bytes(payload)


class Deaf(msgspec.Struct, frozen=True):
    """A header of which `crit` is not read."""

    alg: str
    kid: str | None = None
    typ: str | None = None
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="nothing")


def nothing(*_: Any) -> None:
    """Check nothing."""


def first(_: Any, issuers: Any) -> Issuer:
    """Take the tenant's issuer, whoever the token says it comes from or is for."""
    found: Issuer = next(iter(issuers))
    return found


ALGORITHM: Taken = {(token, "check_addressed"): first, (token, "verify"): as_the_token_says}
ADDRESS: Taken = {(token, "check_addressed"): first, (token, "_check_again"): nothing}
TIMES: Taken = {(token, "_check_times"): nothing}
NOW = int(time.time())
ROWS: dict[str, tuple[Callable[[], None], Taken]] = {
    "alg none": (unsigned, ALGORITHM),
    "a public key as a secret": (confused, ALGORITHM),
    "a key that it brings along": (key_brought_along, ALGORITHM),
    "a key that is not the issuer's": (another_kid, ALGORITHM),
    "crit": (critical, {(token, "Header"): Deaf, (token, "verify"): as_the_token_says}),
    "another issuer": (partial(with_claims, iss="https://evil.example"), ADDRESS),
    "another audience": (partial(with_claims, aud="another"), ADDRESS),
    "expired": (partial(with_claims, iat=NOW - 400, exp=NOW - 200), TIMES),
    "issued in the future": (partial(with_claims, iat=NOW + 4000, exp=NOW + 4100), TIMES),
    "good for years": (partial(with_claims, exp=NOW + 10**8), TIMES),
    "somebody else's nonce": (stolen, {(token, "_check_nonce"): nothing}),
    "a line in a name": (names_a_second_line, {(token, "_line"): str}),
}


@pytest.mark.parametrize("name", ROWS)
def test_with_its_guard_a_token_is_refused_and_without_believed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attack, taken = ROWS[name]
    attack()
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        attack()


async def replayed(curbside: Application) -> None:
    jwt, verifier = by_hand({"alg": "HS256"})
    async with browser(curbside) as client:
        assert (await identify(client, jwt, verifier)).status_code == 200
        assert (await identify(client, jwt, verifier)).status_code == 401


async def carried_to_another_tenant(curbside: Application) -> None:
    jwt, verifier = by_hand({"alg": "HS256"})
    async with browser(curbside) as client:
        assert (await identify(client, jwt, verifier, OTHER)).status_code == 401


@pytest.mark.parametrize(
    ("attack", "taken"),
    [
        (replayed, {(store, "use_jti"): lambda *_: True}),
        (carried_to_another_tenant, {(identities, "check_addressed"): first, (token, "_check_again"): nothing}),
    ],
    ids=["replayed", "another tenant"],
)
async def test_with_its_guard_a_request_is_refused_and_without_answered(
    curbside: Application, attack: Any, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    await attack(curbside)
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        await attack(curbside)


async def key_rotated_away(installation: Installation, published: test_jwks.Published) -> None:
    keys, issuer = jwks.Jwks(installation, private=True, resolve=test_jwks.to("127.0.0.1")), test_jwks.at(published)  # type: ignore[arg-type]
    assert await test_jwks.kids(keys, issuer) == ["one"]
    published.body = test_jwks.document("two")
    test_jwks.Clock.now += 11 * 60_000
    assert await test_jwks.kids(keys, issuer) == ["two"]


async def leads_inside(installation: Installation, published: test_jwks.Published) -> None:
    keys = jwks.Jwks(installation, resolve=test_jwks.to("169.254.169.254"))  # type: ignore[arg-type]
    try:
        address = await keys._address(urlsplit("https://ehr.example/jwks.json"))
    except ValueError:
        return
    raise AssertionError(address)


class Obedient(httpx.AsyncClient):
    """A client that goes wherever it is sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "follow_redirects": True})


@pytest.mark.parametrize(
    ("attack", "taken"),
    [
        (key_rotated_away, {(jwks, "FRESH_MS"): 10**15, (jwks, "STALE_MS"): 10**15}),
        (test_jwks.test_a_redirect_is_not_followed, {(httpx, "AsyncClient"): Obedient}),
        (leads_inside, {(jwks, "_public"): lambda address: True}),
    ],
    ids=["a key rotated away", "a redirect", "an address inside"],
)
async def test_without_its_guard_keys_come_from_where_they_must_not(
    installation: Installation,
    published: test_jwks.Published,
    attack: Any,
    taken: Taken,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        await attack(installation, published)
