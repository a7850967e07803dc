"""The search index: keyed hashes of words and where they stand. It holds no text, and can be made again at any time.

`n_house` 0 stands for what is said of the conversation itself: reference, names, topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from curbside.domain.audience import Audience
from curbside.domain.searching import token_of, tokens
from curbside.store import tables
from curbside.store.conversation import contacts, organizations
from curbside.store.ledger import conversations, events
from curbside.store.sealing import Keys, derive
from curbside.store.writer import Transaction

HITS_MAX = 3000
_words: Any = tables.work.SearchWord.__table__  # type: ignore[attr-defined]
_progress: Any = tables.work.SearchProgress.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation of which the index does not know the last events."""

    tenant: str
    conversation: str
    indexed: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that stand in an event; the index is to have these for it, and no others."""

    n_house: int
    hashes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that has a hash."""

    conversation: str
    n_house: int
    hash: int


class Hasher:
    """Turn words into hashes under a tenant's key: 63 bits, so that they fit a signed integer."""

    def __init__(self, keys: Keys, tenant: str) -> None:
        self._key = derive(keys.tenant(tenant), "search")

    def text(self, text: str) -> frozenset[int]:
        return frozenset(self._hash(token) for token in tokens(text))

    def word(self, word: str) -> int:
        return self._hash(token_of(word))

    def _hash(self, token: str) -> int:
        return int.from_bytes(derive(self._key, token)[:8]) >> 1


def behind(connection: Connection, changed_after: int, limit: int) -> list[Behind]:
    """Return conversations, of every tenant, that have events which are not in the index; longest unchanged first."""
    mine = and_(_progress.c.tenant == conversations.c.tenant, _progress.c.conversation == conversations.c.id)
    indexed = func.coalesce(_progress.c.n_house, 0)
    query = (
        select(conversations.c.tenant, conversations.c.id, indexed, conversations.c.changed_at)
        .outerjoin(_progress, mine)
        .where(conversations.c.changed_at >= changed_after, indexed < conversations.c.n_house)
        .order_by(conversations.c.changed_at)
        .limit(limit)
    )
    return [Behind(*row) for row in connection.execute(query)]


def about(connection: Connection, tenant: str, conversation: str) -> str:
    """Return what is said of a conversation, apart from its events."""
    query = (
        select(conversations.c.reference, conversations.c.topic, contacts.c.name, organizations.c.name)
        .join(contacts, and_(contacts.c.tenant == conversations.c.tenant, contacts.c.id == conversations.c.contact))
        .join(
            organizations,
            and_(organizations.c.tenant == conversations.c.tenant, organizations.c.id == conversations.c.organization),
        )
        .where(conversations.c.tenant == tenant, conversations.c.id == conversation)
    )
    row = connection.execute(query).one()
    return " \n ".join([*row, row.reference.replace("-", "")])


def numbers_of(connection: Connection, tenant: str, conversation: str, keys: Iterable[str]) -> dict[str, set[int]]:
    """Return, for each message that is named, the numbers of the events that hold its words: its own and its edits'."""
    wanted = set(keys)
    named = or_(events.c.key.in_(sorted(wanted)), events.c.kind == "edited")
    query = select(events.c.n_house, events.c.key, events.c.facts).where(
        events.c.tenant == tenant, events.c.conversation == conversation, named
    )
    found: dict[str, set[int]] = {key: set() for key in wanted}
    for row in connection.execute(query):
        for key in wanted:
            if row.key == key or (row.key is None and f'"{key}"' in row.facts):
                found[key].add(row.n_house)
    return found


def index(
    transaction: Transaction, where: Behind, entries: Sequence[Entry], erased: Iterable[int], through: int
) -> None:
    """Bring the index of a conversation up to event `through`."""
    connection = transaction.connection
    place = (_words.c.tenant == where.tenant, _words.c.conversation == where.conversation)
    stale = sorted({*erased, *(entry.n_house for entry in entries)})
    if stale:
        connection.execute(delete(_words).where(*place, _words.c.n_house.in_(stale)))
    at = {"tenant": where.tenant, "conversation": where.conversation}
    rows = [{**at, "n_house": entry.n_house, "word": hash} for entry in entries for hash in sorted(entry.hashes)]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if rows:
        connection.execute(dialect.insert(_words).on_conflict_do_nothing(), rows)
    done = dialect.insert(_progress).values(**at, n_house=through)
    keys = ["tenant", "conversation"]
    connection.execute(done.on_conflict_do_update(index_elements=keys, set_={"n_house": through}))


def forget(transaction: Transaction) -> None:
    """Empty the index, so that it is made again."""
    transaction.connection.execute(delete(_words))
    transaction.connection.execute(delete(_progress))


def hits(
    connection: Connection, tenant: str, audience: Audience, visible: ColumnElement[bool], hashes: Sequence[int]
) -> list[Hit]:
    """Return where the hashes stand, in conversations that are `visible` and events meant for `audience`.

    Newest conversations first. What is erased is not found, though the index may not have forgotten it yet.
    """
    event = and_(
        events.c.tenant == _words.c.tenant,
        events.c.conversation == _words.c.conversation,
        events.c.n_house == _words.c.n_house,
    )
    seen = or_(_words.c.n_house == 0, and_(events.c.audience <= int(audience), events.c.gone.is_(None)))
    query = (
        select(_words.c.conversation, _words.c.n_house, _words.c.word)
        .join(
            conversations,
            and_(conversations.c.tenant == _words.c.tenant, conversations.c.id == _words.c.conversation),
        )
        .outerjoin(events, event)
        .where(_words.c.tenant == tenant, _words.c.word.in_(list(hashes)), visible, seen)
        .order_by(conversations.c.changed_at.desc(), _words.c.conversation, _words.c.n_house.desc())
        .limit(HITS_MAX)
    )
    return [Hit(*row) for row in connection.execute(query)]
