"""Many rows in one statement of the driver's own: for the writer's hot path, on both databases.

Two things are saved. SQLAlchemy prepares the parameters of every row (a quarter of a message's cost). And SQLite's
driver lets go of the interpreter's lock at each statement: with one a row, the writer would queue for it behind the
event loop hundreds of times in a batch, and everybody waits for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

_PARAMETERS_MAX = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535
Names = tuple[str, ...]


def insert_rows(connection: Connection, table: Table, names: Names, rows: Sequence[Sequence[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `names`."""
    for some in _portions(rows):
        _run(connection, _insert(connection.dialect, table.name, names, len(some)), some)


def update_rows(
    connection: Connection,
    table: Table,
    key: Names,
    changing: tuple[tuple[str, str | None], ...],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Give each row that is named by the first values of `rows` (its `key`) the values that follow.

    `changing` names the columns, in that order, and a type to cast to for those that may be all NULL.
    """
    for some in _portions(rows):
        _run(connection, _update(connection.dialect, table.name, key, changing, len(some)), some)


def rows_with(
    connection: Connection,
    table: Table,
    names: Names,
    key: Names,
    wanted: Sequence[Sequence[Any]],
    *,
    lock: bool = False,
) -> list[tuple[Any, ...]]:
    """Return the columns `names` of the rows whose `key` is among `wanted`; `lock` locks them in the key's order.

    Values are as the driver gives them: SQLite's has no booleans.
    """
    found: list[tuple[Any, ...]] = []
    for some in _portions(wanted):
        found += map(
            tuple, _run(connection, _select(connection.dialect, table.name, names, key, lock, len(some)), some)
        )
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


# Statements are kept: writing one takes as long as running it does for a single row. A batch has few sizes.
_kept = lru_cache(maxsize=2_000)


@_kept
def _insert(dialect: Dialect, table: str, names: Names, count: int) -> str:
    into = f"INSERT INTO {_quoted(dialect, table)} ({_list(dialect, names)})"
    return f"{into} VALUES {_values(dialect, len(names), count)}"


@_kept
def _update(dialect: Dialect, table: str, key: Names, changing: tuple[tuple[str, str | None], ...], count: int) -> str:
    name = _quoted(dialect, table)
    assigned = ", ".join(
        f"{_quoted(dialect, column)} = {_cast(f'v.column{n}', kind)}"
        for n, (column, kind) in enumerate(changing, start=len(key) + 1)
    )
    same = " AND ".join(f"{name}.{_quoted(dialect, part)} = v.column{n}" for n, part in enumerate(key, start=1))
    values = f"(VALUES {_values(dialect, len(key) + len(changing), count)}) AS v"
    return f"UPDATE {name} SET {assigned} FROM {values} WHERE {same}"  # noqa: S608 (our own names)


@_kept
def _select(dialect: Dialect, table: str, names: Names, key: Names, lock: bool, count: int) -> str:
    place = _list(dialect, key)
    # SQLite's writer has locked the whole database already.
    locked = f" ORDER BY {place} FOR UPDATE" if lock and dialect.name == "postgresql" else ""
    among = f"({place}) IN (VALUES {_values(dialect, len(key), count)})"
    return f"SELECT {_list(dialect, names)} FROM {_quoted(dialect, table)} WHERE {among}{locked}"  # noqa: S608


def _values(dialect: Dialect, columns: int, count: int) -> str:
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    one = f"({', '.join([mark] * columns)})"
    return ", ".join([one] * count)


def _cast(value: str, kind: str | None) -> str:
    return f"CAST({value} AS {kind})" if kind else value


def _list(dialect: Dialect, names: Names) -> str:
    return ", ".join(_quoted(dialect, name) for name in names)


def _quoted(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)
