"""How far each side has stored and read: only forward, never past the end, in everybody's own numbers."""

from __future__ import annotations

import random
from typing import Any

import pytest

from curbside.domain.audience import Audience
from curbside.domain.news import CursorMoved
from curbside.store.cursor import move_cursor, read_cursors
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Single
from tests import builders
from tests.ground import Ground, claim, message, note, start


class Talk:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.dana, self.priya = ground.contact(), ground.agent()
        begin = start()
        self.id = begin.conversation
        ground.perform(self.dana, begin)
        ground.perform(self.priya, claim(self.id))
        for said in (message(self.id), note(self.id), message(self.id), note(self.id, audience="house")):
            ground.perform(self.priya, said)

    def move(self, reader: str, audience: Audience, delivered: int, read: int) -> list[Any]:
        where = (builders.TENANT, self.id, reader, audience, (delivered, read))
        return self.ground.writer.run([Single(EVERY_TENANT, lambda transaction: move_cursor(transaction, *where))]).told

    def at(self, reader: str) -> CursorMoved:
        found = self.ground.read(lambda connection: read_cursors(connection, builders.TENANT, self.id))
        (moved,) = [one for one in found if one.reader == reader]
        return moved


@pytest.fixture
def talk(ground: Ground) -> Talk:
    return Talk(ground)


def test_a_cursor_is_told_in_the_numbers_of_each_audience(talk: Talk) -> None:
    (moved,) = talk.move("contact", Audience.CONTACT, 4, 3)
    assert [moved.read.of(reader) for reader in Audience] == [3, 3, 3]
    assert [moved.delivered.of(reader) for reader in Audience] == [4, 5, 5]
    assert talk.at("contact") == moved


def test_what_is_read_was_delivered(talk: Talk) -> None:
    (moved,) = talk.move("contact", Audience.CONTACT, 0, 3)
    assert moved.delivered == moved.read


def test_a_cursor_never_moves_past_the_end(talk: Talk) -> None:
    assert talk.move("contact", Audience.CONTACT, 5, 5) == []
    assert talk.move("agent", Audience.HOUSE, 7, 0) == []


def test_what_does_not_move_is_not_told(talk: Talk) -> None:
    talk.move("agent", Audience.HOUSE, 3, 3)
    assert talk.move("agent", Audience.HOUSE, 3, 3) == []
    assert talk.move("agent", Audience.HOUSE, 2, 1) == []


def test_in_whatever_order_moves_arrive_a_cursor_only_goes_forward(talk: Talk) -> None:
    seeded = random.Random(7)
    delivered = read = 0
    for _ in range(30):
        ahead, seen = seeded.randint(0, 6), seeded.randint(0, 6)
        talk.move("agent", Audience.HOUSE, ahead, seen)
        delivered, read = max(delivered, ahead, seen), max(read, seen)
        at = talk.at("agent")
        assert (at.delivered.house, at.read.house) == (delivered, read)


def test_each_side_has_its_own(talk: Talk) -> None:
    talk.move("contact", Audience.CONTACT, 4, 4)
    talk.move("agent", Audience.STAFF, 2, 2)
    assert (talk.at("contact").read.contact, talk.at("agent").read.staff) == (4, 2)
