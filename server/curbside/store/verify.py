"""Verify a conversation: that nothing on its timeline was changed, dropped, put in between or swapped.

Erasing leaves everything but the bodies, so a conversation verifies for ever; what was erased must say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, select

from curbside.domain.audience import START, Audience, Numbers
from curbside.domain.events import Event
from curbside.domain.writing import canonical
from curbside.store.ledger import bodies, conversations, events, place_of, salts
from curbside.store.sealing import Keys, commitment, link, unseal

_BODIES = (
    select(events.c.n_house, bodies.c.sealed, salts.c.salt)
    .join(bodies, (bodies.c.tenant == events.c.tenant) & (bodies.c.id == events.c.body_id))
    .outerjoin(salts, (salts.c.tenant == events.c.tenant) & (salts.c.id == events.c.body_id))
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written, at the event that has `number` in the house."""

    number: int
    why: str


def verify(connection: Connection, keys: Keys, tenant: str, conversation: str) -> list[Fault]:
    """Recompute the chain and the commitments of a conversation; return what is wrong, nothing when all is well."""
    of = select(conversations).where(conversations.c.tenant == tenant, conversations.c.id == conversation)
    row = connection.execute(of).one_or_none()
    if row is None:
        return [Fault(0, "no such conversation")]
    timeline = connection.execute(
        select(events)
        .where(events.c.tenant == tenant, events.c.conversation == conversation)
        .order_by(events.c.n_house)
    ).all()
    sealed = connection.execute(_BODIES.where(events.c.tenant == tenant, events.c.conversation == conversation))
    kept = {one.n_house: one for one in sealed}
    key = keys.conversation(tenant, conversation, row.wrapped_key) if row.wrapped_key else None
    faults = [*_chain(row, timeline), *_numbers(row, timeline), *_erasures(timeline, kept, erased=key is None)]
    if key is not None:
        faults += _bodies(timeline, kept, key)
    return faults


def _chain(row: Row[Any], timeline: Sequence[Row[Any]]) -> Iterator[Fault]:
    chain = bytes(32)
    for event in timeline:
        chain = link(chain, canonical(_event(event), event.facts), event.commitment)
        if not compare_digest(chain, event.chain):
            yield Fault(event.n_house, "chain")
            return  # everything after it differs too
    if not compare_digest(chain, row.chain):
        yield Fault(row.n_house, "end of the chain")


def _numbers(row: Row[Any], timeline: Sequence[Row[Any]]) -> Iterator[Fault]:
    numbers = START
    for event in timeline:
        numbers = numbers.after(Audience(event.audience))
        if _counts(event) != numbers:
            yield Fault(event.n_house, "number")
            return
    if _counts(row) != numbers:
        yield Fault(row.n_house, "count")


def _erasures(timeline: Sequence[Row[Any]], kept: dict[int, Any], *, erased: bool) -> Iterator[Fault]:
    """What is gone must have been asked for on the timeline, and must really be gone."""
    asked: dict[tuple[str, str], int] = {}
    for event in timeline:
        if event.kind in ("edited", "deleted", "redacted"):
            asked[(event.kind, msgspec.json.decode(event.facts)["target"])] = event.n_house
    for event in timeline:
        # The last edit is what stands: it must not say that it was replaced.
        if event.gone and asked.get((event.gone, _target(event)), 0) <= event.n_house:
            yield Fault(event.n_house, "gone without a word")
        if event.gone and event.n_house in kept:
            yield Fault(event.n_house, "said to be gone, and still there")
        if event.commitment and not event.gone and not erased and event.n_house not in kept:
            yield Fault(event.n_house, "body lost")


def _bodies(timeline: Sequence[Row[Any]], kept: dict[int, Any], key: bytes) -> Iterator[Fault]:
    for event in timeline:
        body = kept.get(event.n_house)
        if body is not None and not _is_what_was_committed(event, body, key):
            yield Fault(event.n_house, "body")


def _is_what_was_committed(event: Row[Any], body: Any, key: bytes) -> bool:
    if body.salt is None or event.commitment is None:
        return False
    try:
        plain = unseal(body.sealed, key, body.salt, place_of(event.tenant, event.conversation, event.n_house))
    except InvalidTag:
        return False
    return compare_digest(commitment(plain, key, body.salt), event.commitment)


def _target(event: Row[Any]) -> str:
    if event.kind == "edited":
        return str(msgspec.json.decode(event.facts)["target"])
    return event.key or ""


def _counts(row: Row[Any]) -> Numbers:
    return Numbers(row.n_contact, row.n_staff, row.n_house)


def _event(row: Row[Any]) -> Event:
    kind, _, id = row.author.partition(":")
    return Event(
        tenant=row.tenant,
        conversation=row.conversation,
        numbers=_counts(row),
        audience=Audience(row.audience),
        kind=row.kind,
        author={"kind": kind, "id": id or None},
        at=row.at,
        key=row.key,
    )
