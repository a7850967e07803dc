"""What a client may hold without paying for it: a request that never ends, answers it does not take, lists."""

from __future__ import annotations

import asyncio
import random
import socket as system
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from curbside.app import Application
from curbside.realtime.outputs import WatchList
from curbside.web import server, socket
from curbside.web.carrier import LISTS_MAX, Carrier
from curbside.web.limits import Held
from tests.attacks.listening import WAIT_S, Listening, ended
from tests.attacks.scene import Scene

SLOW = b"POST /v1/identify HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n{"


async def test_a_body_that_drips_is_cut_off(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_S", 0.2)
    reader, writer = await listening.raw()
    writer.write(SLOW)
    assert await ended(reader) == b""
    writer.close()


async def test_a_body_that_comes_as_fast_as_a_bad_line_carries_it_is_read(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BODY_S", 0.2)
    monkeypatch.setattr(server, "BODY_BYTES_MIN", 2)
    reader, writer = await listening.raw()
    writer.write(SLOW.replace(b"4000", b"21"))
    for _ in range(20):
        await asyncio.sleep(0.03)
        writer.write(b" ")
    async with asyncio.timeout(WAIT_S):
        assert b" 400 " in await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def test_who_leaves_in_the_middle_of_a_body_fills_no_log(curbside: Application) -> None:
    scope = {"type": "http", "method": "POST", "path": "/v1/identify", "headers": [], "query_string": b""}

    async def leave() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def answer(message: Any) -> None:
        raise AssertionError("nobody is there")

    with structlog.testing.capture_logs() as logs:
        await curbside(scope, leave, answer)
    assert [(one["event"], one["status"]) for one in logs] == [("request", 499)]


async def test_to_one_who_takes_nothing_no_pongs_pile_up(curbside: Application) -> None:
    written: list[bytes] = []
    transport = SimpleNamespace(write=written.append, abort=lambda: None, close=lambda: None)
    line = socket.Socket(Carrier(curbside.floor), transport, set(), set())
    ping = b"\x89\x81" + bytes(4) + b"x"
    line.data_received(ping)
    line.pause_writing()
    line.data_received(ping * 1_000)
    assert written == [b"\x8a\x01x"]
    line.resume_writing()
    line.data_received(ping)
    assert len(written) == 2
    line.connection_lost(None)


async def test_nobody_watches_lists_without_end(scene: Scene) -> None:
    """What changes in a tenant is held against each list that anybody watches."""
    lists = scene.sue.carrier.lists
    heard = await scene.sue.ask({"type": "subscribe", "topic": "list:waiting:x"})
    assert [(one["type"], one.get("why")) for one in heard] == [("resync", "not_found")]
    assert "waiting:x" not in lists
    for n in range(LISTS_MAX - len(lists)):
        scene.sue.carrier._watch_list(WatchList(f"team:{n}", 1, None))
    heard = await scene.sue.ask({"type": "subscribe", "topic": "list:team:one-more"})
    assert [one["why"] for one in heard if one["type"] == "resync"] == ["too_many"]
    assert len(lists) == LISTS_MAX
    await scene.sue.ask({"type": "unsubscribe", "topic": "list:team:0"})
    heard = await scene.sue.ask({"type": "subscribe", "topic": "list:team:one-more"})
    assert "listed" in [one["type"] for one in heard]


def held_for_files(application: Application) -> Held:
    """Find what counts the bytes of files on their way."""
    (adding,) = [one for one in application.asgi.routes if getattr(one, "path", "") == "/v1/files"]
    held: Held = adding.endpoint.__self__._held  # type: ignore[attr-defined]
    return held


async def test_a_file_that_is_not_taken_holds_its_room_until_its_reader_goes(
    scene: Scene, listening: Listening
) -> None:
    held = held_for_files(scene.application)
    held._each = 9_000_000
    content = random.Random(1).randbytes(4_000_000).hex().encode()
    async with scene.browser("dana") as client:
        added = await client.post("/v1/files", data={"conversation": scene.talk}, files={"file": ("a.txt", content)})
        url = (await client.post(f"/v1/files/{added.json()['id']}/link")).json()["url"]
    reader, writer = await asked(listening.port, url)
    assert b" 200 " in await reader.readline()
    async with scene.browser("dana") as client:
        refused = await client.get(url)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_fast")
    writer.transport.abort()
    await emptied(held)
    async with scene.browser("dana") as client:
        assert (await client.get(url)).content == content
    assert held._total == 0


async def test_a_reader_is_cut_for_taking_nothing_and_not_for_being_slow(
    scene: Scene, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WRITE_S", 0.5)
    content = random.Random(1).randbytes(4_000_000).hex().encode()
    async with scene.browser("dana") as client:
        added = await client.post("/v1/files", data={"conversation": scene.talk}, files={"file": ("a.txt", content)})
        url = (await client.post(f"/v1/files/{added.json()['id']}/link")).json()["url"]
    stalled, other = await asked(listening.port, url)
    slow, writer = await asked(listening.port, url)
    taken = b""
    async with asyncio.timeout(3 * WAIT_S):
        while piece := await slow.read(8_192):
            taken += piece
            await asyncio.sleep(0.001)
    assert taken.endswith(content)
    with pytest.raises((ConnectionResetError, AssertionError)):
        assert (await stalled.read()).endswith(content)
    await emptied(held_for_files(scene.application))
    writer.close()
    other.close()


async def emptied(held: Held) -> None:
    async with asyncio.timeout(WAIT_S):
        while held._total:
            await asyncio.sleep(0.01)


async def asked(at: int, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for something, and read nothing yet: with small buffers, so that a machine's own do not hide that."""
    line = system.socket()
    line.setsockopt(system.SOL_SOCKET, system.SO_RCVBUF, 4096)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", at))
    reader, writer = await asyncio.open_connection(sock=line, limit=4096)
    writer.write(f"GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return reader, writer
