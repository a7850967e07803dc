"""Who signs for a tenant's contacts, and with what keys: a JWK set, pasted public keys, or a shared secret. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from joserfc import jwk
from joserfc.errors import JoseError

from curbside.domain.errors import Refused

Algorithm = Literal["HS256", "RS256", "ES256"]
ALGORITHMS: tuple[Algorithm, ...] = ("HS256", "RS256", "ES256")
SECRET_BYTES = 32
_KEYS_MAX = 20
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs for a tenant's contacts: one algorithm, and where the keys come from."""

    iss: str
    aud: str
    alg: str
    jwks_url: str | None = None
    pem: str | None = None
    sealed_secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an issuer; pasted keys and secrets have no `kid`."""

    kid: str | None
    key: jwk.Key = field(repr=False)


def keys_of_jwks(document: bytes, alg: str) -> list[Key]:
    """Return the keys of a JWK set that can verify `alg`; others, secrets among them, are passed over."""
    try:
        listed = msgspec.json.decode(document, type=dict[str, Any]).get("keys")
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Refused("bad_token") from None
    if not isinstance(listed, list):
        raise Refused("bad_token")
    found = [_key_of_jwk(each, alg) for each in listed[:_KEYS_MAX]]
    return [each for each in found if each is not None]


def keys_of_pem(pem: str, alg: str) -> list[Key]:
    """Return the pasted public keys that can verify `alg`: several, while one is being replaced by the next."""
    end = "-----END PUBLIC KEY-----"
    blocks = [block.strip() + "\n" + end for block in pem.split(end)[:_KEYS_MAX] if block.strip()]
    found = []
    for block in blocks:
        try:
            key = jwk.import_key(block, "RSA") if alg == "RS256" else jwk.import_key(block, "EC")
        except (JoseError, ValueError, TypeError):
            continue
        if _fits(key, alg):
            found.append(Key(None, key))
    return found


def key_of_secret(secret: bytes) -> Key:
    """Return the key of a shared secret. Raises ValueError when it is too short to be one (RFC 7518 §3.2)."""
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"a shared secret needs at least {SECRET_BYTES} bytes")
    return Key(None, jwk.import_key(secret, "oct"))


def _key_of_jwk(document: Any, alg: str) -> Key | None:
    kind = {"RS256": "RSA", "ES256": "EC"}.get(alg)
    if not isinstance(document, dict) or document.get("kty") != kind or document.get("use", "sig") != "sig":
        return None
    if document.get("alg", alg) != alg:
        return None
    kid = document.get("kid")
    try:
        # Only what makes the public key: a private one, published by mistake, is not even loaded.
        public = {name: document[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in document}
        key = jwk.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return Key(kid if isinstance(kid, str) else None, key) if _fits(key, alg) else None


def _fits(key: jwk.Key, alg: str) -> bool:
    if alg == "RS256":
        return isinstance(key, jwk.RSAKey) and key.public_key.key_size >= _RSA_BITS
    return isinstance(key, jwk.ECKey) and key.curve_name == "P-256"
