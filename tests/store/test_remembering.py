"""The writer remembers conversations between its transactions; what it remembers is what stands in the rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from curbside.domain import commands as ask
from curbside.domain.people import Actor
from curbside.store.engines import engines, private
from curbside.store.ledger import conversations, events, state_of
from curbside.store.migrations import upgrade
from curbside.store.scope import EVERY_TENANT
from curbside.store.verify import verify
from curbside.store.writer import Single, Transaction, Work
from tests import builders
from tests.ground import Ground, claim, in_memory, message, note, start


@pytest.fixture
def ground() -> Iterator[Ground]:
    ticking = iter(range(1_000_000, 10**9))
    with in_memory(lambda: next(ticking)) as found:
        yield found


def remembered(ground: Ground) -> dict[Any, Any]:
    return dict(ground.writer._memory.left)


def check(ground: Ground) -> None:
    for (tenant, id), stored in remembered(ground).items():
        query = select(conversations).where(conversations.c.tenant == tenant, conversations.c.id == id)
        row = ground.read(lambda connection, query=query: connection.execute(query).one())  # type: ignore[misc]
        assert stored.state == state_of(row)
        assert (stored.chain, stored.first_words, stored.wrapped_key) == (row.chain, row.first_words, row.wrapped_key)


def rename(conversation: str) -> Single[None]:
    """Change a row behind the ledger's back, as a timer or a command line might."""

    def run(transaction: Transaction) -> None:
        transaction.connection.execute(
            update(conversations).where(conversations.c.id == conversation).values(topic=builders.new_id())
        )

    return Single(EVERY_TENANT, run)


def fail(transaction: Transaction) -> None:
    raise OperationalError("", None, Exception("the disk is full"))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_came_before_it_is_what_stands_in_the_rows(ground: Ground, seed: int) -> None:
    drawn = random.Random(seed)
    dana, priya = ground.contact(), ground.agent()
    talks = [builders.new_id() for _ in range(3)]
    for talk in talks:
        ground.perform(dana, start(conversation=talk))

    def work() -> Work:
        talk = drawn.choice(talks)
        likely: tuple[tuple[Actor, ask.Command], ...] = (
            (dana, message(talk)),
            (priya, message(talk)),
            (priya, note(talk)),
            (priya, claim(talk)),
            (priya, ask.Resolve(key=builders.new_id(), conversation=talk)),
        )
        actor, command = drawn.choice(likely)
        return drawn.choice(
            [ground.work(actor, command)] * 6 + [rename(talk), Single(EVERY_TENANT, lambda _: None, apart=True)]
        )

    seen = 0
    for _ in range(60):
        batch = [work() for _ in range(drawn.randint(1, 6))]
        ground.writer.run([*batch, Single(EVERY_TENANT, fail)] if drawn.random() < 0.1 else batch)
        check(ground)
        seen += len(remembered(ground))
    assert seen > 20
    assert all(ground.read(lambda c, talk=talk: verify(c, ground.keys, dana.tenant, talk)) == [] for talk in talks)  # type: ignore[misc]


def test_a_second_message_reads_no_row_of_its_conversation(ground: Ground) -> None:
    dana, begin = ground.contact(), start()
    ground.perform(dana, begin)
    ground.perform(dana, message(begin.conversation))
    place = (dana.tenant, begin.conversation)
    assert place in remembered(ground)
    # Only what is remembered still has the key: had the row been read, there would be none to seal with.
    held = remembered(ground)[place]
    with ground.writer.engine.begin() as connection:
        connection.execute(update(conversations).values(wrapped_key=None))
    ground.perform(dana, message(begin.conversation))
    assert remembered(ground)[place].key == held.key


def test_what_was_not_committed_is_not_remembered(ground: Ground) -> None:
    dana, begin = ground.contact(), start()
    ground.perform(dana, begin)
    ground.perform(dana, message(begin.conversation))
    ground.writer.run([ground.work(dana, message(begin.conversation)), Single(EVERY_TENANT, fail)])
    check(ground)
    ground.perform(dana, message(begin.conversation))
    assert [event.numbers.house for event in ground.events(dana, begin.conversation)] == [1, 2, 3, 4]


@contextmanager
def two_on_one_file(path: Path) -> Iterator[tuple[Ground, Ground]]:
    private(path)
    pairs = [engines(f"sqlite:///{path}") for _ in range(2)]
    upgrade(pairs[0][0])
    ticking = iter(range(1_000_000, 10**9))
    first = Ground(*pairs[0], lambda: next(ticking))
    second = object.__new__(Ground)
    second.installation = type(first.installation)(
        type(first.installation.db)(*pairs[1], lambda: next(ticking)), first.keys
    )
    second.writer, second.keys = second.installation.db.writer, first.keys
    second.know()
    yield first, second
    for pair in pairs:
        for engine in pair:
            engine.dispose()


def test_what_another_process_wrote_is_read_again(tmp_path: Path) -> None:
    with two_on_one_file(tmp_path / "curbside.db") as (one, other):
        dana, begin = one.contact(), start()
        one.perform(dana, begin)
        for n in range(6):
            (one if n % 2 else other).perform(dana, message(begin.conversation, f"{n}"))
        numbers = [event.numbers.house for event in one.events(dana, begin.conversation)]
        assert numbers == list(range(1, 8))
        count = one.read(lambda connection: connection.execute(select(events.c.n_house)).all())
        assert len(count) == 7


def test_the_memory_begins_anew_before_it_grows_too_large(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curbside.store.writer.REMEMBERED_MAX", 2)
    dana = ground.contact()
    talks = [start() for _ in range(6)]
    for talk in talks:
        ground.perform(dana, talk)
    for talk in talks:
        ground.perform(dana, message(talk.conversation))
        assert len(remembered(ground)) <= 3
    check(ground)
