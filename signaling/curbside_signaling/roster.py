"""Who is in a call, and who may signal whom: checked on every signal that is relayed.

The server gives one side of each pair the polite part of W3C perfect negotiation (WebRTC 1.0 §10.7), and counts the
peer connections of a pair: signals of an older one are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from curbside_signaling.media import ROOM

INTERRUPTED_MS = 30_000


class Presence(StrEnum):
    """How a participant stands to the call."""

    INVITED = "invited"
    JOINED = "joined"
    INTERRUPTED = "interrupted"
    LEFT = "left"


class SignalRefused(Exception):
    """Tell why a signal was not relayed: `not_in_call`, `stale`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in a call, over one connection; the lease says until when they count as there, 0 for always.

    `tab` is where their peer connections live: it outlasts a connection that was cut, and not a page that was left.
    """

    id: str
    presence: Presence = Presence.INVITED
    connection: str = ""
    tab: str = ""
    lease_until: int = 0
    order: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """An offer, an answer or candidates, from one participant to another."""

    sender: str
    to: str
    generation: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two participants: `polite` gives way when both offer at once."""

    polite: str
    impolite: str
    generation: int = 1


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody in a call. Immutable: every method returns the roster after it."""

    participants: tuple[Participant, ...] = ()
    generations: tuple[tuple[frozenset[str], int], ...] = ()

    def get(self, id: str) -> Participant | None:
        return next((one for one in self.participants if one.id == id), None)

    @property
    def present(self) -> tuple[Participant, ...]:
        """Return who has not left."""
        return tuple(one for one in self.participants if one.presence != Presence.LEFT)

    def invite(self, id: str, lease_until: int = 0) -> Roster:
        """Put somebody on the roster, who has until `lease_until` to join; who is there already stays as they are.

        Whoever comes back after leaving has another peer connection than before.
        """
        known = self.get(id)
        if known is not None and known.presence != Presence.LEFT:
            return self
        rest = tuple(one for one in self.participants if one.id != id)
        order = max((one.order for one in self.participants), default=0) + 1
        roster = replace(self, participants=(*rest, Participant(id, lease_until=lease_until, order=order)))
        return roster._next_generations(id) if known is not None else roster

    def expect(self, id: str, lease_until: int) -> Roster:
        """Give somebody who was invited a time to join by."""
        known = self.get(id)
        if known is None or known.presence != Presence.INVITED:
            return self
        return self._put(replace(known, lease_until=lease_until))

    def join(self, id: str, connection: str, lease_until: int, tab: str = "") -> Roster:
        """Let an invited participant in, or back in over another connection.

        From another tab (each connection is one of its own unless said) their pairs begin anew: the peer connections
        of the old one are gone, or will be.

        Raises SignalRefused(`not_in_call`) for somebody who was not invited, or has left.
        """
        known = self.get(id)
        if known is None or known.presence == Presence.LEFT:
            raise SignalRefused("not_in_call")
        tab = tab or connection
        joined = replace(known, presence=Presence.JOINED, connection=connection, tab=tab, lease_until=lease_until)
        moved = known.tab not in ("", tab)
        roster = self._put(joined)
        return roster._next_generations(id) if moved else roster

    def disconnected(self, id: str, connection: str, now: int) -> Roster:
        """Mark a participant interrupted. A word of an older connection is ignored: they are back already."""
        known = self.get(id)
        if known is None or known.connection != connection or known.presence != Presence.JOINED:
            return self
        return self._put(replace(known, presence=Presence.INTERRUPTED, lease_until=now + INTERRUPTED_MS))

    def renew(self, id: str, connection: str, lease_until: int) -> Roster:
        """Lengthen a participant's lease."""
        known = self.get(id)
        if known is None or known.connection != connection or known.presence != Presence.JOINED:
            return self
        return self._put(replace(known, lease_until=max(known.lease_until, lease_until)))

    def expire(self, now: int) -> Roster:
        """Interrupt whose lease has run out, and let go of who was interrupted, or awaited, for too long."""
        roster = self
        for one in self.participants:
            if not one.lease_until or one.lease_until > now:
                continue
            if one.presence == Presence.JOINED:
                interrupted = replace(one, presence=Presence.INTERRUPTED, lease_until=now + INTERRUPTED_MS)
                roster = roster._put(interrupted)
            elif one.presence != Presence.LEFT:
                roster = roster._put(replace(one, presence=Presence.LEFT))
        return roster

    @property
    def lapses_at(self) -> int | None:
        """Return when the first lease runs out."""
        return min((one.lease_until for one in self.present if one.lease_until), default=None)

    def leave(self, id: str) -> Roster:
        known = self.get(id)
        return self if known is None else self._put(replace(known, presence=Presence.LEFT))

    def pair(self, one: str, other: str) -> Pair:
        """Return who of two is polite: whoever came later gives way. Raises SignalRefused(`not_in_call`)."""
        first, second = self.get(one), self.get(other)
        if first is None or second is None or one == other:
            raise SignalRefused("not_in_call")
        older, newer = sorted((first, second), key=lambda participant: participant.order)
        return Pair(polite=newer.id, impolite=older.id, generation=self.generation(one, other))

    def check(self, signal: Signal) -> None:
        """Let a signal pass only between two who are in the call now, for their newest peer connection.

        One of the two may be the room that media flow through. Raises SignalRefused: `not_in_call`, `stale`.
        """
        ends = {signal.sender, signal.to}
        for one in map(self.get, ends - {ROOM}):
            if one is None or one.presence not in (Presence.JOINED, Presence.INTERRUPTED):
                raise SignalRefused("not_in_call")
        if len(ends) != 2:
            raise SignalRefused("not_in_call")
        if signal.generation != self.generation(signal.sender, signal.to):
            raise SignalRefused("stale")

    def generation(self, one: str, other: str) -> int:
        """Count the peer connections that two have had, or one and the room."""
        return dict(self.generations).get(frozenset((one, other)), 1)

    def begin_anew(self) -> Roster:
        """Give every pair its next peer connection: media flow another way from now on."""
        roster = self
        for left, one in enumerate(self.participants):
            for other in (ROOM, *(each.id for each in self.participants[:left])):
                roster = roster._next_generation(one.id, other)
        return roster

    def _next_generations(self, id: str) -> Roster:
        roster = self
        for other in (ROOM, *(one.id for one in self.participants if one.id != id)):
            roster = roster._next_generation(id, other)
        return roster

    def _next_generation(self, one: str, other: str) -> Roster:
        counted = {**dict(self.generations), frozenset((one, other)): self.generation(one, other) + 1}
        return replace(self, generations=tuple(counted.items()))

    def _put(self, changed: Participant) -> Roster:
        return replace(self, participants=tuple(changed if one.id == changed.id else one for one in self.participants))
