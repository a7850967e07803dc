"""`POST /v1/identify`, `/v1/logout`, `/v1/end`: who a contact is, and when that is over (docs/protocol.md §1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from curbside.actions.identity import Identities
from curbside.domain.errors import Refused
from curbside.domain.token import MAX_JWT
from curbside.web.limits import Addresses, Buckets
from curbside.web.reading import bearer, body_of, refusal

_BODY_MAX = 16 * 1024
_NO_STORE = {"Cache-Control": "no-store"}
TenantId = Annotated[str, Meta(min_length=1, max_length=64)]
Jwt = Annotated[str, Meta(min_length=5, max_length=MAX_JWT)]


class Asked(msgspec.Struct, frozen=True):
    """A signed token, the verifier of its nonce, and the device that keeps drafts, unless `hello` is to name it."""

    tenant: TenantId
    jwt: Jwt
    verifier: Annotated[str, Meta(min_length=43, max_length=43)]
    device: Annotated[str, Meta(pattern=r"^(?:[A-Za-z0-9_-]{22})?\Z")] = ""

    def __repr__(self) -> str:
        return f"Asked({self.tenant!r})"


class LoggedOut(msgspec.Struct, frozen=True):
    """Why a contact's log-in ends: `idle` and `switched` leave the EHR's own log-in good for another time."""

    why: Annotated[str, Meta(max_length=20)] = "logout"


class Ended(msgspec.Struct, frozen=True):
    """A back-channel log-out token."""

    tenant: TenantId
    jwt: Jwt

    def __repr__(self) -> str:
        return f"Ended({self.tenant!r})"


class Identify:
    """Serve contacts before they have a socket. Every answer to a wrong token is the same."""

    def __init__(self, identities: Identities, addresses: Addresses) -> None:
        self._identities = identities
        self._addresses = addresses
        self._limit = Buckets(rate=30, burst=300)

    def routes(self) -> list[Route]:
        return [
            Route("/v1/identify", self._answering(self.identify), methods=["POST"]),
            Route("/v1/logout", self._answering(self.logout), methods=["POST"]),
            Route("/v1/end", self._answering(self.end), methods=["POST"]),
        ]

    async def identify(self, request: Request) -> Response:
        asked = msgspec.json.decode(await body_of(request, _BODY_MAX), type=Asked)
        identified = await self._identities.identify(asked.tenant, asked.jwt, asked.verifier, asked.device)
        contact = identified.contact
        card = {**contact.card(), "locale": contact.locale, "tz": contact.tz}
        answer = {"token": identified.token, "expires_in": identified.expires_in, "contact": card}
        return JSONResponse(answer, headers=_NO_STORE)

    async def logout(self, request: Request) -> Response:
        """End a contact's log-in by their own token; or by the signed form of OpenID Connect, from the backend."""
        if _is_form(request):
            return await self.end(request)
        token = bearer(request)
        said = msgspec.json.decode(await body_of(request, _BODY_MAX) or b"{}", type=LoggedOut)
        await self._identities.end_by_token(token, for_good=said.why not in ("idle", "switched"))
        return Response(status_code=204, headers=_NO_STORE)

    async def end(self, request: Request) -> Response:
        """End what the EHR's backend says is over: JSON with the tenant, or a form as OpenID Connect has it."""
        body = await body_of(request, _BODY_MAX)
        if _is_form(request):
            named = parse_qs(body.decode("ascii"), max_num_fields=10).get("logout_token", [""])
            await self._identities.end_by_backend(None, named[0])
        else:
            ended = msgspec.json.decode(body, type=Ended)
            await self._identities.end_by_backend(ended.tenant, ended.jwt)
        return Response(status_code=204, headers=_NO_STORE)

    def _answering(
        self, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                self._limit.take(self._addresses.of(request))
                return await endpoint(request)
            except (msgspec.DecodeError, ValueError):
                return refusal(Refused("bad_frame"))
            except Refused as refused:
                return refusal(refused)

        return answer


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/x-www-form-urlencoded"
