"""Every frame and every route, tried as every kind of outsider. What is new and has no row here fails.

Canaries stand in every body of one conversation, in its file and in the settings; none may come back to anybody but
those whom it was meant for, in whatever answer, nor stand in a log. Nothing in the database may change, and nothing
may reach those who are in the conversation. And each request works for who belongs here, as it stands.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import structlog
from starlette.routing import BaseRoute, Route

from curbside.actions.identity import digest
from curbside.app import Application
from curbside.realtime import frames
from curbside.web import stream
from curbside.web.setting_acts import ACTS
from curbside.web.setting_views import VIEWS
from curbside.web.socket import SOCKET
from tests import builders, tokens
from tests.attacks import forms, rows
from tests.attacks.rows import APART, GUARDED, KEY, OPEN, PLACES, TALK, Row
from tests.attacks.scene import CANARY, OUTSIDERS, REPLY, Scene, revoke
from tests.attacks.wire import Wire
from tests.serving import browser, log_in

# What a person hears of others who come and go, whoever they are.
WEATHER = {"queue", "counts", "settings"}


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


@contextmanager
def unlogged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that something is logged meanwhile, and no canary."""
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        yield
    assert CANARY not in repr(logs) + caplog.text


async def check_untouched(scene: Scene, before: dict[str, list[Any]], outsider: str) -> None:
    """Check that nothing changed, and that nothing came to those who are in the conversation."""
    after = await scene.state()
    assert {name: after[name] for name in after if after[name] != before[name]} == {}, outsider
    assert [frame for frame in await scene.reached() if frame["type"] not in WEATHER] == [], outsider


async def test_no_frame_of_an_outsider_learns_or_changes_anything(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            raw = await try_everything(scene, outsider)
            assert CANARY.encode() not in raw, outsider
            assert b'"event"' not in raw or "other tenant" in outsider, outsider  # who may use the same id at home
            await check_untouched(scene, before, outsider)


async def try_everything(scene: Scene, outsider: str) -> bytes:
    """Send every frame and verb, on fresh connections where one has ended, and return all that came back."""
    raw = b""
    wire = Wire(scene.application, scene.tokens[outsider])
    for template in rows.every_frame():
        if wire.carrier.connection.closed:
            raw += wire.raw
            wire.carrier.left()
            wire = Wire(scene.application, scene.tokens[outsider])
        await wire.welcomed()
        wire.carrier.received(json.dumps(scene.fill(template)))
        await wire.hear(0.01)
    await wire.hear()
    wire.carrier.left()
    return raw + wire.raw


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


LISTS = ("waiting", "mine", "all", "resolved", "care_blocked", "promised", "mentioned", "team:upper", "team:first")


async def seen_in_lists(scene: Scene, who: str) -> bytes:
    wire = Wire(scene.application, scene.tokens[who])
    await wire.welcomed()
    for name in LISTS:
        if not wire.carrier.connection.closed:
            wire.carrier.received(json.dumps({"type": "subscribe", "topic": f"list:{name}"}))
            await wire.hear(0.02)
    await wire.hear()
    wire.carrier.left()
    return wire.raw


async def test_no_list_shows_an_outsider_the_conversation(scene: Scene, outsiders: Sequence[str] = OUTSIDERS) -> None:
    for outsider in outsiders:
        raw = await seen_in_lists(scene, outsider)
        assert scene.talk.encode() not in raw and CANARY.encode() not in raw, outsider
    assert scene.talk.encode() in await seen_in_lists(scene, "sue")


async def ask(client: httpx.AsyncClient, row: Row, scene: Scene, signature: str = "") -> httpx.Response:
    """Ask as a row says, with what belongs to the scene in its places."""
    path = row.path
    for name, value in {"{id}": scene.file, "{signature}": signature or forged(scene), **PLACES}.items():
        path = path.replace(name, value)
    asks = scene.fill(row.asks)
    return await client.request(row.method, path, **asks)


def forged(scene: Scene) -> str:
    """Return the signature of a link as it would be for Dana, but for the key that we have not got."""
    claims = f"{int(time.time()) + 60}.{digest(scene.tokens['dana'])}"
    return tokens.base64url(bytes(32) + claims.encode())


async def test_no_route_tells_an_outsider_anything_or_changes_it(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            async with scene.browser(outsider) as client:
                for row in GUARDED:
                    answer = await ask(client, row, scene)
                    where = (outsider, row.path, answer.status_code)
                    assert not any(each in answer.text for each in (CANARY, REPLY, scene.talk)), where
                    assert scene.dana not in answer.text or outsider == "lower level", where
                    if outsider not in row.allowed:
                        assert answer.status_code in (303, 401, 403, 404) or _is_empty(answer), where
            await check_untouched(scene, before, outsider)


def _is_empty(answer: httpx.Response) -> bool:
    """Tell whether something was looked for and nothing found."""
    return answer.status_code == 200 and answer.json() in ({"results": []}, {"rows": []}, {"contacts": []})


async def test_who_belongs_here_is_answered_the_same_request(scene: Scene, subtests: pytest.Subtests) -> None:
    for row in GUARDED:
        with subtests.test(row.path):
            async with scene.browser(row.insider) as client:
                link = await client.post(f"/v1/files/{scene.file}/link") if "{signature}" in row.path else None
                answer = await ask(client, row, scene, link.json()["url"].rpartition("/")[2] if link else "")
            proof = row.proof.replace("{talk}", scene.talk).replace("{dana}", scene.dana)
            assert (answer.status_code, proof in answer.text) == (row.status, True), answer.text


async def test_what_is_open_tells_nothing_of_anybody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with unlogged(caplog):
        for outsider in OUTSIDERS:
            before = await scene.state()
            async with scene.browser(outsider) as client:
                for row in OPEN:
                    answer = await ask(client, row, scene)
                    assert not any(each in answer.text for each in (CANARY, scene.talk, scene.dana)), row.path
                    assert answer.status_code < 500, (row.path, answer.text)
            await check_untouched(scene, before, outsider)


async def test_frames_over_https_are_no_other_door(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            async with scene.browser(outsider) as client:
                for template in rows.every_frame():
                    answer = await client.post("/v1/frame", json=scene.fill(template))
                    assert CANARY not in answer.text, (outsider, template)
                    mine = template.get("verb") == "state" or "other tenant" in outsider
                    assert '"ok"' not in answer.text or mine, (outsider, template)
            await check_untouched(scene, before, outsider)


async def test_who_belongs_here_does_it_all_over_https(scene: Scene) -> None:
    for who, verb in rows.STORY:
        if verb == "delete":
            scene.said = await scene.owner.say(scene.talk, "something new")
        if verb == "start":
            scene.talk = builders.new_id()
        if verb == "call.request":
            scene.call = builders.new_id()
        async with scene.browser(who) as client:
            answer = (await client.post("/v1/frame", json=scene.fill(rows.act(verb)))).json()
        assert answer["type"] == "ok", (verb, answer)


async def polled(scene: Scene, who: str) -> str:
    opening = {"device": "d" * 22, "tab": "t" * 22, "poll": True, "cursors": {scene.talk: 0}}
    opening["subscribe"] = [{"topic": f"list:{name}"} for name in LISTS]
    async with scene.browser(who) as client:
        return (await client.post("/v1/stream", json=opening, timeout=30)).text


async def test_the_fallback_stream_is_no_other_door(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "POLL_S", 0.5)
    for outsider in OUTSIDERS:
        text = await polled(scene, outsider)
        assert CANARY not in text and '"event"' not in text, outsider
    monkeypatch.setattr(stream, "POLL_S", 5)
    assert CANARY in await polled(scene, "dana")


async def test_no_form_of_the_settings_works_for_who_is_no_administrator_here(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for outsider in (*OUTSIDERS, "dana", "sue"):
        with subtests.test(outsider):
            await sends_every_form(scene, outsider)


async def sends_every_form(scene: Scene, outsider: str) -> None:
    before = await scene.state()
    async with scene.browser(outsider) as client:
        for (section, verb), form in forms.RIGHT.items():
            answer = await client.post(f"/desk/settings/{section}/{verb}", data=form)
            if outsider != "other tenant":  # who is an administrator, elsewhere: it is done there
                told = (answer.status_code, answer.headers.get("location"))
                assert told in ((403, None), (303, "/desk/login")), (section, verb)
            assert REPLY not in answer.text
    await check_untouched(scene, before, outsider)


async def test_an_administrator_does_the_same_and_it_is_done(scene: Scene) -> None:
    for (section, verb), form in forms.RIGHT.items():
        before = await scene.state(without=frozenset())
        async with scene.browser("ada") as client:
            answer = await client.post(f"/desk/settings/{section}/{verb}", data=form)
        assert answer.status_code in (200, 303), (section, verb, answer.text)
        assert await scene.state(without=frozenset()) != before, (section, verb)


async def test_no_page_of_the_settings_opens_for_who_is_no_administrator_here(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for outsider in OUTSIDERS:
        async with scene.browser(outsider) as client:
            for section in VIEWS:
                with subtests.test(section, outsider=outsider):
                    answer = await client.get(f"/desk/settings/{section}")
                    assert answer.status_code in (303, 403) or outsider == "other tenant"
                    assert REPLY not in answer.text


async def test_a_socket_ends_when_its_agent_is_revoked(scene: Scene) -> None:
    wire = Wire(scene.application, scene.tokens["lower level"])
    assert (await wire.welcomed())["type"] == "welcome"
    await revoke(scene.application, "lower-level")
    assert [frame["code"] for frame in await wire.hear() if frame["type"] == "bye"] == ["ended"]
    wire.carrier.left()


async def test_a_cookie_alone_opens_no_socket_and_no_frame(scene: Scene) -> None:
    async with browser(scene.application) as client:
        await log_in(client)
        frame = scene.fill({"type": "send", "key": KEY, "conversation": TALK, **rows.FRAMES["send"]})
        assert (await client.post("/v1/frame", json=frame)).status_code == 401
