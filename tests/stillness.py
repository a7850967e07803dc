"""An event loop that can tell that nothing is under way: a test then need not wait to see that nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Loop(asyncio.SelectorEventLoop):
    """The loop that every test runs on."""

    def __init__(self) -> None:
        super().__init__()
        self._in_threads = 0

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        work = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        work.add_done_callback(self._came_back)
        return work

    def _came_back(self, work: asyncio.Future[Any]) -> None:
        self._in_threads -= 1

    def still(self, s: float) -> bool:
        """Tell that for `s` seconds nothing will happen: nothing is ready, due, in a thread or open to the outside.

        What the database's writer does is not known here.
        """
        now = self.time()
        inside: Any = self
        due = any(not timer.cancelled() and timer.when() <= now + s for timer in inside._scheduled)
        # The one file that is always watched is by what threads wake the loop.
        return not (inside._ready or due or self._in_threads or len(inside._selector.get_map()) > 1)


def still(writing: bool, s: float) -> bool:
    """Tell that nothing is under way on the running loop; `writing` tells of the database."""
    loop = asyncio.get_running_loop()
    return isinstance(loop, Loop) and not writing and loop.still(s)
