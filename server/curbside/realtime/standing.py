"""For how long a connection's person is known, and what goes on once their token has run out."""

from __future__ import annotations

from curbside.domain.conversation import Conversation
from curbside.domain.people import Contact, Person


class Standing:
    """Until `expires_at` a person may ask for anything that is theirs.

    Without renewal (the EHR may be what is down) a contact's open conversations go on up to `limit_at`: nothing else
    does, and nothing new begins.
    """

    __slots__ = ("expires_at", "limit_at", "open")

    def __init__(self, until: int) -> None:
        self.expires_at = self.limit_at = until
        self.open: set[str] = set()

    def renew(self, expires_at: int, limit_at: int) -> None:
        self.expires_at, self.limit_at = expires_at, limit_at

    def note(self, state: Conversation) -> None:
        """Take how a contact's conversation stands now."""
        if state.status == "resolved":
            self.open.discard(state.id)
        else:
            self.open.add(state.id)

    def allows(self, person: Person | None, conversation: str | None, now: int) -> bool:
        """Tell whether something may be asked about a conversation, or (None) about anything else."""
        return not isinstance(person, Contact) or now < self.expires_at or conversation in self.open

    def is_over(self, now: int) -> bool:
        return now > self.limit_at or (now > self.expires_at and not self.open)
