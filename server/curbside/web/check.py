"""The equipment check: its page for IT staff, which ways there are to be tried, and the echo (docs/protocol.md §12)."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from curbside.actions import identity
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.switching import switches_of
from curbside.domain.errors import Refused
from curbside.domain.people import Person
from curbside.domain.writing import name_of
from curbside.web import headers
from curbside.web.assets import Assets
from curbside.web.limits import Addresses, Asking, Buckets
from curbside.web.pages import Pages, language_of, words_of
from curbside.web.reading import bearer, body_of, refusal
from curbside_signaling.echo import Echo, EchoRefused
from curbside_signaling.ice import Relays

_BODY_MAX = 24 * 1024
_NO_STORE = {"Cache-Control": "no-store"}
_REFUSED = {
    "off": Refused("switched_off"),
    "full": Refused("busy", retry=True, after_ms=5_000),
    "bad_offer": Refused("bad_frame"),
}
# What no relay knows: it answers that it does not, and that it answers is all that a stranger may learn.
_NOBODY = {"username": "check", "credential": "check"}


class Offered(msgspec.Struct, frozen=True):
    sdp: str

    def __repr__(self) -> str:
        return "Offered(…)"


class Check:
    """Serve /check, /v1/check and /v1/echo, to people who are known and, within narrower limits, to anybody."""

    def __init__(
        self,
        installation: Installation,
        directory: Directory,
        pages: Pages,
        assets: Assets,
        addresses: Addresses,
        relays: Relays,
        echo: Echo,
        origin: str,
    ) -> None:
        self._installation = installation
        self._directory = directory
        self._pages = pages
        self._assets = assets
        self._addresses = addresses
        self._relays = relays
        self._echo = echo
        self._origin = origin
        self._showing = Buckets(rate=20, burst=200)
        self._strangers = Buckets(rate=0.2, burst=10)
        self._known = Asking(rate=0.2, burst=10)

    def routes(self) -> list[Route]:
        return [
            Route("/check", self.page),
            Route("/v1/check", self.ways, methods=["POST"]),
            Route("/v1/echo", self.echo, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Serve the page, without a log-in: it tells nothing of anybody. A tenant's own pages may frame it."""
        try:
            self._showing.take(self._addresses.of(request))
        except Refused as refused:
            return refusal(refused)
        tenant = request.query_params.get("tenant", "")
        framed_by = self._directory.tenant(tenant).origins if self._directory.knows(tenant) else ()
        language = language_of(request, request.query_params.get("lang"))
        return self._pages.respond(
            "check.html",
            headers.of_check(self._origin, framed_by, secure=self._pages.secure),
            language=language,
            words=words_of(language),
            stylesheet=self._assets.plain_asset("pages.css"),
            script=self._assets.asset("check.js"),
        )

    async def ways(self, request: Request) -> Response:
        """Say how a relay is reached, by each way there is, and whether there is an echo."""
        try:
            person = await self._asked_by(request)
        except Refused as refused:
            return refusal(refused)
        found = self._relays.servers(self._installation.new_id(), self._installation.db.clock() // 1000)
        relays = [server for server in found if "credential" in server]
        if person is None or not switches_of(self._directory, person)["call"]:
            relays = [{**server, **_NOBODY} for server in relays]
        answer: dict[str, Any] = {"known": person is not None, "relays": relays, "echo": self._echo.on}
        return JSONResponse(answer, headers=_NO_STORE)

    async def echo(self, request: Request) -> Response:
        """Answer an offer with the asker's own voice and picture, for half a minute at most."""
        try:
            person = await self._asked_by(request)
            offered = msgspec.json.decode(await body_of(request, _BODY_MAX), type=Offered)
            by = f"{person.tenant} {name_of(person)}" if person else self._addresses.of(request)
            sdp = await self._echo.answer(offered.sdp, by=by, known=person is not None)
        except EchoRefused as refused:
            return refusal(_REFUSED[refused.code])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return refusal(Refused("bad_frame"))
        except Refused as refused:
            return refusal(refused)
        return JSONResponse({"sdp": sdp, "ends_in_ms": int(self._echo.seconds * 1000)}, headers=_NO_STORE)

    async def _asked_by(self, request: Request) -> Person | None:
        """Return who asks; None: nobody we know. Raises Refused: a token that has run out is no stranger's."""
        if "authorization" not in request.headers:
            self._strangers.take(self._addresses.of(request))
            return None
        known = await identity.who(self._installation, self._directory, bearer(request))
        self._known.take(known.person)
        if known.lapsed(self._installation.db.clock()):
            raise Refused("expired")
        return known.person
