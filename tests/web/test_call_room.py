"""More than three in a call, over the real wire and a real Janus: when media move to a room, and when back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from pydantic import SecretStr

from curbside.app import Application
from curbside_signaling.media.janus import Server
from tests.attacks.wire import Wire, agent_token
from tests.serving import TENANT, running
from tests.web.calling import CANDIDATE, Calling, calling, of


@dataclass(slots=True)
class Four:
    """Dana in a call with Ann, and two more who can come."""

    calling: Calling
    ada: Wire

    @property
    def wires(self) -> list[Wire]:
        return [self.calling.dana, self.calling.ann, self.calling.sue, self.ada]

    async def joins(self, wire: Wire, name: str, host: Wire | None = None) -> dict[str, Any]:
        """Let an agent be asked in by one who is in it, and come; return the answer to having been asked."""
        agents = self.calling.application.floor.directory.agents(TENANT)
        (asked,) = [one.id for one in agents if one.name == name]
        answer = await self.calling.act(host or self.calling.ann, "invite", agent=asked)
        if answer["type"] == "ok":
            assert (await self.calling.act(wire, "accept"))["type"] == "ok"
            await self.calling.here(wire)
        for one in self.wires:
            await one.hear()
        return answer

    def pairs(self, wire: Wire) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.calling.state(wire)["pairs"]
        return found

    async def offer(self, wire: Wire, generation: int, **more: Any) -> tuple[RTCPeerConnection, list[dict[str, Any]]]:
        """Offer to send a voice; return what was answered."""
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.addTransceiver("audio")
        await connection.setLocalDescription(await connection.createOffer())
        description = {"type": "offer", "sdp": connection.localDescription.sdp}
        heard = await wire.ask(self.calling.signal("room", generation=generation, description=description, **more))
        return connection, heard


def _has_room(pairs: list[dict[str, Any]]) -> bool:
    return "room" in [one["with"] for one in pairs]


@asynccontextmanager
async def four_on(application: Application) -> AsyncIterator[Four]:
    async with calling(application) as dialled:
        ada = Wire(application, await agent_token(application, "ada"))
        await ada.hear()
        await dialled.in_call()
        yield Four(dialled, ada)
        ada.carrier.left()


@pytest.fixture
async def four(settled_sqlite_url: str, tmp_path: Path, janus: Server) -> AsyncIterator[Four]:
    known: dict[str, Any] = {"janus": janus.url, "janus_secret": SecretStr(janus.secret)}
    async with running(settled_sqlite_url, tmp_path, **known) as application, four_on(application) as found:
        yield found


async def test_three_send_to_each_other_and_the_fourth_moves_all_of_them_to_a_room(four: Four) -> None:
    assert (await four.joins(four.calling.sue, "Sue"))["type"] == "ok"
    assert all(not _has_room(four.pairs(wire)) for wire in four.wires[:3])
    assert (await four.joins(four.ada, "Ada"))["type"] == "ok"
    for wire in four.wires:
        first, *others = four.pairs(wire)
        assert (first["with"], first["polite"]) == ("room", False)
        assert [one["polite"] for one in others] == [True] * 3
        assert {one["generation"] for one in (first, *others)} == {2}


async def test_without_a_media_server_three_are_the_most(curbside: Application) -> None:
    async with four_on(curbside) as four:
        assert (await four.joins(four.calling.sue, "Sue"))["type"] == "ok"
        answer = await four.joins(four.ada, "Ada")
        assert (answer["type"], answer["code"]) == ("no", "call_full")


async def test_the_room_answers_whoever_is_in_it_and_repeats_until_it_has_come(four: Four) -> None:
    await four.joins(four.calling.sue, "Sue")
    await four.joins(four.ada, "Ada")
    dana = four.calling.dana
    connection, heard = await four.offer(dana, 2)
    await dana.until(lambda: bool(of(dana.heard, "signal")))
    (said,) = of(dana.heard, "signal")
    assert (said["from"], said["generation"], said["n"]) == ("room", 2, 1) and said["description"]["type"] == "answer"
    assert of(heard, "no") == []
    await dana.until(lambda: len(of(dana.heard, "signal")) > 1)
    assert of(dana.heard, "signal")[1]["id"] == said["id"]
    await dana.ask({"type": "signal_ack", "id": said["id"]})
    candidates = four.calling.signal("room", generation=2, n=2, description=None, candidates=[CANDIDATE])
    assert of(await dana.ask({key: one for key, one in candidates.items() if one is not None}), "no") == []
    assert [of(wire.heard, "signal") for wire in four.wires[1:]] == [[], [], []]  # the room's answer is Dana's alone
    await connection.close()


async def test_into_a_room_nobody_signals_who_is_not_in_its_call(four: Four) -> None:
    refused = four.calling.signal("room")
    assert of(await four.calling.ann.ask(refused), "no")[0]["code"] == "not_in_call"  # there is none yet
    await four.joins(four.calling.sue, "Sue")
    await four.joins(four.ada, "Ada")
    for wire, generation, code in (
        (four.calling.dana, 1, "stale"),
        (four.calling.dana, 3, "stale"),
        (four.calling.dana, 2, None),
    ):
        connection, heard = await four.offer(wire, generation)
        assert [one["code"] for one in of(heard, "no")] == ([code] if code else [])
        await connection.close()
    await four.calling.act(four.calling.sue, "leave")
    for wire in (four.calling.sue, Wire(four.calling.application, four.calling.dana.token)):  # left; another tab
        connection, heard = await four.offer(wire, 2)
        assert of(heard, "no")[0]["code"] == "not_in_call" and of(heard, "signal") == []
        await connection.close()
        wire.carrier.left()


async def test_a_room_that_is_gone_leaves_the_call_between_the_browsers(four: Four) -> None:
    await four.joins(four.calling.sue, "Sue")
    await four.joins(four.ada, "Ada")
    live = four.calling.application.floor.exchange.get(TENANT, four.calling.call)
    assert live is not None and live.room is not None
    async with asyncio.timeout(5):
        while (line := live.room._janus._line) is None:  # type: ignore[attr-defined]
            await asyncio.sleep(0.02)
    await line.close()
    async with asyncio.timeout(10):
        while _has_room(four.pairs(four.calling.dana)):
            await four.calling.dana.hear()
    assert {one["generation"] for one in four.pairs(four.calling.dana)} == {3}
    assert live.room is None


async def test_after_a_restart_the_call_has_a_room_of_the_new_process(
    settled_sqlite_url: str, tmp_path: Path, janus: Server
) -> None:
    known: dict[str, Any] = {"janus": janus.url, "janus_secret": SecretStr(janus.secret)}
    async with running(settled_sqlite_url, tmp_path, **known) as application, four_on(application) as four:
        await four.joins(four.calling.sue, "Sue")
        await four.joins(four.ada, "Ada")
        call, before = four.calling.call, four.pairs(four.calling.dana)[0]["generation"]
    async with running(settled_sqlite_url, tmp_path, **known) as application:
        live = application.floor.exchange.get(TENANT, call)
        assert live is not None and live.room is not None
        roster = live.call.session.roster
        assert {roster.generation(one.id, "room") for one in roster.present} == {before + 1}
    async with running(settled_sqlite_url, tmp_path) as application:  # and without a media server in none
        live = application.floor.exchange.get(TENANT, call)
        assert live is not None and live.room is None and live.call.flow == "mesh"
