"""The WebSocket at /v1/socket: a pump between the wire and a Carrier. It reads, and never waits for the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from curbside.actions.floor import Floor
from curbside.web.carrier import Carrier

TICK_S = 5.0
WRITE_S = 20.0
_CODES = {"no_hello": 4001, "bad_frame": 4002, "too_large": 1009, "too_fast": 4008, "expired": 4010, "ended": 4011}
_OTHER = 4000


class Socket:
    """Serve one WebSocket. Cookies are ignored: a token comes in `hello`, so a foreign page has nothing to ride on.

    `may_open` looks at the Origin header: the panel's and the desk's own origin, or none (not a browser).
    """

    def __init__(self, floor: Floor, may_open: Callable[[str | None], bool], carriers: set[Carrier]) -> None:
        self._floor = floor
        self._may_open = may_open
        self._carriers = carriers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert message["type"] == "websocket.connect"
        if not self._may_open(_origin(scope)):
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
    """Send what is queued. One writer a connection, and a deadline on each write: uvicorn's send blocks on a slow
    reader, who is closed rather than kept."""
    try:
        while frames := await carrier.next_frames():
            for frame in frames:
                async with asyncio.timeout(WRITE_S):
                    await send({"type": "websocket.send", "text": frame.decode()})
        code = _CODES.get(carrier.bye.code, _OTHER) if carrier.bye else 1000
        await send({"type": "websocket.close", "code": code})
    except (TimeoutError, OSError, RuntimeError):
        # The reader is too slow or gone; closing makes the read side end too.
        await _close_quietly(send)


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
