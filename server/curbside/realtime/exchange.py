"""The calls of this process: whom they ring for, which connection carries whom, and what passes between browsers.

Losable like the hub: who is in a call stands in the database, and time does its work there. What is only here is which
connection speaks for whom now, and the signals that nobody has acknowledged yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from curbside.domain.access import may_see
from curbside.domain.call import Call, rung
from curbside.domain.calls import CODES
from curbside.domain.conversation import Conversation
from curbside.domain.news import CallMoved, GroundsEnded
from curbside.domain.people import Agent, Person
from curbside.domain.writing import name_of
from curbside.realtime import ringing
from curbside.realtime.flows import Flows, Letter, hear, target
from curbside.realtime.frames import encode
from curbside.realtime.hub import Hub, Listener
from curbside.realtime.live import Live
from curbside.realtime.outputs import Send
from curbside.realtime.signals import Signal, Waiting
from curbside_signaling import Presence, SignalRefused, roster
from curbside_signaling.ice import LIFETIME_S, Relays
from curbside_signaling.media import ROOM, Rooms
from curbside_signaling.session import LEASE_MS

REFRESH_MS = LIFETIME_S * 700
Place = tuple[str, str]


class Exchange:
    """Ring, say how calls stand, and relay signals, checking on each who is in the call at that moment."""

    def __init__(
        self, hub: Hub, relays: Relays, rooms: Rooms | None, clock: Callable[[], int], new_id: Callable[[], str]
    ) -> None:
        self._hub = hub
        self._clock = clock
        self.flows = Flows(rooms, new_id)
        self._relays = relays
        self._calls: dict[Place, Live] = {}
        self._talks: dict[Place, Live] = {}  # the same by conversation: one runs in each at most
        self._offered: dict[str, Listener] = {}  # connections that said they are here, by their id
        self.on_carried: Callable[[Listener], None] = lambda listener: None

    def load(self, found: Iterable[tuple[Call, Conversation]]) -> None:
        """Begin with the calls that run, after a start."""
        self._calls = {(call.tenant, call.id): Live(call, state) for call, state in found}
        self._talks = {(live.call.tenant, live.call.conversation): live for live in self._calls.values()}

    def get(self, tenant: str, call: str) -> Live | None:
        return self._calls.get((tenant, call))

    def busy(self, tenant: str) -> set[str]:
        """Return the agents who are in a call, by id."""
        return {seat.person for live in self.of(tenant) for seat in live.call.seats if live.call.is_in(seat.who)}

    def arrived(self, listener: Listener) -> None:
        """Tell a new connection what rings for its person, and which calls they are in."""
        person = _person(listener)
        for live in self.of(person.tenant):
            if not listener.connection.standing.hears_of(live.call.id):
                continue
            if name_of(person) in rung(live.call) and may_see(person, live.state):
                listener.run([Send(ringing.ring(live.call, name_of(person), live.state))])
            if live.admits(person):
                listener.run([Send(ringing.stands(live.call, person))])

    def carrier(self, tenant: str, call: str, who: str) -> Listener | None:
        """Return which connection carries somebody's part of a call."""
        live = self.get(tenant, call)
        return live.carriers.get(who) if live else None

    def offered(self, listener: Listener, call: str) -> bool:
        """Take that a connection would carry its person's part; answered once signals pass. False: not theirs."""
        person = _person(listener)
        live = self.get(person.tenant, call)
        if live is None or not live.admits(person):
            return False
        self._offered[listener.id] = listener
        live.unanswered.add(listener.id)
        return True

    def carries(self, listener: Listener) -> bool:
        """Tell whether a connection has said that it carries its person's part of a call."""
        return listener.id in self._offered

    def withdrawn(self, listener: Listener) -> None:
        """Take that a connection does not carry its person's part after all."""
        if all(live.whom(listener) is None for live in self._calls.values()):  # nor that of another
            self._offered.pop(listener.id, None)

    def moved(self, news: CallMoved, now: int) -> None:
        """Take what was committed, and tell everybody whom it concerns."""
        after = news.after
        live = self._calls.setdefault((after.tenant, after.id), Live(after, news.state))
        self._talks[(after.tenant, after.conversation)] = live
        live.call, live.state = after, news.state
        self._connect(live, now)
        self.flows.follow(live, self._post)
        self._tell_rung(live, news.before)
        if news.before is None or news.before.version != after.version:
            for seat in after.seats:
                self._tell(live, seat.who)
        if after.over:
            for listener in (one for seat in after.seats for one in self._connections(after, seat.who)):
                listener.connection.standing.call_over(now)
            del self._calls[(after.tenant, after.id)]
            del self._talks[(after.tenant, after.conversation)]

    def conversation_moved(self, state: Conversation) -> None:
        """Take how a conversation stands now: who may see it may be in its call."""
        live = self._talks.get((state.tenant, state.id))
        if live is not None:
            live.state = state

    def relay(self, listener: Listener, signal: Signal) -> str | None:
        """Pass a signal on. Return why not: `not_in_call`, `stale`."""
        person = _person(listener)
        live = self.get(person.tenant, signal.call)
        sender = live.whom(listener) if live else None
        if live is None or sender != name_of(person) or not live.admits(person):
            return "not_in_call"
        source, to = live.call.seat(sender), target(live.call, signal.to)
        if source is None or to is None:
            return "not_in_call"
        try:
            live.call.session.roster.check(roster.Signal(sender, to, signal.generation))
        except SignalRefused as refused:
            return CODES[refused.code]
        if live.call.flow == ROOM:
            hear(live.room, signal, source.id)
        else:
            frame = ringing.relayed(signal, source.id)
            self._post(live, Letter(signal.id, sender, to, signal.generation, frame))
        return None

    def _post(self, live: Live, letter: Letter) -> None:
        """Pass something on, and keep it until it has come."""
        now = self._clock()
        waiting = live.waiting.setdefault(letter.to, Waiting())
        waiting.add(letter.id, letter.frame, letter.sender, letter.generation, now)
        self._pass(live, letter.to, letter.frame)

    def acknowledged(self, listener: Listener, id: str) -> None:
        """Stop repeating what has come: to whom it was sent, and to nobody else."""
        for live in self.of(_person(listener).tenant):
            waiting = live.waiting.get(live.whom(listener) or "")
            if waiting is not None:
                waiting.came(id)

    def tick(self, now: int) -> None:
        """Repeat what was not acknowledged, and give fresh credentials before the old ones run out."""
        for live in self._calls.values():
            for who, waiting in live.waiting.items():
                self._repeat(live, who, waiting, now)
            for who, listener in live.carriers.items():
                if now - live.ice_at.get(who, 0) >= REFRESH_MS:
                    self._send_ice(live, who, listener, now)

    def revived(self, now: int) -> Iterator[tuple[Live, str, Listener]]:
        """Name those who were given up for silent, and are heard again over the very connection they had."""
        for live in self._calls.values():
            for who, listener in live.carriers.items():
                silent = live.call.presence(who) == Presence.INTERRUPTED
                if silent and not listener.connection.closed and now - listener.connection.heard_at < LEASE_MS:
                    yield live, who, listener

    def leases(self, tenant: str, call: str) -> dict[str, tuple[str, int]]:
        """Return until when those count as here whom this process hears."""
        live = self.get(tenant, call)
        return {
            who: (listener.id, listener.connection.heard_at + LEASE_MS)
            for who, listener in (live.carriers.items() if live else ())
            if not listener.connection.closed
        }

    def left(self, listener: Listener) -> list[tuple[Live, str]]:
        """Take that a connection is gone, and return whose part of which call it carried."""
        if self._offered.pop(listener.id, None) is None:
            return []
        found = [(live, who) for live in self._calls.values() if (who := live.whom(listener)) is not None]
        for live, who in found:
            del live.carriers[who]
        return found

    def stood_on(self, news: GroundsEnded) -> list[tuple[Live, str]]:
        """Return who is in a call, or rung, at a workstation where a log-in has just ended."""
        people = {_person(one) for one in self._hub.standing_on(news)}
        only_there = {name_of(person) for person in people if self._only_on(person, news.grounds)}
        found = []
        for live in self.of(news.tenant):
            by_seat = {seat.who for seat in live.call.seats if (seat.kind, seat.grounds) == (news.kind, news.grounds)}
            without = {seat.who for seat in live.call.seats if not seat.grounds} | rung(live.call)
            found += [(live, who) for who in by_seat | (without & only_there) if _concerned(live.call, who)]
        return found

    def with_person(self, person: Person) -> list[Live]:
        """Return the calls that somebody is in, or rung for."""
        return [live for live in self.of(person.tenant) if _concerned(live.call, name_of(person))]

    def strangers(self, tenant: str, find: Callable[[str], Agent | None]) -> list[tuple[Live, str, bool]]:
        """Return who is in a call, or rung, and may not be any more; and whether they work here at all."""
        found = []
        for live in self.of(tenant):
            names = {seat.who for seat in live.call.seats} | rung(live.call)
            for who in names:
                kind, _, id = who.partition(":")
                agent = find(id) if kind == "agent" else None
                if kind == "agent" and _concerned(live.call, who) and not (agent and may_see(agent, live.state)):
                    found.append((live, who, agent is not None))
        return found

    def _only_on(self, person: Person, grounds: str) -> bool:
        return all(one.grounds == grounds for one in self._hub.of(person.tenant, person.kind, person.id))

    def _connect(self, live: Live, now: int) -> None:
        """Let the connections carry the call that the database says carry it."""
        for one in live.call.session.roster.participants:
            if one.presence == Presence.LEFT:  # they get no signal and no credentials any more
                live.carriers.pop(one.id, None)
                live.waiting.pop(one.id, None)
            old, new = live.carriers.get(one.id), self._offered.get(one.connection)
            if new is not None and old is not new and one.presence == Presence.JOINED:
                live.carriers[one.id] = new
                if old is not None:
                    old.run([Send(encode("call_elsewhere", call=live.call.id))])
                live.waiting.get(one.id, Waiting()).begin_again(now)
            if new is not None and new.id in live.unanswered:
                live.unanswered.discard(new.id)
                self._send_ice(live, one.id, new, now)
                self.on_carried(new)

    def _tell_rung(self, live: Live, was: Call | None) -> None:
        call, now, before = live.call, rung(live.call), rung(was) if was else frozenset()
        first = was is not None and was.session.call.answered_by is None
        asked_for_less = was is not None and was.wants != call.wants
        for who in now if asked_for_less else now - before:
            self._send(call, who, ringing.ring(call, who, live.state))
        for who in before - now:
            self._send(call, who, ringing.ring_over(call, who, first=first))

    def _tell(self, live: Live, who: str) -> None:
        for listener in self._connections(live.call, who):
            listener.run([Send(ringing.stands(live.call, _person(listener)))])

    def _send(self, call: Call, who: str, frame: bytes) -> None:
        for listener in self._connections(call, who):
            listener.run([Send(frame)])

    def _connections(self, call: Call, who: str) -> list[Listener]:
        kind, _, id = who.partition(":")
        theirs = self._hub.of(call.tenant, kind, id)
        return [one for one in theirs if one.connection.standing.hears_of(call.id)]

    def _send_ice(self, live: Live, who: str, listener: Listener, now: int) -> None:
        seat = live.call.seat(who)
        assert seat is not None
        live.ice_at[who] = now
        servers = self._relays.servers(seat.id, now // 1000)
        listener.run([Send(encode("ice", call=live.call.id, servers=servers, ttl_s=LIFETIME_S))])

    def _repeat(self, live: Live, who: str, waiting: Waiting, now: int) -> None:
        for id, pending in waiting:
            try:
                live.call.session.roster.check(roster.Signal(pending.sender, who, pending.generation))
            except SignalRefused:
                waiting.came(id)  # of a peer connection that is no more
        for frame in waiting.due(now):
            self._pass(live, who, frame)

    def _pass(self, live: Live, who: str, frame: bytes) -> None:
        listener = live.carriers.get(who)
        if listener is not None and may_see(_person(listener), live.state):
            listener.run([Send(frame)])

    def of(self, tenant: str) -> list[Live]:
        """Return the calls that run in a tenant."""
        return [live for (of, _), live in self._calls.items() if of == tenant]


def _concerned(call: Call, who: str) -> bool:
    return call.is_in(who) or who in rung(call)


def _person(listener: Listener) -> Person:
    person = listener.connection.person
    assert person is not None
    return person
