"""Who may see a conversation, and do what to it. Every door to a row asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from curbside.domain.people import Actor, Agent, Contact

if TYPE_CHECKING:
    from curbside.domain.conversation import Conversation


def may_see(actor: Actor, conversation: Conversation) -> bool:
    """Tell whether `actor` may see `conversation` at all.

    A contact sees their own. An agent sees what is theirs or their teams'; in-house people also what is at
    their level or below, and their supervisors everything. A partner never sees beyond its own teams.
    """
    if actor.tenant != conversation.tenant:
        return False
    if isinstance(actor, Contact):
        return actor.id == conversation.contact
    if isinstance(actor, Agent):
        return _agent_may_see(actor, conversation)
    return True


def is_told_of(agent: Agent, colleague: Agent) -> bool:
    """Tell whether `agent` hears a colleague's name and state, and may hand a conversation to them by name.

    In-house people do of everybody; a partner's of their own people, and of whoever shares a team with them. To
    others a partner hands over by team.
    """
    return agent.in_house or agent.partner == colleague.partner or not agent.teams.isdisjoint(colleague.teams)


def sight(actor: Actor) -> object:
    """Return what decides which conversations somebody may see, beside who they are: equal as long as that is."""
    return (actor.in_house, actor.leads, actor.level, actor.teams) if isinstance(actor, Agent) else None


def _agent_may_see(agent: Agent, conversation: Conversation) -> bool:
    if conversation.agent == agent.id or conversation.team in agent.teams:
        return True
    return agent.in_house and (agent.leads or agent.level >= conversation.level)
