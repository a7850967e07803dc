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

from curbside.actions.identity import digest, new_secret
from curbside.actions.installation import Installation
from curbside.domain.people import Agent, Contact
from curbside.store import identity, tables
from curbside.store.database import Database
from curbside.store.engines import engines, private
from curbside.store.identity import Token
from curbside.store.migrations import upgrade
from curbside.store.scope import EVERY_TENANT
from curbside.store.sealing import Keys
from curbside.store.writer import Transaction
from tests import builders

ROOT_KEY = bytes(range(32))
PER_AGENT = 8
_VALID_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the load generator needs to know: the `hello` of everybody."""

    contacts: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    idle: list[dict[str, Any]]


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
    agents = [await builders.agent(installation, f"Agent {n}") for n in range(-(-pairs // PER_AGENT))]
    contacts = await asyncio.gather(*(builders.contact(installation, f"Contact {n}") for n in range(pairs)))
    watched: dict[str, list[str]] = {agent.id: [] for agent in agents}
    hellos = []
    for n, contact in enumerate(contacts):
        agent = agents[n // PER_AGENT]
        conversation = await builders.conversation(installation, contact, reference=f"B{n}")
        await builders.claim(installation, conversation, agent)
        watched[agent.id].append(conversation.id)
        hellos.append(_hello(await _token(installation, contact), [conversation.id]))
    quiet = await asyncio.gather(*(builders.contact(installation, f"Quiet {n}") for n in range(idle)))
    return Seeded(
        contacts=hellos,
        agents=[_hello(await _token(installation, agent), watched[agent.id]) for agent in agents],
        idle=[_hello(token, []) for token in await asyncio.gather(*(_token(installation, one) for one in quiet))],
    )


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
