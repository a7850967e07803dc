"""Carry one connection: run what its state machine asks for, and queue what it says, within bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from curbside.actions.floor import Floor
from curbside.actions.lists import read_list
from curbside.actions.rows import row
from curbside.domain.commands import Say
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact
from curbside.realtime import outputs
from curbside.realtime.connection import Connection
from curbside.realtime.frames import Command, Fact, encode
from curbside.realtime.outputs import Output
from curbside.store import conversation as store
from curbside.store import cursor
from curbside.web import greeting

QUEUE_MAX = 1_000
QUEUE_BYTES_MAX = 1024 * 1024
LISTS_MAX = 100
UNREADABLE_S = 1.0  # a client asks again at once: while the database cannot be read that would go round in circles
_log = structlog.get_logger(__name__)


class Carrier:
    """Stand between a transport and a Connection.

    The transport gives every text it receives to `received`, and `take`s what is to be sent once `wake` was called;
    neither waits for the database.
    `device` and the connection's person are known after the welcome; `reading` counts what is being read for it, and
    `request` is its id in the log.
    """

    __slots__ = (
        "_bytes",
        "_floor",
        "_overflowed",
        "_queue",
        "bye",
        "connection",
        "counts",
        "device",
        "grounds",
        "id",
        "later",
        "lists",
        "reading",
        "request",
        "settings",
        "tab",
        "token_id",
        "wake",
        "watched",
    )

    def __init__(self, floor: Floor, request: str = "") -> None:
        self._floor = floor
        self.request = request
        self.id = floor.installation.new_id()
        self.connection = Connection(floor.installation.db.clock())
        self.grounds = ""
        self.token_id = ""
        self.device = ""
        self.tab = ""
        self.lists: dict[str, set[str]] = {}
        self.counts: dict[str, int] = {}
        self.watched: set[str] = set()
        self.later: list[Any] = []
        self.reading = 0
        self.bye: outputs.Close | None = None
        self.settings = b""
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._overflowed = False
        self.wake: Callable[[], object] = lambda: None

    def received(self, text: str) -> None:
        """Take a frame from the transport."""
        self.run(self.connection.receive(text, self._floor.installation.db.clock()))

    def tick(self) -> None:
        self.run(self.connection.tick(self._floor.installation.db.clock()))

    def close(self, code: str, reconnect: str, after_ms: int | None = None) -> None:
        self.run(self.connection.close(code, reconnect, after_ms))

    def left(self) -> None:
        """Take that the transport is gone."""
        self._floor.gone(self)
        self._floor.hub.leave(self, list(self.watched))
        self.watched.clear()
        self.lists.clear()
        self.connection.close("gone", "now")
        self.wake()

    def run(self, out: Sequence[Output]) -> None:
        """Do what the connection asks for, in order."""
        for one in out:
            _RUN[type(one)](self, one)

    @property
    def over(self) -> bool:
        """Tell whether nothing will be said after what is queued."""
        return self.bye is not None or self.connection.closed

    def take(self) -> list[bytes]:
        """Return what is queued, to send it."""
        found = list(self._queue)
        self._queue.clear()
        self._bytes = 0
        self._overflowed = False
        return found

    def tell_settings(self, frame: bytes) -> None:
        """Send settings if they are others than those sent last."""
        if frame != self.settings:
            self.settings = frame
            self.run([outputs.Send(frame)])

    def _send(self, out: outputs.Send) -> None:
        if self._overflowed and out.droppable:
            return
        self._queue.append(out.frame)
        self._bytes += len(out.frame)
        if not self._overflowed and (len(self._queue) > QUEUE_MAX or self._bytes > QUEUE_BYTES_MAX):
            # A slow reader harms only itself: what it has not taken is dropped, and it asks again from its numbers.
            self._overflowed = True
            self._queue.clear()
            self._bytes = 0
            self.lists.clear()
            self.run(self.connection.overflowed())
        self.wake()

    def _close(self, out: outputs.Close) -> None:
        self._queue.append(encode("bye", code=out.code, reconnect=out.reconnect, after_ms=out.after_ms))
        self.bye = out
        self.wake()

    def _welcome(self, out: outputs.Welcome) -> None:
        self._floor.spawn(greeting.welcome(self, self._floor, out.hello))

    def _renewal(self, out: outputs.Renewal) -> None:
        self._floor.spawn(greeting.renew(self, self._floor, out.token))

    def _perform(self, out: outputs.Perform) -> None:
        self._note_active()
        person, command = self.connection.person, out.command
        if person is None or not isinstance(command, Say):
            self._floor.spawn(self._performing(command))
            return
        try:
            self._floor.conversations.perform_say(person, command, partial(self._answer, command))
        except Refused as refused:
            self._answer(command, refused)

    def _answer(self, command: Command, answer: Any) -> None:
        """Tell what came of a command."""
        if isinstance(answer, Refused):
            self.run(self.connection.refused(command, answer))
        elif isinstance(answer, Exception):
            _log.error("carrier.command", request=self.request, error=type(answer).__name__, exc_info=answer)
            self.run(self.connection.refused(command, Refused("unavailable", retry=True, after_ms=2_000)))
        else:
            self.run(self.connection.done(command, answer))

    async def _performing(self, command: Command) -> None:
        try:
            self._answer(command, await self._floor.perform(self.connection.person, command))
        except Exception as error:
            self._answer(command, error)

    def _watch(self, out: outputs.Watch) -> None:
        self.watched.add(out.conversation)
        self._floor.hub.watch(self, out.conversation)

    def _unwatch(self, out: outputs.Unwatch) -> None:
        self.watched.discard(out.conversation)
        self._floor.hub.unwatch(self, out.conversation)

    def _load(self, out: outputs.Load) -> None:
        self._floor.spawn(self._reading(self._loading, out))

    async def _loading(self, out: outputs.Load) -> None:
        person = self.connection.person
        assert person is not None
        keys = self._floor.installation.keys

        def read(connection: Any) -> Any:
            state = store.state(connection, person.tenant, out.conversation)
            if state is None:
                return None
            place = (person.tenant, out.conversation)
            events = store.read_events(connection, keys, *place, person.audience, out.after, out.limit)
            return state, [Fact(event) for event in events], cursor.read_cursors(connection, *place)

        try:
            found = await self._floor.installation.db.read(person.tenant, read)
        except Refused:
            await asyncio.sleep(UNREADABLE_S)
            self.run(self.connection.unreadable(out.conversation))
            return
        if found is None or not self.connection.may_see(found[0]):
            self.run(self.connection.not_found(out.conversation))
            return
        was_live = self.connection.feed.is_live(out.conversation)
        self.run(self.connection.loaded(*found))
        if self.connection.feed.is_live(out.conversation) and not was_live:
            self._admitted(found[0])

    def _admitted(self, state: Any) -> None:
        self._floor.hub.admitted(self, state.id)
        if isinstance(self.connection.person, Contact):
            self.connection.standing.note(state)
            if state.status == "waiting":
                self._floor.desks.queue_seen(state.tenant, state.team)

    def _watch_list(self, out: outputs.WatchList) -> None:
        # Whatever changes in the tenant is held against each of them.
        if out.name not in self.lists and len(self.lists) >= LISTS_MAX:
            self.run([outputs.Send(encode("resync", topic=f"list:{out.name}", why="too_many"))])
            return
        self.lists.setdefault(out.name, set())
        self._floor.spawn(self._reading(self._listing, out))

    async def _reading(self, read: Callable[[Any], Awaitable[None]], out: Output) -> None:
        self.reading += 1
        try:
            await read(out)
        finally:
            self.reading -= 1

    async def _listing(self, out: outputs.WatchList) -> None:
        person = self.connection.person
        assert person is not None
        shown = self.lists.get(out.name)
        if shown is None:
            return  # left again before it was read
        promises = self._floor.directory.tenant(person.tenant).settings.promises
        try:
            page = await read_list(self._floor.installation, person, out.name, out.limit, out.before, promises)
        except Refused as refused:
            self.lists.pop(out.name, None)
            why = "gap" if refused.retry else "not_found"
            await asyncio.sleep(UNREADABLE_S if refused.retry else 0)
            self.run([outputs.Send(encode("resync", topic=f"list:{out.name}", why=why))])
            return
        for listed in page.rows:
            shown.add(listed.state.id)
            frame = encode("row", list=out.name, **row(listed, person, self._floor.directory))
            self.run([outputs.Send(frame)])
        end = {"more": page.next is not None, "next": page.next, "count": page.count}
        self.run([outputs.Send(encode("listed", list=out.name, **end))])
        self._floor.desks.tell_counts(self)

    def _unwatch_list(self, out: outputs.UnwatchList) -> None:
        self.lists.pop(out.name, None)

    def _note_active(self) -> None:
        person = self.connection.person
        if isinstance(person, Agent):
            self._floor.on_active(person.tenant, self.grounds)

    def _move(self, out: outputs.Move) -> None:
        # No sign that anybody is there: a desk left open acknowledges, and marks as read, whatever comes.
        person = self.connection.person
        assert person is not None
        where = (person.tenant, out.conversation, person.kind, person.audience)
        self._floor.cursors.move(*where, out.delivered, out.read)

    def _type(self, out: outputs.Type) -> None:
        if out.on:
            self._note_active()
        self._floor.hub.typed(self, out.conversation, out.audience, out.on)


_RUN: Mapping[type, Callable[[Carrier, Any], None]] = {
    outputs.Send: Carrier._send,
    outputs.Close: Carrier._close,
    outputs.Welcome: Carrier._welcome,
    outputs.Renewal: Carrier._renewal,
    outputs.Perform: Carrier._perform,
    outputs.Watch: Carrier._watch,
    outputs.Unwatch: Carrier._unwatch,
    outputs.Load: Carrier._load,
    outputs.WatchList: Carrier._watch_list,
    outputs.UnwatchList: Carrier._unwatch_list,
    outputs.Move: Carrier._move,
    outputs.Type: Carrier._type,
    outputs.OnCall: lambda carrier, out: carrier._floor.on_call(carrier, out.frame),
}
