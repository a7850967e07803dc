"""An agent who is gone keeps nobody waiting: what needs an answer goes back to the front of the queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from curbside.actions.clocks import clocks
from curbside.actions.floor import Floor
from curbside.actions.timers import fire_due
from curbside.app import Application
from curbside.domain import commands as ask
from curbside.domain.conversation import Conversation
from curbside.domain.people import Actor, Agent, Contact
from curbside.store import conversation as store
from curbside.store import tables
from curbside.store.scope import EVERY_TENANT
from tests import builders
from tests.attacks.wire import Wire, agent_token, turns
from tests.ground import claim, message, start
from tests.serving import TENANT, browser, log_in, running

_timers = builders.table(tables.work.Timer)
_changes = builders.table(tables.people.StateChange)


@dataclass
class Story:
    """Dana asks; Ann has taken it on, Sue works beside her; nobody has a connection unless a test makes one."""

    application: Application
    dana: Contact = field(init=False)
    talk: str = field(init=False)

    @property
    def floor(self) -> Floor:
        return self.application.floor

    def agent(self, name: str) -> Agent:
        (found,) = [one for one in self.floor.directory.agents(TENANT) if one.name == name]
        return found

    async def begin(self) -> None:
        self.dana = await builders.contact(self.floor.installation, organization="mercy", of=TENANT)
        begun = start()
        self.talk = begun.conversation
        await self.do(self.dana, begun)
        await self.do(self.agent("Ann"), claim(self.talk))

    async def do(self, actor: Actor, command: ask.Command) -> None:
        await self.floor.conversations.perform(actor, command)
        await turns(self.application, 0.05)

    async def asks(self) -> None:
        await self.do(self.dana, message(self.talk, "Are you there?"))

    async def state(self) -> Conversation:
        read = self.floor.installation.db.read
        found = await read(EVERY_TENANT, lambda connection: store.state(connection, TENANT, self.talk))
        assert found is not None
        return found

    async def clock(self, name: str) -> int | None:
        """Return when the conversations of somebody go back, or None."""
        query = select(_timers.c.due_at).where(_timers.c.kind == "agent_gone", _timers.c.subject == self.agent(name).id)
        return await self.floor.installation.db.read(EVERY_TENANT, lambda c: c.execute(query).scalar_one_or_none())

    async def a_minute_passes(self) -> None:
        await self.floor.installation.db.write(
            EVERY_TENANT, lambda t: t.connection.execute(update(_timers).values(due_at=0)) and None
        )
        floor = self.floor
        await fire_due(
            floor.installation,
            clocks(floor.installation, floor.conversations, floor.agents, floor.calls, floor.hub.is_here),
        )
        await turns(self.application, 0.05)


@pytest.fixture
async def story(settled_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    async with running(settled_url, tmp_path) as application:
        found = Story(application)
        await builders.organization(application.floor.installation, "mercy", of=TENANT)
        await found.begin()
        yield found


async def test_a_contact_who_writes_to_somebody_gone_goes_back_to_the_queue(story: Story) -> None:
    await story.do(story.agent("Ann"), message(story.talk, "Try again, please"))
    await story.a_minute_passes()
    assert (await story.state()).agent == story.agent("Ann").id  # nothing is owed yet
    await story.asks()
    assert await story.clock("Ann") is not None
    await story.a_minute_passes()
    state = await story.state()
    assert (state.status, state.agent, state.front) == ("waiting", None, True)
    assert await story.clock("Ann") is None


async def test_writing_again_does_not_put_off_the_return(story: Story) -> None:
    await story.asks()
    first = await story.clock("Ann")
    await story.asks()
    assert await story.clock("Ann") == first


async def test_what_is_handed_to_somebody_who_is_not_there_goes_back(story: Story) -> None:
    await story.do(story.agent("Ann"), message(story.talk, "I am handing you to Sue"))
    sue = story.agent("Sue")
    await story.do(story.agent("Ann"), ask.HandOver(key=builders.new_id(), conversation=story.talk, to_agent=sue.id))
    assert (await story.state()).agent == sue.id
    await story.a_minute_passes()
    assert ((await story.state()).status, (await story.state()).agent) == ("waiting", None)


async def test_somebody_who_is_here_keeps_what_they_have(story: Story) -> None:
    desk = Wire(story.application, await agent_token(story.application, "ann"))
    await desk.welcomed()
    await story.asks()
    assert await story.clock("Ann") is None
    desk.carrier.left()
    await turns(story.application, 0.1)
    assert await story.clock("Ann") is not None
    back = Wire(story.application, await agent_token(story.application, "ann"))
    await back.welcomed()
    await turns(story.application, 0.1)
    assert await story.clock("Ann") is None
    await story.a_minute_passes()
    assert (await story.state()).agent == story.agent("Ann").id


async def test_a_clock_that_runs_out_while_they_are_here_returns_nothing(story: Story) -> None:
    await story.asks()
    clock = await story.clock("Ann")
    story.floor.hub.on_agent = lambda agent, here: None  # the word that would have called it off is lost
    desk = Wire(story.application, await agent_token(story.application, "ann"))
    await desk.welcomed()
    assert await story.clock("Ann") == clock
    await story.a_minute_passes()
    assert (await story.state()).agent == story.agent("Ann").id


async def test_after_a_crash_whoever_has_a_conversation_is_waited_for_though_they_are_off(
    story: Story, settled_url: str, tmp_path: Path
) -> None:
    assert story.floor.directory.agent_state(TENANT, story.agent("Ann").id) == "off"
    await story.floor.installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(_timers.delete()) and None)
    async with running(settled_url, tmp_path) as again:
        other = Story(again)
        assert await other.clock("Ann") is not None
        assert await other.clock("Sue") is None


async def test_gone_says_off_and_counts_what_it_returned(story: Story) -> None:
    ann = story.agent("Ann")
    setting = ask.SetState(key=builders.new_id(), state="available")
    await story.floor.agents.set_state(ann, setting)
    floor = story.floor
    assert await floor.agents.give_back(TENANT, ann.id, "logged_off") == 0
    await story.asks()
    assert await floor.agents.give_back(TENANT, ann.id, "logged_off") == 1
    await floor.agents.gone(TENANT, ann.id, "logged_off")
    query = select(_changes.c.state, _changes.c.why).where(_changes.c.agent == ann.id).order_by(_changes.c.at)
    changes: list[Any] = await floor.installation.db.read(EVERY_TENANT, lambda c: list(c.execute(query).all()))
    assert [tuple(change) for change in changes] == [("available", "chosen"), ("off", "logged_off")]


async def test_logging_off_gives_back_at_once(story: Story) -> None:
    await story.asks()
    async with browser(story.application) as client:
        assert (await log_in(client)).status_code == 303
        await client.post("/desk/logout")
    await turns(story.application, 0.1)
    state = await story.state()
    assert (state.status, state.agent, state.front) == ("waiting", None, True)
