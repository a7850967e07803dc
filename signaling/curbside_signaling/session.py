"""A call together with who is in it: every act and every lapse of time, and the facts that they lead to.

Immutable: every method returns the session after it, and what became true, in order. A session that has not ended has
a time (`due_at`) at which somebody must let time do its work (`expire`), so that no call stays when everybody is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from curbside_signaling.call import Call, CallRefused, Fact, Phase
from curbside_signaling.roster import Presence, Roster, SignalRefused

ARRIVE_MS = 30_000
LEASE_MS = 35_000
MOST = 3
"""In a call whose media flow between the browsers: each sends to each."""
MOST_IN_A_ROOM = 6

Step = tuple["Session", tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Session:
    """A call and its roster. When the `keeper` has left, whom the call is about, it is over for the others too."""

    call: Call
    roster: Roster
    keeper: str = ""
    most: int = MOST

    @classmethod
    def request(cls, id: str, asked_by: str, rung: Iterable[str], keeper: str, now: int, most: int = MOST) -> Session:
        """Ring everybody in `rung` for somebody who asks. Raises CallRefused(`nobody`)."""
        call = Call(id, asked_by, since=now)
        for who in rung:
            call = _applied(call, call.decide("ring", who, now))
        if not call.asked:
            raise CallRefused("nobody")
        return cls(call, Roster().invite(asked_by), keeper, most)

    @property
    def over(self) -> bool:
        return self.call.phase == Phase.ENDED

    @property
    def due_at(self) -> int | None:
        """Return when time changes something; None once it is over."""
        if self.over:
            return None
        times = (self.call.rings_until, self.roster.lapses_at)
        # Somebody present has a lease, or a call rings: else `expire` would have ended it.
        return min((at for at in times if at is not None), default=self.call.since)

    def ring(self, rung: Iterable[str], now: int) -> Step:
        """Ring others too, while nobody has answered; whoever was asked already is not asked twice."""
        call, facts = self.call, list[Fact]()
        for who in rung if call.phase == Phase.RINGING else ():
            fact = None if who == call.asked_by else call.decide("ring", who, now)
            if fact is not None:
                call, facts = call.apply(fact), [*facts, fact]
        return replace(self, call=call), tuple(facts)

    def accept(self, by: str, now: int) -> Step:
        """Answer it. The first wins: whoever comes after them is told `already_accepted`, with the winner."""
        fact = self.call.decide("accept", by, now)
        if fact is None:
            return self, ()
        if len(self.roster.present) >= self.most:
            raise CallRefused("full")
        roster = self.roster.expect(self.call.asked_by, now + ARRIVE_MS).invite(by, now + ARRIVE_MS)
        return replace(self, call=self.call.apply(fact), roster=roster)._settled(now, fact)

    def decline(self, by: str, now: int) -> Step:
        return self._decided("decline", by, now)

    def cancel(self, by: str, now: int) -> Step:
        """Take it back. When somebody has just answered, it is a hang-up."""
        return self._decided("cancel", by, now)

    def invite(self, who: str, now: int) -> Step:
        """Ring somebody for the running call. Raises CallRefused: `full`, `not_running`."""
        known = self.roster.get(who)
        if known is not None and known.presence != Presence.LEFT:
            return self, ()
        if len(self.roster.present) + len(self.call.invited) >= self.most and who not in self.call.ringing:
            raise CallRefused("full")
        return self._decided("invite", who, now)

    def here(self, id: str, connection: str, tab: str, now: int) -> Step:
        """Let a participant in over a connection, or back in. Raises SignalRefused(`not_in_call`)."""
        if self.over:
            raise SignalRefused("not_in_call")
        return replace(self, roster=self.roster.join(id, connection, now + LEASE_MS, tab))._settled(now)

    def begin_anew(self) -> Session:
        """Give everybody new peer connections."""
        return replace(self, roster=self.roster.begin_anew())

    def interrupted(self, id: str, connection: str, now: int) -> Step:
        """Take that a participant's connection is gone. A word of an older connection changes nothing."""
        return replace(self, roster=self.roster.disconnected(id, connection, now))._settled(now)

    def renewed(self, leases: Mapping[str, tuple[str, int]]) -> Session:
        """Lengthen the leases of those who were heard, by participant: the connection, and until when."""
        roster = self.roster
        for id, (connection, until) in leases.items():
            roster = roster.renew(id, connection, until)
        return replace(self, roster=roster)

    def leave(self, id: str, now: int, why: str = "hung_up") -> Step:
        """Take a participant out, or whoever is rung off the bell. Raises SignalRefused(`not_in_call`)."""
        if self.over:
            return self, ()
        if id in self.call.ringing:
            fact = self.call.decide("decline", id, now)
            assert fact is not None
            return self._with(replace(fact, why=why) if fact.kind == "ended" and why != "hung_up" else fact)
        known = self.roster.get(id)
        if known is None or known.presence == Presence.LEFT:
            raise SignalRefused("not_in_call")
        if self.call.answered_by is None:
            return self._ended(Fact("ended", id, now, "cancelled" if why == "hung_up" else why))
        left = Fact("left", id, now, why)
        return replace(self, roster=self.roster.leave(id))._settled(now, left)

    def end(self, why: str, now: int) -> Step:
        """End it for everybody, whatever it is at."""
        return (self, ()) if self.over else self._ended(Fact("ended", "", now, why))

    def expire(self, now: int) -> Step:
        """Let time do its work: rings end as missed, who was not heard is interrupted, then gone."""
        step, facts = self._decided("expire", "", now)
        if step.over:
            return step, facts
        roster = step.roster.expire(now)
        there = {one.id for one in step.roster.present}
        gone = tuple(Fact("left", id, now, "lost") for id in sorted(there - {one.id for one in roster.present}))
        return replace(step, roster=roster)._settled(now, *facts, *gone)

    def _decided(self, act: str, by: str, now: int) -> Step:
        fact = self.call.decide(act, by, now)
        return (self, ()) if fact is None else self._with(fact)

    def _with(self, fact: Fact) -> Step:
        return self._ended(fact) if fact.kind == "ended" else (replace(self, call=self.call.apply(fact)), (fact,))

    def _settled(self, now: int, *facts: Fact) -> Step:
        """End a call that too few are left in, else say how it stands."""
        why = next((fact.why for fact in reversed(facts) if fact.kind == "left"), "")
        there = {one.id for one in self.roster.present}
        left_alone = len(there) < 2 if self.call.answered_by is not None else self.call.asked_by not in there
        if not self.over and (left_alone or (self.keeper and self._has_left(self.keeper))):
            by = next((fact.by for fact in facts if fact.kind == "left"), "")
            return self._ended(Fact("ended", by, now, why or "lost"), *facts)
        joined = sum(one.presence == Presence.JOINED for one in self.roster.participants)
        acts = ("media", "recover") if joined >= 2 else ("lose",)
        call = self.call
        for act in acts if not self.over else ():
            call = _applied(call, call.decide(act, "", now))
        return replace(self, call=call), facts

    def _has_left(self, id: str) -> bool:
        known = self.roster.get(id)
        return known is not None and known.presence == Presence.LEFT

    def _ended(self, fact: Fact, *before: Fact) -> Step:
        roster = self.roster
        for one in roster.present:
            roster = roster.leave(one.id)
        return replace(self, call=self.call.apply(fact), roster=roster), (*before, fact)


def _applied(call: Call, fact: Fact | None) -> Call:
    return call if fact is None else call.apply(fact)
