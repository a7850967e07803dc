"""How what became true of a call reads on the timeline of its conversation. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from curbside.domain.audience import Audience
from curbside.domain.call import Call, Seat
from curbside.domain.events import Draft
from curbside.domain.people import Actor, Agent
from curbside.domain.writing import name_of
from curbside_signaling import Fact


def written(call: Call, facts: Iterable[Fact], actor: Actor) -> list[Draft]:
    """Write facts down as those who are asked, and the contact, read them; some are for nobody to read."""
    return [_WRITTEN[fact.kind](call, fact, actor) for fact in facts if fact.kind in _WRITTEN]


def _accepted(call: Call, fact: Fact, actor: Actor) -> Draft:
    return Draft("call_accepted", Audience.CONTACT, {"call": call.id, "by": actor.author(), **disclosed(actor)})


def _joined(call: Call, fact: Fact, actor: Actor) -> Draft:
    sees = [
        seat_card(seat) for seat in call.seats if seat.screen and seat.who != name_of(actor) and call.is_in(seat.who)
    ]
    facts = {"call": call.id, "by": actor.author(), **disclosed(actor), **({"sees": sees} if sees else {})}
    return Draft("call_joined", Audience.CONTACT, facts)


def _left(call: Call, fact: Fact, actor: Actor) -> Draft:
    return Draft("call_left", Audience.CONTACT, {"call": call.id, "by": _who(call, fact.by, actor), "why": fact.why})


def _ended(call: Call, fact: Fact, actor: Actor) -> Draft:
    since = call.session.call.answered_at
    seconds = max(0, fact.at - since) // 1000 if since else None
    facts = {"call": call.id, "by": _who(call, fact.by, actor), "why": fact.why, "seconds": seconds}
    return Draft("call_ended", Audience.CONTACT, facts)


def _who(call: Call, who: str, actor: Actor) -> dict[str, Any] | None:
    if who == name_of(actor):
        return actor.author()
    seat = call.seat(who)
    return seat_card(seat) if seat else None


def seat_card(seat: Seat) -> dict[str, Any]:
    """Name who sits there, as a fact has them."""
    return {"kind": seat.kind, "id": seat.person, "name": seat.name}


def disclosed(actor: Actor) -> dict[str, Any]:
    """Say of an agent what a contact is told before anything is opened."""
    return {"agent": actor.card()} if isinstance(actor, Agent) else {}


_WRITTEN: Mapping[str, Callable[[Call, Fact, Actor], Draft]] = {
    "accepted": _accepted,
    "joined": _joined,
    "left": _left,
    "ended": _ended,
}
