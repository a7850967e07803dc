"""What a client may hold without paying for it: a request that never ends, answers it does not take, lists."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from curbside.app import Application
from curbside.realtime.outputs import WatchList
from curbside.web import server, socket
from curbside.web.carrier import LISTS_MAX, Carrier
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
