"""Keep lists, counts and places in the queue live: what changed is gathered, read once, and sent to whoever looks."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.lists import stands_in
from curbside.actions.rows import row
from curbside.domain.audience import Audience
from curbside.domain.news import Appended
from curbside.domain.people import Agent, Contact
from curbside.realtime.board import Board
from curbside.realtime.frames import encode
from curbside.realtime.hub import Hub, Listener
from curbside.realtime.outputs import Send
from curbside.store import lists as store
from curbside.store.lists import Listed

_GATHER_S = 0.05
_log = structlog.get_logger(__name__)


class Desks:
    """Tell those who look at lists what changed in them."""

    def __init__(self, installation: Installation, directory: Directory, hub: Hub, board: Board) -> None:
        self._installation = installation
        self._directory = directory
        self._hub = hub
        self._board = board
        self._changed: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        self._queues: set[tuple[str, str | None]] = set()
        self._hours: dict[str, tuple[bool, int | None]] = {}
        self._wake = asyncio.Event()

    def hear(self, news: Appended) -> None:
        """Note that a conversation changed."""
        before, after = news.before, news.after
        seen = any(event.audience == Audience.CONTACT for event in news.events)
        changed = self._changed[after.tenant]
        changed[after.id] = changed.get(after.id, False) or seen
        if before is None or _place(before) != _place(after):
            self._queues.update((state.tenant, state.team) for state in (before, after) if state is not None)
        self._wake.set()

    async def keep_live(self) -> None:
        """Send what was gathered, until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_S)
            self._wake.clear()
            changed, self._changed = self._changed, defaultdict(dict)
            queues, self._queues = self._queues, set()
            try:
                for tenant, ids in changed.items():
                    await self._tell_lists(tenant, ids)
                for tenant, team in queues:
                    self._tell_queue(tenant, team)
            except Exception:  # a list that is late is caught up by the next change; the loop goes on
                _log.exception("desks.keep_live")

    async def _tell_lists(self, tenant: str, ids: Mapping[str, bool]) -> None:
        looking = [one for one in self._hub.everybody(tenant) if one.lists]
        if not looking:
            return
        rows = await self._installation.db.read(
            tenant, lambda connection: store.listed(connection, self._installation.keys, tenant, list(ids))
        )
        encoded: dict[Any, bytes] = {}
        for listener in looking:
            contact = isinstance(listener.connection.person, Contact)
            for listed in rows:
                # That a note was written is not for the contact to see, not even by a row that says nothing new.
                if ids[listed.state.id] or not contact:
                    self._tell_one(listener, listed, encoded)
            self.tell_counts(listener)

    def _tell_one(self, listener: Listener, listed: Listed, encoded: dict[Any, bytes]) -> None:
        person = listener.connection.person
        assert person is not None
        for name, shown in listener.lists.items():
            if stands_in(name, listed.state, person):
                key = (person.kind, person.audience, name, listed.state.id)
                if key not in encoded:
                    encoded[key] = encode("row", list=name, **row(listed, person, self._directory))
                shown.add(listed.state.id)
                listener.run([Send(encoded[key])])
            elif listed.state.id in shown:
                shown.discard(listed.state.id)
                listener.run([Send(encode("gone", list=name, conversation=listed.state.id))])

    def tell_counts(self, listener: Listener) -> None:
        """Send an agent the counts of their lists, if they are others than those sent last."""
        person = listener.connection.person
        if not isinstance(person, Agent):
            return
        counts = self._board.counts(person)
        if counts != listener.counts:
            listener.counts = counts
            listener.run([Send(encode("counts", counts=counts))])

    def _tell_queue(self, tenant: str, team: str | None) -> None:
        now = self._installation.db.clock()
        is_open, opens_at = self._directory.open_now(tenant, now)
        for position, state in enumerate(self._board.waiting(tenant, team), start=1):
            watching = [one for one in self._hub.watchers(tenant, state.id) if _waits(one, state.id)]
            if not watching:
                continue
            wait = self._board.expected_wait(tenant, team, position, now) if is_open else None
            frame = encode(
                "queue",
                conversation=state.id,
                position=position,
                wait_s=None if wait is None else max(1, round(wait / 1000)),
                open=is_open,
                opens_at=opens_at,
            )
            for listener in watching:
                listener.run([Send(frame, droppable=True)])

    def look_at_hours(self, tenant: str, now: int) -> None:
        """Tell every queue of a tenant when its hours have begun or ended, which nobody's deed tells."""
        hours = self._directory.open_now(tenant, now)
        if self._hours.get(tenant) == hours:
            return
        self._hours[tenant] = hours
        for team in self._board.queues(tenant):
            self.queue_seen(tenant, team)

    def queue_seen(self, tenant: str, team: str | None) -> None:
        """Tell a queue to those in it, because somebody began to look."""
        self._queues.add((tenant, team))
        self._wake.set()


def _waits(listener: Listener, conversation: str) -> bool:
    """Tell whether this is the contact who waits, and was let in."""
    return isinstance(listener.connection.person, Contact) and listener.connection.feed.is_live(conversation)


def _place(state: Any) -> tuple[Any, ...]:
    return (state.status, state.team, state.urgency, state.front, state.waiting_since)
