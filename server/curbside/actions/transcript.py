"""A conversation as a text to keep: what its reader saw, in their own time and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.switching import switches_of
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Event
from curbside.domain.people import Contact, Person
from curbside.store import conversation as store

_EVENTS_MAX = 10_000
_PAGE = 500
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "title": "Conversation {reference}",
            "note": "{name} (note)",
            "gone": "(deleted)",
            "edited": "(edited)",
            "file": "File: {name}",
            "started": "The conversation began.",
            "claimed": "{agent} is here.",
            "handed_over": "Handed over to {to}.",
            "released": "Back in the queue.",
            "returned": "Back in the queue.",
            "waiting": "Waiting.",
            "resolved": "Resolved.",
            "reopened": "Opened again.",
            "rated": "Rated.",
        },
        "es": {
            "title": "Conversación {reference}",
            "note": "{name} (nota)",
            "gone": "(eliminado)",
            "edited": "(editado)",
            "file": "Archivo: {name}",
            "started": "Comenzó la conversación.",
            "claimed": "{agent} está aquí.",
            "handed_over": "Transferida a {to}.",
            "released": "De vuelta en la cola.",
            "returned": "De vuelta en la cola.",
            "waiting": "En espera.",
            "resolved": "Resuelta.",
            "reopened": "Abierta de nuevo.",
            "rated": "Valorada.",
        },
    }
)


async def transcript(
    installation: Installation, directory: Directory, person: Person, conversation: str
) -> tuple[str, str]:
    """Return a conversation's reference, and its text as `person` saw it.

    Raises Refused: `not_found`, or `switched_off` where the tenant does not give contacts a copy.
    """

    def read(connection: Connection) -> tuple[Conversation, list[Event]]:
        state = store.state(connection, person.tenant, conversation)
        if state is None or not may_see(person, state):
            raise Refused("not_found")
        if isinstance(person, Contact) and not switches_of(directory, person, state.module)["transcript"]:
            raise Refused("switched_off")
        return state, _events(connection, installation, person, conversation)

    state, events = await installation.db.read(person.tenant, read)
    return state.reference, write(state, events, person)


def write(state: Conversation, events: Sequence[Event], person: Person) -> str:
    """Write the events down, one paragraph each, edits in the place of what they changed."""
    words = _WORDS.get(person.locale.lower().split("-")[0], _WORDS["en"])
    zone = _zone(person.tz)
    edits = {event.facts["target"]: event for event in events if event.kind == "edited"}
    paragraphs = [words["title"].format(reference=state.reference)]
    for event in events:
        said = _said(event, edits.get(event.key or ""), words)
        if said is not None:
            at = datetime.fromtimestamp(event.at / 1000, zone).strftime("%Y-%m-%d %H:%M %Z")
            paragraphs.append(f"{at}  {said}")
    return "\n\n".join(paragraphs) + "\n"


def _said(event: Event, edit: Event | None, words: Mapping[str, str]) -> str | None:
    if event.kind not in ("message", "note"):
        return _happened(event, words)
    name = str(event.author["name"])
    if event.kind == "note":
        name = words["note"].format(name=name)
    latest = event.body if edit is None else edit.body
    if latest is None:
        return f"{name}: {words['gone']}"
    text = f"{latest.text} {words['edited']}" if edit is not None else latest.text
    files = [words["file"].format(name=file.name) for file in latest.files]
    return f"{name}: " + _set_in("\n".join([*([text] if text else []), *files]))


def _set_in(text: str) -> str:
    """Set in every line but the first: only we begin one at the margin, so that nobody can write another's words."""
    return "\n    ".join(text.splitlines())


def _happened(event: Event, words: Mapping[str, str]) -> str | None:
    if event.kind not in words:
        return None
    facts = event.facts
    agent = (facts.get("agent") or {}).get("name", "")
    to = (facts.get("to_agent") or facts.get("to_team") or {}).get("name", "")
    return words[event.kind].format(agent=agent, to=to)


def _events(connection: Connection, installation: Installation, person: Person, conversation: str) -> list[Event]:
    found: list[Event] = []
    place = (person.tenant, conversation, person.audience)
    while len(found) < _EVENTS_MAX:
        after = found[-1].numbers.of(person.audience) if found else 0
        page = store.read_events(connection, installation.keys, *place, after, _PAGE)
        found += page
        if len(page) < _PAGE:
            break
    return found


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
