"""The first words of a connection: who this is, and how things stand."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from curbside.actions import identity
from curbside.actions import welcome as things
from curbside.actions.floor import Floor
from curbside.actions.identity import Known
from curbside.domain.commands import TEXT_MAX
from curbside.domain.deciding import EDIT_MS
from curbside.domain.errors import Refused
from curbside.domain.files import BYTES_MAX
from curbside.domain.people import Contact
from curbside.realtime.connection import HEARTBEAT_MS
from curbside.realtime.frames import FRAME_MAX, Hello, encode
from curbside.store.sealing import derive

if TYPE_CHECKING:
    from curbside.web.carrier import Carrier

LIMITS = {"frame": FRAME_MAX, "text": TEXT_MAX, "files": 10, "file_bytes": BYTES_MAX, "edit_ms": EDIT_MS}

CONNECTIONS_MAX = 30


async def welcome(carrier: Carrier, floor: Floor, hello: Hello) -> None:
    """Find out who holds the token of a `hello`, and greet them or turn them away."""
    connection = carrier.connection
    try:
        known = await identity.who(floor.installation, floor.directory, hello.token, parts=True)
        now = floor.installation.db.clock()
        only_open = known.lapsed(now)
        snapshot = await things.snapshot(
            floor.installation, floor.directory, floor.board, known.person, now, only_open=only_open, part=known.part
        )
    except Refused as refused:
        carrier.run(connection.turned_away(refused))
        return
    if connection.closed:
        return
    person = known.person
    if floor.hub.count(person) >= CONNECTIONS_MAX:
        carrier.run(connection.turned_away(Refused("busy", retry=True, after_ms=10_000)))
        return
    carrier.grounds, carrier.token_id, carrier.device = known.grounds, known.token_id, known.device or hello.device
    frame = _frame(carrier, floor, known, snapshot, now)
    # A restored database has other events: numbers held from before it mean nothing.
    cursors = hello.cursors if hello.epoch in (None, floor.epoch) else dict.fromkeys(hello.cursors, 0)
    allowance = floor.allowances.of(person, now)
    if isinstance(person, Contact):
        connection.standing.open = floor.board.open_of_contact(person.tenant, person.id)
    out = connection.welcomed(person, known.expires_at, known.limit_at, frame, cursors, allowance, now, known.part)
    floor.hub.join(carrier)
    carrier.settings = encode("settings", **things.settings(floor.directory, floor.board, person, now))
    carrier.run(out)
    floor.exchange.arrived(carrier)


async def renew(carrier: Carrier, floor: Floor, token: str) -> None:
    """Take a fresh token of the same person and log-in over an open connection."""
    connection, person = carrier.connection, carrier.connection.person
    try:
        known = await identity.who(floor.installation, floor.directory, token, parts=True)
    except Refused as refused:
        carrier.run(connection.turned_away(refused))
        return
    theirs = (known.person.tenant, known.person.kind, known.person.id, known.grounds)
    same = person is not None and theirs == (person.tenant, person.kind, person.id, carrier.grounds)
    if not same or known.part != connection.standing.part:
        # Another person on an open socket is a switch of user: the old one's socket ends, nothing is carried over.
        carrier.close("ended", "never")
        return
    carrier.token_id = known.token_id
    expires_in = max(0, (known.expires_at - floor.installation.db.clock()) // 1000)
    carrier.run(connection.renewed(known.expires_at, known.limit_at, expires_in))


def _frame(carrier: Carrier, floor: Floor, known: Known, snapshot: dict[str, Any], now: int) -> bytes:
    person = known.person
    # Who carries a part names their device themselves: the key of what a panel keeps is not theirs to ask for.
    within = (carrier.device,) if known.part is None else ("part", known.part.call, carrier.device)
    vault = derive(floor.installation.keys.tenant(person.tenant), "vault", person.kind, person.id, *within)
    return encode(
        "welcome",
        connection=carrier.id,
        epoch=floor.epoch,
        heartbeat=HEARTBEAT_MS,
        now=now,
        expires_in=max(0, (known.expires_at - now) // 1000),
        vault=urlsafe_b64encode(vault).rstrip(b"=").decode(),
        limits=LIMITS,
        you=things.you(person, floor.installation, floor.directory),
        snapshot=snapshot,
    )
