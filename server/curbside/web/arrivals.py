"""Sockets that have not said who they are: how many there may be of one address, and in all."""

from __future__ import annotations

import random
from collections import Counter

from curbside.domain.errors import Refused
from curbside.web.limits import Buckets

RATE, BURST = 500.0, 20_000  # a hospital whose network came back opens all its panels at once
EACH_MAX = 4_000
ALL_MAX = 10_000


class Arrivals:
    """Let sockets in, and count them until they have spoken, or are gone: whoever is known is counted by name."""

    def __init__(self, each: int = EACH_MAX, most: int = ALL_MAX, door: Buckets | None = None) -> None:
        self._each = each
        self._most = most
        self._door = door or Buckets(RATE, BURST)
        self._silent: Counter[str] = Counter()

    def let_in(self, address: str) -> None:
        """Count one more. Raises Refused(retry): `too_fast`, or `busy` when too many have not spoken yet."""
        if self._silent[address] >= self._each or self._silent.total() >= self._most:
            # Each another moment: they must not all come back at once.
            raise Refused("busy", retry=True, after_ms=random.randint(2_000, 15_000))  # noqa: S311 (jitter)
        self._door.take(address)
        self._silent[address] += 1

    def let_go(self, address: str) -> None:
        """Count one less: it has spoken, or is gone."""
        self._silent[address] -= 1
        if self._silent[address] <= 0:
            del self._silent[address]
