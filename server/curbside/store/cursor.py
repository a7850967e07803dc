"""How far each side of a conversation has stored and read. Cursors only go forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from curbside.domain.audience import Audience, Numbers
from curbside.domain.news import CursorMoved
from curbside.store.conversation import cursors, numbers_at
from curbside.store.writer import Transaction


def read_cursors(connection: Connection, tenant: str, conversation: str) -> list[CursorMoved]:
    """Return where both sides are."""
    query = select(cursors).where(cursors.c.tenant == tenant, cursors.c.conversation == conversation)
    return [_moved(row._mapping) for row in connection.execute(query)]


def move_cursor(
    transaction: Transaction, tenant: str, conversation: str, reader: str, audience: Audience, seqs: tuple[int, int]
) -> None:
    """Move a side's cursors to (delivered, read) in the numbers of `audience`; never back, never past the end."""
    connection = transaction.connection
    where = (cursors.c.tenant == tenant, cursors.c.conversation == conversation, cursors.c.reader == reader)
    row = connection.execute(select(cursors).where(*where).with_for_update()).one_or_none()
    old = _moved(row._mapping) if row else CursorMoved(tenant, conversation, reader, Numbers(), Numbers())
    place = (connection, tenant, conversation, audience)
    delivered = _further(old.delivered, numbers_at(*place, max(seqs)) if max(seqs) else None)
    read = _further(old.read, numbers_at(*place, seqs[1]) if seqs[1] else None)
    if (delivered, read) == (old.delivered, old.read):
        return
    values = {**_columns("delivered", delivered), **_columns("read", read)}
    if row is None:
        key = {"tenant": tenant, "conversation": conversation, "reader": reader}
        connection.execute(insert(cursors).values(**key, **values))
    else:
        connection.execute(update(cursors).where(*where).values(**values))
    transaction.told.append(CursorMoved(tenant, conversation, reader, delivered, read))


def _further(old: Numbers, new: Numbers | None) -> Numbers:
    return new if new is not None and new.house > old.house else old


def _columns(name: str, numbers: Numbers) -> dict[str, int]:
    return {f"{name}_contact": numbers.contact, f"{name}_staff": numbers.staff, f"{name}_house": numbers.house}


def _moved(row: Mapping[Any, Any]) -> CursorMoved:
    numbers = [
        Numbers(*(row[f"{name}_{of}"] for of in ("contact", "staff", "house"))) for name in ("delivered", "read")
    ]
    return CursorMoved(row["tenant"], row["conversation"], row["reader"], *numbers)
