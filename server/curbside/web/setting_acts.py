"""What each button of the settings does: a form becomes an entry, an entry becomes an action. A table, no branches."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from curbside.actions.directory import Directory
from curbside.actions.passwords import Passwords
from curbside.actions.tenant import Tenants
from curbside.domain import entries
from curbside.domain.errors import Refused

_SPAN = re.compile(r"^(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$")


@dataclass(frozen=True, slots=True)
class Once:
    """Something that is shown once and never again: a link, a secret."""

    heading: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Means:
    """What the acts work with, and for whom."""

    tenants: Tenants
    passwords: Passwords
    directory: Directory
    desk_origin: str
    tenant: str


Act = Callable[[Means, FormData], Awaitable[Once | None]]


def text(form: FormData, name: str) -> str:
    """Return one field of a form, without the space around it."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _some(form: FormData, *names: str) -> dict[str, Any]:
    return {name: text(form, name) for name in names}


def _words(form: FormData, name: str) -> list[str]:
    return [each.strip() for each in text(form, name).split(",") if each.strip()]


async def save_agent(means: Means, form: FormData) -> Once | None:
    values = _some(form, "name", "email", "level", "role", "partner", "capacity", "locale", "tz")
    values["country"] = text(form, "country").upper()
    values["languages"] = _words(form, "languages")
    values["teams"] = [str(each) for each in form.getlist("teams")]
    id = text(form, "id") or None
    agent = await means.tenants.put_agent(means.tenant, id, entries.read(entries.AgentEntry, values))
    return None if id else await _link(means, agent)


async def link(means: Means, form: FormData) -> Once | None:
    agent = means.directory.agent(means.tenant, text(form, "id"))
    if agent is None:
        raise Refused("not_found")
    return await _link(means, agent.id)


async def _link(means: Means, agent: str) -> Once:
    code = await means.passwords.link(means.tenant, agent)
    return Once("once_link", f"{means.desk_origin}/desk/password?code={code}")


async def reset_second_factor(means: Means, form: FormData) -> None:
    await means.tenants.reset_second_factor(means.tenant, text(form, "id"))


async def revoke(means: Means, form: FormData) -> None:
    await means.tenants.revoke_agent(means.tenant, text(form, "id"))


async def save_team(means: Means, form: FormData) -> None:
    values = {**_some(form, "name", "level", "partner"), "modules": _words(form, "modules")}
    await means.tenants.put_team(means.tenant, text(form, "id") or None, entries.read(entries.TeamEntry, values))


async def remove_team(means: Means, form: FormData) -> None:
    await means.tenants.remove_team(means.tenant, text(form, "id"))


async def save_partner(means: Means, form: FormData) -> None:
    values = {"name": text(form, "partner_name"), "in_house": text(form, "in_house") == "true"}
    try:
        entry = entries.read(entries.PartnerEntry, values)
    except Refused:
        raise Refused("bad_body", detail={"field": "partner_name"}) from None
    await means.tenants.put_partner(means.tenant, text(form, "id") or None, entry)


async def remove_partner(means: Means, form: FormData) -> None:
    await means.tenants.remove_partner(means.tenant, text(form, "id"))


async def save_reply(means: Means, form: FormData) -> None:
    values = {**_some(form, "title", "text", "locale"), "shortcut": text(form, "shortcut").lstrip("/").lower()}
    await means.tenants.put_canned(means.tenant, text(form, "id") or None, entries.read(entries.CannedEntry, values))


async def remove_reply(means: Means, form: FormData) -> None:
    await means.tenants.remove_canned(means.tenant, text(form, "id"))


async def set_switch(means: Means, form: FormData) -> None:
    named = {name: text(form, name) or "*" for name in ("organization", "role", "module")}
    values = {**named, "capability": text(form, "capability"), "enabled": text(form, "enabled") == "true"}
    await means.tenants.set_switch(means.tenant, entries.read(entries.SwitchEntry, values))


async def remove_switch(means: Means, form: FormData) -> None:
    await means.tenants.remove_switch(means.tenant, _some(form, "capability", "organization", "role", "module"))


async def add_origin(means: Means, form: FormData) -> None:
    await means.tenants.add_origin(means.tenant, text(form, "origin"))


async def remove_origin(means: Means, form: FormData) -> None:
    await means.tenants.remove_origin(means.tenant, text(form, "origin"))


async def save_issuer(means: Means, form: FormData) -> Once | None:
    optional = {name: text(form, name) or None for name in ("jwks_url", "pem")}
    entry = entries.read(entries.IssuerEntry, {**_some(form, "iss", "aud", "alg"), **optional})
    secret = await means.tenants.put_issuer(means.tenant, entry)
    return None if secret is None else Once("once_secret", secret)


async def remove_issuer(means: Means, form: FormData) -> None:
    await means.tenants.remove_issuer(means.tenant, text(form, "iss"))


async def save_hours(means: Means, form: FormData) -> None:
    always = text(form, "always") == "true"
    days = [] if always else [_spans(text(form, f"day{day}"), f"day{day}") for day in range(7)]
    await means.tenants.change_settings(means.tenant, {"hours": {"tz": text(form, "tz"), "days": days}})


async def save_promises(means: Means, form: FormData) -> None:
    promises = {name: _number(form, name) * 1000 for name in ("normal", "high", "care_blocked")}
    await means.tenants.change_settings(means.tenant, {"promises": promises})


async def save_incident(means: Means, form: FormData) -> None:
    zone = ZoneInfo(means.directory.tenant(means.tenant).settings.hours.tz)
    values = {"text": text(form, "text"), "next_update_at": _instant(text(form, "next_update_at"), zone)}
    incident = text(form, "id") or None
    await means.tenants.put_incident(means.tenant, incident, entries.read(entries.IncidentEntry, values))


async def close_incident(means: Means, form: FormData) -> None:
    await means.tenants.close_incident(means.tenant, text(form, "id"))


async def save_tenant(means: Means, form: FormData) -> None:
    changes = _some(form, "phone", "locale", "default_team", "mail_from", "screen_share")
    changes["screen_window"] = text(form, "screen_window") == "yes"
    changes["accent"] = text(form, "accent").lower() or None
    changes["agent_idle_minutes"] = _number(form, "agent_idle_minutes")
    changes["contact_idle_minutes"] = _number(form, "contact_idle_minutes")
    changes["token_limit_minutes"] = _number(form, "token_limit_minutes")
    changes["context_fields"] = _words(form, "context_fields")
    try:
        await means.tenants.change_settings(means.tenant, changes, name=text(form, "tenant_name"))
    except Refused as refused:
        field = (refused.detail or {}).get("field", "")
        raise Refused(refused.code, detail={"field": "tenant_name" if field == "name" else field}) from None


def _spans(line: str, name: str) -> list[tuple[str, str]]:
    found = []
    for part in filter(None, (each.strip() for each in line.split(","))):
        span = _SPAN.match(part)
        if span is None:
            raise Refused("bad_body", detail={"field": name})
        found.append((span[1].zfill(5), span[2].zfill(5)))
    return found


def _number(form: FormData, name: str) -> int:
    written = text(form, name)
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise Refused("bad_body", detail={"field": name})
    return int(written)


def _instant(local: str, zone: ZoneInfo) -> int | None:
    if not local:
        return None
    try:
        return int(datetime.fromisoformat(local).replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Refused("bad_body", detail={"field": "next_update_at"}) from None


ACTS: Mapping[tuple[str, str], Act] = {
    ("agents", "save"): save_agent,
    ("agents", "link"): link,
    ("agents", "reset"): reset_second_factor,
    ("agents", "revoke"): revoke,
    ("teams", "save"): save_team,
    ("teams", "remove"): remove_team,
    ("teams", "save_partner"): save_partner,
    ("teams", "remove_partner"): remove_partner,
    ("replies", "save"): save_reply,
    ("replies", "remove"): remove_reply,
    ("switches", "set"): set_switch,
    ("switches", "remove"): remove_switch,
    ("embedding", "add_origin"): add_origin,
    ("embedding", "remove_origin"): remove_origin,
    ("embedding", "save_issuer"): save_issuer,
    ("embedding", "remove_issuer"): remove_issuer,
    ("hours", "save"): save_hours,
    ("hours", "promise"): save_promises,
    ("incidents", "save"): save_incident,
    ("incidents", "close"): close_incident,
    ("tenant", "save"): save_tenant,
}
