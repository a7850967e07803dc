"""The equipment check from outside: its page, what strangers and those who are known are told, the echo, the fact."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from curbside.app import Application
from curbside_signaling.echo import Echo, Place
from curbside_signaling.ice import Relays
from tests.attacks.wire import agent_token, contact_token
from tests.serving import EHR, TENANT, browser
from tests.signaling.echoing import Peer
from tests.web import calling

RELAYS = Relays(("stun:relay.example", "turn:relay.example?transport=udp", "turns:relay.example"), b"s" * 32)


@pytest.fixture
async def checked(curbside: Application, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Application]:
    """The application with an echo and relays, which its routes have held since they were made."""
    for route in curbside.asgi.routes:
        check = getattr(getattr(route, "endpoint", None), "__self__", None)
        if type(check).__name__ == "Check":
            monkeypatch.setattr(check, "_relays", RELAYS)
            monkeypatch.setattr(check, "_echo", curbside.echo)
    curbside.echo._place = Place("127.0.0.1", "127.0.0.1")
    yield curbside
    await curbside.echo.stop()
    assert curbside.echo.count == 0


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_anybody_may_read_the_page_and_only_a_tenants_pages_may_frame_it(curbside: Application) -> None:
    async with browser(curbside) as client:
        page = await client.get("/check", headers={"Accept-Language": "es"})
        framed = await client.get(f"/check?tenant={TENANT}&lang=en")
    assert page.status_code == 200 and 'lang="es"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert 'lang="en"' in framed.text and f"frame-ancestors {EHR}" in framed.headers["content-security-policy"]


async def credentials(client: httpx.AsyncClient, token: str = "") -> set[str]:
    answer = await client.post("/v1/check", headers=bearing(token) if token else {})
    assert answer.status_code == 200, answer.text
    assert [server["urls"] for server in answer.json()["relays"]] == [list(RELAYS.urls[1:])]
    return {server["credential"] for server in answer.json()["relays"]}


async def test_credentials_that_work_are_for_those_who_may_call(checked: Application) -> None:
    async with browser(checked) as client:
        dana, ann = await contact_token(client), await agent_token(checked, "ann")
        assert await credentials(client) == {"check"}
        assert await credentials(client, dana) == {"check"}  # calls are off
        await calling.switch(checked, "call")
        assert await credentials(client, dana) != {"check"}
        assert await credentials(client, ann) != {"check"}
        assert await credentials(client) == {"check"}
        assert (await client.post("/v1/check", headers=bearing("nonsense"))).status_code == 401


async def test_an_echo_is_answered_and_counted(checked: Application) -> None:
    peer = Peer()
    offer = {"sdp": await peer.offer()}
    async with browser(checked) as client:
        answer = await client.post("/v1/echo", json=offer)
        assert answer.status_code == 200 and "typ host" in answer.json()["sdp"]
        assert checked.echo.count == 1
        assert (await client.post("/v1/echo", json={"sdp": "v=0"})).json()["error"]["code"] == "bad_frame"
        assert (await client.post("/v1/echo", json={})).json()["error"]["code"] == "bad_frame"
        assert (await client.post("/v1/echo", json={"sdp": "x" * 30_000})).status_code == 413
    assert checked.echo.count == 1
    await peer.connection.close()


async def test_where_the_echo_is_off_it_says_so(curbside: Application) -> None:
    async with browser(curbside) as client:
        assert (await client.post("/v1/check")).json()["echo"] is False
        assert (await client.post("/v1/echo", json={"sdp": "v=0"})).json()["error"]["code"] == "switched_off"


async def test_strangers_of_one_address_are_slowed_and_who_is_known_is_not(checked: Application) -> None:
    async with browser(checked) as client:
        dana = await contact_token(client)
        statuses = {(await client.post("/v1/check")).status_code for _ in range(15)}
        assert statuses == {200, 429}
        assert (await client.post("/v1/check", headers=bearing(dana))).status_code == 200
        assert {(await client.post("/v1/check", headers=bearing(dana))).status_code for _ in range(15)} == {200, 429}


async def test_strangers_cannot_take_every_echo(checked: Application) -> None:
    checked.echo._most = 2
    peers = [Peer() for _ in range(3)]
    async with browser(checked) as client:
        dana = bearing(await contact_token(client))
        offers = [{"sdp": await peer.offer()} for peer in peers]
        assert (await client.post("/v1/echo", json=offers[0])).status_code == 200
        assert (await client.post("/v1/echo", json=offers[1])).status_code == 503
        assert (await client.post("/v1/echo", json=offers[1], headers=dana)).status_code == 200
        assert (await client.post("/v1/echo", json=offers[2], headers=dana)).status_code == 503
    for peer in peers:
        await peer.connection.close()


async def test_what_was_found_is_a_fact_that_the_agent_reads_and_holds_codes_alone(curbside: Application) -> None:
    async with calling.calling(curbside) as scene:
        await scene.ann.ask({"type": "subscribe", "topic": f"conversation:{scene.talk}", "after": 0})
        found = {"microphone": "silent", "camera": "missing", "relay": "tcp"}
        assert (await scene.dana.act("equipment", scene.talk, **found))["type"] == "ok"
        (fact,) = [frame for frame in calling.of(await scene.ann.hear(0.3), "event") if frame["kind"] == "equipment"]
        assert fact["facts"] == {**found, "line": "untested", "echo": "untested"}
        for wrong in ({"microphone": "Dana's AirPods"}, {"camera": "silent"}, {"relay": ["udp"]}):
            assert (await scene.dana.act("equipment", scene.talk, **wrong))["code"] == "bad_frame"
        assert (await scene.ann.act("equipment", scene.talk, **found))["code"] == "forbidden"


def test_nothing_of_the_echo_is_loaded_before_one_is_asked_for() -> None:
    program = "import sys, curbside.app; sys.exit(any(name in sys.modules for name in ('aiortc', 'av', 'aioice')))"
    root = Path(__file__).parents[2]
    paths = f"{root / 'server'}:{root / 'signaling'}"
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": paths}, timeout=30)


async def test_a_stopping_server_ends_its_echoes() -> None:
    echo, peer = Echo(Place("127.0.0.1", "127.0.0.1")), Peer()
    await echo.answer(await peer.offer(), by="dana", known=True)
    await echo.stop()
    assert echo.count == 0
    await peer.connection.close()
