"""The wire without WebSockets: polls that neither come too late nor go round in circles, and bounds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.web import carrier, stream
from tests import builders
from tests.attacks.wire import Wire, contact_token
from tests.serving import DEVICE, browser


@pytest.fixture
async def client(curbside: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(curbside) as found:
        yield found


async def poll(client: httpx.AsyncClient, token: str, **more: Any) -> list[dict[str, Any]]:
    opening = {"device": DEVICE, "tab": "t" * 22, "poll": True, **more}
    answer = await client.post("/v1/stream", json=opening, headers={"Authorization": f"Bearer {token}"}, timeout=40)
    assert answer.status_code == 200, answer.text
    frames: list[dict[str, Any]] = answer.json()
    return frames


async def test_a_first_poll_says_at_once_how_things_stand(client: httpx.AsyncClient) -> None:
    token = await contact_token(client)
    began = time.monotonic()
    assert [frame["type"] for frame in await poll(client, token, wait=False)] == ["welcome"]
    assert time.monotonic() - began < stream.POLL_S / 4


async def test_a_poll_without_news_waits(
    client: httpx.AsyncClient, curbside: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "POLL_S", 2.0)
    token = await contact_token(client)
    talk = builders.new_id()
    await Wire(curbside, token).act("start", talk)
    began = time.monotonic()
    frames = await poll(client, token, cursors={talk: 1})
    assert time.monotonic() - began > 1.5
    assert {"welcome", "live"} <= {frame["type"] for frame in frames}


async def test_a_waiting_poll_is_answered_by_news(client: httpx.AsyncClient, curbside: Application) -> None:
    token = await contact_token(client)
    talk, panel = builders.new_id(), Wire(curbside, token)
    await panel.act("start", talk)
    polling = asyncio.create_task(poll(client, token, cursors={talk: 1}))
    await asyncio.sleep(1)
    assert not polling.done()
    await panel.say(talk, "Hello")
    frames = await asyncio.wait_for(polling, stream.POLL_S / 2)
    assert frames[-1]["type"] == "event" and frames[-1]["seq"] == 2


async def test_pages_of_a_list_go_on_where_the_last_one_ended(client: httpx.AsyncClient, curbside: Application) -> None:
    token = await contact_token(client)
    panel, talks = Wire(curbside, token), [builders.new_id() for _ in range(3)]
    for talk in talks:
        await panel.act("start", talk)
    wanted: dict[str, Any] = {"topic": "list:mine", "limit": 1}
    seen: list[str] = []
    for _ in talks:
        frames = await poll(client, token, wait=False, subscribe=[wanted])
        (row,) = [frame for frame in frames if frame["type"] == "row"]
        seen.append(row["conversation"])
        (end,) = [frame for frame in frames if frame["type"] == "listed"]
        wanted["before"] = end["next"]
    assert sorted(seen) == sorted(talks)
    assert (end["more"], end["next"]) == (False, None)


@pytest.mark.parametrize("topic", ["conversation", "list"])
async def test_a_poll_is_not_answered_before_what_it_asked_for_was_read(
    client: httpx.AsyncClient, curbside: Application, monkeypatch: pytest.MonkeyPatch, topic: str
) -> None:
    token = await contact_token(client)
    talk = builders.new_id()
    await Wire(curbside, token).act("start", talk)
    read = curbside.floor.installation.db.read

    async def slow(*asked: Any) -> Any:
        await asyncio.sleep(0.4)
        return await read(*asked)

    monkeypatch.setattr(curbside.floor.installation.db, "read", slow)
    wanted = [{"topic": f"conversation:{talk}" if topic == "conversation" else "list:mine"}]
    kinds = {frame["type"] for frame in await poll(client, token, wait=False, subscribe=wanted)}
    assert {"event", "live"} <= kinds if topic == "conversation" else {"row", "listed"} <= kinds


async def test_a_full_process_says_when_to_try_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CONNECTIONS_MAX", 0)
    opening = {"device": DEVICE, "tab": "t" * 22}
    answer = await client.post("/v1/stream", json=opening, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("topic", ["conversation:" + "c" * 22, "list:mine"])
async def test_what_cannot_be_read_just_now_is_not_asked_for_in_circles(
    client: httpx.AsyncClient, curbside: Application, monkeypatch: pytest.MonkeyPatch, topic: str
) -> None:
    panel = Wire(curbside, await contact_token(client))
    await panel.welcomed()

    async def unreadable(*asked: object) -> None:
        raise Refused("unavailable", retry=True, after_ms=1000)

    monkeypatch.setattr(curbside.floor.installation.db, "read", unreadable)
    monkeypatch.setattr(carrier, "UNREADABLE_S", 0.4)
    assert await panel.ask({"type": "subscribe", "topic": topic}) == []
    await asyncio.sleep(0.4)
    assert await panel.hear() == [{"type": "resync", "topic": topic, "why": "gap"}]
