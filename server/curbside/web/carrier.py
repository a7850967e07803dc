"""Carry one connection: run what its state machine asks for, and queue what it says, within bounds."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from curbside.actions import identity, welcome
from curbside.actions.floor import Floor
from curbside.actions.lists import read_list
from curbside.actions.rows import row
from curbside.domain.commands import SetState
from curbside.domain.errors import MESSAGES, Refused
from curbside.domain.people import Agent, Contact
from curbside.realtime import outputs
from curbside.realtime.connection import HEARTBEAT_MS, Connection
from curbside.realtime.frames import FRAME_MAX, Command, Fact, Hello, encode
from curbside.realtime.outputs import Output
from curbside.store import conversation as store
from curbside.store import cursor
from curbside.store.sealing import derive

QUEUE_MAX = 1_000
QUEUE_BYTES_MAX = 1024 * 1024
LIMITS = {"frame": FRAME_MAX, "text": 8192, "files": 10, "file_bytes": 10 * 1024 * 1024, "edit_ms": 60_000}
_log = structlog.get_logger(__name__)


class Carrier:
    """Stand between a transport and a Connection.

    The transport reads `next_frames` and gives every text it receives to `received`; neither waits for the database.
    `device` and the connection's person are known after the welcome.
    """

    __slots__ = (
        "_bytes",
        "_floor",
        "_overflowed",
        "_queue",
        "_ready",
        "_settings",
        "bye",
        "connection",
        "counts",
        "device",
        "grounds",
        "id",
        "later",
        "lists",
        "token_id",
        "watched",
    )

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.id = floor.installation.new_id()
        self.connection = Connection(floor.installation.db.clock())
        self.grounds = ""
        self.token_id = ""
        self.device = ""
        self.lists: dict[str, set[str]] = {}
        self.counts: dict[str, int] = {}
        self.watched: set[str] = set()
        self.later: list[Any] = []
        self.bye: outputs.Close | None = None
        self._settings = b""
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._overflowed = False
        self._ready = asyncio.Event()

    def received(self, text: str) -> None:
        """Take a frame from the transport."""
        self.run(self.connection.receive(text, self._floor.installation.db.clock()))

    def tick(self) -> None:
        self.run(self.connection.tick(self._floor.installation.db.clock()))

    def close(self, code: str, reconnect: str, after_ms: int | None = None) -> None:
        self.run(self.connection.close(code, reconnect, after_ms))

    def left(self) -> None:
        """Take that the transport is gone."""
        self._floor.hub.leave(self, list(self.watched))
        self.watched.clear()
        self.lists.clear()
        self.connection.close("gone", "now")
        self._ready.set()

    def run(self, out: Sequence[Output]) -> None:
        """Do what the connection asks for, in order."""
        for one in out:
            _RUN[type(one)](self, one)

    async def next_frames(self) -> list[bytes]:
        """Wait for frames to send; an empty list means that everything was sent and the connection is to close."""
        while not self._queue:
            if self.bye is not None or self.connection.closed:
                return []
            self._ready.clear()
            await self._ready.wait()
        found = list(self._queue)
        self._queue.clear()
        self._bytes = 0
        self._overflowed = False
        return found

    def tell_settings(self, frame: bytes) -> None:
        """Send settings if they are others than those sent last."""
        if frame != self._settings:
            self._settings = frame
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
        self._ready.set()

    def _close(self, out: outputs.Close) -> None:
        self._queue.append(encode("bye", code=out.code, reconnect=out.reconnect, after_ms=out.after_ms))
        self.bye = out
        self._ready.set()

    def _welcome(self, out: outputs.Welcome) -> None:
        self._floor.spawn(self._welcoming(out.hello))

    async def _welcoming(self, hello: Hello) -> None:
        floor = self._floor
        try:
            known = await identity.who(floor.installation, floor.directory, hello.token)
            now = floor.installation.db.clock()
            person = known.person
            things = await welcome.snapshot(floor.installation, floor.directory, floor.board, person, now)
        except Refused as refused:
            self.run(self.connection.turned_away(refused))
            return
        if self.connection.closed:
            return
        self.grounds, self.token_id, self.device = known.grounds, known.token_id, known.device or hello.device
        vault = derive(floor.installation.keys.tenant(person.tenant), "vault", person.kind, person.id, self.device)
        frame = encode(
            "welcome",
            connection=self.id,
            epoch=floor.epoch,
            heartbeat=HEARTBEAT_MS,
            now=now,
            expires_in=max(0, (known.expires_at - now) // 1000),
            vault=urlsafe_b64encode(vault).rstrip(b"=").decode(),
            limits=LIMITS,
            you=welcome.you(person, floor.directory),
            snapshot=things,
        )
        # A restored database has other events: numbers held from before it mean nothing.
        cursors = hello.cursors if hello.epoch in (None, floor.epoch) else dict.fromkeys(hello.cursors, 0)
        out = self.connection.welcomed(person, known.expires_at, known.limit_at, frame, cursors)
        if isinstance(person, Contact):
            self.connection.open_conversations = floor.board.open_of_contact(person.tenant, person.id)
        floor.hub.join(self)
        self.run(out)

    def _renewal(self, out: outputs.Renewal) -> None:
        self._floor.spawn(self._renewing(out.token))

    async def _renewing(self, token: str) -> None:
        floor = self._floor
        try:
            known = await identity.who(floor.installation, floor.directory, token)
        except Refused as refused:
            self.run(self.connection.turned_away(refused))
            return
        person = self.connection.person
        if person is None or (known.person.kind, known.person.id, known.grounds) != (
            person.kind,
            person.id,
            self.grounds,
        ):
            # Another person on an open socket is a switch of user: the old one's socket ends, nothing is carried over.
            self.close("ended", "never")
            return
        expires_in = max(0, (known.expires_at - floor.installation.db.clock()) // 1000)
        self.token_id = known.token_id
        self.run(self.connection.renewed(known.expires_at, known.limit_at, expires_in))

    def _perform(self, out: outputs.Perform) -> None:
        self._floor.spawn(self._performing(out.command))

    async def _performing(self, command: Command) -> None:
        try:
            done = await perform(self._floor, self.connection.person, command)
        except Refused as refused:
            self.run(self.connection.refused(command, refused))
        except Exception:
            self.run(self.connection.refused(command, Refused("unavailable", retry=True, after_ms=2_000)))
            raise
        else:
            self.run(self.connection.done(command, done))

    def _watch(self, out: outputs.Watch) -> None:
        self.watched.add(out.conversation)
        self._floor.hub.watch(self, out.conversation)

    def _unwatch(self, out: outputs.Unwatch) -> None:
        self.watched.discard(out.conversation)
        self._floor.hub.unwatch(self, out.conversation)

    def _load(self, out: outputs.Load) -> None:
        self._floor.spawn(self._loading(out))

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
            found = await self._floor.installation.db.read(read)
        except Refused:
            self.run(self.connection.unreadable(out.conversation))
            return
        if found is None or not self.connection.may_see(found[0]):
            self.run(self.connection.not_found(out.conversation))
            return
        if out.after == 0 or not self.connection.feed.is_live(out.conversation):
            self._admitted(found[0])
        self.run(self.connection.loaded(*found))

    def _admitted(self, state: Any) -> None:
        self._floor.hub.admitted(self, state.id)
        if isinstance(self.connection.person, Contact):
            self.connection.note_open(state)
            if state.status == "waiting":
                self._floor.desks.queue_seen(state.tenant, state.team)

    def _watch_list(self, out: outputs.WatchList) -> None:
        self._floor.spawn(self._listing(out))

    async def _listing(self, out: outputs.WatchList) -> None:
        person = self.connection.person
        assert person is not None
        shown = self.lists.setdefault(out.name, set())
        try:
            rows, more, count = await read_list(self._floor.installation, person, out.name, out.limit, out.before)
        except Refused as refused:
            self.lists.pop(out.name, None)
            why = "gap" if refused.retry else "not_found"
            self.run([outputs.Send(encode("resync", topic=f"list:{out.name}", why=why))])
            return
        for listed in rows:
            shown.add(listed.state.id)
            frame = encode("row", list=out.name, **row(listed, person, self._floor.directory))
            self.run([outputs.Send(frame)])
        self.run([outputs.Send(encode("listed", list=out.name, more=more, count=count))])
        self._floor.desks.tell_counts(self)

    def _unwatch_list(self, out: outputs.UnwatchList) -> None:
        self.lists.pop(out.name, None)

    def _move(self, out: outputs.Move) -> None:
        person = self.connection.person
        assert person is not None
        where = (person.tenant, out.conversation, person.kind, person.audience)
        self._floor.cursors.move(*where, out.delivered, out.read)

    def _type(self, out: outputs.Type) -> None:
        self._floor.hub.typed(self, out.conversation, out.audience, out.on)


async def perform(floor: Floor, person: Any, command: Command) -> Any:
    """Carry out any command for a person who is known."""
    if isinstance(command, SetState):
        if not isinstance(person, Agent):
            raise Refused("forbidden", MESSAGES["forbidden"])
        return await floor.agents.set_state(person, command)
    return await floor.conversations.perform(person, command)


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
}
