"""What a contact's browser found of its equipment: codes only, no name of a device or a person can stand in it."""

from __future__ import annotations

from msgspec.structs import asdict

from curbside.domain.audience import Audience
from curbside.domain.commands import Equipment
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Draft
from curbside.domain.people import Actor, Contact

FIELDS = ("microphone", "camera", "line", "relay", "echo")


def decide_equipment(state: Conversation, command: Equipment, actor: Actor, around: object) -> list[Draft]:
    """Write down what was found: the contact's alone to say, and theirs to see."""
    if not isinstance(actor, Contact):
        raise Refused("forbidden")
    if state.status == "resolved":
        raise Refused("resolved")
    found = asdict(command)
    return [Draft("equipment", Audience.CONTACT, {name: found[name] for name in FIELDS})]
