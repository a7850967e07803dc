"""The whole application on a database with two tenants, which is made once and copied for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from curbside.app import Application
from tests.serving import browser, running, settle
from tests.web.calling import Calling, calling
from tests.web.elsewhere import Elsewhere


@pytest.fixture
async def curbside(settled_sqlite_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The application, running, with two tenants."""
    async with running(settled_sqlite_url, tmp_path) as application:
        yield application


@pytest.fixture
async def in_production(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The application as `serve` runs it, with two tenants: a second factor is asked of every agent."""
    async with running(sqlite_url, tmp_path, demo=False) as application:
        await settle(application)  # what a demonstration settled does not serve in production
        yield application


@pytest.fixture
async def curbside_on_either(settled_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The same on each of the two databases: for what the database itself must hold."""
    async with running(settled_url, tmp_path) as application:
        yield application


@pytest.fixture
async def elsewhere(curbside: Application) -> AsyncIterator[Elsewhere]:
    """Dana in a call with Ann, and a browser that knows nobody."""
    async with calling(curbside) as dialled, browser(curbside) as client:
        await dialled.in_call()
        yield Elsewhere(dialled, client)


@pytest.fixture
async def dialled(curbside: Application) -> AsyncIterator[Calling]:
    """People who may call each other."""
    async with calling(curbside) as found:
        yield found
