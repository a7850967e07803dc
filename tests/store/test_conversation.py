"""What is read from the store is what was decided, on both databases; and it verifies, also after it was erased."""

from __future__ import annotations

import random
from functools import reduce
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation, apply
from curbside.domain.errors import Refused
from curbside.domain.people import Actor
from curbside.store import conversation as store
from curbside.store.ledger import bodies, conversations, events, salts
from curbside.store.scope import EVERY_TENANT
from curbside.store.verify import Fault, verify
from curbside.store.writer import Single
from tests import builders, ground
from tests.domain.talk import WISHES, aimed
from tests.ground import Ground

WHERE = "w" * 22


class Told:
    """A conversation that people of every kind worked on at random."""

    def __init__(self, on: Ground, seed: int, steps: int = 40) -> None:
        self.ground = on
        self.random = random.Random(seed)
        self.dana = on.contact()
        self.people: list[Actor] = [
            self.dana,
            on.agent("Priya Nair"),
            on.agent("Marco Diaz", id="marco", level=2, teams=("team-1", "team-2")),
            on.agent("Sam Ode", role="supervisor", level=3),
            on.agent("Cal Well", partner="outside", teams=("team-1", "team-2")),
        ]
        on.perform(self.dana, ground.start(conversation=WHERE))
        self.said: list[str] = []
        self.accepted = sum(self._ask() for _ in range(steps))

    def _wish(self) -> tuple[Actor, ask.Command]:
        if self.random.random() < 0.5:
            return self.random.choice(self.people), self.random.choice(WISHES)
        dana, _, marco, sam, _ = self.people
        likely = ((dana, WISHES[0]), (marco, WISHES[5]), (sam, WISHES[1]), (sam, WISHES[3]), (sam, WISHES[4]))
        return self.random.choice(likely)

    def _ask(self) -> bool:
        actor, wish = self._wish()
        if isinstance(wish, ask.Return):
            return False
        command = aimed(wish, self.said)
        changed: dict[str, Any] = {"conversation": WHERE, "key": builders.new_id()}
        command = type(command)(**{**{f: getattr(command, f) for f in command.__struct_fields__}, **changed})
        try:
            self.ground.perform(actor, command)
        except Refused:
            return False
        if isinstance(command, ask.Say):
            self.said.append(command.key)
        return True

    @property
    def house(self) -> list[Any]:
        return self.ground.seen_by(Audience.HOUSE, builders.TENANT, WHERE)

    def faults(self) -> list[Fault]:
        return self.ground.read(lambda connection: verify(connection, self.ground.keys, builders.TENANT, WHERE))

    def body_id(self, number: int) -> bytes:
        query = select(events.c.body_id).where(*of(events, events.c.n_house == number))
        return bytes(self.ground.read(lambda connection: connection.execute(query).scalar_one()))

    def harm(self, *statements: Any) -> None:
        def run(transaction: Any) -> None:
            for statement in statements:
                transaction.connection.execute(statement)

        self.ground.writer.run([Single(EVERY_TENANT, run)])


@pytest.fixture(params=[1, 2])
def told(ground: Ground, request: pytest.FixtureRequest) -> Told:
    found = Told(ground, request.param)
    assert found.accepted >= 10
    return found


def of(table: Any, *conditions: Any) -> Any:
    return (table.c.tenant == builders.TENANT, table.c.conversation == WHERE, *conditions)


def test_each_reader_gets_1_2_3_and_nothing_above_their_audience(told: Told) -> None:
    whole = told.house
    for reader in Audience:
        seen = told.ground.seen_by(reader, builders.TENANT, WHERE)
        assert [event.numbers.of(reader) for event in seen] == list(range(1, len(seen) + 1))
        assert all(reader.sees(event.audience) for event in seen)
        assert seen == [event for event in whole if reader.sees(event.audience)]


def test_pages_put_together_are_the_whole(told: Told) -> None:
    for reader in Audience:
        whole = told.ground.seen_by(reader, builders.TENANT, WHERE)
        pages = []
        for after in count(0, 3):
            page = told.ground.seen_by(reader, builders.TENANT, WHERE, after, 3)
            pages += page
            if len(page) < 3:
                break
        assert pages == whole


def test_the_row_is_what_the_events_add_up_to(told: Told) -> None:
    state = told.ground.state(builders.TENANT, WHERE)
    empty = Conversation(builders.TENANT, WHERE, told.dana.id, told.dana.organization)
    assert reduce(apply, told.house, empty) == state


def test_a_conversation_verifies_whatever_was_said_edited_deleted_and_redacted(told: Told) -> None:
    assert told.faults() == []


def test_what_is_deleted_or_redacted_is_gone_for_good_and_the_rest_verifies(told: Told) -> None:
    dana, sam = told.dana, told.people[3]
    for actor, kind in ((dana, ask.Delete), (sam, ask.Redact)):
        said = ground.message(WHERE, "CANARY of a thing that nobody should keep")
        told.ground.perform(dana, said)
        edit = ask.Edit(
            key=builders.new_id(), conversation=WHERE, target=said.key, body=builders.words("CANARY, edited")
        )
        told.ground.perform(dana, edit)
        told.ground.perform(actor, kind(key=builders.new_id(), conversation=WHERE, target=said.key))
    assert told.faults() == []
    assert not [e for e in told.house if e.body and "CANARY" in e.body.text]
    marked = [e for e in told.house if e.gone in ("deleted", "redacted")]
    assert all(event.body is None for event in marked)


CHANGES: dict[str, dict[str, Any]] = {
    "author": {"author": "contact:somebody"},
    "time": {"at": 1},
    "facts": {"facts": '{"quote":"x"}'},
    "kind": {"kind": "note"},
    "audience": {"audience": 1},
    "key": {"key": "k" * 22},
    "commitment": {"commitment": b"x" * 32},
    "chain": {"chain": b"x" * 32},
    "gone": {"gone": "deleted"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_event_is_found(ground: Ground, change: str) -> None:
    told = Told(ground, 1, steps=20)
    told.ground.perform(told.dana, said_now := ground_message("As I said it"))
    said = next(event for event in told.house if event.key == said_now.key)
    told.harm(update(events).where(*of(events, events.c.n_house == said.numbers.house)).values(CHANGES[change]))
    assert told.faults() != []


def test_a_dropped_event_is_found_first_last_or_in_between(ground: Ground) -> None:
    told = Told(ground, 1, steps=20)
    length = len(told.house)
    row = told.ground.read(lambda connection: connection.execute(select(events).where(*of(events))).all())
    for number in (1, length // 2, length):
        (kept,) = [one for one in row if one.n_house == number]
        told.harm(delete(events).where(*of(events, events.c.n_house == number)))
        assert told.faults() != []
        told.harm(events.insert().values(**kept._mapping))
        assert told.faults() == []


def test_swapped_events_are_found(ground: Ground) -> None:
    told = Told(ground, 1, steps=0)
    for text in ("One", "Two"):
        told.ground.perform(told.dana, ground_message(text))
    assert told.faults() == []
    move = [(2, 1_000), (3, 2), (1_000, 3)]
    told.harm(*(update(events).where(*of(events, events.c.n_house == a)).values(n_house=b) for a, b in move))
    assert told.faults() != []


def ground_message(text: str) -> ask.Say:
    return ground.message(WHERE, text)


def test_swapped_bodies_are_found(ground: Ground) -> None:
    told = Told(ground, 1, steps=0)
    for text in ("One", "Two"):
        told.ground.perform(told.dana, ground_message(text))
    one, two = (told.body_id(number) for number in (2, 3))
    for number, id in ((2, two), (3, one)):
        told.harm(update(events).where(*of(events, events.c.n_house == number)).values(body_id=id))
    assert {fault.why for fault in told.faults()} == {"body"}


def test_a_body_that_is_lost_without_a_word_is_found(ground: Ground) -> None:
    told = Told(ground, 1, steps=0)
    told.ground.perform(told.dana, ground_message("One"))
    told.harm(delete(bodies).where(bodies.c.id == told.body_id(2)))
    assert Fault(2, "body lost") in told.faults()


def test_what_is_said_to_be_gone_must_be_gone(ground: Ground) -> None:
    told = Told(ground, 1, steps=0)
    said = ground_message("One")
    told.ground.perform(told.dana, said)
    query = select(bodies).where(bodies.c.id == told.body_id(2))
    kept = told.ground.read(lambda connection: connection.execute(query).one())
    told.ground.perform(told.dana, ask.Delete(key=builders.new_id(), conversation=WHERE, target=said.key))
    told.harm(bodies.insert().values(**kept._mapping))
    assert Fault(2, "said to be gone, and still there") in told.faults()


def test_an_erased_conversation_still_verifies_and_says_nothing(ground: Ground) -> None:
    told = Told(ground, 2, steps=20)
    told.harm(
        *(delete(table).where(table.c.tenant == builders.TENANT) for table in (bodies, salts)),
        update(conversations).where(conversations.c.id == WHERE).values(wrapped_key=None),
    )
    assert told.faults() == []
    assert all(event.body is None for event in told.house)


def test_another_tenants_scope_finds_nothing(told: Told) -> None:
    place = (builders.OTHER_TENANT, WHERE)
    assert told.ground.state(*place) is None
    assert told.ground.seen_by(Audience.HOUSE, *place) == []
    found = told.ground.read(lambda c: store.find_target(c, *place, told.said[0] if told.said else "x" * 22))
    assert found is None
    assert told.ground.read(lambda c: verify(c, told.ground.keys, *place)) == [Fault(0, "no such conversation")]
