"""The whole application on a database with two tenants, which is made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from curbside.app import Application
from tests.serving import running, settle


@pytest.fixture(scope="session")
def settled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two tenants in it, to be copied."""
    folder = tmp_path_factory.mktemp("settled")
    path = folder / "curbside.db"
    shutil.copyfile(migrated_sqlite, path)
    path.chmod(0o600)

    async def make() -> None:
        async with running(f"sqlite:///{path}", folder) as application:
            await settle(application)

    asyncio.run(make())
    return path


@pytest.fixture
async def curbside(settled_sqlite: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """The application, running, with two tenants."""
    path = tmp_path / "curbside.db"
    shutil.copyfile(settled_sqlite, path)
    path.chmod(0o600)
    async with running(f"sqlite:///{path}", tmp_path) as application:
        yield application


@pytest.fixture
async def in_production(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The application as `serve` runs it, with two tenants: a second factor is asked of every agent."""
    async with running(sqlite_url, tmp_path, demo=False) as application:
        await settle(application)
        yield application


@pytest.fixture
async def curbside_on_either(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The same on each of the two databases: for what the database itself must hold."""
    async with running(database_url, tmp_path) as application:
        await settle(application)
        yield application
