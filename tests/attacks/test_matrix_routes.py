"""Every route of the matrix, tried as every kind of outsider, and frames where they go by requests and streams."""

from __future__ import annotations

import pytest

from curbside.web import stream
from tests import builders
from tests.attacks import rows, trying
from tests.attacks.rows import GUARDED, KEY, OPEN, TALK
from tests.attacks.scene import CANARY, OUTSIDERS, Scene
from tests.attacks.trying import LISTS, ask, check_untouched, unlogged
from tests.serving import browser, log_in


async def test_no_route_tells_an_outsider_anything_or_changes_it(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await trying.no_route_tells_or_changes_anything(scene, caplog)


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


async def test_frames_over_https_are_no_other_door(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await trying.no_frame_over_https_does(scene, caplog)


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


async def test_a_cookie_alone_opens_no_socket_and_no_frame(scene: Scene) -> None:
    async with browser(scene.application) as client:
        await log_in(client)
        frame = scene.fill({"type": "send", "key": KEY, "conversation": TALK, **rows.FRAMES["send"]})
        assert (await client.post("/v1/frame", json=frame)).status_code == 401
