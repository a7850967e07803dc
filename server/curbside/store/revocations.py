"""What must never come back, whatever is restored: ended log-ins of the EHR, revoked agents, erased messages.

They are written to a file outside the backup, and taken from there again when an older database is restored.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, select, update

from curbside.domain.deciding import ERASED
from curbside.store.conversation import agents, erase_written, find_target
from curbside.store.files import erase
from curbside.store.identity import ENDED_SID, once
from curbside.store.ledger import conversations, events


class EndedSid(msgspec.Struct, frozen=True, tag="sid"):
    tenant: str
    iss: str
    sid: str
    at: int


class RevokedAgent(msgspec.Struct, frozen=True, tag="agent"):
    tenant: str
    agent: str
    at: int


class Erased(msgspec.Struct, frozen=True, tag="erased"):
    tenant: str
    conversation: str
    target: str
    how: str
    at: int


Revocation = EndedSid | RevokedAgent | Erased
_decoder: msgspec.json.Decoder[Revocation] = msgspec.json.Decoder(Revocation)


def since(connection: Connection, at: int) -> list[Revocation]:
    """Return what was ended, revoked or erased since then, in the order of time."""
    sids = select(ENDED_SID.c.tenant, ENDED_SID.c.iss, ENDED_SID.c.sid, ENDED_SID.c.at).where(ENDED_SID.c.at >= at)
    gone = select(agents.c.tenant, agents.c.id, agents.c.revoked_at).where(agents.c.revoked_at >= at)
    same = and_(conversations.c.tenant == events.c.tenant, conversations.c.id == events.c.conversation)
    erased = (
        select(events.c.tenant, events.c.conversation, events.c.facts, events.c.kind, events.c.at)
        .join(conversations, same)
        .where(conversations.c.changed_at >= at, events.c.at >= at, events.c.kind.in_(("deleted", "redacted")))
    )
    found: list[Revocation] = [EndedSid(*row) for row in connection.execute(sids)]
    found += [RevokedAgent(*row) for row in connection.execute(gone)]
    for row in connection.execute(erased):
        target = msgspec.json.decode(row.facts)["target"]
        found.append(Erased(row.tenant, row.conversation, target, row.kind, row.at))
    return sorted(found, key=lambda one: one.at)


def replay(connection: Connection, revocations: Iterable[Revocation], now: int) -> int:
    """Do again what a restored database does not know, and return how much that was."""
    return sum(_AGAIN[type(one)](connection, one, now) for one in revocations)


def _end_sid(connection: Connection, one: EndedSid, now: int) -> bool:
    return once(connection, ENDED_SID, {"tenant": one.tenant, "iss": one.iss, "sid": one.sid, "at": one.at})


def _revoke(connection: Connection, one: RevokedAgent, now: int) -> bool:
    still = (agents.c.tenant == one.tenant, agents.c.id == one.agent, agents.c.revoked_at.is_(None))
    return connection.execute(update(agents).where(*still).values(revoked_at=one.at)).rowcount == 1


def _erase(connection: Connection, one: Erased, now: int) -> bool:
    found = find_target(connection, one.tenant, one.conversation, one.target)
    if found is None or found[0].gone in ERASED:
        return False
    erase_written(connection, one.tenant, one.conversation, one.target, one.how)
    erase(connection, one.tenant, one.conversation, one.target, now)
    return True


_AGAIN: dict[type, Any] = {EndedSid: _end_sid, RevokedAgent: _revoke, Erased: _erase}


def write_down(path: Path, revocations: Sequence[Revocation]) -> None:
    """Append to the file; when this returns they are on disk."""
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in revocations)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, b"\n" + lines)  # a line that a crash cut off stays alone
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_all(path: Path) -> list[Revocation]:
    """Read the file. A line that a crash cut off is passed over: what follows it says the same again."""
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [one for line in lines if line and (one := _read(line)) is not None]


def _read(line: bytes) -> Revocation | None:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError:
        return None
