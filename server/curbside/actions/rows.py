"""A conversation as a list shows it: built once for each reader's audience."""

from __future__ import annotations

from typing import Any

from curbside.actions.directory import Directory
from curbside.domain.audience import Audience
from curbside.domain.people import Agent, Contact, Person
from curbside.store.lists import Listed


def row(listed: Listed, person: Person, directory: Directory) -> dict[str, Any]:
    """Return the fields of a `row` frame (docs/protocol.md §3), without its list, for one reader."""
    state = listed.state
    agent = {"id": state.agent, "name": directory.agent_name(state.tenant, state.agent)} if state.agent else None
    fields: dict[str, Any] = {
        "conversation": state.id,
        "version": state.numbers.of(person.audience),  # another audience's would tell that there is something unseen
        "reference": state.reference,
        "status": state.status,
        "urgency": state.urgency,
        "contact": {
            "id": state.contact,
            "name": listed.contact_name,
            "role": listed.contact_role,
            "organization": {"id": state.organization, "name": listed.organization_name},
        },
        "agent": agent,
        "channel": state.channel,
        "topic": state.topic,
        "preview": listed.first_words,
        "last": {"kind": state.last_kind, "by": state.last_by},
        "created_at": state.created_at,
        # When a note was written is not for the contact to know.
        "changed_at": state.contact_at if isinstance(person, Contact) else listed.changed_at,
        "waiting_since": state.waiting_since,
        "until": state.until,
        "on": state.on,
        "front": state.front,
        "head": state.numbers.of(person.audience),
        "read": _read(listed, person.audience),
        "context": listed.context,
        "rating": state.rating,
        "phoning": bool(state.phoning),
        "test": state.test,
    }
    if isinstance(person, Agent):
        team = directory.team(state.tenant, state.team) if state.team else None
        fields["team"] = team.card() if team else None
        fields["external"] = dict(listed.external)
        fields["due_at"] = _due_at(listed, directory)
    return fields


def _read(listed: Listed, audience: Audience) -> int:
    cursor = listed.contact_read if audience == Audience.CONTACT else listed.agent_read
    return cursor.of(audience)


def _due_at(listed: Listed, directory: Directory) -> int | None:
    state = listed.state
    if state.status == "pending":
        return state.until
    if state.answer_since is None:
        return None
    return state.answer_since + directory.tenant(state.tenant).settings.promises.of(state.urgency)
