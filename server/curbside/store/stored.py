"""A conversation as a transaction holds it, and how it is read from and written to its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from curbside.domain.audience import Numbers
from curbside.domain.conversation import Conversation
from curbside.domain.events import Event
from curbside.store.sealing import Keys

STATE = tuple(name for name in Conversation.__struct_fields__ if name != "numbers")
NUMBERS = ("n_contact", "n_staff", "n_house")
LOADED = (*STATE, *NUMBERS, "chain", "wrapped_key", "first_words")
CHANGING = (*STATE[2:], *NUMBERS, "changed_at", "chain", "first_words")
_BEFORE_NUMBERS = Conversation.__struct_fields__.index("numbers")
_FLAGS = tuple(STATE.index(name) for name in ("test", "front", "rated"))
# What a message changes in an open conversation. Naming no more keeps the indexes on status, team and agent still.
TALK: tuple[tuple[str, str | None], ...] = (
    *((name, None) for name in (*NUMBERS, "last_at", "contact_at", "changed_at", "last_kind", "last_by", "chain")),
    ("answer_since", "BIGINT"),
    ("first_words", "BIGINT"),
)


@dataclass(slots=True)
class Stored:
    """A conversation in a transaction: its state now and as it was loaded, its key, and the end of its chain."""

    state: Conversation
    key: bytes = field(repr=False)
    chain: bytes = bytes(32)
    wrapped_key: bytes | None = field(default=None, repr=False)
    before: Conversation | None = None
    first_words: int | None = None
    external: str = "{}"
    events: list[Event] = field(default_factory=list)


def from_row(row: Sequence[Any], keys: Keys) -> Stored:
    """Read what `LOADED` names, as the driver gives it."""
    values = list(row)
    for flag in _FLAGS:
        values[flag] = bool(values[flag])
    contact, staff, house, chain, wrapped_key, first_words = values[len(STATE) :]
    numbers = Numbers(contact, staff, house)
    fields: tuple[Any, ...] = (*values[:_BEFORE_NUMBERS], numbers, *values[_BEFORE_NUMBERS : len(STATE)])
    state = Conversation(*fields)
    key = keys.conversation(state.tenant, state.id, wrapped_key) if wrapped_key else b""
    return Stored(state, key, chain, wrapped_key, state, first_words)


def only_talked(stored: Stored) -> bool:
    """Tell whether all that happened were words in an open conversation."""
    before, after = stored.before, stored.state
    return (
        before is not None
        and all(event.kind in ("message", "note") for event in stored.events)
        and before.status == after.status
        and before.mentioned == after.mentioned
    )


def talk_row(stored: Stored, now: int) -> tuple[Any, ...]:
    """Return the values of `TALK`, behind those of the key."""
    state, numbers = stored.state, stored.state.numbers
    return (
        state.tenant, state.id, numbers.contact, numbers.staff, numbers.house, state.last_at, state.contact_at,
        now, state.last_kind, state.last_by, stored.chain, state.answer_since, stored.first_words,
    )  # fmt: skip


def _values(stored: Stored, now: int) -> dict[str, Any]:
    state = stored.state
    numbers = state.numbers
    values: dict[str, Any] = {name: getattr(state, name) for name in STATE[2:]}
    values.update(n_contact=numbers.contact, n_staff=numbers.staff, n_house=numbers.house)
    values.update(changed_at=now, chain=stored.chain, first_words=stored.first_words)
    return values


def changed_row(stored: Stored, now: int) -> dict[str, Any]:
    """Return a conversation's new values as parameters of the UPDATE, by its tenant and id."""
    row = {f"new_{name}": value for name, value in _values(stored, now).items()}
    row["in_tenant"], row["with_id"] = stored.state.tenant, stored.state.id
    return row


def new_row(stored: Stored, now: int) -> dict[str, Any]:
    """Return a new conversation's row, with its wrapped key."""
    row = _values(stored, now)
    row.update(tenant=stored.state.tenant, id=stored.state.id, wrapped_key=stored.wrapped_key, external=stored.external)
    return row
