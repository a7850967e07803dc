"""How an EHR's backend names who is logged in: one short-lived signed token, bound to the panel's nonce."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.jwk import OctKey

from curbside.demo.people import Person

LIFETIME_S = 120
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Sign as one issuer of one tenant, with the secret that both sides know."""

    issuer: str
    audience: str
    secret: str

    def identity(self, person: Person, sid: str, nonce: str) -> str:
        """Return a token that names this person, for the panel that made the nonce."""
        return self._sign(
            sub=person.id,
            sid=sid,
            nonce=nonce,
            name=person.name,
            role=person.role,
            organization={"id": person.organization.id, "name": person.organization.name},
            locale=person.locale,
            tz=person.tz,
        )

    def logout(self, person_id: str, sid: str) -> str:
        """Return a back-channel logout token: this log-in is over, wherever its panels are."""
        return self._sign(sub=person_id, sid=sid, events={LOGOUT_EVENT: {}})

    def _sign(self, **claims: object) -> str:
        now = int(time.time())
        about = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode({"alg": "HS256"}, {**about, **claims}, OctKey.import_key(self.secret), algorithms=["HS256"])
