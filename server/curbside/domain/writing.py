"""How an event is written down: the canonical form that its chain is made over."""

from __future__ import annotations

from curbside.domain.events import Event
from curbside.domain.people import Actor


def canonical(event: Event, facts: str) -> str:
    """Return the text that stands for `event` in the chain: everything but the body, which has its commitment."""
    numbers = event.numbers
    parts = (
        str(numbers.house),
        str(numbers.staff),
        str(numbers.contact),
        event.audience.word,
        event.kind,
        name_of_author(event),
        str(event.at),
        event.key or "",
        facts,
    )
    return "\x1f".join(parts)


def name_of_author(event: Event) -> str:
    """Return `kind:id`, by which an author is stored."""
    author = event.author
    return f"{author['kind']}:{author['id'] or ''}"


def name_of(actor: Actor) -> str:
    """Return `kind:id` of somebody who acts, as `name_of_author` has it on their events."""
    return f"{actor.kind}:{actor.id or ''}"
