"""Conversations as pure values, and strategies for what people might do in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from hypothesis import strategies as st

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation, apply
from curbside.domain.deciding import Surroundings, Target, decide
from curbside.domain.errors import Refused
from curbside.domain.events import Draft, Event
from curbside.domain.people import Actor, Agent, Contact, System

TEAM = {"id": "team-1", "name": "Level 1", "level": 1}
UPPER = {"id": "team-2", "name": "Level 2", "level": 2}
DANA = Contact("northwind", "dana", "Dana Ruiz", "RN", "mercy", "Mercy Hospital")
EVE = replace(DANA, id="eve", name="Eve Stone")


def agent(id: str, **more: Any) -> Agent:
    known: dict[str, Any] = {
        "level": 1,
        "role": "agent",
        "partner": "house",
        "employer": "Northwind Support",
        "in_house": True,
        "country": "US",
        "teams": frozenset({"team-1"}),
    }
    return Agent("northwind", id, id.title(), **{**known, **more})


PRIYA = agent("priya")
MARCO = agent("marco", level=2, teams=frozenset({"team-2"}))
SAM = agent("sam", role="supervisor", level=3, teams=frozenset())
CALL = agent("call", partner="outside", employer="Callwell", in_house=False)
STRANGER = agent("stranger", partner="outside", in_house=False, teams=frozenset({"team-9"}))
SYSTEM = System("northwind")
AGENTS = (PRIYA, MARCO, SAM, CALL)


@dataclass
class Talk:
    """A conversation in memory: what was accepted, numbered as the ledger numbers it."""

    state: Conversation = field(default_factory=lambda: Conversation("northwind", "c" * 22, "dana", "mercy"))
    events: list[Event] = field(default_factory=list)
    now: int = 1_000

    @classmethod
    def started(cls) -> Talk:
        talk = cls()
        talk.do(DANA, ask.Start(key=key(), conversation="c" * 22))
        return talk

    def do(self, actor: Actor, command: ask.Command, **around: Any) -> list[Event]:
        """Decide and apply. Raises Refused."""
        self.now += 7
        drafts = decide(self.state, command, actor, self._around(command, around))
        return [self._append(actor, draft) for draft in drafts]

    def accepts(self, actor: Actor, command: ask.Command, **around: Any) -> bool:
        try:
            self.do(actor, command, **around)
        except Refused:
            return False
        return True

    def refuses(self, actor: Actor, command: ask.Command, **around: Any) -> str:
        """Return the code of the refusal."""
        before = self.state
        try:
            self.do(actor, command, **around)
        except Refused as refused:
            assert self.state is before
            return refused.code
        raise AssertionError(f"{type(command).__name__} was accepted")

    def _around(self, command: ask.Command, given: dict[str, Any]) -> Surroundings:
        target = getattr(command, "target", None)
        known: dict[str, Any] = {"now": self.now, "contact": DANA, "reference": "K7-204", "team": TEAM}
        if target is not None:
            known["target"] = self._target(target)
        if isinstance(command, ask.HandOver):
            known["team"] = {"team-1": TEAM, "team-2": UPPER}.get(command.to_team or "team-2")
            known["agent"] = next((one for one in AGENTS if one.id == command.to_agent), None)
        return Surroundings(**{**known, **given})

    def _target(self, name: str) -> Target | None:
        found = next((event for event in self.events if event.key == name), None)
        if found is None:
            return None
        gone = next((e.kind for e in self.events if e.kind in _ERASED and e.facts["target"] == name), None)
        author = f"{found.author['kind']}:{found.author['id']}"
        return Target(found.kind, author, found.at, found.audience, gone)

    def _append(self, actor: Actor, draft: Draft) -> Event:
        event = Event(
            self.state.tenant,
            self.state.id,
            self.state.numbers.after(draft.audience),
            draft.audience,
            draft.kind,
            actor.author(),
            self.now,
            draft.key,
            draft.facts,
            draft.body,
        )
        self.state = apply(self.state, event)
        self.events.append(event)
        return event

    @property
    def said(self) -> list[str]:
        return [event.key for event in self.events if event.key]

    def seen_by(self, audience: Audience) -> list[Event]:
        return [event for event in self.events if audience.sees(event.audience)]


_ERASED = {"deleted", "redacted"}
_keys = iter(f"key{n:019d}" for n in range(10**9))
CONVERSATION = "c" * 22


def key() -> str:
    return next(_keys)


def words(text: str = "Hello", **more: Any) -> ask.Words:
    return ask.Words(text=text, **more)


def message(text: str = "Hello", **more: Any) -> ask.Say:
    return ask.Say(key=more.pop("key", None) or key(), conversation=CONVERSATION, kind="message", body=words(text))


def note(text: str = "Between us", audience: Any = "staff") -> ask.Say:
    return ask.Say(key=key(), conversation=CONVERSATION, kind="note", body=words(text), audience=audience)


def act(kind: Any, **fields: Any) -> Any:
    return kind(key=key(), conversation=CONVERSATION, **fields)


# Everything that anybody might ask; a target names what was said by its place, `#3`.
WISHES: tuple[ask.Command, ...] = (
    *(message(text) for text in ("One", "Two", "   ")),
    *(note(audience=audience) for audience in ("staff", "house")),
    act(ask.Claim),
    *(act(ask.Release, why=why) for why in ("", "lunch")),
    *(act(ask.HandOver, to_team=team, packet=ask.Packet(summary="s")) for team in ("team-1", "team-2", "team-9")),
    *(act(ask.HandOver, to_agent=id) for id in ("marco", "nobody")),
    act(ask.Wait, on="contact", until=9_000, why="w"),
    act(ask.Resolve),
    act(ask.Reopen),
    act(ask.Rate, score=4),
    *(act(ask.SetUrgency, urgency=urgency) for urgency in ("normal", "high")),
    *(act(ask.Edit, target=f"#{n}", body=words("Better")) for n in range(4)),
    *(act(ask.Delete, target=f"#{n}") for n in range(4)),
    *(act(ask.Redact, target=f"#{n}", why="phi") for n in range(4)),
    act(ask.PhoneMe, number="4471"),
    act(ask.PhoneWithdraw),
    *(act(ask.PhoneAttempt, outcome=outcome, note="n") for outcome in ("reached", "no_answer", "wrong_number")),
    act(ask.Return, agent="priya", why="gone"),
)
_ACTORS = (DANA, DANA, DANA, EVE, *AGENTS, *AGENTS, STRANGER, SYSTEM)
STEPS = st.lists(st.sampled_from([(actor, wish) for actor in _ACTORS for wish in WISHES]), max_size=40)
Steps = list[tuple[Actor, ask.Command]]

# What such people mostly ask: nearly all of it is accepted, so that a life has many turns.
_USUAL: tuple[tuple[Actor, ask.Command], ...] = (
    *((DANA, message(text)) for text in ("One", "Two")),
    *((PRIYA, one) for one in (message("Three"), note(), act(ask.Claim), act(ask.Release, why=""))),
    *((SAM, one) for one in (note(audience="house"), act(ask.Resolve), act(ask.SetUrgency, urgency="high"))),
    (SAM, act(ask.HandOver, to_team="team-2", packet=ask.Packet(summary="s"))),
    (SAM, act(ask.Wait, on="contact", until=9_000, why="w")),
    *((SAM, act(ask.Redact, target=f"#{n}", why="phi")) for n in range(2)),
    *((DANA, one) for one in (act(ask.Delete, target="#1"), act(ask.Rate, score=4), act(ask.Reopen))),
    *((DANA, one) for one in (act(ask.PhoneMe, number="4471"), act(ask.PhoneWithdraw))),
    *((SAM, act(ask.PhoneAttempt, outcome=outcome, note="")) for outcome in ("reached", "busy")),
    (SYSTEM, act(ask.Return, agent="priya", why="gone")),
)
USUAL = st.lists(st.sampled_from(_USUAL), min_size=4, max_size=30)


def aimed(wish: ask.Command, said: Sequence[str]) -> ask.Command:
    """Ask for `wish` under a key of its own, and let one that names `#3` name the third thing that was said."""
    target = getattr(wish, "target", "")
    changed: dict[str, str] = {"key": key()}
    if target.startswith("#") and said:
        changed["target"] = said[int(target[1:]) % len(said)]
    found: ask.Command = msgspec.structs.replace(wish, **changed)
    return found
