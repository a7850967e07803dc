"""Who may see an event: contact ⊂ staff ⊂ house."""

from __future__ import annotations

from enum import IntEnum

import msgspec


class Audience(IntEnum):
    """Order the three audiences from the widest to the narrowest.

    An event for CONTACT is seen by everybody, one for HOUSE by in-house people only.
    """

    CONTACT = 0
    STAFF = 1
    HOUSE = 2

    @property
    def word(self) -> str:
        return _WORDS[self]

    @classmethod
    def of(cls, word: str) -> Audience:
        return cls[word.upper()]

    def sees(self, event: Audience) -> bool:
        """Tell whether a reader of this audience may see an event meant for `event`."""
        return self >= event


_WORDS = ("contact", "staff", "house")


class Numbers(msgspec.Struct, frozen=True):
    """Count the events that each audience may see, up to and including one event."""

    contact: int = 0
    staff: int = 0
    house: int = 0

    def after(self, audience: Audience) -> Numbers:
        """Return the counts once one more event for `audience` stands on the timeline."""
        return Numbers(
            self.contact + (audience == Audience.CONTACT),
            self.staff + (audience <= Audience.STAFF),
            self.house + 1,
        )

    def of(self, reader: Audience) -> int:
        return (self.contact, self.staff, self.house)[reader]


START = Numbers()
