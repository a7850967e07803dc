"""How to take back what a button of the settings removes: the form that would put it there again.

Nothing is kept for it: what was removed stands on the answer's page alone. Where a secret is lost with what is removed,
and where people are shut out, nothing can be taken back; those pages ask first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from curbside.domain.switches import ANY
from curbside.web.setting_acts import Means, text


@dataclass(frozen=True, slots=True)
class Undo:
    """What was removed, and the verb and fields that bring it back."""

    name: str
    verb: str
    fields: Mapping[str, Any] = field(repr=False)


def undo(means: Means, section: str, verb: str, form: FormData) -> Undo | None:
    """Return how what this form removes can be put back; None where it removes nothing, or cannot be put back."""
    find = _REMOVALS.get((section, verb))
    return None if find is None else next(find(means, form), None)


def _team(means: Means, form: FormData) -> Iterator[Undo]:
    for each in means.directory.teams(means.tenant):
        if each.id == text(form, "id"):
            fields = {"id": each.id, "name": each.name, "level": each.level, "partner": each.partner}
            yield Undo(each.name, "save", {**fields, "modules": ", ".join(each.modules)})


def _partner(means: Means, form: FormData) -> Iterator[Undo]:
    for each in means.directory.partners(means.tenant).values():
        if each.id == text(form, "id"):
            in_house = "true" if each.in_house else ""
            yield Undo(each.name, "save_partner", {"id": each.id, "partner_name": each.name, "in_house": in_house})


def _reply(means: Means, form: FormData) -> Iterator[Undo]:
    for each in means.directory.canned(means.tenant):
        if each.id == text(form, "id"):
            fields = {"id": each.id, "title": each.title, "shortcut": each.shortcut, "locale": each.locale}
            yield Undo(each.title, "save", {**fields, "text": each.text})


def _switch(means: Means, form: FormData) -> Iterator[Undo]:
    key = {name: text(form, name) for name in ("capability", "organization", "role", "module")}
    for each in means.directory.rules(means.tenant):
        if all(getattr(each, name) == value for name, value in key.items()):
            about = " · ".join(value for name, value in key.items() if name != "capability" and value != ANY)
            yield Undo(about, "set", {**key, "enabled": "true" if each.enabled else "false"})


def _origin(means: Means, form: FormData) -> Iterator[Undo]:
    for each in means.directory.tenant(means.tenant).origins:
        if each == text(form, "origin"):
            yield Undo(each, "add_origin", {"origin": each})


def _issuer(means: Means, form: FormData) -> Iterator[Undo]:
    for each in means.directory.issuers(means.tenant):
        if each.iss == text(form, "iss") and each.alg != "HS256":
            fields = {"iss": each.iss, "aud": each.aud, "alg": each.alg}
            yield Undo(each.iss, "save_issuer", {**fields, "jwks_url": each.jwks_url or "", "pem": each.pem or ""})


def _incident(means: Means, form: FormData) -> Iterator[Undo]:
    zone = ZoneInfo(means.directory.tenant(means.tenant).settings.hours.tz)
    for each in means.directory.incidents(means.tenant):
        if each.id == text(form, "id"):
            yield Undo(
                each.text,
                "save",
                {"id": each.id, "text": each.text, "next_update_at": _local(each.next_update_at, zone)},
            )


def _local(at: int | None, zone: ZoneInfo) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


_REMOVALS: Mapping[tuple[str, str], Callable[[Means, FormData], Iterator[Undo]]] = {
    ("teams", "remove"): _team,
    ("teams", "remove_partner"): _partner,
    ("replies", "remove"): _reply,
    ("switches", "remove"): _switch,
    ("embedding", "remove_origin"): _origin,
    ("embedding", "remove_issuer"): _issuer,
    ("incidents", "close"): _incident,
}
