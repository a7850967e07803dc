"""Who acts: a contact, an agent, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from curbside.domain.audience import Audience

AgentRole = Literal["agent", "supervisor", "admin"]


@dataclass(frozen=True, slots=True)
class Contact:
    """An EHR user, as the vendor's signed token names them; never anonymous."""

    tenant: str
    id: str
    name: str
    role: str
    organization: str
    organization_name: str
    locale: str = "en"
    tz: str = "UTC"
    has_email: bool = False

    kind = "contact"
    audience = Audience.CONTACT

    def author(self) -> dict[str, Any]:
        return {"kind": "contact", "id": self.id, "name": self.name}

    def card(self) -> dict[str, Any]:
        """Describe the contact to whoever answers."""
        organization = {"id": self.organization, "name": self.organization_name}
        return {"id": self.id, "name": self.name, "role": self.role, "organization": organization}


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of the support staff, with the employer that is answerable for them."""

    tenant: str
    id: str
    name: str
    level: int
    role: AgentRole
    partner: str
    employer: str
    in_house: bool
    country: str
    capacity: int = 4
    languages: tuple[str, ...] = ()
    teams: frozenset[str] = frozenset()
    locale: str = "en"
    tz: str = "UTC"

    kind = "agent"

    @property
    def audience(self) -> Audience:
        return Audience.HOUSE if self.in_house else Audience.STAFF

    @property
    def leads(self) -> bool:
        """Tell whether this is a supervisor or an administrator."""
        return self.role in ("supervisor", "admin")

    def author(self) -> dict[str, Any]:
        return {"kind": "agent", "id": self.id, "name": self.name}

    def card(self) -> dict[str, Any]:
        """Disclose who this is, as the contact is told before the first message (features C4)."""
        return {
            "id": self.id,
            "name": self.name,
            "level": self.level,
            "employer": self.employer,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class System:
    """Curbside itself: timers and time-outs act in its name."""

    tenant: str
    id: str = "system"

    kind = "system"
    audience = Audience.HOUSE

    def author(self) -> dict[str, Any]:
        return {"kind": "system", "id": None, "name": ""}


Person = Contact | Agent
Actor = Contact | Agent | System
