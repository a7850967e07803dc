"""A call back: 'phone me on …'. The number is the contact's to give and to take back; agents write down their attempts.

The number is a body, sealed and erasable like a message's; what became of the attempts are facts. One call back at a
time is open in a conversation, named by the key of the request whose number counts. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from curbside.domain.audience import Audience
from curbside.domain.commands import PhoneAttempt, PhoneMe, PhoneWithdraw
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Body, Draft
from curbside.domain.people import Actor, Agent, Contact

# An international number has 7 to 15 digits (E.164); within a hospital an extension alone is a number, too. What may
# stand between digits is what people put there. widget/src/core/phoning.ts has the same rule, by the same examples.
_NUMBER = re.compile(
    r"(?P<plus>\+?)(?P<digits>\(?\d(?:[ ./()-]{0,3}\d){2,14})\)?"
    r"(?:[ ,;]{0,2}(?:x|#|ext\.?|extension|extensión|anexo|int\.?)[ =:]{0,2}(?P<extension>\d{1,8}))?",
    re.ASCII | re.IGNORECASE,
)
_LEAST_INTERNATIONAL = 7


def number_of(text: str) -> str | None:
    """Return a telephone number as it is kept, with its spaces put in order; None where nobody could dial it."""
    cleaned = " ".join(text.split())
    found = _NUMBER.fullmatch(cleaned)
    if found is None:
        return None
    digits = sum(each.isdigit() for each in found["digits"])
    return None if found["plus"] and digits < _LEAST_INTERNATIONAL else cleaned


def decide_phoning(
    state: Conversation, command: PhoneMe | PhoneWithdraw | PhoneAttempt, actor: Actor, before: list[Draft]
) -> list[Draft]:
    """Return what a verb of a call back leads to; `before` is what reopens a conversation that is resolved.

    Raises Refused: `bad_number`, `forbidden` over another's part in it, `not_phoning` where none is open.
    """
    return _VERBS[type(command)](state, command, actor, before)


def _ask(state: Conversation, command: PhoneMe, actor: Actor, before: list[Draft]) -> list[Draft]:
    if not isinstance(actor, Contact):
        raise Refused("forbidden")
    number = number_of(command.number)
    if number is None:
        raise Refused("bad_number")
    facts = {"changed": bool(state.phoning)}
    return [*before, Draft("phone_asked", Audience.CONTACT, facts, Body(number=number), command.key)]


def _withdraw(state: Conversation, command: PhoneWithdraw, actor: Actor, before: list[Draft]) -> list[Draft]:
    if not isinstance(actor, Contact):
        raise Refused("forbidden")
    _open(state)
    return [Draft("phone_withdrawn", Audience.CONTACT)]


def _attempt(state: Conversation, command: PhoneAttempt, actor: Actor, before: list[Draft]) -> list[Draft]:
    if not isinstance(actor, Agent):
        raise Refused("forbidden")
    _open(state)
    facts: dict[str, Any] = {"outcome": command.outcome}
    if state.agent != actor.id:
        facts["agent"] = actor.card()  # not the one the contact was told of: disclosed with the attempt
    drafts = [Draft("phone_tried", Audience.CONTACT, facts)]
    if command.note.strip():
        drafts.append(Draft("note", Audience.STAFF, {"mentions": []}, Body(text=command.note), command.key))
    return drafts


def _open(state: Conversation) -> None:
    if not state.phoning:
        raise Refused("not_phoning")


_VERBS: Mapping[type, Callable[[Conversation, Any, Actor, list[Draft]], list[Draft]]] = {
    PhoneMe: _ask,
    PhoneWithdraw: _withdraw,
    PhoneAttempt: _attempt,
}
