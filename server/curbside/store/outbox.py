"""Mail that is to leave once its transaction has been committed. A row is one mail: it is sent once, or has failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from curbside.store import tables
from curbside.store.timers import now_of
from curbside.store.writer import Transaction

LEASE_MS = 120_000
KEEP_MS = 7 * 24 * 60 * 60_000
_outbox: Any = tables.work.Outgoing.__table__  # type: ignore[attr-defined]
_ID = (_outbox.c.tenant, _outbox.c.id)
_WAITING = (_outbox.c.sent_at.is_(None), _outbox.c.failed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that is to leave; `attempts` counts this one."""

    tenant: str
    id: str
    kind: str
    recipient: str = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)
    attempts: int
    due_at: int


def post(transaction: Transaction, tenant: str, id: str, kind: str, recipient: str, facts: Mapping[str, Any]) -> bool:
    """Put a mail in the outbox, unless one of that id is or was there; tell whether it is new."""
    connection = transaction.connection
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_outbox).values(
        tenant=tenant,
        id=id,
        kind=kind,
        recipient=recipient,
        facts=msgspec.json.encode(facts).decode(),
        due_at=transaction.now,
        attempts=0,
    )
    return connection.execute(insert.on_conflict_do_nothing()).rowcount == 1


def anything_due(connection: Connection, clock: Callable[[], int]) -> bool:
    """Tell whether a look is worth a transaction."""
    query = select(_outbox.c.id).where(*_WAITING, _outbox.c.due_at <= now_of(connection, clock)).limit(1)
    return connection.execute(query).first() is not None


def claim(transaction: Transaction, limit: int = 16) -> list[Outgoing]:
    """Claim what is due. What is neither sent nor failed when the lease is over is claimed again."""
    due = select(*_ID).where(*_WAITING, _outbox.c.due_at <= transaction.now).order_by(_outbox.c.due_at).limit(limit)
    claimed = (
        update(_outbox)
        .where(tuple_(*_ID).in_(due.with_for_update(skip_locked=True)))
        .values(due_at=transaction.now + LEASE_MS, attempts=_outbox.c.attempts + 1)
        .returning(_outbox)
    )
    return [_read(row._mapping) for row in transaction.connection.execute(claimed)]


def sent(transaction: Transaction, mail: Outgoing) -> None:
    """Note that a mail has left; its address is kept no longer than it was needed."""
    _settle(transaction, mail, sent_at=transaction.now, recipient="")


def try_again(transaction: Transaction, mail: Outgoing, after_ms: int) -> None:
    """Put a mail back that did not leave."""
    _settle(transaction, mail, due_at=transaction.now + after_ms)


def failed(transaction: Transaction, mail: Outgoing) -> None:
    """Give up on a mail; the row stays for a week, for whoever asks."""
    _settle(transaction, mail, failed_at=transaction.now)


def forget_old(transaction: Transaction) -> int:
    """Delete what was sent or failed more than a week ago."""
    before = transaction.now - KEEP_MS
    old = delete(_outbox).where(or_(_outbox.c.sent_at < before, _outbox.c.failed_at < before))
    return int(transaction.connection.execute(old).rowcount)


def _settle(transaction: Transaction, mail: Outgoing, **values: Any) -> None:
    # Only by whoever holds the claim: a lease that ran out meanwhile belongs to somebody else.
    mine = (tuple_(*_ID) == tuple_(mail.tenant, mail.id), _outbox.c.due_at == mail.due_at)
    transaction.connection.execute(update(_outbox).where(*mine, *_WAITING).values(**values))


def _read(row: Mapping[Any, Any]) -> Outgoing:
    facts = msgspec.json.decode(row["facts"])
    return Outgoing(row["tenant"], row["id"], row["kind"], row["recipient"], facts, row["attempts"], row["due_at"])
