"""People, tokens and open conversations for a run: put into a database before the server starts.

Identifying is left out of every measurement but its own: what a run needs is written by the same builders that the
tests use, and the tokens stand in the database as if they had been given out a moment ago.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from curbside.actions.directory import Directory
from curbside.actions.identity import digest, new_secret
from curbside.actions.installation import Installation
from curbside.actions.tenant import Tenants
from curbside.domain.call import Call, seat_for
from curbside.domain.conversation import Conversation
from curbside.domain.entries import SwitchEntry
from curbside.domain.people import Agent, Contact
from curbside.store import calls, identity, tables
from curbside.store.database import Database
from curbside.store.engines import engines, private
from curbside.store.identity import Token
from curbside.store.migrations import upgrade
from curbside.store.scope import EVERY_TENANT
from curbside.store.sealing import Keys
from curbside.store.writer import Transaction
from curbside_signaling import Session
from tests import builders

ROOT_KEY = bytes(range(32))
PER_AGENT = 8
CALLS, TAB = 200, "t" * 22
_VALID_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the load generator needs to know: the `hello` of everybody."""

    contacts: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    idle: list[dict[str, Any]]
    calls: list[dict[str, str]]


async def seed(path: Path, pairs: int, idle: int) -> Seeded:
    """Make a database at `path` with `pairs` conversations, each claimed, and `idle` contacts without one."""
    private(path)
    writer, reader = engines(f"sqlite:///{path}")
    upgrade(writer)
    database = Database(writer, reader, lambda: time.time_ns() // 1_000_000)
    database.start()
    try:
        return await _people(Installation(database, Keys(ROOT_KEY)), pairs, idle)
    finally:
        await database.stop()


async def _people(installation: Installation, pairs: int, idle: int) -> Seeded:
    await builders.tenant(installation)
    await Tenants(installation, Directory(installation)).set_switch(builders.TENANT, SwitchEntry("call", True))
    agents = [await builders.agent(installation, f"Agent {n}") for n in range(-(-pairs // PER_AGENT))]
    contacts = await asyncio.gather(*(builders.contact(installation, f"Contact {n}") for n in range(pairs)))
    watched: dict[str, list[str]] = {agent.id: [] for agent in agents}
    hellos, running = [], []
    for n, contact in enumerate(contacts):
        agent = agents[n // PER_AGENT]
        conversation = await builders.conversation(installation, contact, reference=f"B{n}")
        await builders.claim(installation, conversation, agent)
        watched[agent.id].append(conversation.id)
        hellos.append(_hello(await _token(installation, contact), [conversation.id]))
        running.append(await _call(installation, conversation, contact, agent) if n < CALLS else {})
    quiet = await asyncio.gather(*(builders.contact(installation, f"Quiet {n}") for n in range(idle)))
    at_desks = [_hello(await _token(installation, agent), watched[agent.id]) for agent in agents]
    for n, call in enumerate(running[:CALLS]):
        call |= {"contact": hellos[n]["token"], "agent": at_desks[n // PER_AGENT]["token"]}
    return Seeded(
        contacts=hellos,
        agents=at_desks,
        calls=running[:CALLS],
        idle=[_hello(token, []) for token in await asyncio.gather(*(_token(installation, one) for one in quiet))],
    )


async def _call(
    installation: Installation, conversation: Conversation, contact: Contact, agent: Agent
) -> dict[str, str]:
    """Put in a call of both that runs; return what its two sides need to know to signal each other."""
    id, seats = builders.new_id(), [seat_for(person, builders.new_id()) for person in (contact, agent)]
    one, other = (seat.who for seat in seats)

    def run(transaction: Transaction) -> None:
        session = Session.request(id, one, [other], one, transaction.now).accept(other, transaction.now)[0]
        for who in (one, other):
            session, _ = session.here(who, "gone", TAB, transaction.now + _VALID_MS)
        by = {"kind": "contact", **contact.card()}
        call = Call(contact.tenant, id, conversation.id, by, ("voice",), session, tuple(seats))
        calls.put(transaction.connection, call, transaction.now, fresh=True)

    await installation.db.write(contact.tenant, run)
    return {"call": id, "contact_seat": seats[0].id, "agent_seat": seats[1].id}


async def _token(installation: Installation, person: Contact | Agent) -> str:
    """Put in a token as identify or a log-in would have; return it."""
    token, grounds = new_secret(), builders.new_id()

    def run(transaction: Transaction) -> None:
        now = transaction.now
        if isinstance(person, Agent):
            values = {"tenant": person.tenant, "id": grounds, "agent": person.id, "created_at": now, "seen_at": now}
            transaction.connection.execute(insert(builders.table(tables.people.Login)).values(values))
        until = now + _VALID_MS
        stored = Token(
            person.tenant, digest(token), person.kind, person.id, grounds, "", "https://ehr.example", now, until, until
        )
        identity.add_token(transaction, stored)

    await installation.db.write(EVERY_TENANT, run)
    return token


def _hello(token: str, conversations: Iterable[str]) -> dict[str, Any]:
    # From far behind the end would be a page of history: the timelines are short, so all of it is sent.
    return {
        "token": token,
        "device": builders.new_id(),
        "tab": builders.new_id(),
        "cursors": dict.fromkeys(conversations, 0),
    }
