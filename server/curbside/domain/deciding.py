"""What a command leads to: `decide(state, command, …) -> drafts`, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curbside.domain import commands as ask
from curbside.domain.access import may_see
from curbside.domain.audience import Audience
from curbside.domain.context import name_or_nothing
from curbside.domain.conversation import Conversation
from curbside.domain.equipment import decide_equipment
from curbside.domain.errors import Refused
from curbside.domain.events import Body, Draft, FileRef
from curbside.domain.people import Actor, Agent, Contact, System
from curbside.domain.phoning import decide_phoning

EDIT_MS = 60_000
LONGEST_WAIT_MS = 366 * 24 * 60 * 60_000
# What one may correct, and what one may take back. What a redaction says and what a page told stay for who leads.
SPOKEN = frozenset({"message", "note"})
WRITTEN = SPOKEN | {"packet", "waiting_why", "rated", "phone_asked"}
ERASED = frozenset({"deleted", "redacted"})
AUDIENCE_OF_NOTE = {"staff": Audience.STAFF, "house": Audience.HOUSE}


@dataclass(frozen=True, slots=True)
class Target:
    """What an edit, a deletion or a redaction names: an event with something that was written."""

    kind: str
    author: str
    at: int
    audience: Audience
    gone: str | None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a decision needs to know beside the conversation itself; read in the same transaction."""

    now: int
    carrying: int = 0
    winner: str | None = None
    target: Target | None = None
    files: tuple[FileRef, ...] = ()
    team: Mapping[str, Any] | None = None
    agent: Agent | None = None
    reference: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    contact: Contact | None = None
    rated_lately: bool = False


def decide(state: Conversation, command: ask.Command, actor: Actor, around: Surroundings) -> list[Draft]:
    """Return the facts that `command` leads to, in order.

    Raises Refused when the actor may not do this, or not now; `not_found` hides what they may not see.
    """
    if not may_see(actor, state):
        raise Refused("not_found")
    return _VERBS[type(command)](state, command, actor, around)


def say(state: Conversation, command: ask.Say, actor: Actor, around: Surroundings) -> list[Draft]:
    """Decide on a message or a note: the hot verb."""
    words = command.body
    if not words.text.strip() and not around.files:
        raise Refused("bad_body")
    body = Body(text=words.text, files=around.files)
    if command.kind == "note":
        return [_note(command, body, actor)]
    drafts = reopening(state, actor)
    facts: dict[str, Any] = {"quote": words.quote}
    if isinstance(actor, Agent) and state.agent != actor.id and not drafts:
        facts["agent"] = actor.card()  # not the one the contact was told of: disclosed with the message
    drafts.append(Draft("message", Audience.CONTACT, facts, body, command.key))
    return drafts


def reopening(state: Conversation, actor: Actor) -> list[Draft]:
    """Return what comes before somebody's word, or call, in a conversation that is resolved."""
    if state.status == "resolved":
        reopened = [Draft("reopened", Audience.CONTACT)]
        # An agent who writes again takes it on again; a contact's word goes to the queue.
        taken = [Draft("claimed", Audience.CONTACT, {"agent": actor.card()})] if isinstance(actor, Agent) else []
        return reopened + taken
    if isinstance(actor, Agent) and state.agent is None:
        raise Refused("not_claimed")
    return []


def _note(command: ask.Say, body: Body, actor: Actor) -> Draft:
    audience = AUDIENCE_OF_NOTE[command.audience]
    if not isinstance(actor, Agent) or not actor.audience.sees(audience):
        raise Refused("forbidden")
    return Draft("note", audience, {"mentions": list(command.body.mentions)}, body, command.key)


def _start(state: Conversation, command: ask.Start, actor: Actor, around: Surroundings) -> list[Draft]:
    assert around.team is not None and around.contact is not None
    # A contact writes from the panel, and cannot take themselves out of the figures.
    by_agent = isinstance(actor, Agent)
    facts = {
        "reference": around.reference,
        "channel": command.channel if by_agent else "panel",
        "opened_by": actor.kind,
        "external": dict(command.external),
        "topic": _visible(command.topic).strip() if by_agent else name_or_nothing(command.topic),
        "urgency": command.urgency,
        "test": command.test and by_agent,
        "team": dict(around.team),
        "contact": around.contact.card(),
    }
    drafts = [Draft("started", Audience.CONTACT, facts, Body(context=dict(around.context)), command.key)]
    if isinstance(actor, Agent):
        drafts.append(Draft("claimed", Audience.CONTACT, {"agent": actor.card()}))
    return drafts


def _visible(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def _claim(state: Conversation, command: ask.Command, actor: Actor, around: Surroundings) -> list[Draft]:
    agent = _agent(actor)
    if state.status == "resolved":
        raise Refused("resolved")
    if state.agent is not None:
        raise Refused("already_claimed", detail={"winner": around.winner})
    if around.carrying >= agent.capacity and state.urgency != "care_blocked":
        raise Refused("at_capacity", detail={"capacity": agent.capacity})
    return [Draft("claimed", Audience.CONTACT, {"agent": agent.card()})]


def _release(state: Conversation, command: ask.Release, actor: Actor, around: Surroundings) -> list[Draft]:
    _owner_or_lead(state, actor)
    drafts = [Draft("released", Audience.CONTACT)]
    if command.why:
        drafts.append(Draft("waiting_why", Audience.STAFF, body=Body(why=command.why), key=command.key))
    return drafts


def _hand_over(state: Conversation, command: ask.HandOver, actor: Actor, around: Surroundings) -> list[Draft]:
    agent = _owner_or_lead(state, actor)
    if around.team is None or (command.to_agent and around.agent is None):
        raise Refused("unknown_target")
    to_agent = around.agent.card() if around.agent else None
    facts = {"to_team": dict(around.team), "to_agent": to_agent, "from_agent": agent.card()}
    packet = command.packet
    body = Body(summary=packet.summary, tried=packet.tried, asked=packet.asked)
    packed = Draft("packet", Audience.STAFF, {"to_team": dict(around.team), "to_agent": to_agent}, body, command.key)
    drafts = [packed] if packet.summary or packet.tried or packet.asked else []
    return [*drafts, Draft("handed_over", Audience.CONTACT, facts)]


def _wait(state: Conversation, command: ask.Wait, actor: Actor, around: Surroundings) -> list[Draft]:
    _owner_or_lead(state, actor)
    if command.until is not None and command.until > around.now + LONGEST_WAIT_MS:
        raise Refused("bad_body")
    drafts = [Draft("waiting", Audience.CONTACT, {"on": command.on, "until": command.until})]
    if command.why:
        drafts.append(Draft("waiting_why", Audience.STAFF, body=Body(why=command.why), key=command.key))
    return drafts


def _resolve(state: Conversation, command: ask.Resolve, actor: Actor, around: Surroundings) -> list[Draft]:
    _owner_or_lead(state, actor)
    # Nobody is asked twice a day.
    ask_rating = command.ask_rating and not around.rated_lately
    return [Draft("resolved", Audience.CONTACT, {"ask_rating": ask_rating})]


def _reopen(state: Conversation, command: ask.Command, actor: Actor, around: Surroundings) -> list[Draft]:
    if state.status != "resolved":
        raise Refused("not_resolved")
    return [Draft("reopened", Audience.CONTACT)]


def _rate(state: Conversation, command: ask.Rate, actor: Actor, around: Surroundings) -> list[Draft]:
    if not isinstance(actor, Contact):
        raise Refused("forbidden")
    if state.status != "resolved":
        raise Refused("not_resolved")
    if state.rated:
        raise Refused("already_rated")
    facts = {"score": command.score, "back_to_work": command.back_to_work}
    return [Draft("rated", Audience.CONTACT, facts, Body(comment=command.comment), command.key)]


def _urgency(state: Conversation, command: ask.SetUrgency, actor: Actor, around: Surroundings) -> list[Draft]:
    _open(state)
    return [Draft("urgency", Audience.CONTACT, {"urgency": command.urgency})]


def _edit(state: Conversation, command: ask.Edit, actor: Actor, around: Surroundings) -> list[Draft]:
    target = _own_target(actor, around)
    if target.kind not in SPOKEN:
        raise Refused("not_found")
    if around.now - target.at > EDIT_MS:
        raise Refused("too_late")
    if not command.body.text.strip():
        raise Refused("bad_body")
    body = Body(text=command.body.text, files=target.files)  # what it replaces is erased, but its files are not
    return [Draft("edited", target.audience, {"target": command.target}, body)]


def _delete(state: Conversation, command: ask.Delete, actor: Actor, around: Surroundings) -> list[Draft]:
    target = _own_target(actor, around)
    if target.kind not in WRITTEN:
        raise Refused("not_found")
    return [Draft("deleted", target.audience, {"target": command.target})]


def _redact(state: Conversation, command: ask.Redact, actor: Actor, around: Surroundings) -> list[Draft]:
    agent = _agent(actor)
    if not agent.leads:
        raise Refused("forbidden")
    target = _visible_target(actor, around)
    body, key = (Body(why=command.why), command.key) if command.why else (None, None)
    return [Draft("redacted", target.audience, {"target": command.target}, body, key)]


def _phoning(state: Conversation, command: Any, actor: Actor, around: Surroundings) -> list[Draft]:
    return decide_phoning(state, command, actor, reopening(state, actor))


def _return(state: Conversation, command: ask.Return, actor: Actor, around: Surroundings) -> list[Draft]:
    if not isinstance(actor, System):
        raise Refused("forbidden")
    # It may have found another owner since somebody looked: nothing is taken from them.
    theirs = state.agent == command.agent and state.needs_answer
    return [Draft("returned", Audience.CONTACT, {"why": command.why})] if theirs else []


def _wake(state: Conversation, command: ask.Wake, actor: Actor, around: Surroundings) -> list[Draft]:
    if not isinstance(actor, System):
        raise Refused("forbidden")
    due = state.status == "pending" and state.until is not None and state.until <= around.now
    return [Draft("woken", Audience.CONTACT)] if due else []


def _agent(actor: Actor) -> Agent:
    if not isinstance(actor, Agent):
        raise Refused("forbidden")
    return actor


def _open(state: Conversation) -> None:
    if state.status == "resolved":
        raise Refused("resolved")


def _owner_or_lead(state: Conversation, actor: Actor) -> Agent:
    agent = _agent(actor)
    _open(state)
    if state.agent != agent.id and not agent.leads:
        raise Refused("not_owner")
    return agent


def _visible_target(actor: Actor, around: Surroundings) -> Target:
    target = around.target
    if target is None or target.gone in ERASED or not actor.audience.sees(target.audience):
        raise Refused("not_found")
    return target


def _own_target(actor: Actor, around: Surroundings) -> Target:
    target = _visible_target(actor, around)
    if target.author != f"{actor.kind}:{actor.id}":
        raise Refused("not_yours")
    return target


_VERBS: Mapping[type, Callable[[Conversation, Any, Actor, Surroundings], list[Draft]]] = {
    ask.Say: say,
    ask.Start: _start,
    ask.Claim: _claim,
    ask.Release: _release,
    ask.HandOver: _hand_over,
    ask.Wait: _wait,
    ask.Resolve: _resolve,
    ask.Reopen: _reopen,
    ask.Rate: _rate,
    ask.SetUrgency: _urgency,
    ask.Edit: _edit,
    ask.Delete: _delete,
    ask.Redact: _redact,
    ask.Equipment: decide_equipment,
    ask.PhoneMe: _phoning,
    ask.PhoneWithdraw: _phoning,
    ask.PhoneAttempt: _phoning,
    ask.Return: _return,
    ask.Wake: _wake,
}
