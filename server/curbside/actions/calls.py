"""The verbs of calls: check, change, commit, tell; and what follows when somebody is gone.

A call is decided on under the lock of its conversation, so that two who answer at once find one winner.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Set
from dataclasses import replace as with_
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.free import free_to_answer
from curbside.actions.installation import Installation
from curbside.actions.receipts import Done, fingerprint, finish, repeated
from curbside.actions.switching import switches_of
from curbside.domain import commands as ask
from curbside.domain.access import may_see
from curbside.domain.call import MESH, Call, visible
from curbside.domain.call_around import Around
from curbside.domain.calls import decide_call
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.news import CallMoved
from curbside.domain.people import Actor, Contact, Person, System
from curbside.domain.writing import name_of
from curbside.realtime.exchange import Exchange
from curbside.realtime.hub import Listener
from curbside.store import calls as store
from curbside.store import conversation as conversations
from curbside.store import identity, timers
from curbside.store.ledger import Ledger
from curbside.store.scope import EVERY_TENANT
from curbside.store.stored import Stored
from curbside.store.writer import Transaction
from curbside_signaling import Session, SignalRefused
from curbside_signaling.media import ROOM

CALL = "call"
_AGAIN_MS = 1_000
Change = Callable[[Call, int], Call]


class Calls:
    """Carry out commands on calls, and take people out who are gone."""

    def __init__(self, installation: Installation, directory: Directory, exchange: Exchange) -> None:
        self._installation = installation
        self._directory = directory
        self._exchange = exchange
        self._asked_key = installation.keys.root("asked")

    async def perform(self, actor: Actor, command: ask.CallCommand) -> Done:
        """Carry out `command` once; return what came of it after it is committed. Raises Refused."""
        busy = self._exchange.busy(actor.tenant)  # here, where nothing else changes it meanwhile
        return await self._installation.db.write(
            actor.tenant, lambda transaction: self.act(transaction, actor, command, busy)
        )

    def act(self, transaction: Transaction, actor: Actor, command: ask.CallCommand, busy: Set[str]) -> Done:
        """Carry out a verb, in a savepoint of its own; `busy` are the agents who are in a call."""
        ledger, asked = self._ledger(transaction), fingerprint(command, self._asked_key)
        ledger.load_receipts([(actor, command.key)])
        done = repeated(ledger, actor, command.key, asked)
        if done is not None:
            return done
        if ledger.is_taken(actor.tenant, command.key):
            raise Refused("conflict")
        stored = self._locked(ledger, actor.tenant, command.conversation)
        before = self._before(ledger.connection, actor.tenant, command)
        around = self._around(ledger, stored.state, before, command, actor, busy)
        decision = decide_call(stored.state, before, command, actor, around)
        events = ledger.append(stored, actor, decision.drafts)
        if isinstance(command, ask.ReportCall) and before is not None:
            seat = before.seat(name_of(actor))
            assert seat is not None
            store.keep_report(ledger.connection, actor.tenant, seat.id, command, ledger.now)
        # Time needs no receipt: what it does twice it does once.
        done = finish(ledger, actor, command.key, asked, events, keep=not isinstance(actor, System))
        ledger.write()
        if decision.call is not None:
            requested = isinstance(command, ask.RequestCall)
            self._save(transaction, None if requested else before, decision.call, stored.state)
        return done

    async def here(self, listener: Listener, call: str, tab: str, *, still: bool = False) -> None:
        """Let a connection carry its person's part of a call, from a tab where the peer connections live.

        `still`: only if no other tab has taken it over since, and without a word if one has.
        """
        person = listener.connection.person
        if person is None or not self._exchange.offered(listener, call):
            if not still:
                listener.run(listener.connection.not_passed(call, "not_in_call"))
            return
        who, part = name_of(person), listener.connection.standing.part
        way = part.way if part else "page"
        if not still:
            await self._let_go(person, call, way)
        arrive = _arrival(listener, who, tab, way, still=still)
        try:
            await self._keep_trying(person.tenant, call, arrive, self._nobody_else(listener, call, who))
        except (Refused, SignalRefused):
            self._exchange.withdrawn(listener)
            if not still:
                listener.run(listener.connection.not_passed(call, "not_in_call"))
            return
        if listener.connection.closed:  # gone meanwhile
            await self.interrupted(person.tenant, call, who, listener.id)

    async def interrupted(self, tenant: str, call: str, who: str, connection: str) -> None:
        """Say to the others that somebody's connection is gone; they have a while to come back."""
        await self._keep_trying(
            tenant,
            call,
            lambda before, now: _stepped(before, before.session.interrupted, who, connection, now),
            lambda: self._exchange.get(tenant, call) is not None,
        )

    async def lapse(self, tenant: str, conversation: str, call: str) -> None:
        """Let time do its work on a call."""
        leases = self._exchange.leases(tenant, call)
        command = ask.Lapse(key=self._installation.new_id(), conversation=conversation, call=call, leases=leases)
        await self.perform(System(tenant), command)

    async def take_out(self, call: Call, who: str, why: Any) -> None:
        """Take somebody out of a call that they may no longer be in, or off its bell."""
        place = {"conversation": call.conversation, "call": call.id}
        await self.perform(System(call.tenant), ask.TakeOut(key=self._installation.new_id(), **place, who=who, why=why))

    async def obey_switches(self, call: Call) -> None:
        """Let a call be what the switches allow now."""
        place = {"conversation": call.conversation, "call": call.id}
        await self.perform(System(call.tenant), ask.ObeySwitches(key=self._installation.new_id(), **place))

    async def ring_more(self, call: Call) -> None:
        """Ring those too who have become free while it rings."""
        place = {"conversation": call.conversation, "call": call.id}
        await self.perform(System(call.tenant), ask.RingMore(key=self._installation.new_id(), **place))

    async def load(self) -> None:
        """Begin with the calls that run, after a start."""

        def read(connection: Connection) -> list[tuple[Call, Conversation]]:
            running = store.all_running(connection)
            states = [conversations.state(connection, call.tenant, call.conversation) for call in running]
            return [(call, state) for call, state in zip(running, states, strict=True) if state is not None]

        found = await self._installation.db.read(EVERY_TENANT, read)
        self._exchange.load(found)
        flow = ROOM if self._exchange.flows.has_rooms else MESH
        for call in (call for call, _ in found if call.flow == ROOM):
            # The room was another process's: it goes on by itself for a minute, and browsers move to one of ours.
            await self._change(call.tenant, call.id, lambda before, now: before.moved_to(flow, anew=True))

    async def without_room(self, call: Call) -> None:
        """Let media flow between the browsers again: the room cannot be had, or is gone."""
        await self._change(call.tenant, call.id, lambda before, now: before.moved_to(MESH))

    async def _let_go(self, person: Person, call: str, way: str) -> None:
        """Stop the pictures of somebody who carries their part elsewhere: there, none goes out before they say so."""
        live = self._exchange.get(person.tenant, call)
        seat = live.call.seat(name_of(person)) if live else None
        if live is None or seat is None or seat.way == way or not (seat.camera or seat.screen):
            return
        place: dict[str, Any] = {"key": self._installation.new_id(), "conversation": live.state.id, "call": call}
        with contextlib.suppress(Refused):  # over meanwhile; or it cannot be stored now, and the page says it again
            await self.perform(person, ask.ChangeMedia(**place, camera=False, screen=False, voice=seat.voice))

    def _nobody_else(self, listener: Listener, call: str, who: str) -> Callable[[], bool]:
        """Say until when a connection may wait to carry somebody's part: it is there, and no other has it by then."""
        tenant = listener.connection.person.tenant if listener.connection.person else ""
        carried = self._exchange.carrier(tenant, call, who)
        return lambda: (
            not listener.connection.closed and self._exchange.carrier(tenant, call, who) in (None, carried, listener)
        )

    async def _keep_trying(self, tenant: str, call: str, change: Change, wanted: Callable[[], bool]) -> None:
        """Change a call, however long it cannot be stored, while that is `wanted`: no busy database ends a call."""
        while True:
            try:
                return await self._change(tenant, call, change)
            except Refused as refused:
                if not refused.retry:
                    raise
                wait_ms = refused.after_ms or _AGAIN_MS
            await asyncio.sleep(wait_ms / 1000)
            if not wanted():
                raise Refused("not_in_call")

    async def _change(self, tenant: str, call: str, change: Change) -> None:
        """Change a call in a way that no timeline tells."""

        def run(transaction: Transaction) -> None:
            found = store.find(transaction.connection, tenant, call)
            if found is None:
                raise Refused("not_found")
            stored = self._locked(self._ledger(transaction), tenant, found.conversation)
            before = store.find(transaction.connection, tenant, call)
            assert before is not None
            after = change(before, transaction.now)
            if after != before:
                self._save(transaction, before, after, stored.state)

        await self._installation.db.write(tenant, run)

    def _save(self, transaction: Transaction, before: Call | None, call: Call, state: Conversation) -> None:
        connection = transaction.connection
        if before is not None and before.version == call.version and visible(before) != visible(call):
            call = replace(call, version=call.version + 1)
        store.put(connection, call, transaction.now, fresh=before is None)
        due = call.session.due_at
        if due is None:
            timers.cancel_timer(connection, call.tenant, CALL, call.id)
        else:
            timers.set_timer(connection, call.tenant, CALL, call.id, due, {"conversation": call.conversation})
        transaction.told.append(CallMoved(before, call, state))

    def _locked(self, ledger: Ledger, tenant: str, conversation: str) -> Stored:
        ledger.load([(tenant, conversation)])
        stored = ledger.get((tenant, conversation))
        if stored is None:
            raise Refused("not_found")
        return stored

    def _before(self, connection: Connection, tenant: str, command: ask.CallCommand) -> Call | None:
        found = store.find(connection, tenant, command.call)
        if not isinstance(command, ask.RequestCall):
            return found if found is not None and found.conversation == command.conversation else None
        running = store.running(connection, tenant, command.conversation)
        if running is None and found is not None:
            raise Refused("conflict")
        return running

    def _around(
        self,
        ledger: Ledger,
        state: Conversation,
        call: Call | None,
        command: ask.CallCommand,
        actor: Actor,
        busy: Set[str],
    ) -> Around:
        tenant = state.tenant
        around = Around(
            max(ledger.now, state.last_at), self._installation.new_id(), rooms=self._exchange.flows.has_rooms
        )
        if not may_see(actor, state):
            return around  # they are not told anything, so nothing is looked up
        if isinstance(command, ask.RequestCall | ask.ChangeMedia | ask.ObeySwitches | ask.RingMore):
            contact = self._contact(ledger.connection, state, actor)
            switches = switches_of(self._directory, contact, state.module)
            settings = self._directory.tenant(tenant).settings
            around = with_(around, screen_share=settings.screen_share, screen_window=settings.screen_window)
            around = with_(around, switches=switches, free=free_to_answer(self._directory, state, contact, busy))
        if isinstance(command, ask.InviteToCall) and command.agent not in busy:
            around = with_(around, colleague=self._directory.agent(tenant, command.agent))
        if call is not None and call.session.call.answered_by is not None:
            winner = call.seat(call.session.call.answered_by)
            around = with_(around, names={winner.who: winner.name} if winner else {})
        return around

    def _contact(self, connection: Connection, state: Conversation, actor: Actor) -> Contact:
        found = actor if isinstance(actor, Contact) else identity.contact(connection, state.tenant, state.contact)
        if found is None:
            raise Refused("not_found")
        return found

    def _ledger(self, transaction: Transaction) -> Ledger:
        return Ledger(transaction, self._installation.keys, self._installation.new_salt)


def _arrival(listener: Listener, who: str, tab: str, way: str, *, still: bool) -> Change:
    """Let somebody in over a connection, from a tab. Raises Refused(`not_in_call`): `still`, and another has it."""

    def arrive(before: Call, now: int) -> Call:
        part = before.session.roster.get(who)
        if still and (part is None or part.tab != tab or not before.is_in(who)):
            raise Refused("not_in_call")
        session, _ = before.session.here(who, listener.id, tab, now)
        seat = before.seat(who)
        assert seat is not None
        seated = before.with_seat(replace(seat, grounds=listener.grounds, way=way))
        # It is told in any case: that is the answer.
        return replace(seated, session=session, version=before.version + 1)

    return arrive


def _stepped(call: Call, step: Callable[..., tuple[Session, Any]], *arguments: Any) -> Call:
    return replace(call, session=step(*arguments)[0])
