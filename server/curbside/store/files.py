"""Attachments' rows: who put up what, for which conversation, and in which message it stands.

A file is bound to its uploader and conversation from the start, and to one message when that is sent. Its name and
bytes are sealed under a key made from the row's salt: erasing the salt makes both unreadable for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from curbside.domain.audience import Audience
from curbside.domain.errors import Refused
from curbside.domain.events import FileRef
from curbside.store import tables
from curbside.store.conversation import STANDING
from curbside.store.ledger import events
from curbside.store.sealing import Keys, derive, seal, unseal
from curbside.store.timers import set_timer
from curbside.store.writer import Transaction

UNLINK = "unlink"
_files: Any = tables.conversation.File.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it is stored; `salt` is None once it is erased."""

    tenant: str
    id: str
    conversation: str
    uploader: str
    mime: str
    size: int
    width: int | None
    height: int | None
    message: str | None
    sealed_name: bytes | None = field(default=None, repr=False)
    salt: bytes | None = field(default=None, repr=False)

    @property
    def erased(self) -> bool:
        return self.salt is None or self.sealed_name is None

    def ref(self, keys: Keys) -> FileRef:
        """Name the file to a reader. Raises Refused(`not_found`) when it is erased."""
        if self.salt is None or self.sealed_name is None:
            raise Refused("not_found")
        place = place_of_name(self.tenant, self.id)
        name = unseal(self.sealed_name, file_key(keys, self.tenant, self.conversation), self.salt, place).decode()
        return FileRef(self.id, name, self.mime, self.size, self.width, self.height)


def seal_file(keys: Keys, file: File, name: str, plain: bytes) -> tuple[bytes, bytes]:
    """Return the name and the bytes of a file, each sealed. One salt serves both: the bytes' is derived from it."""
    assert file.salt is not None
    key = file_key(keys, file.tenant, file.conversation)
    sealed_name = seal(name.encode(), key, file.salt, place_of_name(file.tenant, file.id))
    return sealed_name, seal(plain, key, file.salt + b"bytes", place_of_bytes(file.tenant, file.id))


def unseal_bytes(keys: Keys, file: File, sealed: bytes) -> bytes:
    """Return a file's content. It must not be erased: its salt is gone then."""
    assert file.salt is not None
    key = file_key(keys, file.tenant, file.conversation)
    return unseal(sealed, key, file.salt + b"bytes", place_of_bytes(file.tenant, file.id))


def file_key(keys: Keys, tenant: str, conversation: str) -> bytes:
    """Return the key of a conversation's files.

    It is made from the tenant's, not read from the conversation's row: a contact may put up a file for a conversation
    whose start is still on its way.
    """
    return derive(keys.tenant(tenant), "files", conversation)


def place_of_name(tenant: str, id: str) -> str:
    """Name where a file's name is sealed to, so that it opens nowhere else."""
    return f"{tenant}|file|{id}|name"


def place_of_bytes(tenant: str, id: str) -> str:
    """Name where a file's content is sealed to, so that it opens nowhere else."""
    return f"{tenant}|file|{id}|bytes"


def add(transaction: Transaction, file: File, pending_max: int) -> None:
    """Store the row of a file. Raises Refused(`too_fast`) while its uploader has too many that they never sent."""
    pending = select(func.count()).where(
        _files.c.tenant == file.tenant,
        _files.c.uploader == file.uploader,
        _files.c.message.is_(None),
        _files.c.erased_at.is_(None),
    )
    if transaction.connection.execute(pending).scalar_one() >= pending_max:
        raise Refused("too_fast", retry=True, after_ms=60_000)
    values = {name: getattr(file, name) for name in File.__dataclass_fields__}
    transaction.connection.execute(insert(_files).values(**values, created_at=transaction.now))


def find(connection: Connection, tenant: str, id: str) -> File | None:
    """Return a file of the tenant, also one that is erased."""
    row = connection.execute(select(_files).where(_files.c.tenant == tenant, _files.c.id == id)).one_or_none()
    return None if row is None else _file(row)


def refs(
    connection: Connection, keys: Keys, tenant: str, conversation: str, uploader: str, key: str, ids: Sequence[str]
) -> tuple[FileRef, ...]:
    """Return what a message named `key` is to say about its files, in its own order; change nothing.

    Raises Refused(`bad_file`) when one is not there, not its author's, for another conversation, erased, or already in
    another message.
    """
    query = select(_files).where(_files.c.tenant == tenant, _files.c.id.in_(list(ids))).with_for_update()
    found = {row.id: _file(row) for row in connection.execute(query)}
    if len(set(ids)) != len(ids):
        raise Refused("bad_file")
    return tuple(_own(found.get(id), conversation, uploader, key).ref(keys) for id in ids)


def attach(connection: Connection, tenant: str, key: str, ids: Sequence[str]) -> None:
    """Bind files to the message named `key`, after `refs` allowed it and the message was decided on."""
    if ids:
        bound = update(_files).where(_files.c.tenant == tenant, _files.c.id.in_(list(ids))).values(message=key)
        connection.execute(bound)


def erase(connection: Connection, tenant: str, conversation: str, key: str, now: int) -> list[str]:
    """Erase the files of a message: name and salt at once, the bytes by a timer after the commit. Return their ids."""
    which = (_files.c.tenant == tenant, _files.c.conversation == conversation, _files.c.message == key)
    return _erase(connection, now, *which)


def erase_unsent(transaction: Transaction, older_than_ms: int) -> list[str]:
    """Erase files that were put up and never sent."""
    before = transaction.now - older_than_ms
    which = (_files.c.message.is_(None), _files.c.created_at < before)
    return _erase(transaction.connection, transaction.now, *which)


def audience(connection: Connection, file: File) -> Audience | None:
    """Return who may see the message that a file stands in; None while it stands in none, or that is gone."""
    query = select(events.c.audience).where(
        events.c.tenant == file.tenant,
        events.c.conversation == file.conversation,
        events.c.key == file.message,
        STANDING,
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else Audience(found)


def known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of `ids` are files that stand in the database, of whatever tenant, and are not erased."""
    query = select(_files.c.id).where(_files.c.id.in_(list(ids)), _files.c.erased_at.is_(None))
    return set(connection.execute(query).scalars())


def _own(file: File | None, conversation: str, uploader: str, key: str) -> File:
    if file is None or file.erased or (file.conversation, file.uploader) != (conversation, uploader):
        raise Refused("bad_file")
    if file.message not in (None, key):
        raise Refused("bad_file")
    return file


def _erase(connection: Connection, now: int, *which: Any) -> list[str]:
    erased = (
        update(_files)
        .where(*which, _files.c.erased_at.is_(None))
        .values(sealed_name=None, salt=None, erased_at=now)
        .returning(_files.c.tenant, _files.c.id)
    )
    rows = connection.execute(erased).all()
    for row in rows:
        set_timer(connection, row.tenant, UNLINK, row.id, due_at=0)
    return [row.id for row in rows]


def _file(row: Row[Any]) -> File:
    return File(**{name: row._mapping[name] for name in File.__dataclass_fields__})
