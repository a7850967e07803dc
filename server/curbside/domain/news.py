"""What a committed transaction tells the rest of the process. The bus may lose it: the rows are the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curbside.domain.audience import Numbers
from curbside.domain.call import Call
from curbside.domain.conversation import Conversation
from curbside.domain.events import Event


@dataclass(frozen=True, slots=True)
class Appended:
    """Events were appended to a conversation, which is now in `after`."""

    before: Conversation | None
    after: Conversation
    events: Sequence[Event]

    @property
    def went_elsewhere(self) -> bool:
        """Tell whether others may see the conversation now than before."""
        was, now = self.before, self.after
        return was is not None and (was.team, was.level, was.agent) != (now.team, now.level, now.agent)


@dataclass(frozen=True, slots=True)
class DirectoryChanged:
    """Agents, teams, partners, states or rights of a tenant changed."""

    tenant: str


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Switches, incidents, hours or other settings of a tenant changed."""

    tenant: str


@dataclass(frozen=True, slots=True)
class GroundsEnded:
    """What tokens stand on is over: an EHR's log-in (`sid`) or an agent's. Sockets end at once."""

    tenant: str
    kind: str
    grounds: str


@dataclass(frozen=True, slots=True)
class CursorMoved:
    """A side (`contact` or `agent`) has stored or read further."""

    tenant: str
    conversation: str
    reader: str
    delivered: Numbers
    read: Numbers


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A call of the conversation `state` stands otherwise than it did."""

    before: Call | None
    after: Call
    state: Conversation


News = Appended | DirectoryChanged | SettingsChanged | GroundsEnded | CursorMoved | CallMoved
