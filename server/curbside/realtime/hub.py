"""Who hears what inside this process. Losable: whoever misses something reads the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from curbside.domain.access import is_told_of, sight
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.news import Appended, CursorMoved, GroundsEnded
from curbside.domain.people import Agent, Contact, Person
from curbside.realtime.connection import Connection
from curbside.realtime.frames import Fact, encode
from curbside.realtime.outputs import Output, Send

Place = tuple[str, str]
K = TypeVar("K")
_LEFT_MAX = 10_000
_LOOKED_MAX = 20


class Listener(Protocol):
    """Whoever carries a connection: it runs what the connection asks for."""

    id: str
    connection: Connection
    grounds: str
    lists: dict[str, set[str]]
    counts: dict[str, int]
    watched: set[str]

    def run(self, out: Sequence[Output]) -> None: ...

    def tell_settings(self, frame: bytes) -> None: ...


class Hub:
    """Pass on what was committed to the connections that watch it, in the order of commit."""

    def __init__(self) -> None:
        # Who watches what, and whether they were ever let in: until then nobody hears of them.
        self._watching: defaultdict[Place, dict[Listener, bool]] = defaultdict(dict)
        self._people: defaultdict[tuple[str, str, str], dict[Listener, None]] = defaultdict(dict)
        self._grounds: defaultdict[tuple[str, str, str], dict[Listener, None]] = defaultdict(dict)
        # Conversations whose contact's log-in ended while they looked, oldest first: bounded, and losable as all here.
        self._left: dict[Place, None] = {}
        # What contacts looked at last, by log-in: a line may end before the word that the log-in is over has come.
        self._looked: dict[tuple[str, str], dict[str, None]] = {}
        self.on_agent: Callable[[Agent, bool], None] = lambda agent, here: None

    def join(self, listener: Listener) -> None:
        """Take a connection whose person is known."""
        person = _person(listener)
        first = not self._people[_name(person)]
        self._people[_name(person)][listener] = None
        self._grounds[(person.tenant, person.kind, listener.grounds)][listener] = None
        if first and isinstance(person, Agent):
            self.on_agent(person, True)

    def leave(self, listener: Listener, watched: Iterable[str]) -> None:
        """Forget a connection and everything it watched."""
        if listener.connection.person is None:
            return
        person = listener.connection.person
        _discard(self._people, _name(person), listener)
        _discard(self._grounds, (person.tenant, person.kind, listener.grounds), listener)
        for conversation in watched:
            self.unwatch(listener, conversation)
        if _name(person) not in self._people and isinstance(person, Agent):
            self.on_agent(person, False)

    def watch(self, listener: Listener, conversation: str) -> None:
        self._watching[(_person(listener).tenant, conversation)].setdefault(listener, False)

    def admitted(self, listener: Listener, conversation: str) -> None:
        """Show that somebody who may see a conversation is looking at it now."""
        person = _person(listener)
        place = (person.tenant, conversation)
        self._watching[place][listener] = True
        if isinstance(person, Contact):
            self._left.pop(place, None)
        self._tell_presence(place)

    def unwatch(self, listener: Listener, conversation: str) -> None:
        """Take that somebody looks no more. Who only asked and was not let in leaves unheard."""
        place = (_person(listener).tenant, conversation)
        was_seen = self._watching.get(place, {}).get(listener, False)
        _discard(self._watching, place, listener)
        if was_seen:
            if isinstance(_person(listener), Contact):
                self._note_looked(place, listener.grounds)
            self._tell_presence(place)

    def is_here(self, tenant: str, kind: str, id: str) -> bool:
        """Tell whether a person has a connection to this process."""
        return (tenant, kind, id) in self._people

    def count(self, person: Person) -> int:
        """Count a person's connections to this process."""
        return len(self._people.get(_name(person), ()))

    def of(self, tenant: str, kind: str, id: str) -> list[Listener]:
        """Return a person's connections to this process, the oldest first."""
        return list(self._people.get((tenant, kind, id), ()))

    def standing_on(self, news: GroundsEnded) -> list[Listener]:
        """Return the connections that stand on a log-in that is over."""
        return list(self._grounds.get((news.tenant, news.kind, news.grounds), ()))

    def watchers(self, tenant: str, conversation: str) -> list[Listener]:
        return list(self._watching.get((tenant, conversation), ()))

    def everybody(self, tenant: str) -> list[Listener]:
        """Return every connection of a tenant."""
        return [one for name, ones in self._people.items() if name[0] == tenant for one in ones]

    def agents(self, tenant: str) -> list[Listener]:
        return [one for name, ones in self._people.items() if name[:2] == (tenant, "agent") for one in ones]

    def appended(self, news: Appended) -> None:
        self._tell_mentioned(news)
        watching = self._watching.get((news.after.tenant, news.after.id))
        if not watching:
            return
        facts = [Fact(event) for event in news.events]
        for listener in list(watching):
            listener.run(listener.connection.appended(news.after, facts))

    def cursor_moved(self, news: CursorMoved) -> None:
        for listener in self.watchers(news.tenant, news.conversation):
            listener.run(listener.connection.cursor_moved(news))

    def typed(self, by: Listener, conversation: str, audience: str, on: bool) -> None:
        """Relay that somebody types to those who may know it."""
        person = _person(by)
        for listener in self.watchers(person.tenant, conversation):
            if listener is not by:
                out = listener.connection.typed(conversation, Audience.of(audience), person.author(), on)
                listener.run(out)

    def grounds_ended(self, news: GroundsEnded) -> None:
        """End every connection that stands on a log-in that is over."""
        for listener in self.standing_on(news):
            if news.kind == "contact":
                self._left.update(dict.fromkeys((news.tenant, each) for each in listener.watched))
            listener.run(listener.connection.close("ended", "never"))
        if news.kind == "contact":
            for conversation in self._looked.pop((news.tenant, news.grounds), ()):
                self._note_left((news.tenant, conversation))
        _shorten(self._left, _LEFT_MAX)

    def refresh_agents(self, tenant: str, find: Callable[[str], Agent | None]) -> None:
        """Give every agent's connection what the directory now says of them."""
        for listener in self.agents(tenant):
            person = _person(listener)
            now = find(person.id)
            if now != person:
                listener.run(listener.connection.person_changed(now))
            if now is not None and sight(now) != sight(person):
                # What they no longer may see must leave their lists, and nothing happens in it that would tell them.
                for name in listener.lists:
                    listener.run([Send(encode("resync", topic=f"list:{name}", why="gap"))])

    def watched(self) -> list[Place]:
        """Return every conversation that somebody watches."""
        return list(self._watching)

    def changed(self, state: Conversation) -> None:
        """Take from the rows where a conversation is: whoever was not told of all of it loads the rest."""
        for listener in self.watchers(state.tenant, state.id):
            head = state.numbers.of(_person(listener).audience)
            listener.run(listener.connection.heard_of(state.id, head))

    def everyone(self) -> list[Listener]:
        return [one for ones in self._people.values() for one in ones]

    def _tell_mentioned(self, news: Appended) -> None:
        """Tell colleagues whom a note names, whatever they are looking at. An edit tells nobody anew."""
        for event in news.events:
            if event.kind != "note":
                continue
            for id in event.facts.get("mentions", ()):
                for listener in list(self._people.get((event.tenant, "agent", id), ())):
                    listener.run(listener.connection.mentioned(news.after, event))

    def _note_looked(self, place: Place, grounds: str) -> None:
        looked = self._looked.pop((place[0], grounds), {})
        looked.pop(place[1], None)
        looked[place[1]] = None
        _shorten(looked, _LOOKED_MAX)
        self._looked[(place[0], grounds)] = looked
        _shorten(self._looked, _LEFT_MAX)

    def _note_left(self, place: Place) -> None:
        """Say that a contact who has looked away already left for good, unless they look on from elsewhere."""
        people = [one.connection.person for one, seen in self._watching.get(place, {}).items() if seen]
        if not any(isinstance(person, Contact) for person in people):
            self._left[place] = None
            self._tell_presence(place)

    def _tell_presence(self, place: Place) -> None:
        # Whoever has only asked is not looking yet, and must not learn who is.
        watching = [one for one in self._watching.get(place, ()) if one.connection.feed.is_live(place[1])]
        if not watching:
            return
        people = [one.connection.person for one in watching]
        viewers = {p.id: p for p in people if isinstance(p, Agent)}
        gone = "left" if place in self._left else "away"
        here = "here" if any(isinstance(p, Contact) for p in people) else gone
        to_contact = encode("presence", conversation=place[1], agent="here" if viewers else "away")
        for listener in watching:
            reader = listener.connection.person
            frame = to_contact
            if isinstance(reader, Agent):
                # A partner's agent does not learn who of ours looks over their shoulder, nor when.
                told = [{"id": one.id, "name": one.name} for one in viewers.values() if is_told_of(reader, one)]
                frame = encode("presence", conversation=place[1], viewers=told, contact=here)
            listener.run([Send(frame, droppable=True)])


def _name(person: Person) -> tuple[str, str, str]:
    return (person.tenant, person.kind, person.id)


def _person(listener: Listener) -> Person:
    person = listener.connection.person
    assert person is not None
    return person


def _shorten(held: dict[Any, Any], most: int) -> None:
    """Forget the oldest beyond so many."""
    while len(held) > most:
        del held[next(iter(held))]


def _discard(index: dict[K, dict[Listener, Any]], key: K, one: Listener) -> None:
    ones = index.get(key)
    if ones is not None:
        ones.pop(one, None)
        if not ones:
            del index[key]
