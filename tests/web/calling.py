"""People in calls, over the real wire: who asks, who answers, and what each of them hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.entries import SwitchEntry
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import TENANT, browser

SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
CANDIDATE = {"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


def of(frames: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the frames of a type."""
    return [frame for frame in frames if frame["type"] == kind]


def events(frames: list[dict[str, Any]]) -> list[str]:
    """Return the kinds of the events among frames that are of calls."""
    return [frame["kind"] for frame in of(frames, "event") if frame["kind"].startswith("call_")]


@dataclass(slots=True)
class Calling:
    """Dana's conversation, two agents who are free, and the call that is made."""

    application: Application
    talk: str
    call: str
    dana: Wire
    ann: Wire
    sue: Wire

    async def act(self, wire: Wire, verb: str, **fields: Any) -> dict[str, Any]:
        answer = await wire.act(f"call.{verb}", self.talk, call=self.call, **fields)
        await wire.hear(0.03)
        return answer

    async def here(self, wire: Wire, tab: str | None = None) -> list[dict[str, Any]]:
        """Say that this connection carries the call; return what comes of it."""
        return await wire.ask({"type": "call_here", "call": self.call, "tab": tab or builders.new_id()})

    async def in_call(self) -> tuple[str, str]:
        """Let Ann answer Dana, and both be here; return who they are to each other."""
        assert (await self.act(self.dana, "request"))["type"] == "ok"
        assert (await self.act(self.ann, "accept"))["type"] == "ok"
        await self.here(self.dana)
        await self.here(self.ann)
        for wire in (self.dana, self.ann):
            await wire.hear()
        return self.state(self.dana)["you"], self.state(self.ann)["you"]

    def state(self, wire: Wire) -> dict[str, Any]:
        """Return how the call stands, as somebody heard it last."""
        return of(wire.heard, "call")[-1]

    async def heard_state(self, wire: Wire, phase: str | None = None) -> dict[str, Any]:
        """Return how the call stands now, to one who is in it: in `phase`, if that comes within a few seconds."""
        await wire.hear()
        async with asyncio.timeout(5):
            while phase is not None and self.state(wire)["phase"] != phase:
                await wire.hear()
        return self.state(wire)

    def signal(self, to: str, **more: Any) -> dict[str, Any]:
        place = {"type": "signal", "id": builders.new_id(), "call": self.call, "to": to, "generation": 1, "n": 1}
        return {**place, "description": {"type": "offer", "sdp": SDP}, **more}


async def switch(application: Application, capability: str, enabled: bool = True, **where: str) -> None:
    """Switch a capability for the whole tenant, or for where it is said."""
    floor = application.floor
    await Tenants(floor.installation, floor.directory).set_switch(TENANT, SwitchEntry(capability, enabled, **where))
    await floor.directory.refresh(TENANT)


@asynccontextmanager
async def calling(application: Application) -> AsyncIterator[Calling]:
    """Give a conversation of Dana's with two agents who are free, and calls switched on."""
    for capability in ("call", "camera", "screen"):
        await switch(application, capability)
    async with browser(application) as client:
        dana = Wire(application, await contact_token(client))
    ann, sue = [Wire(application, await agent_token(application, name)) for name in ("ann", "sue")]
    talk = builders.new_id()
    await dana.act("start", talk)
    for wire in (ann, sue):
        await wire.act("state", None, state="available")
    await application.floor.directory.refresh(TENANT)
    for wire in (dana, ann, sue):
        await wire.hear()
        del wire.heard[1:]
    yield Calling(application, talk, builders.new_id(), dana, ann, sue)
    for wire in (dana, ann, sue):
        wire.carrier.left()


async def lapse(dialled: Calling, ms: int) -> None:
    """Let time pass for the call, and do its work."""
    database = dialled.application.floor.installation.db
    real = database.clock
    database.clock = database.writer._clock = lambda: real() + ms
    await dialled.application.floor.calls.lapse("northwind", dialled.talk, dialled.call)
    database.clock = database.writer._clock = real


async def ended(wire: Wire) -> dict[str, Any]:
    """Return the facts of how the call ended, once they have come."""
    async with asyncio.timeout(5):
        while not (found := [one for one in of(wire.heard, "event") if one["kind"] == "call_ended"]):
            await wire.hear()
    facts: dict[str, Any] = found[-1]["facts"]
    return facts
