"""What one reader is sent: nothing before they are let in, and everything that they find missing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from curbside.domain.audience import Audience, Numbers
from curbside.domain.news import Appended, CursorMoved
from curbside.domain.people import Agent, Person
from curbside.realtime import outputs
from curbside.realtime.allowance import Allowance
from curbside.realtime.connection import Connection
from curbside.realtime.feed import Feed
from curbside.realtime.frames import Fact
from curbside.realtime.hub import Hub
from curbside.realtime.outputs import Output
from tests.domain.talk import CALL, DANA, EVE, MARCO, PRIYA, SAM, STRANGER, Talk, message, note

TALK = "c" * 22
HELLO = {"type": "hello", "version": 1, "token": "t", "device": "d" * 22, "tab": "t" * 22}


class Reader:
    """A listener that keeps what it would send."""

    def __init__(self, person: Person, after: int) -> None:
        self.connection = Connection(0)
        self.connection.receive(json.dumps(HELLO), 0)
        self.connection.welcomed(person, 10**9, 10**9, b"{}", {TALK: after}, Allowance(0), 0)
        self.grounds, self.lists, self.counts = person.id, dict[str, set[str]](), dict[str, int]()
        self.watched = {TALK}
        self.id = f"line of {person.id}"
        self.said: list[dict[str, Any]] = []
        self.read: list[int] = []

    def run(self, out: Sequence[Output]) -> None:
        self.said += frames(out)
        self.read += loads(out)

    def tell_settings(self, frame: bytes) -> None:
        raise AssertionError("nobody changed a setting")


def talk(messages: int) -> Talk:
    """A conversation of Dana's that began and went on for some messages: `messages` + 1 events."""
    found = Talk.started()
    for _ in range(messages):
        found.do(DANA, message())
    return found


def frames(out: Sequence[Output]) -> list[dict[str, Any]]:
    return [json.loads(one.frame) for one in out if isinstance(one, outputs.Send)]


def facts(of: Talk, after: int = 0) -> list[Fact]:
    return [Fact(event) for event in of.events if event.numbers.contact > after]


def reading(of: Talk) -> Feed:
    feed = Feed(DANA)
    feed.subscribe(TALK, 0)
    feed.loaded(of.state, facts(of), [])
    return feed


def loads(out: Sequence[Output]) -> list[int]:
    return [one.after for one in out if isinstance(one, outputs.Load)]


def test_a_gap_is_read_again_and_answered_by_a_page() -> None:
    long = talk(3)
    feed = reading(long)
    assert loads(feed.get(TALK, 2)) == [2]
    said = frames(feed.loaded(long.state, facts(long, after=2), []))
    assert [frame["seq"] for frame in said[:-1]] == [3, 4]
    assert said[-1] == {"type": "page", "conversation": TALK, "after": 2, "through": 4, "head": 4}


def test_a_gap_before_what_is_being_read_is_read_too() -> None:
    long = talk(3)
    feed = Feed(DANA)
    feed.subscribe(TALK, 4)
    assert loads(feed.get(TALK, 1)) == []  # the reading from 4 is under way
    assert loads(feed.loaded(long.state, [], [])) == [1]
    said = frames(feed.loaded(long.state, facts(long, after=1), []))
    assert [frame["type"] for frame in said] == ["event", "event", "event", "page", "live"]
    assert said[-1]["seq"] == 4


def test_a_page_past_the_end_is_not_read_for_ever() -> None:
    short = talk(0)
    feed = reading(short)
    feed.get(TALK, 1)
    out = feed.loaded(short.state, [], [])
    assert loads(out) == [] and frames(out)[0]["type"] == "page"


def test_a_cursor_waits_until_its_reader_is_let_in() -> None:
    long = talk(2)
    feed = Feed(DANA)
    feed.subscribe(TALK, 3)
    assert feed.move(TALK, 3, 3) == []
    assert outputs.Move(TALK, 3, 3) in feed.loaded(long.state, [], [])


def test_whoever_is_not_let_in_moves_no_cursor() -> None:
    feed = Feed(EVE)
    feed.subscribe(TALK, 3)
    assert feed.move(TALK, 3, 3) == []
    out = feed.loaded(talk(2).state, [], [])
    assert not [one for one in out if isinstance(one, outputs.Move)]
    assert frames(out) == [{"type": "resync", "topic": f"conversation:{TALK}", "why": "lost"}]


def test_whoever_only_asked_hears_nothing_and_says_nothing() -> None:
    connection = Connection(0)
    connection.receive(json.dumps(HELLO), 0)
    connection.welcomed(EVE, 10**9, 10**9, b"{}", {TALK: 3}, Allowance(0), 0)
    typing = json.dumps({"type": "typing", "conversation": TALK, "audience": "contact", "on": True})
    assert connection.receive(typing, 1) == []
    assert connection.typed(TALK, Audience.CONTACT, DANA.author(), True) == []
    assert connection.cursor_moved(CursorMoved("northwind", TALK, "agent", Numbers(3, 3, 3), Numbers(3, 3, 3))) == []


def test_who_is_there_is_told_to_and_of_those_who_were_let_in() -> None:
    hub, short = Hub(), talk(0)
    dana, marco, eve = Reader(DANA, 1), Reader(MARCO, 1), Reader(EVE, 1)
    for reader in (dana, marco, eve):
        hub.join(reader)
        hub.watch(reader, TALK)
    for reader in (dana, marco):
        reader.run(reader.connection.loaded(short.state, [], []))
        hub.admitted(reader, TALK)
    assert eve.said == []
    assert dana.said[-1] == {"type": "presence", "conversation": TALK, "agent": "here"}
    viewers = [{"id": "marco", "name": "Marco"}]
    assert marco.said[-1] == {"type": "presence", "conversation": TALK, "viewers": viewers, "contact": "here"}


def test_a_partner_is_not_told_which_of_our_people_look_at_a_conversation_beside_them() -> None:
    """Its twin shares a team with them, or is in-house itself."""
    hub, short = Hub(), talk(0)
    partner, priya, sam = Reader(CALL, 1), Reader(PRIYA, 1), Reader(SAM, 1)
    for reader in (partner, priya, sam):
        hub.join(reader)
        hub.watch(reader, TALK)
        reader.run(reader.connection.loaded(short.state, [], []))
        hub.admitted(reader, TALK)
    seen = {one: [each["id"] for each in one.said[-1]["viewers"]] for one in (partner, priya, sam)}
    assert seen == {partner: ["call", "priya"], priya: ["call", "priya", "sam"], sam: ["call", "priya", "sam"]}


def test_who_is_sent_to_another_team_leaves_what_they_may_no_longer_see_at_once() -> None:
    """Its twin gets another name, and stays."""
    hub, short = Hub(), talk(0)
    dana, priya = Reader(DANA, 1), Reader(PRIYA, 1)
    for reader in (dana, priya):
        hub.join(reader)
        hub.watch(reader, TALK)
        reader.run(reader.connection.loaded(short.state, [], []))
        hub.admitted(reader, TALK)
    priya.lists["waiting"] = {TALK}
    priya.said.clear()

    def changed(person: Agent) -> list[int]:
        priya.read.clear()
        hub.refresh_agents("northwind", lambda id: person)
        return priya.read

    assert changed(dataclasses.replace(PRIYA, name="Priya N.")) == [] and priya.said == []
    elsewhere = dataclasses.replace(PRIYA, level=0, teams=frozenset({"team-9"}))
    assert changed(elsewhere) == [1]
    assert priya.said == [{"type": "resync", "topic": "list:waiting", "why": "gap"}]
    priya.run(priya.connection.loaded(short.state, [], []))
    assert priya.said[-1] == {"type": "resync", "topic": f"conversation:{TALK}", "why": "lost"}
    assert not priya.connection.feed.is_live(TALK)


def _typing(person: Person, audience: str) -> list[Output]:
    reader = Reader(person, 1)
    reader.connection.loaded(replace(talk(0).state, team="team-1"), [], [])
    frame = {"type": "typing", "conversation": TALK, "audience": audience, "on": True}
    return list(reader.connection.receive(json.dumps(frame), 1))


def test_a_note_being_written_is_heard_by_those_who_will_read_it() -> None:
    of = replace(talk(0).state, team="team-1", level=1)
    people: dict[str, Person] = {"dana": DANA, "sam": SAM, "call": CALL}
    readers = {name: Reader(who, 1) for name, who in people.items()}
    for reader in readers.values():
        reader.run(reader.connection.loaded(of, [], []))

    def heard(audience: Audience) -> set[str]:
        out = {name: each.connection.typed(TALK, audience, PRIYA.author(), True) for name, each in readers.items()}
        return {name for name, said in out.items() if [one for one in frames(said) if one["type"] == "typing"]}

    assert heard(Audience.CONTACT) == {"dana", "sam", "call"}
    assert heard(Audience.STAFF) == {"sam", "call"}
    assert heard(Audience.HOUSE) == {"sam"}


def test_nobody_types_to_an_audience_that_they_are_not_in() -> None:
    assert _typing(PRIYA, "house") == [outputs.Type(TALK, "house", True)]
    assert _typing(CALL, "house") == []
    assert _typing(CALL, "staff") == [outputs.Type(TALK, "staff", True)]
    assert _typing(DANA, "staff") == []


def test_how_far_a_conversation_is_is_not_told_before_its_reader_was_let_in() -> None:
    found = talk(3)
    feed = Feed(DANA)
    feed.subscribe(TALK, 0)
    feed.heard_of(TALK, 4)
    assert feed.heads() == {}
    feed.loaded(found.state, facts(found), ())
    assert feed.heads() == {TALK: 4}


def test_a_colleague_whom_a_note_names_hears_of_it_wherever_they_are() -> None:
    hub = Hub()
    readers = [Reader(who, 0) for who in (PRIYA, CALL, SAM, STRANGER)]
    for reader in readers:
        hub.join(reader)
    named = ("priya", "call", "sam", "stranger")

    def told(audience: str) -> dict[str, list[dict[str, Any]]]:
        of = Talk.started()
        of.do(DANA, message())
        said = note(audience=audience)
        of.do(PRIYA, replace(said, body=replace(said.body, mentions=named)))
        hub.appended(Appended(None, replace(of.state, team="team-1", level=1), of.events))
        heard = {_id(reader): [one for one in reader.said if one["type"] == "mentioned"] for reader in readers}
        for reader in readers:
            reader.said.clear()
        return {who: said for who, said in heard.items() if said}

    mention = {"type": "mentioned", "conversation": TALK, "reference": Talk.started().state.reference, "seq": 3}
    # Not the author, nor who may not see the conversation; of a note for in-house people, no partner.
    assert told("staff") == {"call": [mention], "sam": [mention]}
    assert told("house") == {"sam": [mention]}


def _id(reader: Reader) -> str:
    assert reader.connection.person is not None
    return reader.connection.person.id
