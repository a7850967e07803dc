"""What each page of the settings shows: from the directory, as the templates want it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from curbside.actions.directory import Directory
from curbside.actions.tenant import Listed
from curbside.domain.colour import ENOUGH, contrast
from curbside.domain.switches import ANY, CAPABILITIES

LOCALES = (("en", "English"), ("es", "Español"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page is made from."""

    directory: Directory
    tenant: str
    agents: list[Listed]
    words: Mapping[str, str]
    origin: str


def agents(seen: Seen) -> dict[str, Any]:
    partners = seen.directory.partners(seen.tenant)
    listed = [{**_agent(each), "employer": partners[each.partner].name} for each in seen.agents]
    zone = seen.directory.tenant(seen.tenant).settings.hours.tz
    blank = {"id": "", "name": "", "email": "", "level": 1, "role": "agent", "country": "US", "languages": "en"}
    return {
        "agents": listed,
        "blank": {**blank, "partner": "", "capacity": 4, "locale": "en", "tz": zone, "teams": ()},
        "partners": _named(partners.values()),
        "teams": _named(seen.directory.teams(seen.tenant)),
        "locales": LOCALES,
    }


def _agent(listed: Listed) -> dict[str, Any]:
    return {
        "id": listed.id,
        "name": listed.name,
        "email": listed.email,
        "level": listed.level,
        "role": listed.role,
        "partner": listed.partner,
        "country": listed.country,
        "languages": ", ".join(listed.languages),
        "capacity": listed.capacity,
        "locale": listed.locale,
        "tz": listed.tz,
        "teams": listed.teams,
        "revoked": listed.revoked,
        "has_password": listed.has_password,
        "has_second_factor": listed.has_second_factor,
    }


def teams(seen: Seen) -> dict[str, Any]:
    partners = seen.directory.partners(seen.tenant)
    listed = [
        {
            "id": team.id,
            "name": team.name,
            "level": team.level,
            "partner": team.partner,
            "employer": partners[team.partner].name,
            "modules": ", ".join(team.modules),
        }
        for team in seen.directory.teams(seen.tenant)
    ]
    blank = {"id": "", "name": "", "level": 1, "partner": "", "modules": ""}
    return {"teams": listed, "blank": blank, "partners": _named(partners.values()), "employers": partners.values()}


def replies(seen: Seen) -> dict[str, Any]:
    blank = {"id": "", "title": "", "shortcut": "", "text": "", "locale": "en"}
    return {"replies": seen.directory.canned(seen.tenant), "blank": blank, "locales": LOCALES}


def switches(seen: Seen) -> dict[str, Any]:
    rules = seen.directory.rules(seen.tenant)
    state = seen.directory.switches(seen.tenant)
    organizations = seen.directory.organizations(seen.tenant)
    exceptions = [
        {
            "capability": rule.capability,
            "enabled": rule.enabled,
            "organization": rule.organization,
            "role": rule.role,
            "module": rule.module,
            "about": " · ".join(
                each
                for each in (organizations.get(rule.organization, rule.organization), rule.role, rule.module)
                if each != ANY
            ),
        }
        for rule in rules
        if rule.weight
    ]
    return {
        "capabilities": [{"name": name, "enabled": state[name]} for name in CAPABILITIES],
        "rules": exceptions,
        "capability_names": [(name, seen.words[f"capability_{name}"]) for name in CAPABILITIES],
        "organizations": [
            (ANY, seen.words["every_organization"]),
            *sorted(organizations.items(), key=lambda one: one[1]),
        ],
    }


def embedding(seen: Seen) -> dict[str, Any]:
    issuers = [
        {"iss": each.iss, "aud": each.aud, "alg": each.alg, "source": each.jwks_url or ""}
        for each in seen.directory.issuers(seen.tenant)
    ]
    snippet = f'<script async src="{seen.origin}/widget.js" data-tenant="{seen.tenant}"></script>'
    return {"origins": sorted(seen.directory.tenant(seen.tenant).origins), "issuers": issuers, "snippet": snippet}


def hours(seen: Seen) -> dict[str, Any]:
    settings = seen.directory.tenant(seen.tenant).settings
    kept = settings.hours
    usual = [(("08:00", "18:00"),)] * 5 + [(), ()]
    days = [", ".join(f"{start}-{end}" for start, end in spans) for spans in (kept.days or usual)]
    promises = settings.promises
    seconds = {name: promises.of(name) // 1000 for name in ("normal", "high", "care_blocked")}
    return {"always": not kept.days, "tz": kept.tz, "days": days, "promises": seconds}


def incidents(seen: Seen) -> dict[str, Any]:
    zone = ZoneInfo(seen.directory.tenant(seen.tenant).settings.hours.tz)
    listed = [
        {"id": each.id, "text": each.text, "next_update": _clock(each.next_update_at, zone)}
        for each in seen.directory.incidents(seen.tenant)
    ]
    return {"incidents": listed, "tz": zone.key}


def tenant(seen: Seen) -> dict[str, Any]:
    card = seen.directory.tenant(seen.tenant)
    teams = [("", seen.words["lowest_team"]), *_named(seen.directory.teams(seen.tenant))]
    return {
        "name": card.name,
        "settings": card.settings,
        "locales": LOCALES,
        "teams": teams,
        "contrast": _contrast(card.settings.accent, seen.words),
    }


def _contrast(accent: str | None, words: Mapping[str, str]) -> str:
    if accent is None:
        return ""
    light, dark = contrast(accent, "#ffffff"), contrast(accent, "#101a23")
    verdict = words["contrast_holds"] if min(light, dark) >= ENOUGH else words["contrast_moved"]
    return words["contrast"].format(f"{light:.1f}", f"{dark:.1f}") + " " + verdict


def _clock(at: int | None, zone: ZoneInfo) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _named(things: Any) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in things]


VIEWS: Mapping[str, Callable[[Seen], dict[str, Any]]] = {
    "agents": agents,
    "teams": teams,
    "replies": replies,
    "switches": switches,
    "embedding": embedding,
    "hours": hours,
    "incidents": incidents,
    "tenant": tenant,
}
