"""A part of a call elsewhere: `POST /v1/call/code`, `POST /v1/call/token`, and the page of the call's own window."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
import segno
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from curbside.actions import identity
from curbside.actions.carrying import CODE_S, Carrying, Taken, Way
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain.commands import Id
from curbside.domain.errors import Refused
from curbside.web import headers
from curbside.web.assets import Assets
from curbside.web.limits import Addresses, Asking, Buckets
from curbside.web.pages import Pages, language_of
from curbside.web.reading import bearer, body_of, refusal

_BODY_MAX = 1024
_JOINS, _ASKS = '{"joins":true}', '{"joins":false}'
_NO_STORE = {"Cache-Control": "no-store"}


class Wanted(msgspec.Struct, frozen=True):
    """Whose part of which call is to be carried elsewhere, and where."""

    call: Id
    way: Way


class Shown(msgspec.Struct, frozen=True):
    """A code, from the fragment of an address; without one the token in the header is renewed."""

    code: Annotated[str, Meta(max_length=64)] = ""

    def __repr__(self) -> str:
        return "Shown(…)"


class CarryingRoutes:
    """Serve the call's own window, and what a panel asks for it with."""

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
        self._carrying = Carrying(installation, directory)
        self._pages = pages
        self._assets = assets
        self._addresses = addresses
        self._origin = origin
        self._asking = Asking(rate=0.5, burst=20)
        self._taking = Buckets(rate=20, burst=200)
        self._showing = Buckets(rate=50, burst=500)

    def routes(self) -> list[Route]:
        return [
            Route("/call", self.page, methods=["GET"]),
            Route("/v1/call/code", _answering(self.code), methods=["POST"]),
            Route("/v1/call/token", _answering(self.token), methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Serve the window's page: framed by nobody, with nothing in it of anybody.

        Only a window that our own panel has just opened joins at once: with a code of somebody else's, whose address
        stands in a foreign page, it would bring who follows it into that person's call, with an open microphone.
        """
        try:
            self._showing.take(self._addresses.of(request))
        except Refused as refused:
            return refusal(refused)
        return self._pages.respond(
            "panel.html",
            headers.of_window(self._origin, secure=self._origin.startswith("https")),
            config=_JOINS if request.headers.get("sec-fetch-site") == "same-origin" else _ASKS,
            name="Curbside",
            locale=language_of(request),
            script=self._assets.asset("window.js"),
            style=self._assets.asset("window.css"),
        )

    async def code(self, request: Request) -> Response:
        """Answer a panel with the address that carries its contact's part of a call; drawn, if for a telephone."""
        known = await identity.who(self._installation, self._directory, bearer(request), parts=True)
        self._asking.take(known.person)
        wanted = msgspec.json.decode(await body_of(request, _BODY_MAX), type=Wanted)
        url = f"{self._origin}/call#c={await self._carrying.code(known, wanted.call, wanted.way)}"
        answer = {"url": url, "expires_in": CODE_S[wanted.way]}
        if wanted.way == "phone":
            answer["qr"] = _drawn(url)
        return JSONResponse(answer, headers=_NO_STORE)

    async def token(self, request: Request) -> Response:
        """Exchange a code, once, or renew what one was exchanged for."""
        self._taking.take(self._addresses.of(request))
        shown = msgspec.json.decode(await body_of(request, _BODY_MAX) or b"{}", type=Shown)
        taken = await (self._carrying.take(shown.code) if shown.code else self._carrying.renew(bearer(request)))
        return JSONResponse(_told(taken), headers=_NO_STORE)


def _told(taken: Taken) -> dict[str, object]:
    part = {"way": taken.part.way, "call": taken.part.call, "conversation": taken.part.conversation}
    return {"token": taken.token, "expires_in": taken.expires_in, "tenant": taken.tenant, **part}


def _drawn(address: str) -> str:
    """Draw an address as a QR code: dark on light in every scheme, or cameras do not read it."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", scale=4, border=4, dark="#14202b", light="#ffffff", xmldecl=False
    )
    return drawing.getvalue().decode()


def _answering(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (msgspec.DecodeError, ValueError):
            return refusal(Refused("bad_frame"))
        except Refused as refused:
            return refusal(refused)

    return answer
