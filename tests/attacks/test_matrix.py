"""Every frame and every route, tried as every kind of outsider. What is new and has no row here fails.

Canaries stand in every body of one conversation, in its file and in the settings; none may come back to anybody but
those whom it was meant for, in whatever answer, nor stand in a log. Nothing in the database may change, and nothing
may reach those who are in the conversation. And each request works for who belongs here, as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from starlette.routing import BaseRoute, Route

from curbside.app import Application
from curbside.realtime import frames
from curbside.web.setting_acts import ACTS
from curbside.web.socket import SOCKET
from tests import builders
from tests.attacks import forms, rows, trying
from tests.attacks.rows import APART, GUARDED, OPEN
from tests.attacks.scene import CANARY, Scene, revoke
from tests.attacks.wire import Wire


def test_every_frame_and_every_verb_has_a_row() -> None:
    assert set(rows.FRAMES) == set(frames._FRAMES)
    assert set(rows.VERBS) == set(frames._VERBS) == {verb for _, verb in rows.STORY}


def ways(routes: Iterable[BaseRoute]) -> set[tuple[str, str]]:
    """Return every method of every path. Whatever is no plain route would hide what lies behind it."""
    found = set()
    for route in routes:
        assert isinstance(route, Route), f"{route} needs rows of its own"
        found |= {(method, route.path) for method in route.methods or () if method != "HEAD"}
    return found


def test_every_way_of_asking_has_a_row(curbside: Application) -> None:
    known = [(row.method, row.path) for row in (*GUARDED, *APART, *OPEN)]
    assert ways(curbside.asgi.routes) | {("GET", SOCKET)} == set(known)
    assert len(known) == len(set(known))


def test_every_act_of_the_settings_has_a_form() -> None:
    assert set(forms.RIGHT) == set(ACTS)


async def test_no_frame_of_an_outsider_learns_or_changes_anything(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await trying.no_frame_tells_or_changes_anything(scene, caplog)


async def test_who_belongs_here_does_it_all_with_the_same_frames(scene: Scene) -> None:
    wires = {"dana": scene.owner, "sue": scene.sue}
    for who, verb in rows.STORY:
        if verb == "delete":
            scene.said = await scene.owner.say(scene.talk, "something new")
        if verb == "start":
            scene.talk = builders.new_id()
        if verb == "call.request":
            scene.call = builders.new_id()
        answer = await wires[who].command(scene.fill(rows.act(verb)))
        assert answer["type"] == "ok", (verb, answer)


async def test_who_belongs_here_is_heard_with_the_same_frames(scene: Scene) -> None:
    frame = {kind: scene.fill({"type": kind, **fields}) for kind, fields in rows.FRAMES.items()}
    for kind, comes in (
        ("typing", "typing"),
        ("ack", "cursor"),
        ("read", "cursor"),
        ("send", "event"),
        ("signal", "signal"),
    ):
        await scene.owner.ask(frame[kind])
        assert comes in {heard["type"] for heard in await scene.sue.hear(0.5)}, kind
    assert "ice" in {heard["type"] for heard in await scene.owner.ask(frame["call_here"])}
    assert CANARY in repr(await scene.owner.ask(frame["get"]))
    await scene.owner.ask(frame["unsubscribe"])
    assert CANARY in repr(await scene.owner.ask(frame["subscribe"]))
    assert [heard["type"] for heard in await scene.owner.ask(frame["ping"])] == ["heads"]
    renewed = await scene.owner.ask({"type": "renew", "token": scene.tokens["dana"]})
    assert [heard["type"] for heard in renewed] == ["renewed"]


async def test_no_list_shows_an_outsider_the_conversation(scene: Scene) -> None:
    await trying.no_list_shows_the_conversation(scene)


async def test_a_socket_ends_when_its_agent_is_revoked(scene: Scene) -> None:
    wire = Wire(scene.application, scene.tokens["lower level"])
    assert (await wire.welcomed())["type"] == "welcome"
    await revoke(scene.application, "lower-level")
    assert [frame["code"] for frame in await wire.hear() if frame["type"] == "bye"] == ["ended"]
    wire.carrier.left()
