"""What every test may ask for: an installation on each database, migrated once and copied for each test."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from curbside.actions.installation import Installation
from curbside.store.database import Database
from curbside.store.engines import engines, private
from curbside.store.migrations import upgrade
from curbside.store.sealing import Keys
from tests import builders
from tests.postgres import Postgres, running

ROOT_KEY = bytes(range(32))
MIGRATED = "migrated"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when a test first asks for it."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a migrated database, to be copied."""
    url = postgres.create()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    engine.dispose()
    return url.removeprefix("postgresql://curbside@/").partition("?")[0]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "curbside.db"
    private(path)
    writer, reader = engines(f"sqlite:///{path}")
    upgrade(writer)
    reader.dispose()
    writer.dispose()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test alone."""
    path = tmp_path / "curbside.db"
    shutil.copyfile(migrated_sqlite, path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test alone."""
    url = postgres.create(migrated_postgres)
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test alone, on each of the two databases in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def clock() -> Callable[[], int]:
    """The clock of SQLite's writer: real time. (PostgreSQL's time is its own.)"""
    return lambda: time.time_ns() // 1_000_000


@pytest.fixture
async def empty_installation(database_url: str, clock: Callable[[], int]) -> AsyncIterator[Installation]:
    """An installation with no tenant in it."""
    database = Database(*engines(database_url), clock)
    database.start()
    yield Installation(database, Keys(ROOT_KEY))
    await database.stop()


@pytest.fixture
async def installation(empty_installation: Installation) -> Installation:
    """An installation with two tenants, each with an organization, two employers and teams of two levels."""
    await builders.tenant(empty_installation)
    await builders.tenant(empty_installation, builders.OTHER_TENANT)
    return empty_installation


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
