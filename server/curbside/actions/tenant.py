"""What administrators do: agents, teams, partners, canned replies, switches, origins, issuers, hours, words."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain import entries
from curbside.domain.errors import Refused
from curbside.domain.settings import TenantSettings, decode, encode
from curbside.store import login as logins
from curbside.store import sealing
from curbside.store import tenant as store
from curbside.store.scope import EVERY_TENANT
from curbside.store.tenant import Listed
from curbside.store.writer import Transaction

T = TypeVar("T")

__all__ = ["Listed", "Tenants"]


class Tenants:
    """Change a tenant. Every change is checked first, committed, and known to this process when the call returns."""

    def __init__(self, installation: Installation, directory: Directory) -> None:
        self._installation = installation
        self._directory = directory

    async def add(self, entry: entries.TenantEntry, settings: TenantSettings | None = None) -> None:
        """Add a tenant with a key of its own. Raises Refused(`conflict`) when its id is taken."""
        wrapped = self._installation.keys.new_tenant(entry.id)
        written = encode(settings or TenantSettings())

        def run(transaction: Transaction) -> None:
            if not store.add_tenant(transaction, entry.id, entry.name, written, wrapped):
                raise Refused("conflict", "There is a tenant with this id already.")

        await self._change(entry.id, run)

    async def change_settings(self, tenant: str, changes: Mapping[str, Any], *, name: str | None = None) -> None:
        """Change some settings and leave the others, and the name that contacts read: all of it or nothing.

        Raises Refused(`bad_body`) when one is wrong.
        """
        named = {} if name is None else {"name": entries.read(entries.TenantEntry, {"id": tenant, "name": name}).name}

        def run(transaction: Transaction) -> None:
            now = msgspec.to_builtins(decode(store.settings(transaction.connection, tenant)))
            try:
                changed = msgspec.convert({**now, **changes}, TenantSettings, strict=False)
            except msgspec.ValidationError as error:
                raise Refused("bad_body", detail={"field": _named(error)}) from None
            store.change_tenant(transaction, tenant, settings=encode(changed), **named)

        await self._change(tenant, run)

    async def put_agent(self, tenant: str, agent: str | None, entry: entries.AgentEntry) -> str:
        """Add an agent, or change one; return their id. They log in once they have set a password by a link."""
        id = agent or self._installation.new_id()

        def run(transaction: Transaction) -> None:
            connection = transaction.connection
            if agent is not None and not store.exists(connection, store.AGENT, tenant, {"id": agent}):
                raise Refused("not_found")
            if store.email_taken(connection, tenant, entry.email.lower(), agent):
                raise Refused("conflict", detail={"field": "email"})
            _check_place(connection, store.PARTNER, tenant, entry.partner, "partner")
            for team in entry.teams:
                _check_place(connection, store.TEAM, tenant, team, "teams")
            if entry.role != "admin":
                _check_not_last(connection, tenant, id)
            store.put_agent(transaction, tenant, id, entry, entry.teams)

        await self._change(tenant, run)
        return id

    async def agents(self, tenant: str) -> list[Listed]:
        """List everybody who works here or has, with what an administrator needs to know of their log-in."""
        return await self._installation.db.read(tenant, lambda connection: store.agents(connection, tenant))

    async def revoke_agent(self, tenant: str, agent: str) -> None:
        """End an agent's log-ins, tokens and sockets for good. The last administrator cannot be revoked."""

        def run(transaction: Transaction) -> None:
            if not store.exists(transaction.connection, store.AGENT, tenant, {"id": agent}):
                raise Refused("not_found")
            _check_not_last(transaction.connection, tenant, agent)
            store.revoke_agent(transaction, tenant, agent)

        await self._change(tenant, run)

    async def reset_second_factor(self, tenant: str, agent: str) -> None:
        """Let an agent set up their second factor anew, and end what they are logged in to."""

        def run(transaction: Transaction) -> None:
            if not store.exists(transaction.connection, store.AGENT, tenant, {"id": agent}):
                raise Refused("not_found")
            logins.set_totp(transaction, tenant, agent, None, None)
            logins.end_all_of(transaction, tenant, agent)

        await self._change(tenant, run)

    async def put_partner(self, tenant: str, partner: str | None, entry: entries.PartnerEntry) -> str:
        return await self._put(tenant, store.PARTNER, partner, msgspec.to_builtins(entry))

    async def remove_partner(self, tenant: str, partner: str) -> None:
        """Remove an employer that employs nobody. Raises Refused(`conflict`) while it does."""
        await self._remove_unused(tenant, store.PARTNER, partner, store.partner_is_used)

    async def put_team(self, tenant: str, team: str | None, entry: entries.TeamEntry) -> str:
        """Add a team or change one; return its id."""
        values = {**msgspec.to_builtins(entry), "modules": msgspec.json.encode(entry.modules).decode()}

        def check(connection: Connection) -> None:
            _check_place(connection, store.PARTNER, tenant, entry.partner, "partner")

        return await self._put(tenant, store.TEAM, team, values, check)

    async def remove_team(self, tenant: str, team: str) -> None:
        """Remove a team that nobody is in and nothing waits for. Raises Refused(`conflict`) while it is used."""
        await self._remove_unused(tenant, store.TEAM, team, store.team_is_used)

    async def put_canned(self, tenant: str, canned: str | None, entry: entries.CannedEntry) -> str:
        return await self._put(tenant, store.CANNED, canned, msgspec.to_builtins(entry))

    async def remove_canned(self, tenant: str, canned: str) -> None:
        await self._change(tenant, lambda each: store.remove(each, store.CANNED, tenant, {"id": canned}))

    async def put_incident(self, tenant: str, incident: str | None, entry: entries.IncidentEntry) -> str:
        """Tell everybody of a known problem, before log-in too."""
        now = self._installation.db.clock()
        values = {**msgspec.to_builtins(entry), "active": True, "created_at": now}
        return await self._put(tenant, store.INCIDENT, incident, values)

    async def close_incident(self, tenant: str, incident: str) -> None:
        """Say that a problem is over."""

        def run(transaction: Transaction) -> None:
            if not store.exists(transaction.connection, store.INCIDENT, tenant, {"id": incident}):
                raise Refused("not_found")
            store.put(transaction, store.INCIDENT, tenant, {"id": incident}, {"active": False})

        await self._change(tenant, run)

    async def set_switch(self, tenant: str, entry: entries.SwitchEntry) -> None:
        """Switch a capability for an organization, a role, a module, or everybody; open panels obey in seconds."""
        key = msgspec.to_builtins(entry)
        enabled = key.pop("enabled")
        await self._change(tenant, lambda each: store.put(each, store.SWITCH, tenant, key, {"enabled": enabled}))

    async def remove_switch(self, tenant: str, key: Mapping[str, str]) -> None:
        """Take a rule away: what is more general holds again."""
        await self._change(tenant, lambda each: store.remove(each, store.SWITCH, tenant, key))

    async def add_origin(self, tenant: str, text: str) -> str:
        """Let pages of a web origin show the panel; return it as it is kept."""
        origin = entries.origin(text)
        await self._change(tenant, lambda each: store.put(each, store.ORIGIN, tenant, {"origin": origin}, {}))
        return origin

    async def remove_origin(self, tenant: str, origin: str) -> None:
        await self._change(tenant, lambda each: store.remove(each, store.ORIGIN, tenant, {"origin": origin}))

    async def put_issuer(self, tenant: str, entry: entries.IssuerEntry, secret: str | None = None) -> str | None:
        """Let somebody sign for the tenant's contacts. Returns the shared secret of HS256: it is never shown again."""
        if (entry.jwks_url or "").startswith("http://") and not self._installation.demonstration:
            raise Refused("bad_body", "Keys are fetched over https only.", detail={"field": "jwks_url"})
        values: dict[str, Any] = {"aud": entry.aud, "alg": entry.alg, "jwks_url": entry.jwks_url, "pem": entry.pem}
        values["sealed_secret"] = None
        if entry.alg == "HS256":
            secret = secret or secrets.token_urlsafe(48)
            wrapping = self._installation.keys.tenant(tenant)
            values["sealed_secret"] = sealing.wrap(secret.encode(), wrapping, f"issuer|{entry.iss}")

        def run(transaction: Transaction) -> None:
            with transaction.within(EVERY_TENANT):
                if store.signs_for_another(transaction.connection, tenant, entry.iss, entry.aud):
                    raise Refused("conflict", detail={"field": "iss"})
            store.put(transaction, store.ISSUER, tenant, {"iss": entry.iss}, values)

        await self._change(tenant, run)
        return secret if entry.alg == "HS256" else None

    async def remove_issuer(self, tenant: str, iss: str) -> None:
        """Accept nothing that this issuer signs any more."""
        await self._change(tenant, lambda each: store.remove(each, store.ISSUER, tenant, {"iss": iss}))

    async def _put(
        self,
        tenant: str,
        table: Table,
        id: str | None,
        values: Mapping[str, Any],
        check: Callable[[Connection], None] = lambda connection: None,
    ) -> str:
        key = {"id": id or self._installation.new_id()}

        def run(transaction: Transaction) -> None:
            check(transaction.connection)
            store.put(transaction, table, tenant, key, values)

        await self._change(tenant, run)
        return key["id"]

    async def _remove_unused(
        self, tenant: str, table: Table, id: str, is_used: Callable[[Connection, str, str], bool]
    ) -> None:
        def run(transaction: Transaction) -> None:
            if is_used(transaction.connection, tenant, id):
                raise Refused("conflict", "This is still in use.", detail={"field": "in_use"})
            store.remove(transaction, table, tenant, {"id": id})

        await self._change(tenant, run)

    async def _change(self, tenant: str, run: Callable[[Transaction], T]) -> T:
        answer = await self._installation.db.write(tenant, run)
        await self._directory.refresh(tenant)
        return answer


def _check_place(connection: Connection, table: Table, tenant: str, id: str, field: str) -> None:
    if not store.exists(connection, table, tenant, {"id": id}):
        raise Refused("bad_body", detail={"field": field})


def _check_not_last(connection: Connection, tenant: str, agent: str) -> None:
    if store.administrators(connection, tenant) == [agent]:
        raise Refused("conflict", "There must be an administrator.", detail={"field": "last_administrator"})


def _named(error: msgspec.ValidationError) -> str:
    return re.split(r"[`.[]", str(error).partition("`$.")[2])[0]
