"""Many rows in one statement of the driver's own: for the writer's hot path, on both databases.

Two things are saved. SQLAlchemy prepares the parameters of every row (a quarter of a message's cost). And SQLite's
driver lets go of the interpreter's lock at each statement: with one a row, the writer would queue for it behind the
event loop hundreds of times in a batch, and everybody waits for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

_PARAMETERS_MAX = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `names`."""
    quoted = ", ".join(_quoted(connection, name) for name in names)
    for some in _portions(rows):
        into = f"INSERT INTO {_name(connection, table)} ({quoted})"
        _run(connection, f"{into} VALUES {_values(connection, some)}", some)


def update_rows(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    changing: Mapping[str, str | None],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Give each row that is named by the first values of `rows` (its `key`) the values that follow.

    `changing` names the columns, in that order, and a type to cast to for those that may be all NULL.
    """
    name = _name(connection, table)
    assigned = ", ".join(
        f"{_quoted(connection, column)} = {_cast(f'v.column{n}', kind)}"
        for n, (column, kind) in enumerate(changing.items(), start=len(key) + 1)
    )
    same = " AND ".join(f"{name}.{_quoted(connection, part)} = v.column{n}" for n, part in enumerate(key, start=1))
    for some in _portions(rows):
        values = f"(VALUES {_values(connection, some)}) AS v"
        _run(connection, f"UPDATE {name} SET {assigned} FROM {values} WHERE {same}", some)  # noqa: S608 (our own names)


def rows_with(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    key: Sequence[str],
    wanted: Sequence[Sequence[Any]],
    *,
    lock: bool = False,
) -> list[tuple[Any, ...]]:
    """Return the columns `names` of the rows whose `key` is among `wanted`; `lock` locks them in the key's order.

    Values are as the driver gives them: SQLite's has no booleans.
    """
    columns = ", ".join(_quoted(connection, name) for name in names)
    place = ", ".join(_quoted(connection, part) for part in key)
    # SQLite's writer has locked the whole database already.
    locked = f" ORDER BY {place} FOR UPDATE" if lock and connection.dialect.name == "postgresql" else ""
    found: list[tuple[Any, ...]] = []
    for some in _portions(wanted):
        among = f"({place}) IN (VALUES {_values(connection, some)})"
        query = f"SELECT {columns} FROM {_name(connection, table)} WHERE {among}{locked}"  # noqa: S608 (our own names)
        found += map(tuple, _run(connection, query, some))
    return found


def _run(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
    # The driver's own cursor: SQLAlchemy's context costs as much as SQLite's work here. Errors stay SQLAlchemy's, which
    # the writer knows.
    errors = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, tuple(chain.from_iterable(rows)))
        return list(cursor.fetchall()) if cursor.description else []
    except errors as error:
        raise DBAPIError.instance(statement, None, error, errors, hide_parameters=True) from error
    finally:
        cursor.close()


def _portions(rows: Sequence[Sequence[Any]]) -> list[Sequence[Sequence[Any]]]:
    if not rows:
        return []
    size = _PARAMETERS_MAX // len(rows[0])
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def _values(connection: Connection, rows: Sequence[Sequence[Any]]) -> str:
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    one = f"({', '.join([mark] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


def _cast(value: str, kind: str | None) -> str:
    return f"CAST({value} AS {kind})" if kind else value


def _name(connection: Connection, table: Table) -> str:
    return _quoted(connection, table.name)


def _quoted(connection: Connection, name: str) -> str:
    return _quote(connection.dialect, name)


@lru_cache(maxsize=1_000)
def _quote(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)
