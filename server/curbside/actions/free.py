"""Who is free to answer a call."""

from __future__ import annotations

from collections.abc import Set

from curbside.actions.directory import Directory
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.people import Agent, Contact


def free_to_answer(directory: Directory, state: Conversation, contact: Contact, busy: Set[str]) -> tuple[str, ...]:
    """Return whom a contact's call rings for: who is free or has the conversation, may see it, and is in no call.

    Those who speak the contact's language, where that is known of anybody.
    """
    able = [one for one in directory.agents(state.tenant) if one.id not in busy and may_see(one, state)]
    able = [one for one in able if _answers(directory, one, state)]
    language = contact.locale.partition("-")[0].lower()
    speak = [one for one in able if not one.languages or language in one.languages]
    return tuple(sorted(one.id for one in speak or able))


def _answers(directory: Directory, agent: Agent, state: Conversation) -> bool:
    now = directory.agent_state(agent.tenant, agent.id)
    return now == "available" or (now == "busy" and agent.id == state.agent)
