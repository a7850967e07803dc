"""What an outsider tries, and the proof that it failed: no canary back, no row changed, nothing heard by others.

Each takes who tries it, so that a single guard can be tried against the one outsider whom it alone keeps out.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import structlog

from curbside.actions.identity import digest
from tests import tokens
from tests.attacks import forms, rows
from tests.attacks.rows import GUARDED, PLACES, Row
from tests.attacks.scene import CANARY, NUMBER, OUTSIDERS, REPLY, Scene
from tests.attacks.wire import Wire

# What a person hears of others who come and go, whoever they are.
WEATHER = {"queue", "counts", "settings"}
LISTS = ("waiting", "mine", "all", "resolved", "care_blocked", "promised", "mentioned", "team:upper", "team:first")


@contextmanager
def unlogged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that something is logged meanwhile, and no canary."""
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        yield
    assert not any(each in repr(logs) + caplog.text for each in (CANARY, NUMBER))


async def check_untouched(scene: Scene, before: dict[str, list[Any]], outsider: str) -> None:
    """Check that nothing changed, and that nothing came to those who are in the conversation."""
    after = await scene.state()
    assert {name: after[name] for name in after if after[name] != before[name]} == {}, outsider
    assert [frame for frame in await scene.reached() if frame["type"] not in WEATHER] == [], outsider


async def no_frame_tells_or_changes_anything(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    """Try every frame and verb over a line of one's own."""
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            raw = await _try_everything(scene, outsider)
            assert not any(each.encode() in raw for each in (CANARY, NUMBER)), outsider
            assert b'"event"' not in raw or "other tenant" in outsider, outsider  # who may use the same id at home
            await check_untouched(scene, before, outsider)


async def _try_everything(scene: Scene, outsider: str) -> bytes:
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


async def no_list_shows_the_conversation(scene: Scene, outsiders: Sequence[str] = OUTSIDERS) -> None:
    """Look through every list; who belongs there finds it."""
    for outsider in outsiders:
        raw = await _seen_in_lists(scene, outsider)
        assert scene.talk.encode() not in raw and CANARY.encode() not in raw, outsider
        assert NUMBER.encode() not in raw, outsider
    assert scene.talk.encode() in await _seen_in_lists(scene, "sue")


async def _seen_in_lists(scene: Scene, who: str) -> bytes:
    """Return all that came back from every list."""
    wire = Wire(scene.application, scene.tokens[who])
    await wire.welcomed()
    for name in LISTS:
        if not wire.carrier.connection.closed:
            wire.carrier.received(json.dumps({"type": "subscribe", "topic": f"list:{name}"}))
            await wire.hear(0.02)
    await wire.hear()
    wire.carrier.left()
    return wire.raw


async def no_route_tells_or_changes_anything(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    """Ask every guarded route."""
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            async with scene.browser(outsider) as client:
                for row in GUARDED:
                    answer = await ask(client, row, scene)
                    where = (outsider, row.path, answer.status_code)
                    assert not any(each in answer.text for each in (CANARY, NUMBER, REPLY, scene.talk)), where
                    assert scene.dana not in answer.text or outsider == "lower level", where
                    if outsider not in row.allowed:
                        assert answer.status_code in (303, 401, 403, 404) or _is_empty(answer), where
            await check_untouched(scene, before, outsider)


async def no_frame_over_https_does(
    scene: Scene, caplog: pytest.LogCaptureFixture, outsiders: Sequence[str] = OUTSIDERS
) -> None:
    """Try every frame and verb by a request."""
    with unlogged(caplog):
        for outsider in outsiders:
            before = await scene.state()
            async with scene.browser(outsider) as client:
                for template in rows.every_frame():
                    answer = await client.post("/v1/frame", json=scene.fill(template))
                    assert not any(each in answer.text for each in (CANARY, NUMBER)), (outsider, template)
                    mine = template.get("verb") == "state" or "other tenant" in outsider
                    assert '"ok"' not in answer.text or mine, (outsider, template)
            await check_untouched(scene, before, outsider)


async def sends_every_form(scene: Scene, outsider: str) -> None:
    """Send every form of the settings."""
    before = await scene.state()
    async with scene.browser(outsider) as client:
        for (section, verb), form in forms.RIGHT.items():
            answer = await client.post(f"/desk/settings/{section}/{verb}", data=form)
            if outsider != "other tenant":  # who is an administrator, elsewhere: it is done there
                told = (answer.status_code, answer.headers.get("location"))
                assert told in ((403, None), (303, "/desk/login")), (section, verb)
            assert REPLY not in answer.text
    await check_untouched(scene, before, outsider)


async def ask(client: httpx.AsyncClient, row: Row, scene: Scene, signature: str = "") -> httpx.Response:
    """Ask as a row says, with what belongs to the scene in its places."""
    path = row.path
    for name, value in {"{id}": scene.file, "{signature}": signature or _forged(scene), **PLACES}.items():
        path = path.replace(name, value)
    asks = scene.fill(row.asks)
    return await client.request(row.method, path, **asks)


def _forged(scene: Scene) -> str:
    """Return the signature of a link as it would be for Dana, but for the key that we have not got."""
    claims = f"{int(time.time()) + 60}.{digest(scene.tokens['dana'])}"
    return tokens.base64url(bytes(32) + claims.encode())


def _is_empty(answer: httpx.Response) -> bool:
    """Tell whether something was looked for and nothing found."""
    return answer.status_code == 200 and answer.json() in ({"results": []}, {"rows": []}, {"contacts": []})
