"""Where the media of running calls flow: what a room is asked for, and what it says to browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from curbside.domain.call import Call, there
from curbside.realtime.frames import encode
from curbside.realtime.live import Live
from curbside.realtime.signals import Signal
from curbside_signaling.media import ROOM, Room, Rooms, Said, Wanted


class Letter(NamedTuple):
    """A signal on its way to one participant: from whom, for which of their peer connections."""

    id: str
    sender: str
    to: str
    generation: int
    frame: bytes


Post = Callable[[Live, Letter], None]


class Flows:
    """Keep a room for each call whose media flow through one. Without a media server there are none."""

    def __init__(self, rooms: Rooms | None, new_id: Callable[[], str]) -> None:
        self._rooms = rooms
        self._new_id = new_id
        self.on_lost: Callable[[Call], None] = lambda call: None

    @property
    def has_rooms(self) -> bool:
        return self._rooms is not None

    def follow(self, live: Live, post: Post) -> None:
        """Take how a call stands now: who sends in its room, and who gets what from whom."""
        call = live.call
        if call.flow == ROOM and not call.over and self._rooms is not None:
            if live.room is None:
                live.room = self._rooms.open(partial(self._said, live, post), partial(self._lost, live))
            live.room.want(wanted(call))
        elif live.room is not None:
            room, live.room = live.room, None
            room.close()

    async def stop(self) -> None:
        """Let go of the rooms, in which people go on talking until another process has one for them."""
        if self._rooms is not None:
            await self._rooms.stop()

    def _said(self, live: Live, post: Post, said: Said) -> None:
        """Pass on what a room says, as what whom it speaks of says."""
        seat, to = live.call.seat_with(said.sender), target(live.call, said.to)
        sender = ROOM if said.sender == ROOM else seat.who if seat else None
        if to is None or sender is None:
            return
        place = {"id": self._new_id(), "call": live.call.id, "from": said.sender}
        description = {"type": said.type, "sdp": said.sdp}
        frame = encode("signal", **place, generation=said.generation, n=said.n, description=description)
        post(live, Letter(place["id"], sender, to, said.generation, frame))

    def _lost(self, live: Live) -> None:
        live.room = None
        self.on_lost(live.call)


def wanted(call: Call) -> Wanted:
    """Say what a room should have: everybody who is there sends, and gets what each other sends.

    A contact's media reach an agent once the contact's browser has shown that agent's card, and so answered.
    """
    roster, seats = call.session.roster, there(call)
    senders = {seat.id: roster.generation(seat.who, ROOM) for seat in seats}
    views = {
        (one.id, other.id): roster.generation(one.who, other.who)
        for one in seats
        for other in seats
        if one is not other
    }
    return Wanted(senders, views, frozenset(seat.id for seat in seats if seat.kind == "contact"))


def target(call: Call, to: str) -> str | None:
    """Return whom a signal is for, as roster and room know them; None: nobody there is called so."""
    if to == ROOM:
        return ROOM if call.flow == ROOM else None
    seat = call.seat_with(to)
    return seat.who if seat else None


def hear(room: Room | None, signal: Signal, sender: str) -> None:
    """Let a room hear what a browser says. Of candidates it needs none: browsers come to it."""
    if room is not None and signal.description is not None:
        told = signal.description
        room.hear(Said(sender, signal.to, signal.generation, signal.n, told.type, told.sdp))
