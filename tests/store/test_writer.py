"""The group-committing writer: an answer was committed, unknown is not failed, one bad piece harms only itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from curbside.domain.errors import Refused
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Batched, Single, Transaction
from tests.ground import Ground, message, start


def put(value: int) -> Single[int]:
    def run(transaction: Transaction) -> int:
        transaction.connection.execute(text("INSERT INTO shelf VALUES (:value)"), {"value": value})
        transaction.told.append(value)
        return value

    return Single(EVERY_TENANT, run)


def refuse_after_writing(transaction: Transaction) -> int:
    put(99).run(transaction)
    raise Refused("bad_body")


def break_after_writing(transaction: Transaction) -> int:
    put(98).run(transaction)
    raise KeyError("a bug")


@pytest.fixture
def shelf(ground: Ground) -> Ground:
    ground.writer.run([Single(EVERY_TENANT, lambda transaction: transaction.connection.execute(text(SHELF)) and None)])
    return ground


SHELF = "CREATE TABLE shelf (value INTEGER PRIMARY KEY)"


def on_shelf(ground: Ground) -> list[int]:
    return ground.read(lambda c: list(c.execute(text("SELECT value FROM shelf ORDER BY value")).scalars()))


def test_many_pieces_of_work_are_one_transaction(shelf: Ground) -> None:
    commits = 0

    def count(_: Any) -> None:
        nonlocal commits
        commits += 1

    event.listen(shelf.writer.engine, "commit", count)
    outcome = shelf.writer.run([put(n) for n in range(50)])
    assert outcome.answers == outcome.told == on_shelf(shelf) == list(range(50))
    assert commits == 1


def test_a_piece_that_is_refused_or_broken_changes_nothing_and_harms_nobody(shelf: Ground) -> None:
    outcome = shelf.writer.run(
        [put(1), Single(EVERY_TENANT, refuse_after_writing), put(2), Single(EVERY_TENANT, break_after_writing), put(3)]
    )
    kinds = [type(answer) for answer in outcome.answers]
    assert kinds == [int, Refused, int, KeyError, int]
    assert outcome.told == on_shelf(shelf) == [1, 2, 3]


def test_a_database_error_of_one_piece_is_not_the_others(shelf: Ground) -> None:
    outcome = shelf.writer.run([put(1), put(1), put(2)])
    assert outcome.answers[0] == 1 and outcome.answers[2] == 2
    assert isinstance(outcome.answers[1], Refused) and outcome.answers[1].retry
    assert outcome.told == on_shelf(shelf) == [1, 2]


@contextmanager
def failing_commit(ground: Ground, *, after: bool) -> Any:
    """Let COMMIT fail; `after` means that the database had committed before the connection was lost."""
    engine = ground.writer.engine
    real = engine.dialect.do_commit

    def fail(connection: Any) -> None:
        if after:
            real(connection)
        raise OperationalError("COMMIT", {}, Exception("the connection is lost"))

    engine.dialect.do_commit = fail  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        engine.dialect.do_commit = real  # type: ignore[method-assign]


def test_a_failed_commit_is_unknown_and_may_be_tried_again(shelf: Ground) -> None:
    with failing_commit(shelf, after=False):
        outcome = shelf.writer.run([put(1), put(2)])
    assert [answer.code for answer in outcome.answers] == ["unavailable", "unavailable"]
    assert all(answer.retry for answer in outcome.answers)
    assert outcome.told == on_shelf(shelf) == []
    assert shelf.writer.run([put(1)]).answers == [1]


def test_a_connection_lost_in_commit_is_not_a_refusal_of_what_was_stored(ground: Ground) -> None:
    dana = ground.contact()
    begin = start()
    ground.perform(dana, begin)
    said = message(begin.conversation)
    with failing_commit(ground, after=True):
        (answer,) = ground.together((dana, said)).answers
    assert isinstance(answer, Refused) and answer.retry and answer.after_ms
    assert ground.perform(dana, said).duplicate
    assert [event.kind for event in ground.events(dana, begin.conversation)] == ["started", "message"]


def test_neighbours_of_one_kind_are_run_together(shelf: Ground) -> None:
    batches: list[list[int]] = []

    def store(transaction: Transaction, items: Sequence[int]) -> Sequence[int | Exception]:
        batches.append(list(items))
        return [Refused("bad_body") if item < 0 else item for item in items]

    outcome = shelf.writer.run(
        [Batched(EVERY_TENANT, store, 1), Batched(EVERY_TENANT, store, -1), put(7), Batched(EVERY_TENANT, store, 3)]
    )
    assert batches == [[1, -1], [3]]
    assert [answer if isinstance(answer, int) else answer.code for answer in outcome.answers] == [1, "bad_body", 7, 3]
