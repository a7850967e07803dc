"""Too much of everything: who does it is told when to try again, and nobody else notices."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from curbside.app import Application
from curbside.realtime.allowance import Allowance
from curbside.web.limits import Asking
from tests import builders
from tests.attacks.scene import Scene
from tests.attacks.wire import Wire, contact_token
from tests.serving import OTHER, browser, identify
from tests.tokens import Verifier, claims, signed


def turned_away(answer: httpx.Response, code: str = "too_fast") -> bool:
    """Tell whether an answer refuses, with a code and a time to come back in both places."""
    if answer.status_code not in (429, 503):
        return False
    error = answer.json()["error"]
    assert (error["code"], error["retry"]) == (code, True)
    assert error["after_ms"] > 0 and int(answer.headers["retry-after"]) >= 1
    return True


ASKED: dict[str, tuple[dict[str, Any], int]] = {
    "/v1/search": ({"json": {"q": "screen"}}, 60),
    "/v1/history": ({"json": {"contact": "{dana}"}}, 60),
    "/v1/contacts": ({"json": {"q": "Dana"}}, 60),
    "/v1/transcript": ({"json": {"conversation": "{talk}"}}, 20),
    "/v1/files": ({"data": {"conversation": "{talk}"}, "files": {"file": "a"}}, 30),
    "/v1/files/x/link": ({}, 200),
    "/v1/frame": ({"json": {"type": "ping"}}, 60),
}


async def flooded(scene: Scene, path: str, who: str) -> bool:
    """Ask far more often than one person does, until it is refused; return whether it was."""
    asks, burst = ASKED[path]
    async with scene.browser(who) as client:
        for _ in range(burst * 3):
            if turned_away(await client.post(path, **scene.fill(asks))):
                return True
    return False


@pytest.mark.parametrize("path", ASKED)
async def test_a_person_who_asks_too_often_is_told_when_to_come_back(scene: Scene, path: str) -> None:
    assert await flooded(scene, path, "dana" if path == "/v1/frame" else "sue")
    asks, _ = ASKED[path]
    async with scene.browser("ada") as client:
        assert not turned_away(await client.post(path, **scene.fill(asks)))


@pytest.mark.parametrize("path", ["/v1/contacts", "/v1/frame"])
async def test_without_the_limits_a_flood_would_pass(scene: Scene, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asking, "take", lambda *_: None)
    monkeypatch.setattr(Allowance, "take", lambda *_: 0)
    assert not await flooded(scene, path, "dana" if path == "/v1/frame" else "sue")


async def many(curbside: Application, count: int) -> list[Wire]:
    async with browser(curbside) as client:
        return [Wire(curbside, await contact_token(client, sub=f"p{n}", sid=f"s{n}")) for n in range(count)]


async def reopen(wire: Wire) -> dict[str, Any]:
    return await wire.act("reopen", builders.new_id())


async def test_a_tenant_that_floods_waits_and_another_does_not(
    curbside: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = curbside.floor.installation.db.clock()
    monkeypatch.setattr(curbside.floor.installation.db, "clock", lambda: now)
    monkeypatch.setattr(curbside.floor.allowances, "_tenant_rate", 1)
    wires = await many(curbside, 4)
    answers = [await reopen(wire) for wire in wires]
    assert [answer["code"] for answer in answers] == ["not_found", "not_found", "busy", "busy"]
    assert all(answer["retry"] and answer["after_ms"] > 0 for answer in answers[2:])
    assert all(not wire.carrier.connection.closed for wire in wires)
    async with browser(curbside) as client:
        verifier = Verifier()
        jwt = signed(claims(verifier, aud="curbside-other"))
        elsewhere = Wire(curbside, (await identify(client, jwt, verifier, OTHER)).json()["token"])
    assert (await reopen(elsewhere))["code"] == "not_found"
    for wire in (*wires, elsewhere):
        wire.carrier.left()
