"""What became true: the facts of a conversation's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from curbside.domain.audience import Audience, Numbers

NOTHING: Mapping[str, Any] = MappingProxyType({})


class FileRef(msgspec.Struct, frozen=True):
    """Name a file of the conversation, with what a reader needs before fetching it."""

    id: str
    name: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None

    def __repr__(self) -> str:
        return f"FileRef({self.id!r})"


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What people wrote: kept sealed and apart from the event, so that it can be erased."""

    text: str = ""
    files: tuple[FileRef, ...] = ()
    context: dict[str, str] = {}
    summary: str = ""
    tried: str = ""
    asked: str = ""
    why: str = ""
    comment: str = ""
    number: str = ""

    def __repr__(self) -> str:
        return "Body(…)"


class Draft(msgspec.Struct, frozen=True):
    """One fact that a command leads to, before it has its numbers."""

    kind: str
    audience: Audience
    facts: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)
    body: Body | None = None
    key: str | None = None


class Event(msgspec.Struct, frozen=True):
    """One fact on a timeline, with its number in each audience that may see it."""

    tenant: str
    conversation: str
    numbers: Numbers
    audience: Audience
    kind: str
    author: Mapping[str, Any]
    at: int
    key: str | None = None
    facts: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)
    body: Body | None = None
    gone: str | None = None
