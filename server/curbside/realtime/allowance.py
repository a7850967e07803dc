"""How many frames a person may send, over all connections together: a token bucket, without a clock of its own."""

from __future__ import annotations

from collections import OrderedDict

from curbside.domain.people import Agent, Person

_CONTACT = (20.0, 60.0)
_AGENT = (50.0, 200.0)
_PATIENCE = 200.0


class Allowance:
    """Refill at a rate a second up to a burst; `take` says how long to wait, None when patience has run out."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, now: int, *, agent: bool = False) -> None:
        self._rate, self._burst = _AGENT if agent else _CONTACT
        self._left = self._burst
        self._at = now

    def take(self, now: int) -> int | None:
        """Take one; return the milliseconds to wait, 0 when it is free, None when this is a flood."""
        self._left = min(self._burst, self._left + max(0, now - self._at) / 1000 * self._rate)
        self._at = now
        self._left -= 1
        if self._left < -_PATIENCE:
            return None
        return 0 if self._left >= 0 else int(-self._left / self._rate * 1000) + 1


class Allowances:
    """Remember each person's allowance while they are active; who comes back later starts with a full one."""

    def __init__(self, most: int = 50_000) -> None:
        self._known: OrderedDict[tuple[str, str, str], Allowance] = OrderedDict()
        self._most = most

    def of(self, person: Person, now: int) -> Allowance:
        name = (person.tenant, person.kind, person.id)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = Allowance(now, agent=isinstance(person, Agent))
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        return known
