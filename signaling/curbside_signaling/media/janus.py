"""Janus' WebSocket API, as much of it as a room needs (I/O)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

ANSWER_S = 5.0
KEEP_S = 20.0  # Janus forgets a session that is silent for 60 s
_VIDEOROOM = "janus.plugin.videoroom"
_FRAME_MAX = 256 * 1024

Event = Mapping[str, Any]


class JanusGone(Exception):
    """Say that Janus cannot be reached, or does not answer any more."""


class JanusRefused(Exception):
    """Say that Janus would not do one thing that was asked of it. Everything else goes on."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Janus refused: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Server:
    """Where Janus is, and the `api_secret` that it wants to hear each time."""

    url: str
    secret: str = field(repr=False)


class Janus:
    """One session at Janus, over a line of its own: when it is closed, all that was made in it goes.

    `told` is called with what Janus says of its own accord, `lost` once when the line breaks.
    """

    def __init__(self, server: Server, told: Callable[[Event], None], lost: Callable[[], None]) -> None:
        self._server = server
        self._told = told
        self._lost = lost
        self._line: ClientConnection | None = None
        self._session = 0
        self._count = 0
        self._asked: dict[str, asyncio.Future[Event]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin a session. Raises JanusGone."""
        protocol = [Subprotocol("janus-protocol")]
        limits: dict[str, Any] = {"open_timeout": ANSWER_S, "close_timeout": 1, "max_size": _FRAME_MAX}
        try:
            self._line = await connect(self._server.url, subprotocols=protocol, proxy=None, **limits)
        except (OSError, TimeoutError, WebSocketException) as error:
            raise JanusGone from error
        self._tasks = [asyncio.create_task(self._listen(self._line)), asyncio.create_task(self._keep(self._line))]
        made = await self._ask("create")
        self._session = made["data"]["id"]

    async def attach(self) -> int:
        """Return a handle of the videoroom plugin: a peer connection's worth of it."""
        made = await self._ask("attach", plugin=_VIDEOROOM)
        handle: int = made["data"]["id"]
        return handle

    async def message(self, handle: int, body: Mapping[str, Any], jsep: Mapping[str, Any] | None = None) -> Event:
        """Say something to the plugin; return what it answers. Raises JanusRefused, JanusGone."""
        more = {"jsep": jsep} if jsep else {}
        answer = await self._ask("message", handle_id=handle, body=body, **more)
        code = answer.get("plugindata", {}).get("data", {}).get("error_code")
        if code is not None:
            raise JanusRefused(code)
        return answer

    async def detach(self, handle: int) -> None:
        """Let a handle go, and its peer connection; one that is gone already is no trouble."""
        with contextlib.suppress(JanusRefused):
            await self._ask("detach", handle_id=handle)

    async def end(self) -> None:
        """End the session and everything in it. Raises JanusGone."""
        with contextlib.suppress(JanusRefused):
            await self._ask("destroy")

    async def stop(self) -> None:
        """Close the line."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._line is not None:
            await self._line.close()

    async def _ask(self, what: str, **fields: Any) -> Event:
        if self._line is None:
            raise JanusGone
        self._count += 1
        transaction = str(self._count)
        answer: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._asked[transaction] = answer
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._line.send(json.dumps(self._said(what, transaction, **fields)))
                return await answer
        except (OSError, TimeoutError, WebSocketException) as error:
            raise JanusGone from error
        finally:
            del self._asked[transaction]

    async def _listen(self, line: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException, OSError):
            async for frame in line:
                self._hear(json.loads(frame))
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(JanusGone())
        self._lost()

    def _hear(self, event: Event) -> None:
        kind, answer = event.get("janus"), self._asked.get(str(event.get("transaction")))
        if kind == "ack" and answer is not None:
            return  # it is at work: the answer itself comes later
        if answer is None:
            self._told(event)
        elif answer.done():
            return
        elif kind == "error":
            answer.set_exception(JanusRefused(event["error"]["code"]))
        else:
            answer.set_result(event)

    async def _keep(self, line: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException, OSError):
            while True:
                await asyncio.sleep(KEEP_S)
                await line.send(json.dumps(self._said("keepalive", "kept")))

    def _said(self, what: str, transaction: str, **fields: Any) -> dict[str, Any]:
        place = {"session_id": self._session} if self._session else {}
        return {"janus": what, "transaction": transaction, "apisecret": self._server.secret, **place, **fields}
