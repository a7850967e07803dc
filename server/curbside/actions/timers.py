"""Firing due clocks: look twice a second, earlier when woken, and do what the table says for each kind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

import structlog

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.store import timers
from curbside.store.scope import EVERY_TENANT
from curbside.store.timers import Due

LOOK_S = 0.5
AT_ONCE = 16
Firing = Callable[[Due], Awaitable[None]]
_log = structlog.get_logger(__name__)


async def run_timers(
    installation: Installation, firings: Mapping[str, Firing], wake: asyncio.Event | None = None
) -> None:
    """Fire what is due, until cancelled.

    A firing calls `store.timers.finish` in the transaction of its work; one that raises leaves its clock, which is
    claimed again when its lease is over. Other processes may run the same: each clock is fired by one of them.
    """
    wake = wake or asyncio.Event()
    while True:
        try:
            fired = await fire_due(installation, firings)
        except Refused:  # the database cannot be reached now: the clocks stand in it and wait
            fired = 0
        if not fired:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):  # wait_for may swallow a cancellation
                    await wake.wait()
        wake.clear()


async def fire_due(installation: Installation, firings: Mapping[str, Firing]) -> int:
    """Fire what is due now, and return how many clocks that were."""
    kinds = sorted(firings)
    clock = installation.db.clock
    if not await installation.db.read(EVERY_TENANT, lambda connection: timers.anything_due(connection, clock, kinds)):
        return 0
    due = await installation.db.write(EVERY_TENANT, lambda transaction: timers.claim(transaction, kinds))
    at_once = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for one in due:
            group.create_task(_fire(firings[one.kind], one, at_once))
    return len(due)


async def _fire(firing: Firing, due: Due, at_once: asyncio.Semaphore) -> None:
    async with at_once:
        try:
            await firing(due)
        except Exception as error:  # one clock must not stop the others; it stays, and is tried again
            _log.warning("timer.failed", kind=due.kind, subject=due.subject, error=type(error).__name__)
