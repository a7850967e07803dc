"""Contacts and organizations, their tokens, and what must not happen twice."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from curbside.domain.news import GroundsEnded
from curbside.domain.people import Contact
from curbside.domain.token import EndedLogin, Identity
from curbside.store.tables import people
from curbside.store.tables import tenant as tables
from curbside.store.writer import Transaction

CONTACT: Table = people.Contact.__table__  # type: ignore[attr-defined]
TOKEN: Table = people.Token.__table__  # type: ignore[attr-defined]
USED_JTI: Table = people.UsedJti.__table__  # type: ignore[attr-defined]
ENDED_SID: Table = people.EndedSid.__table__  # type: ignore[attr-defined]
LOGIN: Table = people.Login.__table__  # type: ignore[attr-defined]
ORGANIZATION: Table = tables.Organization.__table__  # type: ignore[attr-defined]

KEEP_TOKENS_MS = 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class Token:
    """What is stored of an opaque token: never the token, only its hash as `id`."""

    tenant: str
    id: str
    kind: str
    person: str
    grounds: str
    device: str
    iss: str
    issued_at: int
    expires_at: int
    limit_at: int
    ended_at: int | None = None
    call: str = ""
    conversation: str = ""
    way: str = ""


# What stands on the same grounds ends with them: a contact's window and phone, and codes that nobody has used yet.
_STANDING = {"contact": ("contact", "part", "code")}


def once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there; tell whether it was new. Several nodes may try: one is told yes."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    # Asked for a row, not for a count: the count of such an insert is not known on every driver.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def use_jti(transaction: Transaction, tenant: str, iss: str, jti: str, expires_at: int) -> bool:
    """Note that a signed token was used; tell whether this was the first time."""
    values = {"tenant": tenant, "iss": iss, "jti": jti, "expires_at": expires_at}
    return once(transaction.connection, USED_JTI, values)


def upsert_contact(transaction: Transaction, tenant: str, who: Identity, new_id: str) -> str:
    """Keep what the EHR's backend says of a contact, and of their organization; return the contact's id."""
    connection = transaction.connection
    organization = _upsert_organization(connection, tenant, who)
    place = {"tenant": tenant, "organization": organization, "iss": who.iss, "sub": who.sub}
    said = {
        "name": who.name,
        "role": who.role,
        "email": who.email,
        "phone_ext": who.phone_ext,
        "fhir_user": who.fhir_user,
        "locale": who.locale,
        "tz": who.tz,
        "seen_at": transaction.now,
    }
    once(connection, CONTACT, {"id": new_id, "created_at": transaction.now, **place, **said})
    mine = [CONTACT.c[name] == value for name, value in place.items()]
    connection.execute(update(CONTACT).where(*mine).values(said))
    return str(connection.execute(select(CONTACT.c.id).where(*mine)).scalar_one())


def _upsert_organization(connection: Connection, tenant: str, who: Identity) -> str:
    # Its id follows from the vendor's own name for it, so that two nodes make the same one.
    digest = hashlib.sha256(f"{tenant}\n{who.organization}".encode()).digest()
    organization = base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
    values = {
        "tenant": tenant,
        "id": organization,
        "external": who.organization,
        "name": who.organization_name,
    }
    if not once(connection, ORGANIZATION, values):
        place = (ORGANIZATION.c.tenant == tenant, ORGANIZATION.c.id == organization)
        renamed = ORGANIZATION.c.name != who.organization_name
        connection.execute(update(ORGANIZATION).where(*place, renamed).values(name=who.organization_name))
    return organization


def contact(connection: Connection, tenant: str, contact: str) -> Contact | None:
    """Return a contact with the name of their organization, or None."""
    same = (ORGANIZATION.c.tenant == CONTACT.c.tenant) & (ORGANIZATION.c.id == CONTACT.c.organization)
    columns = select(CONTACT, ORGANIZATION.c.name.label("organization_name")).join(ORGANIZATION, same)
    row = connection.execute(columns.where(CONTACT.c.tenant == tenant, CONTACT.c.id == contact)).one_or_none()
    if row is None:
        return None
    return Contact(
        tenant=row.tenant,
        id=row.id,
        name=row.name,
        role=row.role,
        organization=row.organization,
        organization_name=row.organization_name,
        locale=row.locale,
        tz=row.tz,
        has_email=bool(row.email),
    )


def add_token(transaction: Transaction, token: Token) -> None:
    """Keep an opaque token: its hash, and what it stands on."""
    transaction.connection.execute(TOKEN.insert().values(asdict(token)))


def token(connection: Connection, id: str) -> Token | None:
    """Find a token by its hash: the one look-up that knows no tenant yet, because the token says which."""
    row = connection.execute(select(TOKEN).where(TOKEN.c.id == id)).one_or_none()
    return None if row is None else Token(**row._mapping)


def take_token(transaction: Transaction, id: str, kind: str) -> Token | None:
    """Use up a token that is good for once: return it, or None when it is gone, ended or too old."""
    fresh = (TOKEN.c.id == id, TOKEN.c.kind == kind, TOKEN.c.ended_at.is_(None), TOKEN.c.expires_at > transaction.now)
    ended = update(TOKEN).where(*fresh).values(ended_at=transaction.now)
    if transaction.connection.execute(ended).rowcount != 1:
        return None
    return token(transaction.connection, id)


def end_codes(transaction: Transaction, tenant: str, contact: str) -> None:
    """End the codes of a contact that nobody has used: the newest one alone is good."""
    place = (TOKEN.c.tenant == tenant, TOKEN.c.kind == "code", TOKEN.c.person == contact, TOKEN.c.ended_at.is_(None))
    transaction.connection.execute(update(TOKEN).where(*place).values(ended_at=transaction.now))


def confirmed_until(connection: Connection, token: Token) -> int:
    """Return how long a contact is known for at most, by what their EHR said last of the log-in beneath a token."""
    same = (TOKEN.c.tenant == token.tenant, TOKEN.c.kind == "contact", TOKEN.c.grounds == token.grounds)
    latest = select(func.max(TOKEN.c.limit_at)).where(*same, TOKEN.c.person == token.person, TOKEN.c.ended_at.is_(None))
    return connection.execute(latest).scalar_one_or_none() or 0


def has_ended(connection: Connection, tenant: str, iss: str, grounds: str) -> bool:
    """Tell whether the EHR said that this log-in of its own is over."""
    place = (ENDED_SID.c.tenant == tenant, ENDED_SID.c.iss == iss, ENDED_SID.c.sid == grounds)
    return connection.execute(select(ENDED_SID.c.at).where(*place)).first() is not None


def bar(transaction: Transaction, tenant: str, iss: str, grounds: str) -> None:
    """Let nobody be identified by this log-in of the EHR again."""
    once(transaction.connection, ENDED_SID, {"tenant": tenant, "iss": iss, "sid": grounds, "at": transaction.now})


def end_grounds(transaction: Transaction, tenant: str, kind: str, grounds: str) -> None:
    """End every token that stands on `grounds`, and tell it, so that sockets end too."""
    kinds = TOKEN.c.kind.in_(_STANDING.get(kind, (kind,)))
    place = (TOKEN.c.tenant == tenant, kinds, TOKEN.c.grounds == grounds, TOKEN.c.ended_at.is_(None))
    transaction.connection.execute(update(TOKEN).where(*place).values(ended_at=transaction.now))
    transaction.told.append(GroundsEnded(tenant, kind, grounds))


def grounds_of_subject(connection: Connection, tenant: str, ended: EndedLogin) -> Sequence[str]:
    """Return what a person's tokens of the last day stand on."""
    same = (CONTACT.c.tenant == TOKEN.c.tenant) & (CONTACT.c.id == TOKEN.c.person)
    theirs = (CONTACT.c.tenant == tenant, CONTACT.c.iss == ended.iss, CONTACT.c.sub == ended.sub)
    query = select(TOKEN.c.grounds).join(CONTACT, same).where(TOKEN.c.kind == "contact", *theirs).distinct()
    return list(connection.scalars(query))


def end_everything(transaction: Transaction) -> None:
    """End every log-in and token: a restored database must not know again what was revoked since its backup."""
    connection = transaction.connection
    connection.execute(update(TOKEN).where(TOKEN.c.ended_at.is_(None)).values(ended_at=transaction.now))
    connection.execute(update(LOGIN).where(LOGIN.c.ended_at.is_(None)).values(ended_at=transaction.now))


def sweep(transaction: Transaction) -> None:
    """Forget what is too old to matter. A used `jti` is kept for as long as its token could be used."""
    now = transaction.now
    transaction.connection.execute(delete(USED_JTI).where(USED_JTI.c.expires_at < now - 60_000))
    transaction.connection.execute(delete(TOKEN).where(TOKEN.c.expires_at < now - KEEP_TOKENS_MS))
