"""The WebSocket at /v1/socket: a pump between the wire and a Carrier. It reads, and never waits for the database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection

from starlette.types import Receive, Scope, Send

from curbside.actions.floor import Floor
from curbside.web.carrier import Carrier

TICK_S = 5.0
WRITE_S = 20.0
_CODES = {"no_hello": 4001, "bad_frame": 4002, "too_large": 1009, "too_fast": 4008, "expired": 4010, "ended": 4011}
_OTHER = 4000
CONNECTIONS_MAX = 20_000


class Socket:
    """Serve one WebSocket. Cookies are ignored: a token comes in `hello`, so a foreign page has nothing to ride on.

    Only pages of `origins` (the panel's and the desk's own) may open one, and clients that are no browser.
    """

    def __init__(self, floor: Floor, origins: Collection[str], carriers: set[Carrier]) -> None:
        self._floor = floor
        self._origins = frozenset(origins)
        self._carriers = carriers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert message["type"] == "websocket.connect"
        if len(self._carriers) >= CONNECTIONS_MAX:
            await _refuse(send)
            return
        if _origin(scope) not in (None, *self._origins):
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})
        carrier = Carrier(self._floor)
        self._carriers.add(carrier)
        writer = asyncio.create_task(_write(carrier, send))
        try:
            await _read(carrier, receive)
        finally:
            self._carriers.discard(carrier)
            carrier.left()
            if carrier.bye is None:
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)


async def _read(carrier: Carrier, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            carrier.close("bad_frame", "later", 5_000)
        else:
            carrier.received(text)


async def _write(carrier: Carrier, send: Send) -> None:
    """Send what is queued. One writer a connection, and a deadline on what it takes at a time (bounded by the
    carrier's queue): uvicorn's send blocks on a slow reader, who is closed rather than kept."""
    try:
        while frames := await carrier.next_frames():
            async with asyncio.timeout(WRITE_S):
                for frame in frames:
                    await send({"type": "websocket.send", "text": frame.decode()})
        code = _CODES.get(carrier.bye.code, _OTHER) if carrier.bye else 1000
        await send({"type": "websocket.close", "code": code})
    except (TimeoutError, OSError, RuntimeError):
        # The reader is too slow or gone; closing makes the read side end too.
        await _close_quietly(send)


async def _refuse(send: Send) -> None:
    """Say before the upgrade that this process is full, and when to try again: not all at the same moment."""
    after = str(random.randint(2, 15)).encode()  # noqa: S311 (jitter, not a secret)
    headers = [(b"retry-after", after), (b"content-length", b"0")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _close_quietly(send: Send) -> None:
    try:
        async with asyncio.timeout(1):
            await send({"type": "websocket.close", "code": _OTHER})
    except (TimeoutError, OSError, RuntimeError):
        return


def _origin(scope: Scope) -> str | None:
    found = [value for name, value in scope["headers"] if name == b"origin"]
    return found[0].decode("latin-1") if found else None


async def keep_ticking(carriers: set[Carrier]) -> None:
    """Let every connection look at the clock, until cancelled: one timer for all of them."""
    while True:
        await asyncio.sleep(TICK_S)
        for count, carrier in enumerate(list(carriers)):
            carrier.tick()
            if count % 500 == 499:
                await asyncio.sleep(0)
