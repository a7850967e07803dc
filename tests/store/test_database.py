"""The database on an event loop: batches in order, nobody held up by another process, nothing dropped at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import literal, select, text
from sqlalchemy.engine.interfaces import CacheStats

from curbside.domain.errors import Refused
from curbside.store.database import Database
from curbside.store.engines import BUSY_MS, engines, private
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction
from tests.postgres import Postgres


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "shelf.db"
    private(path)
    database = Database(*engines(f"sqlite:///{path}"), lambda: 1)
    database.start()
    await database.write(
        EVERY_TENANT, lambda t: t.connection.execute(text("CREATE TABLE shelf (value INTEGER PRIMARY KEY)")) and None
    )
    yield database
    await database.stop()


def store(transaction: Transaction, items: Sequence[int]) -> list[int | Exception]:
    put = text("INSERT INTO shelf VALUES (:value)")
    for item in items:
        transaction.connection.execute(put, {"value": item})
        transaction.told.append(item)
    return list(items)


async def on_shelf(database: Database) -> list[int]:
    query = text("SELECT value FROM shelf ORDER BY value")
    return await database.read(EVERY_TENANT, lambda connection: list(connection.execute(query).scalars()))


async def test_what_came_in_one_turn_is_told_in_order_before_anybody_is_answered(database: Database) -> None:
    heard: list[Any] = []
    database.on_commit = heard.append
    done: list[int | Exception] = []
    for n in range(5):
        database.write_soon(EVERY_TENANT, store, n, done.append)
    assert await database.write_batched(EVERY_TENANT, store, 5) == 5
    assert heard == [[0, 1, 2, 3, 4, 5]] and done == [0, 1, 2, 3, 4]


async def test_while_another_process_writes_the_event_loop_goes_on(database: Database, tmp_path: Path) -> None:
    other = sqlcipher.connect(str(tmp_path / "shelf.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = [asyncio.ensure_future(database.write_batched(EVERY_TENANT, store, n)) for n in range(3)]
    began = time.monotonic()
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert time.monotonic() - began < BUSY_MS / 2_000 and not any(one.done() for one in waiting)
    other.execute("COMMIT")
    other.close()
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    assert await on_shelf(database) == [0, 1, 2]


async def test_a_bug_in_batched_work_is_told_and_the_next_is_written(database: Database) -> None:
    def broken(transaction: Transaction, items: Sequence[int]) -> list[int | Exception]:
        store(transaction, items)
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        await database.write_batched(EVERY_TENANT, broken, 1)
    assert await database.write_batched(EVERY_TENANT, store, 2) == 2
    assert await on_shelf(database) == [2]


async def test_what_is_queued_at_the_end_is_finished_and_nothing_comes_after(tmp_path: Path) -> None:
    path = tmp_path / "shelf.db"
    private(path)
    database = Database(*engines(f"sqlite:///{path}"), lambda: 1)
    database.start()
    await database.write(
        EVERY_TENANT, lambda t: t.connection.execute(text("CREATE TABLE shelf (value INTEGER PRIMARY KEY)")) and None
    )
    waiting = [asyncio.ensure_future(database.write_batched(EVERY_TENANT, store, n)) for n in range(600)]
    await asyncio.sleep(0)
    await database.stop()
    assert [one.result() for one in waiting] == list(range(600))
    with pytest.raises(Refused, match="busy"):
        await database.write_batched(EVERY_TENANT, store, 601)


def test_what_one_engine_compiled_the_others_on_its_server_know(tmp_path: Path) -> None:
    """Without it every engine compiles all statements anew: the reader what the writer has, a test what others have."""
    asked = select(literal(1), literal("compiled once, wherever it is asked"))
    hits = []
    for name in ("first", "second"):
        path = tmp_path / name
        private(path)
        for engine in engines(f"sqlite:///{path}"):
            engine.connect().close()  # it knows its server now
            with engine.connect() as connection:
                hits.append(connection.execute(asked).context.cache_hit)
            engine.dispose()
    assert [hit is CacheStats.CACHE_HIT for hit in hits] == [False, True, True, True]


def test_an_engine_that_never_reached_its_server_keeps_nothing_from_the_others(postgres: Postgres) -> None:
    url = postgres.create()
    unused, _ = engines(url)
    used, _ = engines(url)
    with used.connect() as connection:
        assert connection.dialect.server_version_info
    with used.connect() as connection:
        assert connection.dialect.server_version_info
    used.dispose()
    unused.dispose()
