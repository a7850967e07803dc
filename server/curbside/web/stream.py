"""The wire without WebSockets (docs/protocol.md §9): frames stream down one response, and go up one POST each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from curbside.actions import identity
from curbside.actions.floor import Floor
from curbside.actions.identity import Known, digest
from curbside.domain.commands import Id
from curbside.domain.errors import ProtocolError, Refused
from curbside.domain.people import Agent, Person
from curbside.realtime import frames
from curbside.realtime.connection import HEARTBEAT_MS
from curbside.realtime.frames import BadFrame, CallFrame, Command, encode
from curbside.realtime.signals import CallHere, Signal
from curbside.realtime.standing import beyond
from curbside.web.carrier import Carrier
from curbside.web.limits import Addresses, Buckets
from curbside.web.parts import Parts
from curbside.web.pull import Pull
from curbside.web.reading import bearer, body_of, refusal
from curbside.web.socket import CONNECTIONS_MAX

POLL_S = 20.0
FLOOD_MS = 60_000
HEADS_S = HEARTBEAT_MS / 1000 * 0.8  # a little early: a proxy may hold a line back for a moment
_QUIET_S = 0.15
_BODY_MAX = 64 * 1024


class Topic(msgspec.Struct, frozen=True):
    topic: str
    after: int = 0
    limit: int = 50
    before: str | None = None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    device: Id
    tab: Id
    version: int = 1
    epoch: str | None = None
    cursors: dict[str, int] = {}
    subscribe: list[Topic] = []
    poll: bool = False
    wait: bool = True


class Stream:
    """Serve /v1/stream and /v1/frame with the same Carrier that a socket has."""

    def __init__(self, floor: Floor, carriers: set[Carrier], addresses: Addresses) -> None:
        self._floor = floor
        self._addresses = addresses
        self._opening = Buckets(rate=200, burst=5_000)
        self._framing = Buckets(rate=2_000, burst=10_000)
        self._carriers = carriers
        # By the token they were opened with, the newest last.
        self._streams: dict[str, dict[Carrier, None]] = {}
        self._parts = Parts(floor)

    async def stream(self, request: Request) -> Response:
        """Answer with what happens, for as long as the client reads; or once, as an array, when it polls."""
        try:
            self._opening.take(self._addresses.of(request))
            opening = msgspec.json.decode(await body_of(request, _BODY_MAX), type=Opening)
            token = bearer(request)
        except msgspec.DecodeError:
            return refusal(Refused("bad_frame"))
        except Refused as refused:
            return refusal(refused)
        if len(self._carriers) >= CONNECTIONS_MAX:
            return refusal(Refused("busy", retry=True, after_ms=5_000))
        carrier = self._open(opening, token)
        if opening.poll:
            return await self._poll(carrier, wait=opening.wait)
        return StreamingResponse(
            self._lines(carrier, digest(token)),
            media_type="application/x-ndjson",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def frame(self, request: Request) -> Response:
        """Take one frame with its own token, and answer it: any node can."""
        try:
            self._framing.take(self._addresses.of(request))
            text = (await body_of(request, frames.FRAME_MAX)).decode()
            known = await identity.who(self._floor.installation, self._floor.directory, bearer(request), parts=True)
            frame = frames.decode(text)
        except (ProtocolError, UnicodeDecodeError):
            return refusal(Refused("bad_frame"))
        except BadFrame as bad:
            # What is no frame at all is a bad request; to one that is, the answer is a frame.
            return _answer(_no(bad.key, bad)) if bad.key is not None else refusal(bad)
        except Refused as refused:
            return refusal(refused)
        if too_much := self._refused(known.person, frame):
            return refusal(too_much)
        if isinstance(frame, Command):
            if isinstance(known.person, Agent):
                self._floor.on_active(known.person.tenant, known.grounds)
            return await self._command(known, frame)
        self._losable(known, frame)
        if isinstance(frame, frames.Ping):
            return self._ping(known.token_id, frame)
        return _answer(encode("done"))

    def _refused(self, person: Person, frame: frames.Frame) -> Refused | None:
        now = self._now()
        allowance = self._floor.allowances.of(person, now)
        wait = allowance.take(now)
        if wait is None:
            return Refused("too_fast", retry=True, after_ms=FLOOD_MS)
        if isinstance(frame, Command):
            return allowance.refusal(wait, now)
        return Refused("too_fast", retry=True, after_ms=wait) if wait else None

    def _ping(self, token_id: str, frame: frames.Ping) -> Response:
        # That bytes left for a stream says nothing of its reader: only what comes from them does.
        now = self._now()
        for carrier in self._streams.get(token_id, ()):
            carrier.connection.heard_at = now
        return _answer(encode("heads", at=frame.at, now=now, heads={}))

    def _on_call(self, token_id: str, frame: CallFrame) -> None:
        # Only a stream can carry a part of a call; what comes of this is said there.
        theirs = [one for one in self._streams.get(token_id, ()) if one.connection.person is not None]
        if isinstance(frame, CallHere):
            self._parts.take(token_id, theirs[-1] if theirs else None, frame)
            return
        if isinstance(frame, Signal):
            self._parts.say(token_id, theirs, frame)
            return
        carrying = [one for one in theirs if self._floor.exchange.carries(one)]
        for carrier in (carrying or theirs)[-1:]:
            self._floor.on_call(carrier, frame)

    async def _command(self, known: Known, command: Command) -> Response:
        try:
            self._check_goes_on(known, command)
            done = await self._floor.perform(known.person, command)
        except Refused as refused:
            return _answer(_no(command.key, refused))
        place = {"key": command.key, "conversation": command.conversation}
        said = {"seq": done.seq, "at": done.at, "duplicate": done.duplicate, "result": done.result}
        return _answer(encode("ok", **place, **said))

    def _check_goes_on(self, known: Known, command: Command) -> None:
        """Raise Refused(`expired`) over anything but an open conversation, once a contact's token has run out.

        And over what is none of the part of a call that a token carries.
        """
        if code := beyond(known.part, command):
            raise Refused(code)
        person = known.person
        going_on = self._floor.board.open_of_contact(person.tenant, person.id)
        if known.lapsed(self._now()) and command.conversation not in going_on:
            raise Refused("expired")

    def _losable(self, known: Known, frame: Any) -> None:
        if isinstance(frame, CallFrame):
            self._on_call(known.token_id, frame)
        # Cursors and typing go through a stream of the same person that watches the conversation, if there is one:
        # it knows what was sent, and may relay.
        kind, person = _LOSABLE.get(type(frame)), known.person
        if kind is None or (known.part and frame.conversation != known.part.conversation):
            return
        for listener in self._floor.hub.watchers(person.tenant, frame.conversation):
            theirs = listener.connection.person
            if theirs is not None and (theirs.kind, theirs.id) == (person.kind, person.id):
                listener.run(
                    listener.connection.receive(encode(kind, **msgspec.to_builtins(frame)).decode(), self._now())
                )
                return

    def _open(self, opening: Opening, token: str) -> Carrier:
        carrier = Carrier(self._floor, structlog.contextvars.get_contextvars().get("request", ""))
        carrier.tab = opening.tab
        self._carriers.add(carrier)
        cursors = {**opening.cursors, **_cursors(opening.subscribe)}
        hello = {"version": 1, "token": token, "device": opening.device, "tab": opening.tab, "epoch": opening.epoch}
        carrier.received(encode("hello", **hello, cursors=cursors).decode())
        carrier.later = [one for one in opening.subscribe if one.topic.startswith("list:")]
        return carrier

    async def _lines(self, carrier: Carrier, token_id: str) -> AsyncIterator[bytes]:
        theirs = self._streams.setdefault(token_id, {})
        theirs[carrier] = None
        greeted = False
        try:
            async for frame in self._frames(carrier):
                yield frame + b"\n"
                if not greeted and carrier.connection.person is not None:
                    greeted = True
                    self._parts.go_on(token_id, carrier)
        finally:
            theirs.pop(carrier, None)
            if not theirs:
                self._streams.pop(token_id, None)
            self._close(carrier)

    async def _frames(self, carrier: Carrier) -> AsyncIterator[bytes]:
        pull, clock = Pull(carrier), asyncio.get_running_loop().time
        due = clock() + HEADS_S
        while True:
            if clock() >= due:  # however much else there is to say
                due = clock() + HEADS_S
                carrier.run(carrier.connection.heads(self._now()))
            try:
                async with asyncio.timeout_at(due):
                    found = await pull.next_frames()
            except TimeoutError:
                continue
            if not found:
                return
            for frame in found:
                yield frame
            self._subscribe_lists(carrier)

    async def _poll(self, carrier: Carrier, *, wait: bool) -> Response:
        """Answer with how things stand; with `wait`, once there is news, or when it has been quiet for long enough."""
        found: list[bytes] = []
        pull = Pull(carrier)
        try:
            async with asyncio.timeout(POLL_S):
                found += await self._until_quiet(carrier, pull)
                if wait and not any(frame.startswith(_NEWS) for frame in found):
                    found += await pull.next_frames()
                    found += await self._until_quiet(carrier, pull)
        except TimeoutError:
            pass
        finally:
            self._close(carrier)
        return Response(b"[" + b",".join(found) + b"]", media_type="application/json", headers=_PRIVATE)

    async def _until_quiet(self, carrier: Carrier, pull: Pull) -> list[bytes]:
        """Return what comes until nothing has for a moment, nor is read; at first that is what a welcome brings."""
        found: list[bytes] = []
        while True:
            try:
                async with asyncio.timeout(_QUIET_S if carrier.connection.person else POLL_S):
                    more = await pull.next_frames()
            except TimeoutError:
                if carrier.reading:
                    continue
                return found
            if not more:
                return found
            found += more
            self._subscribe_lists(carrier)

    def _subscribe_lists(self, carrier: Carrier) -> None:
        if carrier.connection.person is None:
            return
        wanted, carrier.later = carrier.later, []
        for topic in wanted:
            carrier.received(encode("subscribe", **msgspec.to_builtins(topic)).decode())

    def _close(self, carrier: Carrier) -> None:
        self._carriers.discard(carrier)
        carrier.left()

    def _now(self) -> int:
        return self._floor.installation.db.clock()


_PRIVATE = {"Cache-Control": "no-store"}
# What a poll is answered with at once: everything else at its beginning only says how things stand.
_NEWS = tuple(encode(kind)[:-1] for kind in ("event", "resync", "slow", "bye"))
_LOSABLE: Mapping[type, str] = {frames.Ack: "ack", frames.Read: "read", frames.Typing: "typing"}


def _cursors(topics: list[Topic]) -> dict[str, int]:
    named = [(topic.topic.partition(":"), topic.after) for topic in topics]
    return {name: after for (kind, _, name), after in named if kind == "conversation"}


def _no(key: str | None, refused: Refused) -> bytes:
    told = {"code": refused.code, "message": refused.message, "retry": refused.retry, "after_ms": refused.after_ms}
    return encode("no", key=key, **told, detail=refused.detail)


def _answer(frame: bytes) -> Response:
    return Response(frame, media_type="application/json", headers=_PRIVATE)
