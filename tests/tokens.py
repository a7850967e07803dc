"""Tokens as an EHR's backend signs them, right and wrong in every way."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from joserfc import jwk, jwt

ISS = "https://ehr.example"
AUD = "curbside"
SECRET = "a-secret-of-the-vendor-that-is-long-enough-for-hs256"


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the panel keeps, and the nonce that it lets out."""

    value: str = field(default_factory=lambda: base64url(secrets.token_bytes(32)))

    @property
    def nonce(self) -> str:
        padded = self.value + "=" * (-len(self.value) % 4)
        return base64url(hashlib.sha256(base64.urlsafe_b64decode(padded)).digest())


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def claims(verifier: Verifier, **changes: Any) -> dict[str, Any]:
    """Return the claims of a right identity token; a change to None takes a claim away."""
    now = int(time.time())
    right: dict[str, Any] = {
        "iss": ISS,
        "aud": AUD,
        "sub": "dana",
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(12),
        "nonce": verifier.nonce,
        "sid": "login-1",
        "name": "Dana Ruiz",
        "role": "RN",
        "organization": {"id": "mercy", "name": "Mercy Hospital"},
        "locale": "es",
        "tz": "America/Chicago",
    }
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def logout_claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a right back-channel log-out token."""
    now = int(time.time())
    event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    right = {"iss": ISS, "aud": AUD, "iat": now, "exp": now + 120, "jti": secrets.token_urlsafe(12)}
    right = {**right, "sid": "login-1", "events": event}
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def signed(body: dict[str, Any], *, alg: str = "HS256", key: jwk.Key | None = None, **header: Any) -> str:
    """Sign claims: with the vendor's shared secret unless another key is given."""
    key = key or jwk.import_key(SECRET, "oct")
    return jwt.encode({"alg": alg, **header}, body, key, algorithms=[alg])


def unsigned(body: dict[str, Any], header: dict[str, Any], signature: str = "") -> str:
    """Write a token by hand, with whatever header and signature."""
    parts = [base64url(json.dumps(part).encode()) for part in (header, body)]
    return ".".join([*parts, signature])


@cache
def rsa(name: str = "one") -> jwk.RSAKey:
    """Return a key pair, the same for the same name."""
    return jwk.RSAKey.generate_key(2048, {"kid": name})


@cache
def ec(name: str = "one") -> jwk.ECKey:
    return jwk.ECKey.generate_key("P-256", {"kid": name})


def shared(secret: str) -> jwk.OctKey:
    """Return a shared secret as a key."""
    return jwk.import_key(secret, "oct")


def pem(key: jwk.RSAKey | jwk.ECKey) -> str:
    """Return the public half, as an administrator pastes it."""
    return key.as_pem(private=False).decode()
