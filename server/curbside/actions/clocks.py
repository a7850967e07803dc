"""What happens when a clock has run out: one function for each kind of timer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from curbside.actions.agents import Agents
from curbside.actions.calls import CALL, Calls
from curbside.actions.conversation import Conversations
from curbside.actions.installation import Installation
from curbside.domain import commands as ask
from curbside.domain.people import System
from curbside.store.timers import Due, finish
from curbside.store.writer import Transaction

IsHere = Callable[[str, str, str], bool]
Firing = Callable[[Due], Awaitable[None]]


def clocks(
    installation: Installation, conversations: Conversations, agents: Agents, calls: Calls, is_here: IsHere
) -> Mapping[str, Firing]:
    """Return what to do for each kind of timer."""

    async def take(due: Due) -> bool:
        def run(transaction: Transaction) -> bool:
            return finish(transaction.connection, due)

        return await installation.db.write(due.tenant, run)

    async def agent_gone(due: Due) -> None:
        # What follows is safe to repeat (an owner who is gone is returned once), so the row goes last.
        if not is_here(due.tenant, "agent", due.subject):
            await agents.gone(due.tenant, due.subject, "gone")
        await take(due)

    async def wake(due: Due) -> None:
        command = ask.Wake(key=installation.new_id(), conversation=due.subject)
        await conversations.perform(System(due.tenant), command)
        await take(due)

    async def call(due: Due) -> None:
        # A call that goes on has set this clock anew, and `take` leaves it.
        await calls.lapse(due.tenant, due.facts["conversation"], due.subject)
        await take(due)

    return {"agent_gone": agent_gone, "wake": wake, CALL: call}
