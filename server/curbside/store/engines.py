"""Engines for the two databases: one writer connection beside a pool of readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

READERS = 4
BUSY_MS = 10_000  # how long to wait for another process that writes
_firsts: dict[str, Engine] = {}  # the engine that first reached a server, and SQLite


def engines(url: str, *, sqlite_key: str | None = None) -> tuple[Engine, Engine]:
    """Return the engine that writes and the engine that reads.

    `url` is `sqlite:///path` or `postgresql://…`. SQLite runs on the SQLite that sqlcipher3 carries: the
    interpreter's own may lie in the range of the WAL-reset corruption that 3.51.3 mended.
    """
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        return _sqlite(path, sqlite_key, writes=True), _sqlite(path, sqlite_key, writes=False)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options = {"options": "-c timezone=UTC -c synchronous_commit=on"}
    # What a statement carried never stands in an error: errors are logged.
    common: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True, "connect_args": options}
    writer = create_engine(url, pool_size=1, max_overflow=1, **common)
    reader = create_engine(url, pool_size=READERS, max_overflow=0, **common)
    return _alike(writer, url), _alike(reader, url)


def _alike(engine: Engine, server: str) -> Engine:
    """Let every engine on a server know each statement that one of them compiled: that costs more than to run it."""

    def know(*_: Any) -> None:
        first = _firsts.setdefault(server, engine)
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache

    if server in _firsts:
        know()
    else:  # not before one is connected: its dialect knows nothing of the server until then
        event.listen(engine.pool, "connect", know)
    return engine


@contextmanager
def opened(url: str, *, sqlite_key: str | None = None) -> Iterator[tuple[Engine, Engine]]:
    """Give both engines to one command, and close every connection after it."""
    writer, reader = engines(url, sqlite_key=sqlite_key)
    try:
        yield writer, reader
    finally:
        reader.dispose()
        writer.dispose()


@contextmanager
def alone(path: Path, key: str | None) -> Iterator[Engine]:
    """Give an engine on a SQLite file that nobody else has open, and nobody can open meanwhile.

    Raises DBAPIError, once it is used, where somebody has.
    """
    engine = _sqlite(str(path), key, writes=True, alone=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(path: str, key: str | None, *, writes: bool, alone: bool = False) -> Engine:
    def connect() -> Any:
        # isolation_level=None: the driver's own mode does not BEGIN before a SELECT, and loses updates.
        patience = 1 if alone else BUSY_MS / 1000
        connection = sqlcipher.connect(path, isolation_level=None, check_same_thread=False, timeout=patience)
        try:
            _set_up(connection.cursor(), key, writes=writes, alone=alone)
        except BaseException:
            connection.close()  # else it keeps the file from others for as long as anybody keeps the error
            raise
        return connection

    pool: dict[str, Any] = {"poolclass": StaticPool} if writes else {"poolclass": QueuePool, "pool_size": READERS}
    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, hide_parameters=True, **pool)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return _alike(engine, "sqlite")


def _set_up(cursor: Any, key: str | None, *, writes: bool, alone: bool) -> None:
    if key:
        cursor.execute(f"PRAGMA key = \"x'{key}'\"")
    if alone:
        cursor.execute("PRAGMA locking_mode=EXCLUSIVE")  # before the first look: so it is locked at that
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    if not writes:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin(connection: Connection, statement: str = "BEGIN") -> None:
    # The driver's own cursor: every transaction passes here. Errors stay SQLAlchemy's, which the writer knows.
    try:
        connection.connection.cursor().execute(statement)
    except sqlcipher.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlcipher.Error, hide_parameters=True) from error


def _begin_immediate(connection: Connection) -> None:
    _begin(connection, "BEGIN IMMEDIATE")


@contextmanager
def waiting(connection: Connection, wait_ms: int | None) -> Iterator[None]:
    """Wait so long, and no longer, for another process that writes to the same SQLite database."""
    if wait_ms is None:
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={wait_ms:d}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS:d}")


def memory() -> Engine:
    """Return an engine on a database in memory, which writes and reads over its one connection.

    For simulations and pure tests of the store: what is committed survives whatever is rolled back.
    """

    def connect() -> Any:
        connection = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", _begin_immediate)
    return _alike(engine, "sqlite")


def private(path: Path) -> None:
    """Make sure that a database file is its owner's alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
    path.chmod(0o600)
