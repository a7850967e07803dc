"""What a decision on a call needs to know, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from curbside.domain.call import Call
from curbside.domain.events import Draft
from curbside.domain.people import Agent


@dataclass(frozen=True, slots=True)
class Around:
    """What a decision on a call needs to know beside the call and its conversation."""

    now: int
    new_id: str = ""
    switches: Mapping[str, bool] = field(default_factory=dict)
    free: tuple[str, ...] = ()
    """Agents who are free to answer, by id."""
    names: Mapping[str, str] = field(default_factory=dict)
    colleague: Agent | None = None
    screen_share: str = "tab"
    """What of a screen a contact may show."""
    screen_window: bool = False
    """Whether they may from the call's own window."""
    rooms: bool = False
    """Whether media can flow through a room, and so for more people."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The facts that a command leads to, and the call after them. None: nothing about the call changed."""

    drafts: list[Draft]
    call: Call | None
