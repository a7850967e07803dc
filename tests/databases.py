"""Databases for tests: filled once in each process, and copied, or put back, for each test.

A filling is what every test of a kind begins with: `migrated` is the bare schema, `installed` has the two tenants of
`tests.builders`, `settled` the two of `tests.serving`. To make one takes most of a
second, to copy it a few milliseconds.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.sql import SQL, Identifier
from sqlmodel import SQLModel

from curbside.actions.installation import Installation
from curbside.store.database import Database
from curbside.store.engines import engines, private
from curbside.store.migrations import upgrade
from curbside.store.sealing import Keys
from tests import builders
from tests.postgres import Postgres

ROOT_KEY = bytes(range(32))
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_PUT_BACK = SQL("CREATE FUNCTION {}.put_back() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {} END $$")
_EMPTY = SQL("IF EXISTS (SELECT FROM public.{0}) THEN DELETE FROM public.{0}; END IF;")
_FILL = SQL("INSERT INTO public.{} SELECT * FROM {}.{};")


async def _migrated(url: str) -> None:
    writer, reader = engines(url)
    upgrade(writer)
    reader.dispose()
    writer.dispose()


async def _installed(url: str) -> None:
    database = Database(*engines(url), lambda: builders.NOW)
    database.start()
    for tenant in (builders.TENANT, builders.OTHER_TENANT):
        await builders.tenant(Installation(database, Keys(ROOT_KEY)), tenant)
    await database.stop()


async def _settled(url: str) -> None:
    from tests.serving import running, settle

    with tempfile.TemporaryDirectory() as folder:
        async with running(url, Path(folder)) as application:
            await settle(application)


FILLINGS: dict[str, Callable[[str], Coroutine[Any, Any, None]]] = {
    "migrated": _migrated,
    "installed": _installed,
    "settled": _settled,
}


class Databases(Protocol):
    """Where a test gets a database of its own."""

    def fresh(self, filling: str, folder: Path) -> str:
        """Return the URL of a database that holds `filling` and nothing else."""


class Sqlite:
    """A file for each filling, and a copy of it for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fresh(self, filling: str, folder: Path) -> str:
        path = folder / "curbside.db"
        shutil.copyfile(self.template(filling), path)
        path.chmod(0o600)
        return f"sqlite:///{path}"

    def template(self, filling: str) -> Path:
        """Return the file that is copied."""
        path = self._folder / f"{filling}.db"
        if not path.exists():
            if filling == "migrated":
                private(path)
            else:
                shutil.copy(self.template("migrated"), path)
            asyncio.run(FILLINGS[filling](f"sqlite:///{path}"))
        return path


class OnPostgres:
    """One database, put back for each test: to copy one costs a quarter of a second, its rows a few milliseconds.

    What a filling holds is kept in a schema of that name.
    """

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._url = server.create()
        # Kept open: what it has planned once it does not plan for each test.
        self._almighty = psycopg.connect(server.almighty(self._url), autocommit=True)
        self._almighty.execute("SET session_replication_role = replica")  # in any order, whatever refers to whatever
        self._kept: set[str] = set()

    def fresh(self, filling: str, folder: Path) -> str:
        if filling not in self._kept:
            if filling != "migrated":
                self.fresh("migrated", folder)
            asyncio.run(FILLINGS[filling](self._url))
            self._keep(filling)
        self._put_back(filling)
        return self._url

    def close(self) -> None:
        self._almighty.close()

    def _keep(self, filling: str) -> None:
        """Keep what every table holds now, and a function that puts it back."""
        there, steps = Identifier(filling), []
        self._almighty.execute(SQL("CREATE SCHEMA {}").format(there))
        for table in map(Identifier, SQLModel.metadata.tables):
            made = self._almighty.execute(SQL("CREATE TABLE {}.{} AS TABLE public.{}").format(there, table, table))
            steps.append(_EMPTY.format(table))
            if made.rowcount:
                steps.append(_FILL.format(table, there, table))
        self._almighty.execute(_PUT_BACK.format(there, SQL("\n").join(steps)))
        self._kept.add(filling)

    def _put_back(self, filling: str) -> None:
        # Whoever is still here was left behind by the last test.
        self._almighty.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for stray in self._almighty.execute(_TABLES).fetchall():
            if stray[0] not in {*SQLModel.metadata.tables, "alembic_version"}:
                self._almighty.execute(SQL("DROP TABLE public.{} CASCADE").format(Identifier(stray[0])))
        self._almighty.execute(SQL("SELECT {}.put_back()").format(Identifier(filling)))
