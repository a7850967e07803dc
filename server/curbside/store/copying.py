"""Copying rows between databases of either kind, table by table, each after those that it refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, func, select, text
from sqlalchemy.exc import OperationalError

from curbside.store.tables import metadata

TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)
ROWS = 1_000
_TRIES = 5


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy everything into a database that has the same tables, empty."""
    for table in TABLES:
        for rows in _in_parts(source, table):
            put(target, table, rows)


def put(target: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    """Insert rows as they were read from the other database."""
    if rows:
        names = [each.name for each in table.columns]
        target.execute(table.insert(), [dict(zip(names, map(_fit, row), strict=True)) for row in rows])


def empty(target: Connection) -> None:
    """Delete everything from a PostgreSQL database. Whoever reads or writes meanwhile waits until we are through."""
    names = ", ".join(f'"{table.name}"' for table in TABLES)
    for left in reversed(range(_TRIES)):
        try:
            with target.begin_nested():
                target.execute(text(f"TRUNCATE {names}"))
            return
        except OperationalError:  # one of those who write waited for us as we for them, and it was us who were stopped
            if not left:
                raise


def counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in TABLES
    }


def fingerprint(connection: Connection, table: Table) -> tuple[int, str]:
    """Return how many rows there are and a hash over all of them, in whatever order the database gives them."""
    count = total = 0
    for rows in _in_parts(connection, table):
        for row in rows:
            encoded = msgspec.msgpack.encode([_fit(value) for value in row])
            total += int.from_bytes(hashlib.sha256(encoded).digest())
            count += 1
    return count, f"{total % 2**256:064x}"


def _in_parts(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    # Of this statement alone: a connection keeps what it is told.
    with connection.execute(select(table), execution_options={"stream_results": True, "yield_per": ROWS}) as result:
        yield from result.partitions()


def _fit(value: Any) -> Any:
    """Return what both databases can hold: PostgreSQL's texts have no zero character."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
