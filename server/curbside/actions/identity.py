"""Who is calling: a signed token becomes an opaque one, which is asked for what it stands on at every connection."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.jwks import Jwks
from curbside.actions.switching import check_reached
from curbside.domain.call import PART_AFTER_MS, Part
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact
from curbside.domain.signing import Issuer
from curbside.domain.token import Identity, check_addressed, ended_login, identity, peek, verify
from curbside.store import calls
from curbside.store import identity as store
from curbside.store import login as logins
from curbside.store.conversation import has_open
from curbside.store.identity import Token
from curbside.store.scope import EVERY_TENANT, enter
from curbside.store.writer import Transaction

LIFETIME_MS = 15 * 60_000
MINUTE = 60_000
SWEEP_S = 600.0
_AT_ONCE = 32
_log = structlog.get_logger(__name__)
_WAITING_MAX = 512


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is known, until when, and on what grounds.

    A contact's running conversation may go on without renewal until `limit_at`; nothing new is opened after
    `expires_at`. `part`: who asks only carries this contact's part of a call, and is held to that.
    """

    person: Contact | Agent
    grounds: str
    token_id: str
    device: str
    expires_at: int
    limit_at: int
    part: Part | None = None

    def lapsed(self, now: int) -> bool:
        """Tell whether a contact is known for the sake of what is open only."""
        return isinstance(self.person, Contact) and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Identified:
    """What a contact gets for a signed token."""

    token: str = field(repr=False)
    expires_in: int
    contact: Contact


def new_secret() -> str:
    """Make an opaque token or a cookie: 32 random bytes."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of an opaque token or a cookie. It is random, so a plain hash is enough."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()


async def who(installation: Installation, directory: Directory, token: str, *, parts: bool = False) -> Known:
    """Return whom an opaque token names, if it still stands.

    `parts`: whether one that only carries a part of a call will do; else it is refused as `forbidden`, so that
    whatever is new has to say how it keeps to that part.

    A contact with an open conversation is known up to `limit_at`: the EHR, which cannot sign now, may be what is down.
    Raises Refused: `bad_token` (never was one), `expired`, `ended` (what it stood on is over), `switched_off` (the
    launcher is, for this contact).
    """
    return await holder(installation, directory, digest(token), parts=parts)


async def holder(installation: Installation, directory: Directory, id: str, *, parts: bool = False) -> Known:
    """Return whom the token with this id names: what a link that was given out for it asks again."""
    known = await _holder(installation, directory, id, parts=parts)
    person = known.person
    if isinstance(person, Contact):
        check_reached(directory, person.tenant, person.organization, person.role)
    return known


async def _holder(installation: Installation, directory: Directory, id: str, *, parts: bool) -> Known:
    now = installation.db.clock()
    stored, contact, ended = await installation.db.read(EVERY_TENANT, lambda connection: _look_up(connection, id, now))
    if stored is None or stored.kind not in ("contact", "agent", "part"):
        raise Refused("bad_token")
    _check_whole(stored, parts=parts)
    if stored.ended_at is not None or ended:
        raise Refused("ended")
    if stored.expires_at <= now and not (now < stored.limit_at and await _goes_on(installation, stored)):
        raise Refused("expired")
    person = contact if stored.kind != "agent" else directory.agent(stored.tenant, stored.person)
    if person is None:
        raise Refused("ended")
    part = Part(stored.way, stored.call, stored.conversation) if stored.kind == "part" else None
    return Known(person, stored.grounds, id, stored.device, stored.expires_at, stored.limit_at, part)


def _check_whole(token: Token, *, parts: bool) -> None:
    if token.kind == "part" and not parts:
        raise Refused("forbidden")


async def _goes_on(installation: Installation, token: Token) -> bool:
    if token.kind != "contact":
        return False
    return await installation.db.read(token.tenant, lambda connection: has_open(connection, token.tenant, token.person))


def _carries_on(connection: Connection, part: Token, now: int) -> bool:
    """Tell whether a part's call still runs, or has just ended, and a log-in that nobody ended is beneath it.

    Asked each time: a part may be given out in the very moment in which another node ends what it stands on.
    """
    call = calls.read(connection, part.tenant, part.call)
    runs = call is not None and (not call.over or now <= call.session.call.since + PART_AFTER_MS)
    return runs and store.confirmed_until(connection, part) > 0


def _look_up(connection: Connection, id: str, now: int) -> tuple[Token | None, Contact | None, bool]:
    stored = store.token(connection, id)
    if stored is None:
        return None, None, False
    enter(connection, stored.tenant)
    if stored.kind != "agent":
        ended = store.has_ended(connection, stored.tenant, stored.iss, stored.grounds)
        ended = ended or (stored.kind == "part" and not _carries_on(connection, stored, now))
        return stored, store.contact(connection, stored.tenant, stored.person), ended
    return stored, None, not logins.is_live(connection, stored.tenant, stored.grounds)


class Identities:
    """Exchange signed tokens for opaque ones, and end what the EHR says is over.

    Cheap checks come first: size, shape, tenant, issuer, audience and algorithm cost no cryptography and no database.
    """

    def __init__(self, installation: Installation, directory: Directory, jwks: Jwks) -> None:
        self._installation = installation
        self._directory = directory
        self._jwks = jwks
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def identify(self, tenant: str, jwt: str, verifier: str, device: str) -> Identified:
        """Exchange a signed token and the verifier of its nonce for an opaque token.

        Raises Refused: `bad_token`, `expired`, `ended`, `switched_off`, `busy`, `unavailable`.
        """
        payload, issuer = await self._verified(tenant, jwt)
        named = identity(payload, issuer, verifier, self._installation.db.clock())
        check_reached(self._directory, tenant, named.organization, named.role)
        token = new_secret()
        contact = await self._installation.db.write(
            tenant, lambda transaction: self._admit(transaction, tenant, named, device, digest(token))
        )
        return Identified(token, LIFETIME_MS // 1000, contact)

    async def end_by_token(self, token: str, *, for_good: bool = True) -> None:
        """End a contact's log-in here, everywhere. Unless `for_good`, the same EHR log-in may come again."""
        # Whoever may do nothing else may still log out.
        known = await _holder(self._installation, self._directory, digest(token), parts=False)
        person = known.person
        if not isinstance(person, Contact):
            raise Refused("forbidden")

        def end(transaction: Transaction) -> None:
            stored = store.token(transaction.connection, known.token_id)
            if stored is not None and for_good:
                store.bar(transaction, person.tenant, stored.iss, known.grounds)
            store.end_grounds(transaction, person.tenant, "contact", known.grounds)

        await self._installation.db.write(person.tenant, end)

    async def end_by_backend(self, tenant: str | None, jwt: str) -> None:
        """End what a back-channel log-out token names (OpenID Connect Back-Channel Logout 1.0).

        Without a tenant it is the one that the issuer signs for.
        """
        tenant = tenant or self._tenant_of(jwt)
        payload, issuer = await self._verified(tenant, jwt)
        ended = ended_login(payload, issuer, self._installation.db.clock())

        def end(transaction: Transaction) -> None:
            if not store.use_jti(transaction, tenant, ended.iss, ended.jti, ended.expires_at):
                raise Refused("bad_token")
            over = [ended.grounds] if ended.grounds else []
            if ended.grounds is None:
                over += store.grounds_of_subject(transaction.connection, tenant, ended)
            for grounds in over:
                store.bar(transaction, tenant, ended.iss, grounds)
                store.end_grounds(transaction, tenant, "contact", grounds)

        await self._installation.db.write(tenant, end)

    def _tenant_of(self, jwt: str) -> str:
        addressed = peek(jwt).addressed
        for aud in [addressed.aud] if isinstance(addressed.aud, str) else addressed.aud:
            tenant = self._directory.tenant_of_issuer(addressed.iss, aud)
            if tenant is not None:
                return tenant
        raise Refused("bad_token")

    async def _verified(self, tenant: str, jwt: str) -> tuple[bytes, Issuer]:
        peeked = peek(jwt)
        if not self._directory.knows(tenant):
            raise Refused("bad_token")
        issuer = check_addressed(peeked, self._directory.issuers(tenant))
        if self._waiting >= _WAITING_MAX:
            raise Refused("busy", retry=True, after_ms=2000)
        self._waiting += 1
        try:
            async with self._at_once:
                keys = await self._jwks.keys(tenant, issuer, peeked)
                return verify(peeked, issuer, keys), issuer
        finally:
            self._waiting -= 1

    def _admit(self, transaction: Transaction, tenant: str, named: Identity, device: str, id: str) -> Contact:
        connection, now = transaction.connection, transaction.now
        if not store.use_jti(transaction, tenant, named.iss, named.jti, named.expires_at):
            raise Refused("bad_token")
        if store.has_ended(connection, tenant, named.iss, named.grounds):
            raise Refused("ended")
        contact = store.upsert_contact(transaction, tenant, named, self._installation.new_id())
        limit = self._directory.tenant(tenant).settings.token_limit_minutes * MINUTE
        store.add_token(
            transaction,
            Token(
                tenant, id, "contact", contact, named.grounds, device, named.iss, now, now + LIFETIME_MS, now + limit
            ),
        )
        found = store.contact(connection, tenant, contact)
        assert found is not None
        return found


async def end_grounds(installation: Installation, tenant: str, kind: str, grounds: str) -> None:
    """End everything that stands on `grounds`: tokens, and by what is told, sockets."""
    await installation.db.write(tenant, lambda transaction: store.end_grounds(transaction, tenant, kind, grounds))


async def keep_swept(installation: Installation) -> None:
    """Forget tokens and used `jti`s that are too old to matter, until cancelled."""
    while True:
        await asyncio.sleep(SWEEP_S)
        try:
            await installation.db.write(EVERY_TENANT, store.sweep)
        except Refused:
            _log.warning("identity.sweep", why="unavailable")
