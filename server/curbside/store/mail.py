"""What a mail needs to know of a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, func, select

from curbside.store.conversation import STANDING, contacts, cursors
from curbside.store.ledger import conversations, events


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that its contact has not read."""

    email: str = field(repr=False)
    locale: str
    reference: str


def unread_answer(connection: Connection, tenant: str, conversation: str, n_house: int) -> Unread | None:
    """Return whom to write to if an answer still stands and is unread; None if it was read, or has been erased."""
    query = (
        select(contacts.c.email, contacts.c.locale, conversations.c.reference)
        .select_from(events)
        .join(
            conversations,
            and_(conversations.c.tenant == events.c.tenant, conversations.c.id == events.c.conversation),
        )
        .join(contacts, and_(contacts.c.tenant == events.c.tenant, contacts.c.id == conversations.c.contact))
        .outerjoin(
            cursors,
            and_(
                cursors.c.tenant == events.c.tenant,
                cursors.c.conversation == events.c.conversation,
                cursors.c.reader == "contact",
            ),
        )
        .where(
            events.c.tenant == tenant,
            events.c.conversation == conversation,
            events.c.n_house == n_house,
            STANDING,
            func.coalesce(cursors.c.read_house, 0) < n_house,
            contacts.c.email.is_not(None),
            contacts.c.email != "",
        )
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Unread(row.email, row.locale, row.reference)
