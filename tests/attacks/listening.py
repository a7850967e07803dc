"""The application behind a real port, so that anything at all may be sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from curbside.app import Application
from curbside.web import server

WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Listening:
    """The application behind a real port."""

    application: Application
    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/socket"

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def upgraded(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Shake hands by hand, so that anything at all may be sent after it."""
        reader, writer = await self.raw()
        head = (
            f"GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        writer.write(head.encode())
        async with asyncio.timeout(WAIT_S):
            assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        return reader, writer


@pytest.fixture
async def listening(curbside: Application, port: Callable[[], int]) -> AsyncIterator[Listening]:
    at = port()
    config = server.configure(curbside, "127.0.0.1", at)
    config.lifespan = "off"
    serving = server.Server(config, curbside.carriers)
    task = asyncio.create_task(serving._serve())
    async with asyncio.timeout(WAIT_S):
        await serving.up.wait()
    yield Listening(curbside, at)
    serving.should_exit = serving.force_exit = True
    await task


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return what the server sent before it closed."""
    async with asyncio.timeout(WAIT_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
