"""The demonstration's support centre: its tenant, who works in it, and who signs for those who ask."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.passwords import Passwords
from curbside.actions.tenant import Tenants
from curbside.domain.entries import (
    AgentEntry,
    CannedEntry,
    IssuerEntry,
    PartnerEntry,
    SwitchEntry,
    TeamEntry,
    TenantEntry,
    read,
)
from curbside.domain.settings import TenantSettings
from curbside.store import login as logins
from curbside.store import tenant as store
from curbside.store.sealing import Keys
from curbside.store.writer import Transaction

TENANT = "northwind"
ISSUER = "https://meadowlark.example"
AUDIENCE = "curbside"
PASSWORD = "open-the-desk"  # noqa: S105 - printed at every start of the demonstration, which serve never creates
ENGLISH, SPANISH = "en", "es"


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent of the demonstration."""

    name: str
    level: int
    partner: str
    country: str
    tz: str
    teams: tuple[str, ...]
    languages: tuple[str, ...] = (ENGLISH,)
    role: str = "agent"
    locale: str = ENGLISH

    @property
    def id(self) -> str:
        return self.name.split()[0].lower().translate(_PLAIN)

    @property
    def email(self) -> str:
        return f"{self.id}@{self.partner}.example"


PARTNERS = {
    "northwind": PartnerEntry("Northwind", in_house=True),
    "meridian": PartnerEntry("Meridian BPO"),
    "claritas": PartnerEntry("Claritas Outsourcing"),
}
TEAMS = {
    "clinical-l1": TeamEntry("Clinical L1", 1, "meridian", ("worklist", "chart", "orders", "medications", "results")),
    "claims-l1": TeamEntry("Claims L1", 1, "claritas", ("claims", "billing", "eligibility", "scheduling")),
    "clinical-l2": TeamEntry("Clinical L2", 2, "northwind"),
    "platform-l3": TeamEntry("Platform L3", 3, "northwind", ("log-in", "printing", "interfaces")),
    "engineering-l4": TeamEntry("Engineering L4", 4, "northwind"),
}
_MANILA, _MEXICO, _DUBLIN, _CHICAGO = "Asia/Manila", "America/Mexico_City", "Europe/Dublin", "America/Chicago"
COLLEAGUES = (
    Colleague("Marco Ruiz", 1, "meridian", "PH", _MANILA, ("clinical-l1",), (ENGLISH, SPANISH)),
    Colleague("Jasmine Dela Cruz", 1, "meridian", "PH", _MANILA, ("clinical-l1",)),
    Colleague("Ximena Herrera", 1, "claritas", "MX", _MEXICO, ("claims-l1",), (SPANISH, ENGLISH), locale=SPANISH),
    Colleague("Diego Salas", 1, "claritas", "MX", _MEXICO, ("claims-l1",), (SPANISH, ENGLISH)),
    Colleague("Helen Marsh", 2, "northwind", "IE", _DUBLIN, ("clinical-l2",)),
    Colleague("Kofi Lamptey", 2, "northwind", "US", _CHICAGO, ("clinical-l2",), role="supervisor"),
    Colleague("Ana Beltrán", 3, "northwind", "US", _CHICAGO, ("platform-l3",), (ENGLISH, SPANISH)),
    Colleague("Tomás Keane", 4, "northwind", "IE", _DUBLIN, ("engineering-l4",)),
    Colleague("Nora Quinn", 3, "northwind", "IE", _DUBLIN, ("platform-l3",), role="admin"),
)
CANNED = (
    CannedEntry("Hello", "hello", "Hi {{first_name}}, {{my_first_name}} here. I am looking at it now."),
    CannedEntry("Hola", "hola", "Hola {{first_name}}, soy {{my_first_name}}. Lo estoy mirando ahora mismo.", SPANISH),
    CannedEntry("Which screen", "screen", "Which screen are you on, and what does the message say, word for word?"),
    CannedEntry("No patient data", "nophi", "Please leave out names and record numbers. I do not need them to help."),
    CannedEntry("Reference", "ref", "If we are cut off, your reference is {{reference}}. You can say it on the phone."),
    CannedEntry("Still with it", "update", "I am still working on this and will write again within ten minutes."),
    CannedEntry("Back to work?", "done", "That should work now. Would you try it once more while I am here?"),
)
_PLAIN = str.maketrans("áéíóúñü", "aeiounu")


def secret(keys: Keys) -> str:
    """Return what the demonstration EHR signs with: made from this installation's own root key, so never a default."""
    return base64.urlsafe_b64encode(keys.root("demonstration EHR")).decode()


async def settle(installation: Installation, directory: Directory, passwords: Passwords, origins: list[str]) -> bool:
    """Make the demonstration's tenant unless it is there; tell whether it was made now."""
    tenants = Tenants(installation, directory)
    made = not directory.knows(TENANT)
    if made:
        # A phone number that is kept for fiction.
        settings = TenantSettings(phone="+1 555 0142", default_team="clinical-l1")
        await tenants.add(TenantEntry(TENANT, "Northwind Support"), settings)
        await _people(installation, tenants, await passwords.hash(PASSWORD))
        for canned in CANNED:
            await tenants.put_canned(TENANT, canned.shortcut, canned)
        for capability in ("call", "camera", "screen", "phone_me"):
            await tenants.set_switch(TENANT, SwitchEntry(capability, enabled=True))
    # The root key or the ports may be others than last time.
    await tenants.put_issuer(TENANT, IssuerEntry(ISSUER, AUDIENCE, "HS256"), secret(installation.keys))
    for origin in origins:
        await tenants.add_origin(TENANT, origin)
    return made


async def _people(installation: Installation, tenants: Tenants, hashed: str) -> None:
    for id, partner in PARTNERS.items():
        await tenants.put_partner(TENANT, id, partner)
    for id, team in TEAMS.items():
        await tenants.put_team(TENANT, id, team)
    for colleague in COLLEAGUES:
        await _hire(installation, colleague, hashed)


async def _hire(installation: Installation, colleague: Colleague, hashed: str) -> None:
    entry = read(
        AgentEntry,
        {
            "email": colleague.email,
            "name": colleague.name,
            "level": colleague.level,
            "partner": colleague.partner,
            "country": colleague.country,
            "role": colleague.role,
            "languages": colleague.languages,
            "teams": colleague.teams,
            "locale": colleague.locale,
            "tz": colleague.tz,
        },
    )

    def run(transaction: Transaction) -> None:
        # With an id that can be read: it stands in addresses and journals of the demonstration.
        store.put_agent(transaction, TENANT, colleague.id, entry, entry.teams)
        logins.set_password(transaction, TENANT, colleague.id, hashed)

    await installation.db.write(TENANT, run)
