"""What every part of the process must know at once, without asking the database: who works here, what is on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from curbside.actions.installation import Installation
from curbside.domain import hours, switches
from curbside.domain.errors import Refused
from curbside.domain.news import DirectoryChanged, SettingsChanged
from curbside.domain.people import Agent, Contact
from curbside.domain.signing import Issuer
from curbside.domain.switches import Rule
from curbside.store import directory as store
from curbside.store.directory import Canned, Incident, Partner, Snapshot, Team, TenantCard
from curbside.store.scope import EVERY_TENANT

REFRESH_S = 3.0
_log = structlog.get_logger(__name__)

__all__ = ["Canned", "Directory", "Incident", "Partner", "Team", "TenantCard"]


class Directory:
    """Remember each tenant's directory and settings, a few seconds old at most.

    `start` loads everything; `keep_fresh` runs for as long as the process does. What was told on a commit (`hear`) is
    read at once, what other processes changed within `REFRESH_S`. `on_refreshed` hears each tenant whose snapshot
    became another one.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._known: dict[str, Snapshot] = {}
        self._stale: set[str] = set()
        self._wake = asyncio.Event()
        self.on_refreshed: Callable[[str], None] = lambda tenant: None

    async def start(self) -> None:
        """Load every tenant."""
        for tenant in await self._installation.db.read(EVERY_TENANT, store.tenants):
            await self.refresh(tenant)

    async def refresh(self, tenant: str) -> None:
        """Read one tenant anew."""
        self._stale.discard(tenant)
        snapshot = await self._installation.db.read(tenant, lambda connection: store.load(connection, tenant))
        before = self._known.get(tenant)
        if snapshot is None:
            self._known.pop(tenant, None)
        elif snapshot != before:
            if before is None or before.wrapped_key != snapshot.wrapped_key:
                self._installation.keys.learn(tenant, snapshot.wrapped_key)
            self._known[tenant] = snapshot
        if snapshot != before:
            self.on_refreshed(tenant)

    def hear(self, news: Any) -> None:
        """Note what a commit changed; `keep_fresh` reads it at once."""
        if isinstance(news, DirectoryChanged | SettingsChanged):
            self._stale.add(news.tenant)
            self._wake.set()

    async def keep_fresh(self) -> None:
        """Read what changed, until cancelled. A database that cannot be read leaves what is known."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_S):  # wait_for may swallow a cancellation
                    await self._wake.wait()
            woken = self._wake.is_set()
            self._wake.clear()
            try:
                await self._catch_up(woken)
            except Exception:  # the loop outlives whatever one tenant's row holds
                _log.exception("directory.refresh")

    async def _catch_up(self, woken: bool) -> None:
        if not woken:
            await self.start()
        for tenant in list(self._stale):
            await self.refresh(tenant)

    def tenants(self) -> list[str]:
        return list(self._known)

    def knows(self, tenant: str) -> bool:
        return tenant in self._known

    def tenant(self, tenant: str) -> TenantCard:
        """Return a tenant's card. Raises Refused(`not_found`) when there is none."""
        return self._of(tenant).card

    def agent(self, tenant: str, agent: str) -> Agent | None:
        """Return an agent, or None once they are revoked or were never here."""
        return self._of(tenant).agents.get(agent)

    def agent_state(self, tenant: str, agent: str) -> str:
        """Return `available`, `busy`, `break`, `training` or `off`."""
        return self._of(tenant).states.get(agent, "off") if self.agent(tenant, agent) else "off"

    def agents(self, tenant: str) -> list[Agent]:
        return list(self._of(tenant).agents.values())

    def agent_name(self, tenant: str, agent: str) -> str:
        """Return an agent's name, also of one who is gone: the timeline still speaks of them."""
        return self._of(tenant).names.get(agent, "")

    def team(self, tenant: str, team: str) -> Team | None:
        return self._of(tenant).teams.get(team)

    def teams(self, tenant: str) -> list[Team]:
        """Return the teams, lowest level first, then by name."""
        return sorted(self._of(tenant).teams.values(), key=lambda team: (team.level, team.name))

    def partners(self, tenant: str) -> Mapping[str, Partner]:
        return self._of(tenant).partners

    def organization_name(self, tenant: str, organization: str) -> str:
        return self._of(tenant).organizations.get(organization, "")

    def organizations(self, tenant: str) -> Mapping[str, str]:
        """Return the organizations' names by id."""
        return self._of(tenant).organizations

    def canned(self, tenant: str) -> tuple[Canned, ...]:
        return self._of(tenant).canned

    def issuers(self, tenant: str) -> tuple[Issuer, ...]:
        """Return who may sign for the tenant's contacts."""
        return self._of(tenant).issuers

    def tenant_of_issuer(self, iss: str, aud: str) -> str | None:
        """Return the tenant that an issuer signs for with an audience: there is one at most."""
        for tenant, snapshot in self._known.items():
            if any(each.iss == iss and each.aud == aud for each in snapshot.issuers):
                return tenant
        return None

    def route(self, tenant: str, module: str | None) -> Team:
        """Return the team that answers questions from `module` first.

        Raises Refused(`unknown_target`) when the tenant has no team at all.
        """
        teams = self.teams(tenant)
        for team in teams:
            if module and module.casefold() in {each.casefold() for each in team.modules}:
                return team
        chosen = self.team(tenant, self.tenant(tenant).settings.default_team)
        if chosen is not None:
            return chosen
        if not teams:
            raise Refused("unknown_target")
        return teams[0]

    def switches(self, tenant: str, organization: str = "*", role: str = "*", module: str = "*") -> dict[str, bool]:
        """Return every capability, on or off, for somebody of that organization and role in that module."""
        return switches.switches(self._of(tenant).rules, organization, role, module)

    def contact_switches(self, contact: Contact, module: str = "*") -> dict[str, bool]:
        """Return what a contact has in a module: nothing, where the launcher is off."""
        return switches.contact_switches(self._of(contact.tenant).rules, contact.organization, contact.role, module)

    def reaches(self, tenant: str, organization: str, role: str) -> bool:
        """Tell whether contacts of that organization and role have the launcher anywhere."""
        return switches.reachable(self._of(tenant).rules, organization, role)

    def rules(self, tenant: str) -> tuple[Rule, ...]:
        """Return the rules that the switches are made of."""
        return self._of(tenant).rules

    def incidents(self, tenant: str) -> tuple[Incident, ...]:
        """Return the active ones, newest first."""
        return self._of(tenant).incidents

    def open_now(self, tenant: str, now: int) -> tuple[bool, int | None]:
        """Tell whether somebody answers now, and if not, when next."""
        return hours.open_now(self.tenant(tenant).settings.hours, now)

    def _of(self, tenant: str) -> Snapshot:
        try:
            return self._known[tenant]
        except KeyError:
            raise Refused("not_found") from None
