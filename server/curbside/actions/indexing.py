"""Keeping the search index: behind the conversations, never in their way."""

from __future__ import annotations

import asyncio
import contextlib
import time

from sqlalchemy import Connection

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.domain.events import Body
from curbside.store import search as store
from curbside.store.scope import EVERY_TENANT
from curbside.store.search import Behind, Entry, Hasher, Reading

LOOK_S = 1.0
GIVE_WAY_S = 10.0
MANY = 32
_OVERLAP_MS = 60_000  # longer than the longest transaction: its rows carry the time at which it began
_EVENTS_MAX = 500


class Indexer:
    """Index what changed, a little at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._since = 0

    async def keep_indexed(self) -> None:
        """Index, until cancelled."""
        while True:
            full = False
            await self._give_way()
            began = time.monotonic()
            with contextlib.suppress(Refused):
                full = await self.catch_up() >= _EVENTS_MAX
            # Far behind, a fifth of the time at most: catching up must not slow down those who write meanwhile.
            await asyncio.sleep(max(0.05, 4 * (time.monotonic() - began)) if full else LOOK_S)

    async def _give_way(self) -> None:
        """Let people's words go first: a find may be seconds late under load, a message may not."""
        for _ in range(int(GIVE_WAY_S / 0.1)):
            if self._installation.db.queued < MANY:
                return
            await asyncio.sleep(0.1)

    async def catch_up(self) -> int:
        """Index some of what changed since the last look, and return how many events that were."""
        began = self._since
        readings = await self._installation.db.read(
            EVERY_TENANT, lambda connection: self._read(connection, began - _OVERLAP_MS)
        )
        if readings:
            # Apart from all conversations: nobody who writes waits for more than this one transaction.
            await self._installation.db.write(
                EVERY_TENANT, lambda transaction: store.index(transaction, readings), apart=True
            )
        count = sum(len(one.where.events) for one in readings)
        if count < _EVENTS_MAX and self._since == began:
            now = self._installation.db.clock()
            self._since = max([self._since, *(min(one.where.changed_at, now) for one in readings)])
        return count

    def begin_again(self) -> None:
        """Look at everything once more: the database was put back, and the index is in no backup."""
        self._since = 0

    async def rebuild(self) -> int:
        """Make the whole index again; return how many steps that took."""
        await self._installation.db.write(EVERY_TENANT, store.forget)
        self.begin_again()
        steps = 0
        while await self.catch_up():
            steps += 1
        return steps

    def _read(self, connection: Connection, changed_after: int) -> list[Reading]:
        """Read the next events and hash their words: in a reader's thread."""
        keys = self._installation.keys
        return [self._reading(connection, one) for one in store.behind(connection, keys, changed_after, _EVENTS_MAX)]

    def _reading(self, connection: Connection, one: Behind) -> Reading:
        hasher = Hasher(self._installation.keys, one.tenant)
        erased = _erased(connection, one)
        entries = [
            Entry(event.n_house, hasher.text(text_of(event.body)))
            for event in one.events
            if event.body is not None and event.n_house not in erased
        ]
        if one.indexed == 0:
            entries.append(Entry(0, hasher.text(store.about(connection, one.tenant, one.conversation))))
        return Reading(one, entries, frozenset(erased), one.events[-1].n_house)


def text_of(body: Body | None) -> str:
    """Return everything of a body that can be searched for."""
    if body is None:
        return ""
    parts = (body.text, body.summary, body.tried, body.asked, body.why, body.comment)
    return "\n".join([*filter(None, parts), *(file.name for file in body.files), *body.context.values()])


def _erased(connection: Connection, one: Behind) -> set[int]:
    """Return the numbers of events whose words no longer stand: erased, or replaced by a later edit."""
    changes = [(event.n_house, event.kind, event.target) for event in one.events if event.target is not None]
    if not changes:
        return set()
    numbers = store.numbers_of(connection, one.tenant, one.conversation, {target for _, _, target in changes})
    erased: set[int] = set()
    for n_house, kind, target in changes:
        erased |= {n for n in numbers[target] if n < n_house or kind != "edited"} - {n_house}
    return erased
