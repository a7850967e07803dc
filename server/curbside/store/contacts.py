"""Contacts, for whoever looks for one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from curbside.domain.people import Contact
from curbside.store.conversation import contacts, organizations
from curbside.store.ledger import conversations

_CANDIDATES_MAX = 20_000


def latest(connection: Connection, tenant: str, within: ColumnElement[bool] | None) -> list[Contact]:
    """Return the contacts that were here last, for the caller to look through: names are folded there, not in SQL.

    `within` is a condition on conversations: then only the contacts of those.
    """
    query = (
        select(contacts, organizations.c.name.label("organization_name"))
        .join(
            organizations,
            and_(organizations.c.tenant == contacts.c.tenant, organizations.c.id == contacts.c.organization),
        )
        .where(contacts.c.tenant == tenant)
        .order_by(contacts.c.seen_at.desc())
        .limit(_CANDIDATES_MAX)
    )
    if within is not None:
        theirs = (conversations.c.tenant == contacts.c.tenant) & (conversations.c.contact == contacts.c.id)
        query = query.where(exists(select(conversations.c.id).where(theirs, within)))
    return [_contact(row) for row in connection.execute(query)]


def _contact(row: Any) -> Contact:
    return Contact(row.tenant, row.id, row.name, row.role, row.organization, row.organization_name, row.locale, row.tz)
