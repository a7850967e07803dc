"""The WebSocket at /v1/socket: bytes from the transport go to a Carrier, and its frames to the transport.

It stands on the transport itself, without a task, a queue or a framework in between: every message passes here. It
reads, and never waits for the database.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import structlog
from starlette.requests import HTTPConnection

from curbside.actions.floor import Floor
from curbside.domain.errors import Refused
from curbside.realtime.connection import HELLO_MS
from curbside.realtime.frames import FRAME_MAX
from curbside.realtime.websocket import (
    Broken,
    Message,
    Opcode,
    Reader,
    answer_handshake,
    close_frame,
    control_frame,
    text_frame,
)
from curbside.web.arrivals import Arrivals
from curbside.web.carrier import Carrier
from curbside.web.limits import Addresses

SOCKET = "/v1/socket"
TICK_S = 5.0
HELLO_S = HELLO_MS / 1000 + 0.05
WRITE_S = 20.0
CLOSE_S = 10.0
CONNECTIONS_MAX = 20_000
_CODES = {"no_hello": 4001, "bad_frame": 4002, "too_large": 1009, "too_fast": 4008, "expired": 4010, "ended": 4011}
_OTHER = 4000
_STATUS = {"busy": b"503 Service Unavailable", "too_fast": b"429 Too Many Requests"}
_log = structlog.get_logger(__name__)


class Sockets:
    """Let WebSockets in. Cookies are ignored: a token comes in `hello`, so a foreign page has nothing to ride on.

    Only pages of `origins` (the panel's and the desk's own) may open one, and clients that are no browser.
    """

    def __init__(
        self, floor: Floor, origins: Collection[str], carriers: set[Carrier], addresses: Addresses | None = None
    ) -> None:
        self._floor = floor
        self._addresses = addresses or Addresses()
        self.arrivals = Arrivals()
        self._origins = frozenset(origin.encode() for origin in origins)
        self.carriers = carriers

    def open(self, path: bytes, headers: Iterable[tuple[bytes, bytes]], transport: Any, open: set[Any]) -> None:
        """Answer a request to become a WebSocket; `open` are the process's connections, for its end."""
        found = dict(headers)
        answer = answer_handshake(found)
        refused = self._refusal(path, found.get(b"origin"))
        if answer is None or refused is not None:
            refuse(transport, refused or b"426 Upgrade Required\r\nSec-WebSocket-Version: 13")
            return
        peer = transport.get_extra_info("peername")
        address = self._addresses.of(HTTPConnection({"type": "http", "client": peer, "headers": list(headers)}))
        try:
            self.arrivals.let_in(address)
        except Refused as refusal:
            refuse(transport, _STATUS[refusal.code] + b"\r\nRetry-After: %d" % -(-(refusal.after_ms or 0) // 1000))
            return
        transport.write(answer)
        spoken = partial(self.arrivals.let_go, address)
        transport.set_protocol(
            Socket(Carrier(self._floor, secrets.token_hex(8)), transport, self.carriers, open, spoken)
        )

    def _refusal(self, path: bytes, origin: bytes | None) -> bytes | None:
        """Return the status, and headers, of what is refused."""
        if path != SOCKET.encode():
            return b"404 Not Found"
        if len(self.carriers) >= CONNECTIONS_MAX:
            after = random.randint(2, 15)  # noqa: S311 (jitter, not a secret: they must not all come back at once)
            return b"503 Service Unavailable\r\nRetry-After: %d" % after
        if origin not in (None, *self._origins):
            return b"403 Forbidden"
        return None


class Socket(asyncio.Protocol):
    """Carry one WebSocket.

    What is to be sent is gathered until the event loop comes round, and written at once. While the transport is full
    nothing is taken from the carrier, whose queue is bounded; a reader who takes nothing for WRITE_S is cut off.
    """

    __slots__ = ("_began", "_carrier", "_carriers", "_deadline", "_ending", "_loop", "_open", "_reader",
                 "_spoken", "_transport", "_waking")  # fmt: skip

    def __init__(
        self,
        carrier: Carrier,
        transport: Any,
        carriers: set[Carrier],
        open: set[Any],
        spoken: Callable[[], None] | None = None,
    ) -> None:
        self._carrier = carrier
        self._spoken = spoken
        self._transport = transport
        self._carriers = carriers
        self._open = open
        self._reader = Reader(FRAME_MAX * 2)
        self._loop = asyncio.get_running_loop()
        self._deadline: asyncio.TimerHandle | None = None
        self._ending = False
        self._waking = False
        self._began = time.monotonic()
        carriers.add(carrier)
        open.add(self)
        self._loop.call_later(HELLO_S, carrier.tick)  # the common ticker would be seconds late
        carrier.wake = self._wake

    def data_received(self, data: bytes) -> None:
        try:
            for message in self._reader.feed(data):
                self._take(message)
        except Broken as broken:
            self._end(broken.code)
            self._transport.close()
        except Exception:
            # By kind and place, without its message, which may quote what somebody wrote.
            _log.exception("request.failed", route=SOCKET, request=self._carrier.request)
            self._end(1011)
            self._transport.close()

    def _take(self, message: Message) -> None:
        opcode, payload = message
        if opcode == Opcode.CLOSE:
            self._end(1000)
            self._transport.close()
        elif self._ending:
            return
        elif opcode == Opcode.TEXT:
            self._has_spoken()
            try:
                text = payload.decode()
            except UnicodeDecodeError:
                raise Broken(1007) from None
            self._carrier.received(text)
        elif opcode == Opcode.PING:
            if self._deadline is None:  # to one who takes nothing, answers would pile up beside the bounded queue
                self._transport.write(control_frame(Opcode.PONG, payload))
        elif opcode == Opcode.BINARY:
            self._carrier.close("bad_frame", "later", 5_000)

    def _wake(self) -> None:
        if not self._waking:
            self._waking = True
            self._loop.call_soon(self._write)

    def _write(self) -> None:
        self._waking = False
        if self._ending or self._deadline is not None:
            return
        frames = self._carrier.take()
        if frames:
            self._transport.write(b"".join([text_frame(frame) for frame in frames]))
        if self._carrier.over:
            bye = self._carrier.bye
            self._end(_CODES.get(bye.code, _OTHER) if bye else 1000)

    def pause_writing(self) -> None:
        self._deadline = self._loop.call_later(WRITE_S, self._transport.abort)

    def resume_writing(self) -> None:
        self._let_go()
        self._wake()

    def _end(self, code: int) -> None:
        """Say goodbye once; whoever does not answer it is cut off."""
        if self._ending:
            return
        self._ending = True
        self._transport.write(close_frame(code))
        self._let_go()
        self._deadline = self._loop.call_later(CLOSE_S, self._transport.abort)

    def shutdown(self) -> None:
        """End because the process does."""
        self._end(1012)
        self._transport.close()

    def _has_spoken(self) -> None:
        if self._spoken is not None:
            self._spoken()
            self._spoken = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_spoken()
        self._ending = True
        self._let_go()
        self._open.discard(self)
        self._carriers.discard(self._carrier)
        self._carrier.left()
        _log.info(
            "socket.ended",
            route=SOCKET,
            request=self._carrier.request,
            seconds=round(time.monotonic() - self._began, 1),
        )

    def _let_go(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def refuse(transport: Any, status: bytes) -> None:
    """Say no before the upgrade, in the words of HTTP; `status` may bring headers along."""
    transport.write(b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
    transport.close()


async def keep_ticking(carriers: set[Carrier]) -> None:
    """Let every connection look at the clock, until cancelled: one timer for all of them."""
    while True:
        await asyncio.sleep(TICK_S)
        for count, carrier in enumerate(list(carriers)):
            carrier.tick()
            if count % 500 == 499:
                await asyncio.sleep(0)
