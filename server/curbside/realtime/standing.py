"""For how long a connection's person is known, and what goes on once their token has run out."""

from __future__ import annotations

from curbside.domain.call import PART_AFTER_MS, Part
from curbside.domain.commands import CallCommand, ChangeMedia, RequestCall, SetState, Start
from curbside.domain.commands import Command as AnyCommand
from curbside.domain.conversation import Conversation
from curbside.domain.people import Contact, Person

Command = AnyCommand | SetState
_BEGINS = (Start, RequestCall)


class Standing:
    """Until `expires_at` a person may ask for anything that is theirs.

    Without renewal (the EHR may be what is down) a contact's open conversations go on up to `limit_at`: nothing else
    does, and nothing new begins. Who only carries a `part` of a call is held to its conversation.
    """

    __slots__ = ("expires_at", "limit_at", "open", "part")

    def __init__(self, until: int) -> None:
        self.expires_at = self.limit_at = until
        self.open: set[str] = set()
        self.part: Part | None = None

    def renew(self, expires_at: int, limit_at: int) -> None:
        self.expires_at, self.limit_at = expires_at, limit_at

    def call_over(self, now: int) -> None:
        """Take that the call is over which a part was for: what else is said in its conversation is not for there."""
        if self.part is not None:
            until = now + PART_AFTER_MS
            self.renew(min(self.expires_at, until), min(self.limit_at, until))

    def note(self, state: Conversation) -> None:
        """Take how a contact's conversation stands now."""
        if state.status == "resolved":
            self.open.discard(state.id)
        else:
            self.open.add(state.id)

    def allows(self, person: Person | None, conversation: str | None, now: int) -> bool:
        """Tell whether something may be asked about a conversation, or (None) about anything else."""
        return not isinstance(person, Contact) or now < self.expires_at or conversation in self.open

    def covers(self, conversation: str | None) -> bool:
        """Tell whether a conversation (None: anything beside them) is within what this connection is for."""
        return self.part is None or conversation == self.part.conversation

    def hears_of(self, call: str) -> bool:
        """Tell whether a call is within what this connection is for."""
        return self.part is None or call == self.part.call

    def is_over(self, now: int) -> bool:
        return now > self.limit_at or (now > self.expires_at and not self.open)


def beyond(part: Part | None, command: Command) -> str | None:
    """Return why a command is none of a part's, if it is not: `forbidden`, or `switched_off` for a telephone's screen.

    What a window may show, the call itself knows: it is for its tenant to say.
    """
    if part is None:
        return None
    if command.conversation != part.conversation or isinstance(command, _BEGINS):
        return "forbidden"
    if isinstance(command, CallCommand) and command.call != part.call:
        return "forbidden"
    return "switched_off" if part.way == "phone" and isinstance(command, ChangeMedia) and command.screen else None
