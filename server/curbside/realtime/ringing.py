"""What the server says of calls: bells, how a call stands, and what passes between browsers."""

from __future__ import annotations

from typing import Any

from curbside.domain.call import Call, described
from curbside.domain.conversation import Conversation
from curbside.domain.people import Person
from curbside.domain.writing import name_of
from curbside.realtime.frames import encode
from curbside.realtime.signals import Signal

_ENDED = {"declined", "cancelled", "missed"}


def ring(call: Call, who: str, state: Conversation) -> bytes:
    """Encode the bell, with who calls and until when it rings; into a call that runs, with whom and what about."""
    place = {"call": call.id, "conversation": call.conversation, "wants": call.wants}
    invitation = call.invitation(who)
    if invitation is None:
        return encode("ring", **place, by=call.by, until=call.session.call.rings_until)
    return encode("ring", **place, by=invitation.by, until=call.session.call.rings_for(who), into=_into(call, state))


def _into(call: Call, state: Conversation) -> dict[str, Any]:
    people = [
        {"kind": seat.kind, "name": seat.name, "employer": seat.employer, "country": seat.country}
        for seat in call.seats
        if call.is_in(seat.who)
    ]
    return {"people": people, "reference": state.reference, "topic": state.topic, "module": state.module}


def ring_over(call: Call, who: str, *, first: bool) -> bytes:
    """Say that it no longer rings for somebody; `first`: as the call began, not as somebody was invited into it."""
    told = call.session.call
    winner = call.seat(told.answered_by) if told.answered_by and first else None
    place = {"call": call.id, "conversation": call.conversation}
    return encode("ring_over", **place, why=_why_over(call, who, first=first), winner=winner.name if winner else None)


def _why_over(call: Call, who: str, *, first: bool) -> str:
    told = call.session.call
    if call.over:
        return told.why if first and told.why in _ENDED else "ended"
    if who in told.declined and not call.is_in(who):
        return "declined"
    return "accepted" if first or call.is_in(who) else "missed"


def stands(call: Call, person: Person) -> bytes:
    """Encode how a call stands, as one who is in it is told."""
    return encode("call", **described(call, name_of(person)))


def relayed(signal: Signal, sender: str) -> bytes:
    """Encode what one participant says to another, with the sender in the receiver's place."""
    said = {"description": signal.description} if signal.description else {"candidates": signal.candidates}
    place = {"id": signal.id, "call": signal.call, "from": sender, "generation": signal.generation, "n": signal.n}
    return encode("signal", **place, **said)
