"""Write what administrators set: tenants, agents, teams, partners, switches, issuers and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, and_, delete, func, select, update

from curbside.domain.entries import AgentEntry
from curbside.domain.news import DirectoryChanged, SettingsChanged
from curbside.store import directory, login
from curbside.store.tables import conversation
from curbside.store.writer import Transaction

CONVERSATION: Table = conversation.Conversation.__table__  # type: ignore[attr-defined]
AGENT, MEMBERSHIP, TEAM, TENANT = directory.AGENT, directory.MEMBERSHIP, directory.TEAM, directory.TENANT
PARTNER, CANNED, SWITCH = directory.PARTNER, directory.CANNED, directory.SWITCH
INCIDENT, ISSUER, ORIGIN = directory.INCIDENT, directory.ISSUER, directory.ORIGIN
_OF_PEOPLE = (AGENT, TEAM, PARTNER, MEMBERSHIP)


def add_tenant(transaction: Transaction, tenant: str, name: str, settings: str, wrapped_key: bytes) -> bool:
    """Add a tenant; tell whether its id was free."""
    values = {"id": tenant, "name": name, "settings": settings, "wrapped_key": wrapped_key}
    taken = transaction.connection.execute(select(TENANT.c.id).where(TENANT.c.id == tenant)).first() is not None
    if not taken:
        transaction.connection.execute(TENANT.insert().values(created_at=transaction.now, **values))
        transaction.told.append(SettingsChanged(tenant))
    return not taken


def settings(connection: Connection, tenant: str) -> str:
    """Return a tenant's settings as they are now, locked until the transaction ends."""
    query = select(TENANT.c.settings).where(TENANT.c.id == tenant).with_for_update()
    return str(connection.execute(query).scalar_one())


def change_tenant(transaction: Transaction, tenant: str, **values: str) -> None:
    """Write a tenant's name or settings."""
    transaction.connection.execute(update(TENANT).where(TENANT.c.id == tenant).values(values))
    transaction.told.append(SettingsChanged(tenant))


def put(transaction: Transaction, table: Table, tenant: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Change the row under `key`, or add it."""
    place = _place(table, tenant, key)
    connection = transaction.connection
    exists = connection.execute(select(func.count()).select_from(table).where(place)).scalar_one()
    if not exists:
        connection.execute(table.insert().values(tenant=tenant, **key, **values))
    elif values:
        connection.execute(update(table).where(place).values(values))
    _tell(transaction, table, tenant)


def remove(transaction: Transaction, table: Table, tenant: str, key: Mapping[str, Any]) -> bool:
    """Take the row under `key` away; tell whether there was one."""
    gone = transaction.connection.execute(delete(table).where(_place(table, tenant, key))).rowcount == 1
    _tell(transaction, table, tenant)
    return gone


def rows(connection: Connection, table: Table, tenant: str) -> list[Row[Any]]:
    """Return all of a tenant's rows of one kind."""
    return list(connection.execute(select(table).where(table.c.tenant == tenant).order_by(*table.primary_key)))


def exists(connection: Connection, table: Table, tenant: str, key: Mapping[str, Any]) -> bool:
    """Tell whether a row of the tenant is there by its key."""
    return connection.execute(select(table.c.tenant).where(_place(table, tenant, key))).first() is not None


def email_taken(connection: Connection, tenant: str, email: str, but: str | None) -> bool:
    """Tell whether another agent of the tenant logs in with this address."""
    query = select(AGENT.c.id).where(AGENT.c.tenant == tenant, AGENT.c.email == email)
    return any(id != but for id in connection.scalars(query))


def put_agent(transaction: Transaction, tenant: str, agent: str, entry: AgentEntry, teams: Iterable[str]) -> None:
    """Add an agent, or change one; their teams become `teams`."""
    values = {
        "email": entry.email.lower(),
        "name": entry.name,
        "level": entry.level,
        "role": entry.role,
        "partner": entry.partner,
        "country": entry.country,
        "languages": msgspec.json.encode(entry.languages).decode(),
        "skills": msgspec.json.encode(entry.skills).decode(),
        "capacity": entry.capacity,
        "locale": entry.locale,
        "tz": entry.tz,
    }
    if not exists(transaction.connection, AGENT, tenant, {"id": agent}):
        values |= {"created_at": transaction.now, "state": "off"}
    put(transaction, AGENT, tenant, {"id": agent}, values)
    theirs = (MEMBERSHIP.c.tenant == tenant, MEMBERSHIP.c.agent == agent)
    transaction.connection.execute(delete(MEMBERSHIP).where(*theirs))
    for team in sorted(set(teams)):
        transaction.connection.execute(MEMBERSHIP.insert().values(tenant=tenant, agent=agent, team=team))


@dataclass(frozen=True, slots=True)
class Listed:
    """An agent as an administrator sees them."""

    id: str
    name: str
    email: str
    level: int
    role: str
    partner: str
    country: str
    languages: tuple[str, ...]
    capacity: int
    locale: str
    tz: str
    teams: tuple[str, ...]
    revoked: bool
    has_password: bool
    has_second_factor: bool


def agents(connection: Connection, tenant: str) -> list[Listed]:
    """List all agents: those who work here by name, then the revoked."""
    teams: dict[str, list[str]] = {}
    for row in rows(connection, MEMBERSHIP, tenant):
        teams.setdefault(row.agent, []).append(row.team)
    listed = [
        Listed(
            id=row.id,
            name=row.name,
            email=row.email,
            level=row.level,
            role=row.role,
            partner=row.partner,
            country=row.country,
            languages=msgspec.json.decode(row.languages, type=tuple[str, ...]),
            capacity=row.capacity,
            locale=row.locale,
            tz=row.tz,
            teams=tuple(teams.get(row.id, ())),
            revoked=row.revoked_at is not None,
            has_password=row.password is not None,
            has_second_factor=row.sealed_totp is not None,
        )
        for row in rows(connection, AGENT, tenant)
    ]
    return sorted(listed, key=lambda each: (each.revoked, each.name))


def revoke_agent(transaction: Transaction, tenant: str, agent: str) -> None:
    """End everything an agent could do. The row stays, for the timeline's sake."""
    place = (AGENT.c.tenant == tenant, AGENT.c.id == agent, AGENT.c.revoked_at.is_(None))
    transaction.connection.execute(update(AGENT).where(*place).values(revoked_at=transaction.now))
    login.end_all_of(transaction, tenant, agent)
    transaction.told.append(DirectoryChanged(tenant))


def administrators(connection: Connection, tenant: str) -> list[str]:
    """List who may change settings: the last one of them stays."""
    place = (AGENT.c.tenant == tenant, AGENT.c.role == "admin", AGENT.c.revoked_at.is_(None))
    return list(connection.scalars(select(AGENT.c.id).where(*place)))


def team_is_used(connection: Connection, tenant: str, team: str) -> bool:
    """Tell whether a team still has conversations that are not resolved, or agents."""
    place = (CONVERSATION.c.tenant == tenant, CONVERSATION.c.team == team, CONVERSATION.c.status != "resolved")
    open_ones = connection.execute(select(CONVERSATION.c.id).where(*place).limit(1)).first()
    members = select(MEMBERSHIP.c.agent).where(MEMBERSHIP.c.tenant == tenant, MEMBERSHIP.c.team == team)
    return open_ones is not None or connection.execute(members.limit(1)).first() is not None


def partner_is_used(connection: Connection, tenant: str, partner: str) -> bool:
    """Tell whether a partner employs anybody or answers for a team."""
    for table in (AGENT, TEAM):
        used = select(table.c.id).where(table.c.tenant == tenant, table.c.partner == partner).limit(1)
        if connection.execute(used).first() is not None:
            return True
    return False


def signs_for_another(connection: Connection, tenant: str, iss: str, aud: str) -> bool:
    """Tell whether issuer and audience belong to another tenant already: they say whose contact a token names."""
    same = (ISSUER.c.iss == iss, ISSUER.c.aud == aud, ISSUER.c.tenant != tenant)
    return connection.execute(select(ISSUER.c.tenant).where(*same).limit(1)).first() is not None


def _place(table: Table, tenant: str, key: Mapping[str, Any]) -> Any:
    return and_(table.c.tenant == tenant, *(table.c[name] == value for name, value in key.items()))


def _tell(transaction: Transaction, table: Table, tenant: str) -> None:
    kind = DirectoryChanged if any(table is each for each in _OF_PEOPLE) else SettingsChanged
    transaction.told.append(kind(tenant))
