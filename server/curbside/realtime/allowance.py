"""How many frames one connection may send: a token bucket, without a clock of its own."""

from __future__ import annotations

_CONTACT = (20.0, 60.0)
_AGENT = (50.0, 200.0)
_PATIENCE = 200.0


class Allowance:
    """Refill at a rate a second up to a burst; `take` says how long to wait, None when patience has run out."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, now: int) -> None:
        self._rate, self._burst = _CONTACT
        self._left = self._burst
        self._at = now

    def widen(self, agent: bool) -> None:
        self._rate, self._burst = _AGENT if agent else _CONTACT
        self._left = self._burst

    def take(self, now: int) -> int | None:
        """Take one; return the milliseconds to wait, 0 when it is free, None when this is a flood."""
        self._left = min(self._burst, self._left + max(0, now - self._at) / 1000 * self._rate)
        self._at = now
        self._left -= 1
        if self._left < -_PATIENCE:
            return None
        return 0 if self._left >= 0 else int(-self._left / self._rate * 1000) + 1
