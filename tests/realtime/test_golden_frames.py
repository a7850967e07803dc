"""The golden frames of tests/wire: what comes in is decoded, what goes out has the shape that the server gives it.

vitest reads the same files, so neither side can drift from docs/protocol.md alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from curbside.app import Application
from curbside.domain.audience import Audience, Numbers
from curbside.domain.events import Body, Event
from curbside.realtime import frames
from curbside.realtime.connection import Connection
from curbside.realtime.frames import Fact
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import browser
from tests.web import calling

WIRE = Path(__file__).parents[1] / "wire"
GOLDEN = {path.stem: json.loads(path.read_text()) for path in sorted(WIRE.glob("*.json"))}
IN = {name: one["frame"] for name, one in GOLDEN.items() if one["direction"] == "in"}
OUT = {name: one["frame"] for name, one in GOLDEN.items() if one["direction"] == "out"}
PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


@pytest.mark.parametrize("name", IN)
def test_what_a_client_sends_is_understood(name: str) -> None:
    assert frames.decode(json.dumps(IN[name]))


def test_every_frame_that_a_client_may_send_has_a_golden_file() -> None:
    sent = {frame["type"] for frame in IN.values()}
    assert sent == {*frames._FRAMES, "act"}
    assert {frame["verb"] for frame in IN.values() if frame["type"] == "act"} == set(frames._VERBS)


def test_every_frame_of_the_protocol_has_a_golden_file() -> None:
    spoken = set(re.findall(r'\{"type": ?"([a-z_]+)"', PROTOCOL)) - {"done"}
    assert spoken <= {one["frame"]["type"] for one in GOLDEN.values()}


@pytest.mark.parametrize("name", [name for name, frame in OUT.items() if frame["type"] == "event"])
def test_an_event_is_encoded_as_it_stands_there(name: str) -> None:
    golden = OUT[name]
    body = None if golden["body"] is None else msgspec.convert(golden["body"], Body)
    event = Event(
        "northwind",
        golden["conversation"],
        Numbers(golden["seq"], golden["seq"], golden["seq"]),
        Audience.of(golden["audience"]),
        golden["kind"],
        golden["author"],
        golden["at"],
        golden["key"],
        golden["facts"],
        body,
        golden["gone"],
    )
    if golden["body"]:
        golden = {**golden, "body": {part: value for part, value in golden["body"].items() if value}}
    assert json.loads(Fact(event).encoded(Audience.HOUSE)) == golden  # what is empty is left out of a body


@pytest.fixture
async def spoken(curbside: Application) -> AsyncIterator[dict[str, list[dict[str, Any]]]]:
    """Everything that the server said, by type, in a day that has a little of everything."""
    heard: dict[str, list[dict[str, Any]]] = {}
    await calling.switch(curbside, "call")
    async with browser(curbside) as client:
        dana, ann = await contact_token(client), await agent_token(curbside, "ann")
        again = await contact_token(client)
    panel, desk = Wire(curbside, dana), Wire(curbside, ann)
    talk = builders.new_id()
    await panel.act("start", talk)
    said = await panel.say(talk, "Hello")
    await desk.ask({"type": "subscribe", "topic": "list:waiting"})
    await desk.ask({"type": "subscribe", "topic": f"conversation:{talk}", "after": 0})
    await desk.act("claim", talk)
    await desk.act("claim", talk)
    await desk.ask({"type": "typing", "conversation": talk, "audience": "contact", "on": True})
    await desk.ask({"type": "read", "conversation": talk, "seq": 2})
    await panel.ask({"type": "get", "conversation": talk, "after": 0, "limit": 10})
    await panel.ask({"type": "ping", "at": 1})
    await panel.act("delete", talk, target=said)
    await panel.ask({"type": "subscribe", "topic": f"conversation:{builders.new_id()}", "after": 0})
    await panel.ask({"type": "renew", "token": again})
    await in_a_call(curbside, panel, desk, talk)
    await desk.act("state", None, state="busy")
    desk.carrier.run(desk.carrier.connection.overflowed())
    panel.carrier.close("restarting", "later", 500)
    for wire in (panel, desk):
        for frame in [*wire.heard, *await wire.hear()]:
            heard.setdefault(frame["type"], []).append(frame)
        wire.carrier.left()
    yield heard


async def in_a_call(curbside: Application, panel: Wire, desk: Wire, talk: str) -> None:
    """Let the agent ring, the contact answer and move to another tab, and a signal pass."""
    call = builders.new_id()
    await desk.act("call.request", talk, call=call)
    await panel.act("call.accept", talk, call=call)
    await panel.ask({"type": "call_here", "call": call, "tab": builders.new_id()})
    await desk.ask({"type": "call_here", "call": call, "tab": builders.new_id()})
    other = Wire(curbside, panel.token)
    await other.ask({"type": "call_here", "call": call, "tab": builders.new_id()})
    state = [frame for frame in await desk.hear() if frame["type"] == "call"][-1]
    to, generation = state["pairs"][0]["with"], state["pairs"][0]["generation"]
    place = {"type": "signal", "call": call, "to": to, "generation": generation, "n": 1}
    await desk.ask({**place, "id": builders.new_id(), "description": {"type": "offer", "sdp": calling.SDP}})
    await desk.ask({**place, "id": builders.new_id(), "candidates": [calling.CANDIDATE]})
    await other.hear()
    panel.heard += other.heard
    await desk.act("call.leave", talk, call=call)
    other.carrier.left()


async def test_what_the_server_says_has_the_shape_of_the_golden_frames(
    spoken: dict[str, list[dict[str, Any]]],
) -> None:
    wanted = {"welcome", "ok", "no", "event", "live", "heads", "row", "listed", "counts", "gone", "resync", "renewed"}
    assert wanted | {"presence", "typing", "cursor", "slow", "bye"} <= set(spoken)
    assert {"ring", "ring_over", "call", "call_elsewhere", "ice", "signal"} <= set(spoken)
    for kind, said in spoken.items():
        shapes = [set(frame) for frame in OUT.values() if frame["type"] == kind]
        assert shapes, f"{kind} has no golden file"
        for frame in said:
            assert set(frame) in shapes, f"{kind}: {sorted(frame)} is none of {[sorted(one) for one in shapes]}"


def test_a_connection_that_is_closed_says_nothing_more() -> None:
    connection = Connection(0)
    assert [type(one).__name__ for one in connection.close("ended", "never")] == ["Close"]
    assert connection.receive('{"type":"ping"}', 1) == connection.close("ended", "never") == []
