"""Noticing that the database under a running process was put back from a backup."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.store.installation import epoch_of
from curbside.store.scope import NO_TENANT

LOOK_S = 2.0


async def watch_epoch(
    installation: Installation, epoch: str, on_restored: Callable[[str], Awaitable[None]], look_s: float = LOOK_S
) -> None:
    """Call `on_restored` with the new epoch whenever there is another one, until cancelled."""
    while True:
        with contextlib.suppress(Refused):
            found = await installation.db.read(NO_TENANT, epoch_of)
            if found is not None and found != epoch:
                await on_restored(found)
                epoch = found
        await asyncio.sleep(look_s)
