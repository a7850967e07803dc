"""Due clocks: rows that say what must happen when. Firing does it and deletes the row in one transaction.

One statement claims on both databases; what another process has locked is skipped, and a claim that was not finished
(its process died) runs out and is claimed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from curbside.store import tables
from curbside.store.writer import Transaction

LEASE_MS = 30_000
_timers: Any = tables.work.Timer.__table__  # type: ignore[attr-defined]
_ID = (_timers.c.tenant, _timers.c.kind, _timers.c.subject)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that has run out, claimed by this process until `claimed_until`."""

    tenant: str
    kind: str
    subject: str
    due_at: int
    claimed_until: int
    facts: Mapping[str, Any] = field(default_factory=dict)


def set_timer(
    connection: Connection,
    tenant: str,
    kind: str,
    subject: str,
    due_at: int,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Set the clock of that kind for `subject`; one that was set before, or is just firing, gives way to it."""
    values = {"due_at": due_at, "claimed_until": 0, "facts": msgspec.json.encode(facts or {}).decode()}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_timers).values(tenant=tenant, kind=kind, subject=subject, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["tenant", "kind", "subject"], set_=values))


def set_timer_once(connection: Connection, tenant: str, kind: str, subject: str, due_at: int) -> None:
    """Set the clock of that kind for `subject`, unless it runs already; one that is just firing gives way to it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"due_at": due_at, "claimed_until": 0, "facts": "{}"}
    insert = dialect.insert(_timers).values(tenant=tenant, kind=kind, subject=subject, **values)
    anew = insert.on_conflict_do_update(
        index_elements=["tenant", "kind", "subject"], set_=values, where=_timers.c.claimed_until > 0
    )
    connection.execute(anew)


def cancel_timer(connection: Connection, tenant: str, kind: str, subject: str) -> None:
    """Take back a clock, if it is set."""
    connection.execute(delete(_timers).where(tuple_(*_ID) == tuple_(tenant, kind, subject)))


def anything_due(connection: Connection, clock: Callable[[], int], kinds: Sequence[str]) -> bool:
    """Tell whether a look is worth a transaction."""
    return connection.execute(select(_timers.c.kind).where(*_due(now_of(connection, clock), kinds))).first() is not None


def claim(transaction: Transaction, kinds: Sequence[str], limit: int = 64, lease_ms: int = LEASE_MS) -> list[Due]:
    """Claim what is due, the longest overdue first; nobody else gets it until the lease is over."""
    now = transaction.now
    due = select(*_ID).where(*_due(now, kinds)).order_by(_timers.c.due_at).limit(limit)
    claimed = (
        update(_timers)
        .where(tuple_(*_ID).in_(due.with_for_update(skip_locked=True)))
        .values(claimed_until=now + lease_ms)
        .returning(_timers)
    )
    rows = transaction.connection.execute(claimed).all()
    return sorted((_read(row._mapping) for row in rows), key=lambda one: one.due_at)


def finish(connection: Connection, due: Due) -> bool:
    """Delete a clock that has been fired. False when it is no longer ours: set anew, taken back, or claimed again.

    Call it first in the transaction that does the work, and do nothing when it says no: so the work is done once.
    """
    ours = (tuple_(*_ID) == tuple_(due.tenant, due.kind, due.subject), _timers.c.claimed_until == due.claimed_until)
    return connection.execute(delete(_timers).where(*ours)).rowcount == 1


def now_of(connection: Connection, clock: Callable[[], int]) -> int:
    """Return the database's time: that of nodes may differ."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)")
        return int(connection.execute(query).scalar_one())
    return clock()


def _due(now: int, kinds: Sequence[str]) -> tuple[Any, ...]:
    return (_timers.c.due_at <= now, _timers.c.claimed_until <= now, _timers.c.kind.in_(list(kinds)))


def _read(row: Mapping[Any, Any]) -> Due:
    facts = msgspec.json.decode(row["facts"])
    return Due(row["tenant"], row["kind"], row["subject"], row["due_at"], row["claimed_until"], facts)
