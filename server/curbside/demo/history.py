"""A few conversations of the past days, made by the same verbs as any other, so that the desk is not empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from curbside.actions.conversation import Conversations
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.demo.centre import ISSUER, TENANT
from curbside.demo.people import PEOPLE, Person
from curbside.domain import commands as ask
from curbside.domain.people import Agent, Contact
from curbside.domain.token import Identity
from curbside.store import identity
from curbside.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a story: `who` is `contact`, or an agent's id; a note is for staff."""

    who: str
    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation, from the first word on. Who has rated today is not asked again: only one here has."""

    asker: str
    module: str
    screen: str
    error: str
    urgency: str
    agent: str | None
    lines: tuple[Said, ...]
    resolved: bool = False
    score: int | None = None


STORIES = (
    Story(
        "jo", "Claims", "Claim editor", "CLM-1190", "normal", "ximena",
        (
            Said("contact", "The claim goes back with CLM-1190 each time I submit it."),
            Said("ximena", "Hi Jo, that code means the payer id is missing on the second page. Can you see the field?"),
            Said("contact", "Found it, it was folded away. It went through. Thank you!"),
        ),
        resolved=True,
        score=5,
    ),
    Story(
        "ravi", "Chart", "Medication list", "", "normal", "marco",
        (
            Said("contact", "The medication list opens empty since this morning, for every patient."),
            Said("marco", "Thank you, doctor. Which workstation are you at?"),
            Said("contact", "The one at the nurses' station, west wing."),
            Said("marco", "Cleared the cached list there; two others on the wing had the same.", note=True),
            Said("marco", "Please open it again now. It should be there."),
            Said("contact", "It is. Back to work."),
        ),
        resolved=True,
    ),
    Story(
        "ravi", "Orders", "Order entry", "ORD-417", "high", None,
        (Said("contact", "ORD-417 when I sign the order set. It says the template has changed."),),
    ),
    Story(
        "lucia", "Chart", "Results", "", "normal", "marco",
        (
            Said("contact", "¿Puedo ordenar los resultados por hora en vez de por nombre?"),
            Said("marco", "Sí: con la flecha junto a «Recogido». Me quedo aquí mientras lo prueba."),
        ),
    ),
)  # fmt: skip


async def seed_conversations(
    installation: Installation, directory: Directory, conversations: Conversations, new_id: Callable[[], str]
) -> None:
    """Tell every story."""
    for story in STORIES:
        contact = await _contact(installation, PEOPLE[story.asker])
        await _tell(directory, conversations, story, contact, new_id)


async def _contact(installation: Installation, asker: Person) -> Contact:
    named = Identity(
        iss=ISSUER,
        sub=asker.id,
        sid="history",
        jti="history",
        expires_at=0,
        name=asker.name,
        role=asker.role,
        organization=asker.organization.id,
        organization_name=asker.organization.name,
        email=f"{asker.id}@meadowlark.example",
        locale=asker.locale,
        tz=asker.tz,
        phone_ext=None,
        fhir_user=None,
    )

    def run(transaction: Transaction) -> Contact:
        id = identity.upsert_contact(transaction, TENANT, named, installation.new_id())
        found = identity.contact(transaction.connection, TENANT, id)
        assert found is not None
        return found

    return await installation.db.write(TENANT, run)


async def _tell(
    directory: Directory, conversations: Conversations, story: Story, contact: Contact, new_id: Callable[[], str]
) -> None:
    conversation = new_id()
    context = {"module": story.module, "screen": story.screen, "version": "24.3", "error": story.error}
    context = {name: value for name, value in context.items() if value}
    start = ask.Start(key=new_id(), conversation=conversation, context=context, urgency=_urgency(story))
    await conversations.perform(contact, start)
    agent = directory.agent(TENANT, story.agent) if story.agent else None
    for number, line in enumerate(story.lines):
        if number == 1 and agent is not None:
            await conversations.perform(agent, ask.Claim(key=new_id(), conversation=conversation))
        await conversations.perform(_speaker(directory, line, contact), _say(line, conversation, new_id))
    if agent is not None and story.resolved:
        await conversations.perform(agent, ask.Resolve(key=new_id(), conversation=conversation))
    if story.score is not None:
        rate = ask.Rate(key=new_id(), conversation=conversation, score=story.score, back_to_work=True)
        await conversations.perform(contact, rate)


def _speaker(directory: Directory, line: Said, contact: Contact) -> Contact | Agent:
    if line.who == "contact":
        return contact
    agent = directory.agent(TENANT, line.who)
    assert agent is not None
    return agent


def _say(line: Said, conversation: str, new_id: Callable[[], str]) -> ask.Say:
    kind: Literal["note", "message"] = "note" if line.note else "message"
    return ask.Say(key=new_id(), conversation=conversation, kind=kind, body=ask.Words(text=line.text))


def _urgency(story: Story) -> ask.Urgency:
    return "high" if story.urgency == "high" else "normal"
