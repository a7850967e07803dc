"""One right form for each button of the settings; in this order each of them changes something."""

from __future__ import annotations

from typing import Any

_AGENT = {
    "name": "Bea Nolan",
    "email": "bea@northwind.example",
    "level": "2",
    "role": "agent",
    "partner": "house",
    "country": "ie",
    "languages": "en, es",
    "capacity": "3",
    "locale": "es",
    "tz": "Europe/Dublin",
    "teams": "first",
}
_SWITCH = {"capability": "files", "organization": "*", "role": "*", "module": "*"}
_WEEK = {f"day{day}": "9:00-17:00" for day in range(7)}
_TENANT = {
    "tenant_name": "Renamed",
    "phone": "+1 555 0199",
    "locale": "es",
    "default_team": "first",
    "mail_from": "",
    "accent": "#0b746d",
    "agent_idle_minutes": "20",
    "token_limit_minutes": "90",
    "contact_idle_minutes": "45",
    "screen_share": "ask",
    "screen_window": "yes",
    "context_fields": "ward, bed_board",
}
RIGHT: dict[tuple[str, str], dict[str, Any]] = {
    ("agents", "save"): _AGENT,
    ("agents", "link"): {"id": "lower-level"},
    ("agents", "reset"): {"id": "lower-level"},
    ("agents", "revoke"): {"id": "lower-level"},
    ("teams", "save"): {"name": "Second", "level": "2", "partner": "house", "modules": "orders"},
    ("teams", "remove"): {"id": "spare"},
    ("teams", "save_partner"): {"partner_name": "Newcall", "in_house": "false"},
    ("teams", "remove_partner"): {"id": "spare"},
    ("replies", "save"): {"title": "Hello", "shortcut": "hi", "text": "Hello!", "locale": "en"},
    ("replies", "remove"): {"id": "reply"},
    ("switches", "set"): {**_SWITCH, "enabled": "false"},
    ("switches", "remove"): _SWITCH,
    ("embedding", "add_origin"): {"origin": "https://new.example"},
    ("embedding", "remove_origin"): {"origin": "https://new.example"},
    ("embedding", "save_issuer"): {"iss": "https://new.example", "aud": "curbside", "alg": "HS256"},
    ("embedding", "remove_issuer"): {"iss": "https://new.example"},
    ("hours", "save"): {"tz": "Europe/Dublin", **_WEEK},
    ("hours", "promise"): {"normal": "300", "high": "200", "care_blocked": "100"},
    ("incidents", "save"): {"text": "Orders are slow", "next_update_at": ""},
    ("incidents", "close"): {"id": "incident"},
    ("tenant", "save"): _TENANT,
}
