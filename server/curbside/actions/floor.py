"""Everything that runs in one process: what a commit tells goes from here to whoever has to hear it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from curbside.actions import welcome
from curbside.actions.agents import Agents
from curbside.actions.attending import Attending, frees
from curbside.actions.calls import Calls
from curbside.actions.conversation import Conversations
from curbside.actions.cursors import Cursors
from curbside.actions.desks import Desks
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.lists import changed_since, open_conversations
from curbside.actions.receipts import Done
from curbside.actions.switching import OFF_MS
from curbside.domain.access import is_told_of
from curbside.domain.commands import CallCommand, SetState
from curbside.domain.errors import Refused
from curbside.domain.news import Appended, CallMoved, CursorMoved, GroundsEnded, News
from curbside.domain.people import Agent, Contact, Person
from curbside.domain.writing import name_of
from curbside.realtime.allowance import Allowances
from curbside.realtime.board import Board
from curbside.realtime.exchange import Exchange
from curbside.realtime.frames import CallFrame, Command, encode
from curbside.realtime.hub import Hub, Listener
from curbside.realtime.outputs import Send
from curbside.realtime.signals import CallHere, SignalAck
from curbside_signaling.ice import Relays
from curbside_signaling.media import Rooms

_log = structlog.get_logger(__name__)
_SETTINGS_S = 3.0
_LOOK_S = 2.0
_SIGNALS_S = 0.5
_OVERLAP_MS = 10_000  # longer than the longest transaction: its rows carry the time at which it began


@dataclass(slots=True)
class Floor:
    """The support centre's floor in this process."""

    installation: Installation
    epoch: str
    directory: Directory = field(init=False)
    hub: Hub = field(init=False)
    board: Board = field(init=False)
    conversations: Conversations = field(init=False)
    agents: Agents = field(init=False)
    cursors: Cursors = field(init=False)
    desks: Desks = field(init=False)
    exchange: Exchange = field(init=False)
    calls: Calls = field(init=False)
    attending: Attending = field(init=False)
    allowances: Allowances = field(default_factory=Allowances)
    relays: Relays = field(default_factory=Relays)
    rooms: Rooms | None = None
    on_active: Callable[[str, str], None] = field(init=False, default=lambda tenant, login: None)
    _tasks: set[asyncio.Task[Any]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        installation = self.installation
        self.directory = Directory(installation)
        self.hub, self.board = Hub(), Board()
        self.conversations = Conversations(installation, self.directory)
        self.agents = Agents(installation, self.directory, self.conversations)
        self.cursors = Cursors(installation)
        self.desks = Desks(installation, self.directory, self.hub, self.board)
        self.exchange = Exchange(self.hub, self.relays, self.rooms, installation.db.clock, installation.new_id)
        self.calls = Calls(installation, self.directory, self.exchange)
        self.exchange.flows.on_lost = lambda call: self.spawn(self.calls.without_room(call))
        self.attending = Attending(installation, self.directory, self.exchange, self.calls)

    async def start(self) -> None:
        """Load what is kept in memory and begin to listen to the database. Needs a running event loop."""
        self.installation.db.start()
        self.installation.db.on_commit = self.hear
        await self.directory.start()
        for state in await open_conversations(self.installation):
            self.board.put(state)
        await self.calls.load()
        self.directory.on_refreshed = self._refreshed
        self.hub.on_agent = self._agent_came_or_went
        await self._await_missing()
        for work in (self.directory.keep_fresh(), self.desks.keep_live(), self.cursors.keep_moving()):
            self.spawn(work)
        self.spawn(self._watch_settings())
        self.spawn(self._look_for_changes())
        self.spawn(self._keep_calls())

    async def restored(self, epoch: str) -> None:
        """Begin again from a database that was put back: what is in memory is of another time."""
        self.epoch = epoch
        await self.directory.start()
        self.board.clear()
        for state in await open_conversations(self.installation):
            self.board.put(state)
        await self.calls.load()
        await self._await_missing()

    async def _await_missing(self) -> None:
        for tenant, agent in await self.agents.missing():
            await self.agents.left(tenant, agent)

    async def stop(self) -> None:
        """Finish what is committed, then let go."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.exchange.flows.stop()
        await self.installation.db.stop()

    async def perform(self, person: Person | None, command: Command) -> Done:
        """Carry out any command for a person who is known. Raises Refused."""
        if person is None:
            raise Refused("forbidden")
        if isinstance(command, CallCommand):
            return await self.calls.perform(person, command)
        if not isinstance(command, SetState):
            return await self.conversations.perform(person, command)
        if not isinstance(person, Agent):
            raise Refused("forbidden")
        return await self.agents.set_state(person, command)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` beside everything else; what it raises is logged, never lost."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("floor.task", error=type(task.exception()).__name__, exc_info=task.exception())

    def hear(self, told: list[News]) -> None:
        """Pass on what a transaction told after its commit, in its order."""
        for news in told:
            if isinstance(news, Appended):
                self.board.moved(news.before, news.after)
                self._note_open(news)
                self._note_owed(news)
                self.hub.appended(news)
                self.desks.hear(news)
                self.exchange.conversation_moved(news.after)
                if news.went_elsewhere:
                    self._take_out_strangers(news.after.tenant)
                    self.spawn(self.attending.look(news.after.tenant))
            elif isinstance(news, CallMoved):
                self._call_moved(news)
            elif isinstance(news, CursorMoved):
                self.hub.cursor_moved(news)
            else:
                self.directory.hear(news)
                if isinstance(news, GroundsEnded):
                    for live, who in self.exchange.stood_on(news):
                        self.spawn(self.calls.take_out(live.call, who, "left_workstation"))
                    self.hub.grounds_ended(news)

    def _call_moved(self, news: CallMoved) -> None:
        self.exchange.moved(news, self.installation.db.clock())
        if frees(news):
            self.spawn(self.attending.look(news.after.tenant))

    def on_call(self, listener: Listener, frame: CallFrame) -> None:
        """Do what a connection asks about a call that its person is in."""
        if not isinstance(frame, SignalAck) and not listener.connection.standing.hears_of(frame.call):
            key = frame.call if isinstance(frame, CallHere) else frame.id
            listener.run(listener.connection.not_passed(key, "not_in_call"))
        elif isinstance(frame, CallHere):
            self.spawn(self.calls.here(listener, frame.call, frame.tab))
        elif isinstance(frame, SignalAck):
            self.exchange.acknowledged(listener, frame.id)
        elif code := self.exchange.relay(listener, frame):
            listener.run(listener.connection.not_passed(frame.id, code))

    def on_going_on(self, listener: Listener, frame: CallHere) -> None:
        """Let a connection go on with what the last one of its page carried, unless another tab does by now."""
        if listener.connection.standing.hears_of(frame.call):
            self.spawn(self.calls.here(listener, frame.call, frame.tab, still=True))

    def gone(self, listener: Listener) -> None:
        """Take that a connection is gone: who was in a call over it has a while to come back."""
        for live, who in self.exchange.left(listener):
            self.spawn(self.calls.interrupted(live.call.tenant, live.call.id, who, listener.id))

    def _take_out_strangers(self, tenant: str) -> None:
        """Take out of calls, and off their bells, whoever may no longer see what they are about."""
        find = partial(self.directory.agent, tenant)
        for live, who, works_here in self.exchange.strangers(tenant, find):
            self.spawn(self.calls.take_out(live.call, who, "no_access" if works_here else "left_workstation"))

    async def _keep_calls(self) -> None:
        while True:
            await asyncio.sleep(_SIGNALS_S)
            self.keep_calls(self.installation.db.clock())

    def keep_calls(self, now: int) -> None:
        """Say again what was not acknowledged, and let in again who was given up for silent."""
        self.exchange.tick(now)
        for live, who, listener in list(self.exchange.revived(now)):
            here = live.call.session.roster.get(who)
            self.spawn(self.calls.here(listener, live.call.id, here.tab if here else listener.id))

    def _note_open(self, news: Appended) -> None:
        if news.before is not None and news.before.status == news.after.status:
            return
        for listener in self.hub.watchers(news.after.tenant, news.after.id):
            if isinstance(listener.connection.person, Contact):
                listener.connection.standing.note(news.after)

    def _note_owed(self, news: Appended) -> None:
        before, after = news.before, news.after
        if after.agent is None or not after.needs_answer or self.hub.is_here(after.tenant, "agent", after.agent):
            return
        if before is None or (before.agent, before.needs_answer) != (after.agent, True):
            self.spawn(self.agents.owes(after.tenant, after.agent))

    def _agent_came_or_went(self, agent: Agent, here: bool) -> None:
        changed = self.agents.arrived if here else self.agents.left
        self.spawn(changed(agent.tenant, agent.id))

    def _refreshed(self, tenant: str) -> None:
        if not self.directory.knows(tenant):
            return
        self.hub.refresh_agents(tenant, lambda id: self.directory.agent(tenant, id))
        self._tell_states(tenant)
        self._take_out_strangers(tenant)
        self._tell_settings(tenant)
        self.spawn(self.attending.look(tenant))

    def _tell_states(self, tenant: str) -> None:
        """Tell agents the state of each colleague that they are told of at all."""
        frames: dict[Any, bytes] = {}
        for listener in self.hub.agents(tenant):
            agent = listener.connection.person
            assert isinstance(agent, Agent)
            key = agent.in_house or (agent.partner, agent.teams)
            if key not in frames:
                known = [one for one in self.directory.agents(tenant) if is_told_of(agent, one)]
                states = {one.id: self.directory.agent_state(tenant, one.id) for one in known}
                frames[key] = encode("presence", agents=states)
            listener.run([Send(frames[key], droppable=True)])

    async def _watch_settings(self) -> None:
        # Hours open and close, and usual waits change, without anybody writing a row.
        while True:
            await asyncio.sleep(_SETTINGS_S)
            for tenant in self.directory.tenants():
                self._tell_settings(tenant)
                self.spawn(self.attending.look(tenant))

    async def _look_for_changes(self) -> None:
        """Read what changed lately, in case that nobody told: the rows are the truth, and hints may be lost."""
        since = self.installation.db.clock() - _OVERLAP_MS
        while True:
            await asyncio.sleep(_LOOK_S)
            now = self.installation.db.clock()
            try:
                for state in await changed_since(self.installation, since):
                    self.board.put(state)
                    self.hub.changed(state)
            except Refused:
                continue
            since = now - _OVERLAP_MS

    def _tell_settings(self, tenant: str) -> None:
        now = self.installation.db.clock()
        self.desks.look_at_hours(tenant, now)
        frames: dict[Any, bytes] = {}
        for listener in self.hub.everybody(tenant):
            person = listener.connection.person
            assert person is not None
            key = (person.organization, person.role) if isinstance(person, Contact) else ("*", "*")
            if key not in frames:
                frames[key] = encode("settings", **welcome.settings(self.directory, self.board, person, now))
            listener.tell_settings(frames[key])
            if isinstance(person, Contact) and not self.directory.reaches(tenant, person.organization, person.role):
                self.spawn(self._show_out(listener, person))

    async def _show_out(self, listener: Listener, contact: Contact) -> None:
        """End the line of a contact for whom the launcher was switched off, after the calls that they are in."""
        for live in self.exchange.with_person(contact):
            with contextlib.suppress(Refused):
                await self.calls.take_out(live.call, name_of(contact), "switched_off")
        listener.run(listener.connection.close("switched_off", "later", OFF_MS))
