"""Finding: conversations by their words, a contact's history, contacts by name. Only what the person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.indexing import text_of
from curbside.actions.installation import Installation
from curbside.actions.lists import visible
from curbside.actions.switching import switches_of
from curbside.domain import searching
from curbside.domain.access import may_see
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Event
from curbside.domain.people import Agent, Contact, Person
from curbside.store import contacts as people
from curbside.store import conversation as conversations
from curbside.store import lists
from curbside.store import search as store
from curbside.store.ledger import conversations as conversation_rows
from curbside.store.lists import Listed
from curbside.store.search import Hasher, Hit

RESULTS_MAX = 25
HISTORY_MAX = 20
CONTACTS_MAX = 20
_EVENTS_MAX = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that has every word, and the event that shows it best."""

    listed: Listed
    snippet: str = field(repr=False)
    seq: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The best place in a conversation."""

    snippet: str = field(repr=False)
    seq: int


class Search:
    """Answer what people look for."""

    def __init__(self, installation: Installation, directory: Directory) -> None:
        self._installation = installation
        self._directory = directory

    async def find(self, person: Person, query: str) -> list[Found]:
        """Return conversations that have every word of `query`, the last changed first.

        A word is found by how it begins. A contact finds only in their own conversations, and never by a note.
        """
        self._check_switch(person, "search")
        wanted = searching.query_words(query)
        if not wanted:
            return []
        return await self._installation.db.read(
            person.tenant, lambda connection: self._find(connection, person, wanted)
        )

    async def history(self, person: Person, contact: str) -> list[Listed]:
        """Return a contact's conversations, for an agent who may see at least one of them; of those, what they may."""
        if not isinstance(person, Agent):
            raise Refused("forbidden")
        condition = (conversation_rows.c.contact == contact) & visible(person)
        order = (conversation_rows.c.changed_at.desc(), conversation_rows.c.id)

        def read(connection: Connection) -> list[Listed]:
            keys = self._installation.keys
            return lists.read_listed(connection, keys, person.tenant, condition, limit=HISTORY_MAX, order=order)

        found = [
            listed for listed in await self._installation.db.read(person.tenant, read) if may_see(person, listed.state)
        ]
        if not found:
            raise Refused("not_found")
        return found

    async def contacts(self, person: Person, query: str) -> list[Contact]:
        """Return contacts by name, for an agent who opens a conversation for one.

        In-house people find every contact of the tenant; a partner's, those whose conversations they may see.
        """
        if not isinstance(person, Agent):
            raise Refused("forbidden")
        wanted = searching.query_words(query)
        if not wanted:
            return []
        within = None if person.in_house else visible(person)

        def read(connection: Connection) -> list[Contact]:
            named = (
                each
                for each in people.latest(connection, person.tenant, within)
                if all(searching.begins(searching.words(each.name), word) for word in wanted)
            )
            return list(islice(named, CONTACTS_MAX))

        return await self._installation.db.read(person.tenant, read)

    def _may_find(self, person: Person, state: Conversation) -> bool:
        if not may_see(person, state):
            return False
        return not isinstance(person, Contact) or switches_of(self._directory, person, state.module)["search"]

    def _check_switch(self, person: Person, capability: str) -> None:
        if isinstance(person, Contact) and not switches_of(self._directory, person)[capability]:
            raise Refused("switched_off")

    def _find(self, connection: Connection, person: Person, wanted: list[str]) -> list[Found]:
        hasher = Hasher(self._installation.keys, person.tenant)
        hashes = {hasher.word(word) for word in wanted}
        hits = store.hits(connection, person.tenant, person.audience, visible(person), sorted(hashes))
        candidates = _with_all(hits, hashes)
        shown: dict[str, Shown] = {}
        for conversation, numbers in candidates.items():
            best = self._best(connection, person, conversation, numbers, wanted)
            if best is not None:
                shown[conversation] = best
            if len(shown) == RESULTS_MAX:
                break
        if not shown:
            return []
        listed = lists.listed(connection, self._installation.keys, person.tenant, list(shown))
        by_id = {one.state.id: one for one in listed if self._may_find(person, one.state)}
        return [Found(by_id[id], best.snippet, best.seq) for id, best in shown.items() if id in by_id]

    def _best(
        self, connection: Connection, person: Person, conversation: str, numbers: Sequence[int], wanted: list[str]
    ) -> Shown | None:
        """Read what the index points at, and make sure that every word is really there."""
        texts = [store.about(connection, person.tenant, conversation)] if 0 in numbers else []
        best: tuple[int, Shown] | None = None
        for n_house in [number for number in numbers if number][:_EVENTS_MAX]:
            text, seq = self._event(connection, person, conversation, n_house)
            texts.append(text)
            count = sum(searching.begins(searching.words(text), word) for word in wanted)
            if count and (best is None or count > best[0]):
                best = (count, Shown(searching.snippet(text, wanted), seq))
        there = searching.words("\n".join(texts))
        if not all(searching.begins(there, word) for word in wanted):
            return None
        return best[1] if best else Shown("", 0)

    def _event(self, connection: Connection, person: Person, conversation: str, n_house: int) -> tuple[str, int]:
        """Return an event's text and its number for `person`; an edit's is that of the message that it changed."""
        event = self._read(connection, person, conversation, n_house)
        if event is None:
            return "", 0
        shown = event
        if event.kind == "edited":
            target = conversations.find_target(connection, person.tenant, conversation, event.facts["target"])
            original = self._read(connection, person, conversation, target[1]) if target is not None else None
            shown = original or event
        return text_of(event.body), shown.numbers.of(person.audience)

    def _read(self, connection: Connection, person: Person, conversation: str, n_house: int) -> Event | None:
        place = (person.tenant, conversation, Audience.HOUSE)
        found = conversations.read_events(connection, self._installation.keys, *place, n_house - 1, 1)
        seen = (event for event in found if event.numbers.house == n_house and person.audience.sees(event.audience))
        return next(seen, None)


def _with_all(hits: Sequence[Hit], hashes: set[int]) -> Mapping[str, list[int]]:
    """Return the conversations that have every hash, with the events to look at, the richest first."""
    by_conversation: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for hit in hits:
        by_conversation[hit.conversation][hit.n_house].add(hit.hash)
    return {
        conversation: sorted(events, key=lambda n_house: (-len(events[n_house]), -n_house))
        for conversation, events in by_conversation.items()
        if set().union(*events.values()) == hashes
    }
