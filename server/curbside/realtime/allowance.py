"""How much a person may send over all their connections, and all of a tenant together: without a clock of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Person

TENANT_RATE = 2_000
PROCESS_RATE = 8_000
_CONTACT = (20.0, 60.0)
_AGENT = (50.0, 200.0)
_PATIENCE = 200.0
_SOONEST_MS = 250
_LATEST_MS = 10_000


class Crowd:
    """Count the commands of many who share: a rate a second, and a burst of two seconds' worth.

    Each who is turned away is told a later moment than the one before, so that they do not all come back at once.
    """

    __slots__ = ("_at", "_left", "_rate", "_turned_away")

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left = 2 * rate
        self._turned_away = 0.0
        self._at = 0

    def wait(self, now: int) -> int:
        """Return the milliseconds to wait, 0 when one more may pass. Takes nothing."""
        refilled = max(0, now - self._at) / 1000 * self._rate
        self._at = now
        self._left = min(2 * self._rate, self._left + refilled)
        self._turned_away = max(0.0, self._turned_away - refilled)
        if self._left >= 1:
            return 0
        self._turned_away += 1
        return min(_LATEST_MS, _SOONEST_MS + int(self._turned_away / self._rate * 1000))

    def take(self) -> None:
        self._left -= 1


class Allowance:
    """Refill at a rate a second up to a burst; `take` says how long to wait, None when patience has run out."""

    __slots__ = ("_at", "_burst", "_crowds", "_left", "_rate")

    def __init__(self, now: int, *, agent: bool = False, crowds: Sequence[Crowd] = ()) -> None:
        self._rate, self._burst = _AGENT if agent else _CONTACT
        self._left = self._burst
        self._at = now
        self._crowds = crowds

    def take(self, now: int) -> int | None:
        """Take one; return the milliseconds to wait, 0 when it is free, None when this is a flood."""
        self._left = min(self._burst, self._left + max(0, now - self._at) / 1000 * self._rate)
        self._at = now
        self._left -= 1
        if self._left < -_PATIENCE:
            return None
        return 0 if self._left >= 0 else int(-self._left / self._rate * 1000) + 1

    def refusal(self, wait: int, now: int) -> Refused | None:
        """Return why a command is not let through: its person is too fast (`wait`, as taken), or all together are.

        Nobody is ever cut off for what others send: they wait, and their client repeats the key.
        """
        if wait > 0:
            return Refused("too_fast", retry=True, after_ms=wait)
        if others := max((crowd.wait(now) for crowd in self._crowds), default=0):
            return Refused("busy", retry=True, after_ms=others)
        for crowd in self._crowds:
            crowd.take()
        return None


class Allowances:
    """Remember each person's allowance while they are active; who comes back later starts with a full one."""

    def __init__(
        self, most: int = 50_000, *, tenant_rate: float = TENANT_RATE, process_rate: float = PROCESS_RATE
    ) -> None:
        self._known: OrderedDict[tuple[str, str, str], Allowance] = OrderedDict()
        self._most = most
        self._tenant_rate = tenant_rate
        self._tenants: dict[str, Crowd] = {}
        self._everybody = Crowd(process_rate)

    def of(self, person: Person, now: int) -> Allowance:
        """Return what a person may send, the same for all their connections; whoever asked longest ago is forgotten."""
        name = (person.tenant, person.kind, person.id)
        known = self._known.get(name)
        if known is None:
            tenant = self._tenants.setdefault(person.tenant, Crowd(self._tenant_rate))
            crowds = (tenant, self._everybody)
            known = self._known[name] = Allowance(now, agent=isinstance(person, Agent), crowds=crowds)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        return known
