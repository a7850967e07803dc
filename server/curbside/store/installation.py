"""The one row that says which database this is. Another epoch means that it was restored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from curbside.store import tables

INSTALLATION: Any = tables.tenant.Installation.__table__  # type: ignore[attr-defined]
_tenant: Any = tables.tenant.Tenant.__table__  # type: ignore[attr-defined]


def ensure_installation(connection: Connection, now: int, new_id: Callable[[], str]) -> str:
    """Return the epoch of this database, and give it one at its first start."""
    epoch = connection.execute(select(INSTALLATION.c.epoch)).scalar_one_or_none()
    if epoch is not None:
        return str(epoch)
    fresh = new_id()
    connection.execute(insert(INSTALLATION).values(id=1, epoch=fresh, demonstration=False, created_at=now))
    return fresh


def is_demonstration(connection: Connection) -> bool:
    """Tell whether accounts lie here whose password everybody knows. A backup of it says so too."""
    return bool(connection.execute(select(INSTALLATION.c.demonstration)).scalar_one_or_none())


def become_demonstration(connection: Connection) -> None:
    """Mark this database for good, before anything is made in it.

    Raises ValueError where it holds a tenant of somebody's own: accounts that everybody knows do not belong beside it.
    """
    if is_demonstration(connection):
        return
    if connection.execute(select(_tenant.c.id).limit(1)).first() is not None:
        raise ValueError("this database holds tenants of your own. A demonstration needs an empty one: set --data.")
    connection.execute(update(INSTALLATION).values(demonstration=True))


def change_epoch(connection: Connection, new_id: Callable[[], str]) -> str:
    """Give a restored database another epoch: clients fetch again, and offer again what is not here."""
    fresh = new_id()
    connection.execute(update(INSTALLATION).values(epoch=fresh))
    return fresh


def touch(connection: Connection) -> None:
    """Write what stands there already: a database that can do this can be written. Raises what the database raises."""
    connection.execute(update(INSTALLATION).values(created_at=INSTALLATION.c.created_at))


def epoch_of(connection: Connection) -> str | None:
    """Return the epoch of this database as it is now."""
    found = connection.execute(select(INSTALLATION.c.epoch)).scalar_one_or_none()
    return None if found is None else str(found)
