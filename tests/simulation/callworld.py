"""One seeded world of calls in one conversation: who does what, what goes wrong, and what must hold all the while."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from random import Random
from typing import Any

from sqlalchemy import select

from curbside.actions.calls import CALL
from curbside.actions.clocks import clocks
from curbside.domain.call import Call
from curbside.domain.people import Person
from curbside.domain.writing import name_of
from curbside.store import calls as store
from curbside.store import timers
from curbside.store.scope import EVERY_TENANT
from curbside_signaling import Presence
from tests import builders
from tests.ground import Ground, at_once, start
from tests.simulation.calling import SDP, End, Loose

INSIDE, OUTSIDE = ("dana", "priya", "kim", "sam"), ("eve", "olaf")
THERE = (Presence.JOINED, Presence.INTERRUPTED)
STEPS, TALKS = 50, 30


class CallWorld:
    """The same seed gives the same world, but for the ids that the server makes."""

    def __init__(self, seed: int, ground: Ground, cast: Mapping[str, Person], clock: list[int]) -> None:
        self.random, self.ground, self.cast, self.clock = Random(seed), ground, cast, clock
        self.talk, self.call, self.count = f"t{seed:021d}", f"a{seed:021d}", 0
        self.faults: list[str] = []
        self.winners: dict[str, str] = {}
        self.lines: list[End] = []
        self.relayed: dict[str, tuple[str, str, str, int]] = {}
        self.heard: set[str] = set()
        self.settling = False
        ground.perform(cast["dana"], start(conversation=self.talk))
        self.floor = Loose(ground.installation, "e")
        self._begin()

    def live(self) -> list[str]:
        """Live through it; return what was wrong."""
        for _ in range(STEPS):
            self.clock[0] += self.random.choice((1, 20, 300, 700))
            getattr(self, f"_{self.random.choice(_HAPPENS)}")()
            self.floor.go_on()
            self._look()
        self._talk()
        self._settle()
        (self._all_leave if self.random.random() < 0.5 else self._all_vanish)()
        self._end()
        self.floor.end()
        return self.faults

    # -- what happens -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.floor.begin(self.ground, self.random)
        self.lines = [self._open(who) for who in (*INSIDE, *OUTSIDE)]

    def _open(self, who: str) -> End:
        return End(self.floor, who, self.cast[who], self._id("n"), self._arrives)

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count:05d}{self.talk[6:]}"

    def _act(self, verb: str | None = None, who: str | None = None, **fields: Any) -> None:
        line = self._line(who)
        verb = verb or self.random.choice(_VERBS)
        running = self._running()
        if running is not None:
            self.call = running.id
        if verb == "request":
            self.call = self._id("a") if running is None or self.random.random() < 0.3 else self.call
            fields = {"wants": ["voice"]}
        if verb == "invite":
            fields = {"agent": self.random.choice(INSIDE[1:])}
        if verb == "media":
            fields = {name: self.random.random() < 0.5 for name in ("camera", "screen", "voice")}
        key = self._id("k")
        frame = {"type": "act", "verb": f"call.{verb}", "key": key, "conversation": self.talk, "call": self.call}
        for _ in range(self.random.choice((1, 1, 1, 2))):  # a network that repeats
            line.say({**frame, **fields})

    def _race(self) -> None:
        """Several answer, or ask, in the same moment."""
        verb = self.random.choice(("accept", "accept", "request"))
        for who in INSIDE:
            self._act(verb, who)

    def _here(self, line: End | None = None) -> None:
        line = line or self._line(None)
        line.say({"type": "call_here", "call": self.call, "tab": f"{line.who:t<20}{self.random.choice('aaaab')}a"})

    def _signal(self) -> None:
        """Say something to somebody: mostly as a client would, sometimes as none should."""
        call = self._running()
        if call is None:
            return
        seat = self.random.choice(call.seats)
        others = [one.person for one in call.seats if one != seat]
        line = self._line(self.random.choice(others) if others and self.random.random() < 0.8 else None)
        generation = dict(call.session.roster.generations).get(frozenset((name_of(line.actor), seat.who)), 1)
        generation = max(1, generation + self.random.choice((0, 0, 0, 0, -1, 1)))
        id = self._id("s")
        frame = {"type": "signal", "id": id, "call": call.id, "to": seat.id, "generation": generation, "n": 1}
        for _ in range(self.random.choice((1, 1, 2))):
            line.say({**frame, "description": {"type": "offer", "sdp": SDP}})
        if id not in line.answers and not line.silent:
            self.relayed[id] = (call.id, name_of(line.actor), seat.who, generation)

    def _ack(self) -> None:
        line = self._line(None)
        for id in line.signals:
            line.say({"type": "signal_ack", "id": id})

    def _cut(self) -> None:
        line = self._line(None)
        line.silent = True
        if self.random.random() < 0.7:  # else nobody hears of it: a line that is only silent
            line.leave()
            self.lines.remove(line)
            self.lines.append(self._open(line.who))

    def _device(self) -> None:
        """Open another page, or a telephone: both lines stay."""
        if len(self.lines) < 12:
            self.lines.append(self._open(self.random.choice(INSIDE)))

    def _restart(self) -> None:
        self.floor.end()
        self.floor = Loose(self.ground.installation, "e")
        self.relayed.clear()  # what nobody had acknowledged is gone, and said again by those who said it
        self._begin()

    def _wait(self) -> None:
        self.clock[0] += self.random.choice((1_000, 5_000, 31_000, 46_000))
        for line in self.lines:
            if not line.silent and not line.connection.closed:
                line.say({"type": "ping", "at": 0})
        self._fire()

    def _fire(self) -> None:
        """Let time do its work, as the loops of a process do."""
        self.floor.keep_calls(self.clock[0])
        self.floor.go_on()
        floor, installation = self.floor, self.ground.installation
        firing = clocks(installation, floor.conversations, floor.agents, floor.calls, floor.hub.is_here)[CALL]
        for due in at_once(installation.db.write(EVERY_TENANT, lambda transaction: timers.claim(transaction, [CALL]))):
            at_once(_done(firing(due)))
            floor.go_on()

    def _line(self, who: str | None) -> End:
        who = who or self.random.choice(INSIDE if self.random.random() < 0.9 else OUTSIDE)
        return self.random.choice([line for line in self.lines if line.who == who])

    # -- what must hold -----------------------------------------------------------------------------------------

    def _arrives(self, line: End, frame: Any) -> bool:
        """Look at what somebody is sent, against what the database holds at that moment; tell whether it arrives."""
        kind, me = frame["type"], name_of(line.actor)
        if kind in ("call", "ring", "signal", "ice", "call_elsewhere") and line.who in OUTSIDE:
            self.faults.append(f"leaked: {kind} to {line.who}")
        if kind == "no" and frame["code"] == "not_in_call":
            call = self._stored(frame["key"])
            if call is not None and call.is_in(me):
                self.faults.append(f"shut out: {line.who}")
        if kind != "signal":
            return True
        self._judge(frame, me)
        if self.settling or self.random.random() < 0.7:
            self.heard.add(frame["id"])
            return True
        return False

    def _judge(self, frame: Any, me: str) -> None:
        call = self._stored(frame["call"])
        sender = call.seat_with(frame["from"]) if call else None
        if call is None or sender is None or sender.who == me or not self._both_there(call, sender.who, me):
            self.faults.append(f"leaked: a signal to {me}")
        elif call.session.roster.pair(me, sender.who).generation != frame["generation"]:
            self.faults.append("stale: a signal of an older connection")

    def _both_there(self, call: Call, *two: str) -> bool:
        return all(call.presence(who) in THERE for who in two)

    def _look(self) -> None:
        calls = self._calls()
        if sum(not call.over for call in calls) > 1:
            self.faults.append("two calls in one conversation")
        for call in calls:
            winner = call.session.call.answered_by
            if winner and self.winners.setdefault(call.id, winner) != winner:
                self.faults.append("two winners")

    def _talk(self) -> None:
        """Let two be in a call at last, and say much to each other over lines that are cut."""
        for verb, who in (("request", "dana"), ("accept", "priya")):
            self._act(verb, who)
            self.floor.go_on()
        for who in ("dana", "priya"):
            self._here(self._line(who))
            self.floor.go_on()
        for _ in range(TALKS):
            self.clock[0] += 300
            getattr(self, f"_{self.random.choice(('here', 'signal', 'signal', 'signal', 'cut'))}")()
            self.floor.go_on()
            self._look()

    def _settle(self) -> None:
        """Let the network be whole: whatever was relayed to somebody who is there has come to them."""
        self.settling = True
        for who in INSIDE:  # as their pages do
            self.lines.append(self._open(who))
            self._here(self.lines[-1])
            self.floor.go_on()
        for _ in range(4):
            self.clock[0] += 9_000
            for line in self.lines:
                if not line.silent and not line.connection.closed:
                    line.say({"type": "ping", "at": 0})
            self.floor.keep_calls(self.clock[0])
            self.floor.go_on()
        call = self._running()
        for id, (of, sender, to, generation) in self.relayed.items():
            if call is None or of != call.id or id in self.heard or not call.is_in(sender):
                continue
            carrier = self.floor.exchange.carrier(call.tenant, call.id, to)
            hears = isinstance(carrier, End) and not carrier.silent
            if hears and call.session.roster.pair(sender, to).generation == generation:
                self.faults.append("lost: a signal never came")

    def _all_leave(self) -> None:
        """Everybody goes as a person can: whoever is in it hangs up, whoever rings declines."""
        self.lines = [self._open(who) for who in INSIDE]
        for verb in ("cancel", "decline", "leave"):
            for who in INSIDE:
                self._act(verb, who)
                self.floor.go_on()

    def _all_vanish(self) -> None:
        for line in self.lines:
            line.silent = True
            if self.random.random() < 0.5:
                line.leave()
        self.floor.go_on()
        for _ in range(12):
            self.clock[0] += 46_000
            self._fire()

    def _end(self) -> None:
        if self._running() is not None:
            self.faults.append("a call that does not end")
        if self.floor.exchange.of("northwind"):
            self.faults.append("a call that stays in memory")
        if self.ground.read(lambda connection: connection.execute(select(timers._timers)).all()):
            self.faults.append("a clock that nobody needs")

    def _running(self) -> Call | None:
        return next((call for call in self._calls() if not call.over), None)

    def _calls(self) -> list[Call]:
        query = select(store.calls.c.state).where(store.calls.c.conversation == self.talk)
        rows = self.ground.read(lambda connection: connection.execute(query).scalars().all())
        return [store._decoder.decode(row) for row in rows]

    def _stored(self, call: str) -> Call | None:
        return self.ground.read(lambda connection: store.read(connection, builders.TENANT, call))


async def _done(work: Awaitable[None]) -> None:
    await work


_VERBS = ("request", "request", "accept", "accept", "decline", "cancel", "leave", "invite", "media")
_HAPPENS = (
    *("act",) * 8,
    *("here",) * 8,
    *("signal",) * 10,
    *("race", "ack", "ack", "cut", "cut", "device", "restart", "wait", "wait"),
)
