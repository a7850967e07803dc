"""Keeping the search index: behind the conversations, never in their way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain.audience import Audience
from curbside.domain.errors import Refused
from curbside.domain.events import Body, Event
from curbside.store import conversation as conversations
from curbside.store import search as store
from curbside.store.search import Behind, Entry, Hasher

LOOK_S = 1.0
_OVERLAP_MS = 60_000  # longer than the longest transaction: its rows carry the time at which it began
_EVENTS_MAX = 200
_AT_ONCE = 20
_ERASING = frozenset({"edited", "deleted", "redacted"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the next events of a conversation add to the index, and take from it."""

    entries: Sequence[Entry] = field(repr=False)
    erased: frozenset[int]
    through: int


class Indexer:
    """Index what changed, a little at a time."""

    def __init__(self, installation: Installation, directory: Directory) -> None:
        self._installation = installation
        self._directory = directory
        self._since = 0

    async def keep_indexed(self) -> None:
        """Index, until cancelled."""
        while True:
            done = 0
            with contextlib.suppress(Refused):
                done = await self.catch_up()
            await asyncio.sleep(LOOK_S if not done else 0.05)

    async def catch_up(self) -> int:
        """Index some of what changed since the last look, and return how many conversations that were."""
        began = self._since
        since = began - _OVERLAP_MS
        found = await self._installation.db.read(lambda connection: store.behind(connection, since, _AT_ONCE))
        for one in found:
            if self._directory.knows(one.tenant):
                await self._index(one)
        if len(found) < _AT_ONCE and self._since == began:
            now = self._installation.db.clock()
            self._since = max([self._since, *(min(one.changed_at, now) for one in found)])
        return len(found)

    def begin_again(self) -> None:
        """Look at everything once more: the database was put back, and the index is in no backup."""
        self._since = 0

    async def rebuild(self) -> int:
        """Make the whole index again; return how many steps that took."""
        await self._installation.db.write(store.forget)
        self.begin_again()
        steps = 0
        while await self.catch_up():
            steps += 1
        return steps

    async def _index(self, one: Behind) -> None:
        reading = await self._installation.db.read(lambda connection: self._read(connection, one))
        await self._installation.db.write(
            lambda transaction: store.index(transaction, one, reading.entries, reading.erased, reading.through)
        )

    def _read(self, connection: Connection, one: Behind) -> Reading:
        """Read the next events and hash their words: in a reader's thread."""
        place = (one.tenant, one.conversation, Audience.HOUSE)
        events = conversations.read_events(connection, self._installation.keys, *place, one.indexed, _EVENTS_MAX)
        hasher = Hasher(self._installation.keys, one.tenant)
        erased = _erased(connection, one, events)
        entries = [
            Entry(event.numbers.house, hasher.text(text_of(event.body)))
            for event in events
            if event.body is not None and event.numbers.house not in erased
        ]
        if one.indexed == 0:
            entries.append(Entry(0, hasher.text(store.about(connection, one.tenant, one.conversation))))
        through = events[-1].numbers.house if events else one.indexed
        return Reading(entries, frozenset(erased), through)


def text_of(body: Body | None) -> str:
    """Return everything of a body that can be searched for."""
    if body is None:
        return ""
    parts = (body.text, body.summary, body.tried, body.asked, body.why, body.comment)
    return "\n".join([*filter(None, parts), *(file.name for file in body.files), *body.context.values()])


def _erased(connection: Connection, one: Behind, events: Sequence[Event]) -> set[int]:
    """Return the numbers of events whose words no longer stand: erased, or replaced by a later edit."""
    changes = [(event.numbers.house, event.kind, event.facts["target"]) for event in events if event.kind in _ERASING]
    if not changes:
        return set()
    numbers = store.numbers_of(connection, one.tenant, one.conversation, {target for _, _, target in changes})
    erased: set[int] = set()
    for n_house, kind, target in changes:
        erased |= {n for n in numbers[target] if n < n_house or kind != "edited"} - {n_house}
    return erased
