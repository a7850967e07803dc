"""Contacts and agents, their log-ins, and what must not happen twice."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from curbside.store.tables.columns import blob, json_text, key, millis


class Contact(SQLModel, table=True):
    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    organization: str
    iss: str
    sub: str
    name: str
    role: str = ""
    email: str | None = None
    phone_ext: str | None = None
    fhir_user: str | None = None
    locale: str = "en"
    tz: str = "UTC"
    created_at: int = millis()
    seen_at: int = millis()
    __table_args__ = (
        UniqueConstraint("tenant", "organization", "iss", "sub"),
        ForeignKeyConstraint(["tenant", "organization"], ["organization.tenant", "organization.id"]),
    )


class Agent(SQLModel, table=True):
    """A member of the support staff. `revoked_at` ends every log-in; the row stays, for the timeline's sake."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    email: str
    name: str
    level: int
    role: str
    partner: str
    country: str
    languages: str = json_text(default="[]")
    skills: str = json_text(default="[]")
    capacity: int = 4
    locale: str = "en"
    tz: str = "UTC"
    password: str | None = None
    sealed_totp: bytes | None = blob(default=None, nullable=True)
    totp_step: int | None = None
    state: str = "off"
    revoked_at: int | None = millis(default=None, nullable=True)
    created_at: int = millis()
    __table_args__ = (
        UniqueConstraint("tenant", "email"),
        Index("ix_agent_email", "email"),
        ForeignKeyConstraint(["tenant", "partner"], ["partner.tenant", "partner.id"]),
    )


class Membership(SQLModel, table=True):
    """An agent belongs to a team."""

    tenant: str = key()
    agent: str = key()
    team: str = key()
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "agent"], ["agent.tenant", "agent.id"]),
        ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"]),
    )


class StateChange(SQLModel, table=True):
    """An agent went to another state: every change is kept."""

    tenant: str = key()
    agent: str = key()
    at: int = millis(primary_key=True)
    n: int = key(default=0)
    state: str
    why: str = ""


class Login(SQLModel, table=True):
    """An agent's session; `id` is the hash of the cookie."""

    tenant: str = key()
    id: str = key()
    agent: str
    created_at: int = millis()
    seen_at: int = millis()
    ended_at: int | None = millis(default=None, nullable=True)
    __table_args__ = (ForeignKeyConstraint(["tenant", "agent"], ["agent.tenant", "agent.id"]),)


class Token(SQLModel, table=True):
    """An opaque token, by its hash: a contact's for 15 minutes, or an agent's for one socket.

    `grounds` is what it stands on: the EHR's `sid` for a contact, the log-in's id for an agent. `call`,
    `conversation` and `way` limit one that carries a contact's part of a call elsewhere.
    """

    tenant: str = key()
    id: str = key()
    kind: str
    person: str
    grounds: str
    device: str = ""
    iss: str = ""
    issued_at: int = millis()
    expires_at: int = millis()
    limit_at: int = millis()
    ended_at: int | None = millis(default=None, nullable=True)
    call: str = ""
    conversation: str = ""
    way: str = ""
    __table_args__ = (
        Index("ix_token_id", "id", unique=True),
        Index("ix_token_tenant_kind_grounds", "tenant", "kind", "grounds"),
        Index("ix_token_expires_at", "expires_at"),
    )


class UsedJti(SQLModel, table=True):
    tenant: str = key(foreign_key="tenant.id")
    iss: str = key()
    jti: str = key()
    expires_at: int = millis(index=True)


class EndedSid(SQLModel, table=True):
    """The EHR said that a log-in of its own is over: nothing is identified by it again."""

    tenant: str = key(foreign_key="tenant.id")
    iss: str = key()
    sid: str = key()
    at: int = millis()


class LoginFailure(SQLModel, table=True):
    """Count wrong attempts by what they name (an address and an account together, hashed); `until` they leaked away."""

    id: str = key()
    last_at: int = millis()
    until: int = millis()
