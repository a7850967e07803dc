"""What a person is told first: who they are, and how things stand."""

from __future__ import annotations

from typing import Any

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.lists import read_list
from curbside.actions.rows import row
from curbside.actions.switching import switches_of
from curbside.domain.access import is_told_of
from curbside.domain.call import Part
from curbside.domain.people import Agent, Contact, Person
from curbside.domain.switches import modules
from curbside.realtime.board import Board

_RECENT = 20


def you(person: Person, installation: Installation, directory: Directory) -> dict[str, Any]:
    """Describe a person to themselves."""
    common = {"kind": person.kind, "locale": person.locale, "tz": person.tz, "audience": person.audience.word}
    if isinstance(person, Contact):
        sender = directory.tenant(person.tenant).settings.mail_from or installation.mail_from
        mailed = installation.sends_mail and bool(sender) and person.has_email
        return {**person.card(), **common, "mailed": mailed}
    return {
        **person.card(),
        **common,
        "role": person.role,
        "in_house": person.in_house,
        "languages": person.languages,
        "teams": sorted(person.teams),
        "capacity": person.capacity,
        "state": directory.agent_state(person.tenant, person.id),
    }


async def snapshot(
    installation: Installation,
    directory: Directory,
    board: Board,
    person: Person,
    now: int,
    *,
    only_open: bool = False,
    part: Part | None = None,
) -> dict[str, Any]:
    """Return how things stand for a person, as `welcome` carries it; `only_open` leaves out what is resolved.

    Who only carries a `part` of a call is told of its conversation alone.
    """
    if isinstance(person, Contact):
        found = await _of_contact(installation, directory, board, person, now)
        rows = [one for one in found["conversations"] if part is None or one["conversation"] == part.conversation]
        return {**found, "conversations": [one for one in rows if not only_open or one["status"] != "resolved"]}
    return _of_agent(directory, board, person)


def settings(directory: Directory, board: Board, person: Person, now: int) -> dict[str, Any]:
    """Return what may change while a person is connected, and reaches them within seconds."""
    tenant = person.tenant
    organization, role = (person.organization, person.role) if isinstance(person, Contact) else ("*", "*")
    card = directory.tenant(tenant)
    is_open, opens_at = directory.open_now(tenant, now)
    usual = board.usual_wait(tenant, directory.route(tenant, None).id, now)
    of_contacts = {
        "idle_minutes": card.settings.contact_idle_minutes,
        "screen_share": card.settings.screen_share,
        "screen_window": card.settings.screen_window,
    }
    return {
        **(of_contacts if isinstance(person, Contact) else {}),
        "switches": switches_of(directory, person),
        "modules": modules(directory.rules(tenant), organization, role) if isinstance(person, Contact) else {},
        "incidents": [incident.card() for incident in directory.incidents(tenant)],
        "open": is_open,
        "opens_at": opens_at,
        "answers_in_s": None if usual is None else max(1, round(usual / 1000)),
    }


async def _of_contact(
    installation: Installation, directory: Directory, board: Board, contact: Contact, now: int
) -> dict[str, Any]:
    card = directory.tenant(contact.tenant)
    recent = await read_list(installation, contact, "mine", _RECENT, None, card.settings.promises)
    here = [a for a in directory.agents(contact.tenant) if directory.agent_state(contact.tenant, a.id) == "available"]
    return {
        "tenant": {
            "id": card.id,
            "name": card.name,
            "phone": card.settings.phone,
            "accent": card.settings.accent,
        },
        "faces": [{"name": agent.name} for agent in sorted(here, key=lambda agent: (agent.level, agent.name))[:3]],
        "conversations": [row(one, contact, directory) for one in recent.rows],
        **settings(directory, board, contact, now),
    }


def _of_agent(directory: Directory, board: Board, agent: Agent) -> dict[str, Any]:
    tenant = agent.tenant
    return {
        "tenant": {"id": tenant, "name": directory.tenant(tenant).name},
        "agents": [
            {**one.card(), "state": directory.agent_state(tenant, one.id), "teams": sorted(one.teams)}
            for one in directory.agents(tenant)
            if is_told_of(agent, one)
        ],
        "teams": [team.card() for team in directory.teams(tenant)],
        "counts": board.counts(agent),
        "canned": [
            {"id": one.id, "title": one.title, "shortcut": one.shortcut, "text": one.text}
            for one in directory.canned(tenant)
        ],
        "switches": directory.switches(tenant),
    }
