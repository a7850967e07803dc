"""Reading conversations: their state, and their events for one audience. Always in a tenant's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, and_, delete, func, or_, select, update

from curbside.domain.audience import Audience, Numbers
from curbside.domain.conversation import Conversation
from curbside.domain.deciding import Target
from curbside.domain.events import Body, Event, FileRef
from curbside.store import tables
from curbside.store.ledger import ERASED, bodies, conversations, events, place_of, receipts, salts, state_of
from curbside.store.sealing import Keys, unseal

contacts: Any = tables.people.Contact.__table__  # type: ignore[attr-defined]
agents: Any = tables.people.Agent.__table__  # type: ignore[attr-defined]
organizations: Any = tables.tenant.Organization.__table__  # type: ignore[attr-defined]
cursors: Any = tables.conversation.Cursor.__table__  # type: ignore[attr-defined]

EVENTS = select(events, bodies.c.sealed, salts.c.salt).select_from(
    events.outerjoin(bodies, and_(bodies.c.tenant == events.c.tenant, bodies.c.id == events.c.body_id)).outerjoin(
        salts, and_(salts.c.tenant == events.c.tenant, salts.c.id == events.c.body_id)
    )
)
STANDING = or_(events.c.gone.is_(None), events.c.gone == "edited")
"""What has not been taken back, though an edit may have replaced its words."""
_SEQ = {Audience.CONTACT: events.c.n_contact, Audience.STAFF: events.c.n_staff, Audience.HOUSE: events.c.n_house}


def state(connection: Connection, tenant: str, conversation: str) -> Conversation | None:
    """Return a conversation's state, or None."""
    query = select(conversations).where(conversations.c.tenant == tenant, conversations.c.id == conversation)
    row = connection.execute(query).one_or_none()
    return None if row is None else state_of(row)


def read_events(
    connection: Connection,
    keys: Keys,
    tenant: str,
    conversation: str,
    reader: Audience,
    after: int,
    limit: int,
) -> list[Event]:
    """Return the events that `reader` may see after number `after`, in order, at most `limit`."""
    seq = _SEQ[reader]
    query = (
        EVENTS.where(
            events.c.tenant == tenant,
            events.c.conversation == conversation,
            events.c.audience <= int(reader),
            seq > after,
            events.c.n_house > after,  # no number runs ahead of the house's: by the primary key, past what was read
        )
        .order_by(events.c.n_house)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    key = _key(connection, keys, tenant, conversation)
    names = author_names(connection, tenant, {row.author for row in rows})
    return [_event(row, key, names) for row in rows]


def author_names(connection: Connection, tenant: str, authors: set[str]) -> dict[str, str]:
    """Return the names of authors given as `kind:id`."""
    names: dict[str, str] = {}
    for kind, table in (("contact", contacts), ("agent", agents)):
        ids = [author.partition(":")[2] for author in authors if author.startswith(f"{kind}:")]
        if ids:
            query = select(table.c.id, table.c.name).where(table.c.tenant == tenant, table.c.id.in_(ids))
            names.update({f"{kind}:{row.id}": row.name for row in connection.execute(query)})
    return names


def find_target(connection: Connection, tenant: str, conversation: str, key: str) -> tuple[Target, int] | None:
    """Return the event that `key` names, and its number in the house."""
    query = select(events).where(events.c.tenant == tenant, events.c.conversation == conversation, events.c.key == key)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Target(row.kind, row.author, row.at, Audience(row.audience), row.gone), row.n_house


def files_of(connection: Connection, keys: Keys, tenant: str, conversation: str, key: str) -> tuple[FileRef, ...]:
    """Return the files of the message that `key` names, as its newest edit has them."""
    rows = connection.execute(_versions(EVENTS, tenant, conversation, key).order_by(events.c.n_house.desc()))
    own = _key(connection, keys, tenant, conversation)
    bodies_of_it = (body_of(row, own) for row in rows if _is_version(row, key))
    return next((body.files for body in bodies_of_it if body is not None), ())


def erase_written(connection: Connection, tenant: str, conversation: str, key: str, how: str) -> list[int]:
    """Erase the bodies of an event and of all its edits, with their salts; the events stay, and say `how`.

    Returns the numbers of these events in the house.
    """
    rows = connection.execute(_versions(select(events), tenant, conversation, key))
    erased = [row.n_house for row in rows if _is_version(row, key)]
    gone = (events.c.tenant == tenant, events.c.conversation == conversation, events.c.n_house.in_(erased))
    ids = list(connection.execute(select(events.c.body_id).where(*gone)).scalars())
    for table in (bodies, salts):
        connection.execute(delete(table).where(table.c.tenant == tenant, table.c.id.in_(ids)))
    connection.execute(update(events).where(*gone).values(gone=how))
    _forget_what_was_asked(connection, tenant, gone)
    return erased


def _forget_what_was_asked(connection: Connection, tenant: str, gone: Any) -> None:
    """Take the hash of an erased text from its receipts too: a short text could be found by trying."""
    wrote = connection.execute(select(events.c.conversation, events.c.author, events.c.at).where(*gone)).all()
    connection.execute(update(events).where(*gone, events.c.asked.is_not(None)).values(asked=ERASED))
    for conversation, author, at in wrote:
        # By its time: an edit's event does not carry the key of its command.
        theirs = (receipts.c.tenant == tenant, receipts.c.author == author, receipts.c.at == at)
        connection.execute(
            update(receipts).where(*theirs, receipts.c.conversation == conversation).values(asked=ERASED)
        )


def count_carried(connection: Connection, tenant: str, agent: str) -> int:
    """Count the conversations that an agent is working on."""
    query = select(func.count()).where(
        conversations.c.tenant == tenant, conversations.c.agent == agent, conversations.c.status == "active"
    )
    return int(connection.execute(query).scalar_one())


def carried(connection: Connection, tenant: str, agent: str) -> list[str]:
    """Return the open conversations of an agent."""
    query = select(conversations.c.id).where(
        conversations.c.tenant == tenant,
        conversations.c.agent == agent,
        conversations.c.status.in_(("active", "pending")),
    )
    return list(connection.execute(query).scalars())


def owners(connection: Connection) -> set[tuple[str, str]]:
    """Return who has an open conversation, as (tenant, agent)."""
    query = select(conversations.c.tenant, conversations.c.agent).where(
        conversations.c.status.in_(("active", "pending")), conversations.c.agent.is_not(None)
    )
    return {(row.tenant, row.agent) for row in connection.execute(query.distinct())}


def has_open(connection: Connection, tenant: str, contact: str, within: Any = None) -> bool:
    """Tell whether a contact has a conversation that is not resolved; or any that meets the condition `within`."""
    which = conversations.c.status != "resolved" if within is None else within
    query = select(conversations.c.id).where(
        conversations.c.tenant == tenant, conversations.c.contact == contact, which
    )
    return connection.execute(query.limit(1)).first() is not None


def count_open(connection: Connection, tenant: str, contact: str) -> int:
    """Count a contact's conversations that are not resolved."""
    query = select(func.count()).where(
        conversations.c.tenant == tenant, conversations.c.contact == contact, conversations.c.status != "resolved"
    )
    return int(connection.execute(query).scalar_one())


def rated_since(connection: Connection, tenant: str, contact: str, since: int) -> bool:
    """Tell whether a contact has rated any conversation since a time."""
    rating = select(events.c.n_house).where(
        events.c.tenant == conversations.c.tenant,
        events.c.conversation == conversations.c.id,
        events.c.kind == "rated",
        events.c.at >= since,
    )
    query = select(conversations.c.id).where(
        conversations.c.tenant == tenant,
        conversations.c.contact == contact,
        conversations.c.changed_at >= since,
        rating.exists(),
    )
    return connection.execute(query).first() is not None


def reference_taken(connection: Connection, tenant: str, reference: str) -> bool:
    """Tell whether a spoken reference names a conversation of the tenant already."""
    query = select(conversations.c.id).where(conversations.c.tenant == tenant, conversations.c.reference == reference)
    return connection.execute(query).first() is not None


def numbers_at(connection: Connection, tenant: str, conversation: str, reader: Audience, seq: int) -> Numbers | None:
    """Return the counts of all audiences at the event that `reader` knows as `seq`."""
    query = select(events.c.n_contact, events.c.n_staff, events.c.n_house).where(
        events.c.tenant == tenant,
        events.c.conversation == conversation,
        events.c.audience <= int(reader),
        _SEQ[reader] == seq,
        events.c.n_house >= seq,
    )
    row = connection.execute(query.order_by(events.c.n_house).limit(1)).one_or_none()
    return None if row is None else Numbers(*row)


def _key(connection: Connection, keys: Keys, tenant: str, conversation: str) -> bytes | None:
    query = select(conversations.c.wrapped_key).where(
        conversations.c.tenant == tenant, conversations.c.id == conversation
    )
    wrapped = connection.execute(query).scalar_one()
    return keys.conversation(tenant, conversation, wrapped) if wrapped else None


def body_of(row: Row[Any], key: bytes | None) -> Body | None:
    """Unseal what stands in a row of `EVENTS`; None where nothing is there, or no longer."""
    if row.sealed is None or row.salt is None or key is None:
        return None
    plain = unseal(row.sealed, key, row.salt, place_of(row.tenant, row.conversation, row.n_house))
    return msgspec.json.decode(plain, type=Body)


def _versions(query: Select[Any], tenant: str, conversation: str, key: str) -> Select[Any]:
    maybe = or_(events.c.key == key, events.c.kind == "edited")
    return query.where(events.c.tenant == tenant, events.c.conversation == conversation, maybe)


def _is_version(row: Row[Any], key: str) -> bool:
    return bool(row.key == key or msgspec.json.decode(row.facts)["target"] == key)


def _event(row: Row[Any], key: bytes | None, names: Mapping[str, str]) -> Event:
    kind, _, id = row.author.partition(":")
    return Event(
        tenant=row.tenant,
        conversation=row.conversation,
        numbers=Numbers(row.n_contact, row.n_staff, row.n_house),
        audience=Audience(row.audience),
        kind=row.kind,
        author={"kind": kind, "id": id or None, "name": names.get(row.author, "")},
        at=row.at,
        key=row.key,
        facts=msgspec.json.decode(row.facts),
        body=body_of(row, key),
        gone=row.gone,
    )
