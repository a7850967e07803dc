"""What a tenant sets: hours, promises, words to the outside. Kept as JSON in the tenant's row."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

MINUTE = 60_000
Span = tuple[Annotated[str, Meta(pattern=r"^\d\d:\d\d$")], Annotated[str, Meta(pattern=r"^\d\d:\d\d$")]]


class Hours(msgspec.Struct, frozen=True):
    """When somebody answers: spans of local time by weekday, Monday first; `days=()` means always."""

    tz: str = "UTC"
    days: tuple[tuple[Span, ...], ...] = ()


class Promises(msgspec.Struct, frozen=True):
    """How soon a person answers, in milliseconds, by urgency."""

    normal: int = 2 * MINUTE
    high: int = MINUTE
    care_blocked: int = MINUTE // 2

    def of(self, urgency: str) -> int:
        return int(getattr(self, urgency))


class TenantSettings(msgspec.Struct, frozen=True):
    """Everything that a tenant decides for itself. Unknown fields are refused where settings are written."""

    phone: str = ""
    accent: str | None = None
    hours: Hours = Hours()
    promises: Promises = Promises()
    default_team: str = ""
    token_limit_minutes: int = 60
    agent_idle_minutes: int = 30
    agent_gone_ms: int = MINUTE
    mail_after_ms: int = MINUTE
    mail_from: str = ""
    second_factor_required: bool = True
    context_fields: tuple[str, ...] = ()
