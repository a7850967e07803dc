"""Read all that a tenant's directory shows, in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, Table, select

from curbside.domain.people import Agent, AgentRole
from curbside.domain.settings import TenantSettings, decode
from curbside.domain.signing import Issuer
from curbside.domain.switches import Rule
from curbside.store.tables import people
from curbside.store.tables import tenant as tables

TENANT: Table = tables.Tenant.__table__  # type: ignore[attr-defined]
ORIGIN: Table = tables.Origin.__table__  # type: ignore[attr-defined]
ORGANIZATION: Table = tables.Organization.__table__  # type: ignore[attr-defined]
ISSUER: Table = tables.Issuer.__table__  # type: ignore[attr-defined]
INCIDENT: Table = tables.Incident.__table__  # type: ignore[attr-defined]
SWITCH: Table = tables.Switch.__table__  # type: ignore[attr-defined]
PARTNER: Table = tables.Partner.__table__  # type: ignore[attr-defined]
TEAM: Table = tables.Team.__table__  # type: ignore[attr-defined]
CANNED: Table = tables.CannedReply.__table__  # type: ignore[attr-defined]
AGENT: Table = people.Agent.__table__  # type: ignore[attr-defined]
MEMBERSHIP: Table = people.Membership.__table__  # type: ignore[attr-defined]

_STRINGS = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class TenantCard:
    """A tenant as the rest of the process knows it."""

    id: str
    name: str
    settings: TenantSettings
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Partner:
    """An employer of agents."""

    id: str
    name: str
    in_house: bool


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who share a queue."""

    id: str
    name: str
    level: int
    partner: str
    modules: tuple[str, ...] = ()

    def card(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "level": self.level}


@dataclass(frozen=True, slots=True)
class Incident:
    """A known problem, shown behind the button to everybody."""

    id: str
    text: str
    next_update_at: int | None

    def card(self) -> dict[str, Any]:
        return {"id": self.id, "text": self.text, "next_update_at": self.next_update_at}


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer kept ready."""

    id: str
    title: str
    shortcut: str
    text: str
    locale: str

    def card(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "shortcut": self.shortcut, "text": self.text}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tenant's whole directory at one moment."""

    card: TenantCard
    wrapped_key: bytes = field(repr=False)
    partners: Mapping[str, Partner]
    teams: Mapping[str, Team]
    agents: Mapping[str, Agent]
    names: Mapping[str, str]
    states: Mapping[str, str]
    organizations: Mapping[str, str]
    rules: tuple[Rule, ...]
    incidents: tuple[Incident, ...]
    canned: tuple[Canned, ...]
    issuers: tuple[Issuer, ...] = field(repr=False)


def tenants(connection: Connection) -> list[str]:
    """List every tenant's id: for the installation itself, never for a person."""
    return list(connection.scalars(select(TENANT.c.id).order_by(TENANT.c.id)))


def load(connection: Connection, tenant: str) -> Snapshot | None:
    """Read the directory of `tenant`, or None when there is no such tenant."""
    row = connection.execute(select(TENANT).where(TENANT.c.id == tenant)).one_or_none()
    if row is None:
        return None
    partners = {each.id: Partner(each.id, each.name, each.in_house) for each in _rows(connection, PARTNER, tenant)}
    agents = _rows(connection, AGENT, tenant)
    return Snapshot(
        card=_card(connection, row),
        wrapped_key=row.wrapped_key,
        partners=partners,
        teams=_teams(connection, tenant),
        agents=_agents(agents, partners, _memberships(connection, tenant)),
        names={each.id: each.name for each in agents},
        states={each.id: each.state for each in agents},
        organizations={each.id: each.name for each in _rows(connection, ORGANIZATION, tenant)},
        rules=_rules(connection, tenant),
        incidents=_incidents(connection, tenant),
        canned=_canned(connection, tenant),
        issuers=_issuers(connection, tenant),
    )


def _rows(connection: Connection, table: Table, tenant: str) -> list[Row[Any]]:
    statement: Select[Any] = select(table).where(table.c.tenant == tenant).order_by(*table.primary_key)
    return list(connection.execute(statement))


def _card(connection: Connection, row: Row[Any]) -> TenantCard:
    origins = frozenset(each.origin for each in _rows(connection, ORIGIN, row.id))
    return TenantCard(row.id, row.name, decode(row.settings), origins)


def _teams(connection: Connection, tenant: str) -> dict[str, Team]:
    return {
        each.id: Team(each.id, each.name, each.level, each.partner, _STRINGS.decode(each.modules))
        for each in _rows(connection, TEAM, tenant)
    }


def _memberships(connection: Connection, tenant: str) -> Mapping[str, set[str]]:
    teams: dict[str, set[str]] = defaultdict(set)
    for each in _rows(connection, MEMBERSHIP, tenant):
        teams[each.agent].add(each.team)
    return teams


def _agents(
    rows: Iterable[Row[Any]], partners: Mapping[str, Partner], memberships: Mapping[str, set[str]]
) -> dict[str, Agent]:
    """Return those who still work here: the revoked are nobody."""
    return {
        row.id: agent_of(row, partners[row.partner], memberships.get(row.id, set()))
        for row in rows
        if row.revoked_at is None
    }


def agent_of(row: Row[Any], partner: Partner, teams: Iterable[str]) -> Agent:
    """Make an agent of their row, their employer and their teams."""
    role: AgentRole = row.role
    return Agent(
        tenant=row.tenant,
        id=row.id,
        name=row.name,
        level=row.level,
        role=role,
        partner=partner.id,
        employer=partner.name,
        in_house=partner.in_house,
        country=row.country,
        capacity=row.capacity,
        languages=_STRINGS.decode(row.languages),
        teams=frozenset(teams),
        locale=row.locale,
        tz=row.tz,
    )


def _rules(connection: Connection, tenant: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(each.capability, each.enabled, each.organization, each.role, each.module)
        for each in _rows(connection, SWITCH, tenant)
    )


def _incidents(connection: Connection, tenant: str) -> tuple[Incident, ...]:
    rows = [each for each in _rows(connection, INCIDENT, tenant) if each.active]
    rows.sort(key=lambda each: each.created_at, reverse=True)
    return tuple(Incident(each.id, each.text, each.next_update_at) for each in rows)


def _canned(connection: Connection, tenant: str) -> tuple[Canned, ...]:
    rows = sorted(_rows(connection, CANNED, tenant), key=lambda each: each.title)
    return tuple(Canned(each.id, each.title, each.shortcut, each.text, each.locale) for each in rows)


def _issuers(connection: Connection, tenant: str) -> tuple[Issuer, ...]:
    return tuple(
        Issuer(each.iss, each.aud, each.alg, each.jwks_url, each.pem, each.sealed_secret)
        for each in _rows(connection, ISSUER, tenant)
    )
