"""What agents do about themselves: their state, and what happens when they are gone."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, func, insert, select, update

from curbside.actions.conversation import Conversations
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.receipts import Done
from curbside.domain.commands import Return, SetState
from curbside.domain.errors import Refused
from curbside.domain.news import DirectoryChanged
from curbside.domain.people import Agent, System
from curbside.store import conversation as store
from curbside.store import tables, timers
from curbside.store.ledger import Ledger, Receipt
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction

AGENT: Any = tables.people.Agent.__table__  # type: ignore[attr-defined]
CHANGE: Any = tables.people.StateChange.__table__  # type: ignore[attr-defined]
_log = structlog.get_logger(__name__)


class Agents:
    """Carry out what concerns an agent, not a conversation."""

    def __init__(self, installation: Installation, directory: Directory, conversations: Conversations) -> None:
        self._installation = installation
        self._directory = directory
        self._conversations = conversations

    async def set_state(self, agent: Agent, command: SetState) -> Done:
        """Change an agent's state once; every change is kept."""
        asked = self._conversations.fingerprint(command)

        def run(transaction: Transaction) -> Done:
            ledger = Ledger(transaction, self._installation.keys, self._installation.new_salt)
            ledger.load_receipts([(agent, command.key)])
            receipt = ledger.receipt(agent, command.key)
            if receipt is not None:
                if receipt.asked != asked:
                    raise Refused("conflict")
                return Done(None, None, receipt.at, duplicate=True)
            change_state(transaction, agent.tenant, agent.id, command.state, "chosen")
            ledger.keep_receipt(agent, command.key, Receipt(asked, None, None, transaction.now))
            ledger.write()
            return Done(None, None, transaction.now)

        return await self._installation.db.write(agent.tenant, run)

    async def arrived(self, tenant: str, agent: str) -> None:
        """Call off what would have happened had they stayed away."""
        await self._installation.db.write(
            tenant, lambda transaction: timers.cancel_timer(transaction.connection, tenant, "agent_gone", agent)
        )

    async def left(self, tenant: str, agent: str) -> None:
        """Start the time after which their conversations go back to the queue."""
        wait = self._directory.tenant(tenant).settings.agent_gone_ms

        def run(transaction: Transaction) -> None:
            due = transaction.now + wait
            timers.set_timer(transaction.connection, tenant, "agent_gone", agent, due)

        await self._installation.db.write(tenant, run)

    async def owes(self, tenant: str, agent: str) -> None:
        """Start that time for somebody who is not here and has come to owe an answer; one that runs goes on."""
        wait = self._directory.tenant(tenant).settings.agent_gone_ms

        def run(transaction: Transaction) -> None:
            due = transaction.now + wait
            timers.set_timer_once(transaction.connection, tenant, "agent_gone", agent, due)

        await self._installation.db.write(tenant, run)

    async def gone(self, tenant: str, agent: str, why: str) -> None:
        """Give back what needs an answer, and say that they are off."""
        returned = await self.give_back(tenant, agent, why)
        await self._installation.db.write(
            tenant, lambda transaction: change_state(transaction, tenant, agent, "off", why)
        )
        _log.info("agent.gone", agent=agent, why=why, returned=returned)

    async def give_back(self, tenant: str, agent: str, why: str) -> int:
        """Give back, to the front of the queue, what somebody who is gone left without an answer. Return how many."""
        returned = 0
        for conversation in await self._installation.db.read(tenant, lambda c: store.carried(c, tenant, agent)):
            key = self._installation.new_id()
            command = Return(key=key, conversation=conversation, agent=agent, why=why)  # type: ignore[arg-type]
            done = await self._conversations.perform(System(tenant), command)
            returned += done.seq is not None
        return returned

    async def missing(self) -> set[tuple[str, str]]:
        """Return who should be here: at a start nobody is connected, and each gets a minute to come back.

        That is whoever is not off, and whoever has an open conversation: one may claim, and be handed one, while off.
        """

        def read(connection: Connection) -> set[tuple[str, str]]:
            query = select(AGENT.c.tenant, AGENT.c.id).where(AGENT.c.state != "off")
            on_duty = {(row.tenant, row.id) for row in connection.execute(query)}
            return on_duty | store.owners(connection)

        return await self._installation.db.read(EVERY_TENANT, read)


def change_state(transaction: Transaction, tenant: str, agent: str, state: str, why: str) -> None:
    """Write an agent's state and the fact of its change, if it is one."""
    connection = transaction.connection
    of_agent = (AGENT.c.tenant == tenant, AGENT.c.id == agent)
    old = connection.execute(select(AGENT.c.state).where(*of_agent).with_for_update()).scalar_one_or_none()
    if old is None or old == state:
        return
    connection.execute(update(AGENT).where(*of_agent).values(state=state))
    same = select(func.count()).where(
        CHANGE.c.tenant == tenant, CHANGE.c.agent == agent, CHANGE.c.at == transaction.now
    )
    values = {"tenant": tenant, "agent": agent, "at": transaction.now, "state": state, "why": why}
    connection.execute(insert(CHANGE).values(n=connection.execute(same).scalar_one(), **values))
    transaction.told.append(DirectoryChanged(tenant))
