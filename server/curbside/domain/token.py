"""Who a contact is: the token that the EHR's backend signed, looked at without trust, then verified. Pure.

RFC 8725 (best practices for JWT) is followed point by point: the algorithm is the issuer's, never the token's (§3.1);
every cryptographic check passes or nothing does (§3.3); issuer, subject and audience are checked (§3.8, §3.9); a `kid`
only chooses among the issuer's own keys, and `jku`, `jwk`, `x5u`, `x5c` are never looked at (§3.10); a log-out token
and an identity token cannot stand for each other (§3.12).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Meta

from curbside.domain.errors import Refused
from curbside.domain.signing import ALGORITHMS, Issuer, Key

MAX_JWT = 8192
LEEWAY_S = 60
LIFETIME_S = 300
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

Struct = TypeVar("Struct", bound=msgspec.Struct)
# No control characters: they name nobody, and not every database can hold them.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=_PLAIN)]


class Header(msgspec.Struct, frozen=True):
    """A token's header, as it claims to be. `crit` is known only to be refused: no extension is understood here."""

    alg: str
    kid: str | None = None
    typ: str | None = None
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Addressed(msgspec.Struct, frozen=True):
    """Whom a token says it comes from, and whom it is for."""

    iss: Name
    aud: Name | list[Name]


class OrganizationClaim(msgspec.Struct, frozen=True):
    id: Name
    name: Annotated[str, Meta(max_length=255)] = ""


class Claims(Addressed, frozen=True, kw_only=True):
    """What an identity token must say, and what it may."""

    sub: Name
    iat: float
    exp: float
    jti: Name
    nonce: Annotated[str, Meta(min_length=43, max_length=43)]
    sid: Name
    name: Annotated[str, Meta(min_length=1, max_length=255)]  # kept as one visible line
    role: Annotated[str, Meta(min_length=1, max_length=80)]
    organization: Name | OrganizationClaim
    nbf: float | None = None
    email: Annotated[str, Meta(max_length=254, pattern=_PLAIN)] | None = None
    locale: Annotated[str, Meta(max_length=35, pattern=_PLAIN)] | None = None
    tz: Annotated[str, Meta(max_length=64, pattern=_PLAIN)] | None = None
    phone_ext: Annotated[str, Meta(max_length=40, pattern=_PLAIN)] | None = None
    fhir_user: Annotated[str, Meta(max_length=500, pattern=_PLAIN)] | None = msgspec.field(
        default=None, name="fhirUser"
    )
    events: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class LogoutClaims(Addressed, frozen=True, kw_only=True):
    """OpenID Connect Back-Channel Logout 1.0 §2.4: who has been logged out."""

    iat: float
    exp: float
    jti: Name
    events: dict[str, Any]
    sub: Name | None = None
    sid: Name | None = None
    nonce: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Peeked:
    """A token as it claims to be: nothing in it may be trusted yet."""

    header: Header
    addressed: Addressed
    compact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """A contact, as the EHR's backend vouched for them."""

    iss: str
    sub: str
    sid: str
    jti: str
    expires_at: int
    name: str
    role: str
    organization: str
    organization_name: str
    email: str | None
    locale: str
    tz: str
    phone_ext: str | None
    fhir_user: str | None

    @property
    def grounds(self) -> str:
        return grounds_of(self.iss, self.sid)


@dataclass(frozen=True, slots=True)
class EndedLogin:
    """A log-in of the EHR that is over: one (`grounds`), or every one of a person (`sub`)."""

    iss: str
    jti: str
    expires_at: int
    sub: str | None
    grounds: str | None


def grounds_of(iss: str, sid: str) -> str:
    """Name an EHR's log-in by its issuer and `sid`, without repeating a `sid` that may be a secret there."""
    return _base64url(hashlib.sha256(f"{len(iss)}:{iss}{sid}".encode()).digest())


def peek(compact: str) -> Peeked:
    """Look at a token's header and addressing. Costs no cryptography.

    Raises Refused(`bad_token`) when it is too large, misshapen, or names extensions that must be understood.
    """
    if len(compact) > MAX_JWT or compact.count(".") != 2 or not compact.isascii():
        raise Refused("bad_token")
    head, payload, signature = compact.split(".")
    if not signature:
        raise Refused("bad_token")
    header = _read(_bytes(head), Header)
    if header.crit is not msgspec.UNSET:
        raise Refused("bad_token")
    return Peeked(header, _read(_bytes(payload), Addressed), compact)


def check_addressed(peeked: Peeked, issuers: Iterable[Issuer]) -> Issuer:
    """Return the tenant's issuer that the token names, with its audience and its one algorithm."""
    for issuer in issuers:
        if issuer.iss == peeked.addressed.iss:
            meant = _audiences(peeked.addressed)
            if issuer.aud in meant and peeked.header.alg == issuer.alg and issuer.alg in ALGORITHMS:
                return issuer
    raise Refused("bad_token")


def choose(peeked: Peeked, keys: Sequence[Key]) -> list[Key]:
    """Return the issuer's keys that may have signed: by `kid` where both have one, else all of them."""
    kid = peeked.header.kid
    return [each for each in keys if kid is None or each.kid is None or each.kid == kid]


def verify(peeked: Peeked, issuer: Issuer, keys: Sequence[Key]) -> bytes:
    """Return the payload, now that one of the issuer's own keys is known to have signed it."""
    registry = jws.JWSRegistry(algorithms=[issuer.alg], strict_check_header=False)
    for each in choose(peeked, keys):
        try:
            payload = jws.deserialize_compact(peeked.compact, each.key, [issuer.alg], registry).payload
        except (JoseError, ValueError, TypeError):
            continue
        if payload is not None:
            return payload
    raise Refused("bad_token")


def identity(payload: bytes, issuer: Issuer, verifier: str, now: int) -> Identity:
    """Read a verified identity token: fresh, meant for us, and asked for by whoever holds `verifier`."""
    claims = _read(payload, Claims)
    if claims.events is not msgspec.UNSET:
        raise Refused("bad_token")
    _check_again(claims, issuer)
    _check_times(claims.iat, claims.exp, claims.nbf, now)
    _check_nonce(claims.nonce, verifier)
    organization = claims.organization
    if isinstance(organization, str):
        organization = OrganizationClaim(organization)
    return Identity(
        iss=claims.iss,
        sub=claims.sub,
        sid=claims.sid,
        jti=claims.jti,
        expires_at=int(claims.exp * 1000),
        name=_line(claims.name) or claims.sub,
        role=_line(claims.role),
        organization=organization.id,
        organization_name=_line(organization.name) or _line(organization.id),
        email=claims.email,
        locale=claims.locale or "en",
        tz=claims.tz or "UTC",
        phone_ext=claims.phone_ext,
        fhir_user=claims.fhir_user,
    )


def ended_login(payload: bytes, issuer: Issuer, now: int) -> EndedLogin:
    """Read a verified log-out token. It must not carry a nonce, so that an identity token cannot be one."""
    claims = _read(payload, LogoutClaims)
    _check_again(claims, issuer)
    _check_times(claims.iat, claims.exp, None, now)
    named = claims.sid is not None or claims.sub is not None
    if LOGOUT_EVENT not in claims.events or claims.nonce is not msgspec.UNSET or not named:
        raise Refused("bad_token")
    grounds = grounds_of(claims.iss, claims.sid) if claims.sid is not None else None
    return EndedLogin(claims.iss, claims.jti, int(claims.exp * 1000), claims.sub, grounds)


def _check_again(claims: Addressed, issuer: Issuer) -> None:
    # The parser that read the token before it was verified is not to be trusted with who it is from.
    if claims.iss != issuer.iss or issuer.aud not in _audiences(claims):
        raise Refused("bad_token")


def _check_times(iat: float, exp: float, nbf: float | None, now: int) -> None:
    seconds = now / 1000
    if not (iat <= seconds + LEEWAY_S and iat < exp <= iat + LIFETIME_S):
        raise Refused("bad_token")
    if nbf is not None and nbf > seconds + LEEWAY_S:
        raise Refused("bad_token")
    if exp <= seconds:
        raise Refused("expired")


def _check_nonce(nonce: str, verifier: str) -> None:
    held = _bytes(verifier)
    expected = _base64url(hashlib.sha256(held).digest())
    if len(held) != 32 or not hmac.compare_digest(nonce.encode(), expected.encode()):
        raise Refused("bad_token")


def _audiences(addressed: Addressed) -> Sequence[str]:
    return [addressed.aud] if isinstance(addressed.aud, str) else addressed.aud


def _line(text: str) -> str:
    """Keep one line of visible text: no control or formatting characters, which could fake a name or a log line."""
    visible = "".join(" " if each.isspace() else each for each in text)
    kept = "".join(each for each in visible if unicodedata.category(each) not in ("Cc", "Cf", "Cs"))
    return " ".join(kept.split())


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused("bad_token") from None


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _read(document: bytes, kind: type[Struct]) -> Struct:
    try:
        return msgspec.json.decode(document, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        raise Refused("bad_token") from None
