"""Lines over a real port: readers who stop reading, streams that are busy, and the end of the process."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import websockets

from curbside.actions.identity import digest
from curbside.app import Application
from curbside.realtime import connection
from curbside.realtime.frames import encode
from curbside.realtime.outputs import Send
from curbside.web import server, stream
from curbside.web.carrier import QUEUE_BYTES_MAX
from tests import builders
from tests.attacks.wire import Wire, contact_token
from tests.serving import DEVICE, browser

WAIT_S = 10
SMALL = 4_096


@pytest.fixture
async def at(curbside: Application, port: Callable[[], int]) -> AsyncIterator[int]:
    """The application behind a real port."""
    found = port()
    config = server.configure(curbside, "127.0.0.1", found)
    config.lifespan = "off"
    serving = server.Server(config, curbside.carriers)
    task = asyncio.create_task(serving._serve())
    async with asyncio.timeout(WAIT_S):
        await serving.up.wait()
    yield found
    serving.should_exit = serving.force_exit = True
    await task


async def token_of(curbside: Application, **claims: Any) -> str:
    async with browser(curbside) as client:
        return await contact_token(client, **claims)


@asynccontextmanager
async def streaming(at: int, token: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Open a stream, and read its frames as they come."""
    opening = {"device": DEVICE, "tab": "t" * 22}
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{at}", timeout=WAIT_S) as client,
        client.stream("POST", "/v1/stream", json=opening, headers=headers) as answer,
    ):
        yield (json.loads(line) async for line in answer.aiter_lines())


async def stalled(at: int, token: str) -> socket.socket:
    """Open a stream, and never read it: with a small window, so that a machine's buffers do not hide that."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", at))
    body = json.dumps({"device": DEVICE, "tab": "t" * 22})
    head = (
        f"POST /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(line, (head + body).encode())
    return line


async def said(curbside: Application, enough: Callable[[], bool], every_s: float = 0.001) -> None:
    """Say things on every line that was greeted, until it is enough."""
    frame = encode("row", list="x" * 2_000)
    async with asyncio.timeout(WAIT_S):
        while not enough():
            for carrier in list(curbside.carriers):
                if carrier.connection.person is not None:
                    carrier.run([Send(frame)])
            await asyncio.sleep(every_s)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_stream_that_is_never_quiet_gets_its_heads(
    curbside: Application, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEADS_S", 0.3)
    async with streaming(at, await token_of(curbside)) as frames:
        busy = asyncio.create_task(said(curbside, lambda: False))
        heard = {"welcome": 0, "row": 0, "heads": 0}
        async with asyncio.timeout(WAIT_S / 2):
            async for frame in frames:
                heard[frame["type"]] = heard.get(frame["type"], 0) + 1
                if heard["heads"] == 2:
                    break
        busy.cancel()
    assert heard["welcome"] == 1 and heard["row"] > 20


async def test_a_stream_of_which_nothing_is_taken_is_cut_and_its_reader_gone(
    curbside: Application, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WRITE_S", 0.5)
    line = await stalled(at, await token_of(curbside))
    await until(lambda: any(carrier.connection.person for carrier in curbside.carriers))
    await said(curbside, lambda: not curbside.carriers)
    line.close()


async def test_a_stream_whose_client_says_nothing_beside_it_is_silent(
    curbside: Application, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its twin says `ping`, and stays."""
    monkeypatch.setattr(connection, "SILENCE_MS", 600)
    mute, lively = await token_of(curbside), await token_of(curbside, sub="eve", sid="another")
    async with streaming(at, mute) as of_mute, streaming(at, lively) as of_lively, browser(curbside) as beside:
        assert (await anext(of_mute))["type"] == (await anext(of_lively))["type"] == "welcome"
        for _ in range(5):
            await asyncio.sleep(0.2)
            headers = {"Authorization": f"Bearer {lively}"}
            answer = await beside.post("/v1/frame", json={"type": "ping", "at": 7}, headers=headers)
            assert answer.json()["at"] == 7
            for carrier in list(curbside.carriers):
                carrier.tick()
        assert [frame["code"] async for frame in of_mute if frame["type"] == "bye"] == ["silent"]
        assert len(curbside.carriers) == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [("", 400), ("{", 400), ('{"type":"send"}', 400), ('{"type":"send","key":"%s"}' % ("k" * 22), 200)],
)
async def test_what_is_no_frame_is_a_bad_request_and_a_bad_frame_is_answered_by_one(
    curbside: Application, said: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {await token_of(curbside)}"}
    async with browser(curbside) as client:
        answer = await client.post("/v1/frame", content=said, headers=headers)
    assert answer.status_code == status
    told = answer.json()
    assert (told if status == 200 else told["error"])["code"] == "bad_frame"


async def greeted(at: int, token: str, **options: Any) -> websockets.ClientConnection:
    line = await websockets.connect(f"ws://127.0.0.1:{at}/v1/socket", ping_interval=None, **options)
    await line.send(json.dumps({"type": "hello", "version": 1, "token": token, "device": DEVICE, "tab": "t" * 22}))
    assert (await heard(line))["type"] == "welcome"
    return line


async def heard(line: websockets.ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(WAIT_S):
        frame: dict[str, Any] = json.loads(await line.recv())
    return frame


async def test_a_reader_who_stops_reading_is_told_slow_and_harms_nobody(curbside: Application, at: int) -> None:
    """Promise 8, over real sockets: bounded queues, `slow`, and the others hear everything."""
    token, other = await token_of(curbside), await token_of(curbside, sub="eve", sid="another")
    slow = await greeted(at, token, max_queue=1)
    swift = await greeted(at, other)
    talk, wire = builders.new_id(), Wire(curbside, other)
    await wire.act("start", talk)
    await swift.send(json.dumps({"type": "subscribe", "topic": f"conversation:{talk}", "after": 0}))
    (theirs,) = [one for one in curbside.carriers if one.token_id == digest(token)]
    most = 0

    def overflowed() -> bool:
        nonlocal most
        most = max(most, theirs._bytes)
        return theirs._overflowed

    frame = encode("row", list="x" * 8_000)
    async with asyncio.timeout(WAIT_S):
        while not overflowed():
            theirs.run([Send(frame)])
            await asyncio.sleep(0)
    assert most <= QUEUE_BYTES_MAX
    await wire.say(talk, "Still here?")
    while (said := await heard(swift))["type"] != "event" or said["kind"] != "message":
        assert said["type"] != "slow"
    while (await heard(slow))["type"] != "slow":
        pass
    await slow.send(json.dumps({"type": "ping", "at": 5}))
    while (last := await heard(slow))["type"] != "heads":
        pass
    assert last["at"] == 5
    await slow.close()
    await swift.close()
    wire.carrier.left()


async def test_who_is_connected_when_the_process_ends_is_asked_to_go_elsewhere(
    curbside: Application, port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DRAIN_MS", 500)
    found = port()
    config = server.configure(curbside, "127.0.0.1", found)
    config.lifespan = "off"
    serving = server.Server(config, curbside.carriers)
    task = asyncio.create_task(serving._serve())
    await until(lambda: serving.up.is_set())
    line = await greeted(found, await token_of(curbside))
    serving.should_exit = True
    assert await heard(line) == {"type": "drain", "within_ms": 500}
    bye = await heard(line)
    assert (bye["type"], bye["code"], bye["reconnect"]) == ("bye", "restarting", "later") and bye["after_ms"] > 0
    await task
