"""A conversation: its state, and how the facts of its timeline change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from curbside.domain import mentions
from curbside.domain.audience import START, Audience, Numbers
from curbside.domain.events import Event


class Conversation(msgspec.Struct, frozen=True):
    """One request for help, as derived from its timeline; `apply` is its only author."""

    tenant: str
    id: str
    contact: str
    organization: str
    reference: str = ""
    channel: str = "panel"
    opened_by: str = "contact"
    topic: str = ""
    module: str = ""  # where it was begun: switches go by it
    urgency: str = "normal"
    status: str = "new"
    team: str | None = None
    level: int = 1
    agent: str | None = None
    test: bool = False
    numbers: Numbers = START
    created_at: int = 0
    last_at: int = 0
    contact_at: int = 0
    waiting_since: int | None = None
    answer_since: int | None = None
    front: bool = False
    until: int | None = None
    on: str | None = None
    rated: bool = False
    rating: int | None = None
    last_kind: str = ""
    last_by: str = ""
    mentioned: str = ""  # as domain.mentions writes it
    phoning: str = ""  # the key of the request to be phoned that is open

    @property
    def needs_answer(self) -> bool:
        """Tell whether the contact waits for a person's word: after theirs, a hand-over to somebody, a wait's end."""
        return self.answer_since is not None


def apply(state: Conversation, event: Event) -> Conversation:
    """Return the state after `event`; the same events always give the same state."""
    change = _CHANGES.get(event.kind)
    seen = event.audience == Audience.CONTACT
    contact_at = event.at if seen else state.contact_at
    counted = replace(state, numbers=event.numbers, last_at=event.at, contact_at=contact_at)
    if seen and event.kind in _SPOKEN:
        counted = replace(counted, last_kind=event.kind, last_by=str(event.author["kind"]))
    if counted.mentioned and event.author["kind"] == "agent":
        counted = replace(counted, mentioned=mentions.answered(counted.mentioned, str(event.author["id"])))
    return change(counted, event) if change else counted


def _started(state: Conversation, event: Event) -> Conversation:
    facts: Mapping[str, Any] = event.facts
    return replace(
        state,
        status="waiting",
        reference=facts["reference"],
        channel=facts["channel"],
        opened_by=facts["opened_by"],
        topic=facts["topic"],
        urgency=facts["urgency"],
        test=facts["test"],
        team=facts["team"]["id"],
        level=facts["team"]["level"],
        created_at=event.at,
        waiting_since=event.at,
    )


def _message(state: Conversation, event: Event) -> Conversation:
    if event.author["kind"] == "agent":
        # Who asked to be phoned waits for that: a word meanwhile does not end it.
        return state if state.phoning else replace(state, answer_since=None)
    state = _owing(state, event)
    if state.status != "pending":
        return state
    return _to_work(replace(state, until=None, on=None), event)


def _note(state: Conversation, event: Event) -> Conversation:
    agents = [each for each in event.facts.get("mentions", ()) if each != event.author.get("id")]
    return replace(state, mentioned=mentions.named(state.mentioned, event.audience, agents)) if agents else state


def _owing(state: Conversation, event: Event) -> Conversation:
    return state if state.needs_answer else replace(state, answer_since=event.at)


def _to_work(state: Conversation, event: Event) -> Conversation:
    if state.agent is not None:
        return replace(state, status="active")
    return replace(state, status="waiting", waiting_since=event.at)


def _claimed(state: Conversation, event: Event) -> Conversation:
    return replace(
        state, status="active", agent=event.facts["agent"]["id"], waiting_since=None, front=False, until=None, on=None
    )


def _released(state: Conversation, event: Event) -> Conversation:
    return replace(state, status="waiting", agent=None, waiting_since=event.at, until=None, on=None)


def _returned(state: Conversation, event: Event) -> Conversation:
    # It keeps its place by the time it began to need an answer, ahead of those who never had one.
    since = state.answer_since if state.answer_since is not None else event.at
    return replace(state, status="waiting", agent=None, waiting_since=since, front=True, until=None, on=None)


def _handed_over(state: Conversation, event: Event) -> Conversation:
    facts = event.facts
    team = facts["to_team"]
    state = replace(state, team=team["id"], level=team["level"], until=None, on=None)
    if facts["to_agent"]:
        # Whoever takes it on owes the contact a word, even if the last one was ours: "I am handing you to …".
        state = _owing(state, event)
        return replace(state, status="active", agent=facts["to_agent"]["id"], waiting_since=None)
    return replace(state, status="waiting", agent=None, waiting_since=event.at, front=True)


def _waiting(state: Conversation, event: Event) -> Conversation:
    facts = event.facts
    return replace(state, status="pending", on=facts["on"], until=facts["until"], waiting_since=None)


def _woken(state: Conversation, event: Event) -> Conversation:
    # What was promised for this time is owed now, also where the contact has not written since.
    return _to_work(_owing(replace(state, until=None, on=None), event), event)


def _urgency(state: Conversation, event: Event) -> Conversation:
    return replace(state, urgency=event.facts["urgency"])


def _resolved(state: Conversation, event: Event) -> Conversation:
    return replace(
        state,
        status="resolved",
        waiting_since=None,
        answer_since=None,
        front=False,
        until=None,
        on=None,
        rated=False,
        phoning="",
    )


def _reopened(state: Conversation, event: Event) -> Conversation:
    # The agent who resolved it may be gone: it goes to the queue, at the front.
    return replace(state, status="waiting", agent=None, waiting_since=event.at, answer_since=event.at, front=True)


def _rated(state: Conversation, event: Event) -> Conversation:
    return replace(state, rated=True, rating=event.facts["score"])


def _call_requested(state: Conversation, event: Event) -> Conversation:
    # Somebody who rings waits for a person, as somebody who writes does; an agent who rings is one.
    return _message(state, event) if event.author["kind"] == "contact" else state


def _call_accepted(state: Conversation, event: Event) -> Conversation:
    return replace(state, answer_since=None, phoning="")


def _phone_asked(state: Conversation, event: Event) -> Conversation:
    return replace(_message(state, event), phoning=event.key or "")


def _phone_withdrawn(state: Conversation, event: Event) -> Conversation:
    return replace(state, phoning="")


def _phone_tried(state: Conversation, event: Event) -> Conversation:
    outcome = event.facts["outcome"]
    if outcome == "reached":
        return replace(state, answer_since=None, phoning="")
    # Another attempt is owed from now on; after a wrong number the contact has to say another one first.
    return replace(state, answer_since=None if outcome == "wrong_number" else event.at)


def _erased(state: Conversation, event: Event) -> Conversation:
    # Without its number nobody can be phoned.
    return replace(state, phoning="") if event.facts["target"] == state.phoning else state


_SPOKEN = frozenset({"message", "started", "resolved", "reopened", "rated", "phone_asked"})
_CHANGES: Mapping[str, Callable[[Conversation, Event], Conversation]] = {
    "started": _started,
    "message": _message,
    "note": _note,
    "claimed": _claimed,
    "released": _released,
    "returned": _returned,
    "handed_over": _handed_over,
    "waiting": _waiting,
    "woken": _woken,
    "urgency": _urgency,
    "resolved": _resolved,
    "reopened": _reopened,
    "rated": _rated,
    "call_requested": _call_requested,
    "call_accepted": _call_accepted,
    "phone_asked": _phone_asked,
    "phone_withdrawn": _phone_withdrawn,
    "phone_tried": _phone_tried,
    "deleted": _erased,
    "redacted": _erased,
}
