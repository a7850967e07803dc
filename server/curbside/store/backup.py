"""Copying a database while it is in use: what a backup holds, what it must not, and putting it back.

A copy is a SQLite file whichever database it was taken from, and can be put back into either.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, insert, text, update

from curbside.store import tables
from curbside.store.copying import copy_rows, empty
from curbside.store.engines import opened, private
from curbside.store.ledger import salts
from curbside.store.migrations import is_newest, upgrade
from curbside.store.scope import EVERY_TENANT, enter

_files: Any = tables.conversation.File.__table__  # type: ignore[attr-defined]
_WITHOUT_SALT = (
    "SELECT tenant, id FROM body WHERE NOT EXISTS "
    "(SELECT 1 FROM bodysalt s WHERE s.tenant = body.tenant AND s.id = body.id)"
)
_LEFT_OUT = ("searchword", "searchprogress", "token", "loginfailure")


class Salt(msgspec.Struct, frozen=True, tag="body"):
    """What makes one body readable again, given the keys."""

    tenant: str
    id: str
    salt: str


class FileSalt(msgspec.Struct, frozen=True, tag="file"):
    tenant: str
    id: str
    salt: str


_decoder = msgspec.json.Decoder(Salt | FileSalt)


def copy(source: Path, target: Path, key: str | None) -> None:
    """Copy a database that may be in use into a file of its own: one moment of it, whole.

    Writers are not held up: the copy reads one snapshot of the write-ahead log.
    """
    private(target)
    with _opened(source, key) as reading, _opened(target, key) as writing:
        reading.backup(writing, pages=-1)
        writing.execute("PRAGMA journal_mode=DELETE")


def copy_out(url: str, target: Path, key: str | None) -> None:
    """Copy a PostgreSQL database that may be in use into a SQLite file: one moment of it, whole.

    Raises ValueError for a database of another version.
    """
    private(target)
    with opened(url) as (_, source), opened(f"sqlite:///{target}", sqlite_key=key) as (copied, _):
        upgrade(copied)
        with source.connect() as reading, copied.begin() as writing:
            reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            enter(reading, EVERY_TENANT)
            if not is_newest(reading):
                raise ValueError("The database is of another version: start this one on it first.")
            copy_rows(reading, writing)
    with _opened(target, key) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def put_in(source: Path, url: str, key: str | None) -> None:
    """Put a copied database in the place of a PostgreSQL database, in one transaction.

    Who has it open waits meanwhile, and then sees the other one.
    """
    with opened(url) as (writer, _), opened(f"sqlite:///{source}", sqlite_key=key) as (_, copied):
        upgrade(writer)
        with copied.connect() as reading, writer.begin() as writing:
            enter(writing, EVERY_TENANT)
            empty(writing)
            copy_rows(reading, writing)


def put_back(source: Path, target: Path, key: str | None) -> None:
    """Copy a database over another one, which may be in use: which for them changes between two transactions."""
    private(target)
    with _opened(source, key) as reading, _opened(target, key) as writing:
        writing.execute("PRAGMA journal_mode=WAL")
        reading.backup(writing, pages=-1)


def take_out_keys(database: Path, key: str | None) -> Iterator[bytes]:
    """Yield the salts of a copied database, a line each; afterwards it no longer has them, not even in free pages."""
    with _opened(database, key) as connection:
        for tenant, id, salt in connection.execute("SELECT tenant, id, salt FROM bodysalt"):
            yield msgspec.json.encode(Salt(tenant, _text(id), _text(salt))) + b"\n"
        query = "SELECT tenant, id, salt FROM file WHERE salt IS NOT NULL"
        for tenant, id, salt in connection.execute(query):
            yield msgspec.json.encode(FileSalt(tenant, id, _text(salt))) + b"\n"
        connection.execute("DELETE FROM bodysalt")
        connection.execute("UPDATE file SET salt = NULL")
        for table in _LEFT_OUT:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 (names from the list above)
        connection.execute("VACUUM")


def put_in_keys(connection: Connection, lines: Sequence[bytes]) -> None:
    """Give a restored database the salts of the bodies and files that it has, where they are missing."""
    there = {(row.tenant, bytes(row.id)) for row in connection.execute(text(_WITHOUT_SALT))}
    bodies = []
    for line in lines:
        one = _decoder.decode(line)
        salt = base64.b64decode(one.salt)
        if isinstance(one, FileSalt):
            mine = (_files.c.tenant == one.tenant, _files.c.id == one.id, _files.c.sealed_name.is_not(None))
            connection.execute(update(_files).where(*mine).values(salt=salt))
        elif (one.tenant, id := base64.b64decode(one.id)) in there:
            bodies.append({"tenant": one.tenant, "id": id, "salt": salt})
    if bodies:
        connection.execute(insert(salts), bodies)


def forget_unreadable(connection: Connection) -> int:
    """Erase bodies and files for which there is no key: they were erased after the backup was made. Return how many."""
    marked = connection.exec_driver_sql(
        "UPDATE event SET gone = 'deleted' WHERE gone IS NULL AND EXISTS (SELECT 1 FROM body b WHERE "
        "b.tenant = event.tenant AND b.id = event.body_id AND NOT EXISTS "
        "(SELECT 1 FROM bodysalt s WHERE s.tenant = b.tenant AND s.id = b.id))"
    )
    connection.exec_driver_sql(
        "DELETE FROM body WHERE NOT EXISTS (SELECT 1 FROM bodysalt s WHERE s.tenant = body.tenant AND s.id = body.id)"
    )
    connection.exec_driver_sql(
        "UPDATE file SET sealed_name = NULL, erased_at = created_at WHERE salt IS NULL AND erased_at IS NULL"
    )
    return int(marked.rowcount)


def end_every_login(connection: Connection, now: int) -> None:
    """End what everybody was logged in by: a restored database does not know who was thrown out since."""
    connection.exec_driver_sql("DELETE FROM token")
    connection.execute(text("UPDATE login SET ended_at = :now WHERE ended_at IS NULL"), {"now": now})


def let_go_of_mail(connection: Connection, now: int) -> None:
    """Give up on mail that waited when the backup was made: most of it has been sent since."""
    waiting = text("UPDATE outbox SET failed_at = :now WHERE sent_at IS NULL AND failed_at IS NULL")
    connection.execute(waiting, {"now": now})


def _text(salt: bytes) -> str:
    return base64.b64encode(salt).decode()


class _opened:  # noqa: N801 (reads as a verb)
    """Open a database file with its key, and close it."""

    def __init__(self, path: Path, key: str | None) -> None:
        self._connection = sqlcipher.connect(str(path), isolation_level=None, timeout=30)
        if key:
            self._connection.execute(f"PRAGMA key = \"x'{key}'\"")
        self._connection.execute("PRAGMA secure_delete=ON")

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
