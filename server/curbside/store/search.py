"""The search index: keyed hashes of words and where they stand. It holds no text, and can be made again at any time.

`n_house` 0 stands for what is said of the conversation itself: reference, names, topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from curbside.domain.audience import Audience
from curbside.domain.events import Body
from curbside.domain.searching import token_of, tokens
from curbside.store import tables
from curbside.store.bulk import insert_rows
from curbside.store.conversation import body_of, contacts, organizations
from curbside.store.ledger import bodies, conversations, events, salts
from curbside.store.sealing import Keys, derive
from curbside.store.writer import Transaction

HITS_MAX = 3000
ERASING = frozenset({"edited", "deleted", "redacted"})
_words: Any = tables.work.SearchWord.__table__  # type: ignore[attr-defined]
_progress: Any = tables.work.SearchProgress.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Unread:
    """An event that is not in the index yet: what was written, or which event's words it changes."""

    n_house: int
    kind: str
    body: Body | None = field(repr=False)
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation of which the index does not know the last events."""

    tenant: str
    conversation: str
    indexed: int
    changed_at: int
    events: list[Unread] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that stand in an event; the index is to have these for it, and no others."""

    n_house: int
    hashes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the next events of a conversation add to the index, and take from it."""

    where: Behind
    entries: Sequence[Entry] = field(repr=False)
    erased: frozenset[int]
    through: int


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


def _unread(changed_after: int, most: int) -> Select[Any]:
    """Write the query for what is not in the index.

    The conversations come first, by the index on `changed_at`, in a step of their own: without it a database that
    knows nothing of how many there are would read every event there is.
    """
    mine = and_(_progress.c.tenant == conversations.c.tenant, _progress.c.conversation == conversations.c.id)
    indexed = func.coalesce(_progress.c.n_house, 0)
    late = (
        select(conversations.c.tenant, conversations.c.id, conversations.c.wrapped_key, conversations.c.changed_at)
        .add_columns(indexed.label("indexed"))
        .outerjoin(_progress, mine)
        .where(conversations.c.changed_at >= changed_after, indexed < conversations.c.n_house)
        .order_by(conversations.c.changed_at)
        .limit(most)
        .subquery()
    )
    theirs = (events.c.tenant == late.c.tenant, events.c.conversation == late.c.id, events.c.n_house > late.c.indexed)
    shown = (events.c[name] for name in ("tenant", "conversation", "n_house", "kind", "facts"))
    return (
        select(*shown, bodies.c.sealed, salts.c.salt, late.c.wrapped_key, late.c.changed_at, late.c.indexed)
        .select_from(late)
        .join(events, and_(*theirs))
        .outerjoin(bodies, and_(bodies.c.tenant == events.c.tenant, bodies.c.id == events.c.body_id))
        .outerjoin(salts, and_(salts.c.tenant == events.c.tenant, salts.c.id == events.c.body_id))
        .order_by(late.c.changed_at, events.c.tenant, events.c.conversation, events.c.n_house)
        .limit(most)
    )


def behind(connection: Connection, keys: Keys, changed_after: int, most: int) -> list[Behind]:
    """Return conversations, of every tenant, with the next of their events that are not in the index.

    Longest unchanged first, and at most `most` events together, in one statement: many conversations change a little.
    Those of tenants whose keys are not known wait.
    """
    found: dict[tuple[str, str], Behind] = {}
    for row in connection.execute(_unread(changed_after, most)):
        if not keys.knows(row.tenant):
            continue
        place = (row.tenant, row.conversation)
        one = found.setdefault(place, Behind(*place, row.indexed, row.changed_at))
        key = keys.conversation(*place, row.wrapped_key) if row.wrapped_key else None
        target = msgspec.json.decode(row.facts).get("target") if row.kind in ERASING else None
        one.events.append(Unread(row.n_house, row.kind, body_of(row, key), target))
    return list(found.values())


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
    query = select(events.c.n_house, events.c.key, events.c.kind, events.c.facts).where(
        events.c.tenant == tenant, events.c.conversation == conversation, named
    )
    found: dict[str, set[int]] = {key: set() for key in wanted}
    for row in connection.execute(query):
        target = msgspec.json.decode(row.facts)["target"] if row.kind == "edited" else row.key
        if target in wanted:
            found[target].add(row.n_house)
    return found


def index(transaction: Transaction, readings: Sequence[Reading]) -> None:
    """Bring the index of these conversations up to where they were read."""
    connection = transaction.connection
    words: list[tuple[Any, ...]] = []
    done: list[dict[str, Any]] = []
    for one in readings:
        place = {"tenant": one.where.tenant, "conversation": one.where.conversation}
        # Words and progress are written together: what lies beyond the progress has no words yet.
        stale = sorted({*one.erased, 0} if one.where.indexed == 0 else one.erased)
        if stale:
            of = (_words.c.tenant == place["tenant"], _words.c.conversation == place["conversation"])
            connection.execute(delete(_words).where(*of, _words.c.n_house.in_(stale)))
        at = (one.where.tenant, one.where.conversation)
        words += [(*at, entry.n_house, hash) for entry in one.entries for hash in sorted(entry.hashes)]
        done.append({**place, "n_house": one.through})
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert_rows(connection, _words, ("tenant", "conversation", "n_house", "word"), words)
    if done:
        progress = dialect.insert(_progress)
        keys = ["tenant", "conversation"]
        through = {"n_house": progress.excluded.n_house}
        connection.execute(progress.on_conflict_do_update(index_elements=keys, set_=through), done)


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
