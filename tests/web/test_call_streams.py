"""A call where sockets do not pass: over streams, of which a page opens another whenever what it watches changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest

from curbside.actions.identity import digest
from curbside.web import parts
from curbside.web.stream import Opening, Stream
from tests import builders
from tests.attacks.wire import Wire, turns
from tests.serving import browser
from tests.web.calling import Calling, of


def streams_of(dialled: Calling) -> Stream:
    (route,) = [one for one in dialled.application.asgi.routes if getattr(one, "path", "") == "/v1/stream"]
    streams: Stream = route.endpoint.__self__  # type: ignore[attr-defined]
    return streams


def opened(dialled: Calling) -> AsyncGenerator[bytes, None]:
    """Open a stream for Dana's page."""
    streams, token = streams_of(dialled), dialled.dana.token
    opening = Opening(device="d" * 22, tab="t" * 22)
    return streams._lines(streams._open(opening, token), digest(token))  # type: ignore[return-value]


async def until(lines: AsyncIterator[bytes], kind: str) -> dict[str, Any]:
    """Read a stream until a frame of a type comes."""
    async with asyncio.timeout(10):
        async for line in lines:
            if (frame := json.loads(line))["type"] == kind:
                return dict(frame)
    raise AssertionError("the stream ended")


async def test_a_call_goes_over_a_stream_where_sockets_do_not_pass(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    (frame,) = [one for one in dialled.application.asgi.routes if getattr(one, "path", "") == "/v1/frame"]
    over = Wire(dialled.application, dialled.dana.token)
    await over.welcomed()
    frame.endpoint.__self__._streams[digest(over.token)] = {over.carrier: None}  # type: ignore[attr-defined]
    here = {"type": "call_here", "call": dialled.call, "tab": builders.new_id()}
    async with browser(dialled.application, Authorization=f"Bearer {over.token}") as client:
        assert (await client.post("/v1/frame", json=here)).json() == {"type": "done"}
        await dialled.heard_state(over, "active")
        assert of(over.heard, "ice")
        for generation, told in ((2, None), (1, "stale")):
            signal = dialled.signal(ann, generation=generation)
            assert (await client.post("/v1/frame", json=signal)).json() == {"type": "done"}
            assert [one["code"] for one in of(await over.hear(), "no")] == ([told] if told else [])
    assert len(of(await dialled.ann.hear(), "signal")) == 1
    over.carrier.left()


async def test_a_stream_that_is_opened_anew_goes_on_with_the_call(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    token, streams = dialled.dana.token, streams_of(dialled)
    first, here = opened(dialled), {"type": "call_here", "call": dialled.call, "tab": builders.new_id()}
    async with browser(dialled.application, Authorization=f"Bearer {token}") as client:
        await client.post("/v1/frame", json=here)  # before this stream is greeted: between it and one before
        await until(first, "ice")
        second = opened(dialled)
        await until(second, "ice")
        await first.aclose()
        state = await dialled.heard_state(dialled.ann, "active")
        you = next(one["id"] for one in state["participants"] if one["id"] != ann)
        await dialled.ann.ask(dialled.signal(you, generation=state["pairs"][0]["generation"]))
        assert (await until(second, "signal"))["from"] == ann
    window = Wire(dialled.application, token)  # now another page carries it
    assert of(await dialled.here(window), "ice")
    await second.aclose()
    after = opened(dialled)
    await until(after, "welcome")
    await anext(after)  # what comes next says how the call stands; by then it was tried
    await turns(dialled.application, 0.1)
    assert not dialled.application.floor.exchange.carries(next(reversed(streams._streams[digest(token)])))
    assert dialled.application.floor.exchange.carries(window.carrier)
    await after.aclose()
    window.carrier.left()


async def between(dialled: Calling, signals: list[dict[str, Any]], wait_s: float = 0) -> list[dict[str, Any]]:
    """Let Dana's page carry the call, say something between two streams, and go on; return what Ann hears of it."""
    await dialled.in_call()
    here = {"type": "call_here", "call": dialled.call, "tab": builders.new_id()}
    async with browser(dialled.application, Authorization=f"Bearer {dialled.dana.token}") as client:
        await client.post("/v1/frame", json=here)
        first = opened(dialled)
        await until(first, "ice")
        await first.aclose()
        await dialled.heard_state(dialled.ann, "degraded")
        for signal in signals:
            to = dialled.state(dialled.ann)["you"]
            assert (await client.post("/v1/frame", json={**dialled.signal(to, generation=2), **signal})).is_success
    await asyncio.sleep(wait_s)
    second = opened(dialled)
    await until(second, "ice")
    await dialled.heard_state(dialled.ann, "active")
    await second.aclose()
    return of(dialled.ann.heard, "signal")


async def test_what_is_said_between_two_streams_goes_over_the_next(dialled: Calling) -> None:
    heard = await between(dialled, [{"n": 1}, {"n": 2}])
    assert [one["n"] for one in heard] == [1, 2]


async def test_what_is_said_between_two_streams_waits_in_no_great_number(
    dialled: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_HELD_EACH_MAX", 3)
    heard = await between(dialled, [{"n": n} for n in range(1, 6)])
    assert [one["n"] for one in heard] == [1, 2, 3]


async def test_what_is_said_between_two_streams_waits_for_no_long_time(
    dialled: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_HELD_MS", 50)
    assert await between(dialled, [{"n": 1}], wait_s=0.1) == []


async def test_what_waited_is_checked_when_it_goes(dialled: Calling) -> None:
    assert await between(dialled, [{"generation": 1}, {"to": "n" * 22}]) == []
