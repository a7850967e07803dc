"""What a hostile client may do to a socket, and what comes of it. Each guard is shown once taken away."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest
import structlog
import websockets

from curbside.app import Application
from curbside.realtime import connection as protocol
from curbside.realtime.allowance import Allowance
from curbside.realtime.connection import BAD_FRAMES_MAX, HELLO_MS, SILENCE_MS, Connection
from curbside.realtime.outputs import Close, Output
from curbside.web import server, socket
from tests.attacks.listening import WAIT_S, Listening, ended
from tests.attacks.wire import Wire, contact_token
from tests.serving import ORIGIN, browser


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", "http://127.0.0.1:8401"])
async def test_a_foreign_page_opens_no_socket(listening: Listening, origin: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(listening.url, origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


async def test_our_own_page_does(listening: Listening) -> None:
    async with websockets.connect(listening.url, origin=ORIGIN):  # type: ignore[arg-type]
        pass


async def test_a_frame_of_a_gibibyte_is_refused_when_it_is_announced(listening: Listening) -> None:
    reader, writer = await listening.upgraded()
    writer.write(b"\x81\xff" + (1 << 30).to_bytes(8, "big") + b"mask")
    assert (1009).to_bytes(2, "big") in await ended(reader)
    writer.close()


async def test_a_message_in_endless_pieces_is_refused(listening: Listening) -> None:
    reader, writer = await listening.upgraded()
    piece = b"\xfe" + (8_000).to_bytes(2, "big") + bytes(4) + b"x" * 8_000
    writer.write(b"\x01" + piece + b"".join(b"\x00" + piece for _ in range(6)))
    assert (1009).to_bytes(2, "big") in await ended(reader)
    writer.close()


async def test_no_compression_is_agreed_to_so_no_bomb_can_be_sent(listening: Listening) -> None:
    async with websockets.connect(listening.url, compression="deflate") as ws:
        assert ws.protocol.extensions == []
    reader, writer = await listening.upgraded()
    writer.write(b"\xc1\x81" + bytes(4) + b"x")  # RSV1: compressed, without a word about it
    assert (1002).to_bytes(2, "big") in await ended(reader)
    writer.close()


async def test_a_binary_frame_ends_the_connection(listening: Listening) -> None:
    async with websockets.connect(listening.url) as ws:
        await ws.send(b'{"type":"ping"}')
        assert json.loads(await asyncio.wait_for(ws.recv(), WAIT_S))["code"] == "bad_frame"
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(ws.recv(), WAIT_S)


async def test_headers_that_never_end_are_cut_off(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADERS_S", 0.2)
    reader, writer = await listening.raw()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert await ended(reader) == b""
    writer.close()


async def test_without_the_deadline_they_would_stay(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADERS_S", 0.2)
    monkeypatch.setattr(server.DeadlineProtocol, "_too_late", lambda self: None)
    reader, writer = await listening.raw()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await reader.read()
    writer.close()


def codes(out: list[Output]) -> list[str]:
    return [one.code for one in out if isinstance(one, Close)]


def test_who_does_not_say_hello_in_five_seconds_is_sent_away() -> None:
    connection = Connection(0)
    assert connection.tick(HELLO_MS) == []
    assert codes(connection.tick(HELLO_MS + 1)) == ["no_hello"]


def test_a_hello_that_comes_late_is_too_late() -> None:
    hello = json.dumps({"type": "hello", "version": 1, "token": "t", "device": "d" * 22, "tab": "t" * 22})
    assert not codes(Connection(0).receive(hello, HELLO_MS))
    assert codes(Connection(0).receive(hello, HELLO_MS + 1)) == ["no_hello"]


def test_who_said_hello_in_time_waits_for_the_database_as_long_as_it_takes() -> None:
    connection = Connection(0)
    connection.receive(
        json.dumps({"type": "hello", "version": 1, "token": "t", "device": "d" * 22, "tab": "t" * 22}), 1
    )
    assert connection.tick(HELLO_MS + 1) == []


async def test_silent_sockets_of_one_address_have_an_end_and_those_that_spoke_do_not_count(
    listening: Listening,
) -> None:
    listening.application.sockets.arrivals._each = 2
    first = await listening.upgraded()
    second = await listening.upgraded()
    reader, writer = await listening.raw()
    writer.write(
        b"GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    refused = await ended(reader)
    assert b" 503 " in refused and b"Retry-After: " in refused
    first[1].write(b"\x81\x82" + bytes(4) + b"{}")
    await first[0].readuntil(b"bad_frame")
    third = await listening.upgraded()
    for _, each in (first, second, third):
        each.close()
    writer.close()


async def test_a_silent_socket_is_closed_on_time(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "HELLO_S", 0.2)
    monkeypatch.setattr(protocol, "HELLO_MS", 150)
    reader, writer = await listening.upgraded()
    async with asyncio.timeout(2):
        await reader.readuntil(b'"code":"no_hello"')
    writer.close()


@pytest.mark.parametrize("text", ['{"type":"ping"}', '{"type":"subscribe","topic":"list:all"}', "not json"])
def test_nothing_is_done_before_hello(text: str) -> None:
    out = Connection(0).receive(text, 1)
    assert len(out) == 1 and codes(out)[0] in ("no_hello", "bad_frame")


async def greeted(curbside: Application) -> Wire:
    async with browser(curbside) as client:
        wire = Wire(curbside, await contact_token(client))
    await wire.welcomed()
    return wire


async def test_silence_ends_a_connection(curbside: Application) -> None:
    wire = await greeted(curbside)
    now = curbside.floor.installation.db.clock()
    assert wire.carrier.connection.tick(now) == []
    assert codes(wire.carrier.connection.tick(now + SILENCE_MS + 1_000)) == ["silent"]
    wire.carrier.left()


@pytest.mark.parametrize("bad", ["[" * 5_000, '{"type":"ping","type":"send"}', '{"type":"act","verb":"sudo"}'])
async def test_bad_frames_are_refused_and_then_end_it(curbside: Application, bad: str) -> None:
    wire = await greeted(curbside)
    for _ in range(BAD_FRAMES_MAX):
        wire.carrier.received(bad)
    assert {frame["type"] for frame in await wire.hear()} == {"no"}
    wire.carrier.received(bad)
    assert [frame["code"] for frame in await wire.hear()] == ["bad_frame"]
    wire.carrier.left()


async def test_a_flood_is_told_when_to_try_again_and_then_ended(curbside: Application) -> None:
    wire = await greeted(curbside)
    for n in range(400):
        frame = {"type": "act", "verb": "reopen", "key": f"{n:022d}", "conversation": "c" * 22}
        wire.carrier.received(json.dumps(frame))
    heard = await wire.hear()
    refused = [frame for frame in heard if frame.get("code") == "too_fast" and frame["type"] == "no"]
    assert refused and all(frame["retry"] and frame["after_ms"] > 0 for frame in refused)
    assert heard[-1]["type"] == "bye" and heard[-1]["code"] == "too_fast" and heard[-1]["after_ms"] > 0
    wire.carrier.left()


async def test_without_the_allowance_a_flood_would_pass(curbside: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowance, "take", lambda self, now: 0)
    monkeypatch.setattr(protocol, "IN_FLIGHT_MAX", 10**9)
    wire = await greeted(curbside)
    for _ in range(400):
        wire.carrier.received('{"type":"ping"}')
    assert len([frame for frame in await wire.hear() if frame["type"] == "heads"]) == 400
    wire.carrier.left()


async def test_a_second_connection_brings_no_second_allowance(curbside: Application) -> None:
    """Limits are keyed on the person: many sockets of one are one."""
    async with browser(curbside) as client:
        token = await contact_token(client)
    first, second = Wire(curbside, token), Wire(curbside, token)
    await first.welcomed()
    await second.welcomed()
    for _ in range(100):
        first.carrier.received('{"type":"ping"}')
    answer = await second.act("reopen", "c" * 22)
    assert (answer["code"], answer["retry"]) == ("too_fast", True)
    other = await greeted_as(curbside, sub="eve", sid="another")
    assert (await other.act("reopen", "c" * 22))["code"] == "not_found"
    for wire in (first, second, other):
        wire.carrier.left()


async def greeted_as(curbside: Application, **claims: Any) -> Wire:
    async with browser(curbside) as client:
        wire = Wire(curbside, await contact_token(client, **claims))
    await wire.welcomed()
    return wire


async def test_a_sequence_that_was_never_sent_is_not_acknowledged(curbside: Application) -> None:
    wire = await greeted(curbside)
    talk = os.urandom(11).hex()
    await wire.act("start", talk)
    for kind in ("ack", "read"):
        wire.carrier.received(json.dumps({"type": kind, "conversation": talk, "seq": 2_000_000}))
    await asyncio.sleep(0.3)
    assert not [frame for frame in await wire.hear() if frame["type"] == "cursor"]
    wire.carrier.left()


async def test_another_persons_token_on_an_open_socket_ends_it(curbside: Application) -> None:
    wire = await greeted(curbside)
    async with browser(curbside) as client:
        stolen = await contact_token(client, sub="eve", sid="another")
    await wire.ask({"type": "renew", "token": stolen})
    heard = [*wire.heard, *await wire.hear(1)]
    assert [frame["code"] for frame in heard if frame["type"] == "bye"] == ["ended"]
    wire.carrier.left()


async def test_what_was_not_foreseen_is_logged_with_the_id_of_its_connection_and_without_its_words(
    listening: Listening, curbside: Application
) -> None:
    async with browser(curbside) as client:
        token = await contact_token(client)
    curbside.floor.conversations.open_max = None  # type: ignore[assignment]  # a bug, as good as any
    hello = {"type": "hello", "version": 1, "token": token, "device": "d" * 22, "tab": "t" * 22, "cursors": {}}
    start = {"type": "act", "verb": "start", "key": "k" * 22, "conversation": "c" * 22, "topic": "CANARY"}
    with structlog.testing.capture_logs() as logs:
        async with websockets.connect(listening.url) as ws:
            await ws.send(json.dumps(hello))
            await ws.recv()
            await ws.send(json.dumps(start))
            answer = json.loads(await asyncio.wait_for(ws.recv(), WAIT_S))
        async with asyncio.timeout(WAIT_S):
            while not any(line["event"] == "socket.ended" for line in logs):
                await asyncio.sleep(0.01)
    assert (answer["code"], answer["retry"]) == ("unavailable", True)
    (bug,) = [line for line in logs if line["event"] == "carrier.command"]
    (end,) = [line for line in logs if line["event"] == "socket.ended"]
    assert len(bug["request"]) == 16 and bug["request"] == end["request"]
    assert "CANARY" not in repr(logs)
