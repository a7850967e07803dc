"""A running process notices that its database was put back."""

from __future__ import annotations

import asyncio

from curbside.actions.installation import Installation
from curbside.actions.restored import watch_epoch
from curbside.store.installation import change_epoch, ensure_installation
from curbside.store.scope import EVERY_TENANT


async def test_another_epoch_is_noticed_once(installation: Installation) -> None:
    epoch = await installation.db.write(EVERY_TENANT, lambda t: ensure_installation(t.connection, t.now, lambda: "one"))
    heard: list[str] = []

    async def hear(found: str) -> None:
        heard.append(found)

    watching = asyncio.create_task(watch_epoch(installation, epoch, hear, look_s=0.01))
    await asyncio.sleep(0.1)
    assert heard == []
    await installation.db.write(EVERY_TENANT, lambda t: change_epoch(t.connection, lambda: "two"))
    async with asyncio.timeout(9):
        while not heard:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert heard == ["two"]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
