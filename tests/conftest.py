"""What every test may ask for: an installation on each database, migrated once and copied for each test."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import select

from curbside.actions.installation import Installation
from curbside.demo.janus import mixing
from curbside.store.database import Database
from curbside.store.engines import engines
from curbside.store.scope import EVERY_TENANT
from curbside.store.sealing import Keys
from curbside.store.tables.tenant import Tenant
from curbside_signaling.media.janus import Server
from tests.builders import table
from tests.databases import ROOT_KEY, Databases, OnPostgres, Sqlite
from tests.postgres import Postgres, running
from tests.stillness import Loop

# No test fails by the clock.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")
_tenants = select(table(Tenant).c.id, table(Tenant).c.wrapped_key)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], Loop]]:
    """Run every test on a loop that knows when nothing is under way."""
    return {"still": Loop}


@pytest.fixture(scope="session")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Janus that tests share, each with rooms of its own."""
    with mixing(tmp_path_factory.mktemp("media")) as server:
        if server is None:
            pytest.skip("Janus is not installed")
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when a test first asks for it."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def on_postgres(postgres: Postgres) -> Iterator[OnPostgres]:
    """The database on it that tests take turns with."""
    turns = OnPostgres(postgres)
    yield turns
    turns.close()


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """The files that tests have copies of."""
    return Sqlite(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each of the two databases in turn."""
    found: Databases = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
def sqlite_url(on_sqlite: Sqlite, tmp_path: Path) -> str:
    """A migrated SQLite file of this test alone."""
    return on_sqlite.fresh("migrated", tmp_path)


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> str:
    """A migrated database of this test alone, on each of the two databases in turn."""
    return databases.fresh("migrated", tmp_path)


@pytest.fixture
def installed_url(databases: Databases, tmp_path: Path) -> str:
    """A database with the two tenants of `tests.builders`, on each of the two databases in turn."""
    return databases.fresh("installed", tmp_path)


@pytest.fixture
def settled_sqlite_url(on_sqlite: Sqlite, tmp_path: Path) -> str:
    """A SQLite file with the two tenants of `tests.serving`."""
    return on_sqlite.fresh("settled", tmp_path)


@pytest.fixture
def settled_url(databases: Databases, tmp_path: Path) -> str:
    """A database with the two tenants of `tests.serving`, on each of the two databases in turn."""
    return databases.fresh("settled", tmp_path)


@pytest.fixture
def clock() -> Callable[[], int]:
    """The clock of SQLite's writer: real time. (PostgreSQL's time is its own.)"""
    return lambda: time.time_ns() // 1_000_000


@pytest.fixture
async def empty_installation(database_url: str, clock: Callable[[], int]) -> AsyncIterator[Installation]:
    """An installation with no tenant in it."""
    async with _installation(database_url, clock) as installation:
        yield installation


@pytest.fixture
async def installation(installed_url: str, clock: Callable[[], int]) -> AsyncIterator[Installation]:
    """An installation with two tenants, each with an organization, two employers and teams of two levels."""
    async with _installation(installed_url, clock) as installation:
        for id, wrapped in await installation.db.read(
            EVERY_TENANT, lambda connection: list(connection.execute(_tenants))
        ):
            installation.keys.learn(id, wrapped)
        yield installation


@asynccontextmanager
async def _installation(url: str, clock: Callable[[], int]) -> AsyncIterator[Installation]:
    database = Database(*engines(url), clock)
    database.start()
    yield Installation(database, Keys(ROOT_KEY))
    await database.stop()


@pytest.fixture
def port() -> Callable[[], int]:
    """Find a port on the loopback interface that nobody listens at."""
    import socket

    def find() -> int:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            found: int = one.getsockname()[1]
            return found

    return find


@pytest.fixture
def ids() -> Callable[[], str]:
    """Make ids that sort in the order in which they were made."""
    numbers = count(1)
    return lambda: f"{next(numbers):022d}"
