"""Calls on both databases: one winner whoever is faster, one call a conversation, and a clock for each that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace as with_
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from curbside.actions.calls import CALL
from curbside.actions.clocks import clocks
from curbside.actions.timers import fire_due
from curbside.app import Application
from curbside.domain import commands as ask
from curbside.domain.call import Call
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact
from curbside.store import calls as store
from curbside.store import tables
from curbside.store.scope import EVERY_TENANT
from curbside.store.timers import Due
from curbside.store.verify import verify
from curbside_signaling.call import RING_MS
from tests import builders
from tests.serving import TENANT, running
from tests.web.calling import switch


class Desk:
    """A contact with a conversation, and agents who are free, on one database."""

    def __init__(self, application: Application, dana: Contact, talk: str) -> None:
        self.floor, self.dana, self.talk = application.floor, dana, talk

    @property
    def agents(self) -> list[Agent]:
        return sorted(self.floor.directory.agents(TENANT), key=lambda one: one.name)

    async def do(self, actor: Any, kind: type[ask.CallCommand], call: str, **more: Any) -> Any:
        command = kind(key=builders.new_id(), conversation=self.talk, call=call, **more)
        return await self.floor.perform(actor, command)

    async def call(self, id: str) -> Call:
        found = await self.floor.installation.db.read(
            EVERY_TENANT, lambda connection: store.find(connection, TENANT, id)
        )
        assert found is not None
        return found

    async def clocks(self) -> list[str]:
        timer = builders.table(tables.work.Timer)
        query = select(timer.c.subject).where(timer.c.kind == CALL)
        return await self.floor.installation.db.read(
            EVERY_TENANT, lambda connection: list(connection.execute(query).scalars())
        )


@pytest.fixture
async def desk(settled_url: str, tmp_path: Any) -> AsyncIterator[Desk]:
    async with running(settled_url, tmp_path) as application:
        installation = application.floor.installation
        await switch(application, "call")
        await builders.organization(installation, "mercy", of=TENANT)
        dana = await builders.contact(installation, of=TENANT)
        begin = ask.Start(key=builders.new_id(), conversation=builders.new_id())
        await application.floor.perform(dana, begin)
        found = Desk(application, dana, begin.conversation)
        for agent in found.agents:
            await application.floor.perform(agent, ask.SetState(key=builders.new_id(), state="available"))
        await application.floor.directory.refresh(TENANT)
        yield found


async def test_of_all_who_answer_at_once_one_wins_and_has_the_conversation(desk: Desk) -> None:
    call = builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    answers = await asyncio.gather(
        *(desk.do(agent, ask.AcceptCall, call) for agent in desk.agents), return_exceptions=True
    )
    refused = [one for one in answers if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["already_accepted"] * (len(answers) - 1)
    stands = await desk.call(call)
    winner = next(agent for agent in desk.agents if f"agent:{agent.id}" == stands.session.call.answered_by)
    assert {one.detail["winner"] for one in refused if one.detail} == {winner.name}
    state = desk.floor.board.conversations(TENANT)
    assert [one.agent for one in state] == [winner.id]


async def test_of_two_who_ask_at_once_one_rings(desk: Desk) -> None:
    asked = [desk.do(desk.dana, ask.RequestCall, builders.new_id()) for _ in range(4)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(one.code for one in answers if isinstance(one, Refused)) == ["call_running"] * 3
    assert len(await desk.floor.installation.db.read(EVERY_TENANT, store.all_running)) == 1


async def test_a_repeated_command_is_answered_the_same_and_does_nothing_more(desk: Desk) -> None:
    call, key = builders.new_id(), builders.new_id()
    command = ask.RequestCall(key=key, conversation=desk.talk, call=call)
    first = await desk.floor.perform(desk.dana, command)
    again = await desk.floor.perform(desk.dana, command)
    assert (again.seq, again.duplicate) == (first.seq, True)
    with pytest.raises(Refused, match="conflict"):
        await desk.floor.perform(desk.dana, ask.RequestCall(key=key, conversation=desk.talk, call=builders.new_id()))


async def test_every_call_that_runs_has_a_clock_and_none_that_is_over(desk: Desk) -> None:
    call = builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    assert await desk.clocks() == [call]
    await desk.do(desk.agents[0], ask.AcceptCall, call)
    assert await desk.clocks() == [call]
    await desk.do(desk.dana, ask.LeaveCall, call)
    assert await desk.clocks() == []


async def test_the_timeline_of_a_call_verifies_and_holds_nothing_of_what_was_sent(desk: Desk) -> None:
    call = builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    await desk.do(desk.agents[0], ask.AcceptCall, call)
    await desk.do(desk.dana, ask.LeaveCall, call)
    installation = desk.floor.installation
    wrong = await installation.db.read(
        EVERY_TENANT, lambda connection: verify(connection, installation.keys, TENANT, desk.talk)
    )
    assert wrong == []


async def test_who_is_in_a_call_is_not_rung_for_another(desk: Desk) -> None:
    call, talk = builders.new_id(), builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    await desk.do(desk.agents[0], ask.AcceptCall, call)
    await desk.floor.perform(desk.dana, ask.Start(key=builders.new_id(), conversation=talk))
    desk.talk, other = talk, builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, other)
    stands = await desk.call(other)
    assert f"agent:{desk.agents[0].id}" not in stands.session.call.asked
    assert f"agent:{desk.agents[1].id}" in stands.session.call.asked


async def test_a_call_rings_for_those_who_speak_the_contacts_language(desk: Desk) -> None:
    agent = builders.table(tables.people.Agent)
    spoken = {"Ann": '["es"]', "Sue": '["en"]', "Ada": '["en"]'}

    def write(transaction: Any) -> None:
        for name, languages in spoken.items():
            of = (agent.c.tenant == TENANT, agent.c.name == name)
            transaction.connection.execute(agent.update().where(*of).values(languages=languages))

    await desk.floor.installation.db.write(EVERY_TENANT, write)
    await desk.floor.directory.refresh(TENANT)
    maria = await builders.contact(desk.floor.installation, "María", locale="es-MX", of=TENANT)
    desk.talk, call = builders.new_id(), builders.new_id()
    await desk.floor.perform(maria, ask.Start(key=builders.new_id(), conversation=desk.talk))
    await desk.do(maria, ask.RequestCall, call)
    (ann,) = [one.id for one in desk.agents if one.name == "Ann"]
    assert (await desk.call(call)).session.call.asked == {f"agent:{ann}"}


async def the_clock_strikes(desk: Desk, later_ms: int) -> None:
    """Let every clock be due, `later_ms` from now, and fire it as the process does."""
    floor, timer = desk.floor, builders.table(tables.work.Timer)
    due = timer.update().values(due_at=0)
    await floor.installation.db.write(EVERY_TENANT, lambda transaction: transaction.connection.execute(due) and None)
    firings = clocks(floor.installation, floor.conversations, floor.agents, floor.calls, floor.hub.is_here)

    async def later(due: Due) -> None:
        call = await desk.call(due.subject)
        began = call.session.call.since - later_ms
        moved = replace(call, session=with_(call.session, call=with_(call.session.call, since=began)))
        put = partial(store.put, call=moved, now=1, fresh=False)
        await floor.installation.db.write(EVERY_TENANT, lambda transaction: put(transaction.connection))
        await firings[CALL](due)

    await fire_due(floor.installation, {CALL: later})


async def test_a_call_that_rings_on_keeps_its_clock_and_one_that_has_rung_for_long_enough_is_missed(desk: Desk) -> None:
    call = builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    await the_clock_strikes(desk, 0)
    assert ((await desk.call(call)).phase, await desk.clocks()) == ("ringing", [call])
    await desk.floor.calls.load()  # and what has just been started knows of it too
    await the_clock_strikes(desk, RING_MS)
    ended = await desk.call(call)
    assert (ended.phase, ended.session.call.why, await desk.clocks()) == ("ended", "missed", [])
    assert desk.floor.exchange.get(TENANT, call) is None


@pytest.mark.parametrize(("teams", "told"), [(frozenset(), False), (frozenset({"first"}), True)])
async def test_a_partner_invites_whom_they_are_told_of_and_learns_of_nobody_else(
    desk: Desk, teams: frozenset[str], told: bool
) -> None:
    caller, colleague = desk.agents[:2]
    partner, call = with_(caller, in_house=False, partner="outside", teams=teams), builders.new_id()
    await desk.do(desk.dana, ask.RequestCall, call)
    await desk.do(caller, ask.AcceptCall, call)
    if not told:
        with pytest.raises(Refused, match="unknown_target"):
            await desk.do(partner, ask.InviteToCall, call, agent=colleague.id)
    else:
        await desk.do(partner, ask.InviteToCall, call, agent=colleague.id)
    rung = f"agent:{colleague.id}" in (await desk.call(call)).session.call.ringing
    assert rung is told
