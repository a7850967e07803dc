"""Finding things over HTTPS. What is looked for travels in a body: never in an address, never in a log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from curbside.actions import identity
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.rows import row
from curbside.actions.search import Search
from curbside.actions.transcript import transcript
from curbside.domain.commands import ShortId
from curbside.domain.errors import Refused
from curbside.domain.people import Person
from curbside.web.limits import Asking
from curbside.web.reading import bearer, body_of, refusal

_BODY_MAX = 4096
_PRIVATE = {"Cache-Control": "private, no-store"}
T = TypeVar("T")
Answer = Callable[[Person, T], Awaitable[Response]]


class Query(msgspec.Struct, frozen=True):
    q: Annotated[str, Meta(max_length=200)]

    def __repr__(self) -> str:
        return "Query(…)"


class OfContact(msgspec.Struct, frozen=True):
    contact: ShortId


class OfConversation(msgspec.Struct, frozen=True):
    conversation: ShortId


class SearchRoutes:
    """Serve /v1/search, /v1/history, /v1/contacts and /v1/transcript."""

    def __init__(self, installation: Installation, directory: Directory, search: Search) -> None:
        self._installation = installation
        self._directory = directory
        self._search = search
        finding, keeping = Asking(rate=10, burst=60), Asking(rate=0.5, burst=20)
        self.routes = [
            self._route("/v1/search", Query, self._found, finding),
            self._route("/v1/history", OfContact, self._history, finding),
            self._route("/v1/contacts", Query, self._contacts, finding),
            self._route("/v1/transcript", OfConversation, self._transcript, keeping),
        ]

    def _route(self, path: str, kind: type[T], answer: Answer[T], asking: Asking) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                known = await identity.who(self._installation, self._directory, bearer(request))
                asking.take(known.person)
                if known.lapsed(self._installation.db.clock()):
                    raise Refused("expired")
                asked = msgspec.json.decode(await body_of(request, _BODY_MAX), type=kind)
                return await answer(known.person, asked)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return refusal(Refused("bad_frame"))
            except Refused as refused:
                return refusal(refused)

        return Route(path, endpoint, methods=["POST"])

    async def _found(self, person: Person, asked: Query) -> Response:
        found = await self._search.find(person, asked.q)
        return _json(
            results=[
                {"row": row(one.listed, person, self._directory), "snippet": one.snippet, "seq": one.seq}
                for one in found
            ]
        )

    async def _history(self, person: Person, asked: OfContact) -> Response:
        rows = await self._search.history(person, asked.contact)
        return _json(rows=[row(one, person, self._directory) for one in rows])

    async def _contacts(self, person: Person, asked: Query) -> Response:
        found = await self._search.contacts(person, asked.q)
        return _json(contacts=[contact.card() for contact in found])

    async def _transcript(self, person: Person, asked: OfConversation) -> Response:
        reference, text = await transcript(self._installation, self._directory, person, asked.conversation)
        name = "".join(each for each in reference if each.isalnum() or each == "-")
        headers = {
            **_PRIVATE,
            "Content-Disposition": f'attachment; filename="{name}.txt"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def _json(**fields: Any) -> JSONResponse:
    return JSONResponse(fields, headers=_PRIVATE)
