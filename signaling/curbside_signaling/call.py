"""A call's life: requested → ringing → connecting → active ⇄ degraded → ended.

A call is decided on like everything else on a timeline: `decide` says which facts an act leads to, `apply` what they
change. From every phase but the last there is a way to `ended`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

RING_MS = 45_000


class Phase(StrEnum):
    """Where a call is in its life."""

    REQUESTED = "requested"
    RINGING = "ringing"
    CONNECTING = "connecting"
    ACTIVE = "active"
    DEGRADED = "degraded"
    ENDED = "ended"


class CallRefused(Exception):
    """Tell why an act did not happen. Nothing was changed."""

    def __init__(self, code: str, winner: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.winner = winner


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that became true of a call; `why` says how it ended."""

    kind: str
    by: str
    at: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its facts add up. `asked` is who rings for it, `answered_by` the one who was first.

    `invited` are those who ring while the call runs, each with the time at which they were asked.
    """

    id: str
    asked_by: str
    phase: Phase = Phase.REQUESTED
    asked: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    answered_by: str | None = None
    answered_at: int = 0
    since: int = 0
    why: str = ""
    invited: tuple[tuple[str, int], ...] = ()

    @property
    def ringing(self) -> frozenset[str]:
        """Return who is being rung now."""
        if self.phase == Phase.ENDED:
            return frozenset()
        if self.answered_by is not None:
            return frozenset(who for who, _ in self.invited)
        return self.asked - self.declined

    @property
    def rings_until(self) -> int | None:
        """Return when the first of those who ring will have rung for long enough."""
        if self.phase == Phase.ENDED:
            return None
        if self.answered_by is not None:
            return min((at + RING_MS for _, at in self.invited), default=None)
        return self.since + RING_MS

    def rings_for(self, who: str) -> int | None:
        """Return until when it rings for somebody who was invited into it; None when it does not."""
        return next((at + RING_MS for one, at in self.invited if one == who), None)

    def decide(self, act: str, by: str, now: int) -> Fact | None:
        """Return the fact that `act` leads to, or None when it changes nothing.

        Acts: ring, invite, accept, decline, cancel, media, lose, recover, end, expire (`by` is whom a ring or an
        invitation is for). Raises CallRefused: `ended`, `already_accepted` (with the winner), `not_asked`,
        `not_yours`, `not_running`, `unknown_act`.
        """
        rule = _RULES.get(act)
        if rule is None:
            raise CallRefused("unknown_act")
        if self.phase == Phase.ENDED:
            if act in ("end", "cancel", "expire", "lose", "media", "recover"):
                return None
            raise CallRefused("ended")
        return rule(self, by, now)

    def apply(self, fact: Fact) -> Call:
        """Return the call after `fact`."""
        return _CHANGES[fact.kind](self, fact)


def _ring(call: Call, by: str, now: int) -> Fact | None:
    return Fact("ringing", by, now) if call.phase in (Phase.REQUESTED, Phase.RINGING) and by not in call.asked else None


def _invite(call: Call, by: str, now: int) -> Fact | None:
    if call.answered_by is None:
        raise CallRefused("not_running")
    return None if by in call.ringing else Fact("invited", by, now)


def _accept(call: Call, by: str, now: int) -> Fact | None:
    if call.answered_by is not None and by in call.ringing:
        return Fact("joined", by, now)
    if call.answered_by == by:
        return None
    if call.answered_by is not None:
        raise CallRefused("already_accepted", call.answered_by)
    if by not in call.asked:
        raise CallRefused("not_asked")
    return Fact("accepted", by, now)


def _decline(call: Call, by: str, now: int) -> Fact | None:
    if call.answered_by is not None and by in call.ringing:
        return Fact("declined", by, now)
    if by not in call.asked or call.answered_by is not None:
        raise CallRefused("not_asked")
    if call.asked <= call.declined | {by}:
        return Fact("ended", by, now, "declined")
    return Fact("declined", by, now)


def _cancel(call: Call, by: str, now: int) -> Fact | None:
    if by != call.asked_by:
        raise CallRefused("not_yours")
    return Fact("ended", by, now, "cancelled" if call.answered_by is None else "hung_up")


def _media(call: Call, by: str, now: int) -> Fact | None:
    return Fact("active", by, now) if call.phase == Phase.CONNECTING else None


def _lose(call: Call, by: str, now: int) -> Fact | None:
    return Fact("degraded", by, now) if call.phase == Phase.ACTIVE else None


def _recover(call: Call, by: str, now: int) -> Fact | None:
    return Fact("active", by, now) if call.phase == Phase.DEGRADED else None


def _end(call: Call, by: str, now: int) -> Fact | None:
    return Fact("ended", by, now, "hung_up")


def _expire(call: Call, by: str, now: int) -> Fact | None:
    if call.rings_until is None or now < call.rings_until:
        return None
    return Fact("ended", by, now, "missed") if call.answered_by is None else Fact("unanswered", by, now)


def _not_invited(call: Call, who: str) -> Call:
    return replace(call, invited=tuple(one for one in call.invited if one[0] != who))


_RULES: Mapping[str, Callable[[Call, str, int], Fact | None]] = {
    "ring": _ring,
    "invite": _invite,
    "accept": _accept,
    "decline": _decline,
    "cancel": _cancel,
    "media": _media,
    "lose": _lose,
    "recover": _recover,
    "end": _end,
    "expire": _expire,
}
_CHANGES: Mapping[str, Callable[[Call, Fact], Call]] = {
    "ringing": lambda call, fact: replace(
        call,
        phase=Phase.RINGING,
        asked=call.asked | {fact.by},
        since=call.since or fact.at,
    ),
    "declined": lambda call, fact: replace(_not_invited(call, fact.by), declined=call.declined | {fact.by}),
    "accepted": lambda call, fact: replace(
        call, phase=Phase.CONNECTING, answered_by=fact.by, answered_at=fact.at, since=fact.at
    ),
    "invited": lambda call, fact: replace(
        call, invited=(*call.invited, (fact.by, fact.at)), declined=call.declined - {fact.by}
    ),
    "joined": lambda call, fact: _not_invited(call, fact.by),
    "unanswered": lambda call, fact: replace(
        call, invited=tuple(one for one in call.invited if fact.at - one[1] < RING_MS)
    ),
    "active": lambda call, fact: replace(call, phase=Phase.ACTIVE, since=fact.at),
    "degraded": lambda call, fact: replace(call, phase=Phase.DEGRADED, since=fact.at),
    "ended": lambda call, fact: replace(call, phase=Phase.ENDED, why=fact.why, since=fact.at),
}
