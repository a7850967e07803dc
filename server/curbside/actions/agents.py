"""What agents do about themselves: their state, and what happens when they are gone."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, func, insert, select, update

from curbside.actions.conversation import Conversations, Done, fingerprint, return_to_queue
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain.commands import SetState
from curbside.domain.errors import Refused
from curbside.domain.news import DirectoryChanged
from curbside.domain.people import Agent
from curbside.store import tables, timers
from curbside.store.ledger import Ledger, Receipt
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
        asked = fingerprint(command)
        author = f"agent:{agent.id}"

        def run(transaction: Transaction) -> Done:
            ledger = Ledger(transaction, self._installation.keys, self._installation.new_salt)
            ledger.load_receipts([(agent.tenant, author, command.key)])
            receipt = ledger.receipt(agent.tenant, author, command.key)
            if receipt is not None:
                if receipt.asked != asked:
                    raise Refused("conflict")
                return Done(None, None, receipt.at, duplicate=True)
            change_state(transaction, agent.tenant, agent.id, command.state, "chosen")
            ledger.keep_receipt(agent.tenant, author, command.key, Receipt(asked, None, None, transaction.now))
            ledger.write()
            return Done(None, None, transaction.now)

        return await self._installation.db.write(run)

    async def arrived(self, agent: Agent) -> None:
        """Call off what would have happened had they stayed away."""
        await self._installation.db.write(
            lambda transaction: timers.cancel_timer(transaction.connection, agent.tenant, "agent_gone", agent.id)
        )

    async def left(self, agent: Agent) -> None:
        """Start the time after which their conversations go back to the queue."""
        wait = self._directory.tenant(agent.tenant).settings.agent_gone_ms

        def run(transaction: Transaction) -> None:
            due = transaction.now + wait
            timers.set_timer(transaction.connection, agent.tenant, "agent_gone", agent.id, due)

        await self._installation.db.write(run)

    async def gone(self, tenant: str, agent: str, why: str) -> None:
        """Give back what needs an answer, and say that they are off."""
        known = self._directory.agent(tenant, agent) or Agent(
            tenant, agent, self._directory.agent_name(tenant, agent), 1, "agent", "", "", False, ""
        )
        returned = await return_to_queue(self._conversations, self._installation, known, why)
        await self._installation.db.write(lambda transaction: change_state(transaction, tenant, agent, "off", why))
        _log.info("agent.gone", agent=agent, why=why, returned=returned)

    async def owners_without_connection(self) -> list[tuple[str, str]]:
        """Return the agents who are not off: at a start nobody is connected, and each gets a minute to come back."""

        def read(connection: Connection) -> list[tuple[str, str]]:
            query = select(AGENT.c.tenant, AGENT.c.id).where(AGENT.c.state != "off")
            return [(row.tenant, row.id) for row in connection.execute(query)]

        return await self._installation.db.read(read)


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
