"""Reading conversations as lists show them. Always in a tenant's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, or_, select

from curbside.domain.audience import START, Numbers
from curbside.domain.conversation import Conversation
from curbside.domain.events import Body
from curbside.store.conversation import EVENTS, body_of, contacts, cursors, organizations
from curbside.store.ledger import conversations, events, state_of
from curbside.store.sealing import Keys


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a list shows it."""

    state: Conversation
    changed_at: int
    contact_name: str
    contact_role: str
    organization_name: str
    context: Mapping[str, str] = field(default_factory=dict)
    external: Mapping[str, str] = field(default_factory=dict)
    first_words: str | None = field(default=None, repr=False)
    contact_read: Numbers = START
    agent_read: Numbers = START


def listed(connection: Connection, keys: Keys, tenant: str, ids: Sequence[str]) -> list[Listed]:
    """Return conversations as a list shows them, in no order."""
    return read_listed(connection, keys, tenant, conversations.c.id.in_(list(ids)), limit=len(ids))


def listed_in_order(connection: Connection, keys: Keys, tenant: str, ids: Sequence[str]) -> list[Listed]:
    """Return conversations as a list shows them, in the order in which they are named."""
    found = {one.state.id: one for one in listed(connection, keys, tenant, ids)} if ids else {}
    return [found[id] for id in ids if id in found]


def read_listed(
    connection: Connection, keys: Keys, tenant: str, condition: Any, *, limit: int, order: Any = None
) -> list[Listed]:
    """Return the conversations of a tenant that meet `condition`, as a list shows them."""
    query = (
        select(conversations, contacts.c.name.label("contact_name"), contacts.c.role, organizations.c.name)
        .join(contacts, and_(contacts.c.tenant == conversations.c.tenant, contacts.c.id == conversations.c.contact))
        .join(
            organizations,
            and_(
                organizations.c.tenant == conversations.c.tenant,
                organizations.c.id == conversations.c.organization,
            ),
        )
        .where(conversations.c.tenant == tenant, condition)
        .limit(limit)
    )
    if order is not None:
        query = query.order_by(*order)
    rows = connection.execute(query).all()
    if not rows:
        return []
    words = _first_bodies(connection, keys, tenant, rows)
    read = _read_cursors(connection, tenant, [row.id for row in rows])
    return [_listed(row, words, read) for row in rows]


def _listed(row: Row[Any], words: Mapping[tuple[str, int], Body], read: Mapping[tuple[str, str], Numbers]) -> Listed:
    start = words.get((row.id, 1), Body())
    first = words.get((row.id, row.first_words)) if row.first_words else None
    return Listed(
        state=state_of(row),
        changed_at=row.changed_at,
        contact_name=row.contact_name,
        contact_role=row.role,
        organization_name=row.name,
        context=start.context,
        external=msgspec.json.decode(row.external),
        first_words=first.text[:160] if first else None,
        contact_read=read.get((row.id, "contact"), Numbers()),
        agent_read=read.get((row.id, "agent"), Numbers()),
    )


def _first_bodies(
    connection: Connection, keys: Keys, tenant: str, rows: Sequence[Row[Any]]
) -> dict[tuple[str, int], Body]:
    wanted = [and_(events.c.conversation == row.id, events.c.n_house.in_((1, row.first_words or 1))) for row in rows]
    own = {row.id: keys.conversation(tenant, row.id, row.wrapped_key) for row in rows if row.wrapped_key}
    found = connection.execute(EVENTS.where(events.c.tenant == tenant, or_(*wanted)))
    return {
        (row.conversation, row.n_house): body
        for row in found
        if (body := body_of(row, own.get(row.conversation))) is not None
    }


def _read_cursors(connection: Connection, tenant: str, ids: list[str]) -> dict[tuple[str, str], Numbers]:
    query = select(cursors).where(cursors.c.tenant == tenant, cursors.c.conversation.in_(ids))
    found = connection.execute(query)
    return {(r.conversation, r.reader): Numbers(r.read_contact, r.read_staff, r.read_house) for r in found}
