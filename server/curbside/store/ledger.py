"""Conversations while a transaction works on them: loaded once, decided in memory, written in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, insert, update

from curbside.domain.audience import Numbers
from curbside.domain.conversation import Conversation, apply
from curbside.domain.events import Draft, Event
from curbside.domain.news import Appended
from curbside.domain.people import Actor
from curbside.domain.writing import canonical, name_of, name_of_author
from curbside.store import tables
from curbside.store.bulk import insert_rows, rows_with, update_rows
from curbside.store.sealing import Keys, commitment, link, seal
from curbside.store.stored import (
    CHANGING,
    LOADED,
    STATE,
    TALK,
    Stored,
    changed_row,
    from_row,
    new_row,
    only_talked,
    talk_row,
)
from curbside.store.writer import Transaction

Place = tuple[str, str]

conversations: Any = tables.conversation.Conversation.__table__  # type: ignore[attr-defined]
events: Any = tables.conversation.Event.__table__  # type: ignore[attr-defined]
bodies: Any = tables.conversation.SealedBody.__table__  # type: ignore[attr-defined]
salts: Any = tables.conversation.BodySalt.__table__  # type: ignore[attr-defined]
receipts: Any = tables.conversation.Receipt.__table__  # type: ignore[attr-defined]

ERASED = b""  # in place of the hash of what was asked, once that is erased: the same key gets the same answer still
_EVENT = (
    "tenant", "conversation", "n_house", "n_staff", "n_contact", "audience", "kind", "author", "at", "key", "asked",
    "facts", "body_id", "commitment", "chain", "gone",
)  # fmt: skip
_RECEIPT = ("tenant", "author", "key", "asked", "conversation", "seq", "at", "result")
_SAID = ("tenant", "key", "author", "asked", "conversation", "at", "n_contact", "n_staff", "n_house")
_COLUMNS: dict[Any, tuple[str, ...]] = {
    events: _EVENT,
    bodies: ("tenant", "id", "sealed"),
    salts: ("tenant", "id", "salt"),
    receipts: _RECEIPT,
}
_UPDATE = (
    update(conversations)
    .where(conversations.c.tenant == bindparam("in_tenant"), conversations.c.id == bindparam("with_id"))
    .values({name: bindparam(f"new_{name}") for name in CHANGING})
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a command: kept for ever, so that the same key gets the same answer."""

    asked: bytes
    conversation: str | None
    seq: int | None
    at: int
    result: Any = None


class Ledger:
    """Collect what a transaction writes on timelines, and write it in as few statements as may be."""

    def __init__(self, transaction: Transaction, keys: Keys, new_salt: Callable[[], bytes]) -> None:
        self.connection = transaction.connection
        self.now = transaction.now
        self._transaction = transaction
        self._keys = keys
        self._new_salt = new_salt
        self._stored: dict[Place, Stored] = {}
        self._receipts: dict[tuple[str, str, str], Receipt] = {}
        self._taken: dict[tuple[str, str], Any] = {}
        self._rows: dict[Any, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}

    def load(self, places: Iterable[Place]) -> None:
        """Lock and load conversations, in the order of their ids so that two writers never wait for each other."""
        missing = set(places) - self._stored.keys()
        for known in (self._transaction.left, self._transaction.remembered):
            for place in missing & known.keys():
                self._stored[place] = replace(known[place], events=[])
            missing -= known.keys()
        wanted = sorted(missing)
        for row in rows_with(self.connection, conversations, LOADED, STATE[:2], wanted, lock=True):
            stored = from_row(row, self._keys)
            self._stored[(stored.state.tenant, stored.state.id)] = stored

    def get(self, place: Place) -> Stored | None:
        return self._stored.get(place)

    def begin(self, state: Conversation, external: str) -> Stored:
        """Open a new conversation, with a key of its own."""
        key, wrapped = self._keys.new_conversation(state.tenant, state.id)
        stored = Stored(state, key, wrapped_key=wrapped, external=external)
        self._stored[(state.tenant, state.id)] = stored
        return stored

    def load_receipts(self, asked: Sequence[tuple[Actor, str]]) -> None:
        """Load what came of these actors' keys already, and which of them name an event, whoever wrote it."""
        wanted = [(actor.tenant, name_of(actor), key) for actor, key in asked]
        for row in rows_with(self.connection, receipts, _RECEIPT, _RECEIPT[:3], wanted):
            tenant, author, key, hash, conversation, seq, at, result = row
            found = Receipt(hash, conversation, seq, at, msgspec.json.decode(result))
            self._receipts[(tenant, author, key)] = found
        said = {(row[0], row[1]): row for row in rows_with(self.connection, events, _SAID, _SAID[:2], _places(wanted))}
        self._taken.update(said)
        for actor, key in asked if said else ():
            mine = said.get((actor.tenant, key))
            if mine is not None and mine[2] == name_of(actor) and mine[3] is not None:
                _, _, author, hash, conversation, at, *numbers = mine
                seq = Numbers(*numbers).of(actor.audience)
                self._receipts[(actor.tenant, author, key)] = Receipt(hash, conversation, seq, at)

    def is_taken(self, tenant: str, key: str) -> bool:
        """Tell whether a key names an event already."""
        return (tenant, key) in self._taken

    def receipt(self, actor: Actor, key: str) -> Receipt | None:
        return self._receipts.get((actor.tenant, name_of(actor), key))

    def keep_receipt(self, actor: Actor, key: str, receipt: Receipt) -> None:
        """Keep what came of a command that is not its own receipt."""
        author = name_of(actor)
        self._receipts[(actor.tenant, author, key)] = receipt
        result = msgspec.json.encode(receipt.result).decode()
        row = (actor.tenant, author, key, receipt.asked, receipt.conversation, receipt.seq, receipt.at, result)
        self._rows[receipts].append(row)

    def say(self, stored: Stored, actor: Actor, drafts: Sequence[Draft], key: str, asked: bytes) -> Receipt:
        """Append a message or note, whose event is its own receipt: found by its key, it tells what was asked."""
        appended = [self._append(stored, actor, draft, asked if draft.key == key else None) for draft in drafts]
        last = appended[-1]
        receipt = Receipt(asked, last.conversation, last.numbers.of(actor.audience), last.at)
        self._receipts[(actor.tenant, name_of(actor), key)] = receipt
        return receipt

    def append(self, stored: Stored, actor: Actor, drafts: Sequence[Draft]) -> list[Event]:
        """Put facts on the timeline, numbered for each audience. They are written by `write`."""
        return [self._append(stored, actor, draft) for draft in drafts]

    def _append(self, stored: Stored, actor: Actor, draft: Draft, asked: bytes | None = None) -> Event:
        state = stored.state
        event = Event(
            tenant=state.tenant,
            conversation=state.id,
            numbers=state.numbers.after(draft.audience),
            audience=draft.audience,
            kind=draft.kind,
            author=actor.author(),
            at=max(self.now, state.last_at),
            key=draft.key,
            facts=draft.facts,
            body=draft.body,
        )
        body_id, committed = self._seal(stored, event)
        facts = msgspec.json.encode(dict(draft.facts)).decode()
        stored.chain = link(stored.chain, canonical(event, facts), committed)
        self._rows[events].append(_event_row(event, asked, facts, body_id, committed, stored.chain))
        if event.key is not None:
            self._taken[(event.tenant, event.key)] = None
        stored.state = apply(state, event)
        stored.events.append(event)
        if stored.first_words is None and event.kind == "message":
            stored.first_words = event.numbers.house
        return event

    def _seal(self, stored: Stored, event: Event) -> tuple[bytes | None, bytes | None]:
        """Return the id of the sealed body and the commitment to it."""
        if event.body is None:
            return None, None
        salt = self._new_salt()
        id = self.now.to_bytes(6, "big") + self._new_salt()[6:]
        plain = msgspec.json.encode(event.body)
        place = place_of(event.tenant, event.conversation, event.numbers.house)
        self._rows[bodies].append((event.tenant, id, seal(plain, stored.key, salt, place)))
        self._rows[salts].append((event.tenant, id, salt))
        return id, commitment(plain, stored.key, salt)

    def only_tenant(self) -> str:
        """Return the tenant of a transaction that works for one."""
        (tenant,) = {tenant for tenant, _ in self._stored}
        return tenant

    def write(self) -> None:
        """Write everything that was collected, and tell it for after the commit."""
        touched = [stored for stored in self._stored.values() if stored.events]
        fresh = [new_row(stored, self.now) for stored in touched if stored.before is None]
        if fresh:
            self.connection.execute(insert(conversations), fresh)
        for table, rows in self._rows.items():
            insert_rows(self.connection, table, _COLUMNS[table], rows)
            rows.clear()
        self._write_changed([stored for stored in touched if stored.before is not None])
        for stored in touched:
            self._transaction.told.append(Appended(stored.before, stored.state, tuple(stored.events)))
            stored.before, stored.events = stored.state, []
            self._transaction.left[(stored.state.tenant, stored.state.id)] = stored

    def _write_changed(self, touched: Sequence[Stored]) -> None:
        talked = [stored for stored in touched if only_talked(stored)]
        update_rows(self.connection, conversations, STATE[:2], TALK, [talk_row(one, self.now) for one in talked])
        changed = [changed_row(stored, self.now) for stored in touched if not only_talked(stored)]
        if changed:
            self.connection.execute(_UPDATE, changed)


def state_of(row: Row[Any]) -> Conversation:
    """Read the state of a conversation from its row."""
    mapping = row._mapping
    values = {name: mapping[name] for name in STATE}
    return Conversation(numbers=Numbers(row.n_contact, row.n_staff, row.n_house), **values)


def place_of(tenant: str, conversation: str, n_house: int) -> str:
    """Name the place of a body, to which its sealing is bound."""
    return f"{tenant}|{conversation}|{n_house}"


def _event_row(
    event: Event, asked: bytes | None, facts: str, body_id: bytes | None, committed: bytes | None, chain: bytes
) -> tuple[Any, ...]:
    numbers = event.numbers
    return (
        event.tenant, event.conversation, numbers.house, numbers.staff, numbers.contact, int(event.audience),
        event.kind, name_of_author(event), event.at, event.key, asked, facts, body_id, committed, chain, None,
    )  # fmt: skip


def _places(wanted: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(tenant, key) for tenant, _, key in wanted]
