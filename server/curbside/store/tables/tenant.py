"""A tenant, and what belongs to it before anybody talks."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import SQLModel

from curbside.store.tables.columns import blob, json_text, key, millis


class Installation(SQLModel, table=True):
    """The one row that says which database this is; a restore changes `epoch`, and nothing changes `demonstration`."""

    id: int = key()
    epoch: str
    demonstration: bool = False
    created_at: int = millis()


class Tenant(SQLModel, table=True):
    """An EHR vendor. `settings` is JSON of domain.settings.TenantSettings; `wrapped_key` is sealed by the root key."""

    id: str = key()
    name: str
    settings: str = json_text(default="{}")
    wrapped_key: bytes = blob()
    created_at: int = millis()


class Origin(SQLModel, table=True):
    """A web origin whose pages may show the panel."""

    tenant: str = key(foreign_key="tenant.id")
    origin: str = key()


class Issuer(SQLModel, table=True):
    """Who signs for a tenant's contacts, and how: one pinned algorithm, keys pasted, by JWKS, or a sealed secret."""

    tenant: str = key(foreign_key="tenant.id")
    iss: str = key()
    aud: str
    alg: str
    jwks_url: str | None = None
    pem: str | None = None
    sealed_secret: bytes | None = blob(default=None, nullable=True)


class Organization(SQLModel, table=True):
    """The vendor's customer: a hospital, a practice. `external` is the vendor's own name for it."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    external: str
    name: str


class Incident(SQLModel, table=True):
    """A known problem, shown behind the button to everybody, before log-in too."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    text: str
    next_update_at: int | None = millis(default=None, nullable=True)
    active: bool = True
    created_at: int = millis()


class Switch(SQLModel, table=True):
    """One capability on or off, for a whole tenant or for an organization, a role, a module (`*` means any)."""

    tenant: str = key(foreign_key="tenant.id")
    capability: str = key()
    organization: str = key(default="*")
    role: str = key(default="*")
    module: str = key(default="*")
    enabled: bool


class CannedReply(SQLModel, table=True):
    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    title: str
    shortcut: str
    text: str
    locale: str = "en"


class Partner(SQLModel, table=True):
    """An employer of agents: in-house, or an outsourcing company under contract."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    name: str
    in_house: bool


class Team(SQLModel, table=True):
    """Agents who share a queue. `modules` is a JSON list of the EHR modules whose questions come here first."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    name: str
    level: int
    partner: str
    modules: str = json_text(default="[]")
    __table_args__ = (ForeignKeyConstraint(["tenant", "partner"], ["partner.tenant", "partner.id"]),)
