"""What an administrator writes: each entry is checked as a whole before anything of it is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from curbside.domain.errors import Refused
from curbside.domain.people import AgentRole
from curbside.domain.signing import Algorithm, keys_of_pem
from curbside.domain.switches import CAPABILITIES

Entry = TypeVar("Entry", bound=msgspec.Struct)
Named = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^\S.*\Z")]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}\Z")]
Place = Annotated[str, Meta(min_length=1, max_length=64)]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\Z")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}(?:-[A-Z]{2})?\Z")]
Level = Annotated[int, Meta(ge=1, le=4)]


class TenantEntry(msgspec.Struct, frozen=True):
    id: Slug
    name: Named


class AgentEntry(msgspec.Struct, frozen=True):
    email: Email
    name: Named
    level: Level
    partner: Place
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
    role: AgentRole = "agent"
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ("en",)
    skills: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=40)] = ()
    teams: Annotated[tuple[Place, ...], Meta(max_length=40)] = ()
    capacity: Annotated[int, Meta(ge=1, le=20)] = 4
    locale: Language = "en"
    tz: str = "UTC"

    def __post_init__(self) -> None:
        if self.tz not in available_timezones():
            raise ValueError("tz is not a time zone")


class PartnerEntry(msgspec.Struct, frozen=True):
    name: Named
    in_house: bool = False


class TeamEntry(msgspec.Struct, frozen=True):
    name: Named
    level: Level
    partner: Place
    modules: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=80)], ...], Meta(max_length=40)] = ()


class CannedEntry(msgspec.Struct, frozen=True):
    title: Named
    shortcut: Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,24}\Z")]
    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    locale: Language = "en"


class SwitchEntry(msgspec.Struct, frozen=True):
    capability: str
    enabled: bool
    organization: Annotated[str, Meta(min_length=1, max_length=64)] = "*"
    role: Annotated[str, Meta(min_length=1, max_length=80)] = "*"
    module: Annotated[str, Meta(min_length=1, max_length=80)] = "*"

    def __post_init__(self) -> None:
        if self.capability not in CAPABILITIES:
            raise ValueError("capability is not known")


class IncidentEntry(msgspec.Struct, frozen=True):
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    next_update_at: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class IssuerEntry(msgspec.Struct, frozen=True):
    """Who signs: HS256 by a shared secret that is made here, RS256 and ES256 by JWKS or pasted keys."""

    iss: Annotated[str, Meta(min_length=1, max_length=255)]
    aud: Annotated[str, Meta(min_length=1, max_length=255)]
    alg: Algorithm
    jwks_url: Annotated[str, Meta(max_length=500)] | None = None
    pem: Annotated[str, Meta(max_length=16_000)] | None = None

    def __post_init__(self) -> None:
        if self.alg == "HS256":
            if self.jwks_url or self.pem:
                raise ValueError("jwks_url and pem are not for HS256")
            return
        if bool(self.jwks_url) == bool(self.pem):
            raise ValueError("jwks_url or pem is needed, one of them")
        if self.pem and not keys_of_pem(self.pem, self.alg):
            raise ValueError("pem holds no public key that fits")
        if self.jwks_url and urlsplit(self.jwks_url).scheme not in ("https", "http"):
            raise ValueError("jwks_url must begin with https://")


def read(kind: type[Entry], values: Mapping[str, Any]) -> Entry:
    """Read an entry. Raises Refused(`bad_body`) with `detail.field`, the field that is wrong."""
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        field = _field(str(error), kind)
        raise Refused("bad_body", detail={"field": field}) from None


def origin(text: str) -> str:
    """Read a web origin. Raises Refused(`bad_body`) for anything more, or less, than scheme, host and port."""
    text = text.strip().lower()
    parts = urlsplit(text)
    plain = f"{parts.scheme}://{parts.netloc}"
    allowed = parts.scheme in ("https", "http") and parts.hostname and "*" not in text and "@" not in text
    if not allowed or text.rstrip("/") != plain or any(each.isspace() or each in ";,'\"" for each in text):
        raise Refused("bad_body", detail={"field": "origin"})
    return plain


def _field(message: str, kind: type[msgspec.Struct]) -> str:
    _, _, path = message.partition("`$.")
    named = path.partition("`")[0].partition("[")[0]
    names = {each.name for each in msgspec.structs.fields(kind)}
    if named in names:
        return named
    first = message.split(" ")[0].strip("`")
    missing = message.partition("field `")[2].partition("`")[0]
    return next((each for each in (missing, first) if each in names), "")
