"""Builders for the nouns: each writes real rows and returns what the domain calls by that name."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from curbside.actions.installation import Installation
from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.events import Body, Draft, Event, FileRef
from curbside.domain.people import Actor, Agent, AgentRole, Contact
from curbside.store import tables
from curbside.store.ledger import Ledger
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction

NOW = 1_790_000_000_000
TENANT = "northwind"
OTHER_TENANT = "southwind"


def new_id() -> str:
    """Make an id as clients make them: 22 characters of base64url."""
    return secrets.token_urlsafe(16)


def table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def _put(transaction: Transaction, model: type[SQLModel], **values: Any) -> None:
    transaction.connection.execute(insert(table(model)).values(**values))


async def tenant(installation: Installation, id: str = TENANT, settings: str = "{}") -> str:
    """Put in a tenant with a key of its own, in-house people, one organization and a team of the first level."""
    wrapped = installation.keys.new_tenant(id)
    installation.keys.learn(id, wrapped)

    def run(transaction: Transaction) -> None:
        _put(
            transaction,
            tables.tenant.Tenant,
            id=id,
            name=id.title(),
            settings=settings,
            wrapped_key=wrapped,
            created_at=NOW,
        )
        _put(transaction, tables.tenant.Partner, tenant=id, id="house", name="Northwind Support", in_house=True)
        _put(transaction, tables.tenant.Partner, tenant=id, id="outside", name="Callwell", in_house=False)
        _put(transaction, tables.tenant.Organization, tenant=id, id="mercy", external="mercy", name="Mercy Hospital")
        for level in (1, 2):
            _put(
                transaction,
                tables.tenant.Team,
                tenant=id,
                id=f"team-{level}",
                name=f"Level {level}",
                level=level,
                partner="house",
            )

    await installation.db.write(EVERY_TENANT, run)
    return id


async def organization(installation: Installation, id: str, name: str = "", of: str = TENANT) -> str:
    await installation.db.write(
        EVERY_TENANT,
        lambda transaction: _put(
            transaction, tables.tenant.Organization, tenant=of, id=id, external=id, name=name or id.title()
        ),
    )
    return id


async def team(
    installation: Installation, id: str, *, level: int = 1, partner: str = "house", of: str = TENANT
) -> dict[str, Any]:
    await installation.db.write(
        EVERY_TENANT,
        lambda transaction: _put(
            transaction, tables.tenant.Team, tenant=of, id=id, name=id.title(), level=level, partner=partner
        ),
    )
    return {"id": id, "name": id.title(), "level": level}


async def contact(
    installation: Installation,
    name: str = "Dana Ruiz",
    *,
    id: str | None = None,
    organization: str = "mercy",
    email: str | None = None,
    locale: str = "en",
    of: str = TENANT,
) -> Contact:
    made = Contact(of, id or new_id(), name, "RN", organization, "Mercy Hospital", locale)
    await installation.db.write(
        EVERY_TENANT,
        lambda transaction: _put(
            transaction,
            tables.people.Contact,
            tenant=of,
            id=made.id,
            organization=organization,
            iss="https://ehr.example",
            sub=made.id,
            name=name,
            role=made.role,
            email=email,
            locale=locale,
            created_at=NOW,
            seen_at=NOW,
        ),
    )
    return made


async def agent(
    installation: Installation,
    name: str = "Priya Nair",
    *,
    id: str | None = None,
    level: int = 1,
    role: AgentRole = "agent",
    partner: str = "house",
    teams: tuple[str, ...] = ("team-1",),
    of: str = TENANT,
) -> Agent:
    in_house = partner == "house"
    employer = "Northwind Support" if in_house else "Callwell"
    made = Agent(of, id or new_id(), name, level, role, partner, employer, in_house, "US", teams=frozenset(teams))

    def run(transaction: Transaction) -> None:
        _put(
            transaction,
            tables.people.Agent,
            tenant=of,
            id=made.id,
            email=f"{made.id}@support.example",
            name=name,
            level=level,
            role=role,
            partner=partner,
            country="US",
            state="available",
            created_at=NOW,
        )
        for one in teams:
            _put(transaction, tables.people.Membership, tenant=of, agent=made.id, team=one)

    await installation.db.write(EVERY_TENANT, run)
    return made


async def conversation(
    installation: Installation,
    contact: Contact,
    *,
    id: str | None = None,
    reference: str | None = None,
    topic: str = "",
    urgency: str = "normal",
    team: str = "team-1",
    level: int = 1,
    context: dict[str, str] | None = None,
) -> Conversation:
    """Start a conversation of `contact`, waiting in a team's queue."""
    state = Conversation(contact.tenant, id or new_id(), contact.id, contact.organization)
    facts = {
        "reference": reference or f"K{secrets.randbelow(10**6)}",
        "channel": "panel",
        "opened_by": "contact",
        "topic": topic,
        "urgency": urgency,
        "test": False,
        "team": {"id": team, "name": team.title(), "level": level},
        "contact": contact.card(),
    }
    started = Draft("started", Audience.CONTACT, facts, Body(context=context or {}))

    def run(transaction: Transaction) -> Conversation:
        ledger = Ledger(transaction, installation.keys, installation.new_salt)
        stored = ledger.begin(state, "{}")
        ledger.append(stored, contact, [started])
        ledger.write()
        return stored.state

    return await installation.db.write(EVERY_TENANT, run)


async def append(installation: Installation, conversation: Conversation, actor: Actor, *drafts: Draft) -> list[Event]:
    """Put facts on a conversation's timeline."""

    def run(transaction: Transaction) -> list[Event]:
        ledger = Ledger(transaction, installation.keys, installation.new_salt)
        place = (conversation.tenant, conversation.id)
        ledger.load([place])
        stored = ledger.get(place)
        assert stored is not None
        events = ledger.append(stored, actor, drafts)
        ledger.write()
        return events

    return await installation.db.write(EVERY_TENANT, run)


async def say(
    installation: Installation,
    conversation: Conversation,
    actor: Actor,
    text: str,
    *,
    key: str | None = None,
    files: tuple[FileRef, ...] = (),
) -> Event:
    """Put a message on a conversation's timeline."""
    draft = Draft("message", Audience.CONTACT, {"quote": None}, Body(text=text, files=files), key or new_id())
    return (await append(installation, conversation, actor, draft))[0]


async def note(
    installation: Installation,
    conversation: Conversation,
    agent: Agent,
    text: str,
    *,
    audience: Audience = Audience.STAFF,
    key: str | None = None,
) -> Event:
    """Put a note on a conversation's timeline, which no contact ever sees."""
    draft = Draft("note", audience, {"mentions": []}, Body(text=text), key or new_id())
    return (await append(installation, conversation, agent, draft))[0]


async def claim(installation: Installation, conversation: Conversation, agent: Agent) -> Event:
    draft = Draft("claimed", Audience.CONTACT, {"agent": agent.card()})
    return (await append(installation, conversation, agent, draft))[0]


def words(text: str, *files: str) -> ask.Words:
    return ask.Words(text=text, files=files)
