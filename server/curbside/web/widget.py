"""What stands in somebody else's page: the panel's own page, and what may be told before anybody is known."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain.context import FIELDS
from curbside.domain.errors import Refused
from curbside.web import headers
from curbside.web.assets import Assets
from curbside.web.limits import Addresses, Buckets
from curbside.web.pages import Pages
from curbside.web.reading import refusal


class Widget:
    """Serve the panel's page and a tenant's public facts: phone number, hours, known incidents. No place to type."""

    def __init__(
        self,
        installation: Installation,
        directory: Directory,
        pages: Pages,
        assets: Assets,
        addresses: Addresses,
        origin: str,
    ) -> None:
        self._installation = installation
        self._directory = directory
        self._pages = pages
        self._assets = assets
        self._addresses = addresses
        self._origin = origin
        self._limit = Buckets(rate=50, burst=500)
        self._showing = Buckets(rate=200, burst=5_000)

    def routes(self) -> list[Route]:
        return [
            Route("/panel", self.panel),
            Route("/v1/tenant/{tenant}", self.facts, methods=["GET"]),
        ]

    async def panel(self, request: Request) -> Response:
        """Serve the panel's page, which only the tenant's own origins may frame."""
        try:
            self._showing.take(self._addresses.of(request))
        except Refused as refused:
            return refusal(refused)
        tenant = request.query_params.get("tenant", "")
        if not self._directory.knows(tenant):
            return self._pages.not_found(request)
        config = self._config(tenant)
        framing = headers.of_panel(
            self._origin, self._directory.tenant(tenant).origins, secure=self._origin.startswith("https")
        )
        return self._pages.respond(
            "panel.html",
            framing,
            config=as_json(config),
            name=config["name"],
            locale=config["locale"],
            script=self._assets.asset("panel.js"),
            style=self._assets.asset("panel.css"),
        )

    async def facts(self, request: Request) -> Response:
        """Answer what the launcher may show to anybody, on the tenant's own pages."""
        try:
            self._limit.take(self._addresses.of(request))
            tenant = request.path_params["tenant"]
            config = self._config(tenant)
        except Refused as refused:
            return refusal(refused)
        answer = {"Cache-Control": "public, max-age=5", "Vary": "Origin", "X-Content-Type-Options": "nosniff"}
        origin = request.headers.get("origin")
        if origin in self._directory.tenant(tenant).origins:
            answer["Access-Control-Allow-Origin"] = str(origin)
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        return JSONResponse(config, headers=answer)

    def _config(self, tenant: str) -> dict[str, Any]:
        card = self._directory.tenant(tenant)
        is_open, opens_at = self._directory.open_now(tenant, self._installation.db.clock())
        return {
            "tenant": tenant,
            "origins": sorted(card.origins),
            "name": card.name,
            "phone": card.settings.phone,
            "hours": msgspec.to_builtins(card.settings.hours),
            "open": is_open,
            "opens_at": opens_at,
            "incidents": [incident.card() for incident in self._directory.incidents(tenant)],
            "accent": card.settings.accent,
            "locale": card.settings.locale,
            "switches": self._directory.switches(tenant),
            "context_fields": sorted(FIELDS.union(card.settings.context_fields)),
        }


def as_json(value: Any) -> str:
    """Write JSON for a script element: nothing in it can end the element or begin another."""
    written = msgspec.json.encode(value).decode()
    for each in "<>&\u2028\u2029":
        written = written.replace(each, f"\\u{ord(each):04x}")
    return written
