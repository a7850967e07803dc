"""The time of a simulated world: what is to happen and when. Nothing waits for it, and nothing else moves it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

STEP = 25


class Clock:
    """What is to happen, in order: by its time, and at the same time as it was asked for."""

    def __init__(self, end: int) -> None:
        self.now = 0
        self._end = end
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    @property
    def held(self) -> bool:
        """Tell whether nothing more may happen in this round."""
        return False

    def at(self, time: int, what: Callable[..., None], *args: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, (int(time), self._count, what, args))

    def later(self, delay: float, what: Callable[..., None], *args: Any) -> None:
        self.at(self.now + STEP + int(delay), what, *args)

    def round(self) -> bool:
        """Let everything of the next step happen. Return False when nothing more does."""
        if not self._heap or self._heap[0][0] > self._end:
            return False
        until = self._heap[0][0] + STEP
        while self._heap and self._heap[0][0] < until and not self.held:
            self.now, _, what, args = heapq.heappop(self._heap)
            what(*args)
        return True
