"""Writing down, outside the database, what must never come back with an old backup."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.store import revocations as store
from curbside.store.scope import EVERY_TENANT

NAME = "revocations.ndjson"
LOOK_S = 1.0
_OVERLAP_MS = 60_000  # longer than the longest transaction: its rows carry the time at which it began


class Revocations:
    """Follow what is ended, revoked and erased, and append it to a file."""

    def __init__(self, installation: Installation, path: Path) -> None:
        self._installation = installation
        self._path = path
        self._written: set[store.Revocation] = set()
        self._since: int | None = None

    async def keep_written(self) -> None:
        """Write down what happens within a second of it, until cancelled."""
        while True:
            with contextlib.suppress(Refused, OSError):
                await self.catch_up()
            await asyncio.sleep(LOOK_S)

    async def catch_up(self) -> int:
        """Write down what is not in the file yet, and return how much that was."""
        if self._since is None:
            self._written = set(await asyncio.to_thread(store.read_all, self._path))
            self._since = max((one.at for one in self._written), default=0)
        since = self._since - _OVERLAP_MS
        found = await self._installation.db.read(EVERY_TENANT, lambda connection: store.since(connection, since))
        fresh = [one for one in found if one not in self._written]
        if fresh:
            await asyncio.to_thread(store.write_down, self._path, fresh)
            self._since = max(self._since, *(one.at for one in fresh))
            self._written.update(fresh)
        return len(fresh)
