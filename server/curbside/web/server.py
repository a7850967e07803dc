"""The process that listens: uvicorn, with a deadline for headers and a gentle end."""

from __future__ import annotations

import asyncio
import random
import socket
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from curbside.realtime.frames import encode
from curbside.realtime.outputs import Send
from curbside.web.carrier import Carrier
from curbside.web.socket import WRITE_S, Socket, Sockets, refuse

HEADERS_S = 10.0
BODY_S = 20.0
UNSENT_MAX = 128 * 1024
BODY_BYTES_MIN = 8 * 1024  # in that time: a twentieth of what 64 kbit/s carry
DRAIN_MS = 2_000


class DeadlineProtocol(HttpToolsProtocol):
    """Close a connection that does not finish its request's headers in time or whose body drips, and cut one that
    takes nothing of its answer for WRITE_S: uvicorn itself would wait for ever.
    """

    _late: asyncio.TimerHandle | None = None
    _came = 0
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # Else the kernel holds megabytes for a slow line, and says that it took some only when a third of them is gone.
        wire = transport.get_extra_info("socket")
        if wire is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        self._late = self.loop.call_later(HEADERS_S, self._too_late)

    def data_received(self, data: bytes) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        if self._late is None and idle:
            self._late = self.loop.call_later(HEADERS_S, self._too_late)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._in_time()
        super().on_headers_complete()
        self._came = 0
        self._late = self.loop.call_later(BODY_S, self._look_at_body)

    def on_body(self, body: bytes) -> None:
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_time()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        self._taking()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(WRITE_S, self.transport.abort)

    def resume_writing(self) -> None:
        self._taking()
        super().resume_writing()

    def handle_websocket_upgrade(self) -> None:
        """Hand a WebSocket over to our own: uvicorn's stands a task and two queues between the wire and us."""
        self._in_time()
        self._taking()
        self.connections.discard(self)
        path: bytes = httptools.parse_url(self.url).path
        sockets: Sockets | None = getattr(self.config.loaded_app, "sockets", None)
        if sockets is None:
            refuse(self.transport, b"404 Not Found")
        else:
            sockets.open(path, self.scope["headers"], self.transport, self.connections)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _taking(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _look_at_body(self) -> None:
        # While it is we who do not read, nothing can come.
        if self._came < BODY_BYTES_MIN and not self.flow.read_paused:
            self._too_late()
            return
        self._came = 0
        self._late = self.loop.call_later(BODY_S, self._look_at_body)

    def _too_late(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """Serve until told to stop; then ask clients to go elsewhere over a window before their sockets close."""

    def __init__(self, config: uvicorn.Config, carriers: set[Carrier]) -> None:
        super().__init__(config)
        self._carriers = carriers
        self.draining = False
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.up.set()

    async def is_up(self, serving: asyncio.Future[Any]) -> bool:
        """Wait until the port is open and the application has started, or the server has given up."""
        up = asyncio.ensure_future(self.up.wait())
        await asyncio.wait([up, serving], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        return self.up.is_set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell every client to go elsewhere, and wait for those who do: at SIGTERM uvicorn would cut all at once."""
        self.draining = True
        for carrier in list(self._carriers):
            carrier.run([Send(encode("drain", within_ms=DRAIN_MS))])
        deadline = asyncio.get_running_loop().time() + DRAIN_MS / 1000
        while self._carriers and asyncio.get_running_loop().time() < deadline and not self.force_exit:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        for carrier in list(self._carriers):
            # Spread over a second, so that those who are left do not all come back at once.
            carrier.close("restarting", "later", random.randint(100, 1_000))  # noqa: S311 (jitter, not a secret)
        await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def configure(app: Any, host: str, port: int) -> uvicorn.Config:
    """Return uvicorn's settings: our own WebSockets, our own log."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=DeadlineProtocol,
        ws=Socket,  # never made by uvicorn: DeadlineProtocol hands WebSockets over
        loop="uvloop",
        timeout_keep_alive=20,
        backlog=4096,
        log_config=None,
        timeout_graceful_shutdown=10,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # web.limits.Addresses decides whose X-Forwarded-For is believed
        lifespan="on",
    )
