"""What came of a command, and that it happens once: the same key gets the same answer, whatever the network does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from curbside.domain import commands as ask
from curbside.domain.errors import Refused
from curbside.domain.events import Event
from curbside.domain.people import Actor
from curbside.store.ledger import ERASED, Ledger, Receipt


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command: what `ok` says. `seq` is in the author's own numbers."""

    conversation: str | None
    seq: int | None
    at: int
    duplicate: bool = False
    result: Any = None


def fingerprint(command: ask.Command | ask.SetState, key: bytes) -> bytes:
    """Return a keyed hash of what was asked: the same key of a command with another content is a conflict.

    Under a key of the installation, so that whoever holds the rows alone cannot try what short texts it stands for.
    """
    kind = type(command).__name__.encode()
    return hashlib.blake2b(kind + msgspec.json.encode(command, order="sorted"), key=key, digest_size=32).digest()


def repeated(ledger: Ledger, actor: Actor, key: str, asked: bytes) -> Done | None:
    """Return what came of a command that was carried out before. Raises Refused(`conflict`) where it was another."""
    receipt = ledger.receipt(actor, key)
    if receipt is None:
        return None
    if receipt.asked not in (asked, ERASED):
        raise Refused("conflict")
    return Done(receipt.conversation, receipt.seq, receipt.at, duplicate=True, result=receipt.result)


def finish(
    ledger: Ledger, actor: Actor, key: str, asked: bytes, events: Sequence[Event], result: Any = None, keep: bool = True
) -> Done:
    """Keep the receipt of a command, and return what came of it."""
    last = events[-1] if events else None
    seq = last.numbers.of(actor.audience) if last and actor.audience.sees(last.audience) else None
    conversation = last.conversation if last else None
    at = last.at if last else ledger.now
    if keep:
        ledger.keep_receipt(actor, key, Receipt(asked, conversation, seq, at, result))
    return Done(conversation, seq, at, result=result)
