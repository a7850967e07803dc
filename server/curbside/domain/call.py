"""A call beside a conversation: who sits in it, and how it stands. What is said in it is nobody's to keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from curbside.domain.people import Agent, Person
from curbside_signaling import Presence, Session
from curbside_signaling.media import ROOM
from curbside_signaling.session import MOST

MESH = "mesh"
PART_AFTER_MS = 60_000
"""For how long after a call a window or a phone may say how it was."""


class Seat(msgspec.Struct, frozen=True):
    """One who is in a call, or was. `id` stands for them on the wire and in a relay's logs, and names nobody.

    `grounds` is the log-in that they are here by, so that they leave with it; `way` is where they carry their part.
    """

    id: str
    kind: str
    person: str
    name: str
    employer: str | None = None
    country: str | None = None
    grounds: str = ""
    camera: bool = False
    screen: bool = False
    voice: bool = True
    way: str = "page"
    surface: str | None = None
    """What of a screen is shown, while one is."""

    @property
    def who(self) -> str:
        """Return the name that call and roster know them by."""
        return f"{self.kind}:{self.person}"

    def media(self) -> dict[str, bool]:
        return {"camera": self.camera, "screen": self.screen}


class Part(msgspec.Struct, frozen=True):
    """Somebody's own part of a call, carried elsewhere: in the call's own `window`, or on their `phone`.

    Whoever carries it there may see and do what belongs to this call and its conversation, and nothing else.
    """

    way: str
    call: str
    conversation: str


class Invitation(msgspec.Struct, frozen=True):
    """An agent who is asked into a call that runs, and who asks them: each as a card, told before any media flow."""

    agent: dict[str, Any]
    by: dict[str, Any]

    @property
    def who(self) -> str:
        """Return the name that call and roster know the invited one by."""
        return f"agent:{self.agent['id']}"


class Call(msgspec.Struct, frozen=True):
    """A call of a conversation. `version` counts what those in it may see of its changes."""

    tenant: str
    id: str
    conversation: str
    by: dict[str, Any]
    wants: tuple[str, ...]
    session: Session
    seats: tuple[Seat, ...] = ()
    version: int = 1
    off: tuple[str, ...] = ()
    """What is switched off in it, of camera and screen: nobody sends that."""
    invitations: tuple[Invitation, ...] = ()
    """The last of each agent who was asked into it."""
    flow: str = MESH
    """Where media flow: between the browsers, or through a room on a media server."""

    @property
    def phase(self) -> str:
        return self.session.call.phase.value

    @property
    def over(self) -> bool:
        return self.session.over

    def seat(self, who: str) -> Seat | None:
        """Return the seat of somebody, whether they are there or have left."""
        return next((seat for seat in self.seats if seat.who == who), None)

    def seat_with(self, id: str) -> Seat | None:
        return next((seat for seat in self.seats if seat.id == id), None)

    def presence(self, who: str) -> Presence:
        known = self.session.roster.get(who)
        return Presence.LEFT if known is None else known.presence

    def is_in(self, who: str) -> bool:
        """Tell whether somebody sits in the call now."""
        return self.seat(who) is not None and self.presence(who) != Presence.LEFT

    def flowing(self, flow: str) -> Call:
        """Let media flow another way, over new peer connections: browsers let the old ones go once these have come."""
        return replace(self, flow=flow, session=self.session.begin_anew())

    def moved_to(self, flow: str, *, anew: bool = False) -> Call:
        """Let media flow another way unless they do already, or the call is over; `anew`: by another such way."""
        return self if self.over or (self.flow == flow and not anew) else self.flowing(flow)

    @property
    def outgrown(self) -> bool:
        """Tell whether more are in it than should send to each other."""
        return self.flow == MESH and len(self.session.roster.present) > MOST

    def seated(self, seat: Seat) -> Call:
        """Give somebody a seat; who had one takes it again, with everything off."""
        rest = tuple(one for one in self.seats if one.who != seat.who)
        return replace(self, seats=(*rest, seat))

    def inviting(self, invitation: Invitation) -> Call:
        """Keep who asks an agent into it: the last who did."""
        rest = tuple(one for one in self.invitations if one.who != invitation.who)
        return replace(self, invitations=(*rest, invitation))

    def invitation(self, who: str) -> Invitation | None:
        """Return what rings for somebody while the call runs; None for whom the call itself was for."""
        ringing = self.session.call.answered_by is not None and who in rung(self)
        return next((one for one in self.invitations if one.who == who), None) if ringing else None

    def with_seat(self, changed: Seat) -> Call:
        return replace(self, seats=tuple(changed if one.id == changed.id else one for one in self.seats))


def seat_for(person: Person, id: str) -> Seat:
    """Make a seat, with what the others are told of who sits in it."""
    if isinstance(person, Agent):
        return Seat(id, "agent", person.id, person.name, person.employer, person.country)
    return Seat(id, "contact", person.id, person.name)


def card(person: Person) -> dict[str, Any]:
    """Say who asks, as it stands on a bell: an agent with employer and country, before any device opens."""
    return {"kind": person.kind, **person.card()}


def described(call: Call, reader: str) -> Mapping[str, Any]:
    """Return the fields of a `call` frame for one reader, who has a seat (docs/protocol.md, Calls)."""
    mine = call.seat(reader)
    return {
        "call": call.id,
        "conversation": call.conversation,
        "phase": call.phase,
        "version": call.version,
        "wants": call.wants,
        "off": call.off,
        "most": call.session.most,
        "you": mine.id if mine else None,
        "carried": mine.way if mine else None,
        "invited": [one.agent for one in call.invitations if call.invitation(one.who)],
        "participants": [_participant(call, seat) for seat in call.seats],
        "pairs": _pairs(call, reader),
    }


def _pairs(call: Call, reader: str) -> list[dict[str, Any]]:
    """Say what peer connections a reader has: with each other, and where there is a room with that before all.

    To the room they offer what they send; in the pairs with others they answer.
    """
    roster, others = call.session.roster, [seat for seat in there(call) if seat.who != reader]
    if call.presence(reader) not in _THERE:
        return []
    if call.flow == ROOM:
        pairs = [{"with": ROOM, "polite": False, "generation": roster.generation(reader, ROOM)}]
        return pairs + [
            {"with": seat.id, "polite": True, "generation": roster.generation(reader, seat.who)} for seat in others
        ]
    mesh = [(seat, roster.pair(reader, seat.who)) for seat in others]
    return [{"with": seat.id, "polite": pair.polite == reader, "generation": pair.generation} for seat, pair in mesh]


_THERE = (Presence.JOINED, Presence.INTERRUPTED)


def there(call: Call) -> list[Seat]:
    """Return who has come, and has not left."""
    return [seat for seat in call.seats if call.presence(seat.who) in _THERE]


def visible(call: Call) -> tuple[Any, ...]:
    """Return what of a call those in it may see: when it changes, so does the version."""
    session = call.session
    presences = tuple(call.presence(seat.who) for seat in call.seats)
    media = tuple((seat.id, seat.camera, seat.screen, seat.surface, seat.voice) for seat in call.seats)
    invited = tuple(one for one in call.invitations if call.invitation(one.who))
    return (call.phase, call.wants, call.off, media, presences, invited, frozenset(session.roster.generations))


def _participant(call: Call, seat: Seat) -> dict[str, Any]:
    shown = {name: getattr(seat, name) for name in ("id", "kind", "name", "camera", "screen", "surface", "voice")}
    if seat.kind == "agent":
        shown |= {"employer": seat.employer, "country": seat.country}
    return {**shown, "presence": call.presence(seat.who).value}


def rung(call: Call) -> frozenset[str]:
    """Return whom a call rings for now, as `kind:id`."""
    return call.session.call.ringing
