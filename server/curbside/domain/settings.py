"""What a tenant sets: hours, promises, words to the outside. Kept as JSON in the tenant's row."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

MINUTE = 60_000
LocalTime = Annotated[str, Meta(pattern=r"^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)\Z")]
Span = tuple[LocalTime, LocalTime]
FieldName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}\Z")]
# What of a screen a contact may show: this page with its masks; after a question, anything; anything.
ScreenShare = Literal["tab", "ask", "any"]
Millis = Annotated[int, Meta(ge=1000, le=30 * 24 * 60 * MINUTE)]


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody answers: spans of local time by weekday, Monday first; `days=()` means always."""

    tz: Annotated[str, Meta(max_length=64)] = "UTC"
    days: tuple[tuple[Span, ...], ...] = ()

    def __post_init__(self) -> None:
        if len(self.days) not in (0, 7):
            raise ValueError("hours need seven days, or none for always")
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("this time zone is not known") from error


class Promises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How soon a person answers, in milliseconds, by urgency."""

    normal: Millis = 2 * MINUTE
    high: Millis = MINUTE
    care_blocked: Millis = MINUTE // 2

    def of(self, urgency: str) -> int:
        return int(getattr(self, urgency))


class TenantSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a tenant decides for itself. Unknown fields are refused where settings are written."""

    phone: Annotated[str, Meta(max_length=40)] = ""
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")] | None = None
    locale: Annotated[str, Meta(pattern=r"^[a-z]{2}(?:-[A-Z]{2})?\Z")] = "en"
    hours: Hours = Hours()
    promises: Promises = Promises()
    default_team: Annotated[str, Meta(max_length=64)] = ""
    token_limit_minutes: Annotated[int, Meta(ge=15, le=720)] = 60
    agent_idle_minutes: Annotated[int, Meta(ge=1, le=720)] = 30
    contact_idle_minutes: Annotated[int, Meta(ge=0, le=720)] = 60  # 0: only the EHR ends a contact's log-in
    screen_share: ScreenShare = "tab"
    screen_window: bool = False  # whether what `screen_share` lets them show may come from the call's own window
    agent_gone_ms: Millis = MINUTE
    mail_after_ms: Millis = MINUTE
    mail_from: Annotated[str, Meta(max_length=254)] = ""
    context_fields: Annotated[tuple[FieldName, ...], Meta(max_length=24)] = ()


def decode(text: str) -> TenantSettings:
    """Read a tenant's settings from its row. Raises msgspec.ValidationError when a field is unknown or wrong."""
    return msgspec.json.decode(text, type=TenantSettings)


def encode(settings: TenantSettings) -> str:
    """Write settings for the tenant's row, checked as if they came from outside."""
    written = msgspec.json.encode(settings)
    msgspec.json.decode(written, type=TenantSettings)
    return written.decode()
