"""A running call, as this process knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from curbside.domain.access import may_see
from curbside.domain.call import Call
from curbside.domain.conversation import Conversation
from curbside.domain.people import Contact, Person
from curbside.domain.writing import name_of
from curbside.realtime.hub import Listener
from curbside.realtime.signals import Waiting
from curbside_signaling.media import Room


@dataclass(slots=True)
class Live:
    """A running call: as it was committed, its conversation as it is now, and what is known in this process alone."""

    call: Call
    state: Conversation
    carriers: dict[str, Listener] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    ice_at: dict[str, int] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)  # connections that said they are here, by their id
    room: Room | None = None
    """Where its media flow, unless between the browsers."""
    contact: Contact | None = None
    """Whose conversation it is, once somebody had to know."""

    def whom(self, listener: Listener) -> str | None:
        """Return whose part of the call a connection carries."""
        return next((who for who, one in self.carriers.items() if one is listener), None)

    def admits(self, person: Person) -> bool:
        """Tell whether somebody may be in this call: they have a place in it, and may see its conversation now."""
        return self.call.is_in(name_of(person)) and may_see(person, self.state)
