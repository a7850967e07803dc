"""What who waits is told: their place, once they were let in, and when the hours begin or end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from curbside.app import Application
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import TENANT, browser, running


@dataclass
class Story:
    application: Application
    panel: Wire
    talk: str

    def told(self, now: bool, opens_at: int | None) -> bool:
        last = self.queues()[-1]
        return (last["open"], last["opens_at"]) == (now, opens_at)

    def queues(self) -> list[dict[str, Any]]:
        return [frame for frame in self.panel.heard if frame["type"] == "queue"]


@pytest.fixture
async def story(settled_sqlite_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    async with running(settled_sqlite_url, tmp_path) as application:
        async with browser(application) as client:
            panel = Wire(application, await contact_token(client))
        talk = builders.new_id()
        await panel.act("start", talk)
        story = Story(application, panel, talk)
        await panel.until(lambda: bool(story.queues()))
        await panel.hear()
        yield story


async def test_who_waits_is_told_their_place(story: Story) -> None:
    (told,) = {frame["position"] for frame in story.queues()}
    assert told == 1
    assert story.queues()[-1] | {"type": "queue", "conversation": story.talk, "open": True} == story.queues()[-1]


async def test_who_waits_hears_that_the_hours_have_ended_and_begun(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = story.application.floor
    floor._tell_settings(TENANT)
    await story.panel.hear(0.3)
    heard = len(story.queues())
    floor._tell_settings(TENANT)
    await story.panel.hear(0.3)
    assert len(story.queues()) == heard  # nothing has changed
    for hours in ((False, 9_000), (True, None)):
        monkeypatch.setattr(floor.directory, "open_now", lambda tenant, now, hours=hours: hours)
        floor._tell_settings(TENANT)
        await story.panel.until(partial(story.told, *hours))


async def test_a_place_is_not_told_to_who_has_only_asked(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser(story.application) as client:
        stranger = Wire(story.application, await contact_token(client, sub="somebody-else"))
    await stranger.welcomed()
    floor = story.application.floor
    read = floor.installation.db.read

    async def slow(*asked: Any) -> Any:
        await asyncio.sleep(0.3)
        return await read(*asked)

    monkeypatch.setattr(floor.installation.db, "read", slow)
    await stranger.ask({"type": "subscribe", "topic": f"conversation:{story.talk}", "after": 0})
    floor.desks.queue_seen(TENANT, floor.board.conversations(TENANT).__iter__().__next__().team)
    await stranger.hear(0.6)
    assert [frame["type"] for frame in stranger.heard if frame.get("conversation") == story.talk] == []
    desk = Wire(story.application, await agent_token(story.application, "ann"))
    await desk.welcomed()
    await desk.ask({"type": "subscribe", "topic": f"conversation:{story.talk}", "after": 0})
    assert not [frame for frame in await desk.hear(0.6) if frame["type"] == "queue"]  # nor to an agent
