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
    """A call as its facts add up. `asked` is who rings for it, `answered_by` the one who was first."""

    id: str
    asked_by: str
    phase: Phase = Phase.REQUESTED
    asked: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    answered_by: str | None = None
    since: int = 0
    why: str = ""

    def decide(self, act: str, by: str, now: int) -> Fact | None:
        """Return the fact that `act` leads to, or None when it changes nothing.

        Acts: ring, accept, decline, cancel, media, lose, recover, end, expire. Raises CallRefused: `ended`,
        `already_accepted` (with the winner), `not_asked`, `not_yours`, `unknown_act`.
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


def _accept(call: Call, by: str, now: int) -> Fact | None:
    if call.answered_by == by:
        return None
    if call.answered_by is not None:
        raise CallRefused("already_accepted", call.answered_by)
    if by not in call.asked:
        raise CallRefused("not_asked")
    return Fact("accepted", by, now)


def _decline(call: Call, by: str, now: int) -> Fact | None:
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
    waiting = call.phase in (Phase.REQUESTED, Phase.RINGING)
    return Fact("ended", by, now, "missed") if waiting and now - call.since >= RING_MS else None


_RULES: Mapping[str, Callable[[Call, str, int], Fact | None]] = {
    "ring": _ring,
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
    "declined": lambda call, fact: replace(call, declined=call.declined | {fact.by}),
    "accepted": lambda call, fact: replace(call, phase=Phase.CONNECTING, answered_by=fact.by, since=fact.at),
    "active": lambda call, fact: replace(call, phase=Phase.ACTIVE, since=fact.at),
    "degraded": lambda call, fact: replace(call, phase=Phase.DEGRADED, since=fact.at),
    "ended": lambda call, fact: replace(call, phase=Phase.ENDED, why=fact.why, since=fact.at),
}
